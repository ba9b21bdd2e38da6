// A schedule file's names in a window's numbers.
#include <fmt/format.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/amount_text.h"
#include "base/nearest.h"
#include "io/schedule_file.h"

namespace tangram::io {
namespace {

using window::Window;

class Names {
public:
    explicit Names(const Window& window) : window_(window) {
        for (const window::GpuId gpu : window.gpus.ids()) gpus_.emplace(window.gpus[gpu].id, gpu);
        for (const window::TenantId tenant : window.tenants.ids()) {
            tenants_.emplace(window.tenants[tenant].name, tenant);
        }
    }

    // What is wrong with a stint, or the stint.
    Result<window::Stint> stint(const ScheduleFile::Stint& given) const;

private:
    template <typename IdType>
    static Result<IdType> find(const std::map<std::string, IdType>& known, const std::string& name,
                               std::string_view what) {
        if (const auto found = known.find(name); found != known.end()) return found->second;
        std::vector<std::string> names;
        for (const auto& [each, id] : known) names.push_back(each);
        return invalid_input(
            fmt::format("the scenario has no {} \"{}\"{}", what, name, nearest_hint(name, names)));
    }
    Result<gpu::Placement> placement(const ScheduleFile::Stint& given, window::GpuId gpu) const;
    Result<void> check_retraining(const ScheduleFile::Stint& given, window::TenantId tenant) const;

    const Window& window_;
    std::map<std::string, window::GpuId> gpus_;
    std::map<std::string, window::TenantId> tenants_;
};

Result<gpu::Placement> Names::placement(const ScheduleFile::Stint& given, window::GpuId gpu) const {
    const gpu::GpuModel& model = window_.model(gpu);
    if (model.name != given.gpu_model) {
        return invalid_input(
            fmt::format("GPU {} is a {}, not a {}", given.gpu, model.name, given.gpu_model));
    }
    const gpu::ProfileId profile = model.find_profile(given.profile);
    if (!profile.valid() || model.profiles[profile].size != given.size) {
        return invalid_input(fmt::format("a {} has no profile \"{}\" of {} memory slices",
                                         model.name, given.profile, given.size));
    }
    return gpu::Placement{profile, given.start};
}

Result<void> Names::check_retraining(const ScheduleFile::Stint& given,
                                     window::TenantId tenant) const {
    if (given.running && *given.running >= window_.running.size()) {
        return invalid_input(
            fmt::format("nothing runs at the start under number {}", *given.running));
    }
    if (!given.choice) return {};
    const auto& retrainings = window_.tenants[tenant].retrainings;
    if (*given.choice < retrainings.size() && retrainings[*given.choice].name == given.retraining) {
        return {};
    }
    return invalid_input(fmt::format("the scenario's tenant {} has no retraining {} \"{}\"",
                                     given.tenant, *given.choice, given.retraining));
}

Result<window::Stint> Names::stint(const ScheduleFile::Stint& given) const {
    const auto gpu = find(gpus_, given.gpu, "GPU");
    if (!gpu) return gpu.error();
    const auto tenant = find(tenants_, given.tenant, "tenant");
    if (!tenant) return tenant.error();
    const auto place = placement(given, *gpu);
    if (!place) return place.error();
    if (Result<void> right = check_retraining(given, *tenant); !right) return right.error();
    return window::Stint{*gpu,        *place,      *tenant,      given.use,    given.from,
                         given.ready, given.until, given.choice, given.running};
}

}  // namespace

Result<window::Schedule> schedule_of(const ScheduleFile& file, const Window& window,
                                     const std::string& name) {
    if (!file.stints) return invalid_input("it holds no schedule", name);
    if (file.slots != window.slots || file.slot != window.slot) {
        return invalid_input(
            fmt::format("it is for {} slots of {} s; the scenario's window has {} of {} s",
                        file.slots, decimal_text(file.slot.count(), 9), window.slots,
                        decimal_text(window.slot.count(), 9)),
            name);
    }
    const Names names(window);
    window::Schedule schedule;
    for (const ScheduleFile::Stint& given : *file.stints) {
        Result<window::Stint> stint = names.stint(given);
        if (!stint) {
            return invalid_input(stint.error().message,
                                 fmt::format("{}: /schedule/{}", name, schedule.stints.size()));
        }
        schedule.stints.push_back(*std::move(stint));
    }
    return schedule;
}

}  // namespace tangram::io
