#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"
#include "lp/model.h"

namespace tangram::lp {
namespace {

TEST(IncrementalLp, FollowsTheRows) {
    Model model;
    model.maximise = true;
    const int x = model.add_column(1, 0, 10);
    IncrementalLp lp(model);
    EXPECT_NEAR(lp.solve().objective, 10, 1e-9);
    lp.add_row(-kInfinity, 6, std::vector<Term>{{x, 2}});
    const Solution solution = lp.solve();
    EXPECT_NEAR(solution.objective, 3, 1e-9);
    ASSERT_EQ(solution.row_duals.size(), 1U);
    EXPECT_NEAR(solution.row_duals[0], 0.5, 1e-9);
    lp.add_row(4, kInfinity, std::vector<Term>{{x, 1}});
    EXPECT_EQ(lp.solve().status, Status::kInfeasible);
}

// The use it is made for: cutting planes of a concave function in a few prices.
TEST(IncrementalLp, EqualsAFreshSolveAfterEachRow) {
    Random random(4);
    Model model;
    model.maximise = true;
    constexpr int kPrices = 5;
    for (int k = 0; k < kPrices; ++k) model.add_column(0, 0, 1);
    const int value = model.add_column(1, -kInfinity, kInfinity);
    model.add_row(-kInfinity, 1e6, std::vector<Term>{{value, 1}});
    IncrementalLp lp(model);
    for (int round = 0; round < 60; ++round) {
        std::vector<Term> cut{{value, 1}};
        for (int k = 0; k < kPrices; ++k) {
            cut.push_back({k, -static_cast<double>(random.between(-50, 100))});
        }
        const auto right = static_cast<double>(random.between(0, 40));
        model.add_row(-kInfinity, right, cut);
        lp.add_row(-kInfinity, right, cut);
        const Solution warm = lp.solve();
        const Solution fresh = solve(model, {});
        ASSERT_EQ(warm.status, Status::kOptimal) << "round " << round;
        EXPECT_NEAR(warm.objective, fresh.objective, 1e-6) << "round " << round;
        EXPECT_EQ(warm.row_duals.size(), model.rows.size());
    }
}

TEST(IncrementalLp, WarmStartSavesIterations) {
    Random random(9);
    Model model;
    constexpr int kColumns = 60;
    for (int c = 0; c < kColumns; ++c) {
        model.add_column(static_cast<double>(random.between(1, 30)), 0, kInfinity);
    }
    const auto row = [&random] {
        std::vector<Term> terms;
        for (int c = 0; c < kColumns; ++c) {
            terms.push_back({c, static_cast<double>(random.between(1, 30))});
        }
        return terms;
    };
    for (int r = 0; r < 40; ++r) model.add_row(100, kInfinity, row());
    IncrementalLp lp(model);
    const Solution first = lp.solve();
    const auto extra = row();
    lp.add_row(140, kInfinity, extra);
    const Solution second = lp.solve();
    ASSERT_EQ(second.status, Status::kOptimal);
    EXPECT_LT(second.iterations, first.iterations);
}

TEST(IncrementalLp, ARefusedRowIsRemembered) {
    Model model;
    model.add_column(1, 0, 1);
    IncrementalLp lp(model);
    lp.add_row(0, 1, std::vector<Term>{{5, 1}});
    EXPECT_EQ(lp.solve().status, Status::kError);
}

}  // namespace
}  // namespace tangram::lp
