#include <fmt/format.h>

#include <iterator>

#include "base/amount_text.h"
#include "base/check.h"
#include "io/deployment_file.h"
#include "io/json_text.h"

namespace tangram::io {
namespace {

using deployment::Deployment;

class Writer {
public:
    Writer(std::string& out, const Deployment& deployment, int indent)
        : out_(out), deployment_(deployment), indent_(static_cast<std::size_t>(indent), ' ') {}

    void write();

private:
    template <typename... Parts>
    void add(fmt::format_string<Parts...> format, Parts&&... parts) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Parts>(parts)...);
    }
    void add_quoted(std::string_view name, std::string_view text) {
        add("\"{}\": ", name);
        append_quoted(out_, text);
    }
    // One element per line between brackets.
    template <typename Items, typename Element>
    void add_list(std::string_view name, const Items& items, bool last, const Element& element);

    void add_model(const deployment::DeployedModel& model);
    void add_point(const deployment::RunPoint& point);
    void add_gpu(const deployment::DeployedGpu& gpu);
    void add_instance(const deployment::DeployedModel& model, const deployment::Instance& instance);

    std::string& out_;
    const Deployment& deployment_;
    std::string indent_;
};

template <typename Items, typename Element>
void Writer::add_list(std::string_view name, const Items& items, bool last,
                      const Element& element) {
    add("{}  \"{}\": [", indent_, name);
    bool first = true;
    for (const auto& item : items) {
        add("{}\n{}    {{", first ? "" : ",", indent_);
        element(item);
        out_ += '}';
        first = false;
    }
    if (!first) add("\n{}  ", indent_);
    out_ += last ? "]\n" : "],\n";
}

void Writer::add_model(const deployment::DeployedModel& model) {
    add_quoted("name", model.name);
    add(", \"memory_slices\": {}, \"profiles\": [", model.memory_slices);
    for (const deployment::DeployedProfile& profile : model.profiles) {
        out_ += &profile == model.profiles.data() ? "{" : ", {";
        add_quoted("name", profile.name);
        add(", \"size\": {}, \"compute_slices\": {}}}", profile.size, profile.compute_slices);
    }
    out_ += ']';
}

void Writer::add_point(const deployment::RunPoint& point) {
    add_quoted("model", point.model);
    out_ += ", ";
    add_quoted("precision", point.precision);
    add(", \"batch\": {}, \"processes\": {}, \"max_wait_ms\": {}, \"throughput_rps\": {}, ",
        point.batch, point.processes, ms_text(point.max_wait), rps_text(point.throughput));
    add_quoted("metric", point.metric);
    add(", \"latency_ms\": {}, ", ms_text(point.latency));
    add_quoted("source", point.source);
    add(", \"estimated\": {}, \"memory_known\": {}", point.estimated, point.memory_known);
}

void Writer::add_instance(const deployment::DeployedModel& model,
                          const deployment::Instance& instance) {
    const auto profile = static_cast<std::size_t>(instance.profile);
    CHECK(profile < model.profiles.size(), "an instance of a profile its GPU model lacks");
    out_ += '{';
    add_quoted("profile", model.profiles[profile].name);
    add(", \"start\": {}", instance.start);
    if (instance.service.valid()) {
        out_ += ", ";
        add_quoted("service", deployment_.services[instance.service].name);
        add(", \"point\": {}", instance.point.index());
    }
    add(", \"phase\": \"{}\"}}", name(instance.phase));
}

void Writer::add_gpu(const deployment::DeployedGpu& gpu) {
    const auto model = static_cast<std::size_t>(gpu.model);
    CHECK(model < deployment_.models.size(), "a GPU of a model the deployment lacks");
    add_quoted("id", gpu.id);
    out_ += ", ";
    add_quoted("model", deployment_.models[model].name);
    if (!gpu.node.empty()) {
        out_ += ", ";
        add_quoted("node", gpu.node);
    }
    add(", \"status\": \"{}\", \"instances\": [", name(gpu.status));
    for (const deployment::Instance& instance : gpu.instances) {
        if (&instance != gpu.instances.data()) out_ += ", ";
        add_instance(deployment_.models[model], instance);
    }
    out_ += ']';
}

void Writer::write() {
    add("{{\n{0}  \"format\": \"tangram/deployment\",\n{0}  \"version\": 1,\n", indent_);
    if (deployment_.claimed_gpus) {
        add("{}  \"gpus_total\": {},\n", indent_, *deployment_.claimed_gpus);
    }
    if (deployment_.claimed_cost) {
        add("{}  \"cost\": {},\n", indent_, cost_text(*deployment_.claimed_cost));
    }
    add_list("models", deployment_.models, false, [this](const auto& item) { add_model(item); });
    add_list("services", deployment_.services, false, [this](const auto& service) {
        add_quoted("name", service.name);
        add(", \"rate_rps\": {}", rps_text(service.rate));
        if (service.served) add(", \"served_rps\": {}", rps_text(*service.served));
        if (service.floor) add(", \"floor_rps\": {}", rps_text(*service.floor));
    });
    add_list("points", deployment_.points, false, [this](const auto& item) { add_point(item); });
    const bool any_warm = !deployment_.warm.empty();
    add_list("gpus", deployment_.gpus, !any_warm, [this](const auto& item) { add_gpu(item); });
    if (any_warm) {
        add_list("warm", deployment_.warm, true, [this](const auto& one) {
            add_quoted("place", one.place);
            out_ += ", ";
            add_quoted("model", one.model);
            add(", \"idle_s\": {}", decimal_text(one.idle.count(), 9));
        });
    }
    add("{}}}", indent_);
}

}  // namespace

void append_deployment(std::string& out, const Deployment& deployment, int indent) {
    Writer(out, deployment, indent).write();
}

std::string write_deployment(const Deployment& deployment) {
    std::string out;
    append_deployment(out, deployment, 0);
    out += '\n';
    return out;
}

}  // namespace tangram::io
