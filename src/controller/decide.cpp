#include "controller/decide.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "controller/course.h"
#include "controller/meter.h"
#include "planner/assembly.h"
#include "planner/close/current.h"
#include "transition/check/check.h"
#include "transition/transition.h"

namespace tangram::controller {
namespace {

constexpr std::array<std::string_view, 6> kNames = {"fits",     "not-worth-it", "saving",
                                                    "shortage", "no-plan",      "no-way"};
constexpr std::int64_t kPerSecond = 1'000'000'000;

Rate raised(Rate rate, Share by) {
    const Wide product = Wide{rate.count()} * (kSharePerOne + by.count());
    return Rate{static_cast<std::int64_t>((product + kSharePerOne - 1) / kSharePerOne)};
}

workload::Problem with_rates(const workload::Problem& problem,
                             const IdVector<ServiceId, Rate>& rates) {
    workload::Problem asked = problem;
    for (const ServiceId s : rates.ids()) asked.services[s].rate = rates[s];
    return asked;
}

IdVector<ServiceId, Rate> greatest(const Expectation& expected, int steps, Share above) {
    IdVector<ServiceId, Rate> rates;
    for (const std::vector<Rate>& coming : expected.rates) {
        CHECK(!coming.empty(), "nothing expected of a service");
        const auto count = std::min(coming.size(), static_cast<std::size_t>(std::max(steps, 1)));
        const auto most =
            std::max_element(coming.begin(), coming.begin() + static_cast<long>(count));
        rates.push_back(raised(*most, above));
    }
    return rates;
}

// What a stretch of the expected future costs, when capacities change on the way.
struct Stretch {
    Wide gpu_time = 0;  // nanoseconds
    Wide unserved = 0;  // rate x time
};

Stretch live_through(const Expectation& expected, const IdVector<ServiceId, Rate>& capacities,
                     std::int64_t gpus, const std::vector<CourseChange>& course, Duration horizon) {
    Meter meter(capacities.size());
    meter.add_gpus(gpus);
    for (const ServiceId s : capacities.ids()) meter.add_capacity(s, capacities[s]);
    std::size_t next = 0;
    std::size_t step = 0;
    Duration boundary{};
    const std::size_t steps = expected.rates.raw().front().size();
    while (meter.now() < horizon) {
        if (meter.now() == boundary && step < steps) {
            for (const ServiceId s : capacities.ids()) {
                meter.set_rate(s, expected.rates[s][step]);
            }
            ++step;
            boundary = step < steps
                           ? expected.step * static_cast<std::int64_t>(step) - expected.gone
                           : horizon;
        }
        for (; next < course.size() && course[next].at <= meter.now(); ++next) {
            const CourseChange& change = course[next];
            if (change.service.valid()) meter.add_capacity(change.service, change.capacity);
            meter.add_gpus(change.gpus);
        }
        Duration until = std::min(boundary, horizon);
        if (next < course.size()) until = std::min(until, course[next].at);
        meter.advance(until);
    }
    const Meter::Reading reading = meter.reading();
    return {reading.gpu_time, reading.unserved};
}

class Decider {
public:
    Decider(const workload::Problem& problem, const deployment::Deployment& current,
            const Expectation& expected, const transition::Durations& durations,
            const DecideOptions& options)
        : problem_(problem),
          current_(current),
          expected_(expected),
          durations_(durations),
          options_(options),
          capacities_(capacities_of(problem, current)) {}

    Result<Decision> run() {
        CHECK(expected_.rates.size() == problem_.services.size());
        if (problem_.services.empty()) return Decision{};
        Decision decision;
        const bool is_short = falls_short();
        decision.planned = true;
        const workload::Problem asked = with_rates(problem_, rates_to_plan(expected_, options_));
        const auto model = planner::build_planning_model(asked);
        if (!model) return model.error();
        const planner::Outcome best = planner::make_planner("exact")->plan(*model, options_.search);
        decision.work = best.work;
        decision.reason = is_short ? Reason::kShortage : Reason::kFits;
        if (!best.plan) {
            decision.reason = is_short ? Reason::kNoPlan : Reason::kFits;
            return decision;
        }
        if (!is_short && gpus_in(*best.plan) >= gpus_of(current_)) return decision;
        const Result<void> found = find(*model, best, decision);
        if (!found) return found.error();
        if (!decision.way) return decision;
        weigh(decision);
        decision.goes = is_short || decision.balance.net() > 0;
        if (!is_short) decision.reason = decision.goes ? Reason::kSaving : Reason::kNotWorthIt;
        if (!decision.goes) decision.way.reset();
        return decision;
    }

private:
    [[nodiscard]] bool falls_short() const {
        const auto needed = greatest(expected_, options_.steps_covered, options_.trigger);
        return std::ranges::any_of(needed.ids(), [&](ServiceId s) {
            const Rate capacity =
                workload::required_capacity(needed[s], problem_.utilization_limit(s));
            return capacity > capacities_[s];
        });
    }

    [[nodiscard]] static std::int64_t gpus_in(const planner::CountPlan& plan) {
        std::int64_t gpus = 0;
        for (const std::int64_t count : plan.partitions) gpus += count;
        return gpus;
    }

    Result<void> find(const planner::PlanningModel& model, const planner::Outcome& best,
                      Decision& decision) const {
        const auto fleet = planner::close::read_current(model, current_, {}, {});
        if (!fleet) return fleet.error();
        transition::TransitionOptions how;
        how.slack_gpus = options_.slack_gpus;
        how.search = options_.search;
        how.way = options_.way;
        Result<transition::Transition> found =
            transition::plan_transition(model, *fleet, best, current_, durations_, how);
        if (!found) return found.error();
        decision.work = found->outcome.work;
        if (!found->outcome.plan) {
            decision.reason = Reason::kNoPlan;
        } else if (!found->way.found) {
            decision.reason = Reason::kNoWay;
        } else {
            verify(*model.problem, found->way);
            decision.way = std::move(found->way);
        }
        return {};
    }

    // A way that the checker refuses is a fault of ours.
    void verify(const workload::Problem& problem, const transition::Way& way) const {
        transition::CheckOptions options;
        options.spare_gpus = way.spares;
        options.margin = options_.way.margin;
        options.dips = options_.way.dips;
        const auto report = transition::check_transition(problem, current_, way.graph, options);
        CHECK(report.ok(), report.violations.front().message);
    }

    void weigh(Decision& decision) const {
        const std::int64_t gpus = gpus_of(current_);
        const auto course = course_of(problem_, decision.way->graph);
        const Stretch staying = live_through(expected_, capacities_, gpus, {}, options_.horizon);
        const Stretch going = live_through(expected_, capacities_, gpus, course, options_.horizon);
        Balance& balance = decision.balance;
        balance.saved_gpu_time = static_cast<std::int64_t>((staying.gpu_time - going.gpu_time) /
                                                           (kPerSecond / kSharePerOne));
        balance.restart = decision.way->restart;
        balance.unserved_staying = static_cast<std::int64_t>(staying.unserved / kPerSecond);
        balance.unserved_going = static_cast<std::int64_t>(going.unserved / kPerSecond);
        const Wide restart = Wide{balance.restart.count()} * options_.weights.restart.count() /
                             planner::kSliceTimePerSecond;
        const Wide unserved = Wide{balance.unserved_going - balance.unserved_staying} *
                              options_.weights.unserved.count() / kRatePerRps;
        balance.disruption = static_cast<std::int64_t>(restart + unserved);
    }

    const workload::Problem& problem_;
    const deployment::Deployment& current_;
    const Expectation& expected_;
    const transition::Durations& durations_;
    const DecideOptions& options_;
    IdVector<ServiceId, Rate> capacities_;
};

}  // namespace

std::string_view name(Reason reason) { return kNames[static_cast<std::size_t>(reason)]; }

IdVector<ServiceId, Rate> rates_to_plan(const Expectation& expected, const DecideOptions& options) {
    return greatest(expected, options.steps_covered, options.headroom);
}

Result<Decision> decide(const workload::Problem& problem, const deployment::Deployment& current,
                        const Expectation& expected, const transition::Durations& durations,
                        const DecideOptions& options) {
    return Decider(problem, current, expected, durations, options).run();
}

Result<std::optional<deployment::Deployment>> first_deployment(
    const workload::Problem& problem, const IdVector<ServiceId, Rate>& rates,
    const planner::PlanOptions& search) {
    const workload::Problem asked = with_rates(problem, rates);
    const auto model = planner::build_planning_model(asked);
    if (!model) return model.error();
    const planner::Outcome best = planner::make_planner("exact")->plan(*model, search);
    if (!best.plan) return std::optional<deployment::Deployment>{};
    const planner::PlanningModel& used = planner::plan_model_of(best, *model);
    return std::optional(planner::assemble(used, *best.plan).deployment);
}

}  // namespace tangram::controller
