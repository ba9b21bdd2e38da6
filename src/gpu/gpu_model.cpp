#include "gpu/gpu_model.h"

#include <algorithm>

#include "base/nearest.h"

namespace tangram::gpu {

bool GpuModel::geometry_known() const {
    const auto placed = [](const MigProfile& profile) {
        return profile.size > 0 && !profile.starts.empty();
    };
    return memory_slices.has_value() && !profiles.empty() && std::ranges::all_of(profiles, placed);
}

ProfileId GpuModel::find_profile(std::string_view text) const {
    const auto matches = [text](const std::string& known) {
        return equal_ignoring_case(known, text);
    };
    for (const ProfileId profile : profiles.ids()) {
        if (matches(profiles[profile].name) ||
            std::ranges::any_of(profiles[profile].aliases, matches)) {
            return profile;
        }
    }
    return {};
}

std::vector<ProfileId> GpuModel::base_profiles() const {
    std::vector<ProfileId> base;
    for (const ProfileId profile : profiles.ids()) {
        if (profiles[profile].media == Media::kPlain && !profiles[profile].extra_memory) {
            base.push_back(profile);
        }
    }
    return base;
}

std::vector<ProfileId> GpuModel::all_profiles() const {
    std::vector<ProfileId> all;
    for (const ProfileId profile : profiles.ids()) {
        all.push_back(profile);
    }
    return all;
}

}  // namespace tangram::gpu
