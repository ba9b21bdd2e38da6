// Every planner on tiny random problems: the same answer again, for any number of threads, and
// while others plan beside it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "planner/planner.h"
#include "support/random_problem.h"
#include "threads/same_plan.h"

namespace tangram::planner {
namespace {

constexpr std::uint64_t kProblems = 40;

Outcome planned(const Planner& planner, std::uint64_t seed, int threads) {
    const workload::Problem problem = test::random_problem(seed);
    const Result<PlanningModel> model = build_planning_model(problem);
    return planner.plan(model.value(), {.seed = 7, .work_budget = 3'000'000, .threads = threads});
}

void expect_same(const Outcome& a, const Outcome& b) {
    EXPECT_EQ(a.status, b.status);
    EXPECT_EQ(a.stop_reason, b.stop_reason);
    EXPECT_EQ(a.work, b.work);
    EXPECT_EQ(a.seed, b.seed);
    ASSERT_EQ(a.plan.has_value(), b.plan.has_value());
    EXPECT_TRUE(!a.plan || test::same_plan(*a.plan, *b.plan));
}

class Planners : public testing::TestWithParam<std::string_view> {};

TEST_P(Planners, ThreadsAndCompanyChangeNothing) {
    const auto planner = make_planner(GetParam());
    std::vector<Outcome> beside(kProblems);
    parallel_chunks(kProblems, 1, 4, [&](std::size_t seed, std::size_t, int) {
        beside[seed] = planned(*planner, seed, 3);
    });
    for (std::uint64_t seed = 0; seed < kProblems; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        expect_same(planned(*planner, seed, 1), beside[seed]);
    }
}

INSTANTIATE_TEST_SUITE_P(, Planners, testing::ValuesIn(planner_names()), [](const auto& instance) {
    std::string name(instance.param);
    std::ranges::replace(name, '-', '_');
    return name;
});

}  // namespace
}  // namespace tangram::planner
