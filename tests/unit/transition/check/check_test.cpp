// One transition that keeps every promise, and what it takes to break each.
#include "transition/check/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/transition/check/check_support.h"

namespace tangram::transition {
namespace {

using deployment::Phase;
using deployment::ServiceNameId;
using test::rps;
using test::SmallTransition;
using testing::ElementsAre;
using testing::HasSubstr;
using enum StepKind;

// The steps of the transition below.
constexpr StepId kTake{0}, kNew{1}, kNewStart{2}, kNewRoute{3}, kOldDrain{4};
// Then the old one's stop and destroy, and the GPU's release.

// Service a on gpu-0, b on gpu-1; a moves to gpu-2, and gpu-0 is given up.
SmallTransition moving() {
    SmallTransition t(200, 200);
    t.gpu("gpu-0", "node-0").holds("2g", 0, "a");
    t.gpu("gpu-1", "node-0").holds("2g", 0, "b");
    t.gpu("gpu-2", "node-1").unused();
    t.chain({t.step(kAcquire, 2), t.step(kCreate, 2, "2g", 4), t.step(kStart, 2, "2g", 4, "a"),
             t.step(kRoute, 2, "2g", 4, "a"), t.step(kDrain, 0, "2g", 0, "a"),
             t.step(kStop, 0, "2g", 0, "a"), t.step(kDestroy, 0, "2g", 0), t.step(kRelease, 0)});
    t.graph.gpus_at_most = 3;
    return t;
}
const CheckOptions kOneSpare{1, {}, {}, {}};

void remove_arc(SmallTransition& t, StepId before, StepId after) {
    ASSERT_EQ(std::erase_if(t.graph.arcs,
                            [&](const Arc& a) { return a.before == before && a.after == after; }),
              1U);
}

TEST(CheckTransition, AcceptsAMove) {
    SmallTransition t = moving();
    const TransitionReport report = checked(t, kOneSpare);
    EXPECT_EQ(text(report), "");
    EXPECT_THAT(report.lowest.raw(), ElementsAre(rps(200), rps(200)));
    ASSERT_EQ(report.reached.gpus.size(), 2U);
    EXPECT_EQ(report.reached.gpus.raw()[0].id, "gpu-1");
    const auto& moved = report.reached.gpus.raw()[1];
    EXPECT_EQ(moved.id, "gpu-2");
    EXPECT_EQ(moved.node, "node-1");
    ASSERT_EQ(moved.instances.size(), 1U);
    EXPECT_EQ(moved.instances[0].start, 4);
    EXPECT_EQ(moved.instances[0].phase, Phase::kServing);
    EXPECT_EQ(report.reached.services[moved.instances[0].service].name, "a");
}

TEST(CheckTransition, AcceptsNothingToDo) {
    SmallTransition t(200, 0);
    t.gpu("gpu-0").holds("2g", 0, "a").holds("1g", 6);
    t.service(1).min_replicas = 0;
    const TransitionReport report = checked(t);
    EXPECT_EQ(text(report), "");
    EXPECT_EQ(report.reached.gpus.raw()[0].instances.size(), 2U);
}

TEST(CheckTransition, RefusesAnotherState) {
    SmallTransition t = moving();
    t.finished();
    t.current.services[ServiceNameId{0}].floor = rps(100);
    const auto report = check_transition(t.problem, t.current, t.graph, kOneSpare);
    EXPECT_THAT(text(report), HasSubstr("stale | current deployment | is "));
}

TEST(CheckTransition, FindsAFloorBrokenAndHow) {
    SmallTransition t = moving();
    remove_arc(t, kNewRoute, kOldDrain);
    const TransitionReport report = checked(t, kOneSpare);
    EXPECT_EQ(text(report),
              "floor | service a | sinks to 0 requests/s, has to keep 200 of 200: lacks 200\n"
              "replicas | service a | is left with 0 replicas, has to keep 1 of 1\n");
    EXPECT_EQ(report.lowest[ServiceNameId{0}], Rate{});
    EXPECT_THAT(report.violations[0].interleaving, ElementsAre(kOldDrain));
    EXPECT_EQ(report.violations[0].running, 1U);
}

TEST(CheckTransition, CountsARouteOnlyOnceItHasEnded) {
    SmallTransition t = moving();
    remove_arc(t, kNewRoute, kOldDrain);
    t.arc(kNewStart, kOldDrain);
    const TransitionReport report = checked(t, kOneSpare);
    EXPECT_THAT(text(report), HasSubstr("sinks to 0 requests/s"));
    EXPECT_THAT(report.violations[0].interleaving, ElementsAre(kTake, kNew, kNewStart, kOldDrain));
    EXPECT_EQ(report.violations[0].running, 1U);
}

TEST(CheckTransition, AllowsADipThatIsStated) {
    SmallTransition t = moving();
    remove_arc(t, kNewRoute, kOldDrain);
    CheckOptions options = kOneSpare;
    options.dips["a"] = Share{999'999};
    EXPECT_FALSE(checked(t, options).ok());
    options.dips["a"] = Share{1'000'000};
    EXPECT_EQ(text(checked(t, options)), "");
    options.dips = {{"b", Share{1'000'000}}};
    EXPECT_FALSE(checked(t, options).ok());
}

TEST(CheckTransition, KeepsTheMarginAndTheRecordedFloor) {
    // 400 now for a rate of 200: one of the two may go, unless a margin forbids it.
    const auto shrinking = [] {
        SmallTransition t(200, 0);
        t.service(1).min_replicas = 0;
        t.gpu("gpu-0").holds("2g", 0, "a").holds("2g", 2, "a");
        t.chain({t.step(kDrain, 0, "2g", 0, "a"), t.step(kStop, 0, "2g", 0, "a"),
                 t.step(kDestroy, 0, "2g", 0)});
        return t;
    };
    SmallTransition t = shrinking();
    EXPECT_EQ(text(checked(t)), "");
    CheckOptions options;
    options.margin = Share{1};
    EXPECT_EQ(
        text(checked(t, options)),
        "floor | service a | sinks to 200 requests/s, has to keep 200.001 of 400: lacks 0.001\n");
}

// Serving 200 of 400 asked for, with 400 on record.
SmallTransition recovering() {
    SmallTransition t(400, 0);
    t.service(1).min_replicas = 0;
    t.current.services[ServiceNameId{0}].floor = rps(400);
    t.gpu("gpu-0").holds("2g", 0, "a").holds("2g", 2).holds("2g", 4);
    t.chain({t.step(kStart, 0, "2g", 2, "a"), t.step(kRoute, 0, "2g", 2, "a")});
    t.chain({t.step(kStart, 0, "2g", 4, "a"), t.step(kRoute, 0, "2g", 4, "a")});
    t.chain({t.step(kDrain, 0, "2g", 0, "a"), t.step(kStop, 0, "2g", 0, "a")});
    return t;
}

TEST(CheckTransition, RecoversFirst) {
    SmallTransition t = recovering();
    t.arc(StepId{1}, StepId{4});
    EXPECT_THAT(text(checked(t)),
                HasSubstr("floor | service a | starts at 200 requests/s, below the 400 it has to "
                          "reach, and is drained on gpu-0 slice 0 when it has 200"));
    t.arc(StepId{3}, StepId{4});
    EXPECT_EQ(text(checked(t)), "");
}

TEST(CheckTransition, KeepsReplicasApart) {
    SmallTransition t = moving();
    t.service(0).spread = workload::Spread::kGpu;
    EXPECT_EQ(text(checked(t, kOneSpare)), "");
    remove_arc(t, kNewRoute, kOldDrain);
    EXPECT_THAT(text(checked(t, kOneSpare)),
                HasSubstr("spread | service a | is left on 0 different GPUs, has to keep 1 of 1"));
}

TEST(CheckTransition, KeepsWhatALossLeaves) {
    // 2 x 200 on each of two GPUs: a loss leaves 400. One of gpu-0 moves to gpu-1.
    SmallTransition t(800, 0);
    t.service(1).min_replicas = 0;
    t.service(0).survive_gpu = Share{500'000};
    t.gpu("gpu-0").holds("2g", 0, "a").holds("2g", 2, "a");
    t.gpu("gpu-1").holds("2g", 0, "a").holds("2g", 2, "a").holds("2g", 4);
    t.chain({t.step(kStart, 1, "2g", 4, "a"), t.step(kRoute, 1, "2g", 4, "a"),
             t.step(kDrain, 0, "2g", 0, "a"), t.step(kStop, 0, "2g", 0, "a"),
             t.step(kStart, 0, "2g", 0, "a"), t.step(kRoute, 0, "2g", 0, "a")});
    const TransitionReport report = checked(t);
    EXPECT_EQ(text(report),
              "survival | service a | 200 requests/s would be left after the loss of gpu-1, has "
              "to keep 400\n");
    EXPECT_THAT(report.violations[0].interleaving, ElementsAre(StepId{0}, StepId{1}, StepId{2}));
}

TEST(CheckTransition, LimitsGpusInUse) {
    SmallTransition t = moving();
    EXPECT_EQ(text(checked(t)),
              "gpus | GPUs in use | 3 at a time, at most 2: 2 before, 2 at the end, 0 to spare\n");
    t.graph.gpus_at_most = 2;
    EXPECT_EQ(text(checked(t, kOneSpare)),
              "gpus | GPUs in use | 3 at a time, the graph claims at most 2\n");
}

TEST(CheckTransition, GivesNobodyTheRoomOfAnExcludedGpu) {
    SmallTransition t(200, 0);
    t.service(1).min_replicas = 0;
    t.gpu("gpu-0").holds("2g", 0, "a").gpu("gpu-1").holds("2g", 0).gpu("gpu-2").unused();
    t.current.gpus[deployment::GpuIndex{1}].status = deployment::GpuStatus::kExcluded;
    t.chain({t.step(kDestroy, 1, "2g", 0), t.step(kRelease, 1), t.step(kAcquire, 2),
             t.step(kRelease, 2)});
    EXPECT_EQ(text(checked(t)),
              "gpus | GPUs in use | 2 at a time, at most 1: 1 before, 1 at the end, 0 to spare\n");
    EXPECT_EQ(text(checked(t, kOneSpare)), "");
}

TEST(CheckTransition, FindsInstancesThatMeet) {
    SmallTransition t(200, 0);
    t.service(1).min_replicas = 0;
    t.gpu("gpu-0").holds("2g", 0).holds("4g", 4, "a");  // an illegal start, not its doing
    t.current.gpus[deployment::GpuIndex{0}].instances[1].profile = t.number_of("3g");
    t.current.gpus[deployment::GpuIndex{0}].instances[1].point = deployment::RunPointId{2};
    const StepId destroy = t.step(kDestroy, 0, "2g", 0);
    const StepId create = t.step(kCreate, 0, "1g", 1);
    EXPECT_THAT(text(checked(t)), HasSubstr("layout | gpu-0 slice 1 | illegal layout on Seven: 2g "
                                            "at 0 and 1g at 1 overlap in memory slice 1"));
    t.arc(destroy, create);
    EXPECT_EQ(text(checked(t)), "");
}

TEST(CheckTransition, FindsProfilesTheRulesKeepApart) {
    SmallTransition t(400, 0);
    t.service(1).min_replicas = 0;
    t.gpu("gpu-0").holds("3g", 4, "a");
    t.step(kCreate, 0, "4g", 0);
    EXPECT_THAT(text(checked(t)), HasSubstr("layout | gpu-0 slice 0 | illegal layout on Seven: "));
    t.problem.rules = t.problem.catalogue->rule_set("current").value();
    EXPECT_EQ(text(checked(t)), "");
}

TEST(CheckTransition, FindsAnIllegalStart) {
    SmallTransition t(400, 0);
    t.service(1).min_replicas = 0;
    t.gpu("gpu-0").holds("3g", 4, "a");
    t.step(kCreate, 0, "2g", 1);
    EXPECT_THAT(text(checked(t)), HasSubstr("layout | gpu-0 slice 1 | 2g cannot start at slice 1"));
}

TEST(CheckTransition, ChecksWhatIsReached) {
    SmallTransition t = moving();
    t.service(0).rate = rps(300);
    EXPECT_EQ(text(checked(t, kOneSpare)),
              "reached | service a | capacity: capacity 200 requests/s for a rate of 300\n");
    CheckOptions options = kOneSpare;
    options.served["a"] = rps(200);
    EXPECT_EQ(text(checked(t, options)), "");
}

TEST(CheckTransition, RestartsNothingBecauseATableIsMeasuredAnew) {
    SmallTransition t(200, 0);
    t.service(1).min_replicas = 0;
    t.gpu("gpu-0").holds("2g", 0, "a").holds("2g", 2, "a").holds("2g", 4, "a", Phase::kReady);
    t.chain({t.step(kRoute, 0, "2g", 4, "a")});
    for (auto& point : t.current.points) point.throughput = rps(150);
    EXPECT_EQ(text(checked(t)), "");
    EXPECT_EQ(checked(t).lowest[ServiceNameId{0}], rps(300));
    // Anything else about what runs on from before counts.
    t.service(0).allow_profiles = {"3g"};
    EXPECT_THAT(text(checked(t)), HasSubstr("gpu-0 slice 0 | not-allowed"));
    t.service(0).allow_profiles.clear();
    // The graph is held to what the table has now.
    t.graph.points = t.current.points;
    EXPECT_THAT(text(checked(t)), HasSubstr("gpu-0 slice 4 | misstated"));
}

TEST(CheckTransition, ChecksReplicasThatComeAndGo) {
    SmallTransition t(200, 0);
    t.service(1).min_replicas = 0;
    t.gpu("gpu-0").holds("2g", 0, "a").holds("1g", 6);
    t.chain({t.step(kStart, 0, "1g", 6, "a"), t.step(kRoute, 0, "1g", 6, "a"),
             t.step(kDrain, 0, "1g", 6, "a"), t.step(kStop, 0, "1g", 6, "a")});
    EXPECT_EQ(text(checked(t)), "");
    for (auto& point : t.graph.points) point.throughput = rps(500);
    EXPECT_EQ(text(checked(t)),
              "reached | gpu-0 slice 6 | misstated: states 500 requests/s, the table has 100\n");
}

TEST(CheckTransition, DoesNotTakeMoreGpusThanThereAre) {
    SmallTransition t = moving();
    t.problem.fleet[workload::FleetEntryId{0}] = {t.problem.fleet[workload::FleetEntryId{0}].model};
    for (auto& gpu : t.current.gpus) gpu.node.clear();
    for (auto& gpu : t.graph.gpus) gpu.node.clear();
    EXPECT_EQ(text(checked(t, kOneSpare)), "");
    t.problem.fleet[workload::FleetEntryId{0}].count = 2;
    EXPECT_EQ(text(checked(t, kOneSpare)),
              "reached | GPU model Seven | fleet: 3 used, the fleet has 2\n");
    // Two at the beginning are too many already: that they shrink to one is right.
    t.problem.fleet[workload::FleetEntryId{0}].count = 1;
    EXPECT_THAT(text(checked(t, kOneSpare)), HasSubstr("fleet: 2 used, the fleet has 1"));
    SmallTransition passing(200, 0);
    passing.service(1).min_replicas = 0;
    passing.gpu("gpu-0").holds("2g", 0, "a").gpu("gpu-1").unused();
    passing.chain({passing.step(kAcquire, 1), passing.step(kRelease, 1)});
    EXPECT_EQ(text(checked(passing, kOneSpare)), "");
    passing.problem.fleet[workload::FleetEntryId{0}].count = 1;
    EXPECT_EQ(text(checked(passing, kOneSpare)),
              "reached | GPU model Seven | fleet: 2 used, the fleet has 1\n");
}

TEST(CheckTransition, ComparesPromisesWithTheTruth) {
    SmallTransition t = moving();
    t.graph.promises = {{ServiceNameId{0}, rps(200), rps(200), rps(200)},
                        {ServiceNameId{1}, rps(200), rps(200), rps(200)}};
    EXPECT_EQ(text(checked(t, kOneSpare)), "");
    t.graph.promises[0] = {ServiceNameId{0}, rps(199), rps(0), rps(199)};
    EXPECT_EQ(text(checked(t, kOneSpare)), "");
    t.graph.promises[0] = {ServiceNameId{0}, rps(201), rps(202), rps(203)};
    EXPECT_EQ(text(checked(t, kOneSpare)),
              "bad-graph | service a | states 201 requests/s before, has 200\n"
              "bad-graph | service a | states 203 requests/s at the end, has 200\n"
              "bad-graph | service a | states 202 requests/s in every order, has 200\n");
}

TEST(CheckTransition, LetsGoOfServicesNobodyAsksFor) {
    SmallTransition t(200, 200);
    t.gpu("gpu-0").holds("2g", 0, "a").holds("2g", 2, "b");
    t.graph.steps.clear();
    t.chain({t.step(kDrain, 0, "2g", 2, "b"), t.step(kStop, 0, "2g", 2, "b")});
    EXPECT_FALSE(checked(t).ok());
    t.problem.services = IdVector<workload::ServiceId, workload::Service>(
        {t.problem.services[workload::ServiceId{0}]});
    const TransitionReport report = checked(t);
    EXPECT_EQ(text(report), "");
    EXPECT_EQ(report.lowest[ServiceNameId{1}], Rate{});
    EXPECT_EQ(report.reached.services.size(), 1U);
}

TEST(CheckTransition, CountsNothingOnGpusThatAreLost) {
    SmallTransition t(200, 0);
    t.service(1).min_replicas = 0;
    t.gpu("gpu-0").holds("2g", 0, "a").gpu("gpu-1").holds("2g", 0, "a").holds("2g", 2, "a");
    t.current.gpus[deployment::GpuIndex{1}].status = deployment::GpuStatus::kLost;
    const TransitionReport report = checked(t);
    EXPECT_EQ(text(report), "");
    EXPECT_EQ(report.lowest[ServiceNameId{0}], rps(200));
    EXPECT_EQ(report.reached.gpus.size(), 2U);
    t.step(kDrain, 1, "2g", 0, "a");
    EXPECT_THAT(text(checked(t)), HasSubstr("is on a GPU that is lost"));
}

TEST(CheckTransition, OnlyEmptiesExcludedGpus) {
    SmallTransition t(200, 0);
    t.service(1).min_replicas = 0;
    t.gpu("gpu-0").holds("2g", 0, "a").gpu("gpu-1").holds("2g", 0, "a");
    t.current.gpus[deployment::GpuIndex{1}].status = deployment::GpuStatus::kExcluded;
    t.chain({t.step(kDrain, 1, "2g", 0, "a"), t.step(kStop, 1, "2g", 0, "a"),
             t.step(kDestroy, 1, "2g", 0), t.step(kRelease, 1)});
    EXPECT_EQ(text(checked(t)), "");
    // While it serves it counts: 200 of the 400 that are there.
    EXPECT_EQ(checked(t).lowest[ServiceNameId{0}], rps(200));
    t.service(0).rate = rps(300);
    EXPECT_THAT(text(checked(t)),
                HasSubstr("sinks to 200 requests/s, has to keep 300 of 400: lacks 100"));
    t.service(0).rate = rps(200);
    t.step(kCreate, 1, "2g", 4);
    EXPECT_THAT(text(checked(t)), HasSubstr("an excluded GPU, which can only be emptied"));
}

}  // namespace
}  // namespace tangram::transition
