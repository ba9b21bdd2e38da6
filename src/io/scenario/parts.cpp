#include "io/scenario/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/nearest.h"

namespace tangram::io {
namespace {

// Of the GPU model a member is named after; invalid, with a report, if no GPU is of that model.
window::KindId kind_named(const ScenarioParts& parts, Value member) {
    const Result<gpu::GpuModelId> model = parts.scenario.catalogue->find(member.key());
    if (!model) {
        parts.error.report(member.error(
            fmt::format("{}; with several GPU models write {{MODEL: {{PROFILE: figure}}}}",
                        model.error().message)));
        return {};
    }
    const auto& kinds = parts.scenario.kinds.raw();
    const auto kind = std::ranges::find(kinds, *model);
    if (kind == kinds.end()) {
        parts.error.report(member.error(
            fmt::format("{} is not among the gpus", parts.scenario.catalogue->model(*model).name)));
        return {};
    }
    return window::KindId{static_cast<std::size_t>(kind - kinds.begin())};
}

void each_profile_of(const ScenarioParts& parts, window::KindId kind, Value figures,
                     const TakeFigure& take) {
    if (!expect_object(figures, parts.error)) return;
    const gpu::GpuModel& model = parts.scenario.catalogue->model(parts.scenario.kinds[kind]);
    for (const Value figure : figures) {
        const gpu::ProfileId profile = find_profile(model, figure.key(), figure, parts.error);
        if (parts.error) return;
        take(kind, profile, figure);
    }
}

}  // namespace

int slots_of(Duration time, Duration slot) {
    return static_cast<int>((time + slot - Duration{1}) / slot);
}

gpu::ProfileId find_profile(const gpu::GpuModel& model, std::string_view name, Value place,
                            FirstError& error) {
    const gpu::ProfileId profile = model.find_profile(name);
    if (profile.valid()) return profile;
    std::vector<std::string> known;
    for (const gpu::MigProfile& each : model.profiles) known.push_back(each.name);
    std::string hint = nearest_hint(name, known);
    if (hint.empty()) hint = fmt::format(", expected one of: {}", fmt::join(known, ", "));
    error.report(place.error(fmt::format("{} has no profile \"{}\"{}", model.name, name, hint)));
    return profile;
}

void each_profile(const ScenarioParts& parts, Value figures, const TakeFigure& take) {
    if (!expect_object(figures, parts.error)) return;
    if (figures.size() == 0) parts.error.report(figures.expected("at least one profile"));
    const bool by_model =
        std::ranges::any_of(figures, [](Value member) { return member.is(Kind::kObject); });
    if (!by_model && parts.scenario.kinds.size() == 1) {
        each_profile_of(parts, window::KindId{0}, figures, take);
        return;
    }
    for (const Value member : figures) {
        const window::KindId kind = kind_named(parts, member);
        if (parts.error) return;
        each_profile_of(parts, kind, member, take);
        if (parts.error) return;
    }
}

}  // namespace tangram::io
