#include "io/export/device_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

namespace tangram::io {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool names_a_device(std::string_view id) {
    return id.starts_with("GPU-") || id.find(':') != std::string_view::npos;
}

// "3" of "gpu-3", "7" of "a007"; empty if it does not end in a number.
std::string trailing_number(const std::string& id) {
    const auto end = std::ranges::find_if_not(id.rbegin(), id.rend(), is_digit);
    std::string digits(end.base(), id.end());
    const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
    if (zeros == digits.size() && zeros > 0) return "0";
    return digits.substr(zeros);
}

bool numbered_by_planner(const std::string& id) {
    return id.starts_with("gpu-") && id.size() > 4 &&
           std::ranges::all_of(id.begin() + 4, id.end(), is_digit);
}

}  // namespace

bool has_nodes(const deployment::Deployment& deployment) {
    return std::ranges::any_of(
        deployment.gpus, [](const deployment::DeployedGpu& gpu) { return !gpu.node.empty(); });
}

Result<std::vector<std::string>> device_names(const deployment::Deployment& deployment) {
    const bool with_nodes = has_nodes(deployment);
    std::unordered_map<std::string, int> next_of_node;
    std::map<std::pair<std::string, std::string>, std::string> owners;  // of (node, device)
    std::vector<std::string> names;
    for (const deployment::DeployedGpu& gpu : deployment.gpus) {
        const int position = next_of_node[gpu.node]++;
        std::string name = trailing_number(gpu.id);
        if (names_a_device(gpu.id)) {
            name = gpu.id;
        } else if (name.empty() || (with_nodes && numbered_by_planner(gpu.id))) {
            name = std::to_string(position);
        }
        const auto [owner, added] = owners.try_emplace({gpu.node, name}, gpu.id);
        if (!added) {
            return invalid_input(fmt::format(
                "the GPUs {} and {} would both be device {} of one machine: give the problem "
                "`nodes`, or name the GPUs by their UUIDs",
                owner->second, gpu.id, name));
        }
        names.push_back(std::move(name));
    }
    return names;
}

std::string device_rule_comment(bool with_nodes) {
    if (with_nodes) {
        return "# Devices: a GPU called gpu-N is counted from 0 within its node, in the order "
               "below;\n"
               "# of another name that ends in a number, the number is the device's index; UUIDs "
               "and\n"
               "# PCI bus ids stand for themselves. Compare with `nvidia-smi -L` on each node.\n";
    }
    return "# Devices: gpu-N is the device with index N of this machine; UUIDs and PCI bus ids "
           "stand\n"
           "# for themselves. Compare with `nvidia-smi -L`.\n";
}

}  // namespace tangram::io
