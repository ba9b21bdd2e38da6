// Keeping replicas apart when counts are given: for each service with spread, choose as many
// instances as it has min_replicas, on pairwise different GPUs (or nodes). Only these "witnesses"
// need a GPU now; all other instances fit into whatever is left, because supply per instance type
// is a matter of counts.
//
// First greedily: most constrained services first, each on the GPUs with most free instances of a
// type, which is optimal where every service uses one type (the construction of Gale and Ryser for
// degree sequences of bipartite graphs). Then, for what is missing, augmenting paths: a witness of
// another service moves to a free place and makes room. Neither is complete; placed_model.h is.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/place/free_slots.h"
#include "planner/place/ground.h"

namespace tangram::planner::place {

// Single use: construct, run, read.
class WitnessSearch {
public:
    // The references must outlive the search. `gpus` are those of `plan`, by partition, with
    // nodes assigned if some service must be spread over nodes.
    WitnessSearch(const PlanningModel& model, const CountPlan& plan,
                  const std::vector<GroundGpu>& gpus);

    // True if every service is spread. O(GPUs x types + witnesses x types) for the greedy part;
    // the exchange stops after a fixed number of steps.
    bool run();

    // After run(): the witnesses of all services, by service; and who lacks how many.
    struct Missing {
        ServiceId service;
        std::int64_t count = 0;
    };
    [[nodiscard]] std::vector<Witness> witnesses() const;
    [[nodiscard]] std::vector<Missing> missing() const;

private:
    struct Task {
        ServiceId service;
        bool by_node = false;
        std::int64_t needed = 0;               // witnesses still to be placed
        std::vector<Use> spare;                // instances that are not witnesses yet
        std::vector<std::uint32_t> witnesses;  // indices into placed_
    };
    struct Placed {
        std::uint32_t task = 0;
        std::uint32_t use = 0;  // index into the task's spare
        std::uint32_t gpu = 0;
    };

    void place_greedily(std::uint32_t task);
    void take_most_free(std::uint32_t task, std::uint32_t use);
    void add(std::uint32_t task, std::uint32_t use, std::uint32_t gpu);
    void relocate(std::uint32_t placed, std::uint32_t use, std::uint32_t gpu);

    void exchange();
    [[nodiscard]] bool augment(std::uint32_t task, int depth);
    [[nodiscard]] bool make_room(std::uint32_t gpu, InstanceTypeId type, int depth);
    [[nodiscard]] bool move_away(std::uint32_t placed, int depth);
    [[nodiscard]] bool reach(std::uint32_t gpu, InstanceTypeId type, int depth);

    [[nodiscard]] std::uint32_t group(const Task& task, std::uint32_t gpu) const {
        return task.by_node ? gpus_[gpu].node : gpu;
    }
    // Whether a witness of the task other than `except` is in the group of `gpu`.
    [[nodiscard]] bool occupied(const Task& task, std::uint32_t gpu,
                                std::uint32_t except = kNoNode) const;
    [[nodiscard]] bool worth_a_look(std::uint32_t gpu, InstanceTypeId type);
    [[nodiscard]] std::size_t cell(std::uint32_t gpu, InstanceTypeId type) const {
        return gpu * model_.types.size() + type.index();
    }

    const PlanningModel& model_;
    const std::vector<GroundGpu>& gpus_;
    std::vector<Task> tasks_;  // most constrained first
    std::vector<Placed> placed_;
    FreeSlots slots_;
    std::vector<std::uint32_t> group_stamp_;  // == stamp_: the current task has a witness there
    std::uint32_t stamp_ = 0;

    // For the exchange.
    std::vector<std::vector<std::uint32_t>> on_gpu_;  // indices into placed_
    std::vector<bool> visited_;                       // per GPU and type
    std::int64_t steps_left_ = 0;
};

}  // namespace tangram::planner::place
