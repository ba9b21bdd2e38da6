#include "moving.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/nearest.h"
#include "durations_data.h"
#include "io/decimal.h"
#include "io/durations_file.h"

namespace tangram::app {
namespace {

constexpr int kPercentPlaces = 4;  // of per cent in millionths

}  // namespace

Option spare_option(std::optional<std::int64_t>& target) {
    constexpr std::int64_t kMost = 32;
    return whole_number("spare", "N",
                        "at most N GPUs more may be in use on the way than before or after", 0,
                        kMost, target);
}

Option durations_option(std::string& target) {
    return text("durations", "NAME", "how long steps take: driver, cli, kubernetes, or a file",
                target);
}

std::vector<Option> floor_options(FloorSettings& settings) {
    return {
        percentage_or_none("margin", "keep capacities that much above the rates", 100,
                           [&settings](Share share) { settings.margin = share; }),
        texts("dip", "SERVICE=PERCENT",
              "the service may sink so far below what it is to keep; may be given several times",
              settings.dips),
        texts("rename", "OLD=NEW",
              "the service of the current deployment is called NEW in the problem, and stays; may "
              "be given several times",
              settings.renames),
        spare_option(settings.spare)};
}

Result<std::map<std::string, Share>> read_dips(const std::vector<std::string>& dips,
                                               const workload::Problem& problem) {
    std::map<std::string, Share> result;
    std::vector<std::string> known;
    for (const workload::Service& service : problem.services) known.push_back(service.name);
    for (const std::string& text : dips) {
        const std::size_t equals = text.rfind('=');
        if (equals == std::string::npos) {
            return invalid_input(fmt::format("found '{}', expected SERVICE=PERCENT", text),
                                 "--dip");
        }
        const std::string service = text.substr(0, equals);
        if (std::ranges::find(known, service) == known.end()) {
            return invalid_input(fmt::format("the problem has no service '{}'{}", service,
                                             nearest_hint(service, known)),
                                 "--dip");
        }
        const io::Decimal percent =
            io::parse_decimal(std::string_view(text).substr(equals + 1), kPercentPlaces);
        if (percent.fault || percent.count <= 0 || percent.count > kSharePerOne) {
            return invalid_input(
                fmt::format("found '{}', expected a number above 0 and at most 100 behind '='",
                            text),
                "--dip");
        }
        result[service] = Share{percent.count};
    }
    return result;
}

Result<void> rename_services(const std::vector<std::string>& renames,
                             deployment::Deployment& current) {
    for (const std::string& text : renames) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
            return invalid_input(fmt::format("found '{}', expected OLD=NEW", text), "--rename");
        }
        const std::string from = text.substr(0, equals);
        const std::string to = text.substr(equals + 1);
        deployment::DeployedService* renamed = nullptr;
        std::vector<std::string> known;
        for (const deployment::ServiceNameId id : current.services.ids()) {
            deployment::DeployedService& service = current.services[id];
            known.push_back(service.name);
            if (service.name == from) renamed = &service;
            if (service.name != to) continue;
            return invalid_input(
                fmt::format("the current deployment has a service '{}' already", to), "--rename");
        }
        if (renamed == nullptr) {
            return invalid_input(fmt::format("the current deployment has no service '{}'{}", from,
                                             nearest_hint(from, known)),
                                 "--rename");
        }
        renamed->name = to;
    }
    return {};
}

void mark_lost(const std::vector<std::string>& lost, deployment::Deployment& current) {
    for (const deployment::GpuIndex id : current.gpus.ids()) {
        deployment::DeployedGpu& gpu = current.gpus[id];
        const bool is_lost = std::ranges::find(lost, gpu.id) != lost.end();
        if (is_lost && gpu.status == deployment::GpuStatus::kOk) {
            gpu.status = deployment::GpuStatus::kLost;
        }
    }
}

Result<transition::Durations> load_durations(const std::string& name) {
    const auto presets = io::parse_presets(durations_json(), "presets");
    if (!presets) return Error{ErrorCode::kInternal, presets.error().text(), {}};
    std::vector<std::string> names;
    for (const transition::Durations& preset : *presets) {
        if (preset.name == name) return preset;
        names.push_back(preset.name);
    }
    if (std::filesystem::exists(name)) return io::read_durations(name);
    return invalid_input(fmt::format("found '{}', expected one of the presets {} or a file", name,
                                     fmt::join(names, ", ")),
                         "--durations");
}

}  // namespace tangram::app
