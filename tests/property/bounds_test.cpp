// The bound of the best prices is at least that of the compact model's linear relaxation: the
// priced model's columns are whole covers, the compact model's are fractional.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "planner/compact/compact.h"
#include "planner/price/bound.h"
#include "support/random_problem.h"
#include "support/soak.h"

namespace tangram::planner {
namespace {

Cost priced_bound(const PlanningModel& model) {
    const std::int64_t step = cost_step(model).count();
    const std::int64_t step_price = step * kPricePerCost;
    const std::int64_t value = price::best_bound(model, step_price, {}).value;
    return Cost{(value + step_price - 1) / step_price * step};
}

bool can_be_priced(const PlanningModel& model) {
    if (model.demands.empty() || model.types.empty()) return false;
    const auto has_options = [](const Demand& demand) { return demand.option_count > 0; };
    return std::ranges::all_of(model.demands, has_options);
}

// A few rates, several kinds of GPU, costs, caps, replicas, throughputs of every kind.
TEST(Bounds, PricesProveAtLeastWhatTheRelaxationDoes) {
    std::uint64_t compared = 0;
    std::uint64_t stronger = 0;
    for (const int instances_max : {2, 10, 100}) {
        const test::RandomShape shape{.services_max = 12, .instances_max = instances_max};
        for (std::uint64_t seed = 1; seed <= test::soaked(400); ++seed) {
            const workload::Problem problem = test::random_problem(seed, shape);
            SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + test::describe(problem));
            const Result<PlanningModel> model = build_planning_model(problem);
            ASSERT_TRUE(model.has_value()) << model.error().text();
            if (!can_be_priced(*model)) continue;
            const compact::RelaxationBound relaxation = compact::compact_lp_bound(*model);
            if (!relaxation.solved) continue;
            const Cost priced = priced_bound(*model);
            ASSERT_GE(priced, relaxation.bound);
            ++compared;
            stronger += priced > relaxation.bound ? 1U : 0U;
        }
    }
    EXPECT_GT(compared, test::soaked(600));
    EXPECT_GT(stronger, test::soaked(100));
}

}  // namespace
}  // namespace tangram::planner
