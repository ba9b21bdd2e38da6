#include <fmt/format.h>

#include <iterator>

#include "base/amount_text.h"
#include "io/deployment_file.h"
#include "io/json_text.h"
#include "io/transition_file.h"
#include "transition/wording.h"

namespace tangram::io {
namespace {

using transition::Arc;
using transition::Step;
using transition::StepGraph;
using transition::StepId;
using transition::Way;

std::string seconds_text(Duration duration) { return decimal_text(duration.count(), 9); }
std::string slice_seconds_text(planner::SliceTime time) { return decimal_text(time.count(), 3); }

// The names that steps refer to.
deployment::Deployment ground_of(const StepGraph& graph) {
    deployment::Deployment ground;
    ground.models = graph.models;
    ground.points = graph.points;
    for (const transition::ServicePromise& promise : graph.promises) {
        ground.services.push_back(
            {graph.services[promise.service], promise.asked, std::nullopt, promise.floor});
    }
    for (const deployment::DeployedGpu& gpu : graph.gpus) {
        ground.gpus.push_back({gpu.id, gpu.model, gpu.node, gpu.status, {}});
    }
    return ground;
}

class Writer {
public:
    Writer(const Way& way, const transition::WayOptions& options, const planner::Outcome* target)
        : way_(way), options_(options), target_(target) {}

    std::string write();

private:
    template <typename... Parts>
    void add(fmt::format_string<Parts...> format, Parts&&... parts) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Parts>(parts)...);
    }
    template <typename Items, typename Element>
    void add_lines(std::string_view name, const Items& items, const Element& element) {
        add("  \"{}\": [", name);
        bool first = true;
        for (const auto& item : items) {
            out_ += first ? "\n    {" : ",\n    {";
            element(item);
            out_ += '}';
            first = false;
        }
        out_ += first ? "],\n" : "\n  ],\n";
    }

    void add_figures();
    void add_target_figures();
    void add_obstacles();
    void add_step(StepId id);
    void add_layout(const Step& step);
    void add_arc(const Arc& arc);
    [[nodiscard]] const std::string& profile_name(const Step& step, int profile) const {
        const StepGraph& graph = way_.graph;
        return graph.models[static_cast<std::size_t>(graph.gpus[step.gpu].model)]
            .profiles[static_cast<std::size_t>(profile)]
            .name;
    }

    const Way& way_;
    const transition::WayOptions& options_;
    const planner::Outcome* target_;
    std::string out_;
};

void Writer::add_figures() {
    add("  \"spare_gpus\": {},\n  \"spare_verdict\": \"{}\",\n", way_.spares, name(way_.verdict));
    add("  \"gpus_at_most\": {},\n", way_.graph.gpus_at_most);
    add("  \"restart\": {{\"cost_slice_seconds\": {}, \"of_target\": {}, \"kept\": {}, "
        "\"started\": {}, \"stopped\": {}, \"temporary\": {}}},\n",
        slice_seconds_text(way_.restart), slice_seconds_text(way_.target_restart), way_.kept,
        way_.started, way_.stopped, way_.temporaries);
    add("  \"makespan_s\": {},\n  \"makespan_bound_s\": {},\n", seconds_text(way_.makespan),
        seconds_text(way_.makespan_bound));
}

void Writer::add_target_figures() {
    if (target_ == nullptr || !target_->restart) return;
    add("  \"chosen_target\": {{\"cost\": {}, \"bound\": {}, \"restart_slice_seconds\": {}, "
        "\"restart_bound\": {}}},\n",
        cost_text(target_->cost), cost_text(target_->bound),
        slice_seconds_text(target_->restart->cost), slice_seconds_text(target_->restart->bound));
}

void Writer::add_obstacles() {
    add_lines("obstacles", way_.obstacles, [this](const transition::Obstacle& obstacle) {
        add("\"reason\": \"{}\", \"text\": {}", name(obstacle.reason),
            quoted_json(described(obstacle)));
        if (!obstacle.service.empty()) add(", \"service\": {}", quoted_json(obstacle.service));
    });
    add("  \"spares_needed\": {},\n",
        way_.spares_needed ? fmt::to_string(*way_.spares_needed) : "null");
    add("  \"dip_needed\": {},\n", way_.dip_needed ? share_text(*way_.dip_needed) : "null");
}

void Writer::add_layout(const Step& step) {
    out_ += ", \"layout\": [";
    for (const deployment::Instance& instance : step.layout) {
        add("{}{{\"profile\": {}, \"start\": {}}}", &instance == step.layout.data() ? "" : ", ",
            quoted_json(profile_name(step, instance.profile)), instance.start);
    }
    out_ += ']';
}

void Writer::add_step(StepId id) {
    const Step& step = way_.graph.steps[id];
    add("\"id\": {}, \"kind\": \"{}\", \"gpu\": {}", id.index(), name(step.kind),
        quoted_json(way_.graph.gpus[step.gpu].id));
    if (step.profile >= 0) {
        add(", \"profile\": {}, \"start\": {}", quoted_json(profile_name(step, step.profile)),
            step.start);
    }
    if (step.service.valid()) {
        add(", \"service\": {}, \"point\": {}", quoted_json(way_.graph.services[step.service]),
            step.point.index());
    }
    if (step.kind == transition::StepKind::kApply || !step.layout.empty()) add_layout(step);
    if (step.temporary) out_ += ", \"temporary\": true";
    add(", \"planned_s\": {}, \"duration_s\": {}", seconds_text(step.planned),
        seconds_text(step.duration));
}

void Writer::add_arc(const Arc& arc) {
    add("\"before\": {}, \"after\": {}, \"reason\": \"{}\"", arc.before.index(), arc.after.index(),
        name(arc.reason));
    if (arc.service.valid()) {
        add(", \"service\": {}", quoted_json(way_.graph.services[arc.service]));
    }
    add(", \"text\": {}", quoted_json(why(way_.graph, arc)));
}

std::string Writer::write() {
    add("{{\n  \"format\": \"tangram/transition\",\n  \"version\": 1,\n  \"status\": \"{}\",\n",
        way_.found ? "found" : "stuck");
    add("  \"objective\": [\"{}\", \"{}\", \"{}\"],\n", name(options_.objective[0]),
        name(options_.objective[1]), name(options_.objective[2]));
    add_target_figures();
    if (!way_.found) {
        add_obstacles();
        out_.resize(out_.size() - 2);  // the last comma
        out_ += "\n}\n";
        return std::move(out_);
    }
    const StepGraph& graph = way_.graph;
    add_figures();
    add("  \"from\": \"{}\",\n  \"ground\": ", graph.from);
    append_deployment(out_, ground_of(graph), 2);
    out_ += ",\n";
    add_lines("services", graph.promises, [this](const transition::ServicePromise& promise) {
        add("\"name\": {}, \"now_rps\": {}, \"floor_rps\": {}, \"after_rps\": {}",
            quoted_json(way_.graph.services[promise.service]), rps_text(promise.now),
            rps_text(promise.floor), rps_text(promise.after));
    });
    add_lines("steps", graph.steps.ids(), [this](StepId id) { add_step(id); });
    add_lines("arcs", graph.arcs, [this](const Arc& arc) { add_arc(arc); });
    out_ += "  \"target\": ";
    append_deployment(out_, way_.reached, 2);
    out_ += "\n}\n";
    return std::move(out_);
}

}  // namespace

std::string write_transition(const Way& way, const transition::WayOptions& options,
                             const planner::Outcome* target) {
    return Writer(way, options, target).write();
}

}  // namespace tangram::io
