// "paris": a static cut from the knees of the tenants' models. Our re-implementation after Kim,
// Choi, Rhu: "PARIS and ELSA: An Elastic Scheduling Algorithm for Reconfigurable Multi-GPU
// Inference Servers" (DAC 2022, arXiv 2202.13481).
//
// PARIS: each size of instance has a knee, the batch at which it is saturated. Batches between the
// knees of two sizes belong to the larger one; how often such batches come says how many instances
// of it there should be, scaled to the GPUs there are. The cut never changes.
//
// Differences, each in its favour where the paper leaves it open:
//   - a window knows no batches: a profile's knee is its capacity within the objective, and the
//     loads of the window's slots (the true ones) stand for the distribution of batch sizes. A slot
//     belongs to the smallest profile whose knee its load does not exceed; beyond the largest knee
//     it wants several of the largest and one for the rest;
//   - several tenants: what all want is scaled by one factor to the compute slices of each kind of
//     GPU;
//   - rounding to whole instances and legal layouts: either neighbour of the scaled number is as
//     good, fewest slices beyond that, then the most requests served;
//   - ELSA (which request goes to which instance) is not modelled: an instance's capacity counts;
//   - retraining is not in the paper: each tenant retrains on the one of its instances and at the
//     start that suit it best with all rates known (course.h).
#pragma once

#include <memory>

#include "window/engine.h"

namespace tangram::window::baseline {

[[nodiscard]] std::unique_ptr<Engine> make_paris();

// Instances of each profile of a kind that each tenant should have, counted in millionths.
using Wanted = IdVector<TenantId, IdVector<gpu::ProfileId, std::int64_t>>;
inline constexpr std::int64_t kWantedPerInstance = 1'000'000;
// Scaled to the compute slices of the window's GPUs of that kind; all 0 where nobody wants any.
[[nodiscard]] Wanted wanted_instances(const Window& window, KindId kind);

}  // namespace tangram::window::baseline
