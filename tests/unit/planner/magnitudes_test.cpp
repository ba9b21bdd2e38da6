#include "planner/magnitudes.h"

#include <gtest/gtest.h>

#include "support/small_problem.h"

namespace tangram::planner {
namespace {

TEST(CountsInRange, UpToABillionInstances) {
    test::SmallProblem small;
    small.row("bert", "1g", 10, 20).row("bert", "7g", 70, 20);
    workload::Service& service = small.service("a", "bert", 1e10, 100);
    const workload::Problem just = small.build();
    EXPECT_TRUE(counts_in_range(build_planning_model(just).value()));
    service.rate = test::rps(1.1e10);
    const workload::Problem beyond = small.build();
    EXPECT_FALSE(counts_in_range(build_planning_model(beyond).value()));
}

}  // namespace
}  // namespace tangram::planner
