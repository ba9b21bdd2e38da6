// The fixed cuts: each the optimum of its restriction, none better than the free cut.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "deployment/checker.h"
#include "planner/assembly.h"
#include "planner/compact/compact.h"
#include "planner/outcome.h"
#include "planner/planner.h"
#include "support/brute_force.h"
#include "support/random_problem.h"
#include "support/soak.h"

namespace tangram::planner {
namespace {

int slices_of(const PlanningModel& model, InstanceTypeId type) {
    const gpu::GpuModel& gpu = model.problem->gpu_model(model.types[type].entry);
    return gpu.profiles[model.types[type].profile].compute_slices;
}

// Keeps the options whose type `allowed` accepts.
template <typename Allowed>
PlanningModel with_options(const PlanningModel& model, Allowed allowed) {
    PlanningModel kept = model;
    kept.options.clear();
    for (const ServiceId s : model.demands.ids()) {
        Demand& demand = kept.demands[s];
        demand.first_option = static_cast<std::uint32_t>(kept.options.size());
        for (const Option& option : model.options_of(s)) {
            if (allowed(option.type)) kept.options.push_back(option);
        }
        demand.option_count = static_cast<std::uint32_t>(kept.options.size()) - demand.first_option;
    }
    return kept;
}

bool everyone_has_an_option(const PlanningModel& model) {
    return std::ranges::all_of(model.demands,
                               [](const Demand& demand) { return demand.option_count > 0; });
}

// What each baseline may use, said another way than in the planner: types by compute slices.
std::optional<Cost> best_by_enumeration(const PlanningModel& model, std::string_view baseline) {
    const auto extreme = [&model](InstanceTypeId type, bool largest) {
        const gpu::GpuModel& gpu = model.problem->gpu_model(model.types[type].entry);
        return std::ranges::all_of(gpu.profiles, [&](const gpu::MigProfile& profile) {
            const int mine = slices_of(model, type);
            return largest ? profile.compute_slices <= mine : profile.compute_slices >= mine;
        });
    };
    PlanningModel restricted =
        baseline == "static-4-2-1"
            ? with_options(model,
                           [&](InstanceTypeId type) {
                               const int slices = slices_of(model, type);
                               return model.problem->gpu_model(model.types[type].entry).name ==
                                          "Seven" &&
                                      (slices == 4 || slices == 2 || slices == 1);
                           })
            : with_options(model, [&](InstanceTypeId type) {
                  return extreme(type, baseline == "whole-gpu");
              });
    if (!everyone_has_an_option(restricted)) return std::nullopt;
    for (PartitionChoice& partition : restricted.partitions) {
        for (const InstanceTypeId k : model.types.ids()) {
            int& count = partition.counts[k.index()];
            if (baseline == "all-1g") continue;  // more than these are of no use to anyone
            // One of each; where a partition lacks one, another has it.
            const int slices = slices_of(model, k);
            const bool in_cut =
                baseline == "whole-gpu" || slices == 4 || slices == 2 || slices == 1;
            if (in_cut && partition.entry == model.types[k].entry) count = 1;
        }
    }
    return test::brute_force(restricted).optimum;
}

class Baselines : public testing::TestWithParam<std::string> {};

// Runs `body(problem, model, outcome, best)`: the baseline's answer and the enumeration's.
template <typename Body>
void for_random_answers(const std::string& name, std::uint64_t count,
                        const test::RandomShape& shape, Body body) {
    const auto baseline = make_planner(name);
    ASSERT_NE(baseline, nullptr);
    for (std::uint64_t seed = 1; seed <= test::soaked(count); ++seed) {
        const workload::Problem problem = test::random_problem(seed, shape);
        SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + test::describe(problem));
        const Result<PlanningModel> model = build_planning_model(problem);
        ASSERT_TRUE(model.has_value()) << model.error().text();
        const Outcome outcome = baseline->plan(*model, {.work_budget = 2'000'000});
        EXPECT_EQ(outcome.bound, Cost{});
        EXPECT_FALSE(outcome.stop_reason.empty());
        body(problem, *model, outcome, best_by_enumeration(*model, name));
        if (testing::Test::HasFailure()) return;
    }
}

void expect_sound(const workload::Problem& problem, const PlanningModel& model,
                  const Outcome& outcome) {
    const PlanningModel& cut = plan_model_of(outcome, model);
    EXPECT_THAT(validate_counts(cut, *outcome.plan), testing::IsEmpty());
    const Assembly assembly = assemble(cut, *outcome.plan);
    EXPECT_TRUE(deployment::check(problem, assembly.deployment).ok());
    EXPECT_EQ(assembly.deployment.claimed_cost, outcome.cost);
    EXPECT_GE(outcome.cost, compact::CompactPlanner().plan(model, {}).bound);
    EXPECT_GE(outcome.cost, make_planner("exact")->plan(model, {.work_budget = 2'000'000}).bound);
}

TEST_P(Baselines, AreTheBestOfTheirRestrictionAndNoneBeatsTheBound) {
    int answered = 0;
    const test::RandomShape shape{.services_max = 3, .entries_max = 1, .real_geometry = true};
    for_random_answers(GetParam(), 400, shape,
                       [&](const workload::Problem& problem, const PlanningModel& model,
                           const Outcome& outcome, std::optional<Cost> best) {
                           ASSERT_EQ(outcome.plan.has_value(), best.has_value());
                           const Status status = best ? Status::kFeasible : Status::kInfeasible;
                           EXPECT_EQ(name(outcome.status), name(status));
                           if (!best) return;
                           ++answered;
                           EXPECT_EQ(outcome.cost, *best);
                           EXPECT_EQ(outcome.stop_reason, "best under the restriction");
                           expect_sound(problem, model, outcome);
                       });
    EXPECT_GT(answered, 25);
}

// With several kinds of GPU the engine inside need not prove its plan best, and then says so.
TEST_P(Baselines, OnMixedFleetsNeverClaimTooMuch) {
    const test::RandomShape shape{.services_max = 3, .real_geometry = true};
    for_random_answers(GetParam(), 150, shape,
                       [&](const workload::Problem& problem, const PlanningModel& model,
                           const Outcome& outcome, std::optional<Cost> best) {
                           EXPECT_NE(name(outcome.status), name(Status::kOptimal));
                           if (!outcome.plan) {
                               EXPECT_TRUE(!best || outcome.status == Status::kUnknown);
                               return;
                           }
                           ASSERT_TRUE(best.has_value());
                           EXPECT_GE(outcome.cost, *best);
                           if (outcome.stop_reason == "best under the restriction") {
                               EXPECT_EQ(outcome.cost, *best);
                           }
                           expect_sound(problem, model, outcome);
                       });
}

INSTANTIATE_TEST_SUITE_P(, Baselines, testing::Values("whole-gpu", "all-1g", "static-4-2-1"),
                         [](const auto& instance) {
                             std::string name = instance.param;
                             std::ranges::replace(name, '-', '_');
                             return name;
                         });

}  // namespace
}  // namespace tangram::planner
