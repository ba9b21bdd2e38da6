// The GPU models Tangram knows, found by name or alias, and the named rule sets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "gpu/gpu_model.h"

namespace tangram::gpu {

// Which sets of profiles may share a GPU beyond what placements allow. `current` forbids nothing;
// `paper-2021` forbids 4g beside 3g, as drivers did before R510.
struct RuleSet {
    std::string name;
    // Pairs of NVML profile enums that may not be on one GPU together.
    std::vector<std::pair<std::string, std::string>> forbidden_together;
};

// Catalogues beyond these are refused: enumerating their layouts would take for ever.
inline constexpr int kMemorySlicesMax = 64;
inline constexpr std::size_t kProfilesMax = 64;
inline constexpr std::int64_t kLayoutsMax = 1'000'000;

class Catalogue {
public:
    // Fails if two models share an id, name or alias, or two profiles of one model a name, alias or
    // NVML enum (compared case-insensitively), if rule sets share a name, and on impossible
    // geometry: a placement outside the GPU, a profile with a size and no starts, and the like.
    // The error's context is the place as a JSON pointer: "/gpus/3/profiles/0".
    [[nodiscard]] static Result<Catalogue> make(std::vector<GpuModel> models,
                                                std::vector<RuleSet> rule_sets);

    [[nodiscard]] const IdVector<GpuModelId, GpuModel>& models() const { return models_; }
    [[nodiscard]] const GpuModel& model(GpuModelId id) const { return models_[id]; }
    // By id, name or alias, case-insensitive. The error names the nearest known names.
    [[nodiscard]] Result<GpuModelId> find(std::string_view name) const;
    [[nodiscard]] Result<RuleSet> rule_set(std::string_view name) const;
    [[nodiscard]] const std::vector<RuleSet>& rule_sets() const { return rule_sets_; }

    // This catalogue with the models and rule sets of `extra` added; a model of the same id, a rule
    // set of the same name, replaces ours. Fails if that makes a name mean two models.
    [[nodiscard]] Result<Catalogue> extended_by(const Catalogue& extra) const;

private:
    Catalogue() = default;
    [[nodiscard]] std::string hint(std::string_view name) const;
    Result<void> add_name(const std::string& name, GpuModelId model);

    IdVector<GpuModelId, GpuModel> models_;
    std::vector<RuleSet> rule_sets_;
    std::unordered_map<std::string, GpuModelId> by_name_;  // ids, names, aliases in lower case
};

}  // namespace tangram::gpu
