#include "window/on_demand.h"

namespace tangram::window {

Schedule created_on_demand(const Window& window, const Schedule& schedule) {
    Schedule result;
    for (Stint stint : schedule.stints) {
        if (stint.use == Use::kServe && !stint.running && stint.from > 0) {
            stint.from = stint.ready;
            stint.ready += window.tenants[stint.tenant].warm_up;
            if (stint.from >= stint.until) continue;
        }
        result.stints.push_back(stint);
    }
    sort_stints(result);
    return result;
}

}  // namespace tangram::window
