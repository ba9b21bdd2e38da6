#include "io/export/mig_parted.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "gpu/layout.h"
#include "io/export/catalogue_match.h"
#include "io/export/device_names.h"
#include "io/json_text.h"

namespace tangram::io {
namespace {

using deployment::Deployment;

constexpr std::string_view kHead =
    R"(# MIG instances as a Tangram deployment says, for nvidia-mig-parted and the MIG manager:
#   nvidia-mig-parted apply -f FILE -c NAME
# Applying it destroys every instance on a device whose counts differ: drain the device first.
#
)";

// What one device is cut into: counts by profile of one GPU model.
struct Cut {
    std::size_t model = 0;  // of the deployment
    std::vector<int> counts;
    friend auto operator<=>(const Cut&, const Cut&) = default;
};

// The devices of one node that are cut alike.
struct Group {
    Cut cut;
    std::vector<std::string> devices;
};
struct Node {
    std::string name;
    std::vector<Group> groups;
};

class Exporter {
public:
    Exporter(const Deployment& deployment, const std::vector<MatchedModel>& models)
        : deployment_(deployment), models_(models) {}

    Result<std::string> run(const std::vector<std::string>& devices);

private:
    Result<void> add_gpu(const deployment::DeployedGpu& gpu, const std::string& device);
    [[nodiscard]] Cut cut_of(const deployment::DeployedGpu& gpu) const;
    [[nodiscard]] std::string placement_comment() const;
    [[nodiscard]] std::string entry(const Group& group) const;
    [[nodiscard]] const gpu::GpuModel& model(const Cut& cut) const {
        return *models_[cut.model].model;
    }

    const Deployment& deployment_;
    const std::vector<MatchedModel>& models_;
    std::vector<Node> nodes_;  // in order of appearance
    std::map<Cut, std::vector<std::string>> gpus_of_cut_;
};

Cut Exporter::cut_of(const deployment::DeployedGpu& gpu) const {
    Cut cut;
    cut.model = static_cast<std::size_t>(gpu.model);
    cut.counts.assign(model(cut).profiles.size(), 0);
    for (const deployment::Instance& instance : gpu.instances) {
        if (!stays(instance)) continue;
        const auto profile = static_cast<std::size_t>(instance.profile);
        ++cut.counts[models_[cut.model].profiles[profile].index()];
    }
    return cut;
}

Result<void> Exporter::add_gpu(const deployment::DeployedGpu& gpu, const std::string& device) {
    if (gpu.status != deployment::GpuStatus::kOk) return {};
    if (!std::ranges::all_of(device, [](char c) { return c >= '0' && c <= '9'; })) {
        return Error{ErrorCode::kUnsupported,
                     fmt::format("mig-parted names devices by index and cannot name \"{}\"; use "
                                 "the format nvidia-smi",
                                 gpu.id),
                     {}};
    }
    auto node = std::ranges::find(nodes_, gpu.node, &Node::name);
    if (node == nodes_.end()) node = nodes_.insert(node, {gpu.node, {}});
    const Cut cut = cut_of(gpu);
    auto group = std::ranges::find(node->groups, cut, &Group::cut);
    if (group == node->groups.end()) group = node->groups.insert(group, {cut, {}});
    group->devices.push_back(device);
    gpus_of_cut_[cut].push_back(gpu.id);
    return {};
}

std::string Exporter::entry(const Group& group) const {
    std::string out = fmt::format("    - devices: [{}]\n      mig-enabled: true\n",
                                  fmt::join(group.devices, ", "));
    std::string counts;
    const gpu::GpuModel& gpu = model(group.cut);
    for (const gpu::ProfileId profile : gpu.profiles.ids()) {
        if (const int count = group.cut.counts[profile.index()]; count > 0) {
            counts +=
                fmt::format("        {}: {}\n", quoted_json(gpu.profiles[profile].name), count);
        }
    }
    return out + (counts.empty() ? "      mig-devices: {}\n" : "      mig-devices:\n" + counts);
}

std::string Exporter::placement_comment() const {
    std::string free;
    for (const auto& [cut, gpus] : gpus_of_cut_) {
        const std::size_t ways = count_placements(model(cut), cut.counts);
        if (ways <= 1) continue;
        std::string names = fmt::format(
            "{}", fmt::join(std::span(gpus).first(std::min<std::size_t>(gpus.size(), 8)), ", "));
        if (gpus.size() > 8) names += fmt::format(" and {} more", gpus.size() - 8);
        free += fmt::format("#   {} ({} placements): {}\n", model(cut).name, ways, names);
    }
    std::string out = "# mig-parted counts instances and leaves the places to the driver. ";
    if (free.empty()) {
        return out +
               "Here every device can be cut\n# in one way only, so the places come out as "
               "in the deployment.\n#\n";
    }
    return out +
           "Every instance serves as well\n# at another place, but which slices stay free may "
           "differ from the deployment, and the file of\n# the current deployment must then be "
           "corrected. This concerns\n" +
           free + "# For exact places use the format nvidia-smi.\n#\n";
}

Result<std::string> Exporter::run(const std::vector<std::string>& devices) {
    for (const deployment::GpuIndex gpu : deployment_.gpus.ids()) {
        Result<void> added = add_gpu(deployment_.gpus[gpu], devices[gpu.index()]);
        if (!added) return added.error();
    }
    std::string out(kHead);
    out += placement_comment();
    out += device_rule_comment(has_nodes(deployment_));
    out += nodes_.empty() ? "version: v1\nmig-configs: {}\n" : "version: v1\nmig-configs:\n";
    for (const Node& node : nodes_) {
        out += fmt::format("  {}:\n", node.name.empty() ? "tangram" : quoted_json(node.name));
        for (const Group& group : node.groups) out += entry(group);
    }
    return out;
}

}  // namespace

std::size_t count_placements(const gpu::GpuModel& model, const std::vector<int>& counts) {
    std::vector<gpu::ProfileId> used;
    for (const gpu::ProfileId profile : model.profiles.ids()) {
        if (counts[profile.index()] > 0) used.push_back(profile);
    }
    const std::vector<gpu::Layout> layouts = gpu::enumerate_layouts(model, gpu::RuleSet{}, used);
    return static_cast<std::size_t>(std::ranges::count_if(layouts, [&](const gpu::Layout& layout) {
        return gpu::profile_counts(model, layout) == counts;
    }));
}

Result<std::string> export_mig_parted(const Deployment& deployment,
                                      const gpu::Catalogue& catalogue) {
    const Result<std::vector<MatchedModel>> models = match_catalogue(deployment, catalogue);
    if (!models) return models.error();
    const Result<std::vector<std::string>> devices = device_names(deployment);
    if (!devices) return devices.error();
    return Exporter(deployment, *models).run(*devices);
}

}  // namespace tangram::io
