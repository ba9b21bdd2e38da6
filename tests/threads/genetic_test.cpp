// The genetic search pairs its lines on several threads: they change nothing.
#include "planner/pipeline/genetic/genetic.h"

#include <gtest/gtest.h>

#include "planner/pipeline/tree_search/tree_search.h"
#include "unit/planner/pipeline/odd_machines.h"

namespace tangram::planner::pipeline::genetic {
namespace {

rms::Deployment found(const rms::Problem& problem, const Settings& settings) {
    rms::Meter meter(1'000'000'000, {});
    const auto make = [](const rms::Problem& of) { return tree_search::make_refill(of); };
    return search(problem, whole_task(problem), {}, make, settings, meter).deployment;
}

TEST(Genetic, ThreadsChangeNothing) {
    const rms::Problem problem(test::odd_machines(777, 333));
    EXPECT_EQ(found(problem, {.seed = 4, .threads = 1}), found(problem, {.seed = 4, .threads = 3}));
}

}  // namespace
}  // namespace tangram::planner::pipeline::genetic
