#include "transition/reach.h"

#include <gtest/gtest.h>

#include "transition/spare_proof.h"
#include "unit/transition/transition_support.h"

namespace tangram::transition {
namespace {

using std::chrono::seconds;
using test::SmallDeployment;
using test::test_durations;
using test::TwoServices;

struct Case {
    Reach reach;
    bool proven = false;
};

Case look(const TwoServices& two, const SmallDeployment& now, const SmallDeployment& then) {
    Ground ground = lay_ground(two.problem, now.build(), then.build()).value();
    const StopgapMenu menu = stopgap_menu(two.model, ground);
    const Change change = change_of(ground, Granularity::kInstance);
    const Promises promises = promises_of(ground, change, now.build(), {});
    return {reach_of(ground, change, promises, menu, test_durations(), false),
            spare_is_necessary(ground, change, promises, menu, false)};
}

TEST(Reach, KnowsTheQuickestWay) {
    const TwoServices two;
    const Case found =
        look(two, two.deployment().gpu("g").on("2g", 0, "a").gpu("h").on("2g", 2, "b"),
             two.deployment().gpu("h").on("2g", 0, "a").on("2g", 2, "b"));
    EXPECT_TRUE(found.reach.without_help);
    EXPECT_FALSE(found.proven);
    // create 1, start at least 4, route 1; then drain 2, stop 1, destroy 1
    EXPECT_EQ(found.reach.makespan, seconds(10));
}

TEST(Reach, ASwapOfFullGpusIsOutOfReach) {
    const TwoServices two(70, 70);
    const Case found =
        look(two, two.deployment().gpu("g").on("7g", 0, "a").gpu("h").on("7g", 0, "b"),
             two.deployment().gpu("g").on("7g", 0, "b").gpu("h").on("7g", 0, "a"));
    EXPECT_FALSE(found.reach.without_help);
    EXPECT_FALSE(found.reach.without_spare);
    EXPECT_TRUE(found.reach.stranded[ServiceNameId{0}]);
    EXPECT_TRUE(found.proven);
}

// A free slice would do for the fixpoint, which does not count how much fits into it.
TEST(Reach, TheSearchCountsWhatFitsIntoFreeSlices) {
    const TwoServices two(60, 60);
    const SmallDeployment now = two.deployment()
                                    .gpu("g")
                                    .on("3g", 0, "a")
                                    .on("2g", 4, "a")
                                    .on("1g", 6, "a")
                                    .gpu("h")
                                    .on("3g", 0, "b")
                                    .on("3g", 4, "b");
    const SmallDeployment then = two.deployment()
                                     .gpu("g")
                                     .on("3g", 0, "b")
                                     .on("3g", 4, "b")
                                     .gpu("h")
                                     .on("3g", 0, "a")
                                     .on("2g", 4, "a")
                                     .on("1g", 6, "a");
    const Case found = look(two, now, then);
    EXPECT_FALSE(found.reach.without_help);
    EXPECT_TRUE(found.proven);
}

TEST(Reach, FreeSlicesThatSufficeAreNoProof) {
    const TwoServices two(35, 35);
    const Case found =
        look(two, two.deployment().gpu("g").on("3g", 0, "a").gpu("h").on("3g", 0, "b"),
             two.deployment().gpu("g").on("3g", 0, "b").gpu("h").on("3g", 0, "a"));
    EXPECT_FALSE(found.reach.without_help);
    EXPECT_TRUE(found.reach.without_spare);
    EXPECT_FALSE(found.proven);
}

}  // namespace
}  // namespace tangram::transition
