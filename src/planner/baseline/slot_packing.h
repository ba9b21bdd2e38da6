// GPUs of one model filled instance by instance, best fit, at ParvaGPU's preferred starts. Equal
// GPUs are counted together, so that a million instances take no longer than a hundred.
#pragma once

#include <cstdint>
#include <vector>

#include "gpu/layout.h"

namespace tangram::planner::baseline {

// Equal GPUs.
struct PackedGpus {
    std::vector<gpu::Placement> placements;  // in order of packing
    std::int64_t count = 0;
};

class SlotPacking {
public:
    // Both must outlive it.
    SlotPacking(const gpu::GpuModel& gpu, const gpu::RuleSet& rules) : gpu_(&gpu), rules_(&rules) {}

    // Puts each instance on the GPU with least free slices that has room for it, at the first
    // preferred start that is legal there; on a new GPU if there is none.
    void place(gpu::ProfileId profile, std::int64_t instances);
    // Takes GPUs out of which at most four sevenths of the compute slices are used.
    std::vector<PackedGpus> take_fragmented();

    [[nodiscard]] const std::vector<PackedGpus>& gpus() const { return gpus_; }
    [[nodiscard]] std::int64_t gpu_count() const;

private:
    [[nodiscard]] bool add(gpu::ProfileId profile, std::vector<gpu::Placement>& placements) const;
    [[nodiscard]] int free_slices(const PackedGpus& gpus) const;
    void put(std::vector<gpu::Placement> placements, std::int64_t count);

    const gpu::GpuModel* gpu_;
    const gpu::RuleSet* rules_;
    std::vector<PackedGpus> gpus_;
};

// Where instances of a profile are put first. On seven compute and eight memory slices: 7 at 0, 4
// at 0, 3 at 4, 2 at 0, 4, 2, 1 at 0, 6, 4, 1, 2, 3, 5; then, and elsewhere, the catalogue's order.
[[nodiscard]] std::vector<int> preferred_starts(const gpu::GpuModel& gpu, gpu::ProfileId profile);

}  // namespace tangram::planner::baseline
