// Spreads where routes and drains of a GPU need not wait for each other, and where the effort ends.
#include "transition/check/spread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "gpu/catalogue.h"
#include "unit/transition/check/check_support.h"

namespace tangram::transition {
namespace {

using test::SmallTransition;
using testing::HasSubstr;
using enum StepKind;

// Pairs of GPUs, each with a replica that goes and one that comes; the one that goes waits for the
// one that comes to the other GPU. Of each pair one GPU can be empty, never both.
SmallTransition crossed(std::size_t pairs, int floor) {
    SmallTransition t(0, 0);
    t.service(1).min_replicas = 0;
    t.service(0).min_replicas = floor;
    t.service(0).spread = workload::Spread::kGpu;
    t.problem.fleet[workload::FleetEntryId{0}].count.reset();
    for (std::size_t g = 0; g < 2 * pairs; ++g) {
        t.gpu("gpu-" + std::to_string(g)).holds("2g", 0, "a").holds("2g", 2);
        t.chain({t.step(kStart, g, "2g", 2, "a"), t.step(kRoute, g, "2g", 2, "a")});
        t.chain({t.step(kDrain, g, "2g", 0, "a"), t.step(kStop, g, "2g", 0, "a")});
    }
    for (std::size_t g = 0; g < 2 * pairs; ++g) {
        t.arc(StepId{4 * g + 1}, StepId{4 * (g ^ 1U) + 2});
    }
    return t;
}

TEST(SpreadOfOrders, IsExactWhereNothingWaits) {
    SmallTransition one = crossed(1, 1);
    EXPECT_EQ(text(checked(one)), "");
    SmallTransition three = crossed(3, 3);
    EXPECT_EQ(text(checked(three)), "");
    SmallTransition beyond = crossed(3, 4);
    EXPECT_EQ(text(checked(beyond)),
              "spread | service a | is left on 3 different GPUs, has to keep 4 of 6\n");
}

TEST(SpreadOfOrders, SaysSoWhereItGivesUp) {
    SmallTransition t = crossed(12, 12);
    EXPECT_THAT(text(checked(t)),
                HasSubstr("spread | service a | may be left on fewer than 12 different GPUs of 24; "
                          "not proven"));
    // What is broken for certain is found at once.
    SmallTransition beyond = crossed(12, 24);
    EXPECT_THAT(text(checked(beyond)), HasSubstr("different GPUs, has to keep 24 of 24"));
}

// At most two instances of 1g, on seven places.
TEST(LayoutOfOrders, CountsInstancesOfAProfile) {
    const auto made = [](bool in_time) {
        SmallTransition t(0, 0);
        t.service(0).min_replicas = t.service(1).min_replicas = 0;
        std::vector<gpu::GpuModel> models = t.problem.catalogue->models().raw();
        models[0].profiles[gpu::ProfileId{0}].max_instances = 2;
        t.problem.catalogue = std::make_shared<const gpu::Catalogue>(
            gpu::Catalogue::make(std::move(models), t.problem.catalogue->rule_sets()).value());
        t.gpu("gpu-0").holds("1g", 0).holds("1g", 1);
        const StepId first = t.step(kDestroy, 0, "1g", 0);
        const StepId second = t.step(kDestroy, 0, "1g", 1);
        const StepId third = t.step(kCreate, 0, "1g", 2);
        const StepId fourth = t.step(kCreate, 0, "1g", 3);
        t.arc(first, third);
        t.arc(in_time ? second : first, fourth);
        return t;
    };
    SmallTransition good = made(true);
    EXPECT_EQ(text(checked(good)), "");
    SmallTransition bad = made(false);
    const TransitionReport report = checked(bad);
    EXPECT_EQ(text(report), "layout | gpu-0 slice 3 | 3 instances of 1g at a time, at most 2\n");
    EXPECT_THAT(report.violations[0].interleaving,
                testing::ElementsAre(StepId{0}, StepId{2}, StepId{3}));
    EXPECT_EQ(report.violations[0].running, 2U);
}

}  // namespace
}  // namespace tangram::transition
