#include "window/exact/exact.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/check.h"
#include "gpu/company.h"
#include "window/baseline/astraea.h"
#include "window/baseline/static.h"
#include "window/exact/floors.h"
#include "window/exact/search.h"
#include "window/exact/trace.h"
#include "window/idle.h"

namespace tangram::window::exact {
namespace {

// So many layers must fit in memory, or nearly all time would go into making them again.
constexpr std::size_t kLayersMin = 40;

// Those that are of use, and those of whatever runs.
std::vector<gpu::ProfileId> profiles_on(const Window& window, GpuId gpu) {
    std::vector<gpu::ProfileId> profiles = profiles_in_use(window, window.gpus[gpu].kind);
    for (const Running& running : window.running) {
        if (running.gpu == gpu) profiles.push_back(running.placement.profile);
    }
    std::ranges::sort(profiles);
    profiles.erase(std::ranges::unique(profiles).begin(), profiles.end());
    return profiles;
}

Result<void> supported(const Window& window, GpuId gpu) {
    if (window.gpus.size() != 1) {
        return Error{ErrorCode::kUnsupported, "the exact engine plans one GPU; use priced", {}};
    }
    const gpu::GpuModel& model = window.model(gpu);
    const auto profiles = profiles_on(window, gpu);
    const gpu::Company company(model, window.rules);
    for (const gpu::ProfileId a : profiles) {
        for (const gpu::ProfileId b : profiles) {
            if (a == b || company.allows(a, b)) continue;
            return Error{ErrorCode::kUnsupported,
                         "the exact engine knows no rules about who shares a GPU: " +
                             company.quarrel(a, b) + "; use ilp or priced",
                         {}};
        }
        const auto starts = static_cast<int>(model.profiles[a].starts.size());
        if (model.profiles[a].max_instances < starts) {
            return Error{ErrorCode::kUnsupported,
                         "the exact engine knows no limit on instances, and " +
                             model.profiles[a].name + " has one; use ilp or priced",
                         {}};
        }
    }
    return {};
}

std::optional<Schedule> best_of(const Window& window, const std::vector<Schedule>& schedules) {
    std::optional<Schedule> best;
    for (const Schedule& schedule : schedules) {
        if (!best || evaluate(window, schedule).goodput > evaluate(window, *best).goodput) {
            best = schedule;
        }
    }
    return best;
}

// The best schedule where a served request of tenant i is worth accuracy + extra[i]. `known`:
// legal ones, to begin with.
Result<Priced> solve(const Window& window, const BlockTree& tree, const Weights& extra,
                     const std::vector<Schedule>& known, const Options& options) {
    const GpuId gpu{0};
    const Plans plans(window, gpu, extra);
    if (plans.holds().size() > kHoldsMax) {
        return Error{ErrorCode::kUnsupported, "too many ways to retrain for the exact engine", {}};
    }
    Space coarse(window, gpu, tree, plans.holds(), std::min(1, longest_warm_up(window)));
    Relaxation relaxation(window, coarse);
    // Twice the most there is: potentials need room beside values.
    const Rewards rewards(window,
                          2 * std::max<std::int64_t>(1, relaxation.bound(plans.largest_weights())));
    Search search(window, gpu, tree, plans, relaxation, rewards, options);
    Space& space = search.space();
    const std::size_t states =
        space.table(tree.left, 0).states.size() * space.table(tree.right, 0).states.size();
    if (space.too_large() || (states * sizeof(Value) >> 20) * kLayersMin > options.memory_mib_max) {
        return Error{ErrorCode::kUnsupported,
                     "too many tenants for the exact engine and this much memory; use priced",
                     {}};
    }
    std::vector<Plan> first;
    for (const Schedule& schedule : known) first.push_back(plans.plan_of(schedule));
    Found found = search.run(first);
    Priced answer{{}, found.bound, found.stop_reason, found.work};
    // No time for even one plan, or to write its schedule.
    if (!found.plan || (!found.in_time && !known.empty())) {
        answer.schedule = best_of(window, known);
        return answer;
    }
    Stepper stepper(space, rewards);
    const Start& start = search.start();
    const auto way = best_way(stepper, start, plans.timeline(*found.plan), window.slots);
    CHECK(!way.empty());
    answer.schedule =
        without_idle(window, realise(window, gpu, space, start, plans, *found.plan, way));
    return answer;
}

class Exact final : public Engine {
public:
    [[nodiscard]] std::string_view name() const override { return "exact"; }

    [[nodiscard]] Result<Outcome> plan(const Window& window,
                                       const Options& options) const override {
        const auto valid = validate(window);
        CHECK(valid.has_value(), valid ? "" : valid.error().text());
        if (const auto can = supported(window, GpuId{0}); !can) return can.error();
        const auto tree = make_block_tree(window.model(GpuId{0}), profiles_on(window, GpuId{0}));
        if (!tree) return tree.error();
        const auto began = std::chrono::steady_clock::now();
        // Simple engines say who might retrain where; they take milliseconds.
        std::vector<Schedule> known = options.known;
        if (known.empty()) {
            for (const auto& make : {baseline::make_static, baseline::make_astraea}) {
                const auto simple = make()->plan(window, options);
                if (!simple) return simple.error();
                if (simple->schedule) known.push_back(*simple->schedule);
            }
        }
        const auto answer = keep_floors(window, [&](const Weights& prices) {
            return solve(window, *tree, prices, known, options);
        });
        if (!answer) return answer.error();
        Outcome outcome;
        outcome.engine = "exact";
        outcome.schedule = answer->schedule;
        outcome.evaluation = answer->evaluation;
        outcome.goodput = outcome.evaluation.goodput;
        outcome.bound =
            Goodput{answer->note.empty() ? std::max(answer->bound, outcome.goodput.count())
                                         : answer->bound};
        outcome.stop_reason = answer->stop_reason;
        outcome.note = answer->note;
        outcome.work = answer->work;
        outcome.reproducible =
            answer->stop_reason == "proven" || answer->stop_reason == "work budget";
        if (!outcome.schedule) return outcome;
        const bool proven = outcome.note.empty() && gap(outcome) <= kOptimalGap;
        outcome.status = proven ? Status::kOptimal : Status::kFeasible;
        outcome.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        return outcome;
    }
};

}  // namespace

std::unique_ptr<Engine> make_exact() { return std::make_unique<Exact>(); }

}  // namespace tangram::window::exact
