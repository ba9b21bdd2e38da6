#include "window/on_demand.h"

#include <gtest/gtest.h>

#include "support/pair_window.h"
#include "window/evaluate.h"

namespace tangram::window {
namespace {

void expect_the_evaluators_word(const Window& window, const Schedule& schedule) {
    const Evaluation said = evaluate(window, schedule, Creation::kOnDemand);
    const Evaluation done = evaluate(window, created_on_demand(window, schedule));
    ASSERT_TRUE(done.violations.empty()) << done.violations.front();
    EXPECT_EQ(done.goodput, said.goodput);
    for (const TenantId id : window.tenants.ids()) {
        EXPECT_EQ(done.tenants[id].capacity, said.tenants[id].capacity);
        EXPECT_EQ(done.tenants[id].switching_slots, said.tenants[id].switching_slots);
        EXPECT_EQ(done.tenants[id].switching_loss, said.tenants[id].switching_loss);
    }
}

TEST(OnDemand, IsWorthWhatTheEvaluatorSays) {
    const test::SmallWindow w = test::pair();
    expect_the_evaluators_word(w.window, w.schedule);
    const Schedule later = created_on_demand(w.window, w.schedule);
    ASSERT_EQ(later.stints.size(), 4U);
    EXPECT_EQ(later.stints[3].from, 7);
    EXPECT_EQ(later.stints[3].ready, 9);
    EXPECT_LT(evaluate(w.window, later).goodput, evaluate(w.window, w.schedule).goodput);
}

TEST(OnDemand, LeavesWhatRunsAndWhatNeverServes) {
    test::SmallWindow w = test::pair();
    w.schedule = {};
    w.runs("second", "1g.10gb", 0, Activity::kCreating, 2);
    w.continues(0, 8);
    const Schedule kept = w.schedule;
    w.serves("second", "1g.10gb", 1, 1, 9, 9);
    expect_the_evaluators_word(w.window, w.schedule);
    EXPECT_EQ(created_on_demand(w.window, w.schedule).stints, kept.stints);
}

}  // namespace
}  // namespace tangram::window
