// Measured performance: operating points of models on MIG profiles, as the tables give them.
// Nothing is interpolated or extrapolated; what was not measured is absent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "base/quantity.h"
#include "base/result.h"

namespace tangram::perf {

using ModelId = Id<struct ModelTag>;           // a served model, by name
using MetricId = Id<struct MetricTag>;         // a latency metric: "latency_ms", "ttft_ms", ...
using OperatingPointId = Id<struct PointTag>;  // index into one PerformanceTable

// One measured latency of an operating point.
struct Measure {
    MetricId metric;
    std::string statistic;  // "mean", "p50", "p99", ...
    Duration value{};
};

// Model on profile at one batch size and process count. Table rows that differ in latency_kind only
// are one operating point with several measures.
struct OperatingPoint {
    std::string source;
    std::string gpu;  // as the table writes it; resolve through the catalogue
    ModelId model;
    std::string precision;
    std::string profile;   // as the table writes it; resolve through the GPU model
    int batch = 1;         // batch size, or concurrency where the table has that column
    int processes = 1;     // processes sharing the instance (MPS)
    std::string scenario;  // prefix of latency_kind, e.g. "SingleStream"; usually empty
    std::string note;      // tells apart runs that differ in nothing else; usually empty
    Rate throughput;       // all processes together
    std::vector<Measure> measures;
    std::optional<Mebibytes> memory;
    bool estimated = false;  // derived, not measured
    std::string place;       // "file:line" of its first row
};

// True if only throughput, measures, memory, `estimated` and place may differ.
[[nodiscard]] bool same_identity(const OperatingPoint& a, const OperatingPoint& b);
// Equal for points of the same identity; the same on every platform.
[[nodiscard]] std::uint64_t identity_hash(const OperatingPoint& point);

// Which of two admissible points a planner prefers: the higher throughput, then the smaller batch,
// then fewer processes. A strict weak order.
[[nodiscard]] bool better(const OperatingPoint& a, const OperatingPoint& b);

// A combination that was tried and does not run (out of memory).
struct Infeasible {
    std::string gpu;
    ModelId model;
    std::string profile;
    int batch = 1;
    int processes = 1;
};

// Interns model and metric names; points keep the order of the files.
class PerformanceTable {
public:
    ModelId intern_model(std::string_view name);
    MetricId intern_metric(std::string_view name);
    // Fails on a point whose identity (same_identity) is already there, naming both places.
    // CHECKs that model and metrics are this table's. O(1) on average.
    Result<OperatingPointId> add(OperatingPoint point);
    void add_infeasible(Infeasible combination) { infeasible_.push_back(std::move(combination)); }

    [[nodiscard]] const IdVector<OperatingPointId, OperatingPoint>& points() const {
        return points_;
    }
    [[nodiscard]] const OperatingPoint& point(OperatingPointId id) const { return points_[id]; }
    [[nodiscard]] const std::vector<Infeasible>& infeasible() const { return infeasible_; }
    [[nodiscard]] const IdVector<ModelId, std::string>& models() const { return models_; }
    [[nodiscard]] const IdVector<MetricId, std::string>& metrics() const { return metrics_; }
    // Invalid id if the table does not have it.
    [[nodiscard]] ModelId find_model(std::string_view name) const;
    [[nodiscard]] MetricId find_metric(std::string_view name) const;
    // The precisions the model was measured in, in order of appearance. With more than one, a
    // service must name the one it means.
    [[nodiscard]] std::vector<std::string> precisions_of(ModelId model) const;
    // The points of one model, in file order.
    [[nodiscard]] const std::vector<OperatingPointId>& points_of(ModelId model) const {
        return points_of_[model];
    }

private:
    IdVector<OperatingPointId, OperatingPoint> points_;
    IdVector<ModelId, std::string> models_;
    IdVector<MetricId, std::string> metrics_;
    IdVector<ModelId, std::vector<OperatingPointId>> points_of_;
    std::vector<Infeasible> infeasible_;
    std::unordered_map<std::string, ModelId> model_ids_;
    std::unordered_map<std::string, MetricId> metric_ids_;
    std::unordered_multimap<std::uint64_t, OperatingPointId> by_identity_;  // by hash
};

}  // namespace tangram::perf
