#include "transition/order.h"

#include <gtest/gtest.h>

#include "unit/transition/transition_support.h"

namespace tangram::transition {
namespace {

using deployment::Phase;
using test::SmallDeployment;
using test::test_durations;
using test::TwoServices;

struct Case {
    Ground ground;
    StopgapMenu menu;
    Change change;
    Promises promises;

    Case(const TwoServices& two, const SmallDeployment& now, const SmallDeployment& then) {
        ground = lay_ground(two.problem, now.build(), then.build()).value();
        menu = stopgap_menu(two.model, ground);
        change = change_of(ground, Granularity::kInstance);
        promises = promises_of(ground, change, now.build(), {});
    }
    [[nodiscard]] Sequence run(const OrderOptions& options) const {
        return order(ground, change, promises, menu, test_durations(), options);
    }
};

// On h a waits for what starts on g; b could have come to i with it.
TEST(Order, ExchangesOnlyWhatHasNotBegun) {
    const TwoServices two(20, 20);
    const Case made(
        two, two.deployment().gpu("g").on("2g", 0, "a", Phase::kStarting).gpu("h").on("2g", 0, "a"),
        two.deployment()
            .gpu("g")
            .on("2g", 0, "a")
            .gpu("h")
            .on("2g", 0, "b")
            .gpu("i")
            .on("2g", 0, "b"));
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        OrderOptions options;
        options.seed = seed;
        options.exchange = true;
        const Sequence sequence = made.run(options);
        ASSERT_TRUE(sequence.complete) << seed;
        for (const Arrival& arrival : sequence.change.arrivals) {
            if (!arrival.continued) continue;
            EXPECT_EQ(arrival.who.instance.service, ServiceNameId{0}) << seed;
        }
    }
}

TEST(Order, DrainsOnlyWhatThePromisesAllow) {
    const TwoServices two(20, 20);
    const Case made(two, two.deployment().gpu("g").on("2g", 0, "a").on("2g", 2, "b"),
                    two.deployment().gpu("g").on("2g", 2, "a").on("2g", 4, "b"));
    const Sequence sequence = made.run({});
    ASSERT_TRUE(sequence.complete);
    using What = Movement::What;
    std::vector<What> moves;
    for (const Movement& one : sequence.movements) moves.push_back(one.what);
    EXPECT_EQ(moves, (std::vector<What>{What::kRouteEnds, What::kDrainStarts, What::kRouteEnds,
                                        What::kDrainStarts}))
        << "b first, whose place is free, then a";
}

TEST(Order, SaysWhatIsMissingWhereItIsStuck) {
    const TwoServices two(70, 70);
    const Case made(two, two.deployment().gpu("g").on("7g", 0, "a").gpu("h").on("7g", 0, "b"),
                    two.deployment().gpu("g").on("7g", 0, "b").gpu("h").on("7g", 0, "a"));
    const Sequence sequence = made.run({});
    EXPECT_FALSE(sequence.complete);
    ASSERT_EQ(sequence.shortages.size(), 1U);
    EXPECT_EQ(sequence.shortages.front().missing, test::rps(70).count());
}

}  // namespace
}  // namespace tangram::transition
