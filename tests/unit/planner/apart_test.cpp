#include "planner/apart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "deployment/checker.h"
#include "planner/assembly.h"
#include "support/apart_brute_force.h"
#include "support/random_problem.h"
#include "support/small_problem.h"

namespace tangram::planner {
namespace {

using test::SmallProblem;
using testing::HasSubstr;
using workload::Spread;

void add_apart(SmallProblem& small, const char* name, double rate, int replicas, Spread spread) {
    auto& service = small.service(name, "m", rate, 50);
    service.min_replicas = replicas;
    service.spread = spread;
}

struct Solved {
    explicit Solved(const SmallProblem& small, const char* engine = "compact")
        : problem(small.build()),
          model(build_planning_model(problem).value()),
          outcome(make_planner(engine)->plan(model, {})) {
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

TEST(EnsureApart, LeavesOtherPlansAlone) {
    SmallProblem small;
    small.row("m", "1g", 10, 5);
    small.service("s", "m", 30, 50).min_replicas = 3;
    const Solved solved(small);
    EXPECT_FALSE(apart_asked(solved.model));
    EXPECT_EQ(solved.outcome.formulation,
              make_planner("compact")->plan(solved.model, {}).formulation);
}

TEST(EnsureApart, ProvesThatReplicasNeedAsManyGpus) {
    SmallProblem small;
    small.row("m", "1g", 10, 5);
    add_apart(small, "s", 10, 3, Spread::kGpu);
    const Solved solved(small);
    EXPECT_EQ(solved.outcome.status, Status::kOptimal);
    EXPECT_EQ(solved.outcome.cost, Cost{3 * kCostPerUnit});
    EXPECT_EQ(solved.outcome.bound, Cost{3 * kCostPerUnit});
}

TEST(EnsureApart, TakesTheCheapestGpusThatHoldThemApart) {
    SmallProblem small;
    small.row("m", "1g", 10, 5).row("m", "1g", 10, 5, {.gpu = "Four"});
    small.fleet("Seven", std::nullopt, std::nullopt, 3);
    small.fleet("Four", 2, std::nullopt, 2);
    add_apart(small, "s", 10, 3, Spread::kGpu);
    const Solved solved(small);
    EXPECT_EQ(solved.outcome.status, Status::kOptimal);
    EXPECT_EQ(solved.outcome.cost, Cost{7 * kCostPerUnit});
}

TEST(EnsureApart, SaysWhichServiceTheFleetIsTooSmallFor) {
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
TEST(EnsureApart, SeesThatCountsAreNotPlaces) {
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

TEST(EnsureApart, ProvesThatAFleetIsTooSmall) {
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

TEST(EnsureApart, HandlesLargeFleets) {
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

// Makes the service survive the loss of a GPU or node, or both, with some of its rate.
void add_losses(workload::Service& service, bool with_nodes, Random& random) {
    const auto share = [&] { return Share{25'000 * random.between(1, 40)}; };
    const auto kind = random.below(with_nodes ? 4 : 2);
    if (kind == 1 || kind == 3) service.survive_gpu = share();
    if (kind >= 2) service.survive_node = share();
}

RandomCase random_case(std::uint64_t seed, bool with_nodes, bool with_losses) {
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
        if (with_losses) add_losses(service, with_nodes, random);
        c.text += name + " rate " + std::to_string(service.rate.count()) + " replicas " +
                  std::to_string(service.min_replicas) + " spread " +
                  std::to_string(static_cast<int>(service.spread)) + " survive " +
                  std::to_string(service.survive_gpu.value_or(Share{}).count()) + " " +
                  std::to_string(service.survive_node.value_or(Share{}).count()) + "; ";
    }
    c.text += std::string(gpu) + " per node " + std::to_string(c.per_node) + " most " +
              std::to_string(c.most);
    return c;
}

enum class Truth { kSkipped, kInfeasible, kOptimum };

Truth compare_with_brute_force(std::uint64_t seed, bool with_nodes, bool with_losses = false) {
    const RandomCase c = random_case(seed, with_nodes, with_losses);
    const workload::Problem problem = c.small.build();
    const PlanningModel model = build_planning_model(problem).value();
    // Within a node GPUs of the enumeration are all there are; the last node may be smaller.
    if (c.nodes * c.per_node != c.most) return Truth::kSkipped;
    const auto fewest = test::ApartBruteForce(model).fewest_gpus(c.nodes, c.per_node, c.most);
    for (const char* engine : {"exact", "compact"}) {
        const Solved solved(c.small, engine);
        if (!fewest) {
            EXPECT_EQ(solved.outcome.status, Status::kInfeasible)
                << engine << ' ' << seed << ' ' << c.text << "; " << solved.outcome.stop_reason;
            continue;
        }
        EXPECT_EQ(solved.outcome.status, Status::kOptimal)
            << engine << ' ' << seed << ' ' << c.text << "; brute force " << *fewest << "; "
            << solved.outcome.stop_reason;
        EXPECT_EQ(solved.outcome.cost, Cost{*fewest * kCostPerUnit})
            << engine << ' ' << seed << ' ' << c.text;
    }
    return fewest ? Truth::kOptimum : Truth::kInfeasible;
}

TEST(EnsureApart, EqualsBruteForceOverGpus) {
    for (std::uint64_t seed = 1; seed <= 80; ++seed) {
        (void)compare_with_brute_force(seed, false);
    }
}

TEST(EnsureApart, EqualsBruteForceOverNodes) {
    for (std::uint64_t seed = 1; seed <= 80; ++seed) (void)compare_with_brute_force(seed, true);
}

class Losses : public testing::TestWithParam<bool> {};

TEST_P(Losses, EqualBruteForce) {
    int optima = 0;
    int infeasible = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(60); ++seed) {
        const Truth truth = compare_with_brute_force(seed, GetParam(), true);
        optima += truth == Truth::kOptimum ? 1 : 0;
        infeasible += truth == Truth::kInfeasible ? 1 : 0;
        if (HasFailure()) return;  // one problem is enough to read
    }
    EXPECT_GT(optima, 20);
    EXPECT_GT(infeasible, 5);
}

INSTANTIATE_TEST_SUITE_P(OfGpusOrNodes, Losses, testing::Bool(), [](const auto& param) {
    return param.param ? std::string("with_nodes") : std::string("without_nodes");
});

}  // namespace
}  // namespace tangram::planner
