// Graphs that make no sense: each is refused as a bad graph, at the right place, and nothing
// breaks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "base/random.h"
#include "unit/transition/check/check_support.h"

namespace tangram::transition {
namespace {

using deployment::GpuIndex;
using deployment::RunPointId;
using deployment::ServiceNameId;
using test::SmallTransition;
using testing::HasSubstr;
using enum StepKind;

SmallTransition sound() {
    SmallTransition t(200, 200);
    t.gpu("gpu-0").holds("2g", 0, "a").holds("2g", 2, "b").holds("1g", 4);
    t.gpu("gpu-1").unused();
    t.chain({t.step(kAcquire, 1), t.step(kCreate, 1, "2g", 0), t.step(kStart, 1, "2g", 0, "a"),
             t.step(kRoute, 1, "2g", 0, "a"), t.step(kDrain, 0, "2g", 0, "a"),
             t.step(kStop, 0, "2g", 0, "a"), t.step(kDestroy, 0, "2g", 0)});
    return t;
}

struct Mutation {
    const char* what;
    std::function<void(SmallTransition&)> spoil;
    const char* message;  // must be part of the report
};

Step& step(SmallTransition& t, std::size_t i) { return t.graph.steps[StepId{i}]; }

std::vector<Mutation> mutations() {
    return {
        {"a cycle", [](auto& t) { t.arc(StepId{6}, StepId{4}); },
         "arcs | no order: stop on gpu-0 slice 0 (step 5), then destroy on gpu-0 slice 0 (step 6), "
         "then drain on gpu-0 slice 0 (step 4), then stop on gpu-0 slice 0 (step 5)"},
        {"a step that waits for itself", [](auto& t) { t.arc(StepId{2}, StepId{2}); },
         "arcs | no order: start on gpu-1 slice 0 (step 2), then start on gpu-1 slice 0 (step 2)"},
        {"an arc to nowhere", [](auto& t) { t.arc(StepId{2}, StepId{7}); }, "arc 6 | is between"},
        {"an arc from nowhere", [](auto& t) { t.arc(StepId{}, StepId{2}); }, "arc 6 | is between"},
        {"an unknown GPU", [](auto& t) { step(t, 2).gpu = GpuIndex{2}; }, "step 2 | is on a GPU"},
        {"no GPU", [](auto& t) { step(t, 2).gpu = GpuIndex{}; }, "step 2 | is on a GPU"},
        {"an unknown profile", [](auto& t) { step(t, 2).profile = 4; }, "profile has number 4"},
        {"no profile", [](auto& t) { step(t, 1).profile = -1; }, "profile has number -1"},
        {"a profile too many", [](auto& t) { step(t, 0).profile = 0; }, "profile has number 0"},
        {"an unknown profile in a layout",
         [](auto& t) { step(t, 1).layout = {{99, 0, {}, {}, {}}}; }, "profile has number 99"},
        {"an unknown service", [](auto& t) { step(t, 3).service = ServiceNameId{2}; },
         "its service or operating point is not in the graph"},
        {"no service", [](auto& t) { step(t, 3).service = {}; }, "is not in the graph"},
        {"an unknown point", [](auto& t) { step(t, 4).point = RunPointId{99}; }, "is not in the"},
        {"a service to create", [](auto& t) { step(t, 1).service = ServiceNameId{0}; },
         "has a service or an operating point, and no use for it"},
        {"another point",
         [](auto& t) {
             t.graph.points[RunPointId{2}].batch = 7;
             step(t, 4).point = RunPointId{2};
         },
         "comes where it is"},
        {"another service", [](auto& t) { step(t, 4).service = ServiceNameId{1}; },
         "drain on gpu-0 slice 0 (step 4) comes where it is serving, of service a"},
        {"no such kind", [](auto& t) { step(t, 4).kind = static_cast<StepKind>(99); }, "kind"},
        {"an unknown model", [](auto& t) { t.graph.models[0].name = "Eight"; },
         "GPU model Eight | not in the GPU catalogue"},
        {"an unknown profile's name", [](auto& t) { t.graph.models[0].profiles[0].name = "9g"; },
         "GPU model Seven | no profile '9g'"},
    };
}

std::vector<Mutation> mutations_of_places() {
    return {
        {"a GPU of an unknown model", [](auto& t) { t.graph.gpus[GpuIndex{1}].model = 1; },
         "gpu-1 | no GPU model has number 1"},
        {"a GPU of another model",
         [](auto& t) {
             t.graph.models.push_back({"Four", 4, {{"1g", 1, 1}, {"2g", 2, 2}, {"4g", 4, 4}}});
             t.graph.gpus[GpuIndex{0}].model = 1;
         },
         "gpu-0 | is of another model"},
        {"a GPU on another node", [](auto& t) { t.graph.gpus[GpuIndex{0}].node = "n"; },
         "gpu-0 | is on another node"},
        {"a GPU twice", [](auto& t) { t.graph.gpus[GpuIndex{1}].id = "gpu-0"; },
         "gpu-0 | the graph lists it twice"},
        {"a service twice", [](auto& t) { t.graph.services[ServiceNameId{1}] = "a"; },
         "service a | the graph lists it twice"},
        {"a current GPU twice",
         [](auto& t) { t.current.gpus.push_back(t.current.gpus[GpuIndex{0}]); },
         "gpu-0 | the current deployment has it twice"},
        {"a current instance of nothing",
         [](auto& t) { t.current.gpus[GpuIndex{0}].instances[0].point = RunPointId{77}; },
         "gpu-0 slice 0 | the current deployment names"},
        {"current instances in one place",
         [](auto& t) {
             t.current.gpus[GpuIndex{0}].instances[1] = t.current.gpus[GpuIndex{0}].instances[0];
         },
         "gpu-0 slice 0 | the current deployment has two instances in one place"},
        {"a step twice", [](auto& t) { t.graph.steps.push_back(step(t, 4)); }, "comes where it is"},
        {"an acquire twice", [](auto& t) { t.graph.steps.push_back(step(t, 0)); },
         "is there twice"},
        {"a step missing",
         [](auto& t) {
             auto steps = t.graph.steps.raw();
             steps.pop_back();
             steps.pop_back();
             t.graph.steps = IdVector<StepId, Step>(std::move(steps));
             t.graph.arcs.resize(4);
         },
         "is left drained"},
        {"a missing arc", [](auto& t) { t.graph.arcs.pop_back(); },
         "destroy on gpu-0 slice 0 (step 6) does not wait for stop on gpu-0 slice 0 (step 5)"},
        {"steps swapped", [](auto& t) { std::swap(step(t, 4).kind, step(t, 5).kind); },
         "stop on gpu-0 slice 0 (step 4) comes where it is serving"},
    };
}

TEST(HostileGraph, IsRefused) {
    SmallTransition good = sound();
    EXPECT_EQ(text(checked(good, {1, {}, {}, {}})), "");
    std::vector<Mutation> all = mutations();
    std::ranges::move(mutations_of_places(), std::back_inserter(all));
    for (const Mutation& mutation : all) {
        SmallTransition t = sound();
        t.finished();
        mutation.spoil(t);
        const auto report = check_transition(t.problem, t.current, t.graph, {1, {}, {}, {}});
        EXPECT_TRUE(has(report, TransitionFault::kBadGraph)) << mutation.what;
        EXPECT_THAT(text(report), HasSubstr(mutation.message)) << mutation.what;
    }
}

TEST(HostileGraph, MayBeEmpty) {
    SmallTransition t(200, 200);
    t.gpu("gpu-0").holds("2g", 0, "a").holds("2g", 2, "b");
    StepGraph empty;
    empty.from = deployment::fingerprint(t.current);
    empty.gpus_at_most = 1;
    EXPECT_EQ(text(check_transition(t.problem, t.current, empty, {})), "");
    const auto report = check_transition(t.problem, {}, StepGraph{}, {});
    EXPECT_TRUE(has(report, TransitionFault::kStale));
    EXPECT_TRUE(has(report, TransitionFault::kReached));
}

TEST(HostileGraph, SurvivesNumbersOutOfRange) {
    Random random(1);
    for (int round = 0; round < 3'000; ++round) {
        SmallTransition t = sound();
        t.finished();
        for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
            Step& victim = step(t, random.below(t.graph.steps.size()));
            switch (random.below(7)) {
                case 0:
                    victim.gpu = GpuIndex{random.below(3)};
                    break;
                case 1:
                    victim.profile = static_cast<int>(random.between(-2, 5));
                    break;
                case 2:
                    victim.start = static_cast<int>(random.between(-1, 9));
                    break;
                case 3:
                    victim.service = ServiceNameId{random.below(3)};
                    break;
                case 4:
                    victim.point = RunPointId{random.below(10)};
                    break;
                case 5:
                    victim.kind = static_cast<StepKind>(random.below(10));
                    break;
                default:
                    t.arc(StepId{random.below(8)}, StepId{random.below(8)});
            }
        }
        const auto report = check_transition(t.problem, t.current, t.graph, {});
        for (const TransitionViolation& violation : report.violations) {
            EXPECT_LE(violation.running, violation.interleaving.size());
        }
    }
}

TEST(HostileGraph, IsNotReportedForEver) {
    SmallTransition t(0, 0);
    t.gpu("gpu-0").holds("2g", 0, "a");
    for (int i = 0; i < 3'000; ++i) t.step(kDestroy, 0, "1g", i);
    EXPECT_EQ(checked(t).violations.size(), 1'000U);
}

}  // namespace
}  // namespace tangram::transition
