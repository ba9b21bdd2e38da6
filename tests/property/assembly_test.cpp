// Plans become deployments that the independent checker accepts; spoilt ones it rejects.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "base/random.h"
#include "deployment/checker.h"
#include "deployment/diff.h"
#include "planner/assembly.h"
#include "planner/planner.h"
#include "support/random_problem.h"
#include "support/soak.h"

namespace tangram::planner {
namespace {

using deployment::Deployment;
using deployment::GpuIndex;
using deployment::Instance;
using deployment::RunPointId;

std::string text(const deployment::CheckReport& report) {
    std::string all;
    for (const auto& violation : report.violations) {
        all += violation.place + ": " + violation.message + "\n";
    }
    return all;
}

struct Spoiling {
    const char* what;
    std::function<void(Deployment&, Random&)> spoil;
};

template <typename IdType, typename T>
IdType any(const IdVector<IdType, T>& items, Random& random) {
    return IdType{random.below(items.size())};
}

Instance& any_instance(Deployment& d, Random& random) {
    auto& instances = d.gpus[any(d.gpus, random)].instances;
    return instances[random.below(instances.size())];
}

RunPointId point_in_use(Deployment& d, Random& random) { return any_instance(d, random).point; }

// Each makes any valid deployment invalid.
const std::vector<Spoiling>& spoilings() {
    static const std::vector<Spoiling> all = {
        {"throughput overstated",
         [](Deployment& d, Random& r) { d.points[point_in_use(d, r)].throughput += Rate{1}; }},
        {"throughput understated",
         [](Deployment& d, Random& r) { d.points[point_in_use(d, r)].throughput -= Rate{1}; }},
        {"latency off by a nanosecond",
         [](Deployment& d, Random& r) { d.points[point_in_use(d, r)].latency -= Duration{1}; }},
        {"a batch nobody measured",
         [](Deployment& d, Random& r) { d.points[point_in_use(d, r)].batch = 1'000'003; }},
        {"an instance beyond the GPU",
         [](Deployment& d, Random& r) { any_instance(d, r).start += 1'000; }},
        {"two instances in one place",
         [](Deployment& d, Random& r) {
             auto& instances = d.gpus[any(d.gpus, r)].instances;
             const Instance copy = instances[r.below(instances.size())];
             instances.push_back(copy);
         }},
        {"a GPU twice",
         [](Deployment& d, Random& r) {
             const deployment::DeployedGpu copy = d.gpus[any(d.gpus, r)];
             d.gpus.push_back(copy);
         }},
        {"a service nobody serves",
         [](Deployment& d, Random& r) {
             const auto service = any(d.services, r);
             for (auto& gpu : d.gpus) {
                 for (auto& instance : gpu.instances) {
                     if (instance.service == service) instance.phase = deployment::Phase::kStarting;
                 }
             }
         }},
        {"a service nobody knows",
         [](Deployment& d, Random& r) { d.services[any(d.services, r)].name += "?"; }},
        {"a wrong number of GPUs", [](Deployment& d, Random&) { ++*d.claimed_gpus; }},
        {"a wrong cost", [](Deployment& d, Random&) { *d.claimed_cost += Cost{1}; }},
        {"a GPU model nobody knows", [](Deployment& d, Random&) { d.models[0].name += "?"; }},
    };
    return all;
}

void expect_rejected(const workload::Problem& problem, const Deployment& valid, Random& random) {
    for (const Spoiling& spoiling : spoilings()) {
        Deployment spoilt = valid;
        spoiling.spoil(spoilt, random);
        EXPECT_FALSE(deployment::check(problem, spoilt).ok()) << spoiling.what;
    }
}

class Assembled : public testing::TestWithParam<bool> {};

TEST_P(Assembled, PlansPassTheCheckerAndSpoiltOnesDoNot) {
    test::RandomShape shape;
    shape.spread = GetParam();
    const auto planner = make_planner("compact");
    std::uint64_t plans = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(400); ++seed) {
        const workload::Problem problem = test::random_problem(seed, shape);
        SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + test::describe(problem));
        const Result<PlanningModel> model = build_planning_model(problem);
        ASSERT_TRUE(model.has_value()) << model.error().text();
        const Outcome outcome = planner->plan(*model, {});
        if (!outcome.plan) continue;
        ++plans;
        EXPECT_GE(outcome.cost, outcome.bound);
        const Assembly assembly = assemble(*model, *outcome.plan);
        EXPECT_TRUE(assembly.spread_met);
        const auto report = deployment::check(problem, assembly.deployment);
        EXPECT_TRUE(report.ok()) << text(report);
        EXPECT_LE(*assembly.deployment.claimed_cost, outcome.cost);
        EXPECT_TRUE(deployment::diff(assembly.deployment, assembly.deployment).empty());
        Random random(seed);
        expect_rejected(problem, assembly.deployment, random);
        if (HasFailure()) return;  // one problem is enough to read
    }
    EXPECT_GT(plans, test::soaked(200));
}

// Every planner's plans on random problems of one shape; how many there were.
std::uint64_t plans_that_pass(const test::RandomShape& shape, std::uint64_t problems) {
    std::uint64_t plans = 0;
    for (const std::string_view name : planner_names()) {
        const auto planner = make_planner(name);
        for (std::uint64_t seed = 1; seed <= problems; ++seed) {
            const workload::Problem problem = test::random_problem(seed, shape);
            SCOPED_TRACE(std::string(name) + " seed " + std::to_string(seed) + "\n" +
                         test::describe(problem));
            const Result<PlanningModel> model = build_planning_model(problem);
            EXPECT_TRUE(model.has_value()) << model.error().text();
            if (!model) return plans;
            const Outcome outcome = planner->plan(*model, {.work_budget = 2'000'000});
            if (!outcome.plan) continue;
            ++plans;
            EXPECT_LE(outcome.bound, outcome.cost);
            const Assembly assembly = assemble(plan_model_of(outcome, *model), *outcome.plan);
            EXPECT_TRUE(assembly.spread_met);
            const auto report = deployment::check(problem, assembly.deployment);
            EXPECT_TRUE(report.ok()) << text(report);
            if (testing::Test::HasFailure()) return plans;
        }
    }
    return plans;
}

TEST(AssembledByEveryPlanner, PassesTheChecker) {
    const test::RandomShape shape{.real_geometry = true, .spread = true};
    EXPECT_GT(plans_that_pass(shape, test::soaked(100)), 0U);
}

TEST(AssembledByEveryPlanner, SurvivesLosses) {
    const test::RandomShape small{.real_geometry = true, .spread = true, .losses = true};
    EXPECT_GT(plans_that_pass(small, test::soaked(60)), 0U);
    const test::RandomShape odd{.spread = true, .losses = true};
    EXPECT_GT(plans_that_pass(odd, test::soaked(60)), 0U);
    const test::RandomShape large{.services_max = 12,
                                  .instances_max = 12,
                                  .caps = false,
                                  .real_geometry = true,
                                  .spread = true,
                                  .losses = true};
    EXPECT_GT(plans_that_pass(large, test::soaked(15)), 0U);
}

INSTANTIATE_TEST_SUITE_P(Spread, Assembled, testing::Bool(), [](const auto& param) {
    return param.param ? std::string("asked") : std::string("not_asked");
});

}  // namespace
}  // namespace tangram::planner
