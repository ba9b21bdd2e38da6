#include "gpu/geometry_check.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/nearest.h"
#include "gpu/catalogue.h"

namespace tangram::gpu {
namespace {

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

Result<void> check_placements(const MigProfile& profile, int memory_slices,
                              const std::string& place) {
    const auto wrong = [&](const std::string& message) {
        return invalid_input("profile " + in_quotes(profile.name) + ": " + message, place);
    };
    if (profile.size < 0 || profile.size > memory_slices) {
        return wrong("size " + std::to_string(profile.size) + ", expected 1 to " +
                     std::to_string(memory_slices) + " memory slices");
    }
    if ((profile.size == 0) != profile.starts.empty()) {
        return wrong("size and starts are published together or not at all");
    }
    for (std::size_t i = 0; i < profile.starts.size(); ++i) {
        const int start = profile.starts[i];
        if (start < 0 || start > memory_slices - profile.size) {
            return wrong("start " + std::to_string(start) + " with size " +
                         std::to_string(profile.size) + " leaves the GPU's " +
                         std::to_string(memory_slices) + " memory slices");
        }
        if (i > 0 && start <= profile.starts[i - 1]) {
            return wrong("starts must ascend: " + std::to_string(start) + " comes after " +
                         std::to_string(profile.starts[i - 1]));
        }
    }
    return {};
}

Result<void> check_figures(const MigProfile& profile, const std::string& place) {
    const auto wrong = [&](std::string_view field, std::int64_t found) {
        return invalid_input("profile " + in_quotes(profile.name) + ": " + std::string(field) +
                                 " " + std::to_string(found) + ", expected at least 1",
                             place);
    };
    if (profile.name.empty()) {
        return invalid_input("a profile needs a name", place);
    }
    if (profile.compute_slices < 1) {
        return wrong("compute_slices", profile.compute_slices);
    }
    if (profile.max_instances < 1) {
        return wrong("max_instances", profile.max_instances);
    }
    if (profile.memory && profile.memory->count() < 1) {
        return wrong("memory_mib", profile.memory->count());
    }
    if (profile.sms && *profile.sms < 1) {
        return wrong("sms", *profile.sms);
    }
    return {};
}

Result<void> check_profile_names(const GpuModel& model, const std::string& place) {
    std::unordered_set<std::string> names, enums;
    for (const MigProfile& profile : model.profiles) {
        std::vector<std::string> known = profile.aliases;
        known.push_back(profile.name);
        for (const std::string& name : known) {
            if (!names.insert(lower_case(name)).second) {
                return invalid_input("profile name " + in_quotes(name) + " is used twice", place);
            }
        }
        const std::string& key = profile.nvml_enum;
        if (!key.empty() && !enums.insert(lower_case(key)).second) {
            return invalid_input("nvml_enum " + in_quotes(key) + " is used twice", place);
        }
    }
    return {};
}

// Sets of placements that do not overlap, every other rule ignored: at least the number of layouts.
// Counted from the last slice back; stops at the limit, so nothing overflows.
std::int64_t layouts_at_most(const GpuModel& model) {
    const auto slices = static_cast<std::size_t>(*model.memory_slices);
    std::vector<std::int64_t> from(slices + 1, 1);
    for (std::size_t slice = slices; slice-- > 0;) {
        from[slice] = from[slice + 1];
        for (const MigProfile& profile : model.profiles) {
            if (std::ranges::binary_search(profile.starts, static_cast<int>(slice))) {
                from[slice] += from[slice + static_cast<std::size_t>(profile.size)];
            }
        }
        from[slice] = std::min(from[slice], kLayoutsMax + 1);
    }
    return from[0];
}

Result<void> check_slices(const GpuModel& model, const std::string& place) {
    const int slices = model.memory_slices.value_or(1);
    if (slices < 1 || slices > kMemorySlicesMax) {
        return invalid_input("memory_slices " + std::to_string(slices) + ", expected 1 to " +
                                 std::to_string(kMemorySlicesMax),
                             place);
    }
    if (model.compute_slices && *model.compute_slices < 1) {
        return invalid_input("compute_slices must be at least 1", place);
    }
    if (model.total_sms && *model.total_sms < 1) {
        return invalid_input("total_sms must be at least 1", place);
    }
    if (model.memory_gb < 0) {
        return invalid_input("memory_gb must not be negative", place);
    }
    if (model.profiles.size() > kProfilesMax) {
        return invalid_input(std::to_string(model.profiles.size()) + " profiles, at most " +
                                 std::to_string(kProfilesMax) + " are allowed",
                             place);
    }
    return {};
}

}  // namespace

Result<void> check_geometry(const GpuModel& model, const std::string& place) {
    if (Result<void> slices = check_slices(model, place); !slices) {
        return slices;
    }
    for (const ProfileId id : model.profiles.ids()) {
        const MigProfile& profile = model.profiles[id];
        const std::string below = place + "/profiles/" + std::to_string(id.index());
        if (Result<void> figures = check_figures(profile, below); !figures) {
            return figures;
        }
        if (!model.memory_slices && (profile.size != 0 || !profile.starts.empty())) {
            return invalid_input("placements need the GPU's memory_slices", below);
        }
        const int slices = model.memory_slices.value_or(0);
        if (Result<void> placements = check_placements(profile, slices, below); !placements) {
            return placements;
        }
    }
    if (Result<void> names = check_profile_names(model, place); !names) {
        return names;
    }
    if (model.geometry_known() && layouts_at_most(model) > kLayoutsMax) {
        return invalid_input("more than " + std::to_string(kLayoutsMax) +
                                 " ways to place the profiles: too many to enumerate",
                             place);
    }
    return {};
}

}  // namespace tangram::gpu
