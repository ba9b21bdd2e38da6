// The best admissible operating point of a service on every profile of the fleet, fast: the rows
// of a model are sorted by preference once, and of those only the ones that no better row makes
// superfluous are kept ("steps": less throughput, but some lower latency). A service then takes,
// per profile, the first step its objectives admit.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "planner/model/point_rules.h"
#include "planner/planning_model.h"

namespace tangram::planner::model {

// A profile of a fleet entry: what becomes an instance type if some service can use it.
struct Slot {
    FleetEntryId entry;
    gpu::GpuModelId gpu;
    gpu::ProfileId profile;
};

// Not thread-safe.
class OptionFinder {
public:
    // `problem` must outlive the finder. O(points log points).
    explicit OptionFinder(const workload::Problem& problem);

    // By entry, then profile.
    [[nodiscard]] const std::vector<Slot>& slots() const { return slots_; }

    // Appends the options of `service` to `options`, by ascending slot; `type` holds the slot's
    // index. Appends nothing if no row is admissible. O(slots x steps).
    void find(const workload::Service& service, std::vector<Option>& options);

private:
    // What of the objectives decides which measure of a row counts.
    using Aspect = std::pair<perf::MetricId, std::optional<int>>;

    struct Step {
        perf::OperatingPointId point;
        Rate throughput;
    };
    // The steps of one slot, best first, and their latencies, one per aspect.
    struct Steps {
        std::vector<Step> steps;
        std::vector<Duration> latencies;
    };
    // The rows of one model that services of one kind may use.
    struct View {
        std::string precision;  // empty: any
        int max_processes;
        std::vector<Aspect> aspects;
        std::vector<Steps> by_slot;
    };

    [[nodiscard]] const View& view_for(const workload::Service& service);
    [[nodiscard]] View make_view(const workload::Service& service, int max_processes) const;
    void keep_step(Steps& steps, perf::OperatingPointId point,
                   const std::vector<Duration>& latencies) const;
    [[nodiscard]] const Step* first_admissible(const Steps& steps,
                                               const workload::Service& service) const;
    [[nodiscard]] const std::vector<bool>& allowed_slots(const std::vector<std::string>& names);

    const workload::Problem* problem_;
    std::vector<Slot> slots_;
    // By model, per slot: its usable rows by preference.
    IdVector<perf::ModelId, std::vector<std::vector<perf::OperatingPointId>>> rows_;
    // By model: allowing more processes than this changes nothing.
    IdVector<perf::ModelId, int> most_processes_;
    IdVector<perf::ModelId, std::vector<View>> views_;
    std::map<std::vector<std::string>, std::vector<bool>> allowed_;
};

}  // namespace tangram::planner::model
