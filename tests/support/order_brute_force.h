// Every state that a small step graph can reach, one by one, and what is there in each. Shares
// nothing with transition/check but the step graph and the deployment.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "deployment/deployment.h"
#include "transition/step_graph.h"
#include "workload/problem.h"

namespace tangram::test {

// Bits by step.
struct OrderState {
    std::uint32_t started = 0;
    std::uint32_t ended = 0;
    friend auto operator<=>(const OrderState&, const OrderState&) = default;
};

// Of one service, by its index in the graph.
struct ServiceFacts {
    std::int64_t capacity = 0;  // thousandths of requests/s
    std::int64_t replicas = 0;
    std::int64_t gpus = 0;   // different ones with a replica
    std::int64_t nodes = 0;  // the same
    // What remains when the GPU or node with most of it is gone.
    std::int64_t without_gpu = 0;
    std::int64_t without_node = 0;
    bool drained = false;  // something that served has started to drain
};

struct OrderFacts {
    std::vector<ServiceFacts> services;
    std::int64_t gpus_in_use = 0;
    bool legal_layouts = true;  // all that is there at a time, on every GPU
};

// All indices of graph and deployment must be known, their services and points numbered alike, and
// the steps of each placement listed in their order. At most 32 steps.
class OrderBruteForce {
public:
    OrderBruteForce(const workload::Problem& problem, const deployment::Deployment& current,
                    const transition::StepGraph& graph);

    // Calls `see` once for every reachable state; false if there are more than `most`.
    bool each_state(const std::function<void(OrderState)>& see, std::size_t most) const;
    [[nodiscard]] OrderFacts facts(OrderState state) const;
    // The state after these steps, all but the last `running` ended, if the arcs allow that order.
    [[nodiscard]] std::optional<OrderState> after(const std::vector<transition::StepId>& steps,
                                                  std::size_t running) const;

private:
    [[nodiscard]] bool can_start(std::size_t step, OrderState state) const {
        return (before_[step] & ~state.ended) == 0;
    }
    const workload::Problem& problem_;
    const deployment::Deployment& current_;
    const transition::StepGraph& graph_;
    std::vector<std::uint32_t> before_;  // by step
};

}  // namespace tangram::test
