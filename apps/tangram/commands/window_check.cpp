#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/amount_text.h"
#include "commands/commands.h"
#include "inputs.h"
#include "io/goodput_text.h"
#include "io/schedule_file.h"
#include "report/text.h"
#include "session.h"
#include "window/summary.h"
#include "windows.h"

namespace tangram::app::commands {
namespace {

using window::Evaluation;
using window::Window;
using Json = nlohmann::ordered_json;

struct Arguments {
    std::string scenario;
    std::string schedule;
    std::int64_t window = 0;
};

Json figures_of(const Window& window, const Evaluation& evaluation) {
    const window::Summary summary = summarise(window, evaluation);
    // The texts are numbers already, and exact.
    return {{"goodput", Json::parse(io::goodput_text(evaluation.goodput, window.slot))},
            {"served_share", Json::parse(share_text(summary.served))},
            {"mean_accuracy", Json::parse(share_text(summary.accuracy))},
            {"retrained", summary.retrained},
            {"switching_slots", summary.switching_slots},
            {"switching_loss", Json::parse(io::goodput_text(summary.switching_loss, window.slot))}};
}

// What each tenant's switching slots were spent on.
struct Part {
    std::string_view name;
    Duration window::Switching::* time;
};
constexpr Part kParts[] = {{"drain", &window::Switching::drain},
                           {"destroy", &window::Switching::destroy},
                           {"create", &window::Switching::create},
                           {"load", &window::Switching::load},
                           {"first_inference", &window::Switching::first_inference}};

Json switching_json(const window::Scenario& scenario, const Evaluation& evaluation) {
    Json list = Json::array();
    for (const window::TenantId id : scenario.tenants.ids()) {
        const window::ScenarioTenant& tenant = scenario.tenants[id];
        const int slots = evaluation.tenants[id].switching_slots;
        const window::Switching split = split_switching(tenant.switching, scenario.slot, slots);
        Json entry = {{"tenant", tenant.name}, {"model", tenant.model}, {"slots", slots}};
        for (const Part& part : kParts) {
            entry[std::string(part.name) + "_s"] = milliseconds(split.*part.time) / 1e3;
        }
        list.push_back(std::move(entry));
    }
    return list;
}

std::string switching_lines(const window::Scenario& scenario, const Evaluation& evaluation) {
    std::string text;
    for (const window::TenantId id : scenario.tenants.ids()) {
        const window::ScenarioTenant& tenant = scenario.tenants[id];
        const int slots = evaluation.tenants[id].switching_slots;
        if (slots == 0) continue;
        const window::Switching split = split_switching(tenant.switching, scenario.slot, slots);
        text += fmt::format("  {} ({}), {}:", report::printable(tenant.name),
                            report::printable(tenant.model), report::counted(slots, "slot"));
        for (const Part& part : kParts) {
            std::string name(part.name);
            std::ranges::replace(name, '_', ' ');
            text += fmt::format(" {} {:.1f} s{}", name, milliseconds(split.*part.time) / 1e3,
                                &part == std::end(kParts) - 1 ? "\n" : ",");
        }
    }
    return text;
}

std::string as_json(const window::Scenario& scenario, const Window& window, const Evaluation& ahead,
                    const Evaluation& on_demand) {
    Json json = {{"format", "tangram/window-check"},
                 {"version", 1},
                 {"ok", ahead.violations.empty()},
                 {"violations", ahead.violations}};
    json.update(figures_of(window, ahead));
    json["switching"] = switching_json(scenario, ahead);
    json["on_demand"] = figures_of(window, on_demand);
    json["on_demand"]["switching"] = switching_json(scenario, on_demand);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string switching_text(const Window& window, const Evaluation& evaluation) {
    const window::Summary summary = summarise(window, evaluation);
    return fmt::format("goodput {}; {} lose {} to switching",
                       report::figure(accurate_requests(evaluation.goodput, window.slot)),
                       report::counted(summary.switching_slots, "slot"),
                       report::figure(accurate_requests(summary.switching_loss, window.slot)));
}

std::string as_text(const window::Scenario& scenario, const Window& window, const Evaluation& ahead,
                    const Evaluation& on_demand) {
    std::string text;
    for (const std::string& violation : ahead.violations) {
        text += report::printable(violation) + "\n";
    }
    if (!ahead.violations.empty()) {
        return text + fmt::format("not legal: {}\n",
                                  report::counted(std::ssize(ahead.violations), "violation"));
    }
    const window::Summary summary = summarise(window, ahead);
    return fmt::format("legal: {}\n", switching_text(window, ahead)) +
           switching_lines(scenario, ahead) +
           fmt::format("served {} of the requests at a mean accuracy of {}; {}\n",
                       report::percent(static_cast<double>(summary.served.count()) / 1e6),
                       report::percent(static_cast<double>(summary.accuracy.count()) / 1e6),
                       report::counted(summary.retrained, "retraining")) +
           fmt::format("created on demand: {}\n", switching_text(window, on_demand)) +
           switching_lines(scenario, on_demand);
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    const Result<window::Scenario> scenario = load_scenario(session, arguments.scenario);
    if (!scenario) return scenario.error();
    const Result<Window> window = numbered_window(*scenario, arguments.window);
    if (!window) return window.error();
    const Result<io::ScheduleFile> read = io::read_schedule(arguments.schedule);
    if (!read) return read.error();
    const Result<window::Schedule> schedule = io::schedule_of(*read, *window, arguments.schedule);
    if (!schedule) return schedule.error();
    const Evaluation ahead = evaluate(*window, *schedule);
    const Evaluation on_demand = evaluate(*window, *schedule, window::Creation::kOnDemand);
    if (session.settings.json || !session.settings.quiet) {
        const Result<void> printed =
            session.deliver(session.settings.json ? as_json(*scenario, *window, ahead, on_demand)
                                                  : as_text(*scenario, *window, ahead, on_demand));
        if (!printed) return printed.error();
    }
    return ahead.violations.empty() ? Exit::kDone : Exit::kNo;
}

}  // namespace

Command window_check() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "window check";
    command.summary = "Check independently what a schedule breaks and what it is worth";
    command.details =
        "Recomputes everything from the scenario and the stints of the schedule, without the code "
        "that made it: layouts in every slot, one owner per instance, warm-ups, uninterrupted "
        "retrainings, floors, goodput. What the schedule file says about itself is not trusted. "
        "Also said is what is left of it if the same instances are created only when they are to "
        "serve, and what each tenant's switching is spent on. Exit code 1: the schedule breaks a "
        "rule or misses a floor.";
    command.arguments = {
        required(file("SCENARIO", "the scenario file", arguments->scenario)),
        required(file("SCHEDULE", "what `tangram window plan -o` wrote", arguments->schedule))};
    command.options = {window_option(arguments->window)};
    command.examples = {{"tangram window check examples/window/pair.yaml schedule.json",
                         "Is it legal, and what is it worth?"}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
