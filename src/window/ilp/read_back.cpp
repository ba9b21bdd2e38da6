#include <algorithm>
#include <cmath>

#include "window/ilp/formulation.h"

namespace tangram::window::ilp {
namespace {

std::size_t index(int slot) { return static_cast<std::size_t>(slot); }

class Reader {
public:
    Reader(const Window& window, const Formulation& program, const std::vector<double>& values)
        : window_(window), program_(program), values_(values) {}

    std::optional<Schedule> read() {
        for (std::size_t r = 0; r < window_.running.size(); ++r) keep_retraining(r);
        for (std::size_t p = 0; p < program_.serving.size(); ++p) serve(p);
        for (const RetrainingPlace& place : program_.retraining) retrain(place);
        std::stable_sort(open_.begin(), open_.end(),
                         [](const Open& a, const Open& b) { return a.stint.from < b.stint.from; });
        for (const Open& open : open_) {
            if (!place(open)) return std::nullopt;
        }
        sort_stints(schedule_);
        return std::move(schedule_);
    }

private:
    // A stint whose placement is still any of a group's.
    struct Open {
        Stint stint;
        std::size_t group = 0;
    };

    [[nodiscard]] int count(int column) const {
        return static_cast<int>(std::lround(values_[static_cast<std::size_t>(column)]));
    }

    void keep_retraining(std::size_t number) {
        const Running& running = window_.running[number];
        if (running.activity == Activity::kRetraining) {
            continue_running(number, Use::kRetrain, 0, std::min(running.left, window_.slots));
        }
    }

    void continue_running(std::size_t number, Use use, int ready, int until) {
        const Running& running = window_.running[number];
        schedule_.stints.push_back({.gpu = running.gpu,
                                    .placement = running.placement,
                                    .tenant = running.tenant,
                                    .use = use,
                                    .from = 0,
                                    .ready = ready,
                                    .until = until,
                                    .retraining = {},
                                    .running = number});
    }

    void serve(std::size_t number) {
        const ServingPlace& place = program_.serving[number];
        // Who serves now, by the slots from which they do; the last to come goes first.
        std::vector<Beginning> serving;
        for (int t = 0; t <= window_.slots; ++t) {
            const std::size_t now =
                t < window_.slots ? index(count(place.on[index(t)])) : std::size_t{0};
            while (serving.size() > now) {
                end(place, serving.back(), t);
                serving.pop_back();
            }
            if (serving.size() == now) continue;
            for (const std::size_t running : continued_at(number, t)) {
                if (serving.size() < now) serving.push_back({t, running});
            }
            serving.resize(now, {t, std::nullopt});
        }
    }

    struct Beginning {
        int ready = 0;
        std::optional<std::size_t> running;
    };

    // What ran before the window and may serve from `slot` on.
    [[nodiscard]] std::vector<std::size_t> continued_at(std::size_t number, int slot) const {
        const ServingPlace& place = program_.serving[number];
        std::vector<std::size_t> found;
        if (slot == 0) found = place.already;
        for (const Continued& creation : program_.continued) {
            if (creation.place == number && creation.ready == slot && count(creation.column) > 0) {
                found.push_back(creation.running);
            }
        }
        return found;
    }

    void end(const ServingPlace& place, const Beginning& beginning, int until) {
        if (beginning.running) {
            continue_running(*beginning.running, Use::kServe, beginning.ready, until);
            return;
        }
        open(place.gpu, place.group,
             {.gpu = place.gpu,
              .placement = {},
              .tenant = place.tenant,
              .use = Use::kServe,
              .from = beginning.ready - window_.tenants[place.tenant].warm_up,
              .ready = beginning.ready,
              .until = until,
              .retraining = {},
              .running = {}});
    }

    void retrain(const RetrainingPlace& place) {
        for (std::size_t t = 0; t < place.begun.size(); ++t) {
            if (count(place.begun[t]) == 0) continue;
            const int from = static_cast<int>(t);
            open(place.gpu, place.group,
                 {.gpu = place.gpu,
                  .placement = {},
                  .tenant = place.tenant,
                  .use = Use::kRetrain,
                  .from = from,
                  .ready = from,
                  .until = from + place.slots,
                  .retraining = place.choice,
                  .running = {}});
            return;
        }
    }

    void open(GpuId gpu, std::size_t group, Stint stint) {
        stint.placement.profile = program_.places[window_.gpus[gpu].kind].groups[group].profile;
        open_.push_back({stint, group});
    }

    // The first placement of its group that is free until it ends. In order of beginnings, after
    // what ran before the window, this is the colouring of intervals.
    bool place(const Open& open) {
        Stint stint = open.stint;
        const Places& places = program_.places[window_.gpus[stint.gpu].kind];
        for (const int start : places.groups[open.group].starts) {
            stint.placement.start = start;
            const bool taken = std::any_of(
                schedule_.stints.begin(), schedule_.stints.end(), [&](const Stint& other) {
                    return other.gpu == stint.gpu && other.placement == stint.placement &&
                           other.from < stint.until && stint.from < other.until;
                });
            if (taken) continue;
            schedule_.stints.push_back(stint);
            return true;
        }
        return false;
    }

    const Window& window_;
    const Formulation& program_;
    const std::vector<double>& values_;
    Schedule schedule_;
    std::vector<Open> open_;
};

}  // namespace

std::optional<Schedule> schedule_of(const Window& window, const Formulation& program,
                                    const std::vector<double>& values) {
    return Reader(window, program, values).read();
}

}  // namespace tangram::window::ilp
