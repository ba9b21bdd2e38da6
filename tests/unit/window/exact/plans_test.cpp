#include "window/exact/plans.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/small_window.h"
#include "window/exact/exact.h"

namespace tangram::window::exact {
namespace {

// On an A30; its retraining takes four slots of ten and begins in `from`.
test::SmallWindow retrained_from(int from) {
    test::SmallWindow small("A30", 10);
    small.tenant("a", 300, 2).retraining("2g.12gb", 4, 0.8);
    small.retrains("a", "2g.12gb", 0, from, from + 4);
    // The engine knows no rules about who shares a GPU.
    const gpu::GpuModel& model = small.window.model(KindId{0});
    const auto base = model.base_profiles();
    for (const gpu::ProfileId profile : model.profiles.ids()) {
        if (std::ranges::find(base, profile) != base.end()) continue;
        small.last().capacity[KindId{0}][profile] = Rate{};
    }
    return small;
}

TEST(Plans, LeaveOutWhatEndsWithTheWindow) {
    for (int from = 0; from <= 6; ++from) {
        const test::SmallWindow small = retrained_from(from);
        const Plans plans(small.window, GpuId{0}, Weights(1));
        const Chosen chosen = from < 6 ? Chosen{0, from} : Chosen{};
        EXPECT_EQ(plans.plan_of(small.schedule), Plan{chosen}) << "from " << from;
    }
}

TEST(Exact, BeginsFromAnyLegalSchedule) {
    Goodput alone;
    for (int from = 0; from <= 6; ++from) {
        const test::SmallWindow small = retrained_from(from);
        ASSERT_TRUE(evaluate(small.window, small.schedule).violations.empty());
        Options options;
        options.known.push_back(small.schedule);
        const auto outcome = make_exact()->plan(small.window, options);
        ASSERT_TRUE(outcome.has_value()) << outcome.error().text();
        EXPECT_EQ(outcome->status, Status::kOptimal);
        if (from == 0) alone = outcome->goodput;
        EXPECT_EQ(outcome->goodput, alone);
    }
}

}  // namespace
}  // namespace tangram::window::exact
