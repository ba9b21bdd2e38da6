#include "gpu/company.h"

#include <algorithm>

#include "base/nearest.h"

namespace tangram::gpu {
namespace {

bool has_media_engines(const MigProfile& profile) {
    return profile.media == Media::kMe || profile.media == Media::kMeAll;
}

// +me.all takes every media engine, so only profiles that want none fit beside it.
bool refuses(const MigProfile& all, const MigProfile& other) {
    return all.media == Media::kMeAll && other.media != Media::kNoMe;
}

bool is(const MigProfile& profile, const std::string& nvml_enum) {
    return !profile.nvml_enum.empty() && equal_ignoring_case(profile.nvml_enum, nvml_enum);
}

bool forbids(const RuleSet& rules, const MigProfile& a, const MigProfile& b) {
    return std::ranges::any_of(rules.forbidden_together, [&](const auto& pair) {
        return (is(a, pair.first) && is(b, pair.second)) ||
               (is(a, pair.second) && is(b, pair.first));
    });
}

std::string quarrel_of(const RuleSet& rules, const MigProfile& a, const MigProfile& b) {
    if (has_media_engines(a) && has_media_engines(b)) {
        return "only one instance of a GPU can hold the media engines";
    }
    if (refuses(a, b) || refuses(b, a)) {
        return "beside +me.all only -me profiles are possible";
    }
    if (forbids(rules, a, b)) {
        return "rule set \"" + rules.name + "\" forbids them on one GPU";
    }
    return {};
}

}  // namespace

Company::Company(const GpuModel& model, const RuleSet& rules) : width_(model.profiles.size()) {
    for (const MigProfile& a : model.profiles) {
        for (const MigProfile& b : model.profiles) {
            quarrels_.push_back(quarrel_of(rules, a, b));
        }
    }
}

}  // namespace tangram::gpu
