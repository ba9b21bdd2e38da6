#include "window/baseline/paris.h"

#include <gtest/gtest.h>

#include "support/small_window.h"

namespace tangram::window::baseline {
namespace {

using test::per_second;
using test::SmallWindow;
using test::worth;

constexpr KindId kKind{0};

TEST(Paris, LoadsBelongToTheSmallestProfileWhoseKneeCoversThem) {
    SmallWindow w("A30", 4);
    w.tenant("a", 0);
    // On an A30: 100, 200 and 400 requests/s on 1g, 2g and 4g; 500 wants a 4g and a 1g.
    w.last().rates = {per_second(100), per_second(101), per_second(500), per_second(0)};
    // One 1g, one 2g, and a 4g with a 1g, in slots: 8 slice-slots for 4 slices.
    const Wanted wanted = wanted_instances(w.window, kKind);
    const auto& mine = wanted[TenantId{0}];
    EXPECT_EQ(mine[w.number_of("1g.6gb")], 2 * kWantedPerInstance / 2);
    EXPECT_EQ(mine[w.number_of("2g.12gb")], 1 * kWantedPerInstance / 2);
    EXPECT_EQ(mine[w.number_of("4g.24gb")], 1 * kWantedPerInstance / 2);
}

TEST(Paris, AProfileThatServesNoMoreThanASmallerOneIsNotWanted) {
    SmallWindow w("A30", 1);
    w.tenant("a", 150);
    for (const gpu::ProfileId profile : w.window.model(kKind).all_profiles()) {
        Rate& capacity = w.last().capacity[kKind][profile];
        if (capacity == per_second(200)) capacity = per_second(100);
    }
    const Wanted wanted = wanted_instances(w.window, kKind);
    EXPECT_EQ(wanted[TenantId{0}][w.number_of("2g.12gb")], 0);
    EXPECT_EQ(wanted[TenantId{0}][w.number_of("4g.24gb")], kWantedPerInstance);
}

TEST(Paris, NobodyAsksForAnything) {
    SmallWindow w("A30", 3);
    w.tenant("a", 0);
    EXPECT_EQ(make_paris()->plan(w.window, {}).value().goodput, Goodput{});
}

TEST(Paris, SharesByDemand) {
    SmallWindow w("A30", 5);
    w.tenant("a", 200).tenant("b", 100).tenant("c", 100);
    EXPECT_EQ(make_paris()->plan(w.window, {}).value().goodput, worth(400, 0.5, 5));
}

TEST(Paris, RetrainsOnWhatItHas) {
    SmallWindow w("A30", 10);
    w.tenant("a", 200).retraining("2g.12gb", 2, 0.9);
    w.tenant("b", 200);
    EXPECT_EQ(make_paris()->plan(w.window, {}).value().goodput,
              worth(200, 0.9, 8) + worth(200, 0.5, 10));
}

}  // namespace
}  // namespace tangram::window::baseline
