// What the services of a target hold where, and what that lacks of keeping them apart: spread as
// asked, and enough left after the loss of any one GPU or node.
//
// With c of a service in all and q to be left, a GPU (node) may hold c - q: it lacks what any holds
// beyond that, and its largest instance for each place it must be on and is not. Exact, in
// thousandths of requests/s.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "planner/close/placed.h"

namespace tangram::planner::close {

class Holdings {
public:
    Holdings(const PlanningModel& model, const Placed& placed);

    // One instance more (less), of so much throughput. O(log places).
    void add(ServiceId service, std::size_t gpu, std::int64_t throughput);
    void remove(ServiceId service, std::size_t gpu, std::int64_t throughput);

    // 0: it is apart as asked. O(places of the service).
    [[nodiscard]] std::int64_t lacks(ServiceId service) const;

    [[nodiscard]] std::int64_t capacity(ServiceId service) const {
        return services_[service].capacity;
    }
    // Of the service on the GPU's node, where nodes may be lost, and on the GPU.
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> load(ServiceId service,
                                                             std::size_t gpu) const;
    // Whether the GPU or its node holds more of the service than may be lost, or another replica
    // of what must be spread.
    [[nodiscard]] bool crowded(ServiceId service, std::size_t gpu) const;

private:
    struct Held {
        std::int64_t capacity = 0;
        std::int64_t instances = 0;
    };
    using Places = std::map<std::size_t, Held>;
    struct Service {
        Places gpus, nodes;
        std::int64_t capacity = 0;
    };
    void change(ServiceId service, std::size_t gpu, std::int64_t throughput, int instances);

    const PlanningModel& model_;
    std::vector<std::size_t> node_of_;  // by GPU of the target
    IdVector<ServiceId, Service> services_;
};

// True if every service is apart as asked.
[[nodiscard]] bool apart_as_asked(const PlanningModel& model, const Placed& placed);

}  // namespace tangram::planner::close
