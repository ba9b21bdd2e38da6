#include "transition/promises.h"

#include <gtest/gtest.h>

#include "unit/transition/transition_support.h"

namespace tangram::transition {
namespace {

using test::rps;
using test::SmallDeployment;
using test::SmallProblem;
using test::TwoServices;

struct Case {
    Ground ground;
    Change change;
    Promises promises;

    [[nodiscard]] const Ledger* ledger(std::size_t service, ArcReason reason) const {
        for (const Ledger& one : promises.ledgers) {
            if (one.service == ServiceNameId{service} && one.reason == reason) return &one;
        }
        return nullptr;
    }
};

Case make_case(const TwoServices& two, const SmallDeployment& now, const SmallDeployment& then,
               const PromiseOptions& options = {}) {
    Case made;
    auto ground = lay_ground(two.problem, now.build(), then.build());
    CHECK(ground.has_value(), ground.error().text());
    made.ground = *std::move(ground);
    made.change = change_of(made.ground, Granularity::kInstance);
    made.promises = promises_of(made.ground, made.change, now.build(), options);
    return made;
}

TEST(Promises, FloorIsTheRateOrWhatThereIsIfLess) {
    const TwoServices two(20, 50);
    const Case made = make_case(two, two.deployment().gpu("g").on("3g", 0, "a").on("3g", 4, "b"),
                                two.deployment().gpu("h").on("3g", 0, "a").on("7g", 0, "b"));
    EXPECT_EQ(made.promises.floor[ServiceNameId{0}], rps(20));
    EXPECT_EQ(made.promises.floor[ServiceNameId{1}], rps(35));
    EXPECT_EQ(made.ledger(0, ArcReason::kCapacity)->slack, rps(15).count());
    EXPECT_EQ(made.ledger(1, ArcReason::kCapacity)->slack, 0);
    EXPECT_EQ(made.promises.after[ServiceNameId{1}], rps(70));
}

TEST(Promises, MarginAndDipMoveTheFloor) {
    const TwoServices two(20, 20);
    PromiseOptions options;
    options.margin = Share{kSharePerOne / 2};
    options.dips["b"] = Share{kSharePerOne / 4};
    const SmallDeployment now = two.deployment().gpu("g").on("3g", 0, "a").on("3g", 4, "b");
    const Case made = make_case(two, now, now, options);
    EXPECT_EQ(made.promises.floor[ServiceNameId{0}], rps(30));
    EXPECT_EQ(made.promises.floor[ServiceNameId{1}], rps(22.5));
}

TEST(Promises, ARecordedFloorIsNotLowered) {
    const TwoServices two(20, 20);
    SmallDeployment now = two.deployment().gpu("g").on("1g", 0, "a").on("2g", 2, "b");
    now.edit().services[ServiceNameId{0}].floor = rps(18);
    const Case made =
        make_case(two, now, two.deployment().gpu("g").on("2g", 0, "a").on("2g", 2, "b"));
    EXPECT_EQ(made.promises.floor[ServiceNameId{0}], rps(18));
    EXPECT_EQ(made.ledger(0, ArcReason::kCapacity)->slack, rps(-8).count()) << "recover first";
}

TEST(Promises, WhoIsNewOrGoneHasNoFloor) {
    const TwoServices two(20, 20);
    SmallDeployment now = two.deployment().gpu("g");
    deployment::RunPoint point;
    point.model = "old";
    point.throughput = rps(5);
    now.run("1g", 0, "gone", point);
    const Case made =
        make_case(two, now, two.deployment().gpu("g").on("2g", 0, "a").on("2g", 2, "b"));
    EXPECT_EQ(made.ledger(0, ArcReason::kCapacity), nullptr);
    EXPECT_EQ(made.ledger(2, ArcReason::kCapacity), nullptr);
    EXPECT_TRUE(made.promises.of_departure.front().empty());
}

TEST(Promises, ReplicasSpreadAndSurvival) {
    SmallProblem small = TwoServices::make(20, 20, std::nullopt);
    small.edit().services[workload::ServiceId{0}].min_replicas = 2;
    small.edit().services[workload::ServiceId{0}].spread = workload::Spread::kGpu;
    TwoServices two(small);
    two.problem.services[workload::ServiceId{1}].survive_gpu = Share{kSharePerOne / 2};
    const Case made = make_case(two,
                                two.deployment()
                                    .gpu("g")
                                    .on("2g", 0, "a")
                                    .on("1g", 2, "b")
                                    .gpu("h")
                                    .on("2g", 0, "a")
                                    .on("2g", 2, "b"),
                                two.deployment()
                                    .gpu("g")
                                    .on("2g", 2, "a")
                                    .on("1g", 0, "b")
                                    .gpu("h")
                                    .on("2g", 0, "a")
                                    .on("2g", 2, "b"));
    EXPECT_EQ(made.ledger(0, ArcReason::kReplicas)->slack, 0);
    EXPECT_EQ(made.ledger(0, ArcReason::kSpread)->slack, 0);
    // Ten are left when h is lost, and ten are asked for: the loss of g leaves twenty.
    std::vector<std::int64_t> slacks;
    for (const Ledger& ledger : made.promises.ledgers) {
        if (ledger.reason == ArcReason::kSurvival) slacks.push_back(ledger.slack);
    }
    EXPECT_EQ(slacks, (std::vector<std::int64_t>{rps(10).count(), 0}));
    EXPECT_TRUE(made.promises.placed[ServiceNameId{0}]);
    EXPECT_TRUE(made.promises.placed[ServiceNameId{1}]);
}

TEST(Promises, CountsGpusInUse) {
    const TwoServices two;
    PromiseOptions options;
    options.spare_gpus = 2;
    const Case made =
        make_case(two, two.deployment().gpu("g").on("2g", 0, "a"),
                  two.deployment().gpu("g").on("2g", 0, "a").gpu("h").on("2g", 0, "b"), options);
    EXPECT_EQ(made.promises.ledgers[made.promises.gpus].slack, 3);
}

}  // namespace
}  // namespace tangram::transition
