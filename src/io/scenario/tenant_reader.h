// The `tenants` of a window scenario.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "io/problem/service_reader.h"
#include "io/scenario/arrivals_reader.h"
#include "io/scenario/parts.h"

namespace tangram::io {

class TenantReader {
public:
    // `switching`: of tenants that do not say otherwise. `parts` is kept.
    TenantReader(const ScenarioParts& parts, const window::Switching& switching)
        : parts_(parts),
          switching_(switching),
          services_(parts.problem, parts.error),
          arrivals_(parts) {}

    // Appends to the scenario's tenants. Capacities that are not given are the throughputs of the
    // best admissible operating points, as a planner would take them.
    void read(Value list);

private:
    [[nodiscard]] window::ScenarioTenant read_tenant(Value value);
    void read_capacity(ObjectReader& fields, window::ScenarioTenant& tenant);
    void read_episodes(ObjectReader& fields, window::ScenarioTenant& tenant);
    [[nodiscard]] window::Episode read_later(Value value, const window::Episode& before);
    // Before so many more are kept.
    void count_retrainings(std::size_t more, Value place);
    void read_retrainings(Value list, window::Episode& into);
    void read_retraining(Value value, window::Episode& into);
    void take_measured(Value list);

    const ScenarioParts& parts_;
    const window::Switching& switching_;
    ServiceReader services_;
    ArrivalsReader arrivals_;
    std::set<std::string> names_;
    std::size_t retrainings_ = 0;             // of all tenants and windows, as far as read
    std::vector<window::TenantId> measured_;  // whose capacity the tables say, by service
};

// The times an object gives; `otherwise` has those it does not.
[[nodiscard]] window::Switching read_switching(Value value, const window::Switching& otherwise,
                                               FirstError& error);

}  // namespace tangram::io
