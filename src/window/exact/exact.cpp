#include "window/exact/exact.h"

#include <algorithm>
#include <iterator>
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

// Warm-ups of the relaxations.
constexpr int kShortest = 1, kShort = 3;
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

// The best schedule where a served request of tenant i is worth accuracy + extra[i]. `known`:
// legal ones, to begin with.
Result<Priced> solve(const Window& window, const BlockTree& tree, const Weights& extra,
                     const std::vector<Schedule>& known, const Options& options) {
    const GpuId gpu{0};
    const Plans plans(window, gpu, extra);
    if (plans.holds().size() > kHoldsMax) {
        return Error{ErrorCode::kUnsupported, "too many ways to retrain for the exact engine", {}};
    }
    int longest = 0;
    for (const Tenant& tenant : window.tenants) longest = std::max(longest, tenant.warm_up);
    Space coarse(window, gpu, tree, plans.holds(), std::min(1, longest));
    Relaxation relaxation(window, coarse);
    const Rewards rewards(window,
                          std::max<std::int64_t>(1, relaxation.bound(plans.largest_weights())));
    Full full(window, gpu, tree, plans, rewards, longest, options.memory_mib_max << 20);
    const std::size_t layer_mib = full.stepper.states(0, 0) * sizeof(Value) >> 20;
    if (full.space.too_large() || layer_mib * kLayersMin > options.memory_mib_max) {
        return Error{ErrorCode::kUnsupported,
                     "too many tenants for the exact engine and this much memory; use priced",
                     {}};
    }
    std::vector<std::unique_ptr<Shortened>> shortened;
    const auto add = [&](int warm_up, Surroundings& longer, Future future) {
        shortened.push_back(std::make_unique<Shortened>(window, gpu, tree, plans, rewards, warm_up,
                                                        longer, future));
    };
    if (longest > kShort) {
        add(kShort, full.sweep, Future::kOwn);
        add(kShort, full.sweep, Future::kLonger);
    }
    if (longest > kShortest) {
        Surroundings& longer = shortened.empty()
                                   ? static_cast<Surroundings&>(full.sweep)
                                   : static_cast<Surroundings&>(shortened.front()->sweep);
        add(kShortest, longer, Future::kLonger);
        std::ranges::rotate(shortened, std::prev(shortened.end()));
    }
    Search search(plans, relaxation, shortened, full, options);
    std::vector<Box> first;
    for (const Schedule& schedule : known) first.push_back(plans.plan_of(schedule));
    Found found = search.run(first, [&](std::int64_t best, std::int64_t bound) {
        if (options.progress) options.progress(Goodput{best}, Goodput{bound});
    });
    Priced answer{{}, found.bound, found.stop_reason, found.work};
    if (!found.plan) return answer;
    const auto way = best_way(full.stepper, full.start, plans.timeline(*found.plan), window.slots);
    CHECK(!way.empty());
    answer.schedule = without_idle(
        window, realise(window, gpu, full.space, full.start, plans, *found.plan, way));
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
        std::vector<Schedule> known;
        for (const auto& make : {baseline::make_static, baseline::make_astraea}) {
            const auto simple = make()->plan(window, options);
            if (!simple) return simple.error();
            if (simple->schedule) known.push_back(*simple->schedule);
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
