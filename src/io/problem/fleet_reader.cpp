#include "io/problem/fleet_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_set>

namespace tangram::io {
namespace {

constexpr std::int64_t kGpusMax = 1'000'000'000;

class FleetReader {
public:
    FleetReader(workload::Problem& problem, FirstError& error) : problem_(problem), error_(error) {}

    void read_gpus(Value list, bool with_nodes);
    void read_nodes(Value list);

private:
    workload::FleetEntry read_gpu(Value value, bool with_nodes);
    workload::Node read_node(Value value);
    workload::NodeGpu read_node_gpu(Value value);
    gpu::GpuModelId read_model(Value value);
    workload::FleetEntryId find_entry(gpu::GpuModelId model) const;
    void count_node_gpus();

    workload::Problem& problem_;
    FirstError& error_;
    std::unordered_set<std::string> gpu_ids_;
    std::unordered_set<std::string> node_names_;
};

gpu::GpuModelId FleetReader::read_model(Value value) {
    const std::string name = read_text(value, error_);
    if (error_) return {};
    const Result<gpu::GpuModelId> model = problem_.catalogue->find(name);
    if (!model) {
        error_.report(value.error(model.error().message));
        return {};
    }
    return *model;
}

workload::FleetEntryId FleetReader::find_entry(gpu::GpuModelId model) const {
    for (const workload::FleetEntryId entry : problem_.fleet.ids()) {
        if (problem_.fleet[entry].model == model) return entry;
    }
    return {};
}

workload::FleetEntry FleetReader::read_gpu(Value value, bool with_nodes) {
    ObjectReader fields(value, error_, {"model", "count", "cost", "gpus_per_node"});
    workload::FleetEntry entry;
    if (const auto model = fields.require("model")) {
        entry.model = read_model(*model);
        if (!error_ && find_entry(entry.model).valid()) {
            error_.report(model->error(
                fmt::format("{} is listed twice", problem_.catalogue->model(entry.model).name)));
        }
    }
    entry.count = fields.optional_integer("count", 0, kGpusMax);
    entry.cost = Cost{fields.optional_number("cost", kCostRule).value_or(kCostPerUnit)};
    if (const auto per_node = fields.optional_integer("gpus_per_node", 1, 1'000'000)) {
        entry.gpus_per_node = static_cast<int>(*per_node);
    }
    for (const std::string_view name : {"count", "gpus_per_node"}) {
        if (const auto field = fields.find(name); with_nodes && field) {
            error_.report(field->error("`nodes` says which GPUs there are; leave this out"));
        }
    }
    return entry;
}

void FleetReader::read_gpus(Value list, bool with_nodes) {
    if (!expect_array(list, error_)) return;
    if (list.size() == 0) error_.report(list.expected("at least one GPU model"));
    for (const Value value : list) {
        workload::FleetEntry entry = read_gpu(value, with_nodes);
        if (error_) return;
        problem_.fleet.push_back(entry);
    }
}

workload::NodeGpu FleetReader::read_node_gpu(Value value) {
    ObjectReader fields(value, error_, {"id", "model"});
    workload::NodeGpu gpu;
    gpu.id = fields.text("id");
    const auto field = fields.require("model");
    if (!field) return gpu;
    const gpu::GpuModelId model = read_model(*field);
    if (error_) return gpu;
    if (!gpu_ids_.insert(gpu.id).second) {
        error_.report(value.error(fmt::format("there are two GPUs \"{}\"", gpu.id)));
    }
    gpu.entry = find_entry(model);
    if (!gpu.entry.valid()) {
        workload::FleetEntry entry;
        entry.model = model;
        gpu.entry = problem_.fleet.push_back(entry);
    }
    return gpu;
}

workload::Node FleetReader::read_node(Value value) {
    ObjectReader fields(value, error_, {"name", "gpus"});
    workload::Node node;
    node.name = fields.text("name");
    if (!error_ && !node_names_.insert(node.name).second) {
        error_.report(value.error(fmt::format("there are two nodes \"{}\"", node.name)));
    }
    const auto gpus = fields.array("gpus");
    if (!gpus) return node;
    for (const Value gpu : *gpus) {
        node.gpus.push_back(read_node_gpu(gpu));
        if (error_) return node;
    }
    return node;
}

void FleetReader::read_nodes(Value list) {
    if (!expect_array(list, error_)) return;
    if (list.size() == 0) error_.report(list.expected("at least one node"));
    for (const Value value : list) {
        workload::Node node = read_node(value);
        if (error_) return;
        problem_.nodes.push_back(std::move(node));
    }
    count_node_gpus();
    if (problem_.fleet.empty()) error_.report(list.error("no node has a GPU"));
}

void FleetReader::count_node_gpus() {
    for (workload::FleetEntry& entry : problem_.fleet) entry.count = 0;
    for (const workload::Node& node : problem_.nodes) {
        for (const workload::NodeGpu& gpu : node.gpus) ++*problem_.fleet[gpu.entry].count;
    }
}

}  // namespace

void read_fleet(const ObjectReader& file, workload::Problem& problem, FirstError& error) {
    FleetReader reader(problem, error);
    const auto gpus = file.find("gpus");
    const auto nodes = file.find("nodes");
    if (!gpus && !nodes) {
        error.report(file.value().error("the field \"gpus\" is missing"));
    }
    if (gpus && !error) reader.read_gpus(*gpus, nodes.has_value());
    if (nodes && !error) reader.read_nodes(*nodes);
}

bool has_nodes(const workload::Problem& problem) {
    return !problem.nodes.empty() ||
           std::ranges::all_of(problem.fleet, [](const workload::FleetEntry& entry) {
               return entry.gpus_per_node.has_value();
           });
}

}  // namespace tangram::io
