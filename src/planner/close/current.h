// The current deployment as a planning model sees it: which GPUs can still be used, and what runs
// on them that could stay.
//
// A seat is an instance that could stay: on a GPU of the fleet, in a phase between creating and
// serving, of a service of the problem that runs as the model would run it there (same model,
// precision, batch size, processes and waiting time). Everything else has to go if its GPU is used.
#pragma once

#include <compare>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "deployment/deployment.h"
#include "planner/planning_model.h"

namespace tangram::planner::close {

struct Seat {
    gpu::Placement placement;
    ServiceId service;
    bool frozen = false;  // stays, by wish
    friend auto operator<=>(const Seat&, const Seat&) = default;
};

struct CurrentGpu {
    std::string id;
    std::string node;                   // empty: none that matters
    std::vector<FleetEntryId> entries;  // any of which it can count as; one if GPUs are named
    std::vector<Seat> seats;            // by start
    // Of all its instances of profiles that services use, by start.
    std::vector<gpu::Placement> cut;
    // The GPU stays as it is: all its instances are seats, but for these, which are idle.
    bool frozen = false;
    std::vector<gpu::Placement> idle;  // with `frozen` only
};

// The current deployment's names of GPUs that cannot be used (lost, excluded) or must not change.
struct Wishes {
    std::vector<std::string> lost;    // GPU ids
    std::vector<std::string> frozen;  // services or GPU ids
};

struct CurrentFleet {
    std::vector<CurrentGpu> gpus;            // that can be used, in the deployment's order
    std::vector<std::string> taken_ids;      // of all GPUs of the deployment
    std::vector<ServiceId> frozen_services;  // no instance more, none less
    std::int64_t running = 0;                // instances with a service, but for lost GPUs
    // Whether a GPU is cut all at once: where it lacks an instance it is to hold, nobody on it
    // stays.
    bool whole_layouts = false;
    std::vector<std::pair<std::string, FleetEntryId>> lost_on_nodes;  // unnamed nodes of lost GPUs
};

// Whether those on the GPU may stay if it is to hold instances at these places.
[[nodiscard]] bool keeps_its_cut(const CurrentFleet& fleet, const CurrentGpu& gpu,
                                 std::span<const gpu::Placement> places);

// GPUs between which nothing but the name makes a difference to staying: equal entries, seats and,
// where GPUs are cut all at once, cuts. In the order of those; O(GPUs log GPUs).
[[nodiscard]] std::vector<std::vector<std::size_t>> alike(const CurrentFleet& fleet);

// Ids of the GPUs that `wishes` or the deployment itself call lost or excluded, in order. Errors:
// an id that neither the deployment nor the problem has.
[[nodiscard]] Result<std::vector<std::string>> lost_gpus(const workload::Problem& problem,
                                                         const deployment::Deployment& current,
                                                         const Wishes& wishes);

// The problem without the lost GPUs: they count against their kind's count, and named ones are
// gone.
[[nodiscard]] workload::Problem without_lost(const workload::Problem& problem,
                                             const deployment::Deployment& current,
                                             const std::vector<std::string>& lost);

// `model` is of the problem without the lost GPUs. Errors, all of them about contradictory wishes:
// a name that is neither a service nor a GPU, or both; something frozen that cannot stay, because
// its GPU is lost or not in the fleet, or because the problem does not run it that way.
// O(instances log services).
[[nodiscard]] Result<CurrentFleet> read_current(const PlanningModel& model,
                                                const deployment::Deployment& current,
                                                const std::vector<std::string>& lost,
                                                const Wishes& wishes);

}  // namespace tangram::planner::close
