// Is what each GPU holds something the GPU can be cut into?
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "deployment/check/context.h"

namespace tangram::deployment::check_parts {
namespace {

class LayoutCheck {
public:
    LayoutCheck(Context& context, const DeployedGpu& gpu, const gpu::GpuModel& model)
        : context_(context), gpu_(gpu), model_(model) {}

    void run() {
        for (const Instance& instance : gpu_.instances) {
            const gpu::ProfileId id = context_.profile_id_of(gpu_, instance);
            if (!id.valid()) {
                context_.violate(ViolationKind::kUnknownName, Context::place_of(gpu_, instance),
                                 fmt::format("no known profile has number {}", instance.profile));
                continue;
            }
            check_placement(instance, id);
            check_overlap(instance, model_.profiles[id].size);
            present_.push_back(id);
        }
        check_counts();
        check_media();
        check_rules();
    }

private:
    void illegal(std::string place, std::string message) {
        context_.violate(ViolationKind::kIllegalLayout, std::move(place), std::move(message));
    }

    void check_placement(const Instance& instance, gpu::ProfileId id) {
        const gpu::MigProfile& profile = model_.profiles[id];
        if (std::ranges::find(profile.starts, instance.start) != profile.starts.end()) return;
        illegal(Context::place_of(gpu_, instance),
                fmt::format("{} cannot start at slice {}, only at {}", profile.name, instance.start,
                            fmt::join(profile.starts, ", ")));
    }

    // Marks the slices the instance takes. Only slices the GPU has: check_placement saw the rest.
    void check_overlap(const Instance& instance, int size) {
        taken_.resize(static_cast<std::size_t>(model_.memory_slices.value_or(0)), false);
        const std::int64_t start = instance.start;  // any number may be in a file
        for (auto slice = std::max<std::int64_t>(start, 0); slice < start + size; ++slice) {
            const auto at = static_cast<std::size_t>(slice);
            if (at >= taken_.size()) break;
            if (taken_[at]) {
                illegal(Context::place_of(gpu_, instance),
                        fmt::format("slice {} is taken by another instance", slice));
                return;
            }
            taken_[at] = true;
        }
    }

    void check_counts() {
        for (const gpu::ProfileId id : model_.profiles.ids()) {
            const auto count = std::ranges::count(present_, id);
            const gpu::MigProfile& profile = model_.profiles[id];
            if (count <= profile.max_instances) continue;
            illegal(gpu_.id, fmt::format("{} instances of {}, at most {}", count, profile.name,
                                         profile.max_instances));
        }
    }

    // One set of media engines: either one +me, or one +me.all and beside it -me only.
    void check_media() {
        const auto with = [&](gpu::Media media) {
            return std::ranges::count_if(
                present_, [&](gpu::ProfileId id) { return model_.profiles[id].media == media; });
        };
        const auto all = with(gpu::Media::kMeAll);
        const auto some = with(gpu::Media::kMe);
        if (all + some > 1) {
            illegal(gpu_.id,
                    fmt::format("{} instances with +me or +me.all, at most 1", all + some));
        }
        const auto others =
            static_cast<std::ptrdiff_t>(present_.size()) - all - with(gpu::Media::kNoMe);
        if (all > 0 && others > 0) {
            illegal(gpu_.id, "+me.all takes every media engine: others must be -me");
        }
    }

    void check_rules() {
        const auto holds = [&](const std::string& nvml_enum) {
            return std::ranges::any_of(present_, [&](gpu::ProfileId id) {
                return model_.profiles[id].nvml_enum == nvml_enum;
            });
        };
        for (const auto& [a, b] : context_.problem().rules.forbidden_together) {
            const auto of_a = std::ranges::count_if(
                present_, [&](gpu::ProfileId id) { return model_.profiles[id].nvml_enum == a; });
            if (a == b ? of_a < 2 : of_a == 0 || !holds(b)) continue;
            illegal(gpu_.id, fmt::format("rule set {} forbids {} beside {}",
                                         context_.problem().rules.name, a, b));
        }
    }

    Context& context_;
    const DeployedGpu& gpu_;
    const gpu::GpuModel& model_;
    std::vector<bool> taken_;              // by memory slice
    std::vector<gpu::ProfileId> present_;  // of all instances
};

}  // namespace

void check_layouts(Context& context) {
    for (const DeployedGpu& gpu : context.deployment().gpus) {
        const gpu::GpuModel* model = context.model_of(gpu);
        if (model != nullptr) {
            LayoutCheck(context, gpu, *model).run();
        } else if (gpu.model < 0 ||
                   static_cast<std::size_t>(gpu.model) >= context.deployment().models.size()) {
            context.violate(ViolationKind::kUnknownName, gpu.id,
                            fmt::format("no GPU model has number {}", gpu.model));
        }
    }
}

}  // namespace tangram::deployment::check_parts
