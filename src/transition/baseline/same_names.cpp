#include "transition/baseline/same_names.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "transition/ground.h"

namespace tangram::transition::baseline {
namespace {

using deployment::DeployedGpu;
using deployment::Deployment;
using deployment::Instance;

const std::string& model_of(const Deployment& deployment, const DeployedGpu& gpu) {
    return deployment.models[static_cast<std::size_t>(gpu.model)].name;
}

bool same_replica(const Deployment& a, const Instance& i, const Deployment& b, const Instance& j) {
    return i.service.valid() && j.service.valid() &&
           a.services[i.service].name == b.services[j.service].name &&
           runs_alike(a.points[i.point], b.points[j.point]);
}

// Compute slices of replicas that would stay; -1 if it cannot be the same GPU.
int shared(const Deployment& a, const DeployedGpu& x, const Deployment& b, const DeployedGpu& y) {
    if (model_of(a, x) != model_of(b, y) || y.status != deployment::GpuStatus::kOk) return -1;
    const auto& profiles = a.models[static_cast<std::size_t>(x.model)].profiles;
    const auto& others = b.models[static_cast<std::size_t>(y.model)].profiles;
    int slices = 0;
    for (const Instance& i : x.instances) {
        const auto& profile = profiles[static_cast<std::size_t>(i.profile)];
        for (const Instance& j : y.instances) {
            const bool stays = i.start == j.start &&
                               profile.name == others[static_cast<std::size_t>(j.profile)].name &&
                               same_replica(a, i, b, j);
            slices += stays ? std::max(1, profile.compute_slices) : 0;
        }
    }
    return slices;
}

}  // namespace

Deployment on_the_same_gpus(const Deployment& current, Deployment target) {
    struct Match {
        int slices;
        GpuIndex now, then;
    };
    std::vector<Match> matches;
    for (const GpuIndex then : target.gpus.ids()) {
        for (const GpuIndex now : current.gpus.ids()) {
            const int slices = shared(target, target.gpus[then], current, current.gpus[now]);
            if (slices >= 0) matches.push_back({slices, now, then});
        }
    }
    std::ranges::stable_sort(matches, std::greater<>(), &Match::slices);
    std::vector<bool> free(current.gpus.size(), true);
    std::vector<std::optional<std::string>> ids(target.gpus.size());
    for (const Match& match : matches) {
        if (!free[match.now.index()] || ids[match.then.index()]) continue;
        ids[match.then.index()] = current.gpus[match.now].id;
        free[match.now.index()] = false;
    }
    std::set<std::string> taken;
    for (const DeployedGpu& old : current.gpus) taken.insert(old.id);
    std::size_t next = 0;
    std::size_t t = 0;
    for (DeployedGpu& gpu : target.gpus) {
        while (!ids[t] && taken.contains("gpu-" + std::to_string(next))) ++next;
        gpu.id = ids[t] ? *ids[t] : "gpu-" + std::to_string(next++);
        ++t;
    }
    return target;
}

}  // namespace tangram::transition::baseline
