#include "planner/baseline/slot_packing.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/check.h"

namespace tangram::planner::baseline {

std::vector<int> preferred_starts(const gpu::GpuModel& gpu, gpu::ProfileId profile) {
    const gpu::MigProfile& asked = gpu.profiles[profile];
    std::vector<int> order;
    if (gpu.compute_slices == 7 && gpu.memory_slices == 8) {
        static constexpr std::array<int, 7> kOne{0, 6, 4, 1, 2, 3, 5};
        static constexpr std::array<int, 3> kTwo{0, 4, 2};
        if (asked.compute_slices == 1) order.assign(kOne.begin(), kOne.end());
        if (asked.compute_slices == 2) order.assign(kTwo.begin(), kTwo.end());
        if (asked.compute_slices == 3) order = {4};
    }
    std::erase_if(order, [&asked](int start) {
        return std::ranges::find(asked.starts, start) == asked.starts.end();
    });
    for (const int start : asked.starts) {
        if (std::ranges::find(order, start) == order.end()) order.push_back(start);
    }
    return order;
}

bool SlotPacking::add(gpu::ProfileId profile, std::vector<gpu::Placement>& placements) const {
    for (const int start : preferred_starts(*gpu_, profile)) {
        placements.push_back({profile, start});
        if (gpu::Layout::make(*gpu_, *rules_, placements).has_value()) return true;
        placements.pop_back();
    }
    return false;
}

int SlotPacking::free_slices(const PackedGpus& gpus) const {
    int used = 0;
    for (const gpu::Placement& placement : gpus.placements) {
        used += gpu_->profiles[placement.profile].size;
    }
    return gpu_->memory_slices.value_or(0) - used;
}

void SlotPacking::put(std::vector<gpu::Placement> placements, std::int64_t count) {
    if (count == 0) return;
    const auto known = std::ranges::find(gpus_, placements, &PackedGpus::placements);
    if (known != gpus_.end()) {
        known->count += count;
    } else {
        gpus_.push_back({std::move(placements), count});
    }
}

void SlotPacking::place(gpu::ProfileId profile, std::int64_t instances) {
    while (instances > 0) {
        // An instance leaves less free where it goes, so the next one goes there too if it can.
        PackedGpus best;
        std::vector<gpu::Placement> filled;
        for (const PackedGpus& gpus : gpus_) {
            if (best.count > 0 && free_slices(gpus) >= free_slices(best)) continue;
            std::vector<gpu::Placement> with = gpus.placements;
            if (add(profile, with)) best = gpus;
        }
        const bool fresh = best.count == 0;
        filled = best.placements;
        while (add(profile, filled)) continue;
        const auto each = static_cast<std::int64_t>(filled.size() - best.placements.size());
        CHECK(each > 0, "a profile that no GPU can hold");
        const std::int64_t whole =
            fresh ? instances / each : std::min(best.count, instances / each);
        const std::int64_t rest = instances - whole * each;
        const std::int64_t partly = rest > 0 && (fresh || whole < best.count) ? 1 : 0;
        if (!fresh) {
            const auto here = std::ranges::find(gpus_, best.placements, &PackedGpus::placements);
            here->count -= whole + partly;
            if (here->count == 0) gpus_.erase(here);
        }
        instances = partly == 1 ? 0 : rest;
        put(filled, whole);
        if (partly == 1) {
            filled.resize(best.placements.size() + static_cast<std::size_t>(rest));
            put(std::move(filled), 1);
        }
    }
}

std::vector<PackedGpus> SlotPacking::take_fragmented() {
    std::vector<PackedGpus> taken;
    std::erase_if(gpus_, [&](const PackedGpus& gpus) {
        int used = 0;
        for (const gpu::Placement& placement : gpus.placements) {
            used += gpu_->profiles[placement.profile].compute_slices;
        }
        if (used * 7 > gpu_->compute_slices.value_or(0) * 4) return false;
        taken.push_back(gpus);
        return true;
    });
    return taken;
}

std::int64_t SlotPacking::gpu_count() const {
    std::int64_t count = 0;
    for (const PackedGpus& gpus : gpus_) count += gpus.count;
    return count;
}

}  // namespace tangram::planner::baseline
