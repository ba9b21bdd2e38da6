#include "planner/close/columns.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "planner/close/column_lp.h"

namespace tangram::planner::close {
namespace {

// Ends when bound and relaxation differ by less: of weight units, and of the value.
constexpr double kEnough = 0.3;
constexpr double kEnoughShare = 0.001;

class Generation {
public:
    Generation(const Question& question, const Counts* start, const ColumnLimits& limits)
        : question_(question),
          limits_(limits),
          units_(units_of(question)),
          lp_(question, units_, start == nullptr),
          covers_(question.services.size()),
          cuts_(question.classes.size()) {
        if (start != nullptr) add_start(*start);
    }

    Relaxed run() {
        add_extremes();
        for (int round = 0; round < limits_.rounds; ++round) {
            ColumnLp::Answer answer = lp_.solve();
            out_.work += answer.work;
            if (!answer.ok) break;
            out_.value = answer.value;
            values_ = std::move(answer.values);
            if (price(answer.duals) == 0 || close_enough() || out_.work > limits_.work) break;
            if (limits_.stop && limits_.stop()) break;
        }
        out_.proven = proven_;
        collect();
        return std::move(out_);
    }

private:
    void add_start(const Counts& start) {
        for (const ServiceId s : question_.services.ids()) {
            const Demand& demand = question_.model->demands[s];
            const auto first = start.instances.begin() + demand.first_option;
            add(s, {first, first + demand.option_count});
        }
        for (std::size_t c = 0; c < start.cuts.size(); ++c) {
            for (std::size_t j = 0; j < start.cuts[c].size(); ++j) {
                if (start.cuts[c][j] > 0) add(c, j);
            }
        }
    }

    // Covers that restart least, cuts that keep most: if places cost nothing and staying is worth
    // nothing, or all that it saves.
    void add_extremes() {
        const PlanningModel& model = *question_.model;
        Duals duals{std::vector<std::int64_t>(model.types.size(), 0),
                    std::vector<std::int64_t>(model.options.size(), 0),
                    std::vector<std::int64_t>(model.entries.size(), 0), 0};
        consider(duals);
        for (std::size_t o = 0; o < duals.stays.size(); ++o) {
            duals.stays[o] = question_.weights[o] / units_.weight * units_.scale;
        }
        consider(duals);
    }

    // Adds what is best at the prices, and remembers those that prove most.
    std::size_t consider(const Duals& duals) {
        const Valuation value = value_of(question_, units_, duals);
        out_.work += value.work;
        if (value.value > proven_) {
            proven_ = value.value;
            out_.duals = duals;
            out_.bound = std::max(out_.bound, value.bound);
        }
        std::size_t added = 0;
        for (const ServiceId s : question_.services.ids()) {
            added += add(s, value.covers[s].cover) ? 1U : 0U;
        }
        for (std::size_t c = 0; c < value.cuts.size(); ++c) {
            added += add(c, value.cuts[c]) ? 1U : 0U;
        }
        return added;
    }

    // In-out: prices between the best so far and the relaxation's are less erratic.
    std::size_t price(const Duals& edge) {
        if (smooth_ > 0) {
            const double before = proven_;
            const std::size_t added = consider(mixed(out_.duals, edge));
            const double step = proven_ > before ? 0.1 : -0.1;
            smooth_ = std::clamp(smooth_ + step, 0.0, 0.9);
            if (added > 0) return added;
        }
        return consider(edge);
    }

    [[nodiscard]] Duals mixed(const Duals& centre, const Duals& edge) const {
        const auto mix = [&](std::int64_t a, std::int64_t b) {
            return static_cast<std::int64_t>(smooth_ * static_cast<double>(a) +
                                             (1 - smooth_) * static_cast<double>(b));
        };
        const auto mix_all = [&](const auto& a, const auto& b) {
            std::vector<std::int64_t> mixed(a.size());
            std::ranges::transform(a, b, mixed.begin(), mix);
            return mixed;
        };
        return {mix_all(centre.places, edge.places), mix_all(centre.stays, edge.stays),
                mix_all(centre.rents, edge.rents), mix(centre.money, edge.money)};
    }

    [[nodiscard]] bool close_enough() const {
        return out_.value - proven_ <= std::max(kEnough, kEnoughShare * out_.value);
    }

    bool add(ServiceId s, const std::vector<std::int64_t>& cover) {
        if (question_.services[s].need.nothing() || cover.empty()) return false;
        if (!covers_[s].insert(cover).second) return false;
        lp_.add_cover(s, cover);
        return true;
    }

    bool add(std::size_t c, std::size_t j) {
        if (question_.classes[c].cuts.empty() || !cuts_[c].insert(j).second) return false;
        lp_.add_cut(c, j);
        return true;
    }

    void collect() {
        const auto value = [&](int column) {
            const auto at = static_cast<std::size_t>(column);
            return at < values_.size() ? values_[at] : 0;
        };
        out_.covers = decltype(out_.covers)(question_.services.size());
        out_.cuts.resize(question_.classes.size());
        for (const ColumnLp::Pick& pick : lp_.picks()) {
            out_.covers[pick.service].push_back({pick.cover, value(pick.column)});
        }
        for (const ColumnLp::Used& used : lp_.used()) {
            out_.cuts[used.group].emplace(used.cut, value(used.column));
        }
    }

    const Question& question_;
    const ColumnLimits& limits_;
    const Units units_;
    ColumnLp lp_;
    IdVector<ServiceId, std::set<std::vector<std::int64_t>>> covers_;
    std::vector<std::set<std::size_t>> cuts_;
    std::vector<double> values_;  // of the last relaxation, by column
    double smooth_ = 0.5;
    double proven_ = -std::numeric_limits<double>::infinity();
    Relaxed out_;
};

}  // namespace

Relaxed relax(const Question& question, const Counts* start, const ColumnLimits& limits) {
    return Generation(question, start, limits).run();
}

}  // namespace tangram::planner::close
