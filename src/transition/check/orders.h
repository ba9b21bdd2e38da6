// Who precedes whom, for all pairs of steps that a condition asks about: steps of one GPU, routes
// and drains of one service, releases and acquires. Computed once, for all of them together.
#pragma once

#include <vector>

#include "transition/check/reach.h"
#include "transition/check/replay.h"

namespace tangram::transition::check_parts {

// A start or end of serving that changes a service's capacity.
struct Move {
    StepId step;
    GpuId gpu;
    Wide capacity = 0;
};

struct ServiceMoves {
    Wide now = 0;                         // capacity
    std::vector<const Serving*> present;  // serving from the beginning
    std::vector<const Serving*> all;
    std::vector<Move> drains;                         // losses, by their start
    std::vector<Move> routes;                         // gains, by their end
    std::vector<std::vector<std::uint32_t>> forces;   // by drain: the routes that precede it
    std::vector<std::vector<std::uint32_t>> earlier;  // by drain: the drains that precede it
};

class Orders {
public:
    // `story` must outlive the orders. As reach().
    Orders(const Dag& dag, const Names& names, const Story& story);

    // Whether `a` ends before `b` starts in every order; both of this GPU.
    [[nodiscard]] bool on_gpu(GpuId gpu, StepId a, StepId b) const {
        return by_gpu_[gpu].at(place_[b], place_[a]);
    }
    [[nodiscard]] const ServiceMoves& moves(ServiceId service) const { return services_[service]; }
    // Acquires of GPUs that are there, and for each the releases that precede it.
    [[nodiscard]] const std::vector<StepId>& acquires() const { return acquires_; }
    [[nodiscard]] const std::vector<StepId>& releases() const { return releases_; }
    [[nodiscard]] const std::vector<std::vector<std::uint32_t>>& released() const {
        return released_;
    }

private:
    void collect(const Names& names, const Story& story);

    IdVector<StepId, std::uint32_t> place_;  // among the steps of its GPU
    IdVector<GpuId, BitMatrix> by_gpu_;
    IdVector<ServiceId, ServiceMoves> services_;
    std::vector<StepId> acquires_, releases_;
    std::vector<std::vector<std::uint32_t>> released_;
};

}  // namespace tangram::transition::check_parts
