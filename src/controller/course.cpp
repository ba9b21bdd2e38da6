#include "controller/course.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace tangram::controller {
namespace {

using transition::Step;
using transition::StepKind;

// By a deployment's or graph's number of a service; invalid where the problem lacks it.
template <typename Names, typename NameOf>
IdVector<deployment::ServiceNameId, ServiceId> numbers_of(const workload::Problem& problem,
                                                          const Names& names,
                                                          const NameOf& name_of) {
    std::unordered_map<std::string_view, ServiceId> known;
    for (const ServiceId s : problem.services.ids()) known.emplace(problem.services[s].name, s);
    IdVector<deployment::ServiceNameId, ServiceId> numbers;
    for (const auto& name : names) {
        const auto at = known.find(name_of(name));
        numbers.push_back(at == known.end() ? ServiceId{} : at->second);
    }
    return numbers;
}

}  // namespace

std::vector<CourseChange> course_of(const workload::Problem& problem,
                                    const transition::StepGraph& graph) {
    const auto numbers = numbers_of(
        problem, graph.services, [](const std::string& name) -> std::string_view { return name; });
    std::vector<CourseChange> course;
    for (const Step& step : graph.steps) {
        const Duration end = step.planned + step.duration;
        switch (step.kind) {
            case StepKind::kAcquire:
                course.push_back({step.planned, {}, {}, 1});
                break;
            case StepKind::kRelease:
                course.push_back({end, {}, {}, -1});
                break;
            case StepKind::kDrain:
            case StepKind::kRoute: {
                const ServiceId service = numbers[step.service];
                if (!service.valid()) break;
                const Rate rate = graph.points[step.point].throughput;
                const bool comes = step.kind == StepKind::kRoute;
                course.push_back(
                    {comes ? end : step.planned, service, comes ? rate : Rate{} - rate});
                break;
            }
            default:
                break;
        }
    }
    std::ranges::sort(course, {}, [](const CourseChange& change) {
        const std::int64_t gained = change.gpus + change.capacity.count();
        return std::tuple(change.at, gained > 0, change.service, gained);
    });
    return course;
}

IdVector<ServiceId, Rate> capacities_of(const workload::Problem& problem,
                                        const deployment::Deployment& deployment) {
    const auto numbers = numbers_of(
        problem, deployment.services,
        [](const deployment::DeployedService& one) -> std::string_view { return one.name; });
    IdVector<ServiceId, Rate> capacities(problem.services.size());
    for (const deployment::DeployedGpu& gpu : deployment.gpus) {
        if (gpu.status == deployment::GpuStatus::kLost) continue;
        for (const deployment::Instance& instance : gpu.instances) {
            if (!instance.service.valid() || instance.phase != deployment::Phase::kServing)
                continue;
            const ServiceId service = numbers[instance.service];
            if (service.valid()) {
                capacities[service] += deployment.points[instance.point].throughput;
            }
        }
    }
    return capacities;
}

std::int64_t gpus_of(const deployment::Deployment& deployment) {
    return std::ranges::count(deployment.gpus, deployment::GpuStatus::kOk,
                              &deployment::DeployedGpu::status);
}

}  // namespace tangram::controller
