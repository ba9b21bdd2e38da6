#include "planner/place/free_slots.h"

#include <algorithm>

#include "base/check.h"

namespace tangram::planner::place {

FreeSlots::FreeSlots(const PlanningModel& model, const std::vector<GroundGpu>& gpus,
                     const std::vector<bool>& types)
    : type_count_(model.types.size()),
      free_(gpus.size() * type_count_, 0),
      position_(gpus.size() * type_count_, 0),
      available_(type_count_, 0),
      buckets_(type_count_) {
    for (const InstanceTypeId type : model.types.ids()) {
        if (!types[type.index()]) continue;
        int most = 0;
        for (const PartitionChoice& partition : model.partitions) {
            most = std::max(most, partition.counts[type.index()]);
        }
        auto& buckets = buckets_[type.index()];
        buckets.resize(static_cast<std::size_t>(most) + 1);
        for (std::uint32_t gpu = 0; gpu < gpus.size(); ++gpu) {
            const int count = model.partitions[gpus[gpu].partition].counts[type.index()];
            free_[cell(gpu, type)] = count;
            if (count == 0) continue;
            auto& bucket = buckets[static_cast<std::size_t>(count)];
            position_[cell(gpu, type)] = static_cast<std::uint32_t>(bucket.size());
            bucket.push_back(gpu);
            ++available_[type.index()];
        }
    }
}

void FreeSlots::change(std::uint32_t gpu, InstanceTypeId type, int by) {
    auto& buckets = buckets_[type.index()];
    int& count = free_[cell(gpu, type)];
    std::uint32_t& position = position_[cell(gpu, type)];
    if (count > 0) {
        auto& bucket = buckets[static_cast<std::size_t>(count)];
        position_[cell(bucket.back(), type)] = position;
        bucket[position] = bucket.back();
        bucket.pop_back();
        --available_[type.index()];
    }
    count += by;
    CHECK(count >= 0 && static_cast<std::size_t>(count) < buckets.size(), "free instances");
    if (count > 0) {
        auto& bucket = buckets[static_cast<std::size_t>(count)];
        position = static_cast<std::uint32_t>(bucket.size());
        bucket.push_back(gpu);
        ++available_[type.index()];
    }
}

}  // namespace tangram::planner::place
