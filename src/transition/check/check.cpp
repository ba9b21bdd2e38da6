#include "transition/check/check.h"

#include <fmt/format.h>

#include <algorithm>

#include "transition/check/conditions.h"

namespace tangram::transition {
namespace {

using namespace check_parts;

std::string text(const StepGraph& graph, const std::vector<StepId>& cycle) {
    constexpr std::size_t kMostNamed = 20;
    std::string all;
    for (std::size_t i = 0; i < std::min(cycle.size(), kMostNamed); ++i) {
        all += described(graph, cycle[i]) + ", then ";
    }
    if (cycle.size() > kMostNamed) all += "..., then ";
    return all + described(graph, cycle.front());
}

// Steps of one placement or GPU that have to come one after another, and need not.
bool in_order(const Context& context, const Dag& dag, const Orders& orders, const Story& story) {
    bool good = true;
    for (const auto& [before, after] : story.must) {
        const GpuId gpu{context.graph.steps[after].gpu.index()};
        if (orders.on_gpu(gpu, before, after)) continue;
        good = false;
        context.violate(TransitionFault::kBadGraph, place_of(context.graph, after),
                        fmt::format("{} does not wait for {}", described(context.graph, after),
                                    described(context.graph, before)),
                        dag.started({&after, 1}));
    }
    return good;
}

void check_graph(const Context& context) {
    const auto names = look_up(context);
    if (!names) return;
    if (context.graph.from != deployment::fingerprint(context.current)) {
        context.violate(TransitionFault::kStale, "current deployment",
                        fmt::format("is {}, the graph is for {}",
                                    deployment::fingerprint(context.current), context.graph.from));
    }
    const Dag dag(context.graph.steps.size(), context.graph.arcs);
    if (const std::vector<StepId> cycle = dag.cycle(); !cycle.empty()) {
        context.violate(TransitionFault::kBadGraph, "arcs",
                        "no order: " + text(context.graph, cycle));
        return;
    }
    const auto story = replay(context, *names, dag);
    if (!story) return;
    const Orders orders(dag, *names, *story);
    if (!in_order(context, dag, orders, *story)) return;
    const Case question{context, *names, dag, *story, orders};
    check_floors(question);
    check_spread(question);
    check_layouts(question);
    check_gpus(question);
    check_reached(question);
}

}  // namespace

std::string_view name(TransitionFault fault) {
    switch (fault) {
        case TransitionFault::kStale:
            return "stale";
        case TransitionFault::kBadGraph:
            return "bad-graph";
        case TransitionFault::kFloor:
            return "floor";
        case TransitionFault::kReplicas:
            return "replicas";
        case TransitionFault::kSpread:
            return "spread";
        case TransitionFault::kSurvival:
            return "survival";
        case TransitionFault::kLayout:
            return "layout";
        case TransitionFault::kGpus:
            return "gpus";
        case TransitionFault::kReached:
            return "reached";
    }
    return "unknown";
}

TransitionReport check_transition(const workload::Problem& problem,
                                  const deployment::Deployment& current, const StepGraph& graph,
                                  const CheckOptions& options) {
    TransitionReport report;
    report.lowest = IdVector<deployment::ServiceNameId, Rate>(graph.services.size());
    const Context context{problem, current, graph, options, report};
    check_graph(context);
    return report;
}

}  // namespace tangram::transition
