#include "deployment/deployment.h"

namespace tangram::deployment {

std::int64_t estimated_instances(const Deployment& deployment) {
    std::int64_t count = 0;
    for (const DeployedGpu& gpu : deployment.gpus) {
        for (const Instance& instance : gpu.instances) {
            const bool runs =
                instance.point.valid() && instance.point.index() < deployment.points.size();
            if (runs && deployment.points[instance.point].estimated) ++count;
        }
    }
    return count;
}

}  // namespace tangram::deployment
