#include "transition/baseline/figures.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

#include "transition/way.h"

namespace tangram::transition::baseline {
namespace {

std::int64_t gpus_of(const std::vector<Occupant>& instances) {
    std::set<GpuIndex> gpus;
    for (const Occupant& one : instances) gpus.insert(one.gpu);
    return std::ssize(gpus);
}

void find_lowest(const StepGraph& graph, Figures& figures) {
    // Of what happens at the same time the routes come first: the arcs allow no other order where
    // it matters.
    std::vector<std::tuple<Duration, int, StepId>> events;
    for (const StepId id : graph.steps.ids()) {
        const Step& step = graph.steps[id];
        if (step.kind == StepKind::kRoute) {
            events.emplace_back(step.planned + step.duration, 0, id);
        } else if (step.kind == StepKind::kDrain) {
            events.emplace_back(step.planned, 1, id);
        }
    }
    std::ranges::sort(events);
    IdVector<ServiceNameId, std::int64_t> capacity(graph.services.size());
    for (const ServicePromise& promise : graph.promises) {
        capacity[promise.service] = promise.now.count();
    }
    for (const auto& [time, is_drain, id] : events) {
        const Step& step = graph.steps[id];
        const std::int64_t amount = graph.points[step.point].throughput.count();
        capacity[step.service] += is_drain == 1 ? -amount : amount;
        const std::int64_t floor = graph.promises[step.service.index()].floor.count();
        if (floor == 0) continue;
        const auto share =
            static_cast<std::int64_t>(static_cast<long double>(capacity[step.service]) /
                                      static_cast<long double>(floor) * kSharePerOne);
        if (share >= figures.lowest.count()) continue;
        figures.lowest = Share{share};
        figures.lowest_service = graph.services[step.service];
    }
}

}  // namespace

Figures figures_of(const Ground& ground, const StepGraph& graph, const Durations& durations) {
    Figures figures;
    for (const Step& step : graph.steps) {
        figures.makespan = std::max(figures.makespan, step.planned + step.duration);
        if (step.kind != StepKind::kStart) continue;
        const auto& model = graph.models[static_cast<std::size_t>(graph.gpus[step.gpu].model)];
        const int slices =
            std::max(1, model.profiles[static_cast<std::size_t>(step.profile)].compute_slices);
        figures.restart += start_cost(durations, graph.points[step.point].model, slices);
        figures.restarted_slices += slices;
        ++figures.started;
        figures.temporaries += step.temporary ? 1 : 0;
    }
    figures.gpus_at_most = graph.gpus_at_most;
    figures.spares = figures.gpus_at_most - std::max(gpus_of(ground.now), gpus_of(ground.then));
    find_lowest(graph, figures);
    return figures;
}

}  // namespace tangram::transition::baseline
