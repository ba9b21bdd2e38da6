#include "transition/baseline/same_names.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tangram::transition::baseline {
namespace {

using deployment::DeployedGpu;
using deployment::Deployment;
using deployment::Instance;

const std::string& model_of(const Deployment& deployment, const DeployedGpu& gpu) {
    return deployment.models[static_cast<std::size_t>(gpu.model)].name;
}

bool same(const Deployment& a, const DeployedGpu& x, const Deployment& b, const DeployedGpu& y) {
    const auto profile = [](const Deployment& of, const DeployedGpu& gpu, const Instance& one) {
        return of.models[static_cast<std::size_t>(gpu.model)]
            .profiles[static_cast<std::size_t>(one.profile)]
            .name;
    };
    return model_of(a, x) == model_of(b, y) &&
           std::ranges::equal(x.instances, y.instances, [&](const Instance& i, const Instance& j) {
               if (i.start != j.start || profile(a, x, i) != profile(b, y, j)) return false;
               if (i.service.valid() != j.service.valid()) return false;
               return !i.service.valid() ||
                      (a.services[i.service].name == b.services[j.service].name &&
                       a.points[i.point] == b.points[j.point]);
           });
}

}  // namespace

Deployment on_the_same_gpus(const Deployment& current, Deployment target) {
    std::vector<bool> free(current.gpus.size(), true);
    std::vector<std::optional<std::string>> ids(target.gpus.size());
    std::set<std::string> taken;
    for (const DeployedGpu& old : current.gpus) taken.insert(old.id);
    const auto give = [&](const auto& fits) {
        std::size_t t = 0;
        for (const DeployedGpu& gpu : target.gpus) {
            std::size_t c = 0;
            for (const DeployedGpu& old : current.gpus) {
                if (!ids[t] && free[c] && old.status == deployment::GpuStatus::kOk &&
                    fits(gpu, old)) {
                    ids[t] = old.id;
                    free[c] = false;
                }
                ++c;
            }
            ++t;
        }
    };
    give([&](const DeployedGpu& gpu, const DeployedGpu& old) {
        return same(target, gpu, current, old);
    });
    give([&](const DeployedGpu& gpu, const DeployedGpu& old) {
        return model_of(target, gpu) == model_of(current, old);
    });
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
