// Two services on Sevens: "a" serves 10 requests/s per 1g, 20 per 2g, 70 per 7g, "b" the same.
#pragma once

#include "planner/planning_model.h"
#include "support/small_deployment.h"
#include "support/small_problem.h"
#include "transition/durations.h"
#include "transition/step_graph.h"

namespace tangram::test {

struct TwoServices {
    workload::Problem problem;
    planner::PlanningModel model;

    explicit TwoServices(double rate_a = 20, double rate_b = 20,
                         std::optional<std::int64_t> gpus = std::nullopt)
        : TwoServices(make(rate_a, rate_b, gpus)) {}
    explicit TwoServices(const SmallProblem& small) : problem(small.build()) {
        auto built = planner::build_planning_model(problem);
        CHECK(built.has_value(), built.error().text());
        model = *std::move(built);
    }
    TwoServices(const TwoServices&) = delete;  // the model points into it
    TwoServices& operator=(const TwoServices&) = delete;

    static SmallProblem make(double rate_a, double rate_b, std::optional<std::int64_t> gpus) {
        SmallProblem small;
        for (const char* name : {"ma", "mb"}) {
            small.row(name, "1g", 10, 20).row(name, "2g", 20, 20).row(name, "3g", 35, 20);
            small.row(name, "7g", 70, 20);
        }
        small.fleet("Seven", gpus);
        small.service("a", "ma", rate_a, 100);
        small.service("b", "mb", rate_b, 100);
        return small;
    }
    [[nodiscard]] SmallDeployment deployment() const { return SmallDeployment(model); }
};

inline transition::Durations test_durations() {
    using std::chrono::seconds;
    transition::Durations durations;
    durations.name = "test";
    durations.create = seconds(1);
    durations.destroy = seconds(1);
    durations.cold_start = seconds(10);
    durations.warm_start = seconds(4);
    durations.route = seconds(1);
    durations.drain = seconds(2);
    durations.stop = seconds(1);
    return durations;
}

// Whether `before` must have ended when `after` starts.
inline bool precedes(const transition::StepGraph& graph, transition::StepId before,
                     transition::StepId after) {
    for (const transition::Arc& arc : graph.arcs) {
        if (arc.after != after) continue;
        if (arc.before == before || precedes(graph, before, arc.before)) return true;
    }
    return false;
}

// The step of that kind for a service on a GPU; invalid if there is none.
inline transition::StepId find_step(const transition::StepGraph& graph, transition::StepKind kind,
                                    std::string_view service, std::string_view gpu) {
    for (const transition::StepId id : graph.steps.ids()) {
        const transition::Step& step = graph.steps[id];
        const bool same_service =
            service.empty() || (step.service.valid() && graph.services[step.service] == service);
        if (step.kind == kind && same_service && graph.gpus[step.gpu].id == gpu) return id;
    }
    return {};
}

}  // namespace tangram::test
