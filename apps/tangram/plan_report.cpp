#include "plan_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/amount_text.h"
#include "report/fleet_terminal.h"
#include "report/text.h"
#include "report/text_table.h"

namespace tangram::app {
namespace {

using deployment::Deployment;
using deployment::ServiceNameId;

constexpr std::size_t kServicesShown = 60;
constexpr double kBusy = 0.95;  // from here on a queue under random arrivals gets long

struct ServiceUse {
    ServiceNameId service;
    Rate capacity;
    std::int64_t replicas = 0;
    // Profile and operating point -> instances.
    std::map<std::pair<std::string, std::size_t>, std::int64_t> points;

    [[nodiscard]] double utilization(const Deployment& deployment) const {
        if (capacity.count() == 0) return 0;
        return requests_per_second(deployment.services[service].rate) /
               requests_per_second(capacity);
    }
};

std::vector<ServiceUse> uses_of(const Deployment& deployment) {
    std::vector<ServiceUse> uses(deployment.services.size());
    for (const ServiceNameId id : deployment.services.ids()) uses[id.index()].service = id;
    for (const deployment::DeployedGpu& gpu : deployment.gpus) {
        const auto& profiles = deployment.models[static_cast<std::size_t>(gpu.model)].profiles;
        for (const deployment::Instance& instance : gpu.instances) {
            if (!instance.service.valid() || !instance.point.valid()) continue;
            ServiceUse& use = uses[instance.service.index()];
            use.capacity += deployment.points[instance.point].throughput;
            ++use.replicas;
            const std::string& profile = profiles[static_cast<std::size_t>(instance.profile)].name;
            ++use.points[{profile, instance.point.index()}];
        }
    }
    return uses;
}

// "3 × 2g.20gb batch 8, 2 processes; 1 × ..."
std::string points_text(const Deployment& deployment, const ServiceUse& use) {
    std::string text;
    for (const auto& [key, count] : use.points) {
        const deployment::RunPoint& point = deployment.points[deployment::RunPointId{key.second}];
        if (!text.empty()) text += "; ";
        text += fmt::format("{} × {} batch {}", count, report::printable(key.first), point.batch);
        if (point.processes > 1) text += fmt::format(" × {} processes", point.processes);
        if (point.estimated) text += " (estimated)";
    }
    return text;
}

std::vector<std::string> row(const Deployment& deployment, const ServiceUse& use) {
    const double utilization = use.utilization(deployment);
    const deployment::DeployedService& service = deployment.services[use.service];
    return {report::printable(service.name),
            rps_text(service.rate),
            rps_text(use.capacity),
            fmt::format("{:.1f} %{}", 100 * utilization, utilization > kBusy ? " !" : "  "),
            fmt::to_string(use.replicas),
            points_text(deployment, use)};
}

std::string infeasible_text(const planner::Outcome& outcome, std::int64_t available) {
    // Proven by the bound alone: the figures below are the reason.
    std::string text =
        outcome.stop_reason == "proven" ? "" : "reason: " + outcome.stop_reason + "\n";
    if (outcome.gpus_needed) {
        text += fmt::format("need: {} at least; the fleet has {}: {} short\n",
                            report::counted(*outcome.gpus_needed, "GPU"), available,
                            *outcome.gpus_needed - available);
    }
    return text + "--serve-what-fits plans what can be served, and says what would cure it\n";
}

// GPUs over all entries that have a count.
std::int64_t available_gpus(const planner::PlanningModel& model) {
    std::int64_t available = 0;
    for (const planner::EntryLimit& entry : model.entries) available += entry.cap.value_or(0);
    return available;
}

// Which models run where nobody measured how much memory they take.
std::string memory_note(const Deployment& deployment) {
    std::vector<std::string> models;
    for (const deployment::RunPoint& point : deployment.points) {
        if (point.memory_known || std::ranges::find(models, point.model) != models.end()) continue;
        models.push_back(point.model);
    }
    if (models.empty()) return {};
    constexpr std::size_t kNamed = 3;
    std::string names;
    for (std::size_t i = 0; i < std::min(models.size(), kNamed); ++i) {
        names += (i == 0 ? "" : ", ") + report::printable(models[i]);
    }
    if (models.size() > kNamed) names += fmt::format(" and {} more", models.size() - kNamed);
    return fmt::format(
        "memory unknown for {}: the table says what runs on these profiles, not how much memory "
        "it takes\n",
        names);
}

// How much of the deployment nobody has measured.
std::string estimates_note(const Deployment& deployment) {
    const std::int64_t estimated = deployment::estimated_instances(deployment);
    if (estimated == 0) return {};
    std::int64_t instances = 0;
    for (const deployment::DeployedGpu& gpu : deployment.gpus) {
        instances += std::ssize(gpu.instances);
    }
    return fmt::format(
        "{} of {} rest on estimated performance: derived from another GPU model, not measured\n",
        estimated, report::counted(instances, "instance"));
}

// Who gets how much on a fleet that is too small, and what would change that.
std::string partial_text(const Planned& planned) {
    const planner::Partial& partial = *planned.outcome.partial;
    const workload::Problem& problem = *planned.model.problem;
    std::string text;
    for (const planner::PriorityClass& each : partial.classes) {
        text +=
            fmt::format("priority {}: each of {} gets at least {:.1f} % of its rate", each.priority,
                        report::counted(static_cast<long long>(each.services), "service"),
                        static_cast<double>(each.share) / 10);
        if (each.beyond) {
            text += fmt::format("; {:.1f} % for each is proven impossible",
                                static_cast<double>(*each.beyond) / 10);
        }
        text += "\n";
    }
    for (std::size_t i = 0; i < std::min(partial.shortfalls.size(), kServicesShown); ++i) {
        const workload::Service& service = problem.services[partial.shortfalls[i].service];
        const Rate served = partial.shortfalls[i].served;
        text += fmt::format("short: {} is served {} of {} requests/s, {} are not\n",
                            report::printable(service.name), rps_text(served),
                            rps_text(service.rate), rps_text(service.rate - served));
    }
    if (partial.shortfalls.size() > kServicesShown) {
        text += fmt::format("… and {} more services are short\n",
                            partial.shortfalls.size() - kServicesShown);
    }
    for (const planner::Cure& cure : partial.cures) {
        const std::string model = problem.gpu_model(cure.entry).name;
        text +=
            fmt::format("all would be served with {} more {}{} (--what-if add={}x{})\n", cure.gpus,
                        model, cure.fewest ? "" : ", perhaps fewer", cure.gpus, model);
    }
    return text;
}

// "restarts: 4 slice-seconds, proven least; 30 instances kept, 2 started, 3 stopped".
std::string restart_text(const planner::Restart& restart) {
    const auto amount = [](planner::SliceTime time) { return decimal_text(time.count(), 3); };
    const std::string proof = restart.cost == restart.bound
                                  ? "proven least"
                                  : "at least " + amount(restart.bound) + " needed";
    std::string text = fmt::format(
        "restarts: {} slice-seconds, {}; {} kept, {} started, {} stopped\n", amount(restart.cost),
        proof, report::counted(restart.kept, "instance"), restart.started, restart.stopped);
    if (!restart.note.empty()) text += "restarts: " + restart.note + "\n";
    return text;
}

std::string notes(const Planned& planned) {
    std::string text;
    if (planned.outcome.partial) text += partial_text(planned);
    if (planned.outcome.restart) text += restart_text(*planned.outcome.restart);
    const planner::Outcome& outcome = planned.outcome;
    if (outcome.status == planner::Status::kFeasible ||
        outcome.status == planner::Status::kUnknown) {
        text += "search ended: " + outcome.stop_reason + "\n";
    }
    if (!outcome.reproducible) text += "a deadline ended the search: not reproducible\n";
    if (planned.deployment) {
        text += estimates_note(*planned.deployment) + memory_note(*planned.deployment);
    }
    return text;
}

}  // namespace

std::string service_table(const Deployment& deployment, std::size_t limit) {
    std::vector<ServiceUse> uses = uses_of(deployment);
    const std::size_t hidden = uses.size() > limit ? uses.size() - limit : 0;
    if (hidden > 0) {
        std::ranges::stable_sort(uses, std::ranges::greater{}, [&](const ServiceUse& use) {
            return use.utilization(deployment);
        });
        uses.resize(limit);
    }
    std::vector<std::vector<std::string>> rows;
    bool busy = false;
    for (const ServiceUse& use : uses) {
        rows.push_back(row(deployment, use));
        busy = busy || use.utilization(deployment) > kBusy;
    }
    std::string text = report::text_table({{"service", false},
                                           {"rate", true},
                                           {"capacity", true},
                                           {"utilised", true},
                                           {"replicas", true},
                                           {"operating points", false}},
                                          rows, report::TableStyle::kTerminal);
    if (hidden > 0) {
        text += fmt::format("… and {} that are less utilised\n",
                            report::counted(static_cast<long long>(hidden), "more service"));
    }
    if (busy) text += "! above 95 %: queues grow long if requests arrive at random\n";
    return text;
}

std::string plan_report(const Session& session, const Planned& planned,
                        const report::Fleet& fleet) {
    std::string text = report::fleet_terminal(
        fleet, {.width = session.width(), .color = session.color(), .limits = {40, 120}});
    if (planned.deployment && !planned.deployment->services.empty()) {
        text += "\n" + service_table(*planned.deployment, kServicesShown);
    } else if (planned.outcome.status == planner::Status::kInfeasible) {
        text += infeasible_text(planned.outcome, available_gpus(planned.model));
    }
    const std::string remarks = notes(planned);
    return remarks.empty() ? text : text + "\n" + remarks;
}

std::string files_note(std::string_view plan, std::string_view picture) {
    std::string text;
    if (!plan.empty()) text += fmt::format("plan: {}\n", plan);
    if (!picture.empty()) text += fmt::format("picture: {}\n", picture);
    return text.empty() ? text : "\n" + text;
}

}  // namespace tangram::app
