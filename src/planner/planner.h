// The interface of all planners.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "planner/outcome.h"
#include "planner/planning_model.h"

namespace tangram::planner {

struct PlanOptions {
    std::uint64_t seed = 1;
    std::uint64_t work_budget = 2'000'000'000;  // units: about one elementary step each
    int threads = 1;                            // never changes the answer
    // Ends the search at this time; the outcome is then not reproducible. Checked now and then.
    std::optional<std::chrono::steady_clock::time_point> deadline;
    // Called with each better plan or bound, from the calling thread; may be empty.
    std::function<void(Cost best, Cost bound)> progress;
    // Polled now and then; true ends the search with the best plan so far. May be empty.
    std::function<bool()> cancelled;
};

class Planner {
public:
    virtual ~Planner() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] virtual Outcome plan(const PlanningModel& model,
                                       const PlanOptions& options) const = 0;
};

// "exact", "compact", "greedy", "tree-search", "genetic", "pipeline", "parvagpu", "whole-gpu",
// "all-1g", "static-4-2-1", "lp-bound": nullptr for others.
[[nodiscard]] std::unique_ptr<Planner> make_planner(std::string_view name);
[[nodiscard]] std::vector<std::string_view> planner_names();

}  // namespace tangram::planner
