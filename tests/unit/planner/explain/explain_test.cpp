#include "planner/explain/explanation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "planner/assembly.h"
#include "planner/planner.h"
#include "support/random_problem.h"
#include "support/small_problem.h"
#include "support/soak.h"

namespace tangram::planner::explain {
namespace {

using test::rps;
using test::SmallProblem;

constexpr std::int64_t kOne = kPricePerCost * kCostPerUnit;  // the price of one GPU

// Prices slices/7 on "Seven": every full cut with seven compute slices is worth its GPU.
Prices seventh_prices(const PlanningModel& model) {
    Prices prices;
    for (const InstanceType& type : model.types) {
        const gpu::GpuModel& gpu = model.problem->gpu_model(type.entry);
        prices.types.push_back(Price{kOne / 7 * gpu.profiles[type.profile].compute_slices});
    }
    prices.rents = IdVector<FleetEntryId, Price>(model.entries.size());
    return prices;
}

SmallProblem bert_twice() {
    SmallProblem small;
    small.row("bert", "1g", 10, 30).row("bert", "2g", 25, 30).row("bert", "7g", 60, 30);
    small.service("a", "bert", 45, 100);
    small.service("b", "bert", 9, 100);
    return small;
}

// One Seven: 2g at 0 and 2 for "a", 1g at 4 for "b", 1g at 5 idle.
deployment::Deployment one_gpu() {
    using deployment::Phase;
    deployment::Deployment result;
    result.models = {{"Seven", 8, {{"1g", 1, 1}, {"2g", 2, 2}}}};
    result.services.push_back({"a", rps(45)});
    result.services.push_back({"b", rps(9)});
    deployment::RunPoint point;
    point.model = "bert";
    point.throughput = rps(25);
    result.points.push_back(point);
    point.throughput = rps(10);
    result.points.push_back(point);
    const deployment::ServiceNameId a{0};
    const deployment::ServiceNameId b{1};
    const deployment::RunPointId big{0};
    const deployment::RunPointId small{1};
    deployment::DeployedGpu gpu;
    gpu.id = "gpu-0";
    gpu.instances = {{1, 0, a, big, Phase::kServing},
                     {1, 2, a, big, Phase::kServing},
                     {0, 4, b, small, Phase::kServing},
                     {0, 5, {}, {}, Phase::kIdle}};
    result.gpus.push_back(gpu);
    return result;
}

struct Explained {
    workload::Problem problem;
    PlanningModel model;
    Explanation explanation;
};

Explained explained(const SmallProblem& small, const deployment::Deployment& deployment,
                    Outcome outcome = {}, bool priced = true) {
    Explained result{small.build(), {}, {}};
    result.model = build_planning_model(result.problem).value();
    if (priced) outcome.prices = seventh_prices(result.model);
    result.explanation = explain(result.model, deployment, outcome);
    return result;
}

TEST(Explain, AddsUpWhatAServiceUsesAndPays) {
    const Explained it = explained(bert_twice(), one_gpu());
    const ServiceExplanation& a = it.explanation.services[ServiceId{0}];
    EXPECT_EQ(a.instances, 2);
    EXPECT_EQ(a.capacity, rps(50));
    EXPECT_EQ(a.spare, rps(5));
    EXPECT_EQ(a.paid, Price{kOne / 7 * 4});
    ASSERT_EQ(a.used.size(), 1U);
    EXPECT_EQ(a.used[0].count, 2);
    EXPECT_EQ(a.used[0].profile, "2g");
    EXPECT_EQ(a.cheapest.price, Price{kOne / 7 * 4});
    EXPECT_EQ(it.explanation.services[ServiceId{1}].paid, Price{kOne / 7});
    EXPECT_TRUE(it.explanation.notes.empty());
}

TEST(Explain, NamesTheNextInstanceAndTheCheapestCapacity) {
    const Explained it = explained(bert_twice(), one_gpu());
    const ServiceExplanation& a = it.explanation.services[ServiceId{0}];
    ASSERT_TRUE(a.next && a.margin);
    EXPECT_EQ(a.next->throughput, rps(10));    // 1g: 1/7 for 10
    EXPECT_EQ(a.margin->throughput, rps(25));  // 2g: 2/7 for 25, cheaper per request
    EXPECT_EQ(a.margin->price, Price{kOne / 7 * 2});
}

TEST(Explain, CountsOnlyWhatServesAndKnowsTheUtilisationLimit) {
    deployment::Deployment deployment = one_gpu();
    deployment.gpus[deployment::GpuIndex{0}].instances[0].phase = deployment::Phase::kDraining;
    SmallProblem small = bert_twice();
    small.edit().max_utilization = Share{900'000};
    const Explained it = explained(small, deployment);
    const ServiceExplanation& a = it.explanation.services[ServiceId{0}];
    EXPECT_EQ(a.capacity, rps(25));
    EXPECT_EQ(a.required, rps(50));
    EXPECT_EQ(a.spare, rps(22.5) - rps(45));
    deployment.gpus[deployment::GpuIndex{0}].status = deployment::GpuStatus::kLost;
    EXPECT_EQ(explained(small, deployment).explanation.services[ServiceId{0}].capacity, Rate{});
}

TEST(Explain, ShowsTheBoundAsASumAndRoundsItUp) {
    Outcome outcome;
    outcome.bound = Cost{kCostPerUnit};
    const Explained it = explained(bert_twice(), one_gpu(), outcome);
    ASSERT_TRUE(it.explanation.bound.has_value());
    const BoundExplanation& bound = *it.explanation.bound;
    EXPECT_EQ(bound.contributions, Price{kOne / 7 * 5});
    EXPECT_EQ(bound.raw, bound.contributions);
    EXPECT_EQ(bound.granularity, Cost{kCostPerUnit});
    EXPECT_EQ(bound.rounded, Cost{kCostPerUnit});
    EXPECT_EQ(bound.bound, Cost{kCostPerUnit});
    EXPECT_TRUE(bound.prices_hold);
}

TEST(Explain, RentsAreTakenOff) {
    SmallProblem small = bert_twice();
    small.fleet("Seven", 3);
    const workload::Problem problem = small.build();
    const PlanningModel model = build_planning_model(problem).value();
    Outcome outcome;
    outcome.prices = seventh_prices(model);
    outcome.prices.rents[FleetEntryId{0}] = Price{kOne / 21};
    const Explanation explanation = explain(model, {}, outcome);
    EXPECT_EQ(explanation.bound->rents, Price{kOne / 21 * 3});
    EXPECT_EQ(explanation.bound->raw, explanation.bound->contributions - Price{kOne / 7});
    for (const PartitionExplanation& partition : explanation.partitions) {
        EXPECT_GE(partition.slack, Price{kOne / 21});
    }
}

TEST(Explain, PartitionsBySlackWithTheGpusThatFitThem) {
    const Explained it = explained(bert_twice(), one_gpu());
    const std::vector<PartitionExplanation>& partitions = it.explanation.partitions;
    ASSERT_FALSE(partitions.empty());
    EXPECT_TRUE(std::ranges::is_sorted(partitions, {}, &PartitionExplanation::slack));
    std::int64_t gpus = 0;
    for (const PartitionExplanation& partition : partitions) {
        EXPECT_EQ(partition.worth + partition.slack, Price{kOne});
        if (partition.gpus == 0) continue;
        gpus += partition.gpus;
        const std::vector<int>& counts = it.model.partitions[partition.partition].counts;
        EXPECT_GE(counts[1], 2);  // holds two 2g
    }
    EXPECT_EQ(gpus, 1);
}

TEST(Explain, CountsAGpuForTheTightestPartitionThatHoldsIt) {
    const SmallProblem small = bert_twice();
    const workload::Problem problem = small.build();
    const PlanningModel model = build_planning_model(problem).value();
    deployment::Deployment deployment = one_gpu();
    deployment.gpus[deployment::GpuIndex{0}].instances.erase(
        deployment.gpus[deployment::GpuIndex{0}].instances.begin(),
        deployment.gpus[deployment::GpuIndex{0}].instances.begin() + 2);  // two 1g are left
    Outcome outcome;
    outcome.prices = seventh_prices(model);
    outcome.prices.types[InstanceTypeId{0}] = Price{kOne / 14};
    const Explanation explanation = explain(model, deployment, outcome);
    Price least{kOne};
    for (const PartitionExplanation& partition : explanation.partitions) {
        least = std::min(least, partition.worth);
    }
    EXPECT_EQ(least, Price{kOne / 14 * 7});  // seven 1g
    for (const PartitionExplanation& partition : explanation.partitions) {
        EXPECT_EQ(partition.gpus, partition.worth == least ? 1 : 0);
    }
}

TEST(Explain, SaysWhenPricesProveNothingOrAreForeign) {
    const SmallProblem small = bert_twice();
    const workload::Problem problem = small.build();
    const PlanningModel model = build_planning_model(problem).value();
    Outcome outcome;
    outcome.prices = seventh_prices(model);
    outcome.prices.types[InstanceTypeId{0}] += Price{1};
    EXPECT_FALSE(explain(model, {}, outcome).bound->prices_hold);
    outcome.prices.types.push_back(Price{});
    const Explanation foreign = explain(model, {}, outcome);
    EXPECT_FALSE(foreign.priced);
    EXPECT_EQ(foreign.notes.size(), 1U);
}

TEST(Explain, WorksWithoutPrices) {
    const Explained it = explained(bert_twice(), one_gpu(), {}, false);
    EXPECT_FALSE(it.explanation.priced);
    EXPECT_FALSE(it.explanation.bound.has_value());
    EXPECT_TRUE(it.explanation.types.empty());
    EXPECT_EQ(it.explanation.services[ServiceId{0}].capacity, rps(50));
}

TEST(Explain, NotesWhatTheProblemLacks) {
    deployment::Deployment deployment = one_gpu();
    deployment.services[deployment::ServiceNameId{1}].name = "old";
    deployment.models[0].name = "Eight";
    const Explained it = explained(bert_twice(), deployment);
    EXPECT_EQ(it.explanation.notes, (std::vector<std::string>{"the problem has no service old",
                                                              "the fleet has no GPU model Eight"}));
    EXPECT_EQ(it.explanation.services[ServiceId{1}].instances, 0);
    EXPECT_FALSE(it.explanation.services[ServiceId{0}].used[0].type.valid());
}

TEST(Explain, JudgesPointsForFewServicesAndOnRequest) {
    const Explained it = explained(bert_twice(), one_gpu());
    EXPECT_EQ(it.explanation.services[ServiceId{0}].verdicts.size(), 3U);
    const Explanation one = explain(it.model, {}, {}, {.judged = {{ServiceId{1}}}});
    EXPECT_TRUE(one.services[ServiceId{0}].verdicts.empty());
    EXPECT_EQ(one.services[ServiceId{1}].verdicts.size(), 3U);
}

TEST(Explain, TellsTheShortage) {
    SmallProblem small = bert_twice();
    small.fleet("Seven", 3);
    small.fleet("Four", 2);
    Outcome outcome;
    outcome.status = Status::kInfeasible;
    outcome.gpus_needed = 7;
    const Explained it = explained(small, {}, outcome);
    ASSERT_TRUE(it.explanation.shortage.has_value());
    EXPECT_EQ(it.explanation.shortage->gpus_needed, 7);
    EXPECT_EQ(it.explanation.shortage->gpus_available, 5);
    EXPECT_EQ(it.explanation.shortage->cost_available, Cost{5 * kCostPerUnit});
    EXPECT_EQ(it.explanation.shortage->largest,
              (std::vector<ServiceId>{ServiceId{0}, ServiceId{1}}));
}

// The planner's own prices must prove no more than the planner states, and its plan must pay at
// least what the bound takes from each service.
TEST(Explain, AgreesWithTheExactPlanner) {
    const std::unique_ptr<Planner> planner = make_planner("exact");
    ASSERT_NE(planner, nullptr);
    for (std::uint64_t seed = 0; seed < test::soaked(100); ++seed) {
        const workload::Problem problem = test::random_problem(seed);
        const Result<PlanningModel> model = build_planning_model(problem);
        if (!model) continue;
        const Outcome outcome = planner->plan(*model, {});
        if (!outcome.plan) continue;
        const Assembly assembly = assemble(*model, *outcome.plan);
        const Explanation explanation = explain(*model, assembly.deployment, outcome);
        for (const ServiceExplanation& service : explanation.services) {
            EXPECT_GE(service.capacity, service.required) << test::describe(problem);
            EXPECT_GE(service.spare, Rate{}) << test::describe(problem);
            if (!explanation.priced) continue;
            EXPECT_GE(service.paid, service.cheapest.bound) << test::describe(problem);
        }
        if (!explanation.bound) continue;
        EXPECT_TRUE(explanation.bound->prices_hold) << test::describe(problem);
        EXPECT_LE(explanation.bound->rounded, outcome.bound) << test::describe(problem);
    }
}

}  // namespace
}  // namespace tangram::planner::explain
