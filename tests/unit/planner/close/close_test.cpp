#include "planner/close/close.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deployment/checker.h"
#include "planner/assembly.h"
#include "support/small_problem.h"

namespace tangram::planner::close {
namespace {

using deployment::Deployment;
using test::SmallProblem;
using testing::HasSubstr;

// Two services on GPUs of four slices; rates in instances of 1g for a, of 2g for b.
SmallProblem two_services(double a, double b) {
    SmallProblem small;
    test::RowExtras four;
    four.gpu = "Four";
    small.row("one", "1g", 10, 20, four).row("two", "2g", 10, 20, four);
    small.fleet("Four");
    small.service("a", "one", 10 * a, 100);
    small.service("b", "two", 10 * b, 100);
    return small;
}

Outcome best(const PlanningModel& model) { return make_planner("exact")->plan(model, {}); }

Deployment deployed(const workload::Problem& problem) {
    const PlanningModel model = build_planning_model(problem).value();
    return assemble(model, *best(model).plan).deployment;
}

struct Asked {
    Wishes wishes = {};
    CloseOptions options = {};
};

Result<Target> move(const Deployment& current, workload::Problem problem, const Asked& asked = {}) {
    const auto lost = lost_gpus(problem, current, asked.wishes);
    if (!lost) return lost.error();
    problem = without_lost(problem, current, *lost);
    const PlanningModel model = build_planning_model(problem).value();
    const auto fleet = read_current(model, current, *lost, asked.wishes);
    if (!fleet) return fleet.error();
    Target target = stay_close(model, *fleet, best(model), asked.options);
    if (target.deployment) {
        const auto check = deployment::check(problem, *target.deployment);
        EXPECT_TRUE(check.ok()) << check.violations.front().message;
    }
    return target;
}

TEST(StayClose, TheSameProblemRestartsNothing) {
    const workload::Problem problem = two_services(3, 2).build();
    const Target target = move(deployed(problem), problem).value();
    EXPECT_EQ(target.outcome.restart->cost, SliceTime{0});
    EXPECT_EQ(target.outcome.restart->kept, 5);
    EXPECT_EQ(target.outcome.restart->stopped, 0);
    EXPECT_EQ(target.outcome.status, Status::kOptimal);
}

TEST(StayClose, WhatFitsBesideIsStartedBeside) {
    const Deployment current = deployed(two_services(1, 1).build());
    const Target target = move(current, two_services(2, 1).build()).value();
    EXPECT_EQ(target.outcome.restart->cost, SliceTime{1'000});
    EXPECT_EQ(target.outcome.restart->bound, SliceTime{1'000});
    EXPECT_EQ(target.outcome.restart->kept, 2);
    EXPECT_EQ(target.outcome.restart->started, 1);
    EXPECT_EQ(target.deployment->gpus.size(), 1u);
    EXPECT_EQ(target.deployment->gpus[deployment::GpuIndex{0}].id, "gpu-0");
}

TEST(StayClose, WhatNobodyNeedsThePlaceOfStays) {
    const Deployment current = deployed(two_services(2, 1).build());
    const Target target = move(current, two_services(1, 1).build()).value();
    EXPECT_EQ(target.outcome.restart->kept, 3);
    EXPECT_EQ(target.outcome.restart->stopped, 0);
}

// Two of a on one GPU: the first day that a loss must be survived one of them moves to b's.
TEST(StayClose, WhatMustSurviveALossIsMovedApart) {
    const Deployment current = deployed(two_services(4, 1).build());  // a a a a | b
    ASSERT_EQ(current.gpus.size(), 2u);
    workload::Problem problem = two_services(3, 1).build();
    workload::Service& a = problem.services[ServiceId{0}];
    a.survive_gpu = Share{kSharePerOne / 3};
    const Target target = move(current, problem).value();
    EXPECT_EQ(target.outcome.cost, Cost{2 * kCostPerUnit});
    EXPECT_EQ(target.outcome.restart->cost, SliceTime{1'000});
    EXPECT_EQ(target.outcome.restart->started, 1);
    a.survive_gpu = Share{0};
    EXPECT_EQ(move(current, problem).value().outcome.restart->cost, SliceTime{0});
}

TEST(StayClose, AFrozenServiceThatCannotSurviveLeavesNoPlan) {
    const Deployment current = deployed(two_services(1, 1).build());
    workload::Problem problem = two_services(1, 1).build();
    problem.services[ServiceId{0}].survive_gpu = Share{kSharePerOne};
    Asked asked;
    asked.wishes.frozen = {"a"};
    const Target target = move(current, problem, asked).value();
    EXPECT_EQ(target.outcome.status, Status::kInfeasible);
    EXPECT_THAT(target.outcome.stop_reason, HasSubstr("'a' is frozen and lacks a capacity of 10"));
}

TEST(StayClose, StartTimesWeigh) {
    const Deployment current = deployed(two_services(1, 1).build());
    Asked asked;
    asked.options.start_times = IdVector<ServiceId, Duration>(2, std::chrono::milliseconds(2'500));
    const Target target = move(current, two_services(2, 1).build(), asked).value();
    EXPECT_EQ(target.outcome.restart->cost, SliceTime{2'500});
}

// gpu-0: a a b, gpu-1: b and two free slices. Two 2g more need gpu-1 and a third GPU, or a restart.
TEST(StayClose, SlackBuysFewerRestarts) {
    SmallProblem before = two_services(4, 1);
    const Deployment current = deployed(before.build());  // a a a a | b
    ASSERT_EQ(current.gpus.size(), 2u);
    SmallProblem after;
    test::RowExtras four;
    four.gpu = "Four";
    after.row("one", "1g", 10, 20, four)
        .row("two", "2g", 10, 20, four)
        .row("whole", "4g", 10, 20, four);
    after.fleet("Four");
    after.service("a", "one", 20, 100);
    after.service("b", "two", 10, 100);
    after.service("c", "whole", 10, 100);
    const Target tight = move(current, after.build()).value();
    EXPECT_EQ(tight.outcome.cost, Cost{2 * kCostPerUnit});
    EXPECT_EQ(tight.outcome.restart->cost, SliceTime{6'000});  // c, and b beside two of a
    Asked asked;
    asked.options.slack_gpus = 1;
    const Target loose = move(current, after.build(), asked).value();
    EXPECT_EQ(loose.outcome.cost, Cost{3 * kCostPerUnit});
    EXPECT_EQ(loose.outcome.restart->cost, SliceTime{4'000});
    EXPECT_EQ(loose.outcome.restart->bound, SliceTime{4'000});
    EXPECT_EQ(loose.outcome.bound, Cost{2 * kCostPerUnit});
    asked.options.slack_gpus = 3;  // more than one helps nobody, and is not taken
    EXPECT_EQ(move(current, after.build(), asked).value().outcome.cost, Cost{3 * kCostPerUnit});
}

TEST(StayClose, LostGpusAreNotUsedAgain) {
    SmallProblem small = two_services(4, 2);
    const Deployment current = deployed(small.build());
    const Asked asked{.wishes = {{"gpu-0"}, {}}};
    const Target target = move(current, small.build(), asked).value();
    ASSERT_EQ(target.deployment->gpus.size(), 2u);
    for (const auto& gpu : target.deployment->gpus) EXPECT_NE(gpu.id, "gpu-0");
    EXPECT_EQ(target.outcome.restart->cost, SliceTime{4'000});
    EXPECT_EQ(target.outcome.restart->stopped, 0);  // a lost instance is not stopped by us

    workload::Problem capped = small.build();
    capped.fleet[FleetEntryId{0}].count = 2;
    EXPECT_EQ(move(current, capped, asked).value().outcome.status, Status::kInfeasible);
}

TEST(StayClose, ExcludedGpusAreLostToo) {
    SmallProblem small = two_services(1, 1);
    Deployment current = deployed(small.build());
    current.gpus[deployment::GpuIndex{0}].status = deployment::GpuStatus::kExcluded;
    const Target target = move(current, small.build()).value();
    EXPECT_NE(target.deployment->gpus[deployment::GpuIndex{0}].id, "gpu-0");
    EXPECT_EQ(target.outcome.restart->kept, 0);
}

// a a | b packed on one GPU would do; a frozen GPU keeps its free slices.
TEST(StayClose, FrozenGpusStayAsTheyAre) {
    const Deployment current = deployed(two_services(1, 1).build());
    const Asked asked{.wishes = {{}, {"gpu-0"}}};
    const Target target = move(current, two_services(2, 1).build(), asked).value();
    ASSERT_EQ(target.deployment->gpus.size(), 2u);
    EXPECT_EQ(target.deployment->gpus[deployment::GpuIndex{0}].instances.size(), 2u);
    EXPECT_EQ(target.outcome.status, Status::kOptimal);  // of the plans that keep gpu-0
    EXPECT_EQ(target.outcome.bound, Cost{2 * kCostPerUnit});
}

TEST(StayClose, FrozenServicesGetNoInstanceMore) {
    const Deployment current = deployed(two_services(1, 1).build());
    const Asked asked{.wishes = {{}, {"a"}}};
    const Target stays = move(current, two_services(1, 2).build(), asked).value();
    EXPECT_EQ(stays.outcome.restart->kept, 2);
    const Target more = move(current, two_services(2, 1).build(), asked).value();
    EXPECT_EQ(more.outcome.status, Status::kInfeasible);
    EXPECT_THAT(more.outcome.stop_reason, HasSubstr("'a' is frozen and lacks a capacity of 10"));
}

TEST(StayClose, ContradictionsAreErrors) {
    const workload::Problem problem = two_services(1, 1).build();
    const Deployment current = deployed(problem);
    const auto error = [&](Wishes wishes, const workload::Problem& asked) {
        const auto target = move(current, asked, {.wishes = std::move(wishes)});
        return target ? std::string("none") : target.error().text();
    };
    EXPECT_THAT(error({{}, {"c"}}, problem), HasSubstr("neither a service"));
    EXPECT_THAT(error({{"gpu-9"}, {}}, problem), HasSubstr("there is no GPU 'gpu-9'"));
    EXPECT_THAT(error({{"gpu-0"}, {"gpu-0"}}, problem), HasSubstr("gpu-0 cannot stay: it is lost"));
    EXPECT_THAT(error({{"gpu-0"}, {"a"}}, problem), HasSubstr("the GPU is lost"));

    SmallProblem other = two_services(1, 1);
    test::RowExtras better;
    better.gpu = "Four";
    better.batch = 2;
    other.row("one", "1g", 20, 20, better);
    EXPECT_THAT(error({{}, {"a"}}, other.build()), HasSubstr("another operating point"));
    SmallProblem gone;
    test::RowExtras four;
    four.gpu = "Four";
    gone.row("one", "1g", 10, 20, four);
    gone.fleet("Four");
    gone.service("a", "one", 10, 100);
    EXPECT_THAT(error({{}, {"gpu-0"}}, gone.build()), HasSubstr("no service 'b'"));
}

TEST(StayClose, ReplicasStayApart) {
    SmallProblem before = two_services(1, 1);
    const Deployment current = deployed(before.build());
    SmallProblem after = two_services(1, 1);
    workload::Problem problem = after.build();
    workload::Service& a = problem.services[ServiceId{0}];
    a.min_replicas = 3;
    a.spread = workload::Spread::kGpu;
    const Target target = move(current, problem).value();
    EXPECT_EQ(target.deployment->gpus.size(), 3u);
    EXPECT_EQ(target.outcome.restart->kept, 2);
    EXPECT_EQ(target.outcome.restart->started, 2);
}

TEST(StayClose, ReplicasStayOnDifferentNodes) {
    const auto problem = [](double rate) {
        SmallProblem small;
        test::RowExtras four;
        four.gpu = "Four";
        small.row("one", "1g", 10, 20, four);
        small.fleet("Four", 6, 2);
        small.service("a", "one", rate, 100);
        workload::Service& a = small.service("b", "one", rate, 100);
        a.min_replicas = 3;
        a.spread = workload::Spread::kNode;
        return small.build();
    };
    const Deployment current = deployed(problem(20));
    const Target more = move(current, problem(40)).value();
    EXPECT_EQ(more.outcome.restart->kept, 5);
    EXPECT_EQ(more.outcome.restart->started, 3);
    const Target moved =
        move(current, problem(20), {.wishes = {{current.gpus[deployment::GpuIndex{0}].id}, {}}})
            .value();
    EXPECT_NE(moved.outcome.status, Status::kUnknown);
    EXPECT_TRUE(moved.deployment);
}

TEST(StayClose, NamedGpusKeepTheirNames) {
    workload::Problem problem = two_services(4, 2).build();
    problem.fleet[FleetEntryId{0}].count = 4;
    for (const char* node : {"x", "y"}) {
        const std::string name(node);
        problem.nodes.push_back(
            {name, {{name + "0", FleetEntryId{0}}, {name + "1", FleetEntryId{0}}}});
    }
    const Deployment current = deployed(problem);
    ASSERT_EQ(current.gpus.size(), 2u);
    const std::string lost = current.gpus[deployment::GpuIndex{0}].id;
    const Target target = move(current, problem, {.wishes = {{lost, "y0"}, {}}}).value();
    ASSERT_EQ(target.deployment->gpus.size(), 2u);
    for (const auto& gpu : target.deployment->gpus) {
        EXPECT_NE(gpu.id, lost);
        EXPECT_NE(gpu.id, "y0");
    }
    EXPECT_GT(target.outcome.restart->kept, 0);
}

TEST(StayClose, WhatHasFailedIsStartedAgain) {
    const workload::Problem problem = two_services(1, 1).build();
    Deployment current = deployed(problem);
    for (deployment::Instance& one : current.gpus[deployment::GpuIndex{0}].instances) {
        one.phase = deployment::Phase::kFailed;
    }
    const Target target = move(current, problem).value();
    EXPECT_EQ(target.outcome.restart->kept, 0);
    EXPECT_EQ(target.outcome.restart->started, 2);
}

TEST(StayClose, NothingRunsYetAndNothingIsAsked) {
    const workload::Problem problem = two_services(2, 1).build();
    const Target fresh = move(Deployment{}, problem).value();
    EXPECT_EQ(fresh.outcome.restart->cost, SliceTime{4'000});
    EXPECT_EQ(fresh.outcome.restart->bound, SliceTime{4'000});
    SmallProblem none;
    none.fleet("Four");
    const Target empty = move(deployed(problem), none.build()).value();
    EXPECT_EQ(empty.outcome.restart->stopped, 3);
    EXPECT_TRUE(empty.deployment->gpus.empty());
}

}  // namespace
}  // namespace tangram::planner::close
