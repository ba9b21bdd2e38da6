#include "planner/pipeline/planners.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"
#include "planner/magnitudes.h"
#include "planner/pipeline/from_model.h"
#include "planner/pipeline/genetic/genetic.h"
#include "planner/pipeline/greedy/greedy.h"
#include "planner/pipeline/tree_search/tree_search.h"

namespace tangram::planner::pipeline {
namespace {

using rms::Held;

// What slower searches work on: the rest of a large deployment stays as the greedy search made it.
constexpr std::int64_t kOpenAtMost = 5'000;

// Deadline and interrupt as one question. `cancelled` is asked from the planner's thread alone.
std::function<bool()> stop_of(const PlanOptions& options) {
    if (!options.deadline && !options.cancelled) return {};
    return [&options, mine = std::this_thread::get_id()] {
        if (options.deadline && std::chrono::steady_clock::now() >= *options.deadline) return true;
        return options.cancelled && std::this_thread::get_id() == mine && options.cancelled();
    };
}

std::int64_t cost_of(const rms::Problem& problem, const std::vector<Held>& held) {
    std::int64_t cost = 0;
    for (const Held& one : held) cost += problem.sets()[one.configuration.set].cost * one.count;
    return cost;
}

class Run {
public:
    Run(const PlanningModel& model, const PlanOptions& options)
        : model_(model),
          options_(options),
          problem_(from_model(model)),
          meter_(options.work_budget, stop_of(options)) {}

    Outcome run(Method method) {
        Outcome outcome;
        outcome.formulation = name(method);
        if (const auto job = problem_.impossible_job()) {
            outcome.status = Status::kInfeasible;
            outcome.stop_reason =
                fmt::format("service '{}' alone is too much for the fleet",
                            model_.problem->services[ServiceId{job->index()}].name);
            return outcome;
        }
        outcome.stop_reason = search(method);
        outcome.work = meter_.spent();
        outcome.reproducible = !meter_.stopped() && !interrupted_;
        if (done_) set_plan(outcome);
        return outcome;
    }

private:
    // Fills held_ and done_; why it ended.
    std::string search(Method method) {
        greedy::Answer first = greedy::search(problem_, rms::whole_task(problem_), meter_);
        held_ = std::move(first.held);
        done_ = first.rest.needs.empty();
        if (method == Method::kGreedy || meter_.out()) {
            return meter_.out() ? limit() : done_ ? "one pass" : "no room left in the fleet";
        }
        if (done_) report(cost_of(problem_, held_));
        rms::Deployment start = split();
        if (method != Method::kPipeline) start.clear();
        const rms::Deployment found =
            method == Method::kTreeSearch ? by_tree_search() : by_genetic(start);
        for (const rms::Configuration& whole : found) held_.push_back({whole, 1});
        if (ended_early_) return limit();
        return done_ ? "no gain any more" : "no room left in the fleet";
    }

    // Leaves the last wholes of the greedy search to others: they are returned, and open_ is what
    // they were for.
    rms::Deployment split() {
        rms::Deployment start;
        std::int64_t room = kOpenAtMost;
        while (!held_.empty() && room > 0) {
            Held& last = held_.back();
            const std::int64_t count = std::min(last.count, room);
            start.insert(start.end(), static_cast<std::size_t>(count), last.configuration);
            room -= count;
            last.count -= count;
            if (last.count == 0) held_.pop_back();
        }
        open_ = rms::whole_task(problem_);
        for (const Held& one : held_) rms::apply(problem_, one.configuration, one.count, open_);
        return start;
    }

    rms::Deployment by_tree_search() {
        constexpr int kPassesWithoutGain = 10;
        const rms::Refill refill = tree_search::make_refill(problem_);
        Random random(options_.seed);
        std::optional<rms::Refilled> best;
        for (int idle = 0; idle < kPassesWithoutGain && !meter_.out(); ++idle) {
            rms::Refilled pass = refill(open_, rms::kUnlimited, random, meter_);
            if (best && !pass.fitness.better_than(best->fitness)) continue;
            if (!best || pass.fitness.cost < best->fitness.cost) idle = -1;
            best = std::move(pass);
            if (best->fitness.complete()) report(cost_of(problem_, held_) + best->fitness.cost);
        }
        ended_early_ = meter_.out();
        done_ = best && best->fitness.complete();
        return best ? std::move(best->deployment) : rms::Deployment{};
    }

    rms::Deployment by_genetic(const rms::Deployment& start) {
        genetic::Settings settings;
        settings.seed = options_.seed;
        settings.threads = options_.threads;
        settings.progress = [this](const rms::Fitness& best) {
            if (best.complete()) report(cost_of(problem_, held_) + best.cost);
        };
        const auto make_refill = [](const rms::Problem& problem) {
            return tree_search::make_refill(problem);
        };
        genetic::Answer answer =
            genetic::search(problem_, open_, start, make_refill, settings, meter_);
        ended_early_ = !answer.settled;
        interrupted_ = answer.stopped;
        done_ = answer.fitness.complete();
        return std::move(answer.deployment);
    }

    void report(std::int64_t cost) const {
        if (options_.progress) options_.progress(Cost{cost}, Cost{});
    }

    [[nodiscard]] std::string limit() const {
        return meter_.stopped() || interrupted_ ? "deadline or interrupt" : "work budget";
    }

    void set_plan(Outcome& outcome) const {
        outcome.plan = to_plan(model_, problem_, held_);
        outcome.cost = planner::cost_of(model_, outcome.plan->partitions);
        const std::vector<std::string> faults = validate_counts(model_, *outcome.plan);
        CHECK(faults.empty(), faults.front());
        outcome.status = outcome.cost == outcome.bound ? Status::kOptimal : Status::kFeasible;
    }

    const PlanningModel& model_;
    const PlanOptions& options_;
    rms::Problem problem_;
    rms::Meter meter_;
    std::vector<Held> held_;
    rms::Task open_;
    bool done_ = false;
    bool ended_early_ = false;
    bool interrupted_ = false;
};

}  // namespace

std::string_view name(Method method) {
    switch (method) {
        case Method::kGreedy:
            return "greedy";
        case Method::kTreeSearch:
            return "tree-search";
        case Method::kGenetic:
            return "genetic";
        case Method::kPipeline:
            return "pipeline";
    }
    return {};
}

Outcome PipelinePlanner::plan(const PlanningModel& model, const PlanOptions& options) const {
    const auto begin = std::chrono::steady_clock::now();
    Outcome outcome;
    if (counts_in_range(model)) {
        outcome = Run(model, options).run(method_);
    } else {
        outcome.stop_reason = "a service needs more instances than can be counted";
    }
    outcome.engine = name();
    outcome.seed = options.seed;
    outcome.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return outcome;
}

}  // namespace tangram::planner::pipeline
