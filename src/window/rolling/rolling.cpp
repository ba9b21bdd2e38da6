#include "window/rolling/rolling.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/check.h"
#include "window/rolling/executor.h"
#include "window/rolling/question.h"

namespace tangram::window::rolling {
namespace {

__extension__ using Wide = __int128;
using std::chrono::steady_clock;

// Whether `fresh` is worth more than `old` by more than `share` of that.
bool exceeds(Goodput fresh, Goodput old, Share share) {
    return static_cast<Wide>(fresh.count()) * kSharePerOne >
           static_cast<Wide>(old.count()) * (kSharePerOne + share.count());
}

class Player {
public:
    Player(const Scenario& scenario, const Engine& engine, const RunOptions& options)
        : scenario_(scenario),
          engine_(engine),
          options_(options),
          foresight_(scenario, options.forecast, options.bursts),
          running_(scenario.running),
          believed_running_(scenario.running) {
        for (const ScenarioTenant& tenant : scenario.tenants) accuracy_.push_back(tenant.accuracy);
    }

    // The windows in order, one per call.
    Result<WindowRun> play(std::size_t index) {
        if (index > 0) drift(index);
        WindowRun done{.truth = window_of(scenario_, index, accuracy_, running_),
                       .executed = {},
                       .evaluation = {},
                       .decisions = {}};
        const Window believed = believed_of(done.truth, index);
        Executor executor(done.truth, believed);
        while (executor.slot() < done.truth.slots) {
            if (executor.slot() % options_.every == 0 && !cancelled()) {
                Result<Decision> decision = decide(done.truth, believed, index, executor);
                if (!decision) return decision.error();
                done.decisions.push_back(*decision);
            }
            executor.step();
        }
        done.executed = executor.executed();
        done.evaluation = evaluate(done.truth, done.executed);
        running_ = executor.running();
        believed_running_ = executor.believed_running();
        for (const TenantId id : done.truth.tenants.ids()) accuracy_[id] = executor.accuracy(id);
        return done;
    }

    [[nodiscard]] bool reproducible() const { return reproducible_; }

private:
    [[nodiscard]] bool cancelled() const {
        return options_.search.cancelled && options_.search.cancelled();
    }

    // The data drift: every model loses, also those that are being trained on the old data.
    void drift(std::size_t index) {
        const auto lose = [&](Share& accuracy, TenantId id) {
            const Share drop = scenario_.tenants[id].episodes[index].drop;
            accuracy = std::max(Share{}, accuracy - drop);
        };
        for (const TenantId id : accuracy_.ids()) lose(accuracy_[id], id);
        for (Running& runs : running_) lose(runs.accuracy, runs.tenant);
        for (Running& runs : believed_running_) lose(runs.accuracy, runs.tenant);
    }

    [[nodiscard]] Window believed_of(const Window& truth, std::size_t index) const {
        Window believed = truth;
        believed.running = believed_running_;
        for (const TenantId id : truth.tenants.ids()) {
            const std::uint64_t draw = index * truth.tenants.size() + id.index();
            believed.tenants[id].retrainings =
                predicted(truth.tenants[id].retrainings, options_.error, draw);
        }
        return believed;
    }

    [[nodiscard]] Window asked(const Window& truth, const Window& believed, std::size_t index,
                               const Executor& executor) const {
        const auto slots = static_cast<std::size_t>(truth.slots);
        const std::size_t slot = index * slots + static_cast<std::size_t>(executor.slot());
        IdVector<TenantId, std::vector<Rate>> rates;
        for (const TenantId id : truth.tenants.ids()) {
            rates.push_back(foresight_.rates(id, slot, truth.slots - executor.slot()));
        }
        return question(truth, believed, executor, std::move(rates));
    }

    [[nodiscard]] Options search_from(steady_clock::time_point begin) const {
        Options search = options_.search;
        if (!options_.clock) return search;
        std::optional<Duration> limit = options_.time_limit;
        if (options_.real_time) {
            const Duration ready = scenario_.slot * 9 / 10;
            limit = std::min(limit.value_or(ready), ready);
        }
        if (limit) search.deadline = begin + *limit;
        return search;
    }

    Result<Outcome> ask(const Window& window, Decision& decision) {
        const steady_clock::time_point begin =
            options_.clock ? options_.clock() : steady_clock::time_point{};
        const Options search = search_from(begin);
        Result<Outcome> outcome = engine_.plan(window, search);
        if (outcome) decision.work += outcome->work;
        if (outcome && outcome->status == Status::kUnknown && has_floors(window)) {
            Window lowered = window;
            for (Tenant& tenant : lowered.tenants) tenant.floor = Share{};
            outcome = engine_.plan(lowered, search);
            decision.without_floors = true;
            if (outcome) decision.work += outcome->work;
        }
        if (options_.clock) {
            decision.seconds = std::chrono::duration<double>(options_.clock() - begin).count();
        }
        if (!outcome) return outcome;
        reproducible_ = reproducible_ && outcome->reproducible && !options_.real_time;
        if (!outcome->schedule && outcome->status != Status::kUnknown) {
            return Error{ErrorCode::kUnsupported,
                         "a plan without instances cannot be carried out: " + outcome->note,
                         std::string(engine_.name())};
        }
        return outcome;
    }

    [[nodiscard]] static bool has_floors(const Window& window) {
        return std::ranges::any_of(window.tenants,
                                   [](const Tenant& tenant) { return tenant.floor.count() > 0; });
    }

    [[nodiscard]] bool late(const Decision& decision) const {
        if (options_.work_per_slot && decision.work > *options_.work_per_slot) return true;
        const double slot = std::chrono::duration<double>(scenario_.slot).count();
        return options_.clock && options_.real_time && decision.seconds > slot;
    }

    [[nodiscard]] bool good_enough(const Window& window, const Executor& executor,
                                   const Outcome& outcome) const {
        if (!options_.hysteresis) return true;
        const Evaluation goes_on = evaluate(window, executor.rest());
        if (!goes_on.violations.empty() && outcome.evaluation.violations.empty()) return true;
        return exceeds(outcome.goodput, goes_on.goodput, *options_.hysteresis);
    }

    Result<Decision> decide(const Window& truth, const Window& believed, std::size_t index,
                            Executor& executor) {
        const Window window = asked(truth, believed, index, executor);
        if (Result<void> valid = validate(window); !valid) return valid.error();
        Decision decision;
        decision.slot = executor.slot();
        const Result<Outcome> outcome = ask(window, decision);
        if (!outcome) return outcome.error();
        decision.expected = outcome->goodput;
        if (late(decision)) {
            decision.verdict = Verdict::kLate;
        } else if (!outcome->schedule) {
            decision.verdict = Verdict::kNoSchedule;
        } else if (!good_enough(window, executor, *outcome)) {
            decision.verdict = Verdict::kKept;
        } else {
            executor.follow(*outcome->schedule);
        }
        return decision;
    }

    const Scenario& scenario_;
    const Engine& engine_;
    const RunOptions& options_;
    Foresight foresight_;
    // When the window that comes begins, before its drift.
    std::vector<Running> running_, believed_running_;
    IdVector<TenantId, Share> accuracy_;
    bool reproducible_ = true;
};

}  // namespace

std::string_view name(Verdict verdict) {
    switch (verdict) {
        case Verdict::kFollowed:
            return "followed";
        case Verdict::kKept:
            return "kept";
        case Verdict::kLate:
            return "late";
        case Verdict::kNoSchedule:
            return "no-schedule";
    }
    return "";
}

Result<Run> run(const Scenario& scenario, const Engine& engine, const RunOptions& options) {
    CHECK(options.every > 0);
    Player player(scenario, engine, options);
    Run run;
    for (std::size_t index = 0; index < static_cast<std::size_t>(scenario.windows); ++index) {
        Result<WindowRun> window = player.play(index);
        if (!window) return window.error();
        run.goodput += window->evaluation.goodput;
        run.windows.push_back(*std::move(window));
    }
    run.reproducible = player.reproducible();
    return run;
}

std::size_t count(const Run& run, Verdict verdict) {
    std::size_t found = 0;
    for (const WindowRun& window : run.windows) {
        for (const Decision& decision : window.decisions) {
            if (decision.verdict == verdict) ++found;
        }
    }
    return found;
}

double decision_seconds(const Run& run, Share quantile) {
    std::vector<double> seconds;
    for (const WindowRun& window : run.windows) {
        for (const Decision& decision : window.decisions) seconds.push_back(decision.seconds);
    }
    if (seconds.empty()) return 0;
    std::ranges::sort(seconds);
    const auto size = static_cast<std::int64_t>(seconds.size());
    const std::int64_t rank = (size * quantile.count() + kSharePerOne - 1) / kSharePerOne;
    return seconds[static_cast<std::size_t>(std::clamp<std::int64_t>(rank, 1, size) - 1)];
}

}  // namespace tangram::window::rolling
