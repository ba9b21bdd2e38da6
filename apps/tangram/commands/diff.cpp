#include "deployment/diff.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/amount_text.h"
#include "commands/commands.h"
#include "io/deployment_file.h"
#include "report/text.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

using deployment::DeploymentDiff;
using deployment::GpuChange;
using deployment::InstanceRecord;
using Json = nlohmann::ordered_json;

struct Arguments {
    std::string before;
    std::string after;
    bool exit_code = false;
};

std::string_view word(GpuChange change) {
    switch (change) {
        case GpuChange::kAdded:
            return "added";
        case GpuChange::kRemoved:
            return "removed";
        case GpuChange::kRecut:
            return "re-cut";
        case GpuChange::kReused:
            return "reused";
        case GpuChange::kSame:
            return "same";
    }
    return "";
}

std::string instance_text(const InstanceRecord& instance) {
    if (instance.service.empty()) return instance.profile + ", idle";
    return fmt::format("{} ({})", report::printable(instance.service),
                       report::printable(point_text(instance.point, instance.profile)));
}

Json instance_json(const InstanceRecord& instance) {
    Json json = {{"profile", instance.profile}, {"start", instance.start}};
    if (instance.service.empty()) return json;
    json["service"] = instance.service;
    json["batch"] = instance.point.batch;
    json["processes"] = instance.point.processes;
    return json;
}

Json instances_json(const std::vector<InstanceRecord>& instances) {
    Json json = Json::array();
    for (const InstanceRecord& instance : instances) json.push_back(instance_json(instance));
    return json;
}

Json totals_json(const DeploymentDiff& diff) {
    return {{"gpus_old", diff.gpus_old},
            {"gpus_new", diff.gpus_new},
            {"gpus_added", diff.gpus_added},
            {"gpus_removed", diff.gpus_removed},
            {"gpus_recut", diff.gpus_recut},
            {"gpus_reused", diff.gpus_reused},
            {"gpus_same", diff.gpus_same},
            {"instances_created", diff.instances_created},
            {"instances_destroyed", diff.instances_destroyed},
            {"instances_kept", diff.instances_kept},
            {"instances_repointed", diff.instances_repointed}};
}

std::string as_json(const DeploymentDiff& diff) {
    Json gpus = Json::array();
    for (const deployment::GpuDiff& gpu : diff.gpus) {
        gpus.push_back({{"id", gpu.id},
                        {"model", gpu.model},
                        {"change", word(gpu.change)},
                        {"destroyed", instances_json(gpu.destroyed)},
                        {"created", instances_json(gpu.created)},
                        {"kept", gpu.kept},
                        {"repointed", gpu.repointed}});
    }
    Json services = Json::array();
    for (const deployment::ServiceDiff& service : diff.services) {
        services.push_back({{"name", service.name},
                            {"in_old", service.in_old},
                            {"in_new", service.in_new},
                            {"old_rate_rps", requests_per_second(service.old_rate)},
                            {"new_rate_rps", requests_per_second(service.new_rate)},
                            {"old_replicas", service.old_replicas},
                            {"new_replicas", service.new_replicas},
                            {"old_capacity_rps", requests_per_second(service.old_capacity)},
                            {"new_capacity_rps", requests_per_second(service.new_capacity)},
                            {"old_points", service.old_points},
                            {"new_points", service.new_points}});
    }
    const Json json = {{"format", "tangram/diff"}, {"version", 1},
                       {"same", diff.empty()},     {"totals", totals_json(diff)},
                       {"gpus", std::move(gpus)},  {"services", std::move(services)}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void add_service(std::string& text, const deployment::ServiceDiff& service) {
    text += "  " + report::printable(service.name);
    if (!service.in_old) text += " (new)";
    if (!service.in_new) text += " (gone)";
    text += fmt::format(": replicas {} → {}, capacity {} → {}, rate {} → {}\n",
                        service.old_replicas, service.new_replicas, rps_text(service.old_capacity),
                        rps_text(service.new_capacity), rps_text(service.old_rate),
                        rps_text(service.new_rate));
}

std::string as_text(const DeploymentDiff& diff) {
    if (diff.empty()) return "no difference\n";
    std::string text = fmt::format(
        "GPUs {} → {}: {} added, {} removed, {} re-cut, {} reused, {} same\n"
        "instances: {} created, {} destroyed, {} kept, {} of those with another operating point\n",
        diff.gpus_old, diff.gpus_new, diff.gpus_added, diff.gpus_removed, diff.gpus_recut,
        diff.gpus_reused, diff.gpus_same, diff.instances_created, diff.instances_destroyed,
        diff.instances_kept, diff.instances_repointed);
    if (!diff.gpus.empty()) text += "\nGPUs\n";
    for (const deployment::GpuDiff& gpu : diff.gpus) {
        text +=
            fmt::format("  {} {}, {} kept", report::printable(gpu.id), word(gpu.change), gpu.kept);
        if (gpu.repointed > 0) text += fmt::format(" ({} with another point)", gpu.repointed);
        text += "\n";
        for (const InstanceRecord& instance : gpu.destroyed) {
            text += fmt::format("    - slice {}: {}\n", instance.start, instance_text(instance));
        }
        for (const InstanceRecord& instance : gpu.created) {
            text += fmt::format("    + slice {}: {}\n", instance.start, instance_text(instance));
        }
    }
    if (!diff.services.empty()) text += "\nservices\n";
    for (const deployment::ServiceDiff& service : diff.services) add_service(text, service);
    return text;
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    const Result<deployment::Deployment> before = io::read_deployment(arguments.before);
    if (!before) return before.error();
    const Result<deployment::Deployment> after = io::read_deployment(arguments.after);
    if (!after) return after.error();
    const DeploymentDiff difference = deployment::diff(*before, *after);
    const Result<void> printed =
        session.deliver(session.settings.json ? as_json(difference) : as_text(difference));
    if (!printed) return printed.error();
    return arguments.exit_code && !difference.empty() ? Exit::kNo : Exit::kDone;
}

}  // namespace

Command diff() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "diff";
    command.summary = "Show what changes from one deployment to another";
    command.details =
        "GPUs are the same if their ids are; an instance is kept if the same profile runs the same "
        "service at the same place.";
    command.arguments = {required(file("BEFORE", "a deployment or plan", arguments->before)),
                         required(file("AFTER", "a deployment or plan", arguments->after))};
    command.options = {flag("exit-code", "exit with 1 if they differ", arguments->exit_code)};
    command.examples = {{"tangram diff monday.json tuesday.json",
                         "GPUs added, removed and re-cut; instances created and destroyed."}};
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
