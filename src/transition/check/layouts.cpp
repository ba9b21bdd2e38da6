#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "gpu/layout.h"
#include "transition/check/conditions.h"

namespace tangram::transition::check_parts {
namespace {

using gpu::Placement;

class LayoutConditions {
public:
    explicit LayoutConditions(const Case& question)
        : question_(question), problem_(question.context.problem) {}

    void run() {
        for (const GpuId gpu : question_.names.gpus.ids()) {
            id_ = gpu;
            gpu_ = &question_.names.gpus[gpu];
            const GpuStory& story = question_.story.gpus[gpu];
            if (story.steps.empty()) continue;
            for (const StepId apply : story.applies) check_apply(apply);
            check_pairs(story.instances);
            check_counts(story.instances);
        }
    }

private:
    void violate(int start, std::string message, std::vector<StepId> started) {
        std::erase_if(started, [](StepId step) { return !step.valid(); });
        question_.context.violate(TransitionFault::kLayout,
                                  fmt::format("{} slice {}", gpu_->id, start), std::move(message),
                                  question_.dag.started(started));
    }

    [[nodiscard]] const gpu::GpuModel& model() const {
        return problem_.catalogue->model(gpu_->model);
    }
    [[nodiscard]] std::string error_of(std::vector<Placement> placements) const {
        const auto made = gpu::Layout::make(model(), problem_.rules, std::move(placements));
        return made ? std::string() : made.error().message;
    }

    void check_apply(StepId apply) {
        std::vector<Placement> placements;
        for (const deployment::Instance& instance : question_.context.graph.steps[apply].layout) {
            const auto p = static_cast<std::size_t>(instance.profile);
            placements.push_back({gpu_->graph_profiles[p], instance.start});
        }
        if (std::string error = error_of(placements); !error.empty()) {
            violate(placements.empty() ? 0 : placements.front().start, std::move(error), {apply});
        }
    }

    // Why the two cannot be on one GPU; empty if they can. The same few come again and again.
    const std::string& quarrel(const Occupancy& a, const Occupancy& b) {
        const auto [found, is_new] =
            quarrels_.try_emplace(std::tuple(gpu_->model, a.profile, a.start, b.profile, b.start));
        if (is_new) found->second = error_of({{a.profile, a.start}, {b.profile, b.start}});
        return found->second;
    }

    [[nodiscard]] bool gone_before(const Occupancy& a, const Occupancy& b) const {
        return a.destroy.valid() && b.create.valid() &&
               question_.orders.on_gpu(id_, a.destroy, b.create);
    }

    void check_pairs(const std::vector<Occupancy>& instances) {
        for (std::size_t i = 0; i < instances.size(); ++i) {
            const Occupancy& a = instances[i];
            if (a.create.valid()) {
                std::string error = error_of_one(a);
                if (!error.empty()) violate(a.start, std::move(error), {a.create});
            }
            for (std::size_t j = 0; j < i; ++j) {
                const Occupancy& b = instances[j];
                // Two that are there from the beginning are not this transition's fault.
                if (!a.create.valid() && !b.create.valid()) continue;
                if (gone_before(a, b) || gone_before(b, a)) continue;
                const std::string& error = quarrel(b, a);
                if (error.empty()) continue;
                violate(a.create.valid() ? a.start : b.start, error, {a.create, b.create});
            }
        }
    }

    [[nodiscard]] std::string error_of_one(const Occupancy& a) const {
        const gpu::MigProfile& profile = model().profiles[a.profile];
        if (std::ranges::find(profile.starts, a.start) != profile.starts.end()) return {};
        return fmt::format("{} cannot start at slice {}", profile.name, a.start);
    }

    void check_counts(const std::vector<Occupancy>& instances) {
        std::map<gpu::ProfileId, std::vector<const Occupancy*>> by_profile;
        for (const Occupancy& instance : instances) {
            by_profile[instance.profile].push_back(&instance);
        }
        for (const auto& [profile, list] : by_profile) {
            const int most = model().profiles[profile].max_instances;
            if (std::ssize(list) > most) check_count(profile, list, most);
        }
    }

    void check_count(gpu::ProfileId profile, const std::vector<const Occupancy*>& list, int most) {
        Balance balance;
        std::vector<StepId> creates;
        std::vector<StepId> destroys;
        for (const Occupancy* instance : list) {
            if (instance->create.valid()) creates.push_back(instance->create);
            if (instance->destroy.valid()) destroys.push_back(instance->destroy);
        }
        const Wide now = std::ssize(list) - std::ssize(creates);
        balance.gains.assign(destroys.size(), 1);
        for (const StepId create : creates) {
            balance.losses.push_back(1);
            balance.forces.emplace_back();
            for (std::uint32_t d = 0; d < destroys.size(); ++d) {
                if (question_.orders.on_gpu(id_, destroys[d], create)) {
                    balance.forces.back().push_back(d);
                }
            }
        }
        const Worst found = worst(balance);
        if (found.losses.empty() || now + found.loss <= most) return;
        std::vector<StepId> started;
        for (const std::size_t i : found.losses) started.push_back(creates[i]);
        violate(list.back()->start,
                fmt::format("{} instances of {} at a time, at most {}",
                            static_cast<std::int64_t>(now + found.loss),
                            model().profiles[profile].name, most),
                std::move(started));
    }

    const Case& question_;
    const workload::Problem& problem_;
    GpuId id_;
    const KnownGpu* gpu_ = nullptr;
    std::map<std::tuple<gpu::GpuModelId, gpu::ProfileId, int, gpu::ProfileId, int>, std::string>
        quarrels_;
};

}  // namespace

void check_layouts(const Case& question) { LayoutConditions(question).run(); }

}  // namespace tangram::transition::check_parts
