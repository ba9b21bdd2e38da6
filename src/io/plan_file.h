// The plan file: what a planner answered, with the deployment it stands for. JSON.
//
// `cost`, `gpus` and `gap` are null without a plan. Prices are in cost units with 12 decimals,
// which determine them exactly: they are multiples of 1/(840 x 10^6). gap = (cost - bound) / cost,
// 0 at cost 0, rounded up to 6 decimals, so that it is 0 only where the plan is proven. All but
// `timing` is the same from run to run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "deployment/deployment.h"
#include "io/object_reader.h"
#include "planner/outcome.h"
#include "planner/planning_model.h"

namespace tangram::io {

// `deployment` may be null where there is no plan. O(size of the deployment).
[[nodiscard]] std::string write_plan(const planner::PlanningModel& model,
                                     const planner::Outcome& outcome,
                                     const deployment::Deployment* deployment);

// What a partial plan leaves out, by names. Shares in 1/planner::kSharesPerWhole.
struct PartialFile {
    struct Class {
        std::int64_t priority = 0;
        std::int64_t services = 0;
        std::int64_t share = 0;
        std::optional<std::int64_t> beyond_reach;
    };
    struct Shortfall {
        std::string service;
        Rate rate;
        Rate served;
    };
    struct Cure {
        std::string gpu;
        std::int64_t gpus = 0;
        bool fewest = false;
    };
    std::vector<Class> classes;
    std::vector<Shortfall> shortfalls;
    std::vector<Cure> cures;
};

// A plan file's content, by names: it stands without the problem it answers.
struct PlanFile {
    planner::Status status = planner::Status::kUnknown;
    std::optional<std::int64_t> gpus;
    std::optional<Cost> cost;
    Cost bound;
    std::string engine;
    std::string formulation;
    std::string stop_reason;
    std::uint64_t seed = 0;
    std::uint64_t work = 0;
    bool reproducible = true;
    std::optional<std::int64_t> gpus_needed;
    std::optional<PartialFile> partial;
    // Of a plan that was allowed to rest on estimates.
    std::optional<std::int64_t> instances;
    std::optional<std::int64_t> estimated_instances;
    std::optional<planner::Restart> restart;                              // without its note
    std::map<std::string, std::map<std::string, planner::Price>> prices;  // GPU model, profile
    std::map<std::string, planner::Price> rents;                          // GPU model
    std::optional<deployment::Deployment> deployment;
    double seconds = 0;
};

[[nodiscard]] Result<PlanFile> read_plan(const std::filesystem::path& path);
[[nodiscard]] Result<PlanFile> parse_plan(std::string_view text, const std::string& file);

// For readers of files that may hold a plan.
[[nodiscard]] PlanFile decode_plan(Value value, FirstError& error);

// (cost - bound) / cost in millionths, rounded up; 0 where cost <= bound.
[[nodiscard]] std::int64_t gap_millionths(Cost cost, Cost bound);

}  // namespace tangram::io
