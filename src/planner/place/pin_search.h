// Keeping replicas apart when counts are given. A service with spread needs as many instances as
// its min_replicas on pairwise different GPUs (or nodes): its "witnesses". A service that must
// survive losses needs a pin for every instance, and at most so much on one GPU or node
// (losses.h). Only these need a GPU now; all other instances fit into whatever is left, because
// supply per instance type is a matter of counts.
//
// First greedily: most constrained services first, each on the GPUs with most free instances of a
// type, which is optimal where every service uses one type and one instance per GPU (the
// construction of Gale and Ryser for degree sequences of bipartite graphs). Then, for what is
// missing, augmenting paths: a pin of another service moves to a free place and makes room.
// Neither is complete; placed_model.h is.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "planner/place/free_slots.h"
#include "planner/place/ground.h"
#include "planner/place/losses.h"

namespace tangram::planner::place {

// Single use: construct, run, read.
class PinSearch {
public:
    // The references must outlive the search. `gpus` are those of `plan`, by partition, with
    // nodes assigned if nodes matter to some service.
    PinSearch(const PlanningModel& model, const CountPlan& plan,
              const std::vector<GroundGpu>& gpus);

    // True if every service is pinned as asked. O(GPUs x types + pins x types) for the greedy
    // part, more where nodes matter; the exchange stops after a fixed number of steps.
    bool run();

    // After run(): the pins of all services, by service; and who lacks how many.
    struct Missing {
        ServiceId service;
        std::int64_t count = 0;
    };
    [[nodiscard]] std::vector<Pin> pins() const;
    [[nodiscard]] std::vector<Missing> missing() const;

private:
    using Loads = std::unordered_map<std::uint32_t, std::int64_t>;  // looked up, never iterated
    struct Task {
        ServiceId service;
        bool by_node = false;                  // the spread
        std::int64_t needed = 0;               // witnesses still to be placed
        LossLimits limits;                     // any: every instance needs a pin
        std::int64_t places = 0;               // different GPUs or nodes, at least
        std::vector<Use> spare;                // instances that have no pin yet
        std::vector<std::int64_t> throughput;  // of one, by use
        std::vector<std::uint32_t> witnesses;  // indices into placed_
        Loads on_gpu, on_node;                 // thousandths of requests per second; with limits

        [[nodiscard]] std::int64_t lacking() const;
    };
    struct Placed {
        std::uint32_t task = 0;
        std::uint32_t use = 0;  // index into the task's spare
        std::uint32_t gpu = 0;
        bool witness = false;
    };
    static constexpr std::uint32_t kNobody = 0xffffffff;

    void add_task(const CountPlan& plan, ServiceId service, std::int64_t in_node);
    void place_greedily(std::uint32_t task);
    std::int64_t deal(std::uint32_t task, std::uint32_t use, std::int64_t wanted, bool witness);
    void charge(Task& task, std::uint32_t use, std::uint32_t gpu, int instances) const;
    void add(std::uint32_t task, std::uint32_t use, std::uint32_t gpu, bool witness);
    void relocate(std::uint32_t placed, std::uint32_t use, std::uint32_t gpu);

    void exchange();
    [[nodiscard]] bool augment(std::uint32_t task, int depth);
    [[nodiscard]] bool make_room(std::uint32_t gpu, InstanceTypeId type, int depth);
    [[nodiscard]] bool move_away(std::uint32_t placed, int depth);
    [[nodiscard]] bool reach(std::uint32_t gpu, InstanceTypeId type, int depth);

    [[nodiscard]] std::uint32_t group(const Task& task, std::uint32_t gpu) const {
        return task.by_node ? gpus_[gpu].node : gpu;
    }
    // Whether a pin on the GPU would be one too many; `except` leaves its present one.
    [[nodiscard]] bool refuses(const Task& task, std::uint32_t use, std::uint32_t gpu, bool witness,
                               std::uint32_t except = kNobody) const;
    [[nodiscard]] bool occupied(const Task& task, std::uint32_t gpu, std::uint32_t except) const;
    [[nodiscard]] bool overloads(const Task& task, std::uint32_t use, std::uint32_t gpu,
                                 std::uint32_t except) const;
    [[nodiscard]] bool worth_a_look(std::uint32_t gpu, InstanceTypeId type);
    [[nodiscard]] std::size_t cell(std::uint32_t gpu, InstanceTypeId type) const {
        return gpu * model_.types.size() + type.index();
    }

    const PlanningModel& model_;
    const std::vector<GroundGpu>& gpus_;
    std::vector<Task> tasks_;  // most constrained first
    std::vector<Placed> placed_;
    FreeSlots slots_;
    std::vector<std::uint32_t> group_stamp_;  // == stamp_: the current task has been there
    std::uint32_t stamp_ = 0;

    // For the exchange.
    std::vector<std::vector<std::uint32_t>> on_gpu_;  // indices into placed_
    std::vector<bool> visited_;                       // per GPU and type
    std::int64_t steps_left_ = 0;
};

}  // namespace tangram::planner::place
