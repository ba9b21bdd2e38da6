#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>

#include "base/nearest.h"
#include "gpu/catalogue.h"
#include "io/deployment_file.h"
#include "io/files.h"
#include "io/parse.h"
#include "io/plan_file.h"

namespace tangram::io {
namespace {

using deployment::Deployment;

constexpr std::int64_t kSettingMax = 1'000'000;  // batch size and processes
constexpr std::int64_t kInstancesMax = 1'000'000'000;
// Seconds to nanoseconds, at most ten years.
constexpr NumberRule kIdleRule{9, Rounding::kUp, 0, 315'360'000'000'000'000,
                               "seconds, 0 to 315360000"};

constexpr std::array<std::string_view, 10> kPhases = {
    "creating", "idle",     "starting",   "ready",  "serving",
    "draining", "stopping", "destroying", "failed", "unknown"};
constexpr std::array<std::string_view, 3> kStatuses = {"ok", "lost", "excluded"};

// Names to indices; a name twice is an error.
class NameIndex {
public:
    explicit NameIndex(std::string_view what) : what_(what) {}

    void add(Value value, const std::string& name, FirstError& error) {
        if (error) return;
        if (!indices_.emplace(name, indices_.size()).second) {
            error.report(value.error(fmt::format("there are two {}s \"{}\"", what_, name)));
        }
    }
    [[nodiscard]] std::size_t find(Value value, FirstError& error) const {
        const std::string name = read_text(value, error);
        if (error) return 0;
        const auto known = indices_.find(name);
        if (known != indices_.end()) return known->second;
        std::vector<std::string> names;
        for (const auto& [key, index] : indices_) names.push_back(key);
        error.report(value.error(
            fmt::format("this file lists no {} \"{}\"{}", what_, name, nearest_hint(name, names))));
        return 0;
    }

private:
    std::string_view what_;
    std::unordered_map<std::string, std::size_t> indices_;
};

class Reader {
public:
    explicit Reader(FirstError& error) : error_(error) {}

    Deployment read(Value value);

private:
    void read_model(Value value);
    deployment::DeployedProfile read_profile(Value value, NameIndex& names);
    void read_service(Value value);
    void read_point(Value value);
    void read_gpu(Value value);
    void read_warm(Value value);
    deployment::Instance read_instance(Value value, std::size_t model);
    void read_replica(const ObjectReader& fields, deployment::Instance& instance);
    int small(ObjectReader& fields, std::string_view name, std::int64_t min, std::int64_t max) {
        return static_cast<int>(fields.integer(name, min, max));
    }
    // May be empty, as precision and source may.
    std::string free_text(ObjectReader& fields, std::string_view name);

    FirstError& error_;
    Deployment result_;
    NameIndex model_names_{"GPU model"};
    NameIndex service_names_{"service"};
    std::vector<NameIndex> profile_names_;  // by model
};

std::string Reader::free_text(ObjectReader& fields, std::string_view name) {
    const auto field = fields.require(name);
    if (!field || (field->is(Kind::kText) && field->text().empty())) return {};
    return read_text(*field, error_);
}

deployment::DeployedProfile Reader::read_profile(Value value, NameIndex& names) {
    ObjectReader fields(value, error_, {"name", "size", "compute_slices"});
    deployment::DeployedProfile profile;
    profile.name = fields.text("name");
    profile.size = small(fields, "size", 1, gpu::kMemorySlicesMax);
    profile.compute_slices = small(fields, "compute_slices", 0, gpu::kMemorySlicesMax);
    names.add(value, profile.name, error_);
    return profile;
}

void Reader::read_model(Value value) {
    ObjectReader fields(value, error_, {"name", "memory_slices", "profiles"});
    deployment::DeployedModel model;
    model.name = fields.text("name");
    model.memory_slices = small(fields, "memory_slices", 1, gpu::kMemorySlicesMax);
    model_names_.add(value, model.name, error_);
    NameIndex& names = profile_names_.emplace_back("profile");
    fields.each("profiles",
                [&](Value profile) { model.profiles.push_back(read_profile(profile, names)); });
    result_.models.push_back(std::move(model));
}

void Reader::read_service(Value value) {
    ObjectReader fields(value, error_, {"name", "rate_rps", "served_rps", "floor_rps"});
    deployment::DeployedService service;
    service.name = fields.text("name");
    service.rate = Rate{fields.number("rate_rps", kRateRule)};
    if (const auto served = fields.optional_number("served_rps", kRateRule)) {
        service.served = Rate{*served};
    }
    if (const auto floor = fields.optional_number("floor_rps", kRateRule)) {
        service.floor = Rate{*floor};
    }
    service_names_.add(value, service.name, error_);
    result_.services.push_back(std::move(service));
}

void Reader::read_point(Value value) {
    ObjectReader fields(
        value, error_,
        {"model", "precision", "batch", "processes", "max_wait_ms", "throughput_rps", "metric",
         "latency_ms", "source", "estimated", "memory_known"});
    deployment::RunPoint point;
    point.model = fields.text("model");
    point.precision = free_text(fields, "precision");
    point.batch = small(fields, "batch", 1, kSettingMax);
    point.processes = small(fields, "processes", 1, kSettingMax);
    point.max_wait = Duration{fields.number("max_wait_ms", kWaitMsRule)};
    point.throughput = Rate{fields.number("throughput_rps", kThroughputRule)};
    point.metric = free_text(fields, "metric");
    point.latency = Duration{fields.number("latency_ms", kWaitMsRule)};
    point.source = free_text(fields, "source");
    point.estimated = fields.boolean("estimated");
    point.memory_known = fields.boolean("memory_known");
    result_.points.push_back(std::move(point));
}

void Reader::read_replica(const ObjectReader& fields, deployment::Instance& instance) {
    const auto service = fields.find("service");
    const auto point = fields.find("point");
    if (service.has_value() != point.has_value()) {
        error_.report(fields.value().error(
            "an instance has both \"service\" and \"point\", or, if it is idle, neither"));
    }
    if (!service || !point || error_) return;
    instance.service = deployment::ServiceNameId{service_names_.find(*service, error_)};
    const auto points = static_cast<std::int64_t>(result_.points.size());
    if (points == 0) {
        error_.report(point->error("this file lists no operating points"));
        return;
    }
    instance.point = deployment::RunPointId{
        static_cast<std::size_t>(read_integer(*point, 0, points - 1, error_))};
}

deployment::Instance Reader::read_instance(Value value, std::size_t model) {
    ObjectReader fields(value, error_, {"profile", "start", "service", "point", "phase"});
    deployment::Instance instance;
    if (const auto profile = fields.require("profile"); profile && !error_) {
        instance.profile = static_cast<int>(profile_names_[model].find(*profile, error_));
    }
    instance.start = small(fields, "start", 0, gpu::kMemorySlicesMax - 1);
    if (const auto phase = fields.require("phase")) {
        instance.phase = static_cast<deployment::Phase>(read_word(*phase, kPhases, error_));
    }
    read_replica(fields, instance);
    return instance;
}

void Reader::read_gpu(Value value) {
    ObjectReader fields(value, error_, {"id", "model", "node", "status", "instances"});
    deployment::DeployedGpu gpu;
    gpu.id = fields.text("id");
    const auto model = fields.require("model");
    if (model) gpu.model = static_cast<int>(model_names_.find(*model, error_));
    gpu.node = fields.optional_text("node").value_or("");
    if (const auto status = fields.require("status")) {
        gpu.status = static_cast<deployment::GpuStatus>(read_word(*status, kStatuses, error_));
    }
    if (error_) return;
    fields.each("instances", [&](Value instance) {
        gpu.instances.push_back(read_instance(instance, static_cast<std::size_t>(gpu.model)));
    });
    // By all fields, so that instances that start alike (which is illegal) have an order too.
    std::ranges::sort(gpu.instances, {}, [](const deployment::Instance& instance) {
        return std::tuple(instance.start, instance.profile, instance.service, instance.point,
                          instance.phase);
    });
    result_.gpus.push_back(std::move(gpu));
}

void Reader::read_warm(Value value) {
    ObjectReader fields(value, error_, {"place", "model", "idle_s"});
    deployment::WarmModel one;
    one.place = fields.text("place");
    one.model = fields.text("model");
    one.idle = Duration{fields.number("idle_s", kIdleRule)};
    const auto key = [](const deployment::WarmModel& warm) {
        return std::tuple(std::string_view(warm.place), std::string_view(warm.model));
    };
    const auto at = std::ranges::lower_bound(result_.warm, key(one), {}, key);
    if (at != result_.warm.end() && key(*at) == key(one)) {
        error_.report(value.error(
            fmt::format("\"{}\" is listed twice as warm on \"{}\"", one.model, one.place)));
        return;
    }
    result_.warm.insert(at, std::move(one));
}

Deployment Reader::read(Value value) {
    ObjectReader file(value, error_,
                      {"format", "version", "gpus_total", "cost", "models", "services", "points",
                       "gpus", "warm"});
    expect_format(file, "tangram/deployment", error_);
    result_.claimed_gpus = file.optional_integer("gpus_total", 0, kInstancesMax);
    if (const auto cost = file.optional_number("cost", kTotalCostRule)) {
        result_.claimed_cost = Cost{*cost};
    }
    file.each("models", [this](Value model) { read_model(model); });
    file.each("services", [this](Value service) { read_service(service); });
    file.each("points", [this](Value point) { read_point(point); });
    file.each("gpus", [this](Value gpu) { read_gpu(gpu); });
    if (file.find("warm")) file.each("warm", [this](Value one) { read_warm(one); });
    return std::move(result_);
}

bool is_plan(Value root) {
    const auto format = root.find("format");
    return format && format->is(Kind::kText) && format->text() == "tangram/plan";
}

}  // namespace

std::string_view name(deployment::Phase phase) { return kPhases[static_cast<std::size_t>(phase)]; }
std::string_view name(deployment::GpuStatus status) {
    return kStatuses[static_cast<std::size_t>(status)];
}

Deployment decode_deployment(Value value, FirstError& error) { return Reader(error).read(value); }

Result<Deployment> parse_deployment(std::string_view text, const std::string& file) {
    const Result<Document> document = parse_json(text, file);
    if (!document) return document.error();
    FirstError error;
    if (is_plan(document->root())) {
        PlanFile plan = decode_plan(document->root(), error);
        if (error) return *error.error;
        if (!plan.deployment) {
            return invalid_input(
                fmt::format("this plan has no deployment: its status is \"{}\"", name(plan.status)),
                file);
        }
        return std::move(*plan.deployment);
    }
    Deployment deployment = decode_deployment(document->root(), error);
    if (error) return *error.error;
    return deployment;
}

Result<Deployment> read_deployment(const std::filesystem::path& path) {
    const Result<std::string> text = read_file(path);
    if (!text) return text.error();
    return parse_deployment(*text, path.string());
}

}  // namespace tangram::io
