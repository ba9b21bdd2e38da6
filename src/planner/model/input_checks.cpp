#include "planner/model/input_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "base/amount_text.h"

namespace tangram::planner::model {
namespace {

using workload::Problem;
using workload::Service;
using workload::Spread;

std::string place_of(const Service& service) { return fmt::format("service '{}'", service.name); }

Result<void> check_fleet(const Problem& problem) {
    if (problem.fleet.empty()) return invalid_input("the fleet has no GPUs", "gpus");
    for (const workload::FleetEntry& entry : problem.fleet) {
        const gpu::GpuModel& model = problem.catalogue->model(entry.model);
        if (!model.geometry_known()) {
            return Error{ErrorCode::kUnsupported,
                         fmt::format("{}: geometry unknown: no MIG placements are published for "
                                     "it, so it cannot be planned for",
                                     model.name),
                         "gpus"};
        }
        if (entry.count && *entry.count < 0) {
            return invalid_input(fmt::format("{}: count {} is negative", model.name, *entry.count),
                                 "gpus");
        }
        if (entry.cost.count() < 0) {
            return invalid_input(
                fmt::format("{}: cost {} is negative", model.name, cost_text(entry.cost)), "gpus");
        }
        if (entry.cost.count() == 0 && !entry.count) {
            return invalid_input(
                fmt::format("{}: free GPUs need a count: with as many as one likes, every plan "
                            "costs nothing",
                            model.name),
                "gpus");
        }
        if (entry.gpus_per_node && *entry.gpus_per_node < 1) {
            return invalid_input(
                fmt::format("{}: gpus_per_node {} is below 1", model.name, *entry.gpus_per_node),
                "gpus");
        }
    }
    return {};
}

bool nodes_known(const Problem& problem) {
    return !problem.nodes.empty() || std::ranges::all_of(problem.fleet, [](const auto& entry) {
        return entry.gpus_per_node.has_value();
    });
}

Result<void> check_numbers(const Problem& problem, workload::ServiceId id) {
    const Service& service = problem.services[id];
    if (service.rate.count() < 0 || service.rate.count() > kMostThousandths) {
        return invalid_input(fmt::format("rate {} is outside 0 .. {} requests/s",
                                         rps_text(service.rate), rps_text(Rate{kMostThousandths})),
                             place_of(service));
    }
    const Share limit = problem.utilization_limit(id);
    if (limit.count() <= 0 || limit.count() > kSharePerOne) {
        return invalid_input(fmt::format("max_utilization {} is outside (0, 1]", share_text(limit)),
                             place_of(service));
    }
    if (workload::required_capacity(service.rate, limit).count() > kMostThousandths) {
        return invalid_input(
            fmt::format("rate {} at max_utilization {} needs more than {} requests/s",
                        rps_text(service.rate), share_text(limit),
                        rps_text(Rate{kMostThousandths})),
            place_of(service));
    }
    if (service.min_replicas < 1 || service.max_processes < 1) {
        return invalid_input(fmt::format("min_replicas {} and max_processes {} must be at least 1",
                                         service.min_replicas, service.max_processes),
                             place_of(service));
    }
    if (service.slo.empty()) return invalid_input("no latency objective", place_of(service));
    return {};
}

Result<void> check_abilities(const Service& service, bool with_nodes) {
    for (const std::optional<Share>& share : {service.survive_gpu, service.survive_node}) {
        if (!share || (share->count() >= 0 && share->count() <= kSharePerOne)) continue;
        return invalid_input(fmt::format("survive {} is outside [0, 1]", share_text(*share)),
                             place_of(service));
    }
    if (with_nodes) return {};
    if (service.spread != Spread::kNode && !service.survive_node) return {};
    return invalid_input(
        fmt::format("{} needs nodes: give every GPU model gpus_per_node, or name the nodes",
                    service.spread == Spread::kNode ? "spread: node" : "survive: {node: ...}"),
        place_of(service));
}

// Names in `allow` must mean something on some GPU of the fleet. Remembers what it has seen.
class AllowCheck {
public:
    explicit AllowCheck(const Problem& problem) : problem_(problem) {}

    Result<void> check(const Service& service) {
        for (const std::string& name : service.allow_profiles) {
            if (known_.contains(name)) continue;
            const bool found = std::ranges::any_of(problem_.fleet, [&](const auto& entry) {
                return problem_.catalogue->model(entry.model).find_profile(name).valid();
            });
            if (!found) {
                return invalid_input(
                    fmt::format("allows profile '{}', which no GPU of the fleet has", name),
                    place_of(service));
            }
            known_.insert(name);
        }
        return {};
    }

private:
    const Problem& problem_;
    std::set<std::string> known_;
};

// The precision belongs to a model's identity once two differ. Remembers what it has seen.
class PrecisionCheck {
public:
    explicit PrecisionCheck(const Problem& problem)
        : problem_(problem), of_model_(problem.table->models().size()) {}

    Result<void> check(const Service& service) {
        if (!service.precision.empty()) return {};
        const std::set<std::string>& precisions = precisions_of(service.model);
        if (precisions.size() < 2) return {};
        return invalid_input(fmt::format("model '{}' was measured in {} precisions; name one: '{}'",
                                         problem_.table->models()[service.model], precisions.size(),
                                         fmt::join(precisions, "', '")),
                             place_of(service));
    }

private:
    const std::set<std::string>& precisions_of(perf::ModelId model) {
        std::set<std::string>& precisions = of_model_[model];
        if (precisions.empty()) {
            for (const perf::OperatingPointId id : problem_.table->points_of(model)) {
                precisions.insert(problem_.table->point(id).precision);
            }
        }
        return precisions;
    }

    const Problem& problem_;
    IdVector<perf::ModelId, std::set<std::string>> of_model_;
};

}  // namespace

Result<void> check_input(const Problem& problem) {
    if (Result<void> fleet = check_fleet(problem); !fleet) return fleet;
    const bool with_nodes = nodes_known(problem);
    AllowCheck allow(problem);
    PrecisionCheck precision(problem);
    for (const workload::ServiceId id : problem.services.ids()) {
        const Service& service = problem.services[id];
        if (Result<void> result = check_numbers(problem, id); !result) return result;
        if (Result<void> result = check_abilities(service, with_nodes); !result) {
            return result;
        }
        if (Result<void> result = allow.check(service); !result) return result;
        if (Result<void> result = precision.check(service); !result) return result;
    }
    return {};
}

}  // namespace tangram::planner::model
