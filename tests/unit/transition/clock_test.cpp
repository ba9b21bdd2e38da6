#include "transition/clock.h"

#include <gtest/gtest.h>

#include "unit/transition/transition_support.h"

namespace tangram::transition {
namespace {

using std::chrono::seconds;
using test::test_durations;
using test::TwoServices;

struct Place {
    TwoServices two;
    Ground ground;
    RunPointId a, b;

    // Service a runs on g; h and i share a node.
    Place() {
        const auto now = two.deployment().gpu("g").on("2g", 0, "a").build();
        const auto then = two.deployment()
                              .gpu("g")
                              .on("2g", 0, "a")
                              .gpu("h", "Seven", "n")
                              .on("2g", 0, "b")
                              .gpu("i", "Seven", "n")
                              .on("2g", 0, "a")
                              .build();
        ground = lay_ground(two.problem, now, then).value();
        a = ground.now.front().instance.point;
        b = ground.then[1].instance.point;
    }
};

TEST(Clock, OneDriverOperationPerGpuAtATime) {
    const Place place;
    const Durations durations = test_durations();
    Clock clock(place.ground, durations);
    EXPECT_EQ(clock.put(StepKind::kCreate, GpuIndex{0}, {}, seconds(5)).end, seconds(6));
    EXPECT_EQ(clock.put(StepKind::kDestroy, GpuIndex{0}, {}, seconds(5)).begin, seconds(6));
    EXPECT_EQ(clock.put(StepKind::kCreate, GpuIndex{1}, {}, seconds(5)).begin, seconds(5));
    // What is no operation of the driver does not wait for it.
    EXPECT_EQ(clock.put(StepKind::kDrain, GpuIndex{0}, {}, seconds(5)).begin, seconds(5));
}

TEST(Clock, AStartIsWarmWhereTheModelHasBeenStarted) {
    const Place place;
    const Durations durations = test_durations();
    Clock clock(place.ground, durations);
    EXPECT_EQ(clock.put(StepKind::kStart, GpuIndex{0}, place.a, seconds(0)).end, seconds(4));
    EXPECT_EQ(clock.put(StepKind::kStart, GpuIndex{0}, place.b, seconds(0)).end, seconds(10));
    EXPECT_EQ(clock.put(StepKind::kStart, GpuIndex{0}, place.b, seconds(9)).end, seconds(19))
        << "the first start has not ended yet";
    EXPECT_EQ(clock.put(StepKind::kStart, GpuIndex{0}, place.b, seconds(10)).end, seconds(14));
    // The GPUs of a node share what was loaded.
    EXPECT_EQ(clock.put(StepKind::kStart, GpuIndex{1}, place.b, seconds(0)).end, seconds(10));
    EXPECT_EQ(clock.put(StepKind::kStart, GpuIndex{2}, place.b, seconds(10)).end, seconds(14));
}

// What was stopped before the transition is warm where it ran, for as long as it stays that.
TEST(Clock, AStartIsWarmWhereTheModelIsRecorded) {
    Place place;
    Durations durations = test_durations();
    place.ground.warm = {{"g", "mb", seconds(100)}, {"n", "ma", seconds(100)}};
    const auto takes = [&](std::size_t gpu, RunPointId point, seconds at) {
        return Clock(place.ground, durations).expected(StepKind::kStart, GpuIndex{gpu}, point, at);
    };
    EXPECT_EQ(takes(0, place.b, seconds(0)), seconds(4));
    EXPECT_EQ(takes(2, place.a, seconds(9'999)), seconds(4)) << "on all GPUs of the node, for ever";
    EXPECT_EQ(takes(2, place.b, seconds(0)), seconds(10)) << "that ran elsewhere";
    durations.stays_warm = seconds(120);
    EXPECT_EQ(takes(0, place.b, seconds(20)), seconds(4));
    EXPECT_EQ(takes(0, place.b, seconds(21)), seconds(10));
    durations.stays_warm = seconds(99);
    EXPECT_EQ(takes(0, place.b, seconds(0)), seconds(10));
    EXPECT_EQ(takes(0, place.a, seconds(9'999)), seconds(4)) << "it runs";
}

TEST(Clock, LimitsStartsPerNode) {
    const Place place;
    Durations durations = test_durations();
    durations.starts_per_node = 1;
    Clock clock(place.ground, durations);
    EXPECT_EQ(clock.put(StepKind::kStart, GpuIndex{1}, place.a, seconds(0)).end, seconds(10));
    EXPECT_EQ(clock.put(StepKind::kStart, GpuIndex{2}, place.b, seconds(0)).begin, seconds(10));
    EXPECT_EQ(clock.put(StepKind::kStart, GpuIndex{0}, place.b, seconds(0)).begin, seconds(0));
}

TEST(Clock, ModelsMayTakeTheirOwnTime) {
    const Place place;
    Durations durations = test_durations();
    durations.cold_start_of["mb"] = seconds(50);
    durations.cold_start_of["ma"] = seconds(2);
    Clock clock(place.ground, durations);
    EXPECT_EQ(clock.put(StepKind::kStart, GpuIndex{1}, place.b, seconds(0)).end, seconds(50));
    EXPECT_EQ(clock.put(StepKind::kStart, GpuIndex{0}, place.a, seconds(0)).end, seconds(2))
        << "warm is never slower than cold";
}

}  // namespace
}  // namespace tangram::transition
