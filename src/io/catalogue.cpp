#include "io/catalogue.h"

#include <array>
#include <utility>
#include <vector>

#include "io/object_reader.h"
#include "io/parse.h"

namespace tangram::io {
namespace {

using gpu::GpuModel;
using gpu::Media;
using gpu::MigProfile;
using gpu::RuleSet;

constexpr std::int64_t kAmountMax = 1'000'000'000;  // far beyond any GPU, safe in an int

constexpr std::array<std::string_view, 5> kMediaWords = {"plain", "me", "me.all", "no-me", "gfx"};
constexpr std::array kMedia = {Media::kPlain, Media::kMe, Media::kMeAll, Media::kNoMe,
                               Media::kGraphics};
static_assert(kMediaWords.size() == kMedia.size());

constexpr std::array<std::string_view, 3> kConfidenceWords = {"high", "medium", "low"};

std::vector<std::string> read_texts(const ObjectReader& object, std::string_view name,
                                    FirstError& error) {
    std::vector<std::string> texts;
    const std::optional<Value> list = object.find(name);
    if (list && expect_array(*list, error)) {
        for (const Value text : *list) {
            texts.push_back(read_text(text, error));
        }
    }
    return texts;
}

std::optional<int> optional_int(ObjectReader& object, std::string_view name, std::int64_t min) {
    const auto value = object.optional_integer(name, min, kAmountMax);
    return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

bool flag(const ObjectReader& object, std::string_view name, FirstError& error) {
    const std::optional<Value> value = object.find(name);
    return value && read_bool(*value, error);
}

MigProfile read_profile(Value value, FirstError& error) {
    ObjectReader object(value, error,
                        {"name", "aliases", "nvml_enum", "profile_id", "compute_slices", "size",
                         "starts", "max_instances", "memory_mib", "sms", "media", "extra_memory"});
    MigProfile profile;
    profile.name = object.text("name");
    profile.aliases = read_texts(object, "aliases", error);
    profile.nvml_enum = object.optional_text("nvml_enum").value_or("");
    profile.profile_id = optional_int(object, "profile_id", 0);
    profile.compute_slices = static_cast<int>(object.integer("compute_slices", 1, kAmountMax));
    profile.size = optional_int(object, "size", 1).value_or(0);
    const std::optional<Value> starts = object.find("starts");
    if (starts && expect_array(*starts, error)) {
        for (const Value start : *starts) {
            profile.starts.push_back(static_cast<int>(read_integer(start, 0, kAmountMax, error)));
        }
    }
    profile.max_instances = static_cast<int>(object.integer("max_instances", 1, kAmountMax));
    if (const auto memory = object.optional_integer("memory_mib", 1, kAmountMax)) {
        profile.memory = Mebibytes{*memory};
    }
    profile.sms = optional_int(object, "sms", 1);
    if (const std::optional<Value> media = object.find("media")) {
        profile.media = kMedia[read_word(*media, kMediaWords, error)];
    }
    profile.extra_memory = flag(object, "extra_memory", error);
    return profile;
}

GpuModel read_model(Value value, FirstError& error) {
    ObjectReader object(
        value, error,
        {"id", "name", "aliases", "architecture", "memory_gb", "memory_bandwidth_gb_s",
         "memory_bandwidth_source", "total_sms", "compute_slices", "memory_slices",
         "mig_toggle_needs_reset", "profiles", "confidence", "notes"});
    GpuModel model;
    model.id = object.text("id");
    model.name = object.text("name");
    model.aliases = read_texts(object, "aliases", error);
    model.architecture = object.optional_text("architecture").value_or("");
    model.memory_gb = optional_int(object, "memory_gb", 0).value_or(0);
    model.memory_bandwidth_gb_s = optional_int(object, "memory_bandwidth_gb_s", 1);
    model.memory_bandwidth_source = object.optional_text("memory_bandwidth_source").value_or("");
    model.total_sms = optional_int(object, "total_sms", 1);
    model.compute_slices = optional_int(object, "compute_slices", 1);
    model.memory_slices = optional_int(object, "memory_slices", 1);
    model.mig_toggle_needs_reset = flag(object, "mig_toggle_needs_reset", error);
    if (const std::optional<Value> confidence = object.find("confidence")) {
        model.confidence = kConfidenceWords[read_word(*confidence, kConfidenceWords, error)];
    }
    model.notes = read_texts(object, "notes", error);
    if (const std::optional<Value> profiles = object.array("profiles")) {
        for (const Value profile : *profiles) {
            model.profiles.push_back(read_profile(profile, error));
        }
    }
    return model;
}

RuleSet read_rule_set(Value value, FirstError& error) {
    ObjectReader object(value, error, {"name", "forbidden_together"});
    RuleSet rules;
    rules.name = object.text("name");
    const std::optional<Value> pairs = object.array("forbidden_together");
    if (!pairs) {
        return rules;
    }
    for (const Value pair : *pairs) {
        if (!pair.is(Kind::kArray) || pair.size() != 2) {
            error.report(
                pair.expected("two NVML profile enums, such as [\"4_SLICE\", \"3_SLICE\"]"));
            return rules;
        }
        std::vector<std::string> enums;
        for (const Value text : pair) {
            enums.push_back(read_text(text, error));
        }
        rules.forbidden_together.emplace_back(std::move(enums[0]), std::move(enums[1]));
    }
    return rules;
}

}  // namespace

Result<gpu::Catalogue> read_catalogue(std::string_view json_text, const std::string& place) {
    const Result<Document> document = parse_json(json_text, place);
    if (!document) {
        return document.error();
    }
    FirstError error;
    ObjectReader object(document->root(), error, {"format", "version", "rule_sets", "gpus"});
    expect_format(object, "tangram/catalogue", error);
    std::vector<RuleSet> rule_sets;
    const std::optional<Value> rules = object.find("rule_sets");
    if (rules && expect_array(*rules, error)) {
        for (const Value rule_set : *rules) {
            rule_sets.push_back(read_rule_set(rule_set, error));
        }
    }
    std::vector<GpuModel> models;
    if (const std::optional<Value> gpus = object.array("gpus")) {
        for (const Value gpu : *gpus) {
            models.push_back(read_model(gpu, error));
        }
    }
    if (error) {
        return *error.error;
    }
    Result<gpu::Catalogue> catalogue =
        gpu::Catalogue::make(std::move(models), std::move(rule_sets));
    if (!catalogue) {
        Error wrong = catalogue.error();
        wrong.context = place + ": " + wrong.context;
        return wrong;
    }
    return catalogue;
}

}  // namespace tangram::io
