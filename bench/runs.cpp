#include "runs.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace tangram::bench {

using Clock = std::chrono::steady_clock;

Run solve(std::string_view planner, const planner::PlanningModel& model, int threads,
          std::optional<double> limit_seconds) {
    planner::PlanOptions options;
    options.threads = threads;
    const auto begin = Clock::now();
    if (limit_seconds) {
        options.work_budget = ~std::uint64_t{0} / 2;
        options.deadline = begin + std::chrono::duration_cast<Clock::duration>(
                                       std::chrono::duration<double>(*limit_seconds));
    }
    Run run;
    run.outcome = planner::make_planner(planner)->plan(model, options);
    run.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return run;
}

bool proven(const planner::Outcome& outcome) { return outcome.status == planner::Status::kOptimal; }

std::int64_t gpus_of(const planner::Outcome& outcome) {
    if (!outcome.plan) return 0;
    const auto& counts = outcome.plan->partitions;
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double quantile(std::vector<double> values, double share) {
    std::ranges::sort(values);
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return values[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace tangram::bench
