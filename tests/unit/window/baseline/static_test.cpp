// The static cut against trying everything, each try judged by the evaluator.
#include "window/baseline/static.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "support/random_window.h"
#include "support/small_window.h"
#include "window/baseline/course.h"
#include "window/baseline/stints.h"
#include "window/evaluate.h"

namespace tangram::window::baseline {
namespace {

using test::random_window;
using test::share;
using test::SmallWindow;
using test::worth;

Outcome planned(const Window& window) { return make_static()->plan(window, {}).value(); }

TEST(Static, OneTenantHasTheWholeGpu) {
    SmallWindow w("A30", 10);
    w.tenant("a", 400, 2);
    EXPECT_EQ(planned(w.window).goodput, worth(400, 0.5, 8));
    w.runs("a", "4g.24gb", 0);
    EXPECT_EQ(planned(w.window).goodput, worth(400, 0.5, 10));
}

TEST(Static, RetrainsOnOneOfItsInstancesAndServesAgain) {
    SmallWindow w("A30", 10);
    w.tenant("a", 400, 1).retraining("2g.12gb", 3, 0.9);
    w.runs("a", "2g.12gb", 0).runs("a", "2g.12gb", 2);
    // Slots 0 to 3 at half the capacity, then everything; the better model from slot 3 on.
    EXPECT_EQ(planned(w.window).goodput,
              worth(200, 0.5, 3) + worth(200, 0.9, 1) + worth(400, 0.9, 6));
}

TEST(Static, KeepsTheCutAlthoughLoadMoves) {
    SmallWindow w("A30", 10);
    w.tenant("a", 400).tenant("b", 0);
    for (std::size_t t = 5; t < 10; ++t) {
        w.window.tenants[TenantId{0}].rates[t] = Rate{};
        w.window.tenants[TenantId{1}].rates[t] = test::per_second(400);
    }
    EXPECT_EQ(planned(w.window).goodput, worth(400, 0.5, 5));
}

TEST(Static, PrefersToKeepFloors) {
    SmallWindow w("A30", 4);
    w.tenant("a", 400).tenant("b", 400);
    w.window.tenants[TenantId{0}].accuracy = share(0.9);
    EXPECT_EQ(planned(w.window).goodput, worth(400, 0.9, 4));
    w.last().floor = share(0.5);
    const Outcome outcome = planned(w.window);
    EXPECT_EQ(outcome.goodput, worth(200, 0.9, 4) + worth(200, 0.5, 4));
    EXPECT_EQ(outcome.note, "the best cut held throughout");
    w.last().floor = share(1);
    w.window.tenants[TenantId{0}].floor = share(1);
    EXPECT_EQ(planned(w.window).note,
              "the best cut held throughout; tenants that get less than their floor: 1");
    EXPECT_EQ(planned(w.window).status, Status::kFeasible);
}

// Every maximal layout, every owner of every instance, every retraining and start of each tenant.
class Everything {
public:
    explicit Everything(const Window& window) : window_(window) {}

    Goodput best() {
        const auto layouts = layouts_of(window_);
        for (const gpu::Layout& layout : layouts[KindId{0}]) {
            placements_ = layout.placements();
            owners_.assign(placements_.size(), TenantId{0});
            own(0);
        }
        return best_;
    }

private:
    void own(std::size_t i) {
        if (i < placements_.size()) {
            for (const TenantId tenant : window_.tenants.ids()) {
                owners_[i] = tenant;
                own(i + 1);
            }
            return;
        }
        for (const TenantId tenant : window_.tenants.ids()) {
            if (const auto ongoing = ongoing_retraining(window_, tenant)) {
                const auto place = std::ranges::find(placements_, ongoing->placement);
                if (place == placements_.end()) return;
                if (owners_[static_cast<std::size_t>(place - placements_.begin())] != tenant) {
                    return;
                }
            }
        }
        // Tenants do not meet once the cut stands.
        Goodput sum;
        for (const TenantId tenant : window_.tenants.ids()) sum += best_of(tenant);
        best_ = std::max(best_, sum);
    }

    // The tenant's goodput alone.
    Goodput best_of(TenantId tenant) {
        Goodput best = tried(tenant, placements_.size(), 0, 0);
        if (ongoing_retraining(window_, tenant)) return best;
        const auto& retrainings = window_.tenants[tenant].retrainings;
        for (std::size_t i = 0; i < placements_.size(); ++i) {
            for (std::size_t r = 0; r < retrainings.size(); ++r) {
                if (owners_[i] != tenant || retrainings[r].kind != KindId{0} ||
                    retrainings[r].profile != placements_[i].profile) {
                    continue;
                }
                for (int start = 0; start + retrainings[r].slots <= window_.slots; ++start) {
                    best = std::max(best, tried(tenant, i, r, start));
                }
            }
        }
        return best;
    }

    Goodput tried(TenantId tenant, std::size_t place, std::size_t retraining, int start) {
        Stints stints(window_);
        const auto ongoing = ongoing_retraining(window_, tenant);
        for (std::size_t i = 0; i < placements_.size(); ++i) {
            if (owners_[i] != tenant) continue;
            int from = ongoing && ongoing->placement == placements_[i] ? ongoing->left : 0;
            if (i == place) {
                stints.serve(GpuId{0}, placements_[i], tenant, 0, start);
                stints.retrain(GpuId{0}, placements_[i], tenant, retraining, start);
                from = start + window_.tenants[tenant].retrainings[retraining].slots;
            }
            stints.serve(GpuId{0}, placements_[i], tenant, from, window_.slots);
        }
        const Evaluation evaluation = evaluate(window_, std::move(stints).finish());
        EXPECT_TRUE(evaluation.violations.empty()) << evaluation.violations.front();
        return evaluation.tenants[tenant].goodput;
    }

    const Window& window_;
    std::vector<gpu::Placement> placements_;
    std::vector<TenantId> owners_;
    Goodput best_;
};

TEST(Static, IsTheBestOfAllCuts) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        const Window window = random_window(seed, {.tenants_max = 3, .worse = true});
        EXPECT_EQ(planned(window).goodput, Everything(window).best()) << test::describe(window);
    }
}

TEST(Static, TwoGpusServeWhatOneCannot) {
    SmallWindow w("A30", 6, 2);
    w.tenant("a", 400).tenant("b", 100).tenant("c", 300);
    EXPECT_EQ(planned(w.window).goodput, worth(800, 0.5, 6));
}

}  // namespace
}  // namespace tangram::window::baseline
