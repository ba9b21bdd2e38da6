#include "planner/assembly.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "deployment/checker.h"
#include "support/small_problem.h"

namespace tangram::planner {
namespace {

using deployment::DeployedGpu;
using deployment::Instance;
using test::SmallProblem;
using testing::ElementsAre;
using testing::IsEmpty;
using Counts = std::vector<std::int64_t>;

// A model and plans over it, by instance type: {{2, 0}, {0, 1}} gives the first service two of the
// first type and the second one of the second.
struct Ground {
    explicit Ground(const SmallProblem& small)
        : problem(small.build()), model(build_planning_model(problem).value()) {}

    [[nodiscard]] CountPlan plan(const std::vector<Counts>& uses, Counts partitions) const {
        CountPlan plan;
        plan.first_use = {0};
        for (const Counts& counts : uses) {
            for (std::size_t k = 0; k < counts.size(); ++k) {
                if (counts[k] > 0) plan.uses.push_back({InstanceTypeId{k}, counts[k]});
            }
            plan.first_use.push_back(static_cast<std::uint32_t>(plan.uses.size()));
        }
        plan.partitions = IdVector<PartitionId, std::int64_t>(std::move(partitions));
        return plan;
    }

    // Assembles and lets the checker look at it.
    [[nodiscard]] Assembly checked(const CountPlan& plan) const {
        Assembly assembly = assemble(model, plan);
        for (const auto& violation : deployment::check(problem, assembly.deployment).violations) {
            if (violation.kind == deployment::ViolationKind::kSpread && !assembly.spread_met)
                continue;
            ADD_FAILURE() << violation.place << ": " << violation.message;
        }
        return assembly;
    }

    workload::Problem problem;
    PlanningModel model;
};

// "2g@0:a 2g@2:a" of one GPU.
std::string text(const deployment::Deployment& deployment, const DeployedGpu& gpu) {
    std::string text;
    const auto& profiles = deployment.models[static_cast<std::size_t>(gpu.model)].profiles;
    for (const Instance& instance : gpu.instances) {
        if (!text.empty()) text += ' ';
        text += profiles[static_cast<std::size_t>(instance.profile)].name + '@' +
                std::to_string(instance.start) + ':' + deployment.services[instance.service].name;
    }
    return text;
}

std::vector<std::string> texts(const deployment::Deployment& deployment) {
    std::vector<std::string> all;
    for (const DeployedGpu& gpu : deployment.gpus) all.push_back(text(deployment, gpu));
    return all;
}

SmallProblem one_type(int services) {
    SmallProblem small;
    small.row("m", "2g", 10, 5);
    for (int i = 0; i < services; ++i) {
        small.service(std::string(1, static_cast<char>('a' + i)), "m", 10, 50);
    }
    return small;
}

TEST(Assembly, KeepsAServiceOnFewGpusAndLeavesIdleInstancesOut) {
    const Ground ground(one_type(2));
    const Assembly assembly = ground.checked(ground.plan({{2}, {4}}, {3}));
    const auto& deployment = assembly.deployment;
    EXPECT_THAT(texts(deployment), ElementsAre("2g@0:a 2g@2:a 2g@4:b", "2g@0:b 2g@2:b 2g@4:b"));
    EXPECT_EQ(deployment.gpus[deployment::GpuIndex{0}].id, "gpu-0");
    EXPECT_EQ(deployment.gpus[deployment::GpuIndex{1}].id, "gpu-1");
    EXPECT_EQ(deployment.claimed_gpus, 2) << "the third GPU is not used";
    EXPECT_EQ(deployment.claimed_cost, Cost{2 * kCostPerUnit});
    EXPECT_EQ(deployment.gpus[deployment::GpuIndex{0}].node, "");
}

TEST(Assembly, OrdersGpusByPartitionAndContent) {
    SmallProblem small;
    small.row("m", "3g", 30, 5).row("m", "7g", 70, 5);
    for (const char* name : {"a", "b", "c"}) small.service(name, "m", 30, 50);
    const Ground ground(small);
    const auto assembly = ground.checked(ground.plan({{4, 0}, {2, 1}, {4, 0}}, {1, 5}));
    EXPECT_THAT(texts(assembly.deployment),
                ElementsAre("7g@0:b", "3g@0:a 3g@4:a", "3g@0:a 3g@4:a", "3g@0:b 3g@4:b",
                            "3g@0:c 3g@4:c", "3g@0:c 3g@4:c"));
}

TEST(Assembly, WritesRunPointsOnceAndModelsWithTheProfilesInUse) {
    SmallProblem small;
    small.row("m", "1g", 10, 5, {.batch = 2, .memory_mib = 100}).row("m", "2g", 25, 5);
    small.row("m", "7g", 90, 5);
    small.service("a", "m", 10, 50);
    small.service("b", "m", 10, 50);
    small.service("c", "m", 10, 50).max_wait = test::ms(3);
    const Ground ground(small);
    const auto deployment =
        ground.checked(ground.plan({{1, 1, 0}, {1, 0, 0}, {1, 0, 0}}, {0, 0, 1, 0, 0})).deployment;
    ASSERT_EQ(deployment.points.size(), 3U);
    const deployment::RunPoint& point = deployment.points[deployment::RunPointId{0}];
    EXPECT_EQ(point.model, "m");
    EXPECT_EQ(point.precision, "fp16");
    EXPECT_EQ(point.batch, 2);
    EXPECT_EQ(point.throughput, test::rps(10));
    EXPECT_EQ(point.metric, "latency_ms");
    EXPECT_EQ(point.latency, test::ms(5));
    EXPECT_EQ(point.source, "test");
    EXPECT_TRUE(point.memory_known);
    EXPECT_FALSE(deployment.points[deployment::RunPointId{1}].memory_known);
    EXPECT_EQ(deployment.points[deployment::RunPointId{2}].max_wait, test::ms(3));
    ASSERT_EQ(deployment.models.size(), 1U);
    EXPECT_EQ(deployment.models[0].memory_slices, 8);
    EXPECT_EQ(deployment.models[0].profiles.size(), 2U);
    EXPECT_EQ(deployment.services.size(), 3U);
    EXPECT_EQ(deployment.services[deployment::ServiceNameId{1}].rate, test::rps(10));
}

TEST(Assembly, PutsReplicasOnDifferentGpus) {
    SmallProblem small = one_type(2);
    for (auto& service : small.edit().services) {
        service.min_replicas = 3;
        service.spread = workload::Spread::kGpu;
    }
    const Ground ground(small);
    const Assembly assembly = ground.checked(ground.plan({{3}, {4}}, {3}));
    EXPECT_TRUE(assembly.spread_met);
    EXPECT_THAT(texts(assembly.deployment), testing::Each(testing::HasSubstr(":a")));
    EXPECT_THAT(texts(assembly.deployment), testing::Each(testing::HasSubstr(":b")));
}

TEST(Assembly, SaysWhoseReplicasCannotBeSpread) {
    SmallProblem small = one_type(2);
    auto& service = small.edit().services[ServiceId{1}];
    service.min_replicas = 3;
    service.spread = workload::Spread::kGpu;
    const Ground ground(small);
    const Assembly assembly = ground.checked(ground.plan({{1}, {3}}, {2}));
    EXPECT_FALSE(assembly.spread_met);
    EXPECT_THAT(assembly.unspread, ElementsAre(ServiceId{1}));
}

TEST(Assembly, FillsNodesInOrder) {
    SmallProblem small = one_type(1);
    small.fleet("Seven", std::nullopt, 2);
    const Ground ground(small);
    std::vector<std::string> nodes;
    for (const auto& gpu : ground.checked(ground.plan({{9}}, {3})).deployment.gpus) {
        nodes.push_back(gpu.node);
    }
    EXPECT_THAT(nodes, ElementsAre("node-0", "node-0", "node-1"));
}

TEST(Assembly, UsesMoreNodesWhereReplicasMustBeApart) {
    SmallProblem small = one_type(1);
    small.fleet("Seven", 6, 2);
    auto& service = small.edit().services[ServiceId{0}];
    service.min_replicas = 3;
    service.spread = workload::Spread::kNode;
    const Ground ground(small);
    const Assembly assembly = ground.checked(ground.plan({{5}}, {3}));
    EXPECT_TRUE(assembly.spread_met);
    std::set<std::string> nodes;
    for (const auto& gpu : assembly.deployment.gpus) nodes.insert(gpu.node);
    EXPECT_THAT(nodes, ElementsAre("node-0", "node-1", "node-2"));
}

TEST(Assembly, UsesTheProblemsNames) {
    SmallProblem small = one_type(1);
    small.fleet("Seven");
    const FleetEntryId entry{0};
    small.edit().nodes = {{"east", {{"e0", entry}, {"e1", entry}}}, {"west", {{"w0", entry}}}};
    const auto names = [](const Assembly& assembly) {
        std::vector<std::string> all;
        for (const auto& gpu : assembly.deployment.gpus) all.push_back(gpu.node + '/' + gpu.id);
        return all;
    };
    const Ground packed(small);
    EXPECT_THAT(names(packed.checked(packed.plan({{4}}, {2}))), ElementsAre("east/e0", "east/e1"));
    auto& service = small.edit().services[ServiceId{0}];
    service.min_replicas = 2;
    service.spread = workload::Spread::kNode;
    const Ground apart(small);
    EXPECT_THAT(names(apart.checked(apart.plan({{4}}, {2}))), ElementsAre("east/e0", "west/w0"));
}

TEST(Assembly, IsTheSameForEqualPlans) {
    SmallProblem small = one_type(5);
    for (auto& service : small.edit().services) {
        service.min_replicas = 2;
        service.spread = workload::Spread::kGpu;
    }
    const Ground ground(small);
    const CountPlan plan = ground.plan({{3}, {2}, {2}, {4}, {4}}, {5});
    const auto first = texts(assemble(ground.model, plan).deployment);
    const auto second = texts(assemble(ground.model, plan).deployment);
    EXPECT_EQ(first, second);
}

TEST(AssemblyDeathTest, RefusesPlansThatAreNone) {
    const Ground ground(one_type(1));
    EXPECT_DEATH(static_cast<void>(assemble(ground.model, ground.plan({{4}}, {1}))),
                 "4 instances of 2g on Seven are used, 3 supplied");
}

}  // namespace
}  // namespace tangram::planner
