// Free instances per GPU and instance type, with the GPUs that have most of a type at hand.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planner/place/ground.h"

namespace tangram::planner::place {

class FreeSlots {
public:
    // Everything free. Keeps buckets for `types` only; others must not be asked for.
    FreeSlots(const PlanningModel& model, const std::vector<GroundGpu>& gpus,
              const std::vector<bool>& types);

    [[nodiscard]] int free(std::uint32_t gpu, InstanceTypeId type) const {
        return free_[cell(gpu, type)];
    }
    void take(std::uint32_t gpu, InstanceTypeId type) { change(gpu, type, -1); }
    void give_back(std::uint32_t gpu, InstanceTypeId type) { change(gpu, type, 1); }

    // GPUs with at least one free instance of the type.
    [[nodiscard]] std::int64_t available(InstanceTypeId type) const {
        return available_[type.index()];
    }
    [[nodiscard]] int most_free(InstanceTypeId type) const {
        return static_cast<int>(buckets_[type.index()].size()) - 1;
    }
    // The GPUs with exactly `free` >= 1 free instances of the type, in no particular but a
    // reproducible order; valid until the next change.
    [[nodiscard]] std::span<const std::uint32_t> with(InstanceTypeId type, int free) const {
        return buckets_[type.index()][static_cast<std::size_t>(free)];
    }

private:
    [[nodiscard]] std::size_t cell(std::uint32_t gpu, InstanceTypeId type) const {
        return gpu * type_count_ + type.index();
    }
    void change(std::uint32_t gpu, InstanceTypeId type, int by);

    std::size_t type_count_;
    std::vector<int> free_;                // by cell
    std::vector<std::uint32_t> position_;  // by cell: place within its bucket
    std::vector<std::int64_t> available_;  // by type
    std::vector<std::vector<std::vector<std::uint32_t>>> buckets_;  // by type, then free count
};

}  // namespace tangram::planner::place
