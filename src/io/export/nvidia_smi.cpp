#include "io/export/nvidia_smi.h"

#include <fmt/format.h>

#include "io/export/catalogue_match.h"
#include "io/export/device_names.h"

namespace tangram::io {
namespace {

using deployment::Deployment;

constexpr std::string_view kHead = R"(#!/bin/sh
# Cuts GPUs into MIG instances as a Tangram deployment says: every GPU instance at its place
# (profile:first memory slice), each with one compute instance of full size.
#
# Usage: sh SCRIPT [--apply] [GPU or node]...
#   Without --apply it only prints the commands. With --apply it runs them (as root) and stops at
#   the first that fails. With names, only those GPUs or the GPUs of those nodes.
#
# Before --apply, for each device:
#   - MIG mode must be on:     nvidia-smi -i DEVICE -mig 1
#     (A100 and A30 need a GPU reset for that; instances do not survive a reboot.)
#   - its places must be free: nvidia-smi mig -lgi -i DEVICE
#     An occupied place fails ("Insufficient Resources") and nothing is destroyed to make room.
#     To clear a device that nobody uses:
#     nvidia-smi mig -dci -i DEVICE && nvidia-smi mig -dgi -i DEVICE
# This script does neither of these.
#
)";

constexpr std::string_view kBody = R"SH(
set -eu
apply=no
wanted=
for argument in "$@"; do
    case $argument in
        --apply) apply=yes ;;
        -h | --help) sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit 0 ;;
        -*) echo "$0: unknown option $argument; see --help" >&2; exit 2 ;;
        *) wanted="$wanted|$argument|" ;;
    esac
done
known=

# create GPU NODE DEVICE INSTANCES WHAT
create() {
    if [ -n "$wanted" ]; then
        case $wanted in
            *"|$1|"*) ;;
            *) case ${2:+$wanted} in *"|$2|"*) ;; *) return 0 ;; esac ;;
        esac
        known="$known|$1|$2|"
    fi
    printf '# %s, device %s%s: %s\n' "$1" "$3" "${2:+ of node $2}" "$5"
    printf '%s\n' "nvidia-smi mig -i $3 -cgi $4 -C"
    if [ "$apply" = yes ]; then
        nvidia-smi mig -i "$3" -cgi "$4" -C
    fi
}

)SH";

constexpr std::string_view kTail = R"SH(
for argument in "$@"; do
    case "|--apply|$known" in
        *"|$argument|"*) ;;
        *) echo "$0: nothing here is called $argument" >&2; exit 2 ;;
    esac
done
if [ "$apply" = no ]; then
    echo '# Nothing was done. Run again with --apply to do it.'
fi
)SH";

std::string shell_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + "'";
}

// "9", or a name where the catalogue has no id; nvidia-smi takes both.
std::string profile_id(const MatchedModel& matched, std::size_t profile) {
    const gpu::MigProfile& found = matched.model->profiles[matched.profiles[profile]];
    return found.profile_id ? fmt::to_string(*found.profile_id) : found.name;
}

class Script {
public:
    Script(const Deployment& deployment, const std::vector<MatchedModel>& models,
           const std::vector<std::string>& devices)
        : deployment_(deployment), models_(models), devices_(devices) {}

    std::string text() const {
        std::string out(kHead);
        out += device_rule_comment(has_nodes(deployment_));
        out += kBody;
        for (const deployment::GpuIndex gpu : deployment_.gpus.ids()) out += create(gpu);
        out += kTail;
        return out;
    }

private:
    std::string create(deployment::GpuIndex index) const {
        const deployment::DeployedGpu& gpu = deployment_.gpus[index];
        if (gpu.status != deployment::GpuStatus::kOk) {
            return fmt::format("# {}: left out, it is lost or excluded\n", gpu.id);
        }
        const auto model = static_cast<std::size_t>(gpu.model);
        std::string tuples;
        std::string what;
        for (const deployment::Instance& instance : gpu.instances) {
            if (!stays(instance)) continue;
            const auto profile = static_cast<std::size_t>(instance.profile);
            tuples += fmt::format("{}{}:{}", tuples.empty() ? "" : ",",
                                  profile_id(models_[model], profile), instance.start);
            what += fmt::format(
                "{}{} {}", what.empty() ? "" : ", ",
                deployment_.models[model].profiles[profile].name,
                instance.service.valid() ? deployment_.services[instance.service].name : "idle");
        }
        if (tuples.empty()) return fmt::format("# {}: no instances\n", gpu.id);
        return fmt::format("create {} {} {} {} {}\n", shell_quoted(gpu.id), shell_quoted(gpu.node),
                           shell_quoted(devices_[index.index()]), tuples, shell_quoted(what));
    }

    const Deployment& deployment_;
    const std::vector<MatchedModel>& models_;
    const std::vector<std::string>& devices_;
};

}  // namespace

Result<std::string> export_nvidia_smi(const Deployment& deployment,
                                      const gpu::Catalogue& catalogue) {
    const Result<std::vector<MatchedModel>> models = match_catalogue(deployment, catalogue);
    if (!models) return models.error();
    const Result<std::vector<std::string>> devices = device_names(deployment);
    if (!devices) return devices.error();
    return Script(deployment, *models, *devices).text();
}

}  // namespace tangram::io
