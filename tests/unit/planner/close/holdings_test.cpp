#include "planner/close/holdings.h"

#include <gtest/gtest.h>

#include "planner/close/mending.h"
#include "support/small_problem.h"

namespace tangram::planner::close {
namespace {

using test::rps;
using test::SmallProblem;

// "a" serves 10 requests/s on each 1g of a Four and 20 on a 2g, "b" 10 on a 1g.
struct Case {
    workload::Problem problem;
    PlanningModel model;
    Placed placed;

    explicit Case(double rate, Share gpu, Share node = {}) {
        SmallProblem small;
        test::RowExtras four;
        four.gpu = "Four";
        small.row("one", "1g", 10, 20, four).row("one", "2g", 20, 20, four);
        small.row("two", "1g", 10, 20, four);
        small.fleet("Four").gpus_per_node = 2;
        small.service("a", "one", rate, 100);
        small.service("b", "two", 10, 100);
        problem = small.build();
        workload::Service& a = problem.services[ServiceId{0}];
        if (gpu.count() > 0) a.survive_gpu = gpu;
        if (node.count() > 0) a.survive_node = node;
        model = build_planning_model(problem).value();
    }
    Case(const Case&) = delete;
    Case& operator=(const Case&) = delete;

    // A GPU of four 1g with these services, -1: idle.
    Case& gpu(const char* node, std::initializer_list<int> services) {
        const gpu::ProfileId profile = problem.gpu_model(FleetEntryId{0}).find_profile("1g");
        PlacedGpu gpu{FleetEntryId{0}, std::nullopt, "g" + std::to_string(placed.size()), node, {}};
        int start = 0;
        for (const int s : services) {
            const ServiceId id = s < 0 ? ServiceId{} : ServiceId{static_cast<std::size_t>(s)};
            gpu.instances.push_back({{profile, start++}, id, s >= 0});
        }
        placed.push_back(std::move(gpu));
        return *this;
    }

    [[nodiscard]] std::int64_t lacks() const {
        return Holdings(model, placed).lacks(ServiceId{0}) / rps(1).count();
    }

    // Everybody could stay where they are.
    void mend() {
        CurrentFleet fleet;
        Question question;
        question.model = &model;
        question.fleet = &fleet;
        question.weights.assign(model.options.size(), 1);
        std::vector<Slot> slots;
        for (std::size_t g = 0; g < placed.size(); ++g) {
            for (std::size_t i = 0; i < placed[g].instances.size(); ++i) {
                Slot slot{g, i, {}, placed[g].instances[i].service, 0};
                for (const InstanceTypeId type : model.types.ids()) {
                    const auto profile = placed[g].instances[i].placement.profile;
                    if (model.types[type].profile == profile) slot.type = type;
                }
                slots.push_back(slot);
            }
        }
        close::mend(question, slots, placed);
    }

    [[nodiscard]] int moved() const {
        int moved = 0;
        for (const PlacedGpu& gpu : placed) {
            for (const PlacedInstance& one : gpu.instances) {
                moved += one.service.valid() && !one.stays ? 1 : 0;
            }
        }
        return moved;
    }
};

constexpr Share kAll{kSharePerOne};
constexpr Share kHalf{kSharePerOne / 2};

TEST(Holdings, LackWhatAnyPlaceHoldsBeyondWhatMayBeLost) {
    EXPECT_EQ(Case(20, kAll).gpu("n", {0, 0}).gpu("n", {0}).lacks(), 10);
    EXPECT_EQ(Case(20, kAll).gpu("n", {0, 0}).gpu("n", {0, 0}).lacks(), 0);
    EXPECT_EQ(Case(20, kHalf).gpu("n", {0, 0}).gpu("n", {0}).lacks(), 0);
    EXPECT_EQ(Case(20, kHalf).gpu("n", {0, 0, 0}).lacks(), 10);
    EXPECT_EQ(Case(20, {}).gpu("n", {0, 0}).lacks(), 0);
}

TEST(Holdings, KnowNodes) {
    EXPECT_EQ(Case(20, {}, kHalf).gpu("n", {0}).gpu("n", {0}).lacks(), 10);
    EXPECT_EQ(Case(20, {}, kHalf).gpu("n", {0}).gpu("m", {0}).lacks(), 0);
    // Each GPU may be lost, both together may not.
    EXPECT_EQ(Case(20, kHalf, kHalf).gpu("n", {0}).gpu("n", {0}).lacks(), 10);
}

TEST(Holdings, WithTooLittleInAllEverythingIsLacking) {
    EXPECT_EQ(Case(40, kAll).gpu("n", {0}).gpu("m", {0}).lacks(), 20 + 10 + 10);
    EXPECT_EQ(Case(40, kAll).gpu("n", {1}).lacks(), 40);
}

TEST(Holdings, SpreadCountsPlaces) {
    Case spread(20, {});
    spread.model.demands[ServiceId{0}].min_replicas = 3;
    spread.model.demands[ServiceId{0}].spread = workload::Spread::kGpu;
    spread.gpu("n", {0, 0}).gpu("m", {0});
    EXPECT_EQ(spread.lacks(), 20) << "a largest instance for the third place";
    EXPECT_TRUE(Holdings(spread.model, spread.placed).crowded(ServiceId{0}, 0));
    EXPECT_FALSE(Holdings(spread.model, spread.placed).crowded(ServiceId{0}, 1));
    EXPECT_FALSE(apart_as_asked(spread.model, spread.placed));
    spread.gpu("m", {-1, 0});
    EXPECT_TRUE(apart_as_asked(spread.model, spread.placed));
}

TEST(Mending, TakesAnIdlePlaceRatherThanSomebodys) {
    Case one(10, kAll);
    one.gpu("n", {0, 0, 1}).gpu("n", {1, -1});
    one.mend();
    EXPECT_TRUE(apart_as_asked(one.model, one.placed));
    EXPECT_EQ(one.placed[1].instances[1].service, ServiceId{0});
    EXPECT_EQ(one.moved(), 1);
}

TEST(Mending, ExchangesWhereNothingIsIdle) {
    Case one(10, kAll);
    one.gpu("n", {0, 0}).gpu("n", {1, 1});
    one.mend();
    EXPECT_TRUE(apart_as_asked(one.model, one.placed));
    EXPECT_EQ(one.moved(), 2);
}

TEST(Mending, SpoilsNothingForOthers) {
    Case one(10, kAll);
    one.model.demands[ServiceId{1}].after_gpu_loss = rps(10);
    one.gpu("n", {0, 0}).gpu("n", {1}).gpu("n", {1});
    one.mend();
    EXPECT_EQ(Holdings(one.model, one.placed).lacks(ServiceId{1}), 0);
    EXPECT_TRUE(apart_as_asked(one.model, one.placed)) << "one of b moves to the GPU of a";
}

TEST(Mending, DoesNotMakeUpForOneAtTheCostOfAnother) {
    Case one(10, kAll);
    one.model.demands[ServiceId{1}].after_gpu_loss = rps(5);
    one.gpu("n", {0, 0, 1}).gpu("n", {1});
    one.mend();
    EXPECT_EQ(Holdings(one.model, one.placed).lacks(ServiceId{1}), 0);
    EXPECT_EQ(one.moved(), 0);
}

TEST(Mending, EndsWhereNothingHelps) {
    Case one(10, kAll);
    one.gpu("n", {0, 0});
    one.mend();
    EXPECT_EQ(one.lacks(), 10);
    EXPECT_EQ(one.moved(), 0);
}

TEST(Mending, LeavesFrozenServicesAlone) {
    Case one(10, kAll);
    one.gpu("n", {0}).gpu("n", {-1});
    CurrentFleet fleet;
    fleet.frozen_services = {ServiceId{0}};
    Question question;
    question.model = &one.model;
    question.fleet = &fleet;
    question.weights.assign(one.model.options.size(), 1);
    mend(question, {{1, 0, InstanceTypeId{0}, {}, 0}}, one.placed);
    EXPECT_FALSE(one.placed[1].instances[0].service.valid());
}

}  // namespace
}  // namespace tangram::planner::close
