#include "gpu/catalogue.h"

#include <algorithm>
#include <unordered_set>

#include "base/nearest.h"
#include "gpu/geometry_check.h"

namespace tangram::gpu {
namespace {

constexpr std::size_t kHintsMax = 3;

std::vector<std::string> names_of(const GpuModel& model) {
    std::vector<std::string> names = {model.id, model.name};
    names.insert(names.end(), model.aliases.begin(), model.aliases.end());
    return names;
}

Result<void> check_rule_sets(const std::vector<RuleSet>& rule_sets) {
    std::unordered_set<std::string> names;
    for (std::size_t i = 0; i < rule_sets.size(); ++i) {
        const std::string place = "/rule_sets/" + std::to_string(i);
        if (rule_sets[i].name.empty()) {
            return invalid_input("a rule set needs a name", place);
        }
        if (!names.insert(lower_case(rule_sets[i].name)).second) {
            return invalid_input("there are two rule sets \"" + rule_sets[i].name + "\"", place);
        }
    }
    return {};
}

}  // namespace

Result<void> Catalogue::add_name(const std::string& name, GpuModelId model) {
    const std::string place = "/gpus/" + std::to_string(model.index());
    if (name.empty()) {
        return invalid_input("ids, names and aliases of a GPU model must not be empty", place);
    }
    const auto [entry, added] = by_name_.emplace(lower_case(name), model);
    if (!added && entry->second != model) {
        return invalid_input("\"" + name + "\" already names " + models_[entry->second].name,
                             place);
    }
    return {};
}

Result<Catalogue> Catalogue::make(std::vector<GpuModel> models, std::vector<RuleSet> rule_sets) {
    if (Result<void> rules = check_rule_sets(rule_sets); !rules) {
        return rules.error();
    }
    Catalogue catalogue;
    catalogue.rule_sets_ = std::move(rule_sets);
    for (GpuModel& model : models) {
        const GpuModelId id = catalogue.models_.push_back(std::move(model));
        const GpuModel& added = catalogue.models_[id];
        for (const std::string& name : names_of(added)) {
            if (Result<void> named = catalogue.add_name(name, id); !named) {
                return named.error();
            }
        }
        const std::string place = "/gpus/" + std::to_string(id.index());
        if (Result<void> geometry = check_geometry(added, place); !geometry) {
            return geometry.error();
        }
    }
    return catalogue;
}

Result<GpuModelId> Catalogue::find(std::string_view name) const {
    const auto entry = by_name_.find(lower_case(name));
    if (entry != by_name_.end()) {
        return entry->second;
    }
    return Error{
        ErrorCode::kNotFound, "unknown GPU model \"" + std::string(name) + "\"" + hint(name), {}};
}

// The names in files of the models whose id, name or an alias is nearest.
std::string Catalogue::hint(std::string_view name) const {
    std::vector<std::string> known;
    for (const GpuModel& model : models_) {
        const std::vector<std::string> names = names_of(model);
        known.insert(known.end(), names.begin(), names.end());
    }
    std::vector<std::string> models;
    for (const std::string& near : nearest(name, known, known.size())) {
        const std::string& model = models_[by_name_.at(lower_case(near))].name;
        if (models.size() < kHintsMax && std::ranges::find(models, model) == models.end()) {
            models.push_back(model);
        }
    }
    std::string text;
    for (const std::string& model : models) {
        text += (text.empty() ? "; nearest: " : ", ") + model;
    }
    return text;
}

Result<RuleSet> Catalogue::rule_set(std::string_view name) const {
    std::string known;
    for (const RuleSet& rules : rule_sets_) {
        if (equal_ignoring_case(rules.name, name)) {
            return rules;
        }
        known += (known.empty() ? "" : ", ") + rules.name;
    }
    return Error{ErrorCode::kNotFound,
                 "unknown rule set \"" + std::string(name) + "\", expected one of: " + known,
                 {}};
}

Result<Catalogue> Catalogue::extended_by(const Catalogue& extra) const {
    std::vector<GpuModel> models = models_.raw();
    for (const GpuModel& model : extra.models_) {
        const auto same = std::ranges::find_if(
            models, [&](const GpuModel& known) { return equal_ignoring_case(known.id, model.id); });
        if (same != models.end()) {
            *same = model;
        } else {
            models.push_back(model);
        }
    }
    std::vector<RuleSet> rule_sets = rule_sets_;
    for (const RuleSet& rules : extra.rule_sets_) {
        const auto same = std::ranges::find_if(rule_sets, [&](const RuleSet& known) {
            return equal_ignoring_case(known.name, rules.name);
        });
        if (same != rule_sets.end()) {
            *same = rules;
        } else {
            rule_sets.push_back(rules);
        }
    }
    return make(std::move(models), std::move(rule_sets));
}

}  // namespace tangram::gpu
