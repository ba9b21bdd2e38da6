#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "commands/commands.h"
#include "gpu/layout.h"
#include "inputs.h"
#include "report/text_table.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

using gpu::GpuModel;
using gpu::LayoutCounts;
using gpu::MigProfile;
using Json = nlohmann::ordered_json;

struct Arguments {
    std::string model;
    std::string rules = "current";
};

template <typename T>
std::string or_unknown(const std::optional<T>& value) {
    return value ? fmt::to_string(*value) : "unknown";
}

std::string memory_text(const MigProfile& profile) {
    return profile.memory ? fmt::to_string(profile.memory->count()) : "unknown";
}

std::string layouts_text(const LayoutCounts& counts) {
    return fmt::format("{} full layouts, {} as multisets, {} legal in all", counts.maximal,
                       counts.multisets, counts.legal);
}

std::string list_text(const gpu::Catalogue& catalogue, const gpu::RuleSet& rules) {
    std::vector<std::vector<std::string>> rows;
    for (const GpuModel& model : catalogue.models()) {
        const bool known = model.geometry_known();
        std::string layouts = "geometry unknown";
        if (known) {
            const LayoutCounts counts = count_layouts(model, rules, model.base_profiles());
            layouts = fmt::format("{} / {} / {}", counts.maximal, counts.multisets, counts.legal);
        }
        rows.push_back({model.name, model.architecture,
                        model.memory_gb > 0 ? fmt::format("{} GB", model.memory_gb) : "shared",
                        or_unknown(model.total_sms), or_unknown(model.memory_slices),
                        fmt::to_string(model.profiles.size()), layouts});
    }
    return report::text_table({{"model", false},
                               {"architecture", false},
                               {"memory", true},
                               {"SMs", true},
                               {"memory slices", true},
                               {"profiles", true},
                               {"layouts: full / multisets / legal", false}},
                              rows, report::TableStyle::kTerminal);
}

std::string profiles_text(const GpuModel& model) {
    std::vector<std::vector<std::string>> rows;
    for (const MigProfile& profile : model.profiles) {
        rows.push_back({profile.name, fmt::to_string(profile.compute_slices),
                        profile.size > 0 ? fmt::to_string(profile.size) : "unknown",
                        profile.starts.empty() ? std::string("unknown")
                                               : fmt::format("{}", fmt::join(profile.starts, " ")),
                        fmt::to_string(profile.max_instances), memory_text(profile),
                        or_unknown(profile.sms), or_unknown(profile.profile_id),
                        fmt::format("{}", fmt::join(profile.aliases, ", "))});
    }
    return report::text_table({{"profile", false},
                               {"compute slices", true},
                               {"memory slices", true},
                               {"starts", false},
                               {"max", true},
                               {"MiB", true},
                               {"SMs", true},
                               {"id", true},
                               {"also", false}},
                              rows, report::TableStyle::kTerminal);
}

std::string model_text(const GpuModel& model, const gpu::RuleSet& rules) {
    std::string text = fmt::format("{} ({})\n", model.name, model.architecture);
    text += fmt::format("also: {}\n", fmt::join(model.aliases, ", "));
    text += fmt::format("memory {}, SMs {}, compute slices {}, memory slices {}\n",
                        model.memory_gb > 0 ? fmt::format("{} GB", model.memory_gb)
                                            : std::string("shared with the host"),
                        or_unknown(model.total_sms), or_unknown(model.compute_slices),
                        or_unknown(model.memory_slices));
    text += model.memory_bandwidth_gb_s
                ? fmt::format("memory bandwidth {} GB/s ({})\n", *model.memory_bandwidth_gb_s,
                              model.memory_bandwidth_source.empty() ? "source not given"
                                                                    : model.memory_bandwidth_source)
                : std::string("memory bandwidth unknown\n");
    if (model.geometry_known()) {
        text += fmt::format("base profiles: {}\n",
                            layouts_text(count_layouts(model, rules, model.base_profiles())));
        text += fmt::format("all profiles: {}\n",
                            layouts_text(count_layouts(model, rules, model.all_profiles())));
    } else {
        text += "geometry unknown: no placements are published, so no plan is made for it\n";
    }
    text += fmt::format("switching MIG mode {} a GPU reset; confidence in these figures: {}\n\n",
                        model.mig_toggle_needs_reset ? "needs" : "does not need", model.confidence);
    text += profiles_text(model);
    for (const std::string& note : model.notes) text += "note: " + note + "\n";
    return text;
}

template <typename T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json profile_json(const MigProfile& profile) {
    Json json = {{"name", profile.name},
                 {"aliases", profile.aliases},
                 {"nvml_enum", profile.nvml_enum},
                 {"profile_id", or_null(profile.profile_id)},
                 {"compute_slices", profile.compute_slices},
                 {"memory_slices", profile.size > 0 ? Json(profile.size) : Json(nullptr)},
                 {"starts", profile.starts},
                 {"max_instances", profile.max_instances}};
    json["memory_mib"] = profile.memory ? Json(profile.memory->count()) : Json(nullptr);
    json["sms"] = or_null(profile.sms);
    return json;
}

Json counts_json(const GpuModel& model, const gpu::RuleSet& rules, bool all) {
    if (!model.geometry_known()) return nullptr;
    const LayoutCounts counts =
        count_layouts(model, rules, all ? model.all_profiles() : model.base_profiles());
    return {{"full", counts.maximal}, {"multisets", counts.multisets}, {"legal", counts.legal}};
}

Json model_json(const GpuModel& model, const gpu::RuleSet& rules) {
    Json profiles = Json::array();
    for (const MigProfile& profile : model.profiles) profiles.push_back(profile_json(profile));
    return {{"name", model.name},
            {"aliases", model.aliases},
            {"architecture", model.architecture},
            {"memory_gb", model.memory_gb > 0 ? Json(model.memory_gb) : Json(nullptr)},
            {"memory_bandwidth_gb_s", or_null(model.memory_bandwidth_gb_s)},
            {"memory_bandwidth_source", model.memory_bandwidth_source.empty()
                                            ? Json(nullptr)
                                            : Json(model.memory_bandwidth_source)},
            {"total_sms", or_null(model.total_sms)},
            {"compute_slices", or_null(model.compute_slices)},
            {"memory_slices", or_null(model.memory_slices)},
            {"geometry_known", model.geometry_known()},
            {"base_layouts", counts_json(model, rules, false)},
            {"all_layouts", counts_json(model, rules, true)},
            {"confidence", model.confidence},
            {"notes", model.notes},
            {"profiles", std::move(profiles)}};
}

std::string as_json(const std::vector<const GpuModel*>& models, const gpu::RuleSet& rules) {
    Json list = Json::array();
    for (const GpuModel* model : models) list.push_back(model_json(*model, rules));
    const Json json = {{"format", "tangram/gpus"},
                       {"version", 1},
                       {"rules", rules.name},
                       {"gpus", std::move(list)}};
    return json.dump(2) + "\n";
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    const auto catalogue = load_catalogue(session);
    if (!catalogue) return catalogue.error();
    const Result<gpu::RuleSet> rules = (*catalogue)->rule_set(arguments.rules);
    if (!rules) return rules.error();
    std::vector<const GpuModel*> models;
    if (arguments.model.empty()) {
        for (const GpuModel& model : (*catalogue)->models()) models.push_back(&model);
    } else {
        const Result<gpu::GpuModelId> id = (*catalogue)->find(arguments.model);
        if (!id) return id.error();
        models.push_back(&(*catalogue)->model(*id));
    }
    const Result<void> printed =
        session.deliver(session.settings.json     ? as_json(models, *rules)
                        : arguments.model.empty() ? list_text(**catalogue, *rules)
                                                  : model_text(*models.front(), *rules));
    if (!printed) return printed.error();
    return Exit::kDone;
}

}  // namespace

Command gpus() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "gpus";
    command.summary = "List the GPU models, their profiles, placements and layouts";
    command.details =
        "Without MODEL one line per model. Layout counts are over the plain profiles; a model also "
        "shows those over all profiles. Models without published placements are listed as "
        "\"geometry unknown\" and refused for planning.";
    command.arguments = {
        text("MODEL", "MODEL", "a name or alias, e.g. A100-80GB", arguments->model)};
    command.options = {
        text("rules", "NAME", "rule set for the counts: current or paper-2021", arguments->rules)};
    command.examples = {{"tangram gpus", "All models."},
                        {"tangram gpus A100-80GB", "One model with its profiles."}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
