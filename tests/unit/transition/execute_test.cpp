// Executions step by step: times, locks, failures, losses, and the state they leave.
#include "transition/execute.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/small_transition.h"
#include "transition/check/check.h"

namespace tangram::transition {
namespace {

using deployment::GpuStatus;
using deployment::Phase;
using deployment::ServiceNameId;
using test::ms;
using test::rps;
using test::SmallTransition;
using testing::ElementsAre;
using testing::IsEmpty;
using enum StepKind;

// Service a moves from gpu-0 to gpu-1, which is acquired; gpu-0 is given up. Step i takes i + 1 s.
SmallTransition moving() {
    SmallTransition t(200, 0);
    t.service(1).min_replicas = 0;
    t.gpu("gpu-0").holds("2g", 0, "a").gpu("gpu-1").unused();
    t.chain({t.step(kAcquire, 1), t.step(kCreate, 1, "2g", 4), t.step(kStart, 1, "2g", 4, "a"),
             t.step(kRoute, 1, "2g", 4, "a"), t.step(kDrain, 0, "2g", 0, "a"),
             t.step(kStop, 0, "2g", 0, "a"), t.step(kDestroy, 0, "2g", 0), t.step(kRelease, 0)});
    for (const StepId id : t.graph.steps.ids()) {
        t.graph.steps[id].duration = ms(1'000.0 * static_cast<double>(id.index() + 1));
    }
    t.graph.gpus_at_most = 2;
    return t;
}

Execution run(SmallTransition& t, const ExecuteOptions& options = {},
              const Durations& durations = {}) {
    return execute(t.problem, t.current, t.finished(), durations, options);
}

// "create 1000-3000 done x1", one line for each step.
std::string text(const Execution& execution) {
    std::string all;
    for (const ExecutedStep& step : execution.trace) {
        const char* outcome = step.outcome == StepOutcome::kDone     ? "done"
                              : step.outcome == StepOutcome::kFailed ? "failed"
                                                                     : "running";
        all += std::to_string(step.step.index()) + ": " +
               std::to_string(step.begin.count() / 1'000'000) + "-" +
               std::to_string(step.end.count() / 1'000'000) + " " + outcome + " x" +
               std::to_string(step.attempts) + "\n";
    }
    return all;
}

// The phases of everything, in order: "gpu-0:0 serving".
std::vector<Phase> phases(const deployment::Deployment& state) {
    std::vector<Phase> all;
    for (const auto& gpu : state.gpus) {
        for (const auto& instance : gpu.instances) all.push_back(instance.phase);
    }
    return all;
}

TEST(Execute, CarriesOutAMove) {
    SmallTransition t = moving();
    const Execution done = run(t);
    EXPECT_TRUE(done.complete);
    EXPECT_EQ(text(done),
              "0: 0-1000 done x1\n1: 1000-3000 done x1\n2: 3000-6000 done x1\n"
              "3: 6000-10000 done x1\n4: 10000-15000 done x1\n5: 15000-21000 done x1\n"
              "6: 21000-28000 done x1\n7: 28000-36000 done x1\n");
    EXPECT_EQ(done.makespan, ms(36'000));
    EXPECT_EQ(done.floors[ServiceNameId{0}], rps(200));
    EXPECT_EQ(done.lowest[ServiceNameId{0}], rps(200));
    EXPECT_EQ(done.gpus_most, 2);
    EXPECT_THAT(done.breaches, IsEmpty());
    ASSERT_EQ(done.state.gpus.size(), 1U);
    EXPECT_EQ(done.state.gpus.raw()[0].id, "gpu-1");
    EXPECT_THAT(phases(done.state), ElementsAre(Phase::kServing));
    EXPECT_FALSE(done.state.services[ServiceNameId{0}].floor.has_value());
}

TEST(Execute, LeavesAStateWithPhasesAndFloorsWhenCut) {
    const std::vector<std::vector<Phase>> expected = {
        {Phase::kServing},                    // during acquire
        {Phase::kServing, Phase::kCreating},  // ...
        {Phase::kServing, Phase::kStarting},
        {Phase::kServing, Phase::kReady},
        {Phase::kDraining, Phase::kServing},
        {Phase::kStopping, Phase::kServing},
        {Phase::kDestroying, Phase::kServing},
        {Phase::kServing},
    };
    for (std::size_t i = 0; i < expected.size(); ++i) {
        SmallTransition t = moving();
        const Execution whole = run(t);
        ExecuteOptions options;
        options.cut_at = whole.trace[i].begin + ms(1);
        const Execution cut = run(t, options);
        EXPECT_FALSE(cut.complete);
        EXPECT_EQ(cut.makespan, *options.cut_at);
        EXPECT_EQ(cut.trace.back().outcome, StepOutcome::kRunning);
        EXPECT_EQ(phases(cut.state), expected[i]) << i;
        EXPECT_EQ(cut.state.services[ServiceNameId{0}].floor, rps(200));
        // It is a current deployment like any other: the rest can be planned from it.
        const auto report = check_transition(t.problem, cut.state,
                                             {.from = deployment::fingerprint(cut.state)}, {});
        for (const auto& violation : report.violations) {
            if (violation.fault != TransitionFault::kBadGraph) continue;
            EXPECT_THAT(violation.message, testing::HasSubstr("steps are missing"));
        }
    }
}

TEST(Execute, LeavesWhatItStoppedWarm) {
    SmallTransition t = moving();
    t.current.warm = {{"gpu-9", "m", ms(500)}};
    const Execution done = run(t);
    // The replica is stopped at 21 s, all is done at 36 s.
    ASSERT_EQ(done.state.warm.size(), 2U);
    EXPECT_EQ(done.state.warm[0].place, "gpu-0");
    EXPECT_EQ(done.state.warm[0].idle, ms(15'000));
    EXPECT_EQ(done.state.warm[1], (deployment::WarmModel{"gpu-9", "m", ms(36'500)}));
    ExecuteOptions options;
    options.cut_at = ms(20'500);
    EXPECT_EQ(run(t, options).state.warm.size(), 1U) << "it has not stopped yet";
}

TEST(Execute, LosesGpus) {
    SmallTransition t = moving();
    ExecuteOptions options;
    options.lost["gpu-0"] = ms(7'000);
    const Execution cut = run(t, options);
    EXPECT_EQ(cut.state.gpus.raw()[0].status, GpuStatus::kLost);
    EXPECT_EQ(cut.state.gpus.raw()[1].status, GpuStatus::kOk);
    EXPECT_EQ(cut.state.services[ServiceNameId{0}].floor, rps(200));
    EXPECT_THAT(phases(cut.state), ElementsAre(Phase::kServing, Phase::kReady));
}

TEST(Execute, TriesAgainAndGivesUp) {
    SmallTransition t = moving();
    Durations durations;
    durations.retries = 2;
    durations.timeout = ms(20'000);
    ExecuteOptions options;
    options.failures[kStart] = {0, 1, 0};  // hangs, always
    const Execution failed = run(t, options, durations);
    EXPECT_FALSE(failed.complete);
    EXPECT_EQ(text(failed), "0: 0-1000 done x1\n1: 1000-3000 done x1\n2: 3000-63000 failed x3\n");
    EXPECT_THAT(phases(failed.state), ElementsAre(Phase::kServing, Phase::kFailed));
    EXPECT_TRUE(failed.state.gpus.raw()[1].instances[0].service.valid());

    options.failures[kStart] = {0, 0, 1};  // dies
    EXPECT_EQ(text(run(t, options, durations)),
              "0: 0-1000 done x1\n1: 1000-3000 done x1\n2: 3000-6000 failed x1\n");

    options.failures[kStart] = {0, 1, 0};
    durations.timeout = {};  // nobody looks
    EXPECT_EQ(text(run(t, options, durations)),
              "0: 0-1000 done x1\n1: 1000-3000 done x1\n2: 3000-3000 running x1\n");
}

TEST(Execute, TakesTimeoutsForFailures) {
    SmallTransition t = moving();
    Durations durations;
    durations.timeout = ms(4'500);
    EXPECT_EQ(text(run(t, {}, durations)),
              "0: 0-1000 done x1\n1: 1000-3000 done x1\n2: 3000-6000 done x1\n"
              "3: 6000-10000 done x1\n4: 10000-14500 failed x1\n");
}

// Three replicas on two GPUs of one node, from nothing.
SmallTransition starting() {
    SmallTransition t(0, 0);
    t.service(0).min_replicas = t.service(1).min_replicas = 0;
    t.gpu("gpu-0", "n").holds("1g", 6).gpu("gpu-1", "n").holds("1g", 6);
    for (const auto& [gpu, start] :
         std::vector<std::pair<std::size_t, int>>{{0, 0}, {0, 2}, {1, 0}}) {
        t.chain({t.step(kCreate, gpu, "2g", start), t.step(kStart, gpu, "2g", start, "a")});
    }
    for (Step& step : t.graph.steps) step.duration = ms(step.kind == kCreate ? 1'000 : 10'000);
    return t;
}

TEST(Execute, CreatesOneInstanceOfAGpuAtATime) {
    SmallTransition t = starting();
    EXPECT_EQ(text(run(t)),
              "0: 0-1000 done x1\n4: 0-1000 done x1\n1: 1000-11000 done x1\n"
              "2: 1000-2000 done x1\n5: 1000-11000 done x1\n3: 2000-12000 done x1\n");
}

TEST(Execute, StartsSoManyOfANode) {
    SmallTransition t = starting();
    Durations durations;
    durations.starts_per_node = 1;
    EXPECT_EQ(run(t, {}, durations).makespan, ms(31'000));
    durations.starts_per_node = 2;
    EXPECT_EQ(run(t, {}, durations).makespan, ms(21'000));
    durations.starts_per_node = 3;
    EXPECT_EQ(run(t, {}, durations).makespan, ms(12'000));
}

TEST(Execute, DrawsTheSameFromASeed) {
    SmallTransition t = moving();
    ExecuteOptions options;
    options.fastest = 0.5;
    options.slowest = 2;
    options.failures[kStart] = {0.5, 0, 0};
    Durations durations;
    durations.retries = 5;
    const std::string first = text(run(t, options, durations));
    EXPECT_EQ(text(run(t, options, durations)), first);
    options.seed = 2;
    EXPECT_NE(text(run(t, options, durations)), first);
}

TEST(Execute, NotesWhatIsBroken) {
    SmallTransition t = moving();
    t.graph.arcs.erase(t.graph.arcs.begin() + 3);  // the drain waits for nothing
    t.graph.gpus_at_most = 1;
    const Execution done = run(t);
    EXPECT_EQ(done.lowest[ServiceNameId{0}], Rate{});
    ASSERT_FALSE(done.breaches.empty());
    EXPECT_EQ(done.breaches[0], "0 ms: 2 GPUs in use, at most 1");
    EXPECT_THAT(done.breaches,
                testing::Contains("0 ms: service a has 0 requests/s, has to keep 200"));
}

TEST(Execute, CountsGpusInUse) {
    SmallTransition t(0, 0);
    t.service(0).min_replicas = t.service(1).min_replicas = 0;
    t.gpu("gpu-0").holds("2g", 0).gpu("gpu-1").unused();
    t.chain({t.step(kDestroy, 0, "2g", 0), t.step(kRelease, 0), t.step(kAcquire, 1),
             t.step(kCreate, 1, "2g", 0)});
    EXPECT_EQ(run(t).gpus_most, 1);
    t.graph.arcs.erase(t.graph.arcs.begin() + 1);
    EXPECT_EQ(run(t).gpus_most, 2);
}

TEST(Execute, AppliesWholeLayouts) {
    SmallTransition t(0, 0);
    t.service(0).min_replicas = t.service(1).min_replicas = 0;
    t.gpu("gpu-0").holds("2g", 0).holds("2g", 2);
    const StepId apply = t.step(kApply, 0);
    t.graph.steps[apply].layout = {{t.number_of("3g"), 4, {}, {}, Phase::kIdle}};
    t.graph.steps[apply].duration = ms(5'000);
    ExecuteOptions options;
    options.cut_at = ms(2'000);
    EXPECT_THAT(phases(run(t, options).state), ElementsAre(Phase::kDestroying, Phase::kDestroying));
    options.cut_at.reset();
    EXPECT_THAT(phases(run(t, options).state), ElementsAre(Phase::kIdle));
    options.failures[kApply] = {0, 0, 1};
    EXPECT_THAT(phases(run(t, options).state), ElementsAre(Phase::kFailed, Phase::kFailed));
}

}  // namespace
}  // namespace tangram::transition
