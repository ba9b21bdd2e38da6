#include "planner/close/close.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <span>
#include <tuple>
#include <utility>

#include "base/amount_text.h"
#include "base/check.h"
#include "planner/close/closest.h"
#include "planner/close/columns.h"
#include "planner/close/core.h"
#include "planner/close/holdings.h"
#include "planner/close/matching.h"
#include "planner/close/placed.h"
#include "planner/close/question.h"
#include "planner/crowded.h"
#include "planner/place/ground.h"

namespace tangram::planner::close {
namespace {

// Rows and columns: smaller programs are solved without a look at the relaxation.
constexpr std::size_t kTinyProgram = 600;

// How far around the relaxation's prices a core reaches (core.h), what is settled in it, when
// and how often it is tried.
enum class Settle { kNothing, kRelaxation, kAgreement };
enum class When {
    kAlways,
    kNotFound,   // there are no counts yet
    kSolved,     // all within a core's reach was solved to the end
    kNotSolved,  // it was not
};
struct Step {
    double restart = 0;  // in weight units
    std::size_t covers = 0;
    std::size_t cuts = 0;
    Settle settle = Settle::kNothing;
    When when = When::kAlways;
    int times = 1;
    std::int64_t free_per_thousand = 0;
};
// Dive, with ever more freedom; then what relaxation and plan do not agree on; then all of it, and
// where that is too much, some of the rest with what they do not agree on.
constexpr std::array<Step, 8> kSteps = {{{2, 20, 6, Settle::kRelaxation, When::kNotFound},
                                         {2, 20, 6, Settle::kRelaxation, When::kNotFound, 2, 250},
                                         {1, 6, 3, Settle::kNothing, When::kNotFound},
                                         {2, 20, 6, Settle::kAgreement},
                                         {4, 40, 8, Settle::kAgreement},
                                         {4, 100, 20},
                                         {8, 200, 40, Settle::kNothing, When::kSolved},
                                         {4, 40, 8, Settle::kAgreement, When::kNotSolved, 8, 300}}};
constexpr std::span<const Step> kFirstSteps{kSteps.data(), 5};
constexpr std::int64_t kNodesOfCore = 50;

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
        fleet_.whole_layouts = options.whole_layouts;
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
        look_for_places();
        if (!target_) fall_back();
        if (target_) finish();
        return std::move(out_);
    }

private:
    [[nodiscard]] static bool has_counts(lp::Status status) {
        return status == lp::Status::kOptimal || status == lp::Status::kFeasible;
    }

    [[nodiscard]] Question ask_within(Cost cost) {
        budget_ = cost + slack_cost(model_, options_.slack_gpus);
        return ask(within_budget(), fleet_, money(), weights_, {});
    }

    [[nodiscard]] Money money() const { return {budget_, out_.outcome.bound, best_.prices}; }

    // The model with what losses take on as many GPUs as the budget buys.
    [[nodiscard]] const PlanningModel& within_budget() {
        const auto gpus = gpus_within(model_, budget_);
        if (!gpus || std::ranges::none_of(model_.demands, place::survives_losses)) return model_;
        crowded_ = crowded(model_, *gpus);
        return crowded_;
    }

    [[nodiscard]] std::string shortage(const Question& question) const {
        const ServiceId s = question.short_frozen.front();
        const Need& need = question.services[s].need;
        const std::string& name = model_.problem->services[s].name;
        if (need.capacity(0) <= 0) {
            return fmt::format("service '{}' is frozen and lacks {} replicas", name, need.replicas);
        }
        return fmt::format("service '{}' is frozen and lacks a capacity of {} requests/s", name,
                           rps_text(Rate{need.capacity(0)}));
    }

    void give_up(Status status, std::string reason) {
        out_.outcome.status = status;
        out_.outcome.plan.reset();
        out_.outcome.cost = Cost{};
        out_.outcome.stop_reason = std::move(reason);
    }

    void match() {
        Placed placed = matched(model_, fleet_, weights_, *best_.plan);
        if (apart_as_asked(model_, placed)) target_ = std::move(placed);
    }

    [[nodiscard]] std::uint64_t work_left() const {
        return options_.search.work_budget -
               std::min(options_.search.work_budget, out_.outcome.work);
    }

    // By the caller's wish or for want of work.
    bool ended() {
        const PlanOptions& search = options_.search;
        const bool late = search.deadline && std::chrono::steady_clock::now() > *search.deadline;
        const bool cancelled = search.cancelled && search.cancelled();
        if (late || cancelled) out_.outcome.reproducible = false;
        return late || cancelled || work_left() == 0;
    }

    [[nodiscard]] ClosestLimits limits_for(const Question& question) const {
        ClosestLimits limits;
        limits.iterations = static_cast<std::int64_t>(work_left() / program_size(question));
        limits.seed = options_.search.seed;
        limits.cancelled = options_.search.cancelled;
        if (options_.search.deadline) {
            const auto time = *options_.search.deadline - std::chrono::steady_clock::now();
            limits.seconds = std::max(0.0, std::chrono::duration<double>(time).count());
        }
        return limits;
    }

    lp::Status solve(const Question& question) {
        bound_ = least_restart(question);
        if (target_) {
            // Placed anew, what nobody needs the place of stays too.
            const auto counts = counts_for(question, *target_);
            if (counts) consider(place(question, *counts));
        }
        if (reached()) return lp::Status::kOptimal;
        const std::size_t size = program_size(question);
        const bool large = size > options_.small_program;
        if (large || size > kTinyProgram) by_columns(question, large);
        if (reached()) return lp::Status::kOptimal;
        // Without a target it has to be found out whether there is one.
        return target_ && large ? lp::Status::kFeasible : search(question);
    }

    // The relaxation's bound, then cores around its prices, from narrow to wide.
    void by_columns(const Question& question, bool large) {
        auto start = target_ ? counts_for(question, *target_) : std::nullopt;
        const ColumnLimits limits{.work = work_left() / 2, .stop = [this] { return ended(); }};
        const Relaxed relaxed = relax(question, start ? &*start : nullptr, limits);
        out_.outcome.work += relaxed.work;
        bound_ = std::max(bound_, relaxed.bound);
        const std::int64_t gap = large ? options_.gap_per_thousand : 0;
        bool found = false;
        bool solved = false;
        for (const Step& step : large ? std::span<const Step>(kSteps) : kFirstSteps) {
            for (int i = 0; i < step.times; ++i) {
                if (near_enough(gap) || ended()) return;
                if (step.when == When::kNotFound && found) break;
                if (step.when == When::kSolved && !solved) break;
                if (step.when == When::kNotSolved && solved) break;
                const lp::Status status = search_core(question, relaxed, step, i, gap);
                found = found || has_counts(status);
                solved =
                    solved || (status == lp::Status::kOptimal && step.when != When::kNotFound &&
                               step.settle == Settle::kNothing);
            }
        }
    }

    lp::Status search_core(const Question& question, const Relaxed& relaxed, const Step& step,
                           int time, std::int64_t gap_per_thousand) {
        std::optional<Counts> start;
        if (target_ && step.settle != Settle::kRelaxation) start = counts_for(question, *target_);
        if (step.settle == Settle::kAgreement && !start) return lp::Status::kLimit;
        Reach reach{step.restart, step.covers, step.cuts, step.settle != Settle::kNothing};
        reach.free_per_thousand = step.free_per_thousand;
        reach.seed = options_.search.seed + static_cast<std::uint64_t>(time);
        const std::int64_t unit = units_of(question).weight;
        // A plan lies in the core, or has something beyond its reach.
        std::int64_t beyond =
            static_cast<std::int64_t>(std::floor(relaxed.proven + reach.restart)) * unit;
        if (target_) {
            const std::int64_t restart = restart_of(model_, weights_, *target_);
            const std::int64_t better = restart / unit - 1;  // a better plan has at most so much
            const double gap = static_cast<double>(better) - relaxed.proven;
            if (gap <= reach.restart) {
                // A better plan has nothing beyond the gap.
                reach.restart = std::max(gap, 0.0);
                beyond = restart;
            }
        }
        const Core core = core_of(question, relaxed, start ? &*start : nullptr, reach);
        const auto known = start ? counts_for(core.question, *target_) : std::nullopt;
        ClosestLimits limits = limits_for(core.question);
        limits.nodes = kNodesOfCore;
        limits.enough = enough(gap_per_thousand);
        const Closest answer =
            closest(core.question, Aim::kLeastRestart, 0, known ? &*known : nullptr, limits);
        out_.outcome.work += answer.work;
        note_interrupt(answer);
        if (has_counts(answer.status)) consider(place(core.question, answer.counts));
        if (core.complete && answer.status != lp::Status::kInfeasible) {
            bound_ = std::max(bound_, std::min(answer.bound, beyond));
        }
        return answer.status;
    }

    [[nodiscard]] std::int64_t enough(std::int64_t gap_per_thousand) const {
        return bound_ + bound_ / 1'000 * gap_per_thousand;
    }
    [[nodiscard]] bool near_enough(std::int64_t gap_per_thousand) const {
        return target_ && restart_of(model_, weights_, *target_) <= enough(gap_per_thousand);
    }

    // As it is: nothing is left out but what no plan within the budget can use.
    lp::Status search(const Question& question) {
        const std::optional<Counts> start = target_ ? counts_for(question, *target_) : std::nullopt;
        const Closest answer = closest(question, Aim::kLeastRestart, bound_,
                                       start ? &*start : nullptr, limits_for(question));
        out_.outcome.work += answer.work;
        note_interrupt(answer);
        if (has_counts(answer.status)) consider(place(question, answer.counts));
        if (answer.status != lp::Status::kInfeasible) bound_ = std::max(bound_, answer.bound);
        return answer.status;
    }

    // Where counts could not be placed apart: others, from services that have more. Proves nothing.
    void look_for_places() {
        constexpr int kRounds = 6;
        PlanningModel more = within_budget();
        for (int round = 0; round < kRounds && unplaced_; ++round) {
            if (reached() || ended()) return;
            for (const auto& [service, capacity] : round == 0 ? Lacking{} : *unplaced_) {
                Rate& required = more.demands[service].required;
                required = std::max(required, Rate{capacity + 1});
            }
            Question question = ask(more, fleet_, money(), weights_, {});
            question.apart = true;
            if (program_size(question) > options_.small_program) return;
            const Closest answer =
                closest(question, Aim::kLeastRestart, 0, nullptr, limits_for(question));
            out_.outcome.work += answer.work;
            note_interrupt(answer);
            if (!has_counts(answer.status)) return;
            unplaced_.reset();
            consider(place(question, answer.counts));
        }
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
        const Closest answer = closest(question, Aim::kLeastCost, 0, nullptr, limits_for(question));
        out_.outcome.work += answer.work;
        note_interrupt(answer);
        if (answer.status == lp::Status::kInfeasible) {
            give_up(Status::kInfeasible, "no plan within the fleet keeps what is frozen");
            return std::nullopt;
        }
        if (!has_counts(answer.status)) {
            give_up(Status::kUnknown, "no plan found that keeps what is frozen");
            return std::nullopt;
        }
        out_.outcome.bound = std::max(out_.outcome.bound, Cost{answer.bound});
        consider(place(question, answer.counts));
        return cost_of(question, answer.counts);
    }

    // Services that are not apart as asked, and what they have in all.
    using Lacking = std::vector<std::pair<ServiceId, std::int64_t>>;
    [[nodiscard]] Lacking lacking_in(const Placed& placed) const {
        const Holdings holdings(model_, placed);
        Lacking lacking;
        for (const ServiceId s : model_.demands.ids()) {
            if (holdings.lacks(s) > 0) lacking.emplace_back(s, holdings.capacity(s));
        }
        return lacking;
    }

    // Takes the target if it is valid and better than the one there is.
    void consider(Placed placed) {
        if (Lacking lacking = lacking_in(placed); !lacking.empty()) {
            unplaced_ = std::move(lacking);
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
        CHECK(apart_as_asked(model_, placed), "a plan that is not apart as asked");
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

    const PlanningModel& model_;
    CurrentFleet fleet_;
    const Outcome& best_;
    const CloseOptions& options_;
    std::vector<std::int64_t> weights_;
    bool frozen_ = false;
    bool unspread_ = false;
    std::optional<Lacking> unplaced_;  // of the last that was looked at
    Cost budget_;
    PlanningModel crowded_;   // what the question in hand is asked of, if losses must be survived
    std::int64_t bound_ = 0;  // of restarts within the budget
    std::optional<Placed> target_;
    Target out_;
};

}  // namespace

Target stay_close(const PlanningModel& model, const CurrentFleet& fleet, const Outcome& best,
                  const CloseOptions& options) {
    if (!best.plan) return {best, std::nullopt};
    return Search(model, fleet, best, options).run();
}

}  // namespace tangram::planner::close
