// The `services` of a problem file, checked against its fleet and its tables.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "io/object_reader.h"
#include "workload/problem.h"

namespace tangram::io {

class ServiceReader {
public:
    // The problem's catalogue, fleet and table must be there; both references are kept.
    ServiceReader(workload::Problem& problem, FirstError& error);

    // Appends to problem.services. O(services + operating points).
    void read(Value list);
    // What says on which instances a service may run and how fast: `model`, `precision`, `slo`,
    // `max_processes`, `max_wait_ms` and `allow`.
    void read_needs(ObjectReader& fields, workload::Service& service);

private:
    // What a model's rows have in common, found once per model.
    struct ModelFacts {
        std::vector<std::string> precisions;  // distinct, sorted
    };

    [[nodiscard]] workload::Service read_service(Value value);
    void check_name(Value value, const std::string& name);
    [[nodiscard]] perf::ModelId read_model(Value value);
    void read_precision(const ObjectReader& fields, workload::Service& service);
    void read_slo(Value value, workload::Service& service);
    [[nodiscard]] perf::Objective read_objective(Value value, perf::ModelId model);
    [[nodiscard]] std::optional<int> read_percentile(Value value);
    void check_measured(Value value, perf::ModelId model, const perf::Objective& objective);
    void read_spread(const ObjectReader& fields, workload::Service& service);
    void read_survive(Value value, workload::Service& service);
    void read_allow(Value value, workload::Service& service);
    void read_allowed_gpus(Value list, workload::Service& service);
    void read_allowed_profiles(Value list, workload::Service& service);
    [[nodiscard]] std::vector<const gpu::GpuModel*> usable_gpus(
        const workload::Service& service) const;
    [[nodiscard]] const ModelFacts& facts(perf::ModelId model);
    [[nodiscard]] std::vector<std::string> measured_statistics(perf::ModelId model,
                                                               perf::MetricId metric) const;

    workload::Problem& problem_;
    FirstError& error_;
    bool has_nodes_;
    std::optional<Value> list_;
    std::unordered_map<std::string, std::size_t> indices_;  // of services by name
    std::map<perf::ModelId, ModelFacts> facts_;
    // (model, metric, percentile or 0) known to be measured
    std::map<std::tuple<perf::ModelId, perf::MetricId, int>, bool> measured_;
};

// "99.9" of 999, "50" of 50: an Objective's percentile as people write it.
[[nodiscard]] std::string percentile_text(int percentile);

}  // namespace tangram::io
