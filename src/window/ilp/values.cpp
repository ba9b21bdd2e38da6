#include <algorithm>

#include "window/ilp/formulation.h"

namespace tangram::window::ilp {
namespace {

std::size_t index(int slot) { return static_cast<std::size_t>(slot); }

// Sets columns; remembers whether two slots that share one disagreed.
class Values {
public:
    explicit Values(std::size_t columns) : values_(columns), known_(columns, false) {}

    void set(int column, double value) {
        if (column == Formulation::kNone) {
            consistent_ = consistent_ && value == 0;
            return;
        }
        const auto c = static_cast<std::size_t>(column);
        consistent_ = consistent_ && (!known_[c] || values_[c] == value);
        values_[c] = value;
        known_[c] = true;
    }
    [[nodiscard]] double operator[](int column) const {
        return values_[static_cast<std::size_t>(column)];
    }
    [[nodiscard]] std::optional<std::vector<double>> take() {
        if (!consistent_) return std::nullopt;
        return std::move(values_);
    }

private:
    std::vector<double> values_;
    std::vector<bool> known_;
    bool consistent_ = true;
};

class Encoder {
public:
    Encoder(const Window& window, const Formulation& program, const Schedule& schedule)
        : window_(window),
          program_(program),
          schedule_(schedule),
          values_(program.model.columns()) {}

    std::optional<std::vector<double>> encode() {
        for (std::size_t p = 0; p < program_.serving.size(); ++p) encode_serving(p);
        std::size_t expressed = 0;
        for (const RetrainingPlace& place : program_.retraining) expressed += begun(place);
        for (const Stint& stint : schedule_.stints) {
            if (stint.use == Use::kRetrain && !stint.running) {
                if (expressed == 0) return std::nullopt;
                --expressed;
            }
        }
        for (const TenantId tenant : window_.tenants.ids()) encode_served(tenant);
        return values_.take();
    }

private:
    [[nodiscard]] bool on_group(const Stint& stint, GpuId gpu, std::size_t group) const {
        const KindId kind = window_.gpus[gpu].kind;
        return stint.gpu == gpu && program_.places[kind].group_of(stint.placement) == group;
    }

    void encode_serving(std::size_t number) {
        const ServingPlace& place = program_.serving[number];
        std::vector<int> on(index(window_.slots), 0);
        std::vector<int> begin(index(window_.slots), 0);
        for (const Stint& stint : schedule_.stints) {
            if (stint.use != Use::kServe || stint.tenant != place.tenant ||
                !on_group(stint, place.gpu, place.group)) {
                continue;
            }
            int ready = stint.ready;
            if (stint.running) {
                // Serving no sooner than it could wins nothing.
                const Running& running = window_.running[*stint.running];
                ready = running.activity == Activity::kServing ? 0 : running.left;
            }
            if (ready >= stint.until) continue;
            for (int t = ready; t < stint.until; ++t) ++on[index(t)];
            if (!stint.running) ++begin[index(ready)];
            for (const Continued& creation : program_.continued) {
                if (stint.running == creation.running) values_.set(creation.column, 1);
            }
        }
        for (int t = 0; t < window_.slots; ++t) {
            values_.set(place.on[index(t)], on[index(t)]);
            values_.set(place.begin[index(t)], begin[index(t)]);
        }
    }

    // 1 if the schedule retrains there.
    std::size_t begun(const RetrainingPlace& place) {
        for (const Stint& stint : schedule_.stints) {
            const bool here = stint.use == Use::kRetrain && stint.tenant == place.tenant &&
                              stint.retraining == place.choice &&
                              on_group(stint, place.gpu, place.group) &&
                              index(stint.from) < place.begun.size();
            if (!here) continue;
            for (std::size_t t = 0; t < place.begun.size(); ++t) {
                values_.set(place.begun[t], t >= index(stint.from) ? 1 : 0);
            }
            return 1;
        }
        return 0;
    }

    void encode_served(TenantId tenant) {
        for (int t = 0; t < window_.slots; ++t) {
            const int column = program_.served[tenant][index(t)];
            if (column == Formulation::kNone) continue;
            const double most = program_.model.column_upper[static_cast<std::size_t>(column)];
            const double served = std::min(most, capacity(tenant, t) / program_.scale[tenant]);
            values_.set(column, served);
            for (const Level& level : program_.levels) {
                if (level.tenant != tenant) continue;
                const int better = level.served[index(t)];
                if (better != Formulation::kNone) {
                    values_.set(better, reached(level, t) ? served : 0);
                }
            }
        }
    }

    [[nodiscard]] double capacity(TenantId tenant, int slot) const {
        double sum = 0;
        for (const ServingPlace& place : program_.serving) {
            if (place.tenant != tenant) continue;
            sum += values_[place.on[index(slot)]] * static_cast<double>(place.capacity.count());
        }
        return sum;
    }

    [[nodiscard]] bool reached(const Level& level, int slot) const {
        return std::any_of(level.retrainings.begin(), level.retrainings.end(), [&](std::size_t r) {
            const RetrainingPlace& place = program_.retraining[r];
            return slot >= place.slots && values_[place.begun[index(slot - place.slots)]] > 0.5;
        });
    }

    const Window& window_;
    const Formulation& program_;
    const Schedule& schedule_;
    Values values_;
};

}  // namespace

std::optional<std::vector<double>> values_of(const Window& window, const Formulation& program,
                                             const Schedule& schedule) {
    return Encoder(window, program, schedule).encode();
}

}  // namespace tangram::window::ilp
