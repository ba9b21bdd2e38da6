#include "planner/compact/solver_limits.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace tangram::planner::compact {

std::uint64_t iteration_work(const lp::Model& program) {
    return program.columns() + program.rows.size() + 1;
}

lp::Options solver_limits(const lp::Model& program, const PlanOptions& options,
                          std::uint64_t spent) {
    lp::Options limits;
    limits.seed = options.seed;
    // Tighter ones make the solver prune feasible plans where counts are in the hundreds.
    limits.feasibility_tolerance = 1e-7;
    const std::uint64_t left = options.work_budget - std::min(spent, options.work_budget);
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    limits.iteration_limit =
        static_cast<std::int64_t>(std::min(left / iteration_work(program), kMost));
    if (options.deadline) {
        const auto rest = *options.deadline - std::chrono::steady_clock::now();
        limits.time_limit_seconds = std::max(0.0, std::chrono::duration<double>(rest).count());
    }
    limits.cancelled = options.cancelled;
    return limits;
}

std::string stop_reason(const lp::Solution& solution, const PlanOptions& options) {
    if (solution.status == lp::Status::kError) return "the solver failed";
    if (options.cancelled && options.cancelled()) return "cancelled";
    return solution.time_limit_struck ? "deadline" : "work budget";
}

}  // namespace tangram::planner::compact
