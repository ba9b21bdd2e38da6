// One cut of all GPUs, held for the whole window: who holds which instances, as tenants like best.
// Exact for one GPU (deal.h). For more, local search (ours): every GPU is dealt in turn given the
// others until that gains nothing; then pairs of GPUs drawn at random are dealt anew.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "window/baseline/course.h"
#include "window/baseline/deal.h"
#include "window/baseline/effort.h"
#include "window/schedule.h"

namespace tangram::window::baseline {

// What it is worth to a tenant to hold these pieces, on all GPUs together; sorted.
using Taste = std::function<Worth(TenantId, const std::vector<Piece>&)>;

struct Cut {
    IdVector<GpuId, std::vector<Held>> gpus;
    Worth worth{};  // summed over tenants
};

// What a retraining runs on at the start belongs to its tenant, as a piece too, and to nobody else.
[[nodiscard]] Cut best_cut(const Window& window, const Taste& taste, std::uint64_t seed,
                           Effort& effort);

// Every tenant takes its best course (course.h) through the window with what it holds.
[[nodiscard]] Schedule held_throughout(const Window& window, const Cut& cut, Effort& effort);

}  // namespace tangram::window::baseline
