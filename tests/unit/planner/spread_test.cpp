#include "planner/spread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "deployment/checker.h"
#include "planner/assembly.h"
#include "support/small_problem.h"
#include "support/spread_brute_force.h"

namespace tangram::planner {
namespace {

using test::SmallProblem;
using testing::HasSubstr;
using workload::Spread;

Outcome solve(const PlanningModel& model) {
    const Outcome relaxed = make_planner("compact")->plan(model, {});
    return ensure_spread(model, relaxed, {});
}

void add_apart(SmallProblem& small, const char* name, double rate, int replicas, Spread spread) {
    auto& service = small.service(name, "m", rate, 50);
    service.min_replicas = replicas;
    service.spread = spread;
}

struct Solved {
    explicit Solved(const SmallProblem& small)
        : problem(small.build()),
          model(build_planning_model(problem).value()),
          outcome(solve(model)) {
        if (!outcome.plan) return;
        const Assembly assembly = assemble(model, *outcome.plan);
        EXPECT_TRUE(assembly.spread_met);
        for (const auto& violation : deployment::check(problem, assembly.deployment).violations) {
            ADD_FAILURE() << violation.place << ": " << violation.message;
        }
        EXPECT_LE(outcome.bound, outcome.cost);
        EXPECT_EQ(outcome.cost, cost_of(model, outcome.plan->partitions));
    }
    workload::Problem problem;
    PlanningModel model;
    Outcome outcome;
};

TEST(EnsureSpread, LeavesOtherPlansAlone) {
    SmallProblem small;
    small.row("m", "1g", 10, 5);
    small.service("s", "m", 30, 50).min_replicas = 3;
    const Solved solved(small);
    EXPECT_FALSE(spread_asked(solved.model));
    EXPECT_EQ(solved.outcome.formulation,
              make_planner("compact")->plan(solved.model, {}).formulation);
}

TEST(EnsureSpread, ProvesThatReplicasNeedAsManyGpus) {
    SmallProblem small;
    small.row("m", "1g", 10, 5);
    add_apart(small, "s", 10, 3, Spread::kGpu);
    const Solved solved(small);
    EXPECT_EQ(solved.outcome.status, Status::kOptimal);
    EXPECT_EQ(solved.outcome.cost, Cost{3 * kCostPerUnit});
    EXPECT_EQ(solved.outcome.bound, Cost{3 * kCostPerUnit});
}

TEST(EnsureSpread, TakesTheCheapestGpusThatHoldThemApart) {
    SmallProblem small;
    small.row("m", "1g", 10, 5).row("m", "1g", 10, 5, {.gpu = "Four"});
    small.fleet("Seven", std::nullopt, std::nullopt, 3);
    small.fleet("Four", 2, std::nullopt, 2);
    add_apart(small, "s", 10, 3, Spread::kGpu);
    const Solved solved(small);
    EXPECT_EQ(solved.outcome.status, Status::kOptimal);
    EXPECT_EQ(solved.outcome.cost, Cost{7 * kCostPerUnit});
}

TEST(EnsureSpread, SaysWhichServiceTheFleetIsTooSmallFor) {
    SmallProblem gpus;
    gpus.row("m", "1g", 10, 5);
    gpus.fleet("Seven", 2);
    add_apart(gpus, "s", 10, 3, Spread::kGpu);
    const Solved too_few_gpus(gpus);
    EXPECT_EQ(too_few_gpus.outcome.status, Status::kInfeasible);
    EXPECT_THAT(
        too_few_gpus.outcome.stop_reason,
        HasSubstr("service 's' asks for 3 replicas on different GPUs, and the fleet has 2"));
    SmallProblem nodes;
    nodes.row("m", "1g", 10, 5);
    nodes.fleet("Seven", 7, 4);
    add_apart(nodes, "s", 10, 3, Spread::kNode);
    const Solved too_few_nodes(nodes);
    EXPECT_EQ(too_few_nodes.outcome.status, Status::kInfeasible);
    EXPECT_THAT(too_few_nodes.outcome.stop_reason,
                HasSubstr("different nodes, and the fleet has 2"));
}

// A whole GPU and two halves that must be apart: counts say two GPUs, places say three.
TEST(EnsureSpread, SeesThatCountsAreNotPlaces) {
    SmallProblem small;
    small.row("m", "7g", 70, 5);
    small.row("n", "3g", 10, 5);
    small.service("whole", "m", 70, 50);
    auto& service = small.service("halves", "n", 20, 50);
    service.min_replicas = 2;
    service.spread = Spread::kGpu;
    const Solved solved(small);
    EXPECT_EQ(solved.outcome.status, Status::kOptimal);
    EXPECT_EQ(solved.outcome.cost, Cost{3 * kCostPerUnit});
}

TEST(EnsureSpread, ProvesThatAFleetIsTooSmall) {
    SmallProblem small;
    small.row("m", "7g", 70, 5);
    small.row("n", "3g", 10, 5);
    small.fleet("Seven", 2);
    small.service("whole", "m", 70, 50);
    auto& service = small.service("halves", "n", 20, 50);
    service.min_replicas = 2;
    service.spread = Spread::kGpu;
    const Solved solved(small);
    EXPECT_EQ(solved.outcome.status, Status::kInfeasible);
    EXPECT_THAT(solved.outcome.stop_reason, HasSubstr("no plan within the fleet"));
}

TEST(EnsureSpread, HandlesLargeFleets) {
    SmallProblem small;
    small.row("m", "1g", 10, 5).row("m", "3g", 40, 5);
    for (int i = 0; i < 300; ++i) {
        add_apart(small, ("s" + std::to_string(i)).c_str(), 5.0 * (1 + i % 20), 2 + i % 4,
                  Spread::kGpu);
    }
    const Solved solved(small);
    ASSERT_TRUE(solved.outcome.plan.has_value());
    EXPECT_EQ(solved.outcome.status, Status::kOptimal);
}

// A random problem on one kind of GPU, small enough for enumeration.
struct RandomCase {
    SmallProblem small;
    int nodes = 0, per_node = 0, most = 0;
    std::string text;
};

RandomCase random_case(std::uint64_t seed, bool with_nodes) {
    Random random(seed);
    RandomCase c;
    const bool four = random.below(2) == 0;
    const char* gpu = four ? "Four" : "Seven";
    const std::vector<const char*> profiles =
        four ? std::vector{"2g", "4g", "1g"} : std::vector{"3g", "2g", "7g"};
    c.per_node = with_nodes ? static_cast<int>(random.between(1, 2)) : 1;
    c.most = 3 + static_cast<int>(random.below(2));
    c.nodes = (c.most + c.per_node - 1) / c.per_node;
    c.small.fleet(gpu, c.most, with_nodes ? std::optional(c.per_node) : std::nullopt);
    const int services = static_cast<int>(random.between(1, 3));
    for (int s = 0; s < services; ++s) {
        const std::string name = "m" + std::to_string(s);
        double best = 0;
        for (std::size_t p = 0; p < profiles.size(); ++p) {
            if (p > 0 && random.below(2) == 0) continue;
            const auto throughput = static_cast<double>(random.between(5, 30));
            best = std::max(best, throughput);
            c.small.row(name, profiles[p], throughput, 5, {.gpu = gpu});
        }
        auto& service = c.small.service(name, name, best * random.unit() * 2.5, 50);
        service.min_replicas = static_cast<int>(random.between(1, 3));
        const auto kind = random.below(3);
        service.spread = kind == 0                 ? Spread::kNone
                         : kind == 1 && with_nodes ? Spread::kNode
                                                   : Spread::kGpu;
        c.text += name + " rate " + std::to_string(service.rate.count()) + " replicas " +
                  std::to_string(service.min_replicas) + " spread " +
                  std::to_string(static_cast<int>(service.spread)) + "; ";
    }
    c.text += std::string(gpu) + " per node " + std::to_string(c.per_node) + " most " +
              std::to_string(c.most);
    return c;
}

void compare_with_brute_force(std::uint64_t seed, bool with_nodes) {
    const RandomCase c = random_case(seed, with_nodes);
    const workload::Problem problem = c.small.build();
    const PlanningModel model = build_planning_model(problem).value();
    // Within a node GPUs of the enumeration are all there are; the last node may be smaller.
    if (c.nodes * c.per_node != c.most) return;
    const auto fewest = test::SpreadBruteForce(model).fewest_gpus(c.nodes, c.per_node, c.most);
    const Solved solved(c.small);
    if (!fewest) {
        EXPECT_EQ(solved.outcome.status, Status::kInfeasible) << seed << ' ' << c.text;
        return;
    }
    ASSERT_EQ(solved.outcome.status, Status::kOptimal)
        << seed << ' ' << c.text << "; brute force " << *fewest << "; "
        << solved.outcome.stop_reason;
    EXPECT_EQ(solved.outcome.cost, Cost{*fewest * kCostPerUnit}) << seed << ' ' << c.text;
}

TEST(EnsureSpread, EqualsBruteForceOverGpus) {
    for (std::uint64_t seed = 1; seed <= 80; ++seed) compare_with_brute_force(seed, false);
}

TEST(EnsureSpread, EqualsBruteForceOverNodes) {
    for (std::uint64_t seed = 1; seed <= 80; ++seed) compare_with_brute_force(seed, true);
}

}  // namespace
}  // namespace tangram::planner
