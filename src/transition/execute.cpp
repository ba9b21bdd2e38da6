#include "transition/execute.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "base/amount_text.h"
#include "base/random.h"
#include "deployment/warm.h"
#include "transition/execute_state.h"

namespace tangram::transition {
namespace {

using deployment::ServiceNameId;
__extension__ using Wide = __int128;

constexpr Duration kNever = Duration::max();

bool is_driver_operation(StepKind kind) {
    return kind == StepKind::kCreate || kind == StepKind::kDestroy || kind == StepKind::kApply;
}

class Executor {
public:
    Executor(const workload::Problem& problem, const deployment::Deployment& current,
             const StepGraph& graph, const Durations& durations, const ExecuteOptions& options)
        : problem_(problem),
          current_(current),
          graph_(graph),
          durations_(durations),
          options_(options),
          random_(options.seed),
          state_(current, graph),
          waits_(graph.steps.size(), 0),
          after_(graph.steps.size()),
          traced_(graph.steps.size(), 0),
          keeps_(graph.services.size()),
          drained_(graph.services.size(), false) {
        for (const Arc& arc : graph.arcs) {
            ++waits_[arc.after];
            after_[arc.before].push_back(arc.after);
        }
        for (const StepId step : graph.steps.ids()) {
            if (waits_[step] == 0) ready_.insert(step);
        }
        now_capacity_ = state_.capacities();
        made_.lowest = now_capacity_;
        for (const ServiceNameId id : graph.services.ids()) made_.floors.push_back(floor_of(id));
    }

    Execution run() {
        const Duration end = last_moment();
        verify();
        start_what_can();
        while (!running_.empty() && std::get<0>(*running_.begin()) < end) {
            const auto [time, number, step] = *running_.begin();
            running_.erase(running_.begin());
            pass_to(time);
            finish(step);
            start_what_can();
        }
        if (end != kNever && (done_ < graph_.steps.size())) interrupt(end);
        conclude();
        return std::move(made_);
    }

private:
    struct Attempt {
        Duration takes{};
        bool good = true;
        bool final = false;  // not to be tried again
    };

    // When the first GPU is lost or the execution is cut.
    [[nodiscard]] Duration last_moment() const {
        Duration end = options_.cut_at.value_or(kNever);
        for (const auto& [gpu, when] : options_.lost) end = std::min(end, when);
        return end;
    }

    void pass_to(Duration time) {
        state_.pass(time - now_, durations_.stays_warm);
        now_ = time;
    }

    void interrupt(Duration end) {
        pass_to(end);
        for (const auto& [gpu, when] : options_.lost) {
            if (when == end) state_.lose(gpu);
        }
    }

    void conclude() {
        made_.complete = done_ == graph_.steps.size();
        made_.makespan = now_;
        for (ExecutedStep& step : made_.trace) {
            if (step.outcome == StepOutcome::kRunning) step.end = now_;
        }
        made_.state = state_.snapshot();
        for (deployment::DeployedService& service : made_.state.services) {
            service.floor.reset();
            for (const ServiceNameId id : graph_.services.ids()) {
                if (graph_.services[id] != service.name || made_.complete) continue;
                if (keeps_[id].count() > 0) service.floor = keeps_[id];
            }
        }
    }

    // What the service has to keep; notes what it would have to without a dip, which is what a next
    // transition must know.
    Rate floor_of(ServiceNameId id) {
        const std::string& name = graph_.services[id];
        const auto asked = std::ranges::find(problem_.services, name, &workload::Service::name);
        if (asked == problem_.services.end()) return Rate{};
        Wide now = now_capacity_[id].count();
        for (const deployment::DeployedService& service : current_.services) {
            if (service.name != name || !service.floor) continue;
            now = std::max<Wide>(now, service.floor->count());
        }
        const Wide rate = Wide{asked->rate.count()} * (kSharePerOne + options_.margin.count());
        const Wide kept = std::min(rate, now * kSharePerOne);
        keeps_[id] = rounded_up(kept, kSharePerOne);
        const auto dip = options_.dips.find(name);
        const Wide share = kSharePerOne - (dip == options_.dips.end() ? 0 : dip->second.count());
        return rounded_up(kept * share, Wide{kSharePerOne} * kSharePerOne);
    }

    static Rate rounded_up(Wide amount, Wide by) {
        return Rate{static_cast<std::int64_t>((amount + by - 1) / by)};
    }

    [[nodiscard]] const std::string& place_of(const Step& step) const {
        return deployment::place_of(graph_.gpus[step.gpu]);
    }

    [[nodiscard]] bool can_start(const Step& step) const {
        if (is_driver_operation(step.kind)) return !locked_.contains(step.gpu);
        if (step.kind != StepKind::kStart || durations_.starts_per_node == 0) return true;
        const auto found = starts_.find(place_of(step));
        return found == starts_.end() || found->second < durations_.starts_per_node;
    }

    // In the planned order, as far as locks allow.
    void start_what_can() {
        for (auto it = ready_.begin(); it != ready_.end();) {
            const StepId id = *it;
            const Step& step = graph_.steps[id];
            if (!can_start(step)) {
                ++it;
                continue;
            }
            it = ready_.erase(it);
            if (is_driver_operation(step.kind)) locked_.insert(step.gpu);
            if (step.kind == StepKind::kStart) ++starts_[place_of(step)];
            if (step.kind == StepKind::kDrain && state_.serves(step)) drained_[step.service] = true;
            state_.begin(step);
            traced_[id] = made_.trace.size();
            made_.trace.push_back({id, now_, now_, 0, StepOutcome::kRunning});
            attempt(id);
            verify();
        }
    }

    void attempt(StepId id) {
        const Step& step = graph_.steps[id];
        ++made_.trace[traced_[id]].attempts;
        Attempt drawn = draw(step);
        drawn.final |= made_.trace[traced_[id]].attempts > durations_.retries;
        attempts_[id] = drawn;
        if (drawn.takes == kNever) return;  // hangs, and nobody looks
        running_.emplace(now_ + drawn.takes, events_++, id);
    }

    Attempt draw(const Step& step) {
        const double factor =
            options_.fastest + (options_.slowest - options_.fastest) * random_.unit();
        const auto scaled = [&](double share) {
            return Duration{static_cast<std::int64_t>(static_cast<double>(step.duration.count()) *
                                                      factor * share)};
        };
        const double dice = random_.unit();
        const double how_far = random_.unit();
        const auto found = options_.failures.find(step.kind);
        const FailureChances chances =
            found == options_.failures.end() ? FailureChances{} : found->second;
        const Duration timeout = durations_.timeout.count() > 0 ? durations_.timeout : kNever;
        if (dice < chances.dies) return {scaled(1), false, true};
        if (dice < chances.dies + chances.hangs) return {timeout, false, false};
        if (dice < chances.dies + chances.hangs + chances.fails) {
            return {std::min(scaled(how_far), timeout), false, false};
        }
        if (scaled(1) > timeout) return {timeout, false, false};
        return {scaled(1), true, true};
    }

    void finish(StepId id) {
        const Attempt& attempt_made = attempts_.at(id);
        if (!attempt_made.good && !attempt_made.final) {
            attempt(id);
            return;
        }
        const Step& step = graph_.steps[id];
        ExecutedStep& traced = made_.trace[traced_[id]];
        traced.end = now_;
        traced.outcome = attempt_made.good ? StepOutcome::kDone : StepOutcome::kFailed;
        if (is_driver_operation(step.kind)) locked_.erase(step.gpu);
        if (step.kind == StepKind::kStart) --starts_[place_of(step)];
        if (attempt_made.good) {
            state_.end(step);
            ++done_;
            for (const StepId next : after_[id]) {
                if (--waits_[next] == 0) ready_.insert(next);
            }
        } else {
            state_.fail(step);
        }
        verify();
    }

    void verify() {
        const IdVector<ServiceNameId, Rate> capacities = state_.capacities();
        for (const ServiceNameId id : graph_.services.ids()) {
            made_.lowest[id] = std::min(made_.lowest[id], capacities[id]);
            const Rate floor = made_.floors[id];
            // Below its floor from the beginning, it has to reach it before it is drained.
            const bool recovering = now_capacity_[id] < floor && !drained_[id];
            if (capacities[id] >= floor || recovering) continue;
            made_.breaches.push_back(
                fmt::format("{} ms: service {} has {} requests/s, has to keep {}", ms_text(now_),
                            graph_.services[id], rps_text(capacities[id]), rps_text(floor)));
        }
        made_.gpus_most = std::max(made_.gpus_most, state_.gpus_in_use());
        if (state_.gpus_in_use() > graph_.gpus_at_most) {
            made_.breaches.push_back(fmt::format("{} ms: {} GPUs in use, at most {}", ms_text(now_),
                                                 state_.gpus_in_use(), graph_.gpus_at_most));
        }
        if (options_.watch) options_.watch(now_, state_.snapshot());
    }

    const workload::Problem& problem_;
    const deployment::Deployment& current_;
    const StepGraph& graph_;
    const Durations& durations_;
    const ExecuteOptions& options_;
    Random random_;
    MovingDeployment state_;
    IdVector<StepId, std::size_t> waits_;          // steps before it that are not done
    IdVector<StepId, std::vector<StepId>> after_;  // by arcs of its own
    IdVector<StepId, std::size_t> traced_;         // index into the trace, once begun
    IdVector<ServiceNameId, Rate> keeps_;          // floors without dips
    IdVector<ServiceNameId, char> drained_;        // something that served has begun to drain
    IdVector<ServiceNameId, Rate> now_capacity_;   // at the beginning
    std::set<StepId> ready_;
    std::set<std::tuple<Duration, std::int64_t, StepId>> running_;  // by end, then as drawn
    std::map<StepId, Attempt> attempts_;                            // the last one
    std::set<deployment::GpuIndex> locked_;
    std::map<std::string, int> starts_;  // by place
    std::int64_t events_ = 0;
    std::size_t done_ = 0;
    Duration now_{};
    Execution made_;
};

}  // namespace

Execution execute(const workload::Problem& problem, const deployment::Deployment& current,
                  const StepGraph& graph, const Durations& durations,
                  const ExecuteOptions& options) {
    return Executor(problem, current, graph, durations, options).run();
}

}  // namespace tangram::transition
