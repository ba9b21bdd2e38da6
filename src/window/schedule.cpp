#include "window/schedule.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"

namespace tangram::window {
namespace {

Running as_running(const Window& window, const Stint& stint, int slot) {
    Running running{.gpu = stint.gpu,
                    .placement = stint.placement,
                    .tenant = stint.tenant,
                    .activity = Activity::kServing,
                    .left = 0,
                    .accuracy = {}};
    if (stint.use == Use::kRetrain) {
        running.activity = Activity::kRetraining;
        if (stint.running) {
            const Running& before = window.running[*stint.running];
            running.left = before.left - slot;
            running.accuracy = before.accuracy;
        } else {
            running.left = stint.until - slot;
            running.accuracy = window.tenants[stint.tenant].retrainings[*stint.retraining].accuracy;
        }
        return running;
    }
    // An instance may be wanted later than it could serve.
    const int ready =
        stint.running ? stint.ready : stint.from + window.tenants[stint.tenant].warm_up;
    if (ready > slot) {
        running.activity = Activity::kCreating;
        running.left = ready - slot;
    }
    return running;
}

}  // namespace

void sort_stints(Schedule& schedule) {
    const auto key = [](const Stint& stint) {
        return std::tuple(stint.from, stint.gpu, stint.placement.start, stint.until);
    };
    std::ranges::stable_sort(schedule.stints, {}, key);
}

std::vector<Running> running_at(const Window& window, const Schedule& schedule, int slot) {
    CHECK(slot >= 0 && slot <= window.slots);
    std::vector<Running> running;
    for (const Stint& stint : schedule.stints) {
        const bool begun = stint.from < slot || stint.running.has_value();
        const bool lasts = stint.until > slot || (slot == window.slots && stint.until == slot);
        if (!begun || !lasts) continue;
        const Running there = as_running(window, stint, slot);
        if (there.activity == Activity::kRetraining && there.left <= 0) continue;
        running.push_back(there);
    }
    return running;
}

}  // namespace tangram::window
