#include "transition/check/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tangram::transition::check_parts {
namespace {

using deployment::GpuStatus;
using deployment::Instance;
using deployment::Phase;

// One placement: what is there now, and the steps about it in order.
struct Chain {
    const Instance* instance = nullptr;
    std::vector<StepId> steps;
};
using PlacementKey = std::pair<int, gpu::ProfileId>;  // by start

// The stories of one GPU's placements.
class GpuReplay {
public:
    GpuReplay(const Context& context, const Names& names, const Dag& dag, GpuId gpu, Story& story)
        : context_(context),
          graph_(context.graph),
          names_(names),
          dag_(dag),
          id_(gpu),
          gpu_(names.gpus[gpu]),
          all_(story),
          story_(story.gpus[gpu]) {}

    bool run() {
        if (!check_kinds()) return false;
        build_chains();
        for (const auto& [key, chain] : chains_) play(key, chain);
        order_whole_gpu();
        story_.used_before = gpu_.now != nullptr && !gpu_.now->instances.empty();
        story_.used_after = !story_.left.empty();
        if (good_) check_use();
        return good_;
    }

private:
    void bad(StepId step, const std::string& why) {
        good_ = false;
        context_.violate(TransitionFault::kBadGraph, place_of(graph_, step),
                         fmt::format("{} {}", described(graph_, step), why),
                         dag_.started({&step, 1}));
    }

    void must(StepId before, StepId after) { all_.must.emplace_back(before, after); }

    [[nodiscard]] bool allowed_when_excluded(const Step& step) const {
        return step.kind == StepKind::kDrain || step.kind == StepKind::kStop ||
               step.kind == StepKind::kDestroy || step.kind == StepKind::kRelease ||
               (step.kind == StepKind::kApply && step.layout.empty());
    }

    // Concerns every placement of the GPU. A release without a layout needs all of them gone.
    [[nodiscard]] static bool whole_layout(const Step& step) {
        return step.kind == StepKind::kApply ||
               (step.kind == StepKind::kRelease && !step.layout.empty());
    }

    // Steps of the GPU as a whole, and which may be mixed.
    bool check_kinds() {
        bool creates = false;
        std::optional<StepId> whole;  // a step about a layout
        for (const StepId id : story_.steps) {
            const Step& step = graph_.steps[id];
            if (gpu_.status == GpuStatus::kLost) bad(id, "is on a GPU that is lost");
            if (gpu_.status == GpuStatus::kExcluded && !allowed_when_excluded(step)) {
                bad(id, "is on an excluded GPU, which can only be emptied");
            }
            if (step.kind == StepKind::kAcquire || step.kind == StepKind::kRelease) {
                StepId& slot = step.kind == StepKind::kAcquire ? story_.acquire : story_.release;
                if (slot.valid()) bad(id, "is there twice");
                slot = id;
            }
            if (step.kind == StepKind::kApply) story_.applies.push_back(id);
            if (whole_layout(step)) whole = id;
            creates |= step.kind == StepKind::kCreate || step.kind == StepKind::kDestroy;
        }
        if (creates && whole) {
            bad(*whole, "is on a GPU with instances created or destroyed one by one");
        }
        return good_;
    }

    void build_chains() {
        if (gpu_.now != nullptr) {
            for (const Instance& instance : gpu_.now->instances) {
                const auto p = static_cast<std::size_t>(instance.profile);
                Chain& chain = chains_[{instance.start, gpu_.now_profiles[p]}];
                if (chain.instance != nullptr) {
                    good_ = false;
                    context_.violate(TransitionFault::kBadGraph,
                                     fmt::format("{} slice {}", gpu_.id, instance.start),
                                     "the current deployment has two instances in one place");
                }
                chain.instance = &instance;
            }
        }
        for (const StepId id : story_.steps) {
            const Step& step = graph_.steps[id];
            for (const Instance& instance : step.layout) chains_[key_of(instance)];
            if (step.profile >= 0) chains_[{step.start, profile_of(step.profile)}];
        }
        for (const StepId id : story_.steps) {
            const Step& step = graph_.steps[id];
            if (step.profile >= 0) {
                chains_[{step.start, profile_of(step.profile)}].steps.push_back(id);
            } else if (whole_layout(step)) {
                for (auto& [key, chain] : chains_) chain.steps.push_back(id);
            }
        }
    }

    [[nodiscard]] gpu::ProfileId profile_of(int number) const {
        return gpu_.graph_profiles[static_cast<std::size_t>(number)];
    }
    [[nodiscard]] PlacementKey key_of(const Instance& instance) const {
        return {instance.start, profile_of(instance.profile)};
    }

    [[nodiscard]] Seat seat_now(const Instance& instance) const {
        if (!instance.service.valid()) return seat_of(instance, {}, nullptr);
        return seat_of(instance, names_.now_services[instance.service.index()],
                       &context_.current.points[instance.point]);
    }

    void play(const PlacementKey& key, const Chain& chain) {
        Seat seat = chain.instance == nullptr ? Seat{} : seat_now(*chain.instance);
        serving_ = seat.condition == Condition::kServing ? open(seat, StepId{}) : Serving{};
        occupancy_ = {key.second, key.first, {}, {}};
        for (std::size_t i = 0; i < chain.steps.size(); ++i) {
            const StepId id = chain.steps[i];
            if (i > 0) must(chain.steps[i - 1], id);
            const std::optional<Seat> then = next(seat, id, key);
            if (!then) {
                bad(id, fmt::format("comes where it is {}", condition_text(seat)));
                return;
            }
            note(seat, *then, id, key);
            seat = *then;
        }
        close(chain, key, seat);
    }

    [[nodiscard]] std::string condition_text(const Seat& seat) const {
        if (!seat.service.valid()) return std::string(name(seat.condition));
        return fmt::format("{}, of service {}", name(seat.condition),
                           names_.services[seat.service].name);
    }

    [[nodiscard]] std::optional<Seat> next(const Seat& seat, StepId id,
                                           const PlacementKey& key) const {
        const Step& step = graph_.steps[id];
        if (step.kind == StepKind::kApply) {
            if (!can_be_wiped(seat.condition)) return std::nullopt;
            return held_by(step, key) ? Seat{Condition::kIdle, {}, nullptr} : Seat{};
        }
        // What is left on a released GPU is what it says; it is nobody's from then on.
        if (step.kind == StepKind::kRelease) {
            const bool there = seat.condition != Condition::kNone;
            if (there != held_by(step, key) || !can_be_wiped(seat.condition)) return std::nullopt;
            return Seat{};
        }
        const ServiceId service =
            step.service.valid() ? ServiceId{step.service.index()} : ServiceId{};
        const deployment::RunPoint* point =
            step.point.valid() ? &graph_.points[step.point] : nullptr;
        return after_step(seat, step.kind, service, point);
    }

    [[nodiscard]] bool held_by(const Step& step, const PlacementKey& key) const {
        return std::ranges::any_of(step.layout,
                                   [&](const Instance& i) { return key_of(i) == key; });
    }

    [[nodiscard]] Serving open(const Seat& seat, StepId route) const {
        return {seat.service, id_, std::max<Wide>(0, seat.point->throughput.count()), route, {}};
    }

    // What the step begins and ends. Steps of kind apply touch no occupancy: layouts are judged
    // whole.
    void note(const Seat& seat, const Seat& then, StepId id, const PlacementKey& key) {
        const StepKind kind = graph_.steps[id].kind;
        if (kind == StepKind::kRoute) serving_ = open(then, id);
        if (kind == StepKind::kDrain && serving_.service.valid()) {
            serving_.drain = id;
            if (serving_.route.valid()) {
                story_.passing.push_back({key.second, key.first, seat, Phase::kServing});
            }
            keep_serving();
        }
        if (kind == StepKind::kCreate && seat.condition == Condition::kNone) occupancy_.create = id;
        if (kind == StepKind::kDestroy) {
            occupancy_.destroy = id;
            story_.instances.push_back(occupancy_);
            occupancy_ = {key.second, key.first, {}, {}};
        }
    }

    void keep_serving() {
        if (gpu_.serves()) all_.servings.push_back(serving_);
        serving_ = {};
    }

    void close(const Chain& chain, const PlacementKey& key, const Seat& seat) {
        if (serving_.service.valid()) keep_serving();
        const bool untouched = chain.steps.empty();
        if (!settled(seat.condition) && gpu_.ok()) {
            good_ = false;
            Interleaving all{dag_.order(), 0};
            context_.violate(
                TransitionFault::kBadGraph, fmt::format("{} slice {}", gpu_.id, key.first),
                fmt::format("is left {}: steps are missing", condition_text(seat)), std::move(all));
        }
        if (seat.condition == Condition::kNone) return;
        const bool created = occupancy_.create.valid() || chain.instance != nullptr;
        if (created && story_.applies.empty()) story_.instances.push_back(occupancy_);
        story_.left.push_back({key.second, key.first, seat,
                               untouched ? chain.instance->phase : phase_left(seat.condition)});
    }

    // Of a placement that steps have touched.
    static Phase phase_left(Condition condition) {
        switch (condition) {
            case Condition::kServing:
                return Phase::kServing;
            case Condition::kIdle:
                return Phase::kIdle;
            case Condition::kReady:
                return Phase::kReady;
            case Condition::kDrained:
                return Phase::kDraining;
            default:
                return Phase::kFailed;
        }
    }

    // The GPU is there before anything is on it, and until everything is off.
    void order_whole_gpu() {
        for (std::size_t i = 1; i < story_.applies.size(); ++i) {
            must(story_.applies[i - 1], story_.applies[i]);
        }
        for (const StepId id : story_.steps) {
            if (id != story_.acquire && story_.acquire.valid()) must(story_.acquire, id);
            if (id != story_.release && story_.release.valid()) must(id, story_.release);
        }
    }

    void check_use() {
        if (story_.used_before && story_.acquire.valid()) {
            bad(story_.acquire, "takes a GPU that is in use already");
        }
        if (story_.used_after && story_.release.valid()) {
            bad(story_.release, "gives up a GPU that is not empty in the end");
        }
        if (story_.used_before || story_.acquire.valid() || story_.steps.empty()) return;
        bad(story_.steps.front(), "is on a GPU that was never acquired");
    }

    const Context& context_;
    const StepGraph& graph_;
    const Names& names_;
    const Dag& dag_;
    GpuId id_;
    const KnownGpu& gpu_;
    Story& all_;
    GpuStory& story_;
    std::map<PlacementKey, Chain> chains_;
    Serving serving_;      // of the chain being played; without a service: none
    Occupancy occupancy_;  // the same
    bool good_ = true;
};

}  // namespace

std::optional<Story> replay(const Context& context, const Names& names, const Dag& dag) {
    Story story;
    story.gpus = IdVector<GpuId, GpuStory>(names.gpus.size());
    for (const StepId step : dag.order()) {
        story.gpus[GpuId{context.graph.steps[step].gpu.index()}].steps.push_back(step);
    }
    bool good = true;
    for (const GpuId gpu : names.gpus.ids()) {
        good &= GpuReplay(context, names, dag, gpu, story).run();
    }
    if (!good) return std::nullopt;
    return story;
}

}  // namespace tangram::transition::check_parts
