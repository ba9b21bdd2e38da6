// Small problems for tests, written in a few lines:
//
//   SmallProblem small;
//   small.row("bert", "2g", 100, 20).row("bert", "1g", 40, 30);   // requests/s, mean latency in ms
//   small.fleet("Seven", 4);
//   small.service("a", "bert", 150, 100).min_replicas = 2;       // requests/s, SLO in ms
//   const workload::Problem problem = small.build();
//
// The catalogue is its own: "Seven" (an A100's base profiles 1g 2g 3g 4g 7g on 8 memory slices),
// "Four" (an A30's: 1g 2g 4g on 4) and "Blind", whose placements nobody published. With no fleet
// the problem has as many Sevens as needed. Latency rule `mean` unless set.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "workload/problem.h"

namespace tangram::test {

inline Duration ms(double value) {
    return Duration{static_cast<std::int64_t>(std::llround(value * 1e6))};
}
inline Rate rps(double value) {
    return Rate{std::llround(value * static_cast<double>(kRatePerRps))};
}

inline gpu::MigProfile test_profile(int compute_slices, int size, std::vector<int> starts,
                                    std::int64_t memory_mib) {
    gpu::MigProfile profile;
    profile.name = std::to_string(compute_slices) + "g";
    profile.nvml_enum = std::to_string(compute_slices) + "_SLICE";
    profile.compute_slices = compute_slices;
    profile.size = size;
    profile.max_instances = starts.empty() ? 1 : static_cast<int>(starts.size());
    profile.starts = std::move(starts);
    profile.memory = Mebibytes{memory_mib};
    return profile;
}

inline gpu::GpuModel test_gpu(std::string name, int slices, std::vector<gpu::MigProfile> profiles) {
    gpu::GpuModel model;
    model.id = name + "-id";
    model.aliases = {name + "-alias"};
    model.name = std::move(name);
    model.compute_slices = slices == 8 ? 7 : slices;
    model.memory_slices = slices;
    model.memory_gb = 10 * slices;
    model.profiles = IdVector<gpu::ProfileId, gpu::MigProfile>{std::move(profiles)};
    model.confidence = "high";
    return model;
}

inline std::shared_ptr<const gpu::Catalogue> small_catalogue() {
    std::vector<gpu::GpuModel> models;
    models.push_back(
        test_gpu("Seven", 8,
                 {test_profile(1, 1, {0, 1, 2, 3, 4, 5, 6}, 10'000),
                  test_profile(2, 2, {0, 2, 4}, 20'000), test_profile(3, 4, {0, 4}, 40'000),
                  test_profile(4, 4, {0}, 40'000), test_profile(7, 8, {0}, 80'000)}));
    models.push_back(
        test_gpu("Four", 4,
                 {test_profile(1, 1, {0, 1, 2, 3}, 6'000), test_profile(2, 2, {0, 2}, 12'000),
                  test_profile(4, 4, {0}, 24'000)}));
    gpu::GpuModel blind = test_gpu("Blind", 8, {test_profile(1, 0, {}, 10'000)});
    blind.memory_slices.reset();
    models.push_back(std::move(blind));
    auto catalogue = gpu::Catalogue::make(
        std::move(models), {{"current", {}}, {"paper-2021", {{"4_SLICE", "3_SLICE"}}}});
    CHECK(catalogue.has_value(), catalogue.error().text());
    return std::make_shared<const gpu::Catalogue>(std::move(*catalogue));
}

// What a table row may say beyond model, profile, throughput and mean latency.
struct RowExtras {
    int batch = 1;
    int processes = 1;
    std::string gpu = "Seven";
    std::string precision = "fp16";
    std::string source = "test";
    std::optional<std::int64_t> memory_mib;
    bool estimated = false;
};

class SmallProblem {
public:
    SmallProblem() : problem_() {
        problem_.catalogue = small_catalogue();
        problem_.rules = problem_.catalogue->rule_set("current").value();
        problem_.latency_rule = perf::LatencyRule::kMean;
    }

    SmallProblem& row(const std::string& model, const std::string& profile, double throughput_rps,
                      double latency_ms, const RowExtras& extras = {}) {
        perf::OperatingPoint point;
        point.source = extras.source;
        point.gpu = extras.gpu;
        point.model = table_.intern_model(model);
        point.precision = extras.precision;
        point.profile = profile;
        point.batch = extras.batch;
        point.processes = extras.processes;
        point.throughput = rps(throughput_rps);
        point.measures = {{table_.intern_metric("latency_ms"), "mean", ms(latency_ms)}};
        if (extras.memory_mib) point.memory = Mebibytes{*extras.memory_mib};
        point.estimated = extras.estimated;
        point.place = "table:" + std::to_string(table_.points().size() + 2);
        return point_row(std::move(point));
    }
    SmallProblem& point_row(perf::OperatingPoint point) {
        const auto added = table_.add(std::move(point));
        CHECK(added.has_value(), added.error().text());
        return *this;
    }
    [[nodiscard]] perf::PerformanceTable& table() { return table_; }

    // One more kind of GPU in the fleet.
    workload::FleetEntry& fleet(const std::string& gpu_model,
                                std::optional<std::int64_t> count = std::nullopt,
                                std::optional<int> gpus_per_node = std::nullopt,
                                std::int64_t cost_units = 1) {
        workload::FleetEntry entry;
        entry.model = problem_.catalogue->find(gpu_model).value();
        entry.count = count;
        entry.gpus_per_node = gpus_per_node;
        entry.cost = Cost{kCostPerUnit * cost_units};
        return problem_.fleet[problem_.fleet.push_back(entry)];
    }

    // The reference is good until the next service is added.
    workload::Service& service(const std::string& name, const std::string& model, double rate_rps,
                               double slo_ms) {
        workload::Service service;
        service.name = name;
        service.model = table_.intern_model(model);
        service.rate = rps(rate_rps);
        service.slo = {{table_.intern_metric("latency_ms"), ms(slo_ms), std::nullopt}};
        return problem_.services[problem_.services.push_back(std::move(service))];
    }

    // Anything else: rules, nodes, latency rule, utilisation.
    [[nodiscard]] workload::Problem& edit() { return problem_; }

    [[nodiscard]] workload::Problem build() const {
        workload::Problem problem = problem_;
        problem.table = std::make_shared<const perf::PerformanceTable>(table_);
        if (problem.fleet.empty()) {
            workload::FleetEntry entry;
            entry.model = problem.catalogue->find("Seven").value();
            problem.fleet.push_back(entry);
        }
        return problem;
    }

private:
    workload::Problem problem_;
    perf::PerformanceTable table_;
};

}  // namespace tangram::test
