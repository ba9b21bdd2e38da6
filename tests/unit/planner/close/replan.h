// A random problem, and what runs for the same problem at two thirds of its rates.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/assembly.h"
#include "planner/close/question.h"
#include "planner/planner.h"
#include "support/random_problem.h"

namespace tangram::planner::close {

struct Replan {
    workload::Problem problem;
    PlanningModel model;
    Outcome outcome;  // without a plan where there is none
    CurrentFleet fleet;
    std::vector<std::int64_t> weights;

    explicit Replan(std::uint64_t seed, const test::RandomShape& shape = {})
        : problem(test::random_problem(seed, shape)) {
        workload::Problem before = problem;
        for (workload::Service& one : before.services) one.rate = Rate{one.rate.count() * 2 / 3};
        const PlanningModel old = build_planning_model(before).value();
        const auto exact = make_planner("exact");
        const Outcome ran = exact->plan(old, {});
        model = build_planning_model(problem).value();
        outcome = exact->plan(model, {});
        if (ran.plan) {
            fleet = read_current(model, assemble(old, *ran.plan).deployment, {}, {}).value();
        }
        for (const Option& option : model.options) {
            weights.push_back(1 + static_cast<std::int64_t>(option.type.index()));
        }
    }
    Replan(const Replan&) = delete;
    Replan& operator=(const Replan&) = delete;

    [[nodiscard]] Question ask_with(const Prices& prices, const QuestionLimits& limits = {}) const {
        return ask(model, fleet, {outcome.cost, outcome.bound, prices}, weights, limits);
    }
};

}  // namespace tangram::planner::close
