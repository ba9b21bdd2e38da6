// Random scenarios of a few windows, and an engine that answers with random legal schedules.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "support/small_window.h"
#include "window/engine.h"
#include "window/scenario.h"

namespace tangram::test {

// One or two GPUs, two or three tenants, two or three windows of 8 to 16 slots; rates with bursts.
inline window::Scenario random_scenario(std::uint64_t seed) {
    Random random(seed);
    SmallWindow small(random.below(2) == 0 ? "A30" : "A100-SXM4-80GB", 1, 1 + random.below(2));
    window::Scenario scenario{.name = "random",
                              .sources = {},
                              .catalogue = small.window.catalogue,
                              .rules = small.window.rules,
                              .kinds = small.window.kinds,
                              .gpus = small.window.gpus,
                              .slot = std::chrono::seconds(1),
                              .window_slots = static_cast<int>(random.between(8, 16)),
                              .windows = static_cast<int>(random.between(2, 3)),
                              .tenants = {},
                              .running = {}};
    const std::vector<std::string> names = {"a", "b", "c"};
    const auto tenants = static_cast<std::size_t>(random.between(2, 3));
    for (std::size_t i = 0; i < tenants; ++i) {
        small.tenant(names[i], 0);
        window::ScenarioTenant tenant{.name = names[i],
                                      .model = "some",
                                      .past = {},
                                      .rates = {},
                                      .capacity = small.last().capacity,
                                      .switching = {},
                                      .accuracy = share(0.4 + 0.1 * random.unit()),
                                      .episodes = {},
                                      .floor = {}};
        tenant.switching.create = std::chrono::seconds(random.between(0, 3));
        const auto rate = [&] {
            return per_second(100 + 200 * random.unit() + (random.below(6) == 0 ? 400 : 0));
        };
        for (int t = 0; t < 10; ++t) tenant.past.push_back(rate());
        for (int t = 0; t < scenario.windows * scenario.window_slots; ++t) {
            tenant.rates.push_back(rate());
        }
        for (int w = 0; w < scenario.windows; ++w) {
            window::Episode episode{.drop = share(w == 0 ? 0 : 0.1 * random.unit()),
                                    .retrainings = {}};
            for (const gpu::ProfileId profile :
                 small.window.model(window::KindId{0}).profiles.ids()) {
                if (small.window.model(window::KindId{0}).profiles[profile].starts.empty())
                    continue;
                episode.retrainings.push_back(
                    {profile.index() % 2 == 0 ? "short" : "long", window::KindId{0}, profile,
                     static_cast<int>(random.between(1, 6)), share(0.6 + 0.3 * random.unit())});
            }
            tenant.episodes.push_back(std::move(episode));
        }
        scenario.tenants.push_back(std::move(tenant));
    }
    return scenario;
}

// Whether the placement can be added to what is on the GPU from `from` until `until`.
inline bool has_room(const window::Window& window, const window::Schedule& schedule,
                     const window::Stint& stint) {
    for (int t = stint.from; t < stint.until; ++t) {
        std::vector<gpu::Placement> placements = {stint.placement};
        for (const window::Stint& other : schedule.stints) {
            if (other.gpu == stint.gpu && other.from <= t && t < other.until) {
                placements.push_back(other.placement);
            }
        }
        if (!gpu::Layout::make(window.model(stint.gpu), window.rules, placements)) return false;
    }
    return true;
}

// Keeps or drops at random what runs, then tries random stints and adds those that are legal.
inline window::Schedule random_schedule(const window::Window& window, Random& random) {
    using namespace window;
    Schedule schedule;
    IdVector<TenantId, bool> retrains(window.tenants.size(), false);
    const auto slot = [&](int low, int high) {
        return static_cast<int>(random.between(low, high));
    };
    for (std::size_t i = 0; i < window.running.size(); ++i) {
        const Running& runs = window.running[i];
        Stint stint{.gpu = runs.gpu,
                    .placement = runs.placement,
                    .tenant = runs.tenant,
                    .ready = runs.left,
                    .until = slot(1, window.slots),
                    .running = i};
        if (runs.activity == Activity::kRetraining) {
            retrains[runs.tenant] = true;
            stint.use = Use::kRetrain;
            stint.ready = 0;
            stint.until = std::min(runs.left, window.slots);
        } else if (random.below(4) == 0) {
            continue;
        }
        schedule.stints.push_back(stint);
    }
    for (int attempt = 0; attempt < 40; ++attempt) {
        const TenantId tenant{random.below(window.tenants.size())};
        const GpuId gpu{random.below(window.gpus.size())};
        const auto& profiles = window.model(gpu).profiles;
        const gpu::ProfileId profile{random.below(profiles.size())};
        const std::vector<int>& starts = profiles[profile].starts;
        if (starts.empty()) continue;
        const int start = starts[random.below(starts.size())];
        Stint stint{.gpu = gpu, .placement = {profile, start}, .tenant = tenant};
        stint.from = slot(0, window.slots - 1);
        stint.ready = stint.from + window.tenants[tenant].warm_up + slot(0, 1);
        stint.until = slot(stint.from + 1, window.slots);
        const auto& retrainings = window.tenants[tenant].retrainings;
        for (std::size_t r = 0; r < retrainings.size(); ++r) {
            const bool fits = stint.from + retrainings[r].slots <= window.slots;
            if (retrainings[r].profile != profile || retrains[tenant] || !fits) continue;
            stint.use = Use::kRetrain;
            stint.ready = stint.from;
            stint.until = stint.from + retrainings[r].slots;
            stint.retraining = r;
        }
        if (!has_room(window, schedule, stint)) continue;
        if (stint.retraining) retrains[tenant] = true;
        schedule.stints.push_back(stint);
    }
    sort_stints(schedule);
    return schedule;
}

// Another random schedule for another window; `work` is the number of slots.
class RandomEngine : public window::Engine {
public:
    [[nodiscard]] std::string_view name() const override { return "random"; }
    [[nodiscard]] Result<window::Outcome> plan(const window::Window& window,
                                               const window::Options& options) const override {
        Random random(options.seed + static_cast<std::uint64_t>(window.slots) * 1'000);
        window::Outcome outcome;
        outcome.status = window::Status::kFeasible;
        outcome.schedule = random_schedule(window, random);
        outcome.evaluation = window::evaluate(window, *outcome.schedule);
        outcome.goodput = outcome.evaluation.goodput;
        outcome.engine = name();
        outcome.stop_reason = "heuristic";
        outcome.work = static_cast<std::uint64_t>(window.slots);
        return outcome;
    }
};

}  // namespace tangram::test
