#include "support/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/random.h"

namespace tangram::test {
namespace {

using deployment::DeployedModel;
using deployment::RunPoint;
using transition::Arc;
using transition::Step;
using transition::StepGraph;
using transition::StepId;
using enum transition::StepKind;

std::string run_text(const std::string& service, const RunPoint& point) {
    return fmt::format("{} {} {} {} {}", service, point.model, point.precision, point.batch,
                       point.processes);
}

struct Held {
    std::string profile;
    int size = 0;
    std::string replica;  // empty: none
    bool serving = false;
};

class World {
public:
    World(const deployment::Deployment& current, const StepGraph& graph)
        : graph_(graph), capacity_(graph.services.size()) {
        for (const auto& gpu : current.gpus) {
            const DeployedModel& model = current.models[static_cast<std::size_t>(gpu.model)];
            if (!gpu.instances.empty()) used_.insert(gpu.id);
            for (const auto& one : gpu.instances) {
                const auto& profile = model.profiles[static_cast<std::size_t>(one.profile)];
                Held held{profile.name, profile.size, "", one.service.valid()};
                if (one.service.valid()) {
                    const std::string& name = current.services[one.service].name;
                    held.replica = run_text(name, current.points[one.point]);
                    capacity_[number(name)] += current.points[one.point].throughput;
                }
                held_[gpu.id].emplace(one.start, std::move(held));
            }
        }
        out_.lowest = capacity_;
        out_.gpus_most = std::ssize(used_);
    }

    void start(const Step& step) {
        const std::string& gpu = graph_.gpus[step.gpu].id;
        if (step.kind == kAcquire) {
            if (!used_.insert(gpu).second) fault("acquires " + gpu + ", which is in use");
            out_.gpus_most = std::max<std::int64_t>(out_.gpus_most, std::ssize(used_));
        } else if (step.kind == kCreate) {
            if (!used_.contains(gpu)) fault("creates on " + gpu + ", which is not in use");
            cut(gpu, step.profile, step.start);
        } else if (step.kind == kDrain) {
            Held* held = find(step);
            if (held == nullptr || !held->serving) return fault("drains what does not serve");
            held->serving = false;
            Rate& capacity = capacity_[step.service];
            capacity -= graph_.points[step.point].throughput;
            out_.lowest[step.service] = std::min(out_.lowest[step.service], capacity);
        } else if (step.kind == kApply) {
            for (const auto& [start, held] : held_[gpu]) {
                if (!held.replica.empty()) fault("a layout wipes a replica on " + gpu);
            }
            held_[gpu].clear();
            for (const auto& one : step.layout) cut(gpu, one.profile, one.start);
        }
    }

    void end(const Step& step) {
        const std::string& gpu = graph_.gpus[step.gpu].id;
        if (step.kind == kRelease) {
            used_.erase(gpu);
            release(step, held_[gpu]);
        }
        if (step.profile < 0) return;
        Held* held = find(step);
        if (held == nullptr) return fault("a step on an instance that is not there on " + gpu);
        if (step.kind == kStart) {
            if (!held->replica.empty()) fault("starts where something runs");
            held->replica = run_text(graph_.services[step.service], graph_.points[step.point]);
        } else if (step.kind == kRoute) {
            held->serving = true;
            capacity_[step.service] += graph_.points[step.point].throughput;
        } else if (step.kind == kStop) {
            if (held->serving) fault("stops what serves");
            held->replica.clear();
        } else if (step.kind == kDestroy) {
            if (!held->replica.empty()) fault("destroys what runs");
            held_[gpu].erase(step.start);
        }
    }

    // Empty, or cut as the step says with nobody on it.
    void release(const Step& step, std::map<int, Held>& held) {
        const std::string& gpu = graph_.gpus[step.gpu].id;
        std::map<int, std::string> left;
        for (const auto& [start, one] : held) {
            if (!one.replica.empty()) fault("releases " + gpu + ", where something runs");
            left[start] = one.profile;
        }
        const auto& model = graph_.models[static_cast<std::size_t>(graph_.gpus[step.gpu].model)];
        std::map<int, std::string> stated;
        for (const auto& one : step.layout) {
            stated[one.start] = model.profiles[static_cast<std::size_t>(one.profile)].name;
        }
        if (left != stated) fault("releases " + gpu + ", which holds something else");
        held.clear();
    }

    Replay finish() {
        for (const auto& [gpu, held] : held_) {
            for (const auto& [start, one] : held) {
                out_.reached.push_back(
                    fmt::format("{} {} {} {}", gpu, start, one.profile, one.replica));
            }
        }
        std::ranges::sort(out_.reached);
        return std::move(out_);
    }

    void fault(std::string text) { out_.faults.push_back(std::move(text)); }

private:
    deployment::ServiceNameId number(const std::string& name) {
        const auto at = std::ranges::find(graph_.services, name);
        return deployment::ServiceNameId{static_cast<std::size_t>(at - graph_.services.begin())};
    }

    void cut(const std::string& gpu, int profile, int start) {
        const auto known = std::ranges::find(graph_.gpus, gpu, &deployment::DeployedGpu::id);
        const auto& what = graph_.models[static_cast<std::size_t>(known->model)]
                               .profiles[static_cast<std::size_t>(profile)];
        for (const auto& [other, held] : held_[gpu]) {
            if (other < start + what.size && start < other + held.size) {
                fault(fmt::format("{} overlaps on {} at {}", what.name, gpu, start));
            }
        }
        held_[gpu][start] = {what.name, what.size, "", false};
    }

    Held* find(const Step& step) {
        auto& held = held_[graph_.gpus[step.gpu].id];
        const auto at = held.find(step.start);
        return at == held.end() ? nullptr : &at->second;
    }

    const StepGraph& graph_;
    std::map<std::string, std::map<int, Held>> held_;  // by GPU, start
    std::set<std::string> used_;
    IdVector<deployment::ServiceNameId, Rate> capacity_;
    Replay out_;
};

}  // namespace

Replay replay(const deployment::Deployment& current, const StepGraph& graph, std::uint64_t seed) {
    Random random(seed);
    World world(current, graph);
    std::vector<std::size_t> missing(graph.steps.size(), 0);
    std::vector<std::vector<StepId>> after(graph.steps.size());
    for (const Arc& arc : graph.arcs) {
        ++missing[arc.after.index()];
        after[arc.before.index()].push_back(arc.after);
    }
    std::vector<StepId> ready, running;
    for (const StepId id : graph.steps.ids()) {
        if (missing[id.index()] == 0) ready.push_back(id);
    }
    std::size_t ended = 0;
    while (!ready.empty() || !running.empty()) {
        std::size_t pick = random.below(ready.size() + running.size());
        const bool starts = pick < ready.size();
        std::vector<StepId>& from = starts ? ready : running;
        if (!starts) pick -= ready.size();
        const StepId id = from[pick];
        from.erase(from.begin() + static_cast<std::ptrdiff_t>(pick));
        if (starts) {
            world.start(graph.steps[id]);
            running.push_back(id);
            continue;
        }
        world.end(graph.steps[id]);
        ++ended;
        for (const StepId next : after[id.index()]) {
            if (--missing[next.index()] == 0) ready.push_back(next);
        }
    }
    if (ended < graph.steps.size()) world.fault("a cycle");
    return world.finish();
}

std::vector<std::string> contents(const deployment::Deployment& deployment) {
    std::vector<std::string> lines;
    for (const auto& gpu : deployment.gpus) {
        const DeployedModel& model = deployment.models[static_cast<std::size_t>(gpu.model)];
        for (const auto& one : gpu.instances) {
            const std::string replica =
                one.service.valid()
                    ? run_text(deployment.services[one.service].name, deployment.points[one.point])
                    : "";
            lines.push_back(fmt::format("{} {} {} {}", gpu.id, one.start,
                                        model.profiles[static_cast<std::size_t>(one.profile)].name,
                                        replica));
        }
    }
    std::ranges::sort(lines);
    return lines;
}

std::vector<std::string> broken_floors(const StepGraph& graph, const Replay& replay) {
    std::vector<std::string> broken;
    for (const transition::ServicePromise& promise : graph.promises) {
        if (replay.lowest[promise.service] >= std::min(promise.floor, promise.now)) continue;
        broken.push_back(graph.services[promise.service]);
    }
    return broken;
}

}  // namespace tangram::test
