#include "io/scenario_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "base/amount_text.h"
#include "base/nearest.h"
#include "io/object_reader.h"
#include "io/parse.h"
#include "io/problem/reference_reader.h"
#include "io/scenario/parts.h"
#include "io/scenario/tenant_reader.h"

namespace tangram::io {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kWindowsMax = 10'000;
constexpr std::array<std::string_view, 3> kActivities = {"serving", "creating", "retraining"};

class ScenarioReader {
public:
    ScenarioReader(const fs::path& folder, const ProblemContext& context)
        : files_(folder, context, problem_, error_) {}

    Result<ScenarioFile> read(Value root);

private:
    void read_head(ObjectReader& file);
    void read_times(ObjectReader& file);
    void read_gpus(Value list);
    void read_gpu_entry(Value value);
    void add_gpu(window::KindId kind, std::string id, Value value);
    [[nodiscard]] window::KindId kind_of(Value model);
    [[nodiscard]] window::Running read_running(Value value);
    [[nodiscard]] std::size_t index_of(Value value, const std::vector<std::string>& names,
                                       std::string_view what);
    void check_windows(Value root);

    window::Scenario scenario_;
    workload::Problem problem_;
    FirstError error_;
    ReferenceReader files_;
    std::vector<std::string> gpu_ids_;
    std::set<std::string> known_ids_;
    std::vector<std::string> tenant_names_;
};

void ScenarioReader::read_head(ObjectReader& file) {
    expect_format(file, "tangram/window-scenario", error_);
    scenario_.name = file.text("name");
    if (const auto sources = file.find("sources"); sources && expect_array(*sources, error_)) {
        for (const Value source : *sources) scenario_.sources.push_back(read_text(source, error_));
    }
    if (!error_) read_times(file);
}

void ScenarioReader::read_times(ObjectReader& file) {
    scenario_.slot = Duration{file.number("slot_s", kSlotRule)};
    const auto field = file.require("window_s");
    if (error_) return;
    const Duration window{read_number(*field, kTimeRule, error_)};
    const std::int64_t slots = window / scenario_.slot;
    if (!error_ &&
        (window % scenario_.slot != Duration{0} || slots < 1 || slots > window::kSlotsMax)) {
        error_.report(field->expected(fmt::format("1 to {} slots of {} s", window::kSlotsMax,
                                                  decimal_text(scenario_.slot.count(), 9))));
    }
    scenario_.window_slots = static_cast<int>(slots);
    scenario_.windows =
        static_cast<int>(file.optional_integer("windows", 1, kWindowsMax).value_or(1));
}

window::KindId ScenarioReader::kind_of(Value value) {
    const std::string name = read_text(value, error_);
    if (error_) return {};
    const Result<gpu::GpuModelId> model = scenario_.catalogue->find(name);
    if (!model) {
        error_.report(value.error(model.error().message));
        return {};
    }
    for (const window::KindId kind : scenario_.kinds.ids()) {
        if (scenario_.kinds[kind] == *model) return kind;
    }
    problem_.fleet.push_back({*model, {}, Cost{kCostPerUnit}, {}});
    return scenario_.kinds.push_back(*model);
}

void ScenarioReader::add_gpu(window::KindId kind, std::string id, Value value) {
    if (!known_ids_.insert(id).second) {
        error_.report(value.error(fmt::format("there are two GPUs \"{}\"", id)));
    }
    gpu_ids_.push_back(id);
    scenario_.gpus.push_back({std::move(id), kind});
}

void ScenarioReader::read_gpu_entry(Value value) {
    constexpr auto kMost = static_cast<std::int64_t>(window::kWindowGpusMax);
    ObjectReader fields(value, error_, {"model", "count", "ids"});
    const auto model = fields.require("model");
    if (error_) return;
    const window::KindId kind = kind_of(*model);
    const auto ids = fields.find("ids");
    const auto count = fields.optional_integer("count", 1, kMost);
    if (ids && count) error_.report(ids->error("`count` makes names; leave one of them out"));
    if (error_) return;
    if (ids) {
        if (!expect_array(*ids, error_)) return;
        for (const Value id : *ids) add_gpu(kind, read_text(id, error_), id);
        return;
    }
    const std::string& name = scenario_.catalogue->model(scenario_.kinds[kind]).id;
    auto number = std::ranges::count(scenario_.gpus, kind, &window::Gpu::kind);
    for (std::int64_t i = 0; i < count.value_or(1); ++i) {
        add_gpu(kind, fmt::format("{}-{}", name, number++), value);
    }
}

void ScenarioReader::read_gpus(Value list) {
    for (const Value value : list) {
        if (error_) return;
        read_gpu_entry(value);
    }
    if (scenario_.gpus.empty() || scenario_.gpus.size() > window::kWindowGpusMax) {
        error_.report(list.expected(fmt::format("1 to {} GPUs", window::kWindowGpusMax)));
    }
}

std::size_t ScenarioReader::index_of(Value value, const std::vector<std::string>& names,
                                     std::string_view what) {
    const std::string name = read_text(value, error_);
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
        std::string hint = nearest_hint(name, names);
        if (hint.empty() && names.size() <= 20) {
            hint = fmt::format(", expected one of: {}", fmt::join(names, ", "));
        }
        error_.report(value.error(fmt::format("no {} \"{}\"{}", what, name, hint)));
        return 0;
    }
    return static_cast<std::size_t>(found - names.begin());
}

window::Running ScenarioReader::read_running(Value value) {
    ObjectReader fields(value, error_,
                        {"gpu", "profile", "start", "tenant", "activity", "left_s", "accuracy"});
    window::Running running;
    const auto gpu = fields.require("gpu");
    const auto profile = fields.require("profile");
    const auto tenant = fields.require("tenant");
    running.placement.start =
        static_cast<int>(fields.integer("start", 0, gpu::kMemorySlicesMax - 1));
    if (error_) return running;
    running.gpu = window::GpuId{index_of(*gpu, gpu_ids_, "GPU")};
    running.tenant = window::TenantId{index_of(*tenant, tenant_names_, "tenant")};
    const std::string name = read_text(*profile, error_);
    if (error_) return running;
    const window::KindId kind = scenario_.gpus[running.gpu].kind;
    running.placement.profile =
        find_profile(scenario_.catalogue->model(scenario_.kinds[kind]), name, *profile, error_);
    if (const auto activity = fields.find("activity")) {
        running.activity = static_cast<window::Activity>(read_word(*activity, kActivities, error_));
    }
    const auto only_with = [&](std::string_view field, bool needed) {
        const auto found = fields.find(field);
        if (found && !needed) {
            error_.report(
                found->error(fmt::format("has no meaning with activity {}",
                                         kActivities[static_cast<std::size_t>(running.activity)])));
        }
        return needed ? fields.require(field) : std::nullopt;
    };
    if (const auto left = only_with("left_s", running.activity != window::Activity::kServing)) {
        running.left =
            slots_of(Duration{read_number(*left, kRetrainingRule, error_)}, scenario_.slot);
    }
    const bool retraining = running.activity == window::Activity::kRetraining;
    if (const auto accuracy = only_with("accuracy", retraining)) {
        running.accuracy = read_share(*accuracy, error_, kAccuracyRule);
    }
    return running;
}

// Each window as an engine will see it, with the accuracy of the start.
void ScenarioReader::check_windows(Value root) {
    IdVector<window::TenantId, Share> accuracy;
    for (const window::ScenarioTenant& tenant : scenario_.tenants) {
        accuracy.push_back(tenant.accuracy);
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(scenario_.windows); ++i) {
        const Result<void> valid = window::validate(window::window_of(
            scenario_, i, accuracy, i == 0 ? scenario_.running : std::vector<window::Running>{}));
        if (!valid) {
            error_.report(root.error(fmt::format("window {}: {}", i + 1, valid.error().text())));
            return;
        }
    }
}

Result<ScenarioFile> ScenarioReader::read(Value root) {
    ObjectReader file(
        root, error_,
        {"format", "version", "name", "sources", "slot_s", "window_s", "windows", "gpus", "rules",
         "catalogue", "profiles", "infeasible", "latency_rule", "switching", "tenants", "running"});
    if (!error_) read_head(file);
    const auto gpus = file.array("gpus");
    const auto tenants = file.array("tenants");
    // Files are opened only once the scenario's own form is known to be right so far.
    if (!error_) files_.read_catalogue_file(file);
    if (!error_) files_.read_rules(file);
    scenario_.catalogue = problem_.catalogue;
    scenario_.rules = problem_.rules;
    if (!error_) read_gpus(*gpus);
    window::Switching switching;
    if (const auto field = file.find("switching"); field && !error_) {
        switching = read_switching(*field, {}, error_);
    }
    if (!error_) files_.read_tables(file);
    const ScenarioParts parts{scenario_, problem_, files_, error_};
    if (!error_) TenantReader(parts, switching).read(*tenants);
    if (const auto list = file.find("running"); list && !error_ && expect_array(*list, error_)) {
        for (const window::ScenarioTenant& each : scenario_.tenants) {
            tenant_names_.push_back(each.name);
        }
        for (const Value value : *list) {
            if (error_) break;
            scenario_.running.push_back(read_running(value));
        }
    }
    if (!error_) check_windows(root);
    if (error_) return *error_.error;
    std::vector<std::string> warnings = files_.warnings();
    return ScenarioFile{std::move(scenario_), files_.references().catalogue, std::move(warnings)};
}

}  // namespace

Result<ScenarioFile> parse_scenario(std::string_view text, const std::string& file,
                                    const fs::path& folder, const ProblemContext& context) {
    const Result<Document> document = parse_yaml_or_json(text, file);
    if (!document) return document.error();
    return ScenarioReader(folder, context).read(document->root());
}

Result<ScenarioFile> read_scenario(const fs::path& path, const ProblemContext& context) {
    const Result<std::string> text = context.read(path);
    if (!text) return text.error();
    return parse_scenario(*text, path.string(), path.parent_path(), context);
}

}  // namespace tangram::io
