// Windows cut out of scenarios: which slots, which retrainings, how long a start takes.
#include "window/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/small_window.h"

namespace tangram::window {
namespace {

using test::per_second;
using test::share;
using testing::ElementsAre;

constexpr TenantId kA{0};
constexpr KindId kOnly{0};

// One A30, three windows of four slots; in slot t the tenant is asked t requests per second.
Scenario three_windows() {
    const test::SmallWindow small("A30", 4);
    Scenario scenario{.name = "three",
                      .sources = {},
                      .catalogue = small.window.catalogue,
                      .rules = small.window.rules,
                      .kinds = small.window.kinds,
                      .gpus = small.window.gpus,
                      .slot = std::chrono::seconds(2),
                      .window_slots = 4,
                      .windows = 3,
                      .tenants = {},
                      .running = {}};
    ScenarioTenant tenant;
    tenant.name = "a";
    for (int t = 0; t < 12; ++t) tenant.rates.push_back(per_second(t));
    tenant.capacity.push_back(
        IdVector<gpu::ProfileId, Rate>(small.window.model(kOnly).profiles.size(), per_second(10)));
    tenant.switching.create = std::chrono::seconds(3);
    tenant.accuracy = share(0.7);
    tenant.floor = share(0.2);
    for (int i = 0; i < 3; ++i) {
        const Retraining retraining{std::to_string(i), kOnly, gpu::ProfileId{0}, 1 + i, share(0.8)};
        tenant.episodes.push_back({share(0.1 * i), {retraining}});
    }
    scenario.tenants.push_back(std::move(tenant));
    scenario.running.push_back({GpuId{0}, {gpu::ProfileId{0}, 1}, kA, Activity::kServing, 0, {}});
    return scenario;
}

TEST(WindowScenario, AWindowHasItsOwnSlotsAndChoices) {
    const Scenario scenario = three_windows();
    const Window window = window_of(scenario, 1, IdVector<TenantId, Share>(1, share(0.6)), {});
    ASSERT_TRUE(validate(window).has_value()) << validate(window).error().text();
    const Tenant& tenant = window.tenants[kA];
    EXPECT_THAT(tenant.rates,
                ElementsAre(per_second(4), per_second(5), per_second(6), per_second(7)));
    EXPECT_EQ(tenant.retrainings.size(), 1U);
    EXPECT_EQ(tenant.retrainings[0].name, "1");
    EXPECT_EQ(tenant.accuracy, share(0.6)) << "the caller's, the drop included";
    EXPECT_EQ(tenant.floor, share(0.2));
    EXPECT_EQ(tenant.warm_up, 2);
    EXPECT_EQ(window.slots, 4);
    EXPECT_TRUE(window.running.empty());
}

TEST(WindowScenario, TheFirstWindowBeginsAsTheScenarioDoes) {
    const Window window = first_window(three_windows());
    ASSERT_TRUE(validate(window).has_value()) << validate(window).error().text();
    EXPECT_EQ(window.tenants[kA].accuracy, share(0.7));
    EXPECT_EQ(window.tenants[kA].rates.front(), per_second(0));
    EXPECT_EQ(window.running.size(), 1U);
}

TEST(WindowScenario, EverySlotIsInOneWindow) {
    const Scenario scenario = three_windows();
    std::vector<Rate> all;
    for (std::size_t i = 0; i < 3; ++i) {
        const Window window = window_of(scenario, i, IdVector<TenantId, Share>(1), {});
        const auto& rates = window.tenants[kA].rates;
        all.insert(all.end(), rates.begin(), rates.end());
    }
    EXPECT_EQ(all, scenario.tenants[kA].rates);
    EXPECT_DEATH((void)window_of(scenario, 3, IdVector<TenantId, Share>(1), {}), "");
    EXPECT_DEATH((void)window_of(scenario, 0, {}, {}), "");
}

TEST(WindowScenario, StartsTakeWholeSlots) {
    using std::chrono::milliseconds;
    Switching switching;
    const Duration second = milliseconds(1'000);
    EXPECT_EQ(warm_up_slots(switching, second), 0);
    switching = {milliseconds(1'000), milliseconds(200), milliseconds(200), milliseconds(3'000),
                 milliseconds(1'600)};
    EXPECT_EQ(warm_up_slots(switching, second), 6);
    switching.load += Duration{1};
    EXPECT_EQ(warm_up_slots(switching, second), 7) << "the last slot has begun";
    EXPECT_EQ(warm_up_slots(switching, milliseconds(500)), 13);
    EXPECT_EQ(warm_up_slots(switching, milliseconds(60'000)), 1);
    // A whole day in the shortest slots there may be.
    switching = {};
    switching.load = std::chrono::hours(24);
    EXPECT_EQ(warm_up_slots(switching, milliseconds(1)), 86'400'000);
}

}  // namespace
}  // namespace tangram::window
