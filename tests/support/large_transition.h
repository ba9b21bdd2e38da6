// A transition of many GPUs that keeps every promise: each replica of each service moves from its
// GPU to the next one, new ones first.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "deployment/deployment.h"
#include "support/small_problem.h"
#include "transition/step_graph.h"

namespace tangram::test {

struct LargeTransition {
    workload::Problem problem;
    deployment::Deployment current;
    transition::StepGraph graph;
};

inline deployment::RunPoint large_point(const std::string& model) {
    deployment::RunPoint point;
    point.model = model;
    point.precision = "fp16";
    point.throughput = rps(200);
    point.metric = "latency_ms";
    point.latency = ms(10);
    point.source = "test";
    return point;
}

// Two replicas on each GPU, in memory slices 0 and 2; the new ones come to 4. Eight GPUs on a node.
class LargeTransitionBuilder {
public:
    LargeTransitionBuilder(std::size_t gpus, std::size_t services, workload::Spread spread,
                           bool survive) {
        const auto rate = 200.0 * static_cast<double>(2 * gpus / services);
        SmallProblem small;
        std::vector<std::string> names;
        for (std::size_t s = 0; s < services; ++s) names.push_back("s" + std::to_string(s));
        for (const std::string& name : names) small.row(name, "2g", 200, 10);
        small.fleet("Seven", static_cast<std::int64_t>(gpus), 8);
        for (const std::string& name : names) {
            auto& service = small.service(name, name, rate, 50);
            service.min_replicas = 2;
            service.spread = spread;
            if (survive) service.survive_gpu = service.survive_node = Share{700'000};
        }
        made_.problem = small.build();
        made_.current.models = {{"Seven", 8, {{"2g", 2, 2}}}};
        for (const std::string& name : names) {
            made_.current.services.push_back({name, rps(rate), {}, {}});
            made_.current.points.push_back(large_point(name));
            made_.graph.services.push_back(name);
        }
        made_.graph.points = made_.current.points;
        made_.graph.models = made_.current.models;
        for (std::size_t g = 0; g < gpus; ++g) add_gpu(g, services);
    }

    // With `extra` more arcs, which change nothing but the work.
    LargeTransition run(std::size_t extra) {
        const std::size_t gpus = made_.current.gpus.size();
        for (std::size_t g = 0; g < gpus; ++g) move(g, (g + 1) % gpus);
        Random random(1);
        const std::size_t steps = made_.graph.steps.size();
        for (std::size_t i = 0; i < extra; ++i) {
            const std::size_t after = 6 + random.below(steps - 6);
            const std::size_t before = random.below(after / 6 * 6);
            made_.graph.arcs.push_back({transition::StepId{before},
                                        transition::StepId{after},
                                        transition::ArcReason::kCapacity,
                                        {}});
        }
        made_.graph.from = deployment::fingerprint(made_.current);
        made_.graph.gpus_at_most = static_cast<std::int64_t>(gpus);
        return std::move(made_);
    }

private:
    void add_gpu(std::size_t g, std::size_t services) {
        deployment::DeployedGpu gpu;
        gpu.id = "gpu-" + std::to_string(g);
        gpu.node = "node-" + std::to_string(g / 8);
        made_.graph.gpus.push_back(gpu);
        for (std::size_t i = 0; i < 2; ++i) {
            deployment::Instance instance;
            instance.start = static_cast<int>(2 * i);
            const std::size_t service = (2 * g + i) % services;
            instance.service = deployment::ServiceNameId{service};
            instance.point = deployment::RunPointId{service};
            gpu.instances.push_back(instance);
        }
        made_.current.gpus.push_back(std::move(gpu));
    }

    // One replica of GPU `from` to slice 4 of GPU `to`; the other one stays.
    void move(std::size_t from, std::size_t to) {
        using enum transition::StepKind;
        const auto& old = made_.current.gpus[deployment::GpuIndex{from}].instances[from % 2];
        transition::Step step;
        const auto add = [&](transition::StepKind kind, std::size_t gpu, int start, bool runs) {
            step.kind = kind;
            step.gpu = deployment::GpuIndex{gpu};
            step.profile = 0;
            step.start = start;
            step.service = runs ? old.service : deployment::ServiceNameId{};
            step.point = runs ? old.point : deployment::RunPointId{};
            step.duration = ms(1'000);
            const transition::StepId id = made_.graph.steps.push_back(step);
            if (kind == kCreate) return;
            const transition::StepId earlier{id.index() - 1};
            made_.graph.arcs.push_back({earlier, id, transition::ArcReason::kOrder, {}});
        };
        add(kCreate, to, 4, false);
        add(kStart, to, 4, true);
        add(kRoute, to, 4, true);
        add(kDrain, from, old.start, true);
        add(kStop, from, old.start, true);
        add(kDestroy, from, old.start, false);
    }

    LargeTransition made_;
};

}  // namespace tangram::test
