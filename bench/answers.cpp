#include "answers.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "cp_sat.h"
#include "export_model.h"
#include "planner/price/bound.h"
#include "runs.h"

namespace tangram::bench {
namespace {

using planner::PlanningModel;

constexpr std::array<std::string_view, 3> kProvingPlanners = {"exact", "compact", "lp-bound"};

// The bound that the best prices prove, before any search.
Answer priced_bound(const PlanningModel& model) {
    const auto begin = std::chrono::steady_clock::now();
    const std::int64_t step = cost_step(model).count();
    const std::int64_t step_price = step * planner::kPricePerCost;
    const std::int64_t value = planner::price::best_bound(model, step_price, {}).value;
    Answer answer;
    answer.bound = Cost{(value + step_price - 1) / step_price * step};
    answer.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return answer;
}

Answer cp_sat(std::string_view instance, const PlanningModel& model, double limit_seconds) {
    Answer answer;
    const auto solved = solve_by_cp_sat(exported_model(instance, model), limit_seconds);
    if (!solved) {
        answer.faults.emplace_back("CP-SAT failed");
        return answer;
    }
    answer.cost = solved->cost;
    answer.infeasible = solved->status == "infeasible";
    if (!answer.infeasible) answer.bound = solved->bound;
    answer.seconds = solved->seconds;
    return answer;
}

Answer planned(std::string_view planner, const PlanningModel& model, double limit_seconds) {
    const Run run = solve(planner, model, 1, limit_seconds);
    const planner::Outcome& outcome = run.outcome;
    Answer answer;
    answer.seconds = run.seconds;
    if (std::ranges::find(kProvingPlanners, planner) != kProvingPlanners.end()) {
        answer.infeasible = outcome.status == planner::Status::kInfeasible;
        if (!answer.infeasible) answer.bound = outcome.bound;
    }
    if (!outcome.plan) return answer;
    answer.cost = outcome.cost;
    answer.gpus = gpus_of(outcome);
    answer.faults = validate_counts(plan_model_of(outcome, model), *outcome.plan);
    answer.plan_checked = answer.faults.empty();
    return answer;
}

}  // namespace

bool is_engine(std::string_view name) {
    return name == "priced-bound" || name == "cp-sat" || planner::make_planner(name) != nullptr;
}

Answer ask(std::string_view engine, std::string_view instance, const PlanningModel& model,
           double limit_seconds) {
    Answer answer = engine == "priced-bound" ? priced_bound(model)
                    : engine == "cp-sat"     ? cp_sat(instance, model, limit_seconds)
                                             : planned(engine, model, limit_seconds);
    answer.engine = engine;
    return answer;
}

}  // namespace tangram::bench
