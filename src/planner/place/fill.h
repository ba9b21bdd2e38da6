// Who sits on which instance: pins as they were chosen, everyone else service by service in
// the order of the GPUs, the largest first, so that a service's instances share few GPUs and large
// services fill whole runs of equal GPUs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planner/place/ground.h"

namespace tangram::planner::place {

struct Filled {
    std::vector<std::uint32_t> first_slot;  // GPUs + 1 offsets into service_at
    std::vector<ServiceId> service_at;      // by GPU, in the order of its layout; invalid: idle

    [[nodiscard]] std::span<const ServiceId> slots_of(std::size_t gpu) const {
        return {service_at.data() + first_slot[gpu], first_slot[gpu + 1] - first_slot[gpu]};
    }
};

// Instances of one type on one GPU are in ascending order of service, idle ones last.
// O(instances + services log services). CHECKs that everything fits.
[[nodiscard]] Filled fill(const PlanningModel& model, const CountPlan& plan,
                          const std::vector<GroundGpu>& gpus, const std::vector<Pin>& pins);

// The instance types of a partition's placements, in the order of its layout.
[[nodiscard]] std::vector<InstanceTypeId> slot_types(const PlanningModel& model,
                                                     const PartitionChoice& partition);

}  // namespace tangram::planner::place
