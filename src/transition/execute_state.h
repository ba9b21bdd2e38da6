// A deployment in motion: what each start, end and failure of a step makes of it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "deployment/deployment.h"
#include "transition/step_graph.h"

namespace tangram::transition {

class MovingDeployment {
public:
    // `graph` must outlive it. CHECKs on unknown indices.
    MovingDeployment(const deployment::Deployment& current, const StepGraph& graph);

    void begin(const Step& step);
    void end(const Step& step);
    void fail(const Step& step);
    void lose(const std::string& gpu);
    // Time in which nothing begins or ends; what is warm stays so for `stays_warm` (Durations).
    void pass(Duration time, Duration stays_warm);

    // GPUs without instances are left out.
    [[nodiscard]] deployment::Deployment snapshot() const;
    // Of replicas serving on GPUs that are not lost, by service of the graph.
    [[nodiscard]] IdVector<deployment::ServiceNameId, Rate> capacities() const;
    [[nodiscard]] std::int64_t gpus_in_use() const { return std::ssize(in_use_); }
    // Whether the step is about a replica that counts for the capacity of its service now.
    [[nodiscard]] bool serves(const Step& step) const;

private:
    [[nodiscard]] int profile_of(const Step& step, int profile) const;
    [[nodiscard]] const deployment::Instance* find(const Step& step) const;
    [[nodiscard]] deployment::Instance& instance(const Step& step);
    deployment::DeployedGpu& gpu(const Step& step) { return state_.gpus[gpus_[step.gpu]]; }
    void add_names();
    void add_gpus();

    const StepGraph& graph_;
    deployment::Deployment state_;  // with GPUs that are empty
    // The state's numbers of what the graph numbers.
    IdVector<deployment::GpuIndex, deployment::GpuIndex> gpus_;
    IdVector<deployment::ServiceNameId, deployment::ServiceNameId> services_;
    std::size_t first_point_ = 0;
    std::set<deployment::GpuIndex> in_use_;  // by the state's numbers
};

}  // namespace tangram::transition
