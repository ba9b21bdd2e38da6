// The window engine for many GPUs lowers its bound and searches side by side: threads change
// nothing.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "base/random.h"
#include "window/priced/priced.h"

namespace tangram::window::priced {
namespace {

constexpr int kSlots = 40;

// 1g, 2g and 4g on four slices.
gpu::GpuModel small_gpu() {
    gpu::GpuModel model;
    model.id = "small";
    model.name = "Small";
    model.compute_slices = 4;
    model.memory_slices = 4;
    for (const int size : {1, 2, 4}) {
        gpu::MigProfile profile;
        profile.name = std::to_string(size) + "g";
        profile.compute_slices = size;
        profile.size = size;
        for (int start = 0; start < 4; start += size) profile.starts.push_back(start);
        profile.max_instances = 4 / size;
        model.profiles.push_back(profile);
    }
    return model;
}

// Five tenants on three GPUs.
Window three_small_gpus() {
    Random random(1);
    Window window;
    window.catalogue =
        std::make_shared<const gpu::Catalogue>(gpu::Catalogue::make({small_gpu()}, {}).value());
    window.kinds.push_back(gpu::GpuModelId{0});
    window.slots = kSlots;
    window.slot = std::chrono::seconds(1);
    for (const char* id : {"a", "b", "c"}) window.gpus.push_back({id, KindId{0}});
    for (const char* name : {"v", "w", "x", "y", "z"}) {
        Tenant tenant{
            .name = name, .warm_up = 2, .accuracy = Share{random.between(500'000, 700'000)}};
        IdVector<gpu::ProfileId, Rate> capacity;
        for (const int size : {1, 2, 4}) {
            capacity.push_back(Rate{size * random.between(80'000, 100'000)});
        }
        tenant.capacity.push_back(capacity);
        for (int slot = 0; slot < kSlots; ++slot) {
            tenant.rates.push_back(Rate{random.between(50'000, 350'000)});
        }
        tenant.retrainings.push_back({"", KindId{0}, gpu::ProfileId{0}, 12, Share{750'000}});
        tenant.retrainings.push_back({"", KindId{0}, gpu::ProfileId{1}, 7, Share{750'000}});
        window.tenants.push_back(std::move(tenant));
    }
    return window;
}

TEST(Priced, GivesTheSameBytesForAnyNumberOfThreads) {
    const Window window = three_small_gpus();
    const auto planned = [&](int threads) {
        return make_engine()
            ->plan(window, {.work_budget = 100'000'000, .threads = threads})
            .value();
    };
    const Outcome one = planned(1);
    ASSERT_TRUE(one.schedule.has_value());
    EXPECT_TRUE(one.reproducible);
    for (const int threads : {2, 4}) {
        const Outcome more = planned(threads);
        EXPECT_EQ(one.schedule->stints, more.schedule->stints) << threads;
        EXPECT_EQ(one.bound, more.bound) << threads;
        EXPECT_EQ(one.work, more.work) << threads;
        EXPECT_EQ(one.stop_reason, more.stop_reason) << threads;
    }
}

}  // namespace
}  // namespace tangram::window::priced
