#include "planner/compact/compact.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "planner/compact/formulation.h"
#include "planner/compact/read_back.h"
#include "planner/compact/solver_limits.h"

namespace tangram::planner::compact {
namespace {

// A plan that is short by less than the solver's tolerance is solved again with rows raised by
// more.
constexpr int kAttempts = 3;
constexpr double kFirstTightening = 2e-7;

// The solver's bound as a cost: see the header.
Cost claimed_bound(double solver_bound, Cost unit) {
    if (!std::isfinite(solver_bound) || solver_bound <= 0) return Cost{};
    const double safe = solver_bound - 1e-3 - 1e-8 * solver_bound;
    constexpr double kMost = 9e18;
    const double units = std::min(std::ceil(safe), kMost / static_cast<double>(unit.count()));
    return unit * static_cast<std::int64_t>(std::max(units, 0.0));
}

class Run {
public:
    Run(const PlanningModel& model, const PlanOptions& options, const CompactOptions& compact)
        : model_(model), options_(options), compact_(compact) {}

    Outcome outcome() {
        out_.formulation = "compact";
        out_.seed = options_.seed;
        if (has_unservable_demand(model_)) {
            out_.status = Status::kInfeasible;
            out_.stop_reason = "a service has no instance type to run on";
            return std::move(out_);
        }
        if (compact_.exact_bound) bound_by_relaxation();
        search();
        conclude();
        return std::move(out_);
    }

private:
    void bound_by_relaxation() {
        RelaxationBound relaxation = compact_lp_bound(model_, options_);
        out_.bound = relaxation.bound;
        out_.prices = std::move(relaxation.prices);
        out_.work += relaxation.work;
        out_.reproducible = !relaxation.deadline_struck && !relaxation.cancelled;
    }

    void search() {
        double tightening = 0;
        for (int attempt = 0; attempt < kAttempts; ++attempt) {
            const Formulation formulation = formulate(
                model_, {.rounding_cuts = compact_.rounding_cuts, .tightening = tightening});
            solve(formulation);
            // A tightened program's bound is not the problem's.
            if (attempt == 0) {
                out_.bound = std::max(out_.bound, claimed_bound(solution_.bound, formulation.unit));
            }
            if (solution_.status != lp::Status::kOptimal &&
                solution_.status != lp::Status::kFeasible) {
                return;
            }
            ReadBack read = read_back(model_, formulation, solution_.values);
            if (read.plan) {
                out_.plan = std::move(read.plan);
                out_.cost = read.cost;
            }
            if (!read.short_of_coverage) return;
            tightening = tightening == 0 ? kFirstTightening : 10 * tightening;
        }
    }

    void solve(const Formulation& formulation) {
        lp::Options limits = solver_limits(formulation.program, options_, out_.work);
        if (options_.progress) {
            limits.progress = [this, &formulation](const lp::Progress& progress) {
                const double units = std::round(progress.objective);
                options_.progress(formulation.unit * static_cast<std::int64_t>(units),
                                  claimed_bound(progress.bound, formulation.unit));
            };
        }
        solution_ = lp::solve(formulation.program, limits);
        out_.work +=
            static_cast<std::uint64_t>(solution_.iterations) * iteration_work(formulation.program);
        if (solution_.time_limit_struck) out_.reproducible = false;
    }

    void conclude() {
        if (out_.plan) {
            out_.bound = std::min(out_.bound, out_.cost);
            const bool proven = out_.bound == out_.cost;
            out_.status = proven ? Status::kOptimal : Status::kFeasible;
            out_.stop_reason = proven ? "proven"
                               : solution_.status == lp::Status::kOptimal
                                   ? "the solver's tolerance leaves a step open"
                                   : stop_reason(solution_, options_);
        } else if (solution_.status == lp::Status::kInfeasible) {
            out_.status = Status::kInfeasible;
            out_.stop_reason = "proven";
            find_need();
        } else {
            out_.status = Status::kUnknown;
            out_.stop_reason = stop_reason(solution_, options_);
        }
    }

    // With one kind of GPU the need is a number: the fewest GPUs if there were no cap.
    void find_need() {
        if (model_.entries.size() != 1) return;
        const Formulation formulation = formulate(
            model_, {.caps = false, .rounding_cuts = compact_.rounding_cuts, .count_gpus = true});
        solve(formulation);
        const std::int64_t need =
            claimed_bound(solution_.bound, formulation.unit).count() / kCostPerUnit;
        const auto cap = model_.entries[FleetEntryId{0}].cap;
        if (cap && need > *cap) out_.gpus_needed = need;
    }

    const PlanningModel& model_;
    const PlanOptions& options_;
    const CompactOptions& compact_;
    lp::Solution solution_;
    Outcome out_;
};

}  // namespace

Outcome CompactPlanner::plan(const PlanningModel& model, const PlanOptions& options) const {
    const auto start = std::chrono::steady_clock::now();
    Outcome outcome = Run(model, options, compact_).outcome();
    outcome.engine = name();
    outcome.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return outcome;
}

}  // namespace tangram::planner::compact
