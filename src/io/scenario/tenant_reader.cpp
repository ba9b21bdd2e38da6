#include "io/scenario/tenant_reader.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "io/scenario/profiled_reader.h"
#include "planner/planning_model.h"

namespace tangram::io {
namespace {

// How tables are asked for a tenant's capacity; with `capacity` nobody asks.
constexpr std::array<std::string_view, 5> kNeeds = {"slo", "precision", "max_processes",
                                                    "max_wait_ms", "allow"};

}  // namespace

window::Switching read_switching(Value value, const window::Switching& otherwise,
                                 FirstError& error) {
    ObjectReader fields(value, error,
                        {"drain_s", "destroy_s", "create_s", "load_s", "first_inference_s"});
    window::Switching switching = otherwise;
    const auto take = [&](std::string_view name, Duration& into) {
        if (const auto time = fields.optional_number(name, kWindowSecondsRule)) {
            into = Duration{*time};
        }
    };
    take("drain_s", switching.drain);
    take("destroy_s", switching.destroy);
    take("create_s", switching.create);
    take("load_s", switching.load);
    take("first_inference_s", switching.first_inference);
    return switching;
}

void TenantReader::read(Value list) {
    if (!expect_array(list, parts_.error)) return;
    if (list.size() == 0 || list.size() > window::kTenantsMax) {
        parts_.error.report(list.expected(fmt::format("1 to {} tenants", window::kTenantsMax)));
    }
    const auto slots = static_cast<std::size_t>(parts_.scenario.windows) *
                       static_cast<std::size_t>(parts_.scenario.window_slots);
    if (list.size() * slots > kScenarioRatesMax) {
        parts_.error.report(list.error(
            fmt::format("{} tenants over {} slots are more than {} rates; take fewer windows",
                        list.size(), slots, kScenarioRatesMax)));
    }
    for (const Value value : list) {
        if (parts_.error) return;
        parts_.scenario.tenants.push_back(read_tenant(value));
    }
    if (!parts_.error && !measured_.empty()) take_measured(list);
}

window::ScenarioTenant TenantReader::read_tenant(Value value) {
    FirstError& error = parts_.error;
    ObjectReader fields(
        value, error,
        {"name", "model", "slo", "precision", "max_processes", "max_wait_ms", "allow", "capacity",
         "arrivals", "past", "switching", "accuracy", "floor", "retraining", "later"});
    window::ScenarioTenant tenant;
    tenant.name = fields.text("name");
    if (!error && !names_.insert(tenant.name).second) {
        error.report(value.error(fmt::format("there are two tenants \"{}\"", tenant.name)));
    }
    tenant.model = fields.text("model");
    if (!error) read_capacity(fields, tenant);
    if (!error) arrivals_.read(fields, tenant);
    tenant.switching = switching_;
    if (const auto switching = fields.find("switching"); switching && !error) {
        tenant.switching = read_switching(*switching, switching_, error);
    }
    if (const auto accuracy = fields.require("accuracy")) {
        tenant.accuracy = read_share(*accuracy, error, kAccuracyRule);
    }
    if (const auto floor = fields.find("floor")) {
        tenant.floor = read_share(*floor, error, kAccuracyRule);
    }
    if (!error) read_episodes(fields, tenant);
    return tenant;
}

void TenantReader::read_capacity(ObjectReader& fields, window::ScenarioTenant& tenant) {
    const window::Scenario& scenario = parts_.scenario;
    for (const gpu::GpuModelId model : scenario.kinds) {
        tenant.capacity.push_back(IdVector<gpu::ProfileId, Rate>(
            scenario.catalogue->model(model).profiles.size(), Rate{}));
    }
    if (const auto capacity = fields.find("capacity")) {
        for (const std::string_view name : kNeeds) {
            if (const auto need = fields.find(name)) {
                parts_.error.report(
                    need->error("`capacity` says how fast it is served; leave one of them out"));
            }
        }
        each_profile(parts_, *capacity,
                     [&](window::KindId kind, gpu::ProfileId profile, Value figure) {
                         tenant.capacity[kind][profile] =
                             Rate{read_number(figure, kCapacityRule, parts_.error)};
                     });
        return;
    }
    if (!fields.find("slo")) {
        parts_.error.report(fields.value().error(
            "nothing says how fast it is served: give `slo` and `profiles`, or `capacity`"));
        return;
    }
    workload::Service service;
    service.name = tenant.name;
    services_.read_needs(fields, service);
    measured_.emplace_back(scenario.tenants.size());
    parts_.problem.services.push_back(std::move(service));
}

void TenantReader::take_measured(Value list) {
    const Result<planner::PlanningModel> model = planner::build_planning_model(parts_.problem);
    if (!model) {
        parts_.error.report(list.error(model.error().text()));
        return;
    }
    for (const workload::ServiceId service : parts_.problem.services.ids()) {
        auto& capacity = parts_.scenario.tenants[measured_[service.index()]].capacity;
        for (const planner::Option& option : model->options_of(service)) {
            const planner::InstanceType& type = model->types[option.type];
            capacity[window::KindId{type.entry.index()}][type.profile] = option.throughput;
        }
    }
}

void TenantReader::read_episodes(ObjectReader& fields, window::ScenarioTenant& tenant) {
    FirstError& error = parts_.error;
    const auto windows = static_cast<std::size_t>(parts_.scenario.windows);
    window::Episode first;
    if (const auto list = fields.find("retraining")) read_retrainings(*list, first);
    count_retrainings(first.retrainings.size(), fields.value());
    tenant.episodes.push_back(std::move(first));
    const auto later = fields.find("later");
    if (error) return;
    if (!later) {
        // Without drift there is nothing new to say.
        count_retrainings(tenant.episodes.front().retrainings.size() * (windows - 1),
                          fields.value());
        if (error) return;
        tenant.episodes.resize(windows, window::Episode(tenant.episodes.front()));
        return;
    }
    if (!expect_array(*later, error)) return;
    if (later->size() != windows - 1) {
        error.report(
            later->error(fmt::format("found {} windows, expected {}: one for each but the first",
                                     later->size(), windows - 1)));
    }
    for (const Value value : *later) {
        if (error) return;
        tenant.episodes.push_back(read_later(value, tenant.episodes.back()));
    }
}

window::Episode TenantReader::read_later(Value value, const window::Episode& before) {
    ObjectReader fields(value, parts_.error, {"drop", "retraining"});
    window::Episode episode;
    if (const auto drop = fields.find("drop")) {
        episode.drop = read_share(*drop, parts_.error, kAccuracyRule);
    }
    const auto list = fields.find("retraining");
    if (list) read_retrainings(*list, episode);
    count_retrainings(list ? episode.retrainings.size() : before.retrainings.size(), value);
    if (!list && !parts_.error) {
        episode.retrainings = before.retrainings;
        episode.predictions = before.predictions;
    }
    return episode;
}

void TenantReader::count_retrainings(std::size_t more, Value place) {
    retrainings_ += more;
    if (retrainings_ <= kScenarioRetrainingsMax) return;
    parts_.error.report(
        place.error(fmt::format("with these there are more than {} retrainings over all windows; "
                                "take fewer",
                                kScenarioRetrainingsMax)));
}

void TenantReader::read_retrainings(Value list, window::Episode& into) {
    if (!expect_array(list, parts_.error)) return;
    for (const Value value : list) {
        if (parts_.error) break;
        read_retraining(value, into);
    }
}

void TenantReader::read_retraining(Value value, window::Episode& into) {
    FirstError& error = parts_.error;
    ObjectReader fields(value, error,
                        {"name", "profile", "seconds", "accuracy", "epochs", "profiled"});
    const std::string name = fields.text("name");
    if (error) return;
    if (fields.find("epochs") || fields.find("profiled")) {
        read_profiled(parts_, fields, name, into);
        return;
    }
    const auto accuracy = fields.require("accuracy");
    const auto seconds = fields.require("seconds");
    if (error) return;
    const Share after = read_share(*accuracy, error, kAccuracyRule);
    const auto take = [&](window::KindId kind, gpu::ProfileId profile, Value time) {
        const Duration duration{read_number(time, kRetrainingRule, error)};
        into.retrainings.push_back(
            {name, kind, profile, slots_of(duration, parts_.scenario.slot), after});
    };
    const auto profile = fields.find("profile");
    if (!profile) {
        each_profile(parts_, *seconds, take);
        return;
    }
    const std::string wanted = read_text(*profile, error);
    if (parts_.scenario.kinds.size() > 1) {
        error.report(profile->error(
            "which GPU model's? Write seconds: {MODEL: {PROFILE: seconds}} instead"));
    }
    if (error) return;
    const window::KindId kind{0};
    const gpu::GpuModel& model = parts_.scenario.catalogue->model(parts_.scenario.kinds[kind]);
    const gpu::ProfileId found = find_profile(model, wanted, *profile, error);
    if (!error) take(kind, found, *seconds);
}

}  // namespace tangram::io
