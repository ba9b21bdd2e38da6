#include "planner/baseline/fixed_cut.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "base/check.h"

namespace tangram::planner::baseline {
namespace {

// The base profiles of one GPU model from small to large.
std::vector<gpu::ProfileId> by_size(const gpu::GpuModel& gpu) {
    std::vector<gpu::ProfileId> profiles = gpu.base_profiles();
    std::sort(profiles.begin(), profiles.end(), [&gpu](gpu::ProfileId a, gpu::ProfileId b) {
        const auto size = [&gpu](gpu::ProfileId p) {
            return std::tuple{gpu.profiles[p].compute_slices, gpu.profiles[p].size, p};
        };
        return size(a) < size(b);
    });
    return profiles;
}

// The profiles the cut is made of; empty if the GPU model lacks one.
std::vector<gpu::ProfileId> profiles_of(Cut cut, const gpu::GpuModel& gpu) {
    const std::vector<gpu::ProfileId> profiles = by_size(gpu);
    if (profiles.empty()) return {};
    if (cut == Cut::kWhole) return {profiles.back()};
    if (cut == Cut::kSmallest) return {profiles.front()};
    std::vector<gpu::ProfileId> chosen;
    for (const int slices : {4, 2, 1}) {
        const auto found = std::ranges::find_if(
            profiles, [&](gpu::ProfileId p) { return gpu.profiles[p].compute_slices == slices; });
        if (found == profiles.end()) return {};
        chosen.push_back(*found);
    }
    return chosen;
}

// The layout of the cut, if it can be placed.
std::optional<gpu::Layout> layout_of(Cut cut, const gpu::GpuModel& gpu, const gpu::RuleSet& rules,
                                     std::span<const gpu::ProfileId> profiles) {
    if (profiles.empty() || !gpu.geometry_known()) return std::nullopt;
    for (const gpu::Layout& layout : gpu::enumerate_layouts(gpu, rules, profiles)) {
        const auto count = [&layout](gpu::ProfileId p) {
            return std::ranges::count(layout.placements(), p, &gpu::Placement::profile);
        };
        if (cut == Cut::kStatic421 &&
            std::ranges::all_of(profiles, [&](gpu::ProfileId p) { return count(p) == 1; })) {
            return layout;
        }
    }
    if (cut == Cut::kStatic421) return std::nullopt;
    // A single profile: the maximal partition is the one with the most of it.
    return gpu::maximal_partitions(gpu, rules, profiles).front().layout;
}

class Restriction {
public:
    Restriction(Cut cut, const PlanningModel& original) : cut_(cut), original_(original) {
        out_.model.problem = original.problem;
        out_.model.types = original.types;
        out_.model.entries = original.entries;
    }

    Result<RestrictedModel> run() {
        std::vector<std::string> refusing;
        std::size_t possible = 0;
        for (const FleetEntryId entry : original_.entries.ids()) {
            const gpu::GpuModel& gpu = original_.problem->gpu_model(entry);
            const std::vector<gpu::ProfileId> profiles = profiles_of(cut_, gpu);
            const auto layout = layout_of(cut_, gpu, original_.problem->rules, profiles);
            if (layout) {
                ++possible;
                note_profiles(gpu, profiles);
                add_partition(entry, *layout);
            } else {
                refusing.push_back(gpu.name);
            }
        }
        if (possible == 0) {
            return Error{
                ErrorCode::kUnsupported,
                fmt::format("{}: {} cannot be cut this way", name(cut_), fmt::join(refusing, ", ")),
                {}};
        }
        restrict_options();
        return std::move(out_);
    }

private:
    void note_profiles(const gpu::GpuModel& gpu, std::span<const gpu::ProfileId> profiles) {
        for (const gpu::ProfileId p : profiles) {
            const std::string& profile = gpu.profiles[p].name;
            if (std::ranges::find(out_.profiles, profile) == out_.profiles.end()) {
                out_.profiles.push_back(profile);
            }
        }
    }

    // Instances no service can use are left out of the partition, as everywhere in the model.
    void add_partition(FleetEntryId entry, const gpu::Layout& layout) {
        std::vector<int> counts(original_.types.size(), 0);
        std::vector<gpu::Placement> useful;
        for (const gpu::Placement& placement : layout.placements()) {
            for (const InstanceTypeId k : original_.types.ids()) {
                const InstanceType& type = original_.types[k];
                if (type.entry != entry || type.profile != placement.profile) continue;
                ++counts[k.index()];
                useful.push_back(placement);
            }
        }
        if (useful.empty()) return;
        const auto legal = gpu::Layout::make(original_.problem->gpu_model(entry),
                                             original_.problem->rules, std::move(useful));
        CHECK(legal.has_value(), legal.error().text());
        out_.original.push_back(equal_partition(entry, counts));
        const Cost cost = original_.problem->fleet[entry].cost;
        out_.model.partitions.push_back({entry, cost, std::move(counts), *legal});
    }

    [[nodiscard]] PartitionId equal_partition(FleetEntryId entry,
                                              const std::vector<int>& counts) const {
        for (const PartitionId m : original_.partitions.ids()) {
            const PartitionChoice& partition = original_.partitions[m];
            if (partition.entry == entry && partition.counts == counts) return m;
        }
        return {};
    }

    void restrict_options() {
        std::vector<bool> offered(original_.types.size(), false);
        for (const PartitionChoice& partition : out_.model.partitions) {
            for (std::size_t k = 0; k < offered.size(); ++k) {
                if (partition.counts[k] > 0) offered[k] = true;
            }
        }
        for (const ServiceId s : original_.demands.ids()) {
            Demand demand = original_.demands[s];
            demand.first_option = static_cast<std::uint32_t>(out_.model.options.size());
            for (const Option& option : original_.options_of(s)) {
                if (offered[option.type.index()]) out_.model.options.push_back(option);
            }
            demand.option_count =
                static_cast<std::uint32_t>(out_.model.options.size()) - demand.first_option;
            out_.model.demands.push_back(demand);
        }
    }

    Cut cut_;
    const PlanningModel& original_;
    RestrictedModel out_;
};

}  // namespace

std::string_view name(Cut cut) {
    switch (cut) {
        case Cut::kWhole:
            return "whole-gpu";
        case Cut::kSmallest:
            return "all-1g";
        case Cut::kStatic421:
            return "static-4-2-1";
    }
    return {};
}

Result<RestrictedModel> restrict_to(Cut cut, const PlanningModel& original) {
    return Restriction(cut, original).run();
}

bool RestrictedModel::can_lift() const {
    return std::ranges::all_of(original, [](PartitionId m) { return m.valid(); });
}

CountPlan lift(const RestrictedModel& restricted, const PlanningModel& asked, CountPlan plan) {
    CHECK(restricted.can_lift());
    IdVector<PartitionId, std::int64_t> partitions(asked.partitions.size(), 0);
    for (const PartitionId m : restricted.original.ids()) {
        partitions[restricted.original[m]] += plan.partitions[m];
    }
    plan.partitions = std::move(partitions);
    return plan;
}

}  // namespace tangram::planner::baseline
