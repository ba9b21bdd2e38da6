#include "io/durations_file.h"

#include <array>
#include <utility>

#include "io/files.h"
#include "io/object_reader.h"
#include "io/parse.h"

namespace tangram::io {
namespace {

using transition::Durations;
using transition::Granularity;

// Seconds to nanoseconds, at most a day.
constexpr NumberRule kSecondsRule{9, Rounding::kUp, 0, 86'400'000'000'000, "seconds, 0 to 86400"};
constexpr std::int64_t kCountMax = 1'000;
constexpr std::array<std::string_view, 3> kGranularities = {"instance", "gpu", "node"};

Duration seconds(ObjectReader& object, std::string_view name) {
    return Duration{object.optional_number(name, kSecondsRule).value_or(0)};
}

// What the granularity does not use would be read by nobody.
void refuse_unused(const ObjectReader& object, Granularity granularity, FirstError& error) {
    const bool whole = granularity != Granularity::kInstance;
    const auto refuse = [&](std::string_view name) {
        const auto field = object.find(name);
        if (!field) return;
        error.report(
            field->error(std::string(name) + " has no meaning with granularity " +
                         std::string(kGranularities[static_cast<std::size_t>(granularity)])));
    };
    if (whole) {
        refuse("create_s");
        refuse("destroy_s");
    } else {
        refuse("apply_s");
    }
}

// `is_file`: it begins with its format.
Durations decode(Value value, FirstError& error, bool is_file) {
    ObjectReader object(value, error, {"format",          "version",      "name",
                                       "granularity",     "acquire_s",    "release_s",
                                       "create_s",        "destroy_s",    "apply_s",
                                       "cold_start_s",    "warm_start_s", "stays_warm_s",
                                       "route_s",         "drain_s",      "stop_s",
                                       "timeout_s",       "retries",      "starts_per_node",
                                       "cold_start_of_s", "sources"});
    if (is_file) expect_format(object, "tangram/durations", error);
    Durations durations;
    durations.name = object.text("name");
    if (const auto word = object.require("granularity")) {
        durations.granularity = static_cast<Granularity>(read_word(*word, kGranularities, error));
    }
    refuse_unused(object, durations.granularity, error);
    durations.acquire = seconds(object, "acquire_s");
    durations.release = seconds(object, "release_s");
    durations.create = seconds(object, "create_s");
    durations.destroy = seconds(object, "destroy_s");
    durations.apply = seconds(object, "apply_s");
    durations.cold_start = seconds(object, "cold_start_s");
    durations.warm_start = seconds(object, "warm_start_s");
    durations.stays_warm = seconds(object, "stays_warm_s");
    durations.route = seconds(object, "route_s");
    durations.drain = seconds(object, "drain_s");
    durations.stop = seconds(object, "stop_s");
    durations.timeout = seconds(object, "timeout_s");
    durations.retries =
        static_cast<int>(object.optional_integer("retries", 0, kCountMax).value_or(0));
    durations.starts_per_node =
        static_cast<int>(object.optional_integer("starts_per_node", 0, kCountMax).value_or(0));
    if (const auto models = object.find("cold_start_of_s");
        models && expect_object(*models, error)) {
        for (const Value start : *models) {
            durations.cold_start_of[std::string(start.key())] =
                Duration{read_number(start, kSecondsRule, error)};
        }
    }
    if (const auto sources = object.find("sources"); sources && expect_array(*sources, error)) {
        for (const Value source : *sources) (void)read_text(source, error);
    }
    return durations;
}

}  // namespace

Result<Durations> parse_durations(std::string_view text, const std::string& file) {
    const Result<Document> document = parse_yaml_or_json(text, file);
    if (!document) return document.error();
    FirstError error;
    Durations durations = decode(document->root(), error, true);
    if (error) return *error.error;
    return durations;
}

Result<Durations> read_durations(const std::filesystem::path& path) {
    const Result<std::string> text = read_file(path);
    if (!text) return text.error();
    return parse_durations(*text, path.string());
}

Result<std::vector<Durations>> parse_presets(std::string_view text, const std::string& file) {
    const Result<Document> document = parse_json(text, file);
    if (!document) return document.error();
    FirstError error;
    ObjectReader object(document->root(), error, {"format", "version", "presets"});
    expect_format(object, "tangram/durations-presets", error);
    std::vector<Durations> presets;
    if (const auto list = object.array("presets")) {
        for (const Value value : *list) presets.push_back(decode(value, error, false));
    }
    if (error) return *error.error;
    return presets;
}

}  // namespace tangram::io
