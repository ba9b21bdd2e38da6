#include "transition/promises.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/random.h"
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
    // Ten are left when h is lost, and ten are asked for: the loss of g leaves twenty, that of any
    // other all thirty.
    std::vector<std::int64_t> slacks;
    for (const Ledger& ledger : made.promises.ledgers) {
        if (ledger.reason == ArcReason::kSurvival) slacks.push_back(ledger.slack);
    }
    EXPECT_EQ(slacks, (std::vector<std::int64_t>{rps(10).count(), 0, rps(20).count()}));
    EXPECT_TRUE(made.promises.placed[ServiceNameId{0}]);
    EXPECT_TRUE(made.promises.placed[ServiceNameId{1}]);
}

// Of a service on g and h, what one more replica brings to what is left without g, h, or another.
TEST(Promises, WhatComesForTheTimeBetweenHelpsAgainstLossesElsewhere) {
    TwoServices two(20, 20);
    two.problem.services[workload::ServiceId{0}].survive_gpu = Share{kSharePerOne / 2};
    const SmallDeployment now = two.deployment()
                                    .gpu("g")
                                    .on("1g", 0, "a")
                                    .gpu("h")
                                    .on("1g", 0, "a")
                                    .gpu("k")
                                    .on("2g", 0, "b");
    const Case made = make_case(two, now, now);
    const auto brought_on = [&](std::size_t gpu) {
        const Occupant who{GpuIndex{gpu}, made.ground.now.front().instance};
        std::vector<std::int64_t> amounts;
        for (const Ledger& ledger : made.promises.ledgers) {
            if (ledger.reason != ArcReason::kSurvival) continue;
            amounts.push_back(brought_to(ledger, made.ground, who) / rps(1).count());
        }
        return amounts;
    };
    EXPECT_EQ(brought_on(0), (std::vector<std::int64_t>{0, 10, 10}));
    EXPECT_EQ(brought_on(1), (std::vector<std::int64_t>{10, 0, 10}));
    EXPECT_EQ(brought_on(2), (std::vector<std::int64_t>{10, 10, 0}));
}

// Replicas of a service on five GPUs of two or three nodes, before and after.
class Wandering {
public:
    Wandering(Random& random, bool by_node) : random_(random), by_node_(by_node), two_(60, 0) {
        workload::Service& a = two_.problem.services[workload::ServiceId{0}];
        (by_node ? a.survive_node : a.survive_gpu) = Share{100'000 * random.between(1, 10)};
        made_ = make_case(two_, draw(), draw());
    }

    // Some have left, some have arrived, some are there for the time between: what each GPU has.
    void draw_state() {
        on_.clear();
        left_.clear();
        for (const Ledger& one : made_.promises.ledgers) left_.push_back(one.slack);
        for (const Occupant& who : made_.ground.now) on_[who.gpu] += rate(who);
        for (std::size_t d = 0; d < made_.change.departures.size(); ++d) {
            if (random_.below(2) == 0) continue;
            on_[made_.change.departures[d].who.gpu] -= rate(made_.change.departures[d].who);
            settle(made_.promises.of_departure[d], -1);
        }
        for (std::size_t a = 0; a < made_.change.arrivals.size(); ++a) {
            if (random_.below(2) == 0) continue;
            on_[made_.change.arrivals[a].who.gpu] += rate(made_.change.arrivals[a].who);
            settle(made_.promises.of_arrival[a], 1);
        }
        for (temporaries_ = 0; temporaries_ < 2 && random_.below(2) == 0; ++temporaries_) {
            Occupant who = made_.ground.now.front();
            who.gpu = GpuIndex{random_.below(made_.ground.gpus.size())};
            on_[who.gpu] += rate(who);
            settle(brought_by(made_.promises, made_.ground, who), 1);
        }
    }

    [[nodiscard]] bool promised() const {
        return std::ranges::all_of(left_, [](std::int64_t left) { return left >= 0; });
    }
    // What is left without any one place is at least what is left so now, or what is asked.
    [[nodiscard]] bool survives() const {
        std::map<GpuIndex, std::int64_t> now;
        for (const Occupant& who : made_.ground.now) now[who.gpu] += rate(who);
        const workload::Service& a = two_.problem.services[workload::ServiceId{0}];
        const Share share = by_node_ ? *a.survive_node : *a.survive_gpu;
        const std::int64_t asked = a.rate.count() * share.count() / kSharePerOne;
        const std::int64_t floor = std::min(a.rate.count(), total(now));
        return total(on_) >= floor && least(on_) >= std::min(asked, least(now));
    }
    [[nodiscard]] int temporaries() const { return temporaries_; }

private:
    using Rates = std::map<GpuIndex, std::int64_t>;

    SmallDeployment draw() {
        SmallDeployment drawn = two_.deployment();
        for (int g = 0; g < 5; ++g) {
            drawn.gpu("g" + std::to_string(g), "Seven", "n" + std::to_string(g / 2));
            for (int start = 0; start < 2; ++start) {
                if (random_.below(3) == 0) drawn.on("1g", start, "a");
            }
            drawn.on("1g", 6, g == 0 ? "a" : "b");
        }
        return drawn;
    }
    [[nodiscard]] std::int64_t rate(const Occupant& who) const {
        return who.instance.service == ServiceNameId{0} ? made_.ground.capacity_of(who).count() : 0;
    }
    void settle(const std::vector<Entry>& entries, std::int64_t sign) {
        for (const Entry& entry : entries) left_[entry.ledger.index()] += sign * entry.amount;
    }
    static std::int64_t total(const Rates& rates) {
        std::int64_t sum = 0;
        for (const auto& [gpu, rate] : rates) sum += rate;
        return sum;
    }
    [[nodiscard]] std::int64_t least(const Rates& rates) const {
        std::map<std::string, std::int64_t> places;
        for (const auto& [gpu, rate] : rates) {
            const deployment::DeployedGpu& known = made_.ground.gpus[gpu];
            places[by_node_ ? known.node : known.id] += rate;
        }
        std::int64_t most = 0;
        for (const auto& [place, rate] : places) most = std::max(most, rate);
        return total(rates) - most;
    }

    Random& random_;
    bool by_node_;
    TwoServices two_;
    Case made_;
    Rates on_;
    std::vector<std::int64_t> left_;
    int temporaries_ = 0;
};

// Without replicas for the time between the ledgers say exactly what survives.
TEST(Promises, WhatTheLedgersAllowSurvives) {
    Random random(5);
    int allowed = 0;
    int refused = 0;
    int helped = 0;
    for (int i = 0; i < 400; ++i) {
        Wandering one(random, i % 2 == 0);
        for (int j = 0; j < 30; ++j) {
            one.draw_state();
            const bool safe = one.survives();
            EXPECT_TRUE(safe || !one.promised()) << i << " " << j;
            EXPECT_TRUE(one.promised() || !safe || one.temporaries() > 0) << i << " " << j;
            allowed += one.promised() ? 1 : 0;
            refused += safe ? 0 : 1;
            helped += one.promised() && one.temporaries() > 0 ? 1 : 0;
        }
    }
    EXPECT_GT(allowed, 1'000);
    EXPECT_GT(refused, 1'000);
    EXPECT_GT(helped, 300);
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
