#include "transition/stopgap.h"

#include <algorithm>

#include "planner/deployed_names.h"

namespace tangram::transition {

StopgapMenu stopgap_menu(const planner::PlanningModel& model, Ground& ground) {
    StopgapMenu menu(ground.services.size());
    for (const planner::ServiceId service : model.demands.ids()) {
        const ServiceNameId name{service.index()};  // the problem's services come first
        for (const planner::Option& option : model.options_of(service)) {
            const planner::InstanceType& type = model.types[option.type];
            const gpu::GpuModelId id = model.problem->fleet[type.entry].model;
            const auto known = std::ranges::find(ground.model_ids, id);
            if (known == ground.model_ids.end()) continue;
            Stopgap stopgap;
            stopgap.model = static_cast<int>(known - ground.model_ids.begin());
            stopgap.profile = ground.add_profile(stopgap.model, type.profile);
            stopgap.point = ground.add_point(planner::run_point(model, service, option));
            stopgap.capacity = option.throughput;
            const gpu::MigProfile& profile =
                model.problem->catalogue->model(id).profiles[type.profile];
            stopgap.slices = profile.compute_slices;
            stopgap.starts = profile.starts;
            menu[name].push_back(std::move(stopgap));
        }
        std::ranges::stable_sort(menu[name], {}, &Stopgap::slices);
    }
    return menu;
}

}  // namespace tangram::transition
