#include "window/window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <utility>

#include "support/small_window.h"

namespace tangram::window {
namespace {

using test::share;
using test::SmallWindow;
using testing::HasSubstr;

SmallWindow small() {
    SmallWindow w("A30", 10);
    w.tenant("a", 300, 2).retraining("2g.12gb", 4, 0.8);
    w.tenant("b", 100, 1);
    w.runs("a", "1g.6gb", 0).runs("b", "1g.6gb", 1, Activity::kCreating, 3);
    w.runs("a", "2g.12gb", 2, Activity::kRetraining, 20, 0.7);
    return w;
}

TEST(Validate, AcceptsWhatIsOne) { EXPECT_TRUE(validate(small().window)); }

constexpr TenantId kA{0};
constexpr KindId kKind{0};

struct Spoilt {
    const char* says;
    std::function<void(Window&)> spoil;
};

TEST(Validate, NamesWhatIsWrong) {
    const std::vector<Spoilt> cases{
        {"catalogue", [](Window& w) { w.catalogue = nullptr; }},
        {"1 to 100000 slots, not 0", [](Window& w) { w.slots = 0; }},
        {"1 to 100000 slots", [](Window& w) { w.slots = kSlotsMax + 1; }},
        {"last longer", [](Window& w) { w.slot = Duration{0}; }},
        {"GPUs, not 0", [](Window& w) { w.gpus.clear(); }},
        {"tenants, not 0", [](Window& w) { w.tenants.clear(); }},
        {"no model of the catalogue", [](Window& w) { w.kinds[kKind] = gpu::GpuModelId{999}; }},
        {"no model of the catalogue", [](Window& w) { w.kinds[kKind] = {}; }},
        {"GPU gpu-0: there is no such kind", [](Window& w) { w.gpus[GpuId{0}].kind = KindId{1}; }},
        {"tenant a: needs one rate per slot", [](Window& w) { w.tenants[kA].rates.pop_back(); }},
        {"a rate is out of range", [](Window& w) { w.tenants[kA].rates[3] = Rate{-1}; }},
        {"a rate is out of range", [](Window& w) { w.tenants[kA].rates[3] = kRateMax + Rate{1}; }},
        {"for every kind of GPU", [](Window& w) { w.tenants[kA].capacity.clear(); }},
        {"a capacity for every profile",
         [](Window& w) { w.tenants[kA].capacity[kKind].push_back(Rate{}); }},
        {"a capacity is out of range",
         [](Window& w) { w.tenants[kA].capacity[kKind][gpu::ProfileId{0}] = Rate{-5}; }},
        {"warm-up", [](Window& w) { w.tenants[kA].warm_up = -1; }},
        {"warm-up", [](Window& w) { w.tenants[kA].warm_up = std::numeric_limits<int>::max(); }},
        {"its accuracy", [](Window& w) { w.tenants[kA].accuracy = share(1.1); }},
        {"its floor", [](Window& w) { w.tenants[kA].floor = Share{-1}; }},
        {"retraining some: there is no such kind",
         [](Window& w) { w.tenants[kA].retrainings[0].kind = KindId{7}; }},
        {"has no room for its profile",
         [](Window& w) { w.tenants[kA].retrainings[0].profile = gpu::ProfileId{99}; }},
        {"has no room for its profile",
         [](Window& w) { w.tenants[kA].retrainings[0].profile = {}; }},
        {"takes 1 to", [](Window& w) { w.tenants[kA].retrainings[0].slots = 0; }},
        {"its accuracy", [](Window& w) { w.tenants[kA].retrainings[0].accuracy = Share{-1}; }},
        {"running instance 0: there is no such GPU",
         [](Window& w) { w.running[0].gpu = GpuId{1}; }},
        {"running instance 1: there is no such tenant",
         [](Window& w) { w.running[1].tenant = {}; }},
        {"nothing is left to wait for", [](Window& w) { w.running[0].left = 1; }},
        {"slots may be left", [](Window& w) { w.running[1].left = 0; }},
        {"slots may be left", [](Window& w) { w.running[2].left = kSlotsMax + 1; }},
        {"running instance 2: its accuracy", [](Window& w) { w.running[2].accuracy = share(2); }},
        {"retrains already",
         [](Window& w) {
             w.running[0].activity = Activity::kRetraining;
             w.running[0].left = 2;
         }},
        {"overlap in memory slice 1", [](Window& w) { w.running[0].placement.start = 1; }},
        {"may only start at", [](Window& w) { w.running[2].placement.start = 1; }},
        {"more requests than can be counted",
         [](Window& w) { w.tenants[kA].rates.assign(10, kRateMax); }},
    };
    for (const Spoilt& spoilt : cases) {
        Window window = small().window;
        spoilt.spoil(window);
        const Result<void> result = validate(window);
        ASSERT_FALSE(result) << spoilt.says;
        EXPECT_THAT(result.error().text(), HasSubstr(spoilt.says));
    }
}

TEST(Validate, KnowsModelsWithoutPlacements) {
    const auto catalogue = test::shared_catalogue();
    for (const gpu::GpuModelId id : catalogue->models().ids()) {
        if (catalogue->model(id).geometry_known()) continue;
        Window window = small().window;
        window.kinds[KindId{0}] = id;
        ASSERT_FALSE(validate(window));
        EXPECT_THAT(validate(window).error().text(), HasSubstr("no placements are published"));
        return;
    }
    FAIL() << "the catalogue knows all placements by now: remove this test";
}

TEST(ProfilesInUse, AreThoseThatServeOrRetrain) {
    Window window = small().window;
    for (Tenant& tenant : window.tenants) {
        for (Rate& rate : tenant.capacity[KindId{0}]) rate = Rate{};
    }
    const SmallWindow w = small();
    EXPECT_EQ(profiles_in_use(window, KindId{0}), std::vector{w.number_of("2g.12gb")});
    window.tenants[TenantId{1}].capacity[KindId{0}][w.number_of("1g.6gb")] = Rate{1};
    EXPECT_EQ(profiles_in_use(window, KindId{0}).size(), 2U);
    window.tenants[TenantId{0}].retrainings.clear();
    EXPECT_EQ(profiles_in_use(window, KindId{0}), std::vector{w.number_of("1g.6gb")});
}

TEST(AccurateRequests, CountsRequestsWeighedByAccuracy) {
    EXPECT_DOUBLE_EQ(accurate_requests(test::worth(300, 0.5, 4), std::chrono::seconds(1)), 600);
    EXPECT_DOUBLE_EQ(accurate_requests(test::worth(300, 0.5, 4), std::chrono::milliseconds(500)),
                     300);
}

}  // namespace
}  // namespace tangram::window
