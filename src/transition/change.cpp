#include "transition/change.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace tangram::transition {
namespace {

using deployment::Instance;
using deployment::Phase;
using enum StepKind;

bool same_place(const Instance& a, const Instance& b) {
    return a.profile == b.profile && a.start == b.start;
}

// From the phase until the process is gone.
std::vector<StepKind> until_stopped(Phase phase) {
    switch (phase) {
        case Phase::kServing:
        case Phase::kDraining:
            return {kDrain, kStop};
        case Phase::kReady:
        case Phase::kStarting:
        case Phase::kStopping:
        case Phase::kFailed:
        case Phase::kUnknown:
            return {kStop};
        case Phase::kIdle:
        case Phase::kCreating:
        case Phase::kDestroying:
            break;
    }
    return {};
}

// From the phase until the replica serves, where it is the one that is wanted; nothing if it has to
// go first.
std::optional<std::vector<StepKind>> until_serving(Phase phase) {
    switch (phase) {
        case Phase::kServing:
            return std::vector<StepKind>{};
        case Phase::kReady:
        case Phase::kDraining:
            return std::vector{kRoute};
        case Phase::kStarting:
        case Phase::kIdle:
            return std::vector{kStart, kRoute};
        case Phase::kCreating:
            return std::vector{kCreate, kStart, kRoute};
        case Phase::kStopping:
        case Phase::kDestroying:
        case Phase::kFailed:
        case Phase::kUnknown:
            break;
    }
    return std::nullopt;
}

// An instance that can be handed to another replica once its process is gone.
bool outlives_its_replica(Phase phase) {
    return phase != Phase::kCreating && phase != Phase::kDestroying && phase != Phase::kFailed &&
           phase != Phase::kUnknown;
}

class Comparer {
public:
    Comparer(const Ground& ground, Granularity granularity)
        : ground_(ground), one_by_one_(granularity == Granularity::kInstance) {
        const std::size_t gpus = ground.gpus.size();
        change_.used_now = IdVector<GpuIndex, bool>(gpus, false);
        change_.used_then = IdVector<GpuIndex, bool>(gpus, false);
        change_.recut_of = IdVector<GpuIndex, std::optional<std::size_t>>(gpus);
        now_ = IdVector<GpuIndex, std::vector<const Occupant*>>(gpus);
        then_ = IdVector<GpuIndex, std::vector<const Occupant*>>(gpus);
        for (const Occupant& one : ground.now) now_[one.gpu].push_back(&one);
        for (const Occupant& one : ground.then) then_[one.gpu].push_back(&one);
        for (const GpuIndex g : ground.gpus.ids()) {
            change_.used_now[g] = !now_[g].empty();
            change_.used_then[g] = !then_[g].empty();
        }
        if (!one_by_one_) form_recuts(granularity);
    }

    Change run() {
        for (const GpuIndex g : ground_.gpus.ids()) {
            if (change_.recut_of[g]) {
                replace_all(g, change_.recuts[*change_.recut_of[g]]);
            } else {
                compare(g);
            }
        }
        departures_by_gpu_ = by_gpu();
        for (Arrival& arrival : change_.arrivals) find_blockers(arrival);
        return std::move(change_);
    }

private:
    // Whether the GPU lacks an instance it is to hold. What it holds beyond them stays on it, idle;
    // one that is to hold nothing is given back as it is: whoever takes it applies a layout anyway.
    [[nodiscard]] bool cut_anew(GpuIndex g) const {
        const auto there = [&](const Occupant* one) {
            return std::ranges::any_of(now_[g], [&](const Occupant* old) {
                return same_place(old->instance, one->instance);
            });
        };
        const auto lasting = [](const Occupant* old) {
            return outlives_its_replica(old->instance.phase);
        };
        return !then_[g].empty() &&
               !(std::ranges::all_of(then_[g], there) && std::ranges::all_of(now_[g], lasting));
    }

    void form_recuts(Granularity granularity) {
        std::map<std::string, std::vector<GpuIndex>> units;
        for (const GpuIndex g : ground_.gpus.ids()) {
            const deployment::DeployedGpu& gpu = ground_.gpus[g];
            if (gpu.status == deployment::GpuStatus::kLost) continue;
            const bool by_node = granularity == Granularity::kNode && !gpu.node.empty();
            units[by_node ? "node " + gpu.node : "gpu " + gpu.id].push_back(g);
        }
        for (auto& [name, gpus] : units) {
            if (std::ranges::none_of(gpus, [&](GpuIndex g) { return cut_anew(g); })) continue;
            for (const GpuIndex g : gpus) change_.recut_of[g] = change_.recuts.size();
            change_.recuts.push_back({std::move(gpus), {}});
        }
    }

    void depart(const Occupant& who, bool destroy) {
        std::vector<StepKind> steps = until_stopped(who.instance.phase);
        if (destroy) steps.push_back(kDestroy);
        if (steps.empty()) return;
        change_.departures.push_back(
            {who, std::move(steps), who.instance.phase == Phase::kServing, {}});
    }

    void arrive(const Occupant& who, std::vector<StepKind> steps) {
        if (!who.instance.service.valid())
            std::erase_if(steps, [](StepKind s) { return s != kCreate; });
        if (!steps.empty()) change_.arrivals.push_back({who, std::move(steps), {}, {}, false});
    }

    void replace_all(GpuIndex g, Recut& recut) {
        for (const Occupant* one : now_[g]) {
            const std::size_t before = change_.departures.size();
            depart(*one, false);
            if (change_.departures.size() > before) recut.departures.push_back(before);
        }
        for (const Occupant* one : then_[g]) {
            if (one->instance.service.valid()) arrive(*one, {kStart, kRoute});
        }
    }

    void compare(GpuIndex g) {
        std::vector<bool> matched(then_[g].size(), false);
        for (const Occupant* one : now_[g]) {
            const auto next = std::ranges::find_if(then_[g], [&](const Occupant* other) {
                return same_place(one->instance, other->instance);
            });
            if (next == then_[g].end()) {
                depart(*one, one_by_one_);
                continue;
            }
            matched[static_cast<std::size_t>(next - then_[g].begin())] = true;
            compare(*one, **next);
        }
        for (std::size_t i = 0; i < matched.size(); ++i) {
            if (!matched[i]) arrive(*then_[g][i], {kCreate, kStart, kRoute});
        }
    }

    void compare(const Occupant& now, const Occupant& then) {
        const Instance& a = now.instance;
        const Instance& b = then.instance;
        const bool wanted =
            a.service == b.service &&
            (!a.service.valid() || runs_alike(ground_.points[a.point], ground_.points[b.point]));
        if (wanted) {
            if (const auto steps = until_serving(a.phase)) {
                const bool serves = steps->empty() && a.service.valid();
                // A table measured anew may have changed its capacity: the smaller one counts.
                const bool less = ground_.capacity_of(now) <= ground_.capacity_of(then);
                if (serves) change_.kept.push_back(less ? now : then);
                const std::size_t arrivals = change_.arrivals.size();
                arrive(then, *steps);
                const bool begun = a.phase != Phase::kIdle;
                if (change_.arrivals.size() > arrivals) change_.arrivals.back().continued = begun;
                return;
            }
        }
        const bool reused = outlives_its_replica(a.phase);
        const std::size_t before = change_.departures.size();
        depart(now, !reused);
        const std::size_t arrivals = change_.arrivals.size();
        arrive(then, reused ? std::vector{kStart, kRoute} : std::vector{kCreate, kStart, kRoute});
        const bool handed_over =
            reused && change_.departures.size() > before && change_.arrivals.size() > arrivals;
        if (handed_over) change_.arrivals.back().takes_over = before;
    }

    [[nodiscard]] IdVector<GpuIndex, std::vector<std::size_t>> by_gpu() const {
        IdVector<GpuIndex, std::vector<std::size_t>> list(ground_.gpus.size());
        for (std::size_t d = 0; d < change_.departures.size(); ++d) {
            list[change_.departures[d].who.gpu].push_back(d);
        }
        return list;
    }

    void find_blockers(Arrival& arrival) {
        if (const auto& recut = change_.recut_of[arrival.who.gpu]) {
            arrival.blockers = change_.recuts[*recut].departures;
            return;
        }
        for (const std::size_t d : departures_by_gpu_[arrival.who.gpu]) {
            if (ground_.clash(change_.departures[d].who, arrival.who)) {
                arrival.blockers.push_back(d);
            }
        }
        crowded(arrival);
    }

    // Where old and new instances of a profile would together be more than a GPU can hold, the new
    // ones wait for all old ones.
    void crowded(Arrival& arrival) {
        if (arrival.steps.front() != kCreate) return;
        const auto same_profile = [&](const Occupant* one) {
            return one->instance.profile == arrival.who.instance.profile;
        };
        const GpuIndex g = arrival.who.gpu;
        auto count = std::ranges::count_if(now_[g], same_profile);
        for (const Occupant* one : then_[g]) {
            const bool is_new = std::ranges::none_of(now_[g], [&](const Occupant* old) {
                return same_place(old->instance, one->instance);
            });
            if (is_new && same_profile(one)) ++count;
        }
        if (count <= ground_.most_of(arrival.who)) return;
        for (const std::size_t d : departures_by_gpu_[g]) {
            const Departure& departure = change_.departures[d];
            if (departure.who.instance.profile != arrival.who.instance.profile) continue;
            if (departure.steps.back() != kDestroy) continue;
            if (std::ranges::find(arrival.blockers, d) == arrival.blockers.end()) {
                arrival.blockers.push_back(d);
            }
        }
    }

    const Ground& ground_;
    bool one_by_one_;  // instances can be created and destroyed alone
    IdVector<GpuIndex, std::vector<const Occupant*>> now_, then_;
    IdVector<GpuIndex, std::vector<std::size_t>> departures_by_gpu_;
    Change change_;
};

}  // namespace

Change change_of(const Ground& ground, Granularity granularity) {
    return Comparer(ground, granularity).run();
}

}  // namespace tangram::transition
