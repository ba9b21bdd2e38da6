#include "deployment/warm.h"

#include <algorithm>
#include <tuple>

namespace tangram::deployment {

const std::string& place_of(const DeployedGpu& gpu) { return gpu.node.empty() ? gpu.id : gpu.node; }

void note_stopped(Deployment& deployment, std::string_view place, std::string_view model) {
    const auto key = [](const WarmModel& one) {
        return std::tuple(std::string_view(one.place), std::string_view(one.model));
    };
    const std::tuple wanted(place, model);
    const auto at = std::ranges::lower_bound(deployment.warm, wanted, {}, key);
    if (at != deployment.warm.end() && key(*at) == wanted) {
        at->idle = Duration{};
    } else {
        deployment.warm.insert(at, {std::string(place), std::string(model), Duration{}});
    }
}

void let_pass(Deployment& deployment, Duration time, Duration kept) {
    for (WarmModel& one : deployment.warm) one.idle += time;
    if (kept == Duration{}) return;
    std::erase_if(deployment.warm, [&](const WarmModel& one) { return one.idle > kept; });
}

}  // namespace tangram::deployment
