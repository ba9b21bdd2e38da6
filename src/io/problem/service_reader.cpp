#include "io/problem/service_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "base/nearest.h"
#include "io/problem/fleet_reader.h"

namespace tangram::io {
namespace {

constexpr std::int64_t kReplicasMax = 1'000'000;
constexpr std::int64_t kProcessesMax = 1'000;
constexpr std::int64_t kPriorityMax = 1'000'000;
constexpr std::array<std::string_view, 3> kSpreads = {"none", "gpu", "node"};

}  // namespace

std::string percentile_text(int percentile) {
    std::string digits = fmt::to_string(percentile);
    if (percentile > 99) digits.insert(2, ".");
    return digits;
}

ServiceReader::ServiceReader(workload::Problem& problem, FirstError& error)
    : problem_(problem), error_(error), has_nodes_(has_nodes(problem)) {}

void ServiceReader::read(Value list) {
    if (!expect_array(list, error_)) return;
    problem_.services.reserve(list.size());
    indices_.reserve(list.size());
    list_ = list;
    for (const Value value : list) {
        workload::Service service = read_service(value);
        if (error_) return;
        problem_.services.push_back(std::move(service));
    }
}

workload::Service ServiceReader::read_service(Value value) {
    ObjectReader fields(
        value, error_,
        {"name", "model", "precision", "rate", "slo", "max_processes", "max_wait_ms",
         "min_replicas", "spread", "survive", "priority", "max_utilization", "allow"});
    workload::Service service;
    service.name = fields.text("name");
    check_name(value, service.name);
    service.rate = Rate{fields.number("rate", kRateRule)};
    if (!error_) read_needs(fields, service);
    if (error_) return service;
    service.min_replicas =
        static_cast<int>(fields.optional_integer("min_replicas", 1, kReplicasMax).value_or(1));
    service.priority = static_cast<int>(
        fields.optional_integer("priority", -kPriorityMax, kPriorityMax).value_or(0));
    read_spread(fields, service);
    if (const auto survive = fields.find("survive")) read_survive(*survive, service);
    if (const auto limit = fields.find("max_utilization")) {
        service.max_utilization = read_share(*limit, error_);
    }
    return service;
}

void ServiceReader::read_needs(ObjectReader& fields, workload::Service& service) {
    const auto model = fields.require("model");
    if (model) service.model = read_model(*model);
    if (error_) return;
    read_precision(fields, service);
    if (const auto slo = fields.require("slo")) read_slo(*slo, service);
    service.max_processes =
        static_cast<int>(fields.optional_integer("max_processes", 1, kProcessesMax).value_or(1));
    service.max_wait = Duration{fields.optional_number("max_wait_ms", kWaitMsRule).value_or(0)};
    if (const auto allow = fields.find("allow")) read_allow(*allow, service);
}

void ServiceReader::check_name(Value value, const std::string& name) {
    if (error_) return;
    const auto [known, added] = indices_.try_emplace(name, indices_.size());
    if (added) return;
    auto first = list_->begin();
    std::advance(first, known->second);
    error_.report(value.error(
        fmt::format("there are two services \"{}\"; the first is at {}", name, (*first).place())));
}

perf::ModelId ServiceReader::read_model(Value value) {
    const std::string name = read_text(value, error_);
    if (error_) return {};
    const perf::ModelId model = problem_.table->find_model(name);
    if (!model.valid()) {
        const std::vector<std::string>& known = problem_.table->models().raw();
        std::string hint = nearest_hint(name, known);
        if (hint.empty() && known.size() <= 20) {
            hint = fmt::format(", expected one of: {}", fmt::join(known, ", "));
        }
        error_.report(value.error(fmt::format("no table has the model \"{}\"{}", name, hint)));
    }
    return model;
}

const ServiceReader::ModelFacts& ServiceReader::facts(perf::ModelId model) {
    const auto [known, added] = facts_.try_emplace(model);
    if (added) {
        std::set<std::string> precisions;
        for (const perf::OperatingPointId point : problem_.table->points_of(model)) {
            precisions.insert(problem_.table->point(point).precision);
        }
        known->second.precisions.assign(precisions.begin(), precisions.end());
    }
    return known->second;
}

void ServiceReader::read_precision(const ObjectReader& fields, workload::Service& service) {
    const std::vector<std::string>& known = facts(service.model).precisions;
    const auto field = fields.find("precision");
    if (!field) {
        if (known.size() > 1) {
            error_.report(fields.value().error(
                fmt::format("the field \"precision\" is missing: {} was measured in \"{}\"",
                            problem_.table->models()[service.model], fmt::join(known, "\", \""))));
        }
        return;
    }
    service.precision = read_text(*field, error_);
    if (!error_ && !std::ranges::binary_search(known, service.precision)) {
        error_.report(field->expected(
            fmt::format("one that was measured: \"{}\"", fmt::join(known, "\", \""))));
    }
}

void ServiceReader::read_slo(Value value, workload::Service& service) {
    if (!expect_object(value, error_)) return;
    if (value.size() == 0) {
        error_.report(value.expected("at least one limit, such as {latency_ms: 100}"));
    }
    for (const Value member : value) {
        service.slo.push_back(read_objective(member, service.model));
        if (error_) return;
    }
}

perf::Objective ServiceReader::read_objective(Value value, perf::ModelId model) {
    perf::Objective objective;
    const std::string metric(value.key());
    objective.metric = problem_.table->find_metric(metric);
    if (!objective.metric.valid()) {
        const std::vector<std::string>& known = problem_.table->metrics().raw();
        error_.report(value.error(fmt::format("no table has the metric {}, expected one of: {}",
                                              metric, fmt::join(known, ", "))));
        return objective;
    }
    if (value.is(Kind::kObject)) {
        ObjectReader fields(value, error_, {"max", "percentile"});
        objective.max = Duration{fields.number("max", kLimitMsRule)};
        if (const auto percentile = fields.find("percentile")) {
            objective.percentile = read_percentile(*percentile);
        }
    } else {
        objective.max = Duration{read_number(value, kLimitMsRule, error_)};
    }
    if (!error_) check_measured(value, model, objective);
    return objective;
}

std::optional<int> ServiceReader::read_percentile(Value value) {
    constexpr NumberRule kRule{3, Rounding::kExact, 1'000, 99'999,
                               "a percentile: 1 to 99, or 99.9, 99.99, 99.999"};
    std::int64_t thousandths = read_number(value, kRule, error_);
    if (error_) return std::nullopt;
    if (thousandths % 1'000 == 0) return static_cast<int>(thousandths / 1'000);
    if (thousandths < 99'000) {
        error_.report(value.expected(kRule.expected));
        return std::nullopt;
    }
    while (thousandths % 10 == 0) thousandths /= 10;
    return static_cast<int>(thousandths);
}

std::vector<std::string> ServiceReader::measured_statistics(perf::ModelId model,
                                                            perf::MetricId metric) const {
    std::set<std::string> statistics;
    for (const perf::OperatingPointId id : problem_.table->points_of(model)) {
        for (const perf::Measure& measure : problem_.table->point(id).measures) {
            if (measure.metric == metric) statistics.insert(measure.statistic);
        }
    }
    return {statistics.begin(), statistics.end()};
}

void ServiceReader::check_measured(Value value, perf::ModelId model,
                                   const perf::Objective& objective) {
    const auto [known, added] =
        measured_.try_emplace({model, objective.metric, objective.percentile.value_or(0)});
    if (added) {
        known->second = std::ranges::any_of(
            problem_.table->points_of(model), [&](perf::OperatingPointId point) {
                return perf::measure_for(problem_.table->point(point), objective) != nullptr;
            });
    }
    if (known->second) return;
    const std::vector<std::string> there = measured_statistics(model, objective.metric);
    const std::string wanted =
        objective.percentile ? "p" + percentile_text(*objective.percentile) : "mean";
    std::string message =
        fmt::format("the tables have no {} of {} for {}; they have {}", wanted, value.key(),
                    problem_.table->models()[model],
                    there.empty() ? "none of it" : fmt::format("{}", fmt::join(there, ", ")));
    if (objective.percentile) {
        message +=
            ". A percentile needs rows of that latency_kind; the latency rule `tail`, which "
            "would work it out, is not available yet";
    }
    error_.report(value.error(std::move(message)));
}

void ServiceReader::read_spread(const ObjectReader& fields, workload::Service& service) {
    const auto field = fields.find("spread");
    if (!field) return;
    service.spread = static_cast<workload::Spread>(read_word(*field, kSpreads, error_));
    if (service.spread == workload::Spread::kNode && !has_nodes_) {
        error_.report(
            field->error("nobody knows which GPUs share a node: give `nodes`, or "
                         "`gpus_per_node` for every GPU model"));
    }
}

void ServiceReader::read_survive(Value value, workload::Service& service) {
    ObjectReader fields(value, error_, {"gpu", "node"});
    if (error_) return;
    if (value.size() == 0) error_.report(value.expected("gpu or node with a share: {gpu: 100%}"));
    if (const auto gpu = fields.find("gpu")) service.survive_gpu = read_share(*gpu, error_);
    if (const auto node = fields.find("node")) {
        service.survive_node = read_share(*node, error_);
        if (!has_nodes_) {
            error_.report(
                node->error("nobody knows which GPUs share a node: give `nodes`, or "
                            "`gpus_per_node` for every GPU model"));
        }
    }
}

void ServiceReader::read_allow(Value value, workload::Service& service) {
    ObjectReader fields(value, error_, {"profiles", "gpus"});
    if (error_) return;
    if (value.size() == 0) error_.report(value.expected("profiles or gpus with a list"));
    // Which profiles exist depends on the GPUs.
    if (const auto gpus = fields.find("gpus")) read_allowed_gpus(*gpus, service);
    if (const auto profiles = fields.find("profiles")) read_allowed_profiles(*profiles, service);
}

void ServiceReader::read_allowed_gpus(Value list, workload::Service& service) {
    if (!expect_array(list, error_)) return;
    if (list.size() == 0) error_.report(list.expected("at least one GPU model"));
    for (const Value value : list) {
        const std::string name = read_text(value, error_);
        if (error_) return;
        const Result<gpu::GpuModelId> model = problem_.catalogue->find(name);
        if (!model) {
            error_.report(value.error(model.error().message));
            return;
        }
        if (!std::ranges::any_of(problem_.fleet, [&](const workload::FleetEntry& entry) {
                return entry.model == *model;
            })) {
            error_.report(value.error(fmt::format("{} is not in the fleet (gpus)",
                                                  problem_.catalogue->model(*model).name)));
        }
        service.allow_gpus.push_back(*model);
    }
}

std::vector<const gpu::GpuModel*> ServiceReader::usable_gpus(
    const workload::Service& service) const {
    std::vector<const gpu::GpuModel*> models;
    for (const workload::FleetEntry& entry : problem_.fleet) {
        if (service.allow_gpus.empty() ||
            std::ranges::find(service.allow_gpus, entry.model) != service.allow_gpus.end()) {
            models.push_back(&problem_.catalogue->model(entry.model));
        }
    }
    return models;
}

void ServiceReader::read_allowed_profiles(Value list, workload::Service& service) {
    if (!expect_array(list, error_)) return;
    if (list.size() == 0) error_.report(list.expected("at least one profile"));
    const std::vector<const gpu::GpuModel*> models = usable_gpus(service);
    for (const Value value : list) {
        std::string name = read_text(value, error_);
        if (error_) return;
        if (!std::ranges::any_of(models, [&](const gpu::GpuModel* model) {
                return model->find_profile(name).valid();
            })) {
            std::vector<std::string> known;
            for (const gpu::GpuModel* model : models) {
                for (const gpu::MigProfile& profile : model->profiles)
                    known.push_back(profile.name);
            }
            error_.report(value.error(fmt::format("no GPU it may use has the profile \"{}\"{}",
                                                  name, nearest_hint(name, known))));
            return;
        }
        service.allow_profiles.push_back(std::move(name));
    }
}

}  // namespace tangram::io
