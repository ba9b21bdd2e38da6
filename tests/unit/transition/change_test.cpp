#include "transition/change.h"

#include <gtest/gtest.h>

#include "unit/transition/transition_support.h"

namespace tangram::transition {
namespace {

using deployment::GpuStatus;
using deployment::Phase;
using test::SmallDeployment;
using test::TwoServices;
using enum StepKind;
using Kinds = std::vector<StepKind>;

Change change(const TwoServices& two, const SmallDeployment& now, const SmallDeployment& then,
              Granularity granularity = Granularity::kInstance) {
    const auto ground = lay_ground(two.problem, now.build(), then.build());
    CHECK(ground.has_value(), ground.error().text());
    return change_of(*ground, granularity);
}

TEST(Change, KeepsWhatIsTheSameAndMovesWhatIsNot) {
    const TwoServices two;
    const Change found = change(two, two.deployment().gpu("g").on("2g", 0, "a").on("2g", 2, "b"),
                                two.deployment().gpu("g").on("2g", 0, "a").on("1g", 3, "b"));
    ASSERT_EQ(found.kept.size(), 1U);
    EXPECT_EQ(found.kept.front().instance.start, 0);
    ASSERT_EQ(found.departures.size(), 1U);
    EXPECT_EQ(found.departures.front().steps, (Kinds{kDrain, kStop, kDestroy}));
    EXPECT_TRUE(found.departures.front().serves);
    ASSERT_EQ(found.arrivals.size(), 1U);
    EXPECT_EQ(found.arrivals.front().steps, (Kinds{kCreate, kStart, kRoute}));
    EXPECT_EQ(found.arrivals.front().blockers, (std::vector<std::size_t>{0}));
    EXPECT_FALSE(found.arrivals.front().takes_over);
}

TEST(Change, HandsAnInstanceOverWithoutCuttingItAnew) {
    const TwoServices two;
    const Change found = change(two, two.deployment().gpu("g").on("2g", 0, "a"),
                                two.deployment().gpu("g").on("2g", 0, "b"));
    ASSERT_EQ(found.departures.size(), 1U);
    EXPECT_EQ(found.departures.front().steps, (Kinds{kDrain, kStop}));
    ASSERT_EQ(found.arrivals.size(), 1U);
    EXPECT_EQ(found.arrivals.front().steps, (Kinds{kStart, kRoute}));
    EXPECT_EQ(found.arrivals.front().takes_over, 0U);
}

TEST(Change, RestartsInPlaceWhereTheOperatingPointChanges) {
    const TwoServices two;
    SmallDeployment then = two.deployment().gpu("g").on("2g", 0, "a");
    then.edit().points[deployment::RunPointId{0}].batch = 7;
    const Change found = change(two, two.deployment().gpu("g").on("2g", 0, "a"), then);
    EXPECT_TRUE(found.kept.empty());
    EXPECT_EQ(found.arrivals.front().takes_over, 0U);
    // A table measured anew is no other way to run it; the smaller capacity counts.
    SmallDeployment measured = two.deployment().gpu("g").on("2g", 0, "a");
    measured.edit().points[deployment::RunPointId{0}].throughput = test::rps(15);
    const Change kept = change(two, two.deployment().gpu("g").on("2g", 0, "a"), measured);
    EXPECT_EQ(kept.kept.size(), 1U);
    EXPECT_TRUE(kept.arrivals.empty());
}

struct PhaseCase {
    Phase phase;
    Kinds unwanted;  // departure, where the target has nothing there
    Kinds leaves;    // departure, where the target has the same replica
    Kinds comes;     // arrival, where the target has the same replica
};

TEST(Change, GoesOnFromEveryPhase) {
    const TwoServices two;
    const PhaseCase cases[] = {
        {Phase::kServing, {kDrain, kStop, kDestroy}, {}, {}},
        {Phase::kReady, {kStop, kDestroy}, {}, {kRoute}},
        {Phase::kStarting, {kStop, kDestroy}, {}, {kStart, kRoute}},
        {Phase::kCreating, {kDestroy}, {}, {kCreate, kStart, kRoute}},
        {Phase::kIdle, {kDestroy}, {}, {kStart, kRoute}},
        {Phase::kDraining, {kDrain, kStop, kDestroy}, {}, {kRoute}},
        {Phase::kStopping, {kStop, kDestroy}, {kStop}, {kStart, kRoute}},
        {Phase::kDestroying, {kDestroy}, {kDestroy}, {kCreate, kStart, kRoute}},
        {Phase::kFailed, {kStop, kDestroy}, {kStop, kDestroy}, {kCreate, kStart, kRoute}},
        {Phase::kUnknown, {kStop, kDestroy}, {kStop, kDestroy}, {kCreate, kStart, kRoute}},
    };
    for (const PhaseCase& each : cases) {
        const SmallDeployment now = two.deployment().gpu("g").on("2g", 0, "a", each.phase);
        const Change gone = change(two, now, two.deployment());
        ASSERT_EQ(gone.departures.size(), 1U);
        EXPECT_EQ(gone.departures.front().steps, each.unwanted) << static_cast<int>(each.phase);
        EXPECT_EQ(gone.departures.front().serves, each.phase == Phase::kServing);
        const Change same = change(two, now, two.deployment().gpu("g").on("2g", 0, "a"));
        const Kinds leaves = same.departures.empty() ? Kinds{} : same.departures.front().steps;
        const Kinds comes = same.arrivals.empty() ? Kinds{} : same.arrivals.front().steps;
        EXPECT_EQ(leaves, each.leaves) << static_cast<int>(each.phase);
        EXPECT_EQ(comes, each.comes) << static_cast<int>(each.phase);
    }
}

TEST(Change, WhatALostGpuHeldIsGone) {
    const TwoServices two;
    const Change found =
        change(two, two.deployment().gpu("g").on("2g", 0, "a").status(GpuStatus::kLost),
               two.deployment().gpu("h").on("2g", 0, "a"));
    EXPECT_TRUE(found.departures.empty());
    EXPECT_EQ(found.arrivals.size(), 1U);
}

TEST(Change, CutsWholeGpusWhereTheBackendDoes) {
    const TwoServices two;
    const SmallDeployment now =
        two.deployment().gpu("g").on("2g", 0, "a").on("2g", 2, "b").gpu("h").on("2g", 0, "a");
    const SmallDeployment then =
        two.deployment().gpu("g").on("2g", 0, "a").on("1g", 2, "b").gpu("h").on("2g", 0, "b");
    const Change found = change(two, now, then, Granularity::kGpu);
    ASSERT_EQ(found.recuts.size(), 1U) << "the other GPU keeps its layout";
    EXPECT_EQ(found.recuts.front().departures.size(), 2U);
    EXPECT_EQ(std::ranges::count(found.arrivals, GpuIndex{0},
                                 [](const Arrival& one) { return one.who.gpu; }),
              2);
    for (const std::size_t d : found.recuts.front().departures) {
        EXPECT_EQ(found.departures[d].steps, (Kinds{kDrain, kStop}));
    }
    for (const Arrival& arrival : found.arrivals) {
        EXPECT_EQ(arrival.steps, (Kinds{kStart, kRoute}));
        if (arrival.who.gpu != GpuIndex{0}) continue;
        EXPECT_EQ(arrival.blockers, found.recuts.front().departures);
    }
}

TEST(Change, LeavesTheCutWhereNothingIsLacking) {
    const TwoServices two;
    const SmallDeployment now = two.deployment()
                                    .gpu("g")
                                    .on("2g", 0, "a")
                                    .on("2g", 2, "b")
                                    .on("1g", 4, "a")
                                    .gpu("h")
                                    .on("2g", 0, "a");
    const Change found =
        change(two, now, two.deployment().gpu("g").on("2g", 0, "b"), Granularity::kGpu);
    EXPECT_TRUE(found.recuts.empty()) << "g has more than it is to hold, h is given back as it is";
    ASSERT_EQ(found.departures.size(), 4U);
    for (const Departure& departure : found.departures) {
        EXPECT_EQ(departure.steps, (Kinds{kDrain, kStop}));
    }
    ASSERT_EQ(found.arrivals.size(), 1U);
    EXPECT_EQ(found.arrivals.front().steps, (Kinds{kStart, kRoute}));
    // A broken instance needs a layout, but on a GPU that is given back.
    const SmallDeployment broken =
        two.deployment().gpu("h").on("2g", 0, "a").on("2g", 2, "a", Phase::kFailed);
    EXPECT_TRUE(change(two, broken, two.deployment(), Granularity::kGpu).recuts.empty());
    EXPECT_EQ(change(two, broken, two.deployment().gpu("h").on("2g", 0, "a"), Granularity::kGpu)
                  .recuts.size(),
              1U);
}

TEST(Change, CutsTheGpusOfANodeTogether) {
    const TwoServices two;
    const SmallDeployment now = two.deployment()
                                    .gpu("g", "Seven", "n")
                                    .on("2g", 0, "a")
                                    .gpu("h", "Seven", "n")
                                    .on("2g", 0, "b");
    const SmallDeployment then = two.deployment()
                                     .gpu("g", "Seven", "n")
                                     .on("1g", 0, "a")
                                     .gpu("h", "Seven", "n")
                                     .on("2g", 0, "b");
    const Change found = change(two, now, then, Granularity::kNode);
    ASSERT_EQ(found.recuts.size(), 1U);
    EXPECT_EQ(found.recuts.front().gpus.size(), 2U);
    EXPECT_EQ(found.departures.size(), 2U) << "also what could stay on the GPU beside it";
}

TEST(Ground, RefusesWhatCannotBeOneFleet) {
    const TwoServices two;
    const auto error = [&](const SmallDeployment& now, const SmallDeployment& then) {
        const auto ground = lay_ground(two.problem, now.build(), then.build());
        return ground ? std::string() : ground.error().text();
    };
    EXPECT_EQ(error(two.deployment().gpu("g").on("1g", 0, "a"), two.deployment()), "");
    EXPECT_NE(error(two.deployment().gpu("g").gpu("g"), two.deployment()).find("twice"),
              std::string::npos);
    EXPECT_NE(
        error(two.deployment().gpu("g"), two.deployment().gpu("g", "Four")).find("is a Seven"),
        std::string::npos);
    EXPECT_NE(error(two.deployment().gpu("g").status(GpuStatus::kLost), two.deployment().gpu("g"))
                  .find("still in the target"),
              std::string::npos);
}

}  // namespace
}  // namespace tangram::transition
