// Small transitions for tests, step by step:
//
//   SmallTransition t;                         // services a and b, each GPU of kind Seven
//   t.gpu("gpu-0", "node-0").holds("2g", 0, "a");
//   const StepId drain = t.step(StepKind::kDrain, 0, "2g", 0, "a");
//   const StepId stop = t.step(StepKind::kStop, 0, "2g", 0, "a");
//   t.arc(drain, stop);
//   check_transition(t.problem, t.current, t.finished(), {});
//
// Graph and current deployment have the same numbers for services, points and GPUs. An instance of
// service a (model ma) or b (mb) serves 100 requests/s per memory slice of its profile.
#pragma once

#include <string>
#include <vector>

#include "deployment/deployment.h"
#include "support/small_problem.h"
#include "transition/step_graph.h"

namespace tangram::test {

class SmallTransition {
public:
    using Phase = deployment::Phase;

    workload::Problem problem;
    deployment::Deployment current;
    transition::StepGraph graph;

    // Rates of the two services, in requests/s.
    explicit SmallTransition(double rate_a = 200, double rate_b = 200) {
        SmallProblem small;
        small.edit().rules = small.edit().catalogue->rule_set("paper-2021").value();
        for (const char* model : {"ma", "mb"}) {
            small.row(model, "1g", 100, 10).row(model, "2g", 200, 10);
            small.row(model, "3g", 400, 10).row(model, "4g", 400, 10);
        }
        small.fleet("Seven", 8, 2);
        small.service("a", "ma", rate_a, 50);
        small.service("b", "mb", rate_b, 50);
        problem = small.build();
        current.models = {{"Seven", 8, {{"1g", 1, 1}, {"2g", 2, 2}, {"3g", 4, 3}, {"4g", 4, 4}}}};
        graph.models = current.models;
        for (const workload::Service& service : problem.services) {
            current.services.push_back({service.name, service.rate, {}, {}});
            graph.services.push_back(service.name);
            for (const deployment::DeployedProfile& profile : current.models[0].profiles) {
                current.points.push_back(point(problem.table->models()[service.model], profile));
            }
        }
        graph.points = current.points;
        graph.gpus_at_most = 100;
    }

    SmallTransition& gpu(const std::string& id, const std::string& node = "") {
        current.gpus.push_back({id, 0, node, deployment::GpuStatus::kOk, {}});
        graph.gpus.push_back(current.gpus[deployment::GpuIndex{current.gpus.size() - 1}]);
        return *this;
    }
    // On the GPU named last; by start. Without a service: an instance without a replica.
    SmallTransition& holds(const std::string& profile, int start, const std::string& service = "",
                           Phase phase = Phase::kServing) {
        deployment::Instance instance;
        instance.profile = number_of(profile);
        instance.start = start;
        if (!service.empty()) {
            instance.service = service_of(service);
            instance.point = point_of(service, instance.profile);
        }
        instance.phase = service.empty() && phase == Phase::kServing ? Phase::kIdle : phase;
        current.gpus[deployment::GpuIndex{current.gpus.size() - 1}].instances.push_back(instance);
        return *this;
    }
    // A GPU that the current deployment does not use: the last one named until now.
    SmallTransition& unused() {
        auto gpus = current.gpus.raw();
        gpus.pop_back();
        current.gpus = IdVector<deployment::GpuIndex, deployment::DeployedGpu>(std::move(gpus));
        return *this;
    }

    transition::StepId step(transition::StepKind kind, std::size_t gpu,
                            const std::string& profile = "", int start = 0,
                            const std::string& service = "") {
        transition::Step step;
        step.kind = kind;
        step.gpu = deployment::GpuIndex{gpu};
        step.profile = profile.empty() ? -1 : number_of(profile);
        step.start = start;
        if (!service.empty()) {
            step.service = service_of(service);
            step.point = point_of(service, step.profile);
        }
        return graph.steps.push_back(std::move(step));
    }
    void arc(transition::StepId before, transition::StepId after) {
        graph.arcs.push_back({before, after, transition::ArcReason::kOrder, {}});
    }
    // One after another.
    void chain(const std::vector<transition::StepId>& steps) {
        for (std::size_t i = 1; i < steps.size(); ++i) arc(steps[i - 1], steps[i]);
    }
    workload::Service& service(std::size_t i) { return problem.services[workload::ServiceId{i}]; }

    // With the fingerprint of what is current by now.
    transition::StepGraph& finished() {
        graph.from = deployment::fingerprint(current);
        return graph;
    }

    [[nodiscard]] int number_of(const std::string& profile) const {
        const auto& profiles = current.models[0].profiles;
        for (std::size_t p = 0; p < profiles.size(); ++p) {
            if (profiles[p].name == profile) return static_cast<int>(p);
        }
        CHECK(false, profile);
        return -1;
    }

private:
    static deployment::RunPoint point(const std::string& model,
                                      const deployment::DeployedProfile& profile) {
        deployment::RunPoint point;
        point.model = model;
        point.precision = "fp16";
        point.throughput = rps(100.0 * profile.size);
        point.metric = "latency_ms";
        point.latency = ms(10);
        point.source = "test";
        return point;
    }
    static deployment::ServiceNameId service_of(const std::string& name) {
        return deployment::ServiceNameId{name == "a" ? 0U : 1U};
    }
    [[nodiscard]] deployment::RunPointId point_of(const std::string& service, int profile) const {
        return deployment::RunPointId{(service == "a" ? 0 : current.models[0].profiles.size()) +
                                      static_cast<std::size_t>(profile)};
    }
};

}  // namespace tangram::test
