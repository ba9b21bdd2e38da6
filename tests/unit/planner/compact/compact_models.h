// Planning models of the tests here, kept together with the problem they speak of.
#pragma once

#include <memory>
#include <utility>

#include "base/check.h"
#include "planner/planning_model.h"
#include "support/random_problem.h"
#include "support/small_problem.h"

namespace tangram::planner::compact {

struct Modelled {
    std::unique_ptr<workload::Problem> problem;  // the model points to it
    PlanningModel model;
};

inline Modelled modelled(workload::Problem problem) {
    Modelled out{std::make_unique<workload::Problem>(std::move(problem)), {}};
    Result<PlanningModel> model = build_planning_model(*out.problem);
    CHECK(model.has_value(), model.error().text());
    out.model = std::move(*model);
    return out;
}

// One service of 150 requests/s: 1g gives 40, 2g gives 100; nothing else was measured.
inline test::SmallProblem one_service() {
    test::SmallProblem small;
    small.row("bert", "1g", 40, 20).row("bert", "2g", 100, 20);
    small.service("a", "bert", 150, 100);
    return small;
}

}  // namespace tangram::planner::compact
