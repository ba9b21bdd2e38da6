#include "planner/compact/dual_bound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/random.h"
#include "planner/compact/compact.h"
#include "planner/compact/formulation.h"
#include "support/brute_force.h"
#include "unit/planner/compact/compact_models.h"

namespace tangram::planner::compact {
namespace {

constexpr std::int64_t kGpu = kPricePerCost * kCostPerUnit;  // price of a GPU of cost 1

std::int64_t charged(const PlanningModel& model, const Prices& prices, PartitionId m) {
    std::int64_t sum = 0;
    for (const InstanceTypeId k : model.types.ids()) {
        sum += model.partitions[m].counts[k.index()] * prices.types[k].count();
    }
    return sum;
}

void expect_feasible(const PlanningModel& model, const Prices& prices) {
    for (const InstanceTypeId k : model.types.ids()) EXPECT_GE(prices.types[k].count(), 0);
    for (const PartitionId m : model.partitions.ids()) {
        const FleetEntryId entry = model.partitions[m].entry;
        const std::int64_t rent = model.entries[entry].cap ? prices.rents[entry].count() : 0;
        EXPECT_LE(charged(model, prices, m),
                  model.partitions[m].cost.count() * kPricePerCost + rent);
    }
}

RealPrices random_prices(const PlanningModel& model, Random& random, double most) {
    RealPrices prices;
    for (std::size_t k = 0; k < model.types.size(); ++k) {
        prices.types.push_back(most * random.unit());
    }
    for (std::size_t e = 0; e < model.entries.size(); ++e) {
        prices.rents.push_back(most * random.unit());
    }
    return prices;
}

TEST(FeasiblePrices, AnythingIsMadeFeasible) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const Modelled m = modelled(test::random_problem(seed));
        Random random(seed);
        for (const double most : {0.0, 0.1, 1.0, 1e6, 1e300}) {
            SCOPED_TRACE("seed " + std::to_string(seed) + " most " + std::to_string(most));
            expect_feasible(m.model,
                            feasible_prices(m.model, random_prices(m.model, random, most)));
        }
    }
}

// Raised until for every type some partition is used up, less than one instance's rounding.
TEST(FeasiblePrices, LeaveNoRoom) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const Modelled m = modelled(test::random_problem(seed));
        Random random(seed);
        const Prices prices = feasible_prices(m.model, random_prices(m.model, random, 0.1));
        for (const InstanceTypeId k : m.model.types.ids()) {
            const bool tight = std::ranges::any_of(m.model.partitions.ids(), [&](PartitionId id) {
                const PartitionChoice& partition = m.model.partitions[id];
                const bool capped = m.model.entries[partition.entry].cap.has_value();
                const std::int64_t allowed = partition.cost.count() * kPricePerCost +
                                             (capped ? prices.rents[partition.entry].count() : 0);
                const int count = partition.counts[k.index()];
                return count > 0 && allowed - charged(m.model, prices, id) < count;
            });
            EXPECT_TRUE(tight) << "seed " << seed << " type " << k.index();
        }
    }
}

TEST(FeasiblePrices, NansAndNegativesAreNothing) {
    const Modelled m = modelled(one_service().build());
    RealPrices prices;
    prices.types = {std::nan(""), -5};
    prices.rents = {-1};
    expect_feasible(m.model, feasible_prices(m.model, prices));
}

TEST(FeasiblePrices, SeventhsOfAGpuStayExact) {
    const Modelled m = modelled(one_service().build());
    RealPrices prices;
    prices.types = {1.0 / 7, 2.0 / 7};
    prices.rents = {0};
    const Prices whole = feasible_prices(m.model, prices);
    EXPECT_EQ(whole.types[InstanceTypeId{0}].count(), kGpu / 7);
    EXPECT_EQ(whole.types[InstanceTypeId{1}].count(), 2 * kGpu / 7);
}

// The point of it all: whatever the prices, no bound exceeds the optimum.
TEST(DualBound, NoPricesProveTooMuch) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const Modelled m = modelled(test::random_problem(seed));
        const test::Enumeration truth = test::brute_force(m.model);
        if (!truth.complete || !truth.optimum) continue;
        Random random(seed);
        for (int draw = 0; draw < 20; ++draw) {
            const Prices prices =
                feasible_prices(m.model, random_prices(m.model, random, draw % 2 ? 1.0 : 0.2));
            EXPECT_LE(dual_bound(m.model, prices), *truth.optimum) << "seed " << seed;
            EXPECT_LE(*truth.optimum, cost_ceiling(m.model)) << "seed " << seed;
        }
    }
}

// Without trusting it, the bound is what the solver says of the whole linear relaxation.
TEST(LpBound, EqualsTheRelaxation) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const Modelled m = modelled(test::random_problem(seed));
        Formulation relaxed = formulate(m.model, {});
        relaxed.program.integer.assign(relaxed.program.columns(), false);
        const lp::Solution solution = lp::solve(relaxed.program, {});
        const RelaxationBound bound = compact_lp_bound(m.model);
        SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + test::describe(*m.problem));
        const bool infeasible = solution.status == lp::Status::kInfeasible;
        // The proof is a bound above what all GPUs cost; free GPUs take it away.
        const bool some_free = std::ranges::any_of(
            m.model.partitions, [](const auto& choice) { return choice.cost == Cost{0}; });
        EXPECT_TRUE(bound.infeasible == infeasible || (infeasible && some_free));
        if (infeasible) continue;
        const auto step = static_cast<double>(relaxed.unit.count());
        const double steps = static_cast<double>(bound.bound.count()) / step;
        EXPECT_GE(steps, solution.objective - 1e-4);
        EXPECT_LE(steps, solution.objective + 1 + 1e-4);
        EXPECT_TRUE(bound.solved);
    }
}

TEST(LpBound, OneServiceByHand) {
    // 1.5 of 2g at 2/7 GPU, or 3.75 of 1g at 1/7: less than one GPU, so one.
    const Modelled m = modelled(one_service().build());
    EXPECT_EQ(compact_lp_bound(m.model).bound, Cost{kCostPerUnit});
}

TEST(LpBound, NothingToServeCostsNothing) {
    const Modelled m = modelled(test::SmallProblem().row("bert", "1g", 1, 1).build());
    const RelaxationBound bound = compact_lp_bound(m.model);
    EXPECT_EQ(bound.bound, Cost{});
    EXPECT_FALSE(bound.infeasible);
}

TEST(LpBound, StopsAtTheWorkBudgetWithAValidBound) {
    const Modelled m = modelled(test::random_problem(3));
    const RelaxationBound full = compact_lp_bound(m.model);
    const RelaxationBound stopped = compact_lp_bound(m.model, {.work_budget = 1});
    EXPECT_FALSE(stopped.solved);
    EXPECT_LE(stopped.bound, full.bound);
}

TEST(LpBound, PlannerAnswersWithABoundOnly) {
    const Modelled m = modelled(one_service().build());
    const Outcome outcome = LpBoundPlanner().plan(m.model, {});
    EXPECT_EQ(outcome.status, Status::kUnknown);
    EXPECT_FALSE(outcome.plan.has_value());
    EXPECT_EQ(outcome.engine, "lp-bound");
    EXPECT_EQ(outcome.bound, Cost{kCostPerUnit});
    EXPECT_EQ(outcome.prices.types.size(), 2U);
    EXPECT_EQ(outcome.stop_reason, "bound only");
}

}  // namespace
}  // namespace tangram::planner::compact
