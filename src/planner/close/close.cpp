#include "planner/close/close.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include "base/amount_text.h"
#include "base/check.h"
#include "planner/close/closest.h"
#include "planner/close/matching.h"
#include "planner/close/placed.h"
#include "planner/close/question.h"

namespace tangram::planner::close {
namespace {

// Rows and columns. Beyond the first a near look comes first, beyond the second it is all there is.
constexpr std::size_t kSmallProgram = 3'000;
constexpr std::size_t kProgramAtMost = 30'000;

// How much of a question is left: covers by service, cuts by class.
struct Reach {
    std::size_t covers = 0;
    std::size_t cuts = 0;
};
constexpr Reach kNear{6, 2};
constexpr Reach kFar{12, 4};

std::vector<std::int64_t> weights_of(const PlanningModel& model, const CloseOptions& options) {
    constexpr Duration kUnit = std::chrono::milliseconds(1);  // kSliceTimePerSecond to the second
    std::vector<std::int64_t> weights;
    for (const ServiceId s : model.demands.ids()) {
        const Duration start = options.start_times.empty() ? kStartTime : options.start_times[s];
        for (const Option& option : model.options_of(s)) {
            const InstanceType& type = model.types[option.type];
            const gpu::MigProfile& profile =
                model.problem->gpu_model(type.entry).profiles[type.profile];
            weights.push_back(start / kUnit * std::max(profile.compute_slices, 1));
        }
    }
    return weights;
}

Cost slack_cost(const PlanningModel& model, std::int64_t gpus) {
    std::optional<Cost> cheapest;
    for (const workload::FleetEntry& entry : model.problem->fleet) {
        if (!cheapest || entry.cost < *cheapest) cheapest = entry.cost;
    }
    return cheapest.value_or(Cost{}) * gpus;
}

class Search {
public:
    Search(const PlanningModel& model, const CurrentFleet& fleet, const Outcome& best,
           const CloseOptions& options)
        : model_(model),
          fleet_(fleet),
          best_(best),
          options_(options),
          weights_(weights_of(model, options)) {
        out_.outcome = best;
        out_.outcome.formulation += " + close";
        frozen_ = !fleet.frozen_services.empty();
        for (const CurrentGpu& gpu : fleet.gpus) frozen_ = frozen_ || gpu.frozen;
    }

    Target run() {
        const Question question = ask_within(best_.cost);
        if (!question.short_frozen.empty()) {
            give_up(Status::kInfeasible, shortage(question));
            return std::move(out_);
        }
        if (!frozen_) match();
        const lp::Status status = solve(question);
        if (frozen_ && status == lp::Status::kInfeasible) {
            const std::optional<Cost> cost = cheapest_with_frozen();
            if (!cost) return std::move(out_);
            solve(ask_within(*cost));
        }
        if (!target_) fall_back();
        if (target_) finish();
        return std::move(out_);
    }

private:
    [[nodiscard]] static bool has_counts(const Closest& answer) {
        return answer.status == lp::Status::kOptimal || answer.status == lp::Status::kFeasible;
    }

    [[nodiscard]] Question ask_within(Cost cost) {
        budget_ = cost + slack_cost(model_, options_.slack_gpus);
        const Money money{budget_, out_.outcome.bound, best_.prices};
        return ask(model_, fleet_, money, weights_, {});
    }

    [[nodiscard]] std::string shortage(const Question& question) const {
        const ServiceId s = question.short_frozen.front();
        const Need& need = question.services[s].need;
        const std::string& name = model_.problem->services[s].name;
        if (need.required == 0) {
            return fmt::format("service '{}' is frozen and lacks {} replicas", name, need.replicas);
        }
        return fmt::format("service '{}' is frozen and lacks a capacity of {} requests/s", name,
                           rps_text(Rate{need.required}));
    }

    void give_up(Status status, std::string reason) {
        out_.outcome.status = status;
        out_.outcome.plan.reset();
        out_.outcome.cost = Cost{};
        out_.outcome.stop_reason = std::move(reason);
    }

    void match() {
        Placed placed = matched(model_, fleet_, weights_, *best_.plan);
        if (spread_met(model_, placed)) target_ = std::move(placed);
    }

    [[nodiscard]] ClosestLimits limits(const Question& question) const {
        ClosestLimits limits;
        const std::uint64_t left =
            options_.search.work_budget - std::min(options_.search.work_budget, out_.outcome.work);
        limits.iterations = static_cast<std::int64_t>(left / program_size(question));
        limits.seed = options_.search.seed;
        limits.cancelled = options_.search.cancelled;
        if (options_.search.deadline) {
            const auto time = *options_.search.deadline - std::chrono::steady_clock::now();
            limits.seconds = std::max(0.0, std::chrono::duration<double>(time).count());
        }
        return limits;
    }

    // Looks near first where the program is not small: that often meets the bound.
    lp::Status solve(const Question& question) {
        bound_ = least_restart(question);
        if (target_) {
            // Placed anew, what nobody needs the place of stays too.
            const auto counts = counts_for(question, *target_);
            if (counts) consider(place(question, *counts));
        }
        if (reached()) return lp::Status::kOptimal;
        const std::size_t size = program_size(question);
        if (size > kProgramAtMost) return search(nearest(question, kFar), false);
        if (size > kSmallProgram) search(nearest(question, kNear), false);
        return reached() ? lp::Status::kOptimal : search(question, true);
    }

    // `whole`: nothing was left out but what no plan within the budget can use.
    lp::Status search(const Question& question, bool whole) {
        const std::optional<Counts> start = target_ ? counts_for(question, *target_) : std::nullopt;
        const Closest answer = closest(question, Aim::kLeastRestart, bound_,
                                       start ? &*start : nullptr, limits(question));
        out_.outcome.work += answer.work;
        note_interrupt(answer);
        if (has_counts(answer)) consider(place(question, answer.counts));
        if (whole && answer.status != lp::Status::kInfeasible) {
            bound_ = std::max(bound_, answer.bound);
        }
        return answer.status;
    }

    [[nodiscard]] bool reached() const {
        return target_ && restart_of(model_, weights_, *target_) == bound_;
    }

    void note_interrupt(const Closest& answer) {
        const bool cancelled = options_.search.cancelled && options_.search.cancelled();
        if (answer.time_limit_struck || cancelled) out_.outcome.reproducible = false;
    }

    // What is frozen needs more than the best plan: how much at least?
    std::optional<Cost> cheapest_with_frozen() {
        const Question question =
            ask(model_, fleet_, {std::nullopt, out_.outcome.bound, {}}, weights_, {});
        const Closest answer = closest(question, Aim::kLeastCost, 0, nullptr, limits(question));
        out_.outcome.work += answer.work;
        note_interrupt(answer);
        if (answer.status == lp::Status::kInfeasible) {
            give_up(Status::kInfeasible, "no plan within the fleet keeps what is frozen");
            return std::nullopt;
        }
        if (!has_counts(answer)) {
            give_up(Status::kUnknown, "no plan found that keeps what is frozen");
            return std::nullopt;
        }
        out_.outcome.bound = std::max(out_.outcome.bound, Cost{answer.bound});
        consider(place(question, answer.counts));
        return cost_of(question, answer.counts);
    }

    // Takes the target if it is valid and better than the one there is.
    void consider(Placed placed) {
        if (!spread_met(model_, placed)) {
            unspread_ = true;
            return;
        }
        if (target_ && rank(*target_) <= rank(placed)) return;
        target_ = std::move(placed);
    }

    // Least restart, then least cost, then most kept.
    [[nodiscard]] std::tuple<std::int64_t, Cost, std::int64_t> rank(const Placed& placed) const {
        std::int64_t gone = 0;
        for (const PlacedGpu& gpu : placed) {
            gone -= std::ranges::count_if(gpu.instances, &PlacedInstance::stays);
        }
        return {restart_of(model_, weights_, placed),
                cost_of(model_, counts_of(model_, placed).partitions), gone};
    }

    void fall_back() {
        if (frozen_) {
            give_up(Status::kUnknown,
                    "no plan found that keeps what is frozen and the replicas "
                    "apart as asked");
            return;
        }
        Placed placed = as_assembled(model_, fleet_, *best_.plan);
        CHECK(spread_met(model_, placed), "a plan that is not spread");
        target_ = std::move(placed);
    }

    void finish() {
        Outcome& outcome = out_.outcome;
        outcome.plan = counts_of(model_, *target_);
        const std::vector<std::string> faults = validate_counts(model_, *outcome.plan);
        CHECK(faults.empty(), faults.front());
        outcome.cost = cost_of(model_, outcome.plan->partitions);
        outcome.status = outcome.cost == outcome.bound ? Status::kOptimal : Status::kFeasible;
        if (outcome.status == Status::kOptimal) outcome.stop_reason = "proven";
        if (outcome.cost > best_.cost && outcome.cost <= budget_ && options_.slack_gpus > 0) {
            outcome.stop_reason = "slack taken to restart less";
        }
        const std::int64_t restart = restart_of(model_, weights_, *target_);
        Restart& report = outcome.restart.emplace();
        report.cost = SliceTime{restart};
        report.bound = SliceTime{std::min(bound_, restart)};
        for (const PlacedGpu& gpu : *target_) {
            for (const PlacedInstance& one : gpu.instances) {
                if (one.service.valid()) ++(one.stays ? report.kept : report.started);
            }
        }
        report.stopped = fleet_.running - report.kept;
        // Unless a later look found counts that can be placed apart and restart no more.
        if (unspread_ && restart > bound_) {
            report.note = "the closest counts do not keep replicas apart as asked";
        }
        out_.deployment = deployment_of(model_, *target_);
    }

    // The covers that restart least and the cuts that keep most.
    [[nodiscard]] Question nearest(Question question, const Reach& reach) const;

    const PlanningModel& model_;
    const CurrentFleet& fleet_;
    const Outcome& best_;
    const CloseOptions& options_;
    std::vector<std::int64_t> weights_;
    bool frozen_ = false;
    bool unspread_ = false;
    Cost budget_;
    std::int64_t bound_ = 0;  // of restarts within the budget
    std::optional<Placed> target_;
    Target out_;
};

Question Search::nearest(Question question, const Reach& reach) const {
    for (const ServiceId s : question.services.ids()) {
        auto& covers = question.services[s].list.covers;
        if (!question.services[s].list.complete || covers.size() <= reach.covers) continue;
        const std::size_t first = model_.demands[s].first_option;
        const auto restart = [&](const std::vector<std::int64_t>& cover) {
            std::int64_t sum = 0;
            for (std::size_t i = 0; i < cover.size(); ++i) {
                const std::int64_t missing = cover[i] - question.available[first + i];
                sum += question.weights[first + i] * std::max<std::int64_t>(0, missing);
            }
            return sum;
        };
        // The plan there is must stay expressible.
        std::vector<std::int64_t> planned(model_.demands[s].option_count, 0);
        for (const Use& use : best_.plan->uses_of(s)) {
            const auto options = model_.options_of(s);
            const auto option = std::ranges::find(options, use.type, &Option::type);
            planned[static_cast<std::size_t>(option - options.begin())] = use.count;
        }
        std::ranges::stable_sort(covers, {}, [&](const std::vector<std::int64_t>& cover) {
            return cover == planned ? -1 : restart(cover);
        });
        covers.resize(reach.covers);
    }
    for (GpuClass& group : question.classes) {
        if (group.cuts.size() <= reach.cuts) continue;
        std::ranges::stable_sort(group.cuts, std::ranges::greater{}, [&](const Cut& cut) {
            std::int64_t stays = 0;
            for (const Stay& stay : cut.stays) stays += question.weights[stay.option] * stay.count;
            return stays;
        });
        group.cuts.resize(reach.cuts);
    }
    return question;
}

}  // namespace

Target stay_close(const PlanningModel& model, const CurrentFleet& fleet, const Outcome& best,
                  const CloseOptions& options) {
    if (!best.plan) return {best, std::nullopt};
    return Search(model, fleet, best, options).run();
}

}  // namespace tangram::planner::close
