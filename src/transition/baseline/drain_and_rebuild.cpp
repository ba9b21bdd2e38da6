#include "transition/baseline/drain_and_rebuild.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "transition/baseline/script.h"

namespace tangram::transition::baseline {
namespace {

using enum StepKind;

bool same(const Ground& ground, const Occupant& a, const Occupant& b) {
    const deployment::Instance& x = a.instance;
    const deployment::Instance& y = b.instance;
    return x.profile == y.profile && x.start == y.start && x.service == y.service &&
           (!x.service.valid() || runs_alike(ground.points[x.point], ground.points[y.point]));
}

class Rebuilder {
public:
    Rebuilder(const Ground& ground, bool whole_layouts)
        : ground_(ground),
          whole_layouts_(whole_layouts),
          now_(ground.gpus.size()),
          then_(ground.gpus.size()) {
        for (const Occupant& one : ground.now) now_[one.gpu].push_back(one);
        for (const Occupant& one : ground.then) then_[one.gpu].push_back(one);
    }

    Script run() {
        for (const GpuIndex gpu : ground_.gpus.ids()) {
            const bool changes = !std::ranges::equal(
                now_[gpu], then_[gpu],
                [&](const Occupant& a, const Occupant& b) { return same(ground_, a, b); });
            if (changes) rebuild(gpu);
        }
        return std::move(script_);
    }

private:
    void rebuild(GpuIndex gpu) {
        std::vector<Wait> empty;
        if (now_[gpu].empty()) empty.push_back({script_.add({{gpu_step(kAcquire, gpu)}, {}})});
        for (const Occupant& who : now_[gpu]) {
            Move move;
            if (who.instance.service.valid()) {
                move.steps = {step_of(kDrain, who, false), step_of(kStop, who, false)};
            }
            if (!whole_layouts_) move.steps.push_back(step_of(kDestroy, who, false));
            if (move.steps.empty()) continue;
            empty.push_back({script_.add(std::move(move)), ArcReason::kSlices, {}});
        }
        if (whole_layouts_ && !then_[gpu].empty()) {
            Step apply = gpu_step(kApply, gpu);
            apply.layout = idle_layout(then_[gpu]);
            empty = {{script_.add({{std::move(apply)}, std::move(empty)})}};
        }
        for (const Occupant& who : then_[gpu]) {
            Move move;
            if (!whole_layouts_) move.steps.push_back(step_of(kCreate, who, false));
            if (who.instance.service.valid()) {
                move.steps.push_back(step_of(kStart, who, false));
                move.steps.push_back(step_of(kRoute, who, false));
            }
            if (move.steps.empty()) continue;
            move.waits = empty;
            script_.add(std::move(move));
        }
        if (then_[gpu].empty()) release(gpu, std::move(empty));
    }

    void release(GpuIndex gpu, std::vector<Wait> empty) {
        Step step = gpu_step(kRelease, gpu);
        if (whole_layouts_) step.layout = idle_layout(now_[gpu]);
        script_.add({{std::move(step)}, std::move(empty)});
    }

    const Ground& ground_;
    bool whole_layouts_;
    IdVector<GpuIndex, std::vector<Occupant>> now_, then_;
    Script script_;
};

}  // namespace

Result<void> settled(const Ground& ground, const Durations& durations) {
    if (durations.granularity == Granularity::kNode) {
        return invalid_input("the baselines change GPUs, not nodes");
    }
    for (const Occupant& one : ground.now) {
        const bool serves = one.instance.phase == deployment::Phase::kServing;
        const bool idle = one.instance.phase == deployment::Phase::kIdle;
        if (serves || (idle && !one.instance.service.valid())) continue;
        return invalid_input("the baselines start from a deployment that is not being changed");
    }
    return {};
}

Result<BaselineWay> drain_and_rebuild(const workload::Problem& problem,
                                      const deployment::Deployment& current,
                                      const deployment::Deployment& target,
                                      const Durations& durations) {
    const Result<Ground> ground = lay_ground(problem, current, target);
    if (!ground) return ground.error();
    if (const Result<void> ok = settled(*ground, durations); !ok) return ok.error();
    const Script script = Rebuilder(*ground, durations.granularity == Granularity::kGpu).run();
    BaselineWay way;
    way.graph = script.write(*ground, durations, deployment::fingerprint(current));
    way.figures = figures_of(*ground, way.graph, durations);
    return way;
}

}  // namespace tangram::transition::baseline
