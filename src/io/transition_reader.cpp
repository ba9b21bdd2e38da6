#include <fmt/format.h>

#include <array>
#include <unordered_map>
#include <utility>

#include "base/nearest.h"
#include "gpu/catalogue.h"
#include "io/deployment_file.h"
#include "io/files.h"
#include "io/parse.h"
#include "io/transition_file.h"
#include "transition/wording.h"

namespace tangram::io {
namespace {

using transition::Arc;
using transition::ArcReason;
using transition::Step;
using transition::StepGraph;
using transition::StepId;
using transition::StepKind;

constexpr std::int64_t kStepsMax = 10'000'000;
constexpr NumberRule kStepSecondsRule{9, Rounding::kExact, 0, 1'000'000'000'000'000'000,
                                      "seconds, 0 to 10^9"};

// The words of an enumeration, in its order.
template <typename Enum, std::size_t N>
std::array<std::string_view, N> words() {
    std::array<std::string_view, N> all;
    for (std::size_t i = 0; i < N; ++i) all[i] = transition::name(static_cast<Enum>(i));
    return all;
}
const auto kKinds = words<StepKind, 9>();
const auto kReasons = words<ArcReason, 9>();

class Reader {
public:
    explicit Reader(FirstError& error) : error_(error) {}

    StepGraph read(Value value);

private:
    void take_ground(deployment::Deployment ground);
    void read_promise(Value value);
    void read_step(Value value);
    void read_place(ObjectReader& fields, Step& step);
    void read_layout(ObjectReader& fields, Step& step);
    void read_arc(Value value);
    int profile_of(Value value, const Step& step);
    StepId step_id(ObjectReader& fields, std::string_view name) {
        const auto last = std::max<std::int64_t>(0, std::ssize(graph_.steps) - 1);
        return StepId{static_cast<std::size_t>(fields.integer(name, 0, last))};
    }
    // The index of a name; 0 with an error.
    std::size_t find(Value value, const std::unordered_map<std::string, std::size_t>& names,
                     std::string_view what);

    FirstError& error_;
    StepGraph graph_;
    std::unordered_map<std::string, std::size_t> gpus_, services_;
};

std::size_t Reader::find(Value value, const std::unordered_map<std::string, std::size_t>& names,
                         std::string_view what) {
    const std::string name = read_text(value, error_);
    if (error_) return 0;
    const auto known = names.find(name);
    if (known != names.end()) return known->second;
    std::vector<std::string> all;
    for (const auto& [key, index] : names) all.push_back(key);
    error_.report(value.error(
        fmt::format("`ground` lists no {} \"{}\"{}", what, name, nearest_hint(name, all))));
    return 0;
}

void Reader::take_ground(deployment::Deployment ground) {
    graph_.models = std::move(ground.models);
    graph_.points = std::move(ground.points);
    for (const deployment::DeployedService& service : ground.services) {
        services_.emplace(service.name, graph_.services.size());
        const auto id = graph_.services.push_back(service.name);
        graph_.promises.push_back({id, {}, service.floor.value_or(Rate{}), {}, service.rate});
    }
    for (deployment::DeployedGpu& gpu : ground.gpus) {
        gpus_.emplace(gpu.id, graph_.gpus.size());
        graph_.gpus.push_back(std::move(gpu));
    }
}

void Reader::read_promise(Value value) {
    ObjectReader fields(value, error_, {"name", "now_rps", "floor_rps", "after_rps"});
    const auto name = fields.require("name");
    const Rate now{fields.number("now_rps", kRateRule)};
    const Rate floor{fields.number("floor_rps", kRateRule)};
    const Rate after{fields.number("after_rps", kRateRule)};
    if (!name || error_) return;
    const std::size_t service = find(*name, services_, "service");
    if (error_) return;
    transition::ServicePromise& promise = graph_.promises[service];
    promise.now = now;
    promise.floor = floor;
    promise.after = after;
}

int Reader::profile_of(Value value, const Step& step) {
    const std::string name = read_text(value, error_);
    if (error_) return 0;
    const auto& profiles =
        graph_.models[static_cast<std::size_t>(graph_.gpus[step.gpu].model)].profiles;
    for (std::size_t i = 0; i < profiles.size(); ++i) {
        if (profiles[i].name == name) return static_cast<int>(i);
    }
    error_.report(value.error(fmt::format("`ground` lists no profile \"{}\" of {}'s model", name,
                                          graph_.gpus[step.gpu].id)));
    return 0;
}

void Reader::read_place(ObjectReader& fields, Step& step) {
    const bool whole_gpu = step.kind == StepKind::kAcquire || step.kind == StepKind::kApply ||
                           step.kind == StepKind::kRelease;
    if (whole_gpu) return;
    if (const auto profile = fields.require("profile")) step.profile = profile_of(*profile, step);
    step.start = static_cast<int>(fields.integer("start", 0, gpu::kMemorySlicesMax - 1));
    if (step.kind == StepKind::kCreate || step.kind == StepKind::kDestroy) return;
    // A process that failed or is unknown may be stopped without a service being known.
    const auto service = fields.find("service");
    if (!service && step.kind == StepKind::kStop) return;
    const auto named = fields.require("service");
    if (named) step.service = deployment::ServiceNameId{find(*named, services_, "service")};
    const auto points = static_cast<std::int64_t>(graph_.points.size());
    step.point = deployment::RunPointId{static_cast<std::size_t>(
        fields.integer("point", 0, std::max<std::int64_t>(0, points - 1)))};
    if (points == 0) error_.report(fields.value().error("`ground` lists no operating points"));
}

void Reader::read_layout(ObjectReader& fields, Step& step) {
    fields.each("layout", [&](Value value) {
        ObjectReader place(value, error_, {"profile", "start"});
        deployment::Instance instance;
        if (const auto profile = place.require("profile")) {
            instance.profile = profile_of(*profile, step);
        }
        instance.start = static_cast<int>(place.integer("start", 0, gpu::kMemorySlicesMax - 1));
        instance.phase = deployment::Phase::kIdle;
        step.layout.push_back(instance);
    });
}

void Reader::read_step(Value value) {
    ObjectReader fields(value, error_,
                        {"id", "kind", "gpu", "profile", "start", "service", "point", "layout",
                         "temporary", "planned_s", "duration_s"});
    const auto id = static_cast<std::int64_t>(graph_.steps.size());
    if (fields.integer("id", 0, kStepsMax) != id) {
        error_.report(value.error(fmt::format("steps are numbered in order; this one is {}", id)));
    }
    Step step;
    if (const auto kind = fields.require("kind")) {
        step.kind = static_cast<StepKind>(read_word(*kind, kKinds, error_));
    }
    const auto gpu = fields.require("gpu");
    if (error_) return;
    step.gpu = deployment::GpuIndex{find(*gpu, gpus_, "GPU")};
    if (error_) return;
    read_place(fields, step);
    // A release says only what is left, where anything is.
    const bool leaves = step.kind == StepKind::kRelease && fields.find("layout").has_value();
    if (step.kind == StepKind::kApply || leaves) read_layout(fields, step);
    if (const auto temporary = fields.find("temporary")) {
        step.temporary = read_bool(*temporary, error_);
    }
    step.planned = Duration{fields.number("planned_s", kStepSecondsRule)};
    step.duration = Duration{fields.number("duration_s", kStepSecondsRule)};
    graph_.steps.push_back(std::move(step));
}

void Reader::read_arc(Value value) {
    ObjectReader fields(value, error_, {"before", "after", "reason", "service", "text"});
    Arc arc;
    if (graph_.steps.empty()) error_.report(value.error("there are no steps"));
    arc.before = step_id(fields, "before");
    arc.after = step_id(fields, "after");
    if (const auto reason = fields.require("reason")) {
        arc.reason = static_cast<ArcReason>(read_word(*reason, kReasons, error_));
    }
    if (const auto service = fields.find("service"); service && !error_) {
        arc.service = deployment::ServiceNameId{find(*service, services_, "service")};
    }
    graph_.arcs.push_back(arc);
}

StepGraph Reader::read(Value value) {
    ObjectReader file(
        value, error_,
        {"format",           "version",       "status",        "objective",  "chosen_target",
         "spare_gpus",       "spare_verdict", "gpus_at_most",  "restart",    "makespan_s",
         "makespan_bound_s", "obstacles",     "spares_needed", "dip_needed", "from",
         "ground",           "services",      "steps",         "arcs",       "target"});
    expect_format(file, "tangram/transition", error_);
    if (file.text("status") != "found" && !error_) {
        error_.report(value.error("this transition has no steps: its status is not \"found\""));
    }
    if (error_) return {};
    graph_.gpus_at_most = file.integer("gpus_at_most", 0, kStepsMax);
    graph_.from = file.text("from");
    if (const auto ground = file.require("ground"); ground && !error_) {
        deployment::Deployment names = decode_deployment(*ground, error_);
        if (!error_) take_ground(std::move(names));
    }
    file.each("services", [this](Value service) { read_promise(service); });
    file.each("steps", [this](Value step) { read_step(step); });
    file.each("arcs", [this](Value arc) { read_arc(arc); });
    return std::move(graph_);
}

}  // namespace

Result<StepGraph> parse_transition(std::string_view text, const std::string& file) {
    const Result<Document> document = parse_json(text, file);
    if (!document) return document.error();
    FirstError error;
    StepGraph graph = Reader(error).read(document->root());
    if (error) return *error.error;
    return graph;
}

Result<StepGraph> read_transition(const std::filesystem::path& path) {
    const Result<std::string> text = read_file(path);
    if (!text) return text.error();
    return parse_transition(*text, path.string());
}

}  // namespace tangram::io
