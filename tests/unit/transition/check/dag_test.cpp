// Orders, cycles, states and what precedes what, against the plain way to compute them.
#include "transition/check/dag.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/random.h"
#include "transition/check/reach.h"

namespace tangram::transition::check_parts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Arc arc(std::size_t before, std::size_t after) {
    return {StepId{before}, StepId{after}, ArcReason::kOrder, {}};
}

TEST(Dag, OrdersWhatCanBeOrdered) {
    const Dag dag(4, {arc(3, 0), arc(0, 2), arc(3, 2), arc(3, 2)});
    EXPECT_THAT(dag.cycle(), IsEmpty());
    EXPECT_THAT(dag.order(), ElementsAre(StepId{1}, StepId{3}, StepId{0}, StepId{2}));
    EXPECT_EQ(dag.position(StepId{0}), 2U);
}

TEST(Dag, NamesACycle) {
    const Dag dag(6, {arc(0, 1), arc(1, 2), arc(2, 3), arc(3, 1), arc(3, 4)});
    EXPECT_THAT(dag.cycle(), ElementsAre(StepId{2}, StepId{3}, StepId{1}));
    EXPECT_THAT(Dag(2, {arc(1, 1)}).cycle(), ElementsAre(StepId{1}));
}

TEST(Dag, StartsStepsInTheLeastState) {
    const Dag dag(5, {arc(0, 1), arc(1, 2), arc(3, 2)});
    const std::vector<StepId> both = {StepId{2}, StepId{1}, StepId{4}, StepId{4}};
    const Interleaving state = dag.started(both);
    EXPECT_EQ(state.running, 2U);  // 1 has to have ended for 2
    EXPECT_THAT(state.steps, ElementsAre(StepId{0}, StepId{1}, StepId{3}, StepId{2}, StepId{4}));
    EXPECT_THAT(dag.started({}).steps, IsEmpty());
}

// Arcs from lower to higher numbers, and for each step all that precede it.
struct RandomDag {
    std::vector<Arc> arcs;
    std::vector<std::set<std::size_t>> before;
};

RandomDag random_dag(std::size_t steps, Random& random) {
    RandomDag made;
    made.before.resize(steps);
    for (std::size_t after = 1; after < steps; ++after) {
        for (std::uint64_t n = random.below(4); n > 0; --n) {
            const std::size_t before = random.below(after);
            made.arcs.push_back(arc(before, after));
            made.before[after].insert(before);
            made.before[after].insert(made.before[before].begin(), made.before[before].end());
        }
    }
    return made;
}

TEST(Reach, FindsAllThatPrecede) {
    Random random(1);
    for (const std::size_t steps : {5U, 60U, 300U}) {
        for (int round = 0; round < 20; ++round) {
            const RandomDag made = random_dag(steps, random);
            const Dag dag(steps, made.arcs);
            // Several groups, which share steps and together fill more than one pass.
            std::vector<ReachGroup> groups(7);
            for (ReachGroup& group : groups) {
                for (std::size_t i = 0; i < steps; ++i) {
                    if (random.below(2) == 0) group.sources.push_back(StepId{i});
                    if (random.below(2) == 0) group.sinks.push_back(StepId{i});
                }
            }
            const std::vector<BitMatrix> found = reach(dag, groups);
            ASSERT_EQ(found.size(), groups.size());
            for (std::size_t g = 0; g < groups.size(); ++g) {
                for (std::size_t row = 0; row < groups[g].sinks.size(); ++row) {
                    const auto& before = made.before[groups[g].sinks[row].index()];
                    for (std::size_t column = 0; column < groups[g].sources.size(); ++column) {
                        ASSERT_EQ(found[g].at(row, column),
                                  before.contains(groups[g].sources[column].index()));
                    }
                }
            }
        }
    }
}

}  // namespace
}  // namespace tangram::transition::check_parts
