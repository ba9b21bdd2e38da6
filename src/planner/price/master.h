// The LP over prices: what the cuts so far allow.
//   maximise   value
//   such that  value <= totals_j . w - sum_e count[e] (u[e] - base[e])   for every cut j
//              counts[m] . w <= u[entry of m]                            for every partition m
//              u[e] >= base[e], equal where the entry has no count.
// Asked for the cheapest fleet, base is the cost and count the cap; asked about one mix of GPUs,
// base is zero, count the mix, and the mix's worth is fixed.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lp/model.h"
#include "planner/price/pricing.h"

namespace tangram::planner::price {

// Rents beyond this many of the dearest GPU prove next to nothing more, and overflow could follow.
inline constexpr int kRentAtMost = 16;

struct Question {
    std::vector<std::int64_t> base;                  // by entry, price units
    std::vector<std::optional<std::int64_t>> count;  // by entry
    std::optional<std::int64_t> worth;               // of all counted GPUs, price units

    // What an evaluation at `prices` proves.
    [[nodiscard]] std::int64_t value(std::int64_t covers, const PriceVector& prices) const;
};

class Master {
public:
    // `value_scale`: magnitude of the value in cost units, to keep the LP's numbers near one.
    Master(const PlanningModel& model, const Question& question, double value_scale);

    void add_cut(const Evaluation& cut);

    struct Answer {
        bool ok = false;
        double value = 0;                // cost units, as the prices and worths
        std::vector<double> types;       // w
        std::vector<double> gpus;        // u
        std::vector<double> partitions;  // dual: GPUs cut this way
        std::vector<double> weights;     // dual: of the cuts
    };
    [[nodiscard]] Answer solve();

private:
    [[nodiscard]] int rent_column(FleetEntryId entry) const {
        return static_cast<int>(model_.types.size() + entry.index());
    }
    [[nodiscard]] int value_column() const {
        return static_cast<int>(model_.types.size() + model_.entries.size());
    }
    [[nodiscard]] lp::Model first_rows() const;

    const PlanningModel& model_;
    const Question& question_;
    double value_scale_;
    lp::IncrementalLp lp_;
};

}  // namespace tangram::planner::price
