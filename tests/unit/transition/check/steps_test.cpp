// The legal orders of one placement's steps, from every phase; and GPUs that get whole layouts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "unit/transition/check/check_support.h"

namespace tangram::transition {
namespace {

using deployment::Phase;
using test::SmallTransition;
using testing::HasSubstr;
using enum StepKind;

const std::map<char, StepKind> kLetters = {{'c', kCreate}, {'s', kStart}, {'r', kRoute},
                                           {'d', kDrain},  {'x', kStop},  {'k', kDestroy}};

// A placement in `phase` of service `old`, and steps by their letters; upper case: of service b.
TransitionReport played(Phase phase, const std::string& old, const std::string& letters) {
    SmallTransition t(0, 0);
    t.gpu("gpu-0").holds("1g", 0, "", Phase::kIdle);
    t.holds("2g", 2, old, phase);
    std::vector<StepId> steps;
    for (const char letter : letters) {
        const bool of_b = letter >= 'A' && letter <= 'Z';
        const StepKind kind = kLetters.at(of_b ? static_cast<char>(letter - 'A' + 'a') : letter);
        const bool runs = kind != kCreate && kind != kDestroy;
        steps.push_back(t.step(kind, 0, "2g", 2, !runs ? "" : of_b ? "b" : "a"));
    }
    t.chain(steps);
    t.service(0).min_replicas = t.service(1).min_replicas = 0;
    return checked(t, {0, {}, {{"a", Share{1'000'000}}, {"b", Share{1'000'000}}}, {}});
}

struct Orders {
    Phase phase;
    const char* service;
    std::vector<std::string> legal, illegal;
};

std::vector<Orders> orders() {
    return {
        {Phase::kServing,
         "a",
         {"", "dx", "dxk", "dxkc", "dxsr", "dxSR", "dxSRDXk", "dxkcsr", "dxkcSR"},
         {"d", "x", "k", "r", "s", "c", "xk", "dk", "dr", "dxr", "dxs", "DX", "dX", "dxd", "dxkk",
          "dxcsr", "dxsR"}},
        {Phase::kReady,
         "a",
         {"r", "x", "xk", "dx", "dxk", "rdx", "xsr"},
         {"", "k", "sr", "R", "X", "d"}},
        {Phase::kIdle,
         "",
         {"", "k", "sr", "SR", "kcsr", "srdx"},
         {"s", "r", "d", "x", "c", "sR", "ks"}},
        {Phase::kCreating, "", {"c", "csr", "k", "kcsr"}, {"", "sr", "x"}},
        {Phase::kStarting, "a", {"sr", "x", "xk", "xSR"}, {"", "s", "k", "r", "SR", "X"}},
        {Phase::kDraining, "a", {"r", "dx", "dxk", "dxSR", "rdx"}, {"", "d", "x", "k", "R", "sr"}},
        {Phase::kStopping, "a", {"x", "xk", "xsr", "xSR"}, {"", "k", "sr", "d"}},
        {Phase::kDestroying, "", {"k", "kcsr"}, {"", "sr", "c"}},
        {Phase::kFailed, "a", {"", "x", "xk", "xkcsr"}, {"k", "d", "sr", "xsr", "r"}},
        {Phase::kUnknown, "a", {"", "x", "xk", "xkcsr"}, {"k", "d", "sr", "xsr", "r"}},
        {Phase::kFailed, "", {"", "k", "kcsr"}, {"x", "sr", "c"}},
    };
}

TEST(Steps, AreLegalInTheseOrdersOnly) {
    for (const Orders& order : orders()) {
        for (const std::string& letters : order.legal) {
            EXPECT_EQ(text(played(order.phase, order.service, letters)), "")
                << static_cast<int>(order.phase) << " " << letters;
        }
        for (const std::string& letters : order.illegal) {
            EXPECT_TRUE(
                has(played(order.phase, order.service, letters), TransitionFault::kBadGraph))
                << static_cast<int>(order.phase) << " " << letters;
        }
    }
}

TEST(Steps, AreDescribedWhereTheyAreWrong) {
    EXPECT_EQ(text(played(Phase::kServing, "a", "x")),
              "bad-graph | gpu-0 slice 2 | stop on gpu-0 slice 2 (step 0) comes where it is "
              "serving, of service a\n");
    EXPECT_EQ(text(played(Phase::kServing, "a", "d")),
              "bad-graph | gpu-0 slice 2 | is left drained, of service a: steps are missing\n");
}

// Everything on a GPU is stopped, a layout applied, and something started.
SmallTransition wiping() {
    SmallTransition t(0, 0);
    t.service(0).min_replicas = t.service(1).min_replicas = 0;
    t.gpu("gpu-0").holds("2g", 0, "a").holds("1g", 6);
    const StepId drain = t.step(kDrain, 0, "2g", 0, "a");
    const StepId stop = t.step(kStop, 0, "2g", 0, "a");
    const StepId apply = t.step(kApply, 0);
    t.graph.steps[apply].layout = {{t.number_of("2g"), 0, {}, {}, Phase::kIdle},
                                   {t.number_of("3g"), 4, {}, {}, Phase::kIdle}};
    const StepId start = t.step(kStart, 0, "3g", 4, "b");
    const StepId route = t.step(kRoute, 0, "3g", 4, "b");
    t.chain({drain, stop, apply, start, route});
    return t;
}
constexpr StepId kStopped{1}, kApplied{2}, kStarted{3};

TEST(Steps, ApplyAWholeLayout) {
    SmallTransition t = wiping();
    const TransitionReport report = checked(t);
    EXPECT_EQ(text(report), "");
    const auto& instances = report.reached.gpus.raw()[0].instances;
    ASSERT_EQ(instances.size(), 2U);
    EXPECT_EQ(instances[0].phase, Phase::kIdle);
    EXPECT_EQ(instances[1].phase, Phase::kServing);
}

// Everything on a GPU is stopped, and it is given back with what is left on it.
SmallTransition giving_back() {
    SmallTransition t(0, 0);
    t.service(0).min_replicas = t.service(1).min_replicas = 0;
    t.gpu("gpu-0").holds("2g", 0, "a").holds("1g", 6);
    const StepId drain = t.step(kDrain, 0, "2g", 0, "a");
    const StepId stop = t.step(kStop, 0, "2g", 0, "a");
    const StepId release = t.step(kRelease, 0);
    t.graph.steps[release].layout = {{t.number_of("2g"), 0, {}, {}, Phase::kIdle},
                                     {t.number_of("1g"), 6, {}, {}, Phase::kIdle}};
    t.chain({drain, stop, release});
    return t;
}

TEST(Steps, GiveAGpuBackAsItIs) {
    SmallTransition t = giving_back();
    const TransitionReport report = checked(t);
    EXPECT_EQ(text(report), "");
    EXPECT_TRUE(report.reached.gpus.empty());

    static constexpr StepId kReleased{2};
    t.graph.steps[kReleased].layout.pop_back();
    EXPECT_THAT(text(checked(t)), HasSubstr("release")) << "it says less than there is";
    t = giving_back();
    t.graph.steps[kReleased].layout.push_back({t.number_of("1g"), 5, {}, {}, Phase::kIdle});
    EXPECT_THAT(text(checked(t)), HasSubstr("release")) << "it says more than there is";
    t = giving_back();
    t.graph.steps[kReleased].layout.clear();
    EXPECT_THAT(text(checked(t)), HasSubstr("gives up a GPU that is not empty"));
    t = giving_back();
    std::erase_if(t.graph.arcs, [](const Arc& a) { return a.after == kReleased; });
    EXPECT_THAT(text(checked(t)), HasSubstr("bad-graph")) << "before the replica has stopped";
}

TEST(Steps, ApplyOnlyWhenAllIsStopped) {
    SmallTransition t = wiping();
    std::erase_if(t.graph.arcs, [](const Arc& a) { return a.after == kApplied; });
    EXPECT_THAT(text(checked(t)), HasSubstr("bad-graph"));
    t = wiping();
    t.holds("2g", 2, "b");
    EXPECT_THAT(text(checked(t)), HasSubstr("apply on gpu-0 (step 2) comes where it is serving"));
    t = wiping();
    std::erase_if(t.graph.arcs, [](const Arc& a) { return a.after == kStarted; });
    t.arc(kStopped, kStarted);
    EXPECT_TRUE(has(checked(t), TransitionFault::kBadGraph));
}

TEST(Steps, ApplyLegalLayoutsOnly) {
    SmallTransition t = wiping();
    t.graph.steps[kApplied].layout[0].profile = t.number_of("4g");
    EXPECT_THAT(text(checked(t)), HasSubstr("layout | gpu-0 slice 0 | illegal layout on Seven: "));
}

TEST(Steps, DoNotMixWholeLayoutsWithSingleInstances) {
    SmallTransition t = wiping();
    t.arc(kApplied, t.step(kDestroy, 0, "2g", 0));
    EXPECT_THAT(text(checked(t)),
                HasSubstr("is on a GPU with instances created or destroyed one by one"));
}

TEST(Steps, AcquireFirstAndReleaseLast) {
    SmallTransition t(0, 0);
    t.service(0).min_replicas = t.service(1).min_replicas = 0;
    t.gpu("gpu-0").holds("1g", 0).gpu("gpu-1").unused();
    const StepId create = t.step(kCreate, 1, "1g", 0);
    const CheckOptions options{1, {}, {}, {}};
    EXPECT_THAT(text(checked(t, options)), HasSubstr("is on a GPU that was never acquired"));
    const StepId acquire = t.step(kAcquire, 1);
    EXPECT_THAT(text(checked(t, options)),
                HasSubstr("create on gpu-1 slice 0 (step 0) does not wait for acquire on gpu-1 "
                          "(step 1)"));
    t.arc(acquire, create);
    EXPECT_EQ(text(checked(t, options)), "");
    t.arc(create, t.step(kRelease, 1));
    EXPECT_THAT(text(checked(t, options)),
                HasSubstr("gives up a GPU that is not empty in the end"));
    const StepId release{2};
    const StepId destroy = t.step(kDestroy, 1, "1g", 0);
    t.arc(create, destroy);
    EXPECT_THAT(text(checked(t, options)),
                HasSubstr("release on gpu-1 (step 2) does not wait for"));
    t.arc(destroy, release);
    EXPECT_EQ(text(checked(t, options)), "");
    t.step(kAcquire, 0);
    EXPECT_THAT(text(checked(t, options)), HasSubstr("takes a GPU that is in use already"));
}

}  // namespace
}  // namespace tangram::transition
