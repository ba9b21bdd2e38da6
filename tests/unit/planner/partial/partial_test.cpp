#include "planner/partial/partial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deployment/checker.h"
#include "planner/assembly.h"
#include "support/random_problem.h"
#include "support/small_problem.h"
#include "support/soak.h"

namespace tangram::planner::partial {
namespace {

using test::SmallProblem;
using testing::ElementsAre;
using testing::IsEmpty;

struct Answer {
    workload::Problem problem;
    PlanningModel model;
    Outcome outcome;

    [[nodiscard]] double served(std::size_t service) const {
        for (const Shortfall& shortfall : outcome.partial->shortfalls) {
            if (shortfall.service == ServiceId{service}) {
                return requests_per_second(shortfall.served);
            }
        }
        return requests_per_second(problem.services[ServiceId{service}].rate);
    }
};

std::unique_ptr<Answer> serve(workload::Problem problem) {
    auto answer = std::make_unique<Answer>();
    answer->problem = std::move(problem);
    answer->model = build_planning_model(answer->problem).value();
    answer->outcome = serve_what_fits(answer->model, *make_planner("exact"), {});
    return answer;
}

void expect_valid(const Answer& answer) {
    ASSERT_TRUE(answer.outcome.plan);
    EXPECT_EQ(answer.outcome.status, Status::kPartial);
    EXPECT_THAT(validate_counts(*answer.outcome.plan_model, *answer.outcome.plan), IsEmpty());
}

// A GPU of seven 1g slices of 10 requests/s each.
SmallProblem seven_slices(std::int64_t gpus) {
    SmallProblem small;
    small.fleet("Seven", gpus);
    small.row("bert", "1g", 10, 20);
    return small;
}

TEST(ServeWhatFits, HalvesWhatIsTwiceTooMuch) {
    SmallProblem small = seven_slices(2);
    small.service("a", "bert", 140, 100);
    small.service("b", "bert", 140, 100);
    const auto answer = serve(small.build());
    expect_valid(*answer);
    EXPECT_EQ(answer->served(0), 70);
    EXPECT_EQ(answer->served(1), 70);
    ASSERT_EQ(answer->outcome.partial->classes.size(), 1U);
    EXPECT_EQ(answer->outcome.partial->classes[0].share, 500);
    EXPECT_EQ(answer->outcome.partial->classes[0].beyond, 501);
}

// Of 140 on two GPUs, 70 are left without one: what must be left is a share of what is served.
TEST(ServeWhatFits, SurvivesTheLossOfWhatIsServed) {
    SmallProblem small = seven_slices(2);
    small.service("a", "bert", 140, 100).survive_gpu = Share{1'000'000};
    const auto answer = serve(small.build());
    expect_valid(*answer);
    EXPECT_EQ(answer->served(0), 70);
    const Assembly assembly = assemble(*answer->outcome.plan_model, *answer->outcome.plan);
    deployment::Deployment deployment = assembly.deployment;
    const auto report = [&](double served) {
        deployment.services[deployment::ServiceNameId{0}].served = test::rps(served);
        return deployment::check(answer->problem, deployment);
    };
    EXPECT_TRUE(report(70).ok());
    EXPECT_FALSE(report(71).ok());
}

TEST(ServeWhatFits, ServesPrioritiesStrictlyInOrder) {
    SmallProblem small = seven_slices(1);
    small.service("low", "bert", 50, 100).priority = 1;
    small.service("high", "bert", 50, 100).priority = 2;
    const auto answer = serve(small.build());
    expect_valid(*answer);
    EXPECT_EQ(answer->served(1), 50);
    EXPECT_EQ(answer->served(0), 20);
    ASSERT_EQ(answer->outcome.partial->classes.size(), 2U);
    EXPECT_EQ(answer->outcome.partial->classes[0].priority, 2);
    EXPECT_EQ(answer->outcome.partial->classes[0].share, 1'000);
    EXPECT_FALSE(answer->outcome.partial->classes[0].beyond);
}

TEST(ServeWhatFits, GivesWhatIsLeftToSingleServices) {
    // Five slices each would be fair and too much; three each leave one slice.
    SmallProblem small = seven_slices(1);
    small.service("a", "bert", 50, 100);
    small.service("b", "bert", 50, 100);
    const auto answer = serve(small.build());
    expect_valid(*answer);
    EXPECT_EQ(answer->served(0) + answer->served(1), 70);
    EXPECT_EQ(std::min(answer->served(0), answer->served(1)), 30);
}

TEST(ServeWhatFits, NoGpusServeNobody) {
    SmallProblem small = seven_slices(0);
    small.service("a", "bert", 5, 100).min_replicas = 2;
    const auto answer = serve(small.build());
    expect_valid(*answer);
    EXPECT_EQ(answer->served(0), 0);
    EXPECT_EQ(answer->outcome.cost, Cost{0});
}

TEST(FindCures, SaysHowManyMoreOfEachKind) {
    SmallProblem small;
    small.fleet("Seven", 1);
    small.fleet("Four", 1);
    small.row("bert", "1g", 10, 20).row("bert", "1g", 20, 20, {.gpu = "Four"});
    small.service("a", "bert", 310, 100);  // 70 + 80 are there: 160 are missing
    const workload::Problem problem = small.build();
    const PlanningModel model = build_planning_model(problem).value();
    const std::vector<Cure> cures = find_cures(model, *make_planner("exact"), {});
    ASSERT_EQ(cures.size(), 2U);
    EXPECT_EQ(cures[0].gpus, 3);
    EXPECT_EQ(cures[1].gpus, 2);
    EXPECT_TRUE(cures[0].fewest && cures[1].fewest);
}

// Against a search of its own: on one class, no share above the found one is served.
TEST(ServeWhatFits, RandomFleetsThatAreTooSmall) {
    const auto exact = make_planner("exact");
    std::uint64_t partial = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(300); ++seed) {
        const workload::Problem problem = test::random_problem(seed);
        const PlanningModel model = build_planning_model(problem).value();
        if (exact->plan(model, {}).status != Status::kInfeasible) continue;
        ++partial;
        const auto answer = serve(problem);
        SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + test::describe(problem));
        expect_valid(*answer);
        EXPECT_FALSE(answer->outcome.partial->shortfalls.empty());
        const PriorityClass& all = answer->outcome.partial->classes.front();
        for (std::int64_t share = all.share + 1; share <= 1'000; share += 83) {
            PlanningModel scaled = answer->model;
            for (Demand& demand : scaled.demands) {
                demand.required = Rate{(demand.required.count() * share + 999) / 1'000};
            }
            EXPECT_FALSE(exact->plan(scaled, {}).plan) << "share " << share;
        }
        for (const Cure& cure : find_cures(answer->model, *exact, {})) {
            PlanningModel larger = answer->model;
            *larger.entries[cure.entry].cap += cure.gpus;
            EXPECT_TRUE(exact->plan(larger, {}).plan);
            --*larger.entries[cure.entry].cap;
            if (cure.fewest) {
                EXPECT_FALSE(exact->plan(larger, {}).plan);
            }
        }
    }
    EXPECT_GT(partial, test::soaked(15));
}

}  // namespace
}  // namespace tangram::planner::partial
