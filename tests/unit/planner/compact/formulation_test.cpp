#include "planner/compact/formulation.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/planner/compact/compact_models.h"

namespace tangram::planner::compact {
namespace {

double coefficient(const Formulation& formulation, int row, std::size_t column) {
    for (const lp::Term& term : formulation.program.rows[static_cast<std::size_t>(row)]) {
        if (term.column == static_cast<int>(column)) return term.coefficient;
    }
    return 0;
}

TEST(Formulation, OneServiceRowByRow) {
    const Modelled small = modelled(one_service().build());
    const Formulation f = formulate(small.model, {});
    ASSERT_EQ(small.model.options.size(), 2U);
    EXPECT_EQ(f.first_partition, 2U);
    EXPECT_EQ(f.program.columns(), 2 + small.model.partitions.size());
    EXPECT_EQ(f.unit, Cost{kCostPerUnit});
    EXPECT_TRUE(f.program.integer[0]);
    // Coverage: 0.4 x + 1 x' >= 1.5, in units of the best throughput.
    EXPECT_DOUBLE_EQ(f.coverage_scale[0], 100'000);
    EXPECT_DOUBLE_EQ(coefficient(f, f.coverage[0], 0), 0.4);
    EXPECT_DOUBLE_EQ(coefficient(f, f.coverage[0], 1), 1.0);
    EXPECT_DOUBLE_EQ(f.program.row_lower[static_cast<std::size_t>(f.coverage[0])], 1.5);
    EXPECT_EQ(f.replicas[0], -1);
    EXPECT_EQ(f.caps[0], -1);
    // Never more than four 1g or two 2g.
    EXPECT_DOUBLE_EQ(f.program.column_upper[0], 4);
    EXPECT_DOUBLE_EQ(f.program.column_upper[1], 2);
    for (const PartitionId m : small.model.partitions.ids()) {
        const std::size_t column = f.first_partition + m.index();
        for (std::size_t k = 0; k < 2; ++k) {
            EXPECT_DOUBLE_EQ(coefficient(f, f.supply[k], column),
                             small.model.partitions[m].counts[k]);
        }
    }
    EXPECT_DOUBLE_EQ(coefficient(f, f.supply[0], 0), -1);
}

TEST(Formulation, ThroughputBeyondTheRequirementIsCut) {
    test::SmallProblem small;
    small.row("bert", "1g", 40, 20).row("bert", "7g", 900, 20).service("a", "bert", 50, 100);
    const Modelled m = modelled(small.build());
    const Formulation f = formulate(m.model, {});
    EXPECT_DOUBLE_EQ(f.coverage_scale[0], 50'000);
    EXPECT_DOUBLE_EQ(coefficient(f, f.coverage[0], 0), 0.8);
    EXPECT_DOUBLE_EQ(coefficient(f, f.coverage[0], 1), 1.0);
}

TEST(Formulation, ReplicaRowsWhereNotImplied) {
    test::SmallProblem small;
    small.row("bert", "1g", 40, 20);
    small.service("idle", "bert", 0, 100);
    small.service("one", "bert", 10, 100);
    small.service("three", "bert", 10, 100).min_replicas = 3;
    const Formulation f = formulate(modelled(small.build()).model, {});
    EXPECT_EQ(f.coverage[0], -1);
    EXPECT_GE(f.replicas[0], 0);
    EXPECT_EQ(f.replicas[1], -1);
    ASSERT_GE(f.replicas[2], 0);
    EXPECT_DOUBLE_EQ(f.program.row_lower[static_cast<std::size_t>(f.replicas[2])], 3);
}

TEST(Formulation, CapsCanBeLeftOut) {
    test::SmallProblem small = one_service();
    small.fleet("Seven", 4);
    const Modelled m = modelled(small.build());
    const Formulation with = formulate(m.model, {});
    ASSERT_GE(with.caps[0], 0);
    EXPECT_DOUBLE_EQ(with.program.row_upper[static_cast<std::size_t>(with.caps[0])], 4);
    EXPECT_EQ(formulate(m.model, {.caps = false}).caps[0], -1);
}

TEST(Formulation, RoundingCutsAreAddedAndCutOff) {
    const Modelled m = modelled(one_service().build());
    const Formulation plain = formulate(m.model, {});
    const Formulation cut = formulate(m.model, {.rounding_cuts = true});
    EXPECT_GT(cut.program.rows.size(), plain.program.rows.size());
    // 1.5 of 2g satisfies the relaxation; divided by 100 and rounded up, at least two are needed.
    lp::Model relaxed_plain = plain.program;
    lp::Model relaxed_cut = cut.program;
    relaxed_plain.integer.assign(relaxed_plain.columns(), false);
    relaxed_cut.integer.assign(relaxed_cut.columns(), false);
    EXPECT_GT(lp::solve(relaxed_cut, {}).objective, lp::solve(relaxed_plain, {}).objective + 0.01);
}

TEST(Formulation, TighteningRaisesCoverageOnly) {
    const Modelled m = modelled(one_service().build());
    const Formulation f = formulate(m.model, {.tightening = 0.25});
    EXPECT_DOUBLE_EQ(f.program.row_lower[static_cast<std::size_t>(f.coverage[0])], 1.75);
    EXPECT_DOUBLE_EQ(f.program.row_lower[static_cast<std::size_t>(f.supply[0])], 0);
}

TEST(Formulation, CountsCostInSteps) {
    test::SmallProblem small = one_service();
    small.fleet("Seven").cost = Cost{2'500'000};
    small.fleet("Four").cost = Cost{1'000'000};
    small.row("bert", "1g", 30, 20, {.gpu = "Four"});
    const Modelled m = modelled(small.build());
    const Formulation f = formulate(m.model, {});
    EXPECT_DOUBLE_EQ(f.program.cost[f.first_partition], 5);
    EXPECT_DOUBLE_EQ(f.program.cost.back(), 2);
    EXPECT_DOUBLE_EQ(formulate(m.model, {.count_gpus = true}).program.cost.back(), 1);
}

}  // namespace
}  // namespace tangram::planner::compact
