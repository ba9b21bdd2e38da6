#include "planner/apart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "deployment/checker.h"
#include "planner/assembly.h"
#include "support/apart_brute_force.h"
#include "support/small_problem.h"
#include "support/soak.h"

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

// A random problem small enough for enumeration.
struct RandomCase {
    SmallProblem small;
    std::vector<test::ApartBruteForce::Nodes> nodes;
    std::string text;
};

struct RandomWishes {
    bool nodes = false;
    bool losses = false;
    bool two_kinds = false;
};

const std::vector<const char*>& profiles_of(const std::string& gpu) {
    static const std::vector<const char*> four{"2g", "4g", "1g"};
    static const std::vector<const char*> seven{"3g", "2g", "7g"};
    return gpu == "Four" ? four : seven;
}

// Makes the service survive the loss of a GPU or node, or both, with some of its rate.
void add_losses(workload::Service& service, bool with_nodes, Random& random) {
    const auto share = [&] { return Share{25'000 * random.between(1, 40)}; };
    const auto kind = random.below(with_nodes ? 4 : 2);
    if (kind == 1 || kind == 3) service.survive_gpu = share();
    if (kind >= 2) service.survive_node = share();
}

std::vector<std::string> add_fleet(const RandomWishes& wishes, Random& random, RandomCase& c) {
    std::vector<std::string> gpus{random.below(2) == 0 ? "Four" : "Seven"};
    if (wishes.two_kinds) gpus = {"Four", "Seven"};
    for (std::size_t e = 0; e < gpus.size(); ++e) {
        const auto per_node = static_cast<int>(wishes.nodes ? random.between(1, 2) : 1);
        const auto most = static_cast<int>(wishes.two_kinds ? random.between(1, 2)
                                           : per_node == 1  ? random.between(3, 4)
                                                            : 4);
        const int nodes = (most + per_node - 1) / per_node;  // full: the last may not be smaller
        c.small.fleet(gpus[e], nodes * per_node,
                      wishes.nodes ? std::optional(per_node) : std::nullopt,
                      wishes.two_kinds ? random.between(1, 4) : 1);
        c.nodes.push_back({FleetEntryId{e}, nodes, per_node});
        c.text +=
            gpus[e] + " " + std::to_string(nodes) + " nodes of " + std::to_string(per_node) + "; ";
    }
    return gpus;
}

RandomCase random_case(std::uint64_t seed, const RandomWishes& wishes) {
    Random random(seed);
    RandomCase c;
    const std::vector<std::string> gpus = add_fleet(wishes, random, c);
    const int services = static_cast<int>(random.between(1, wishes.two_kinds ? 2 : 3));
    for (int s = 0; s < services; ++s) {
        const std::string name = "m" + std::to_string(s);
        double best = 0;
        for (const std::string& gpu : gpus) {
            const auto& profiles = profiles_of(gpu);
            for (std::size_t p = 0; p < profiles.size(); ++p) {
                if (p > 0 && random.below(2) == 0) continue;
                const auto throughput = static_cast<double>(random.between(5, 30));
                best = std::max(best, throughput);
                c.small.row(name, profiles[p], throughput, 5, {.gpu = gpu});
            }
        }
        auto& service = c.small.service(name, name, best * random.unit() * 2.5, 50);
        service.min_replicas = static_cast<int>(random.between(1, 3));
        const auto kind = random.below(3);
        service.spread = kind == 0                   ? Spread::kNone
                         : kind == 1 && wishes.nodes ? Spread::kNode
                                                     : Spread::kGpu;
        if (wishes.losses) add_losses(service, wishes.nodes, random);
        c.text += name + " rate " + std::to_string(service.rate.count()) + " replicas " +
                  std::to_string(service.min_replicas) + " spread " +
                  std::to_string(static_cast<int>(service.spread)) + " survive " +
                  std::to_string(service.survive_gpu.value_or(Share{}).count()) + " " +
                  std::to_string(service.survive_node.value_or(Share{}).count()) + "; ";
    }
    return c;
}

// True if there is a plan.
bool compare_with_brute_force(std::uint64_t seed, const RandomWishes& wishes) {
    const RandomCase c = random_case(seed, wishes);
    const workload::Problem problem = c.small.build();
    const PlanningModel model = build_planning_model(problem).value();
    const auto least = test::ApartBruteForce(model).least_cost(c.nodes);
    for (const char* engine : {"exact", "compact"}) {
        SCOPED_TRACE(std::string(engine) + " " + std::to_string(seed) + " " + c.text);
        const Solved solved(c.small, engine);
        EXPECT_EQ(solved.outcome.status, least ? Status::kOptimal : Status::kInfeasible)
            << solved.outcome.stop_reason;
        if (least) {
            EXPECT_EQ(solved.outcome.cost, *least);
        }
    }
    return least.has_value();
}

TEST(EnsureApart, EqualsBruteForceOverGpus) {
    for (std::uint64_t seed = 1; seed <= 80; ++seed) (void)compare_with_brute_force(seed, {});
}

TEST(EnsureApart, EqualsBruteForceOverNodes) {
    for (std::uint64_t seed = 1; seed <= 80; ++seed) {
        (void)compare_with_brute_force(seed, {.nodes = true});
    }
}

class Losses : public testing::TestWithParam<RandomWishes> {};

TEST_P(Losses, EqualBruteForce) {
    std::uint64_t optima = 0;
    constexpr std::uint64_t kProblems = 50;
    for (std::uint64_t seed = 1; seed <= test::soaked(kProblems); ++seed) {
        if (compare_with_brute_force(seed, GetParam())) ++optima;
        if (HasFailure()) return;  // one problem is enough to read
    }
    EXPECT_GT(optima, test::soaked(15));
    if (test::soaked(kProblems) < kProblems) return;  // of few, each may have one
    EXPECT_LT(optima, test::soaked(kProblems) - test::soaked(5));
}

INSTANTIATE_TEST_SUITE_P(
    Of, Losses,
    testing::Values(RandomWishes{.losses = true}, RandomWishes{.nodes = true, .losses = true},
                    RandomWishes{.losses = true, .two_kinds = true},
                    RandomWishes{.nodes = true, .losses = true, .two_kinds = true}),
    [](const auto& param) {
        return std::string(param.param.nodes ? "nodes" : "gpus") +
               (param.param.two_kinds ? "_of_two_kinds" : "");
    });

}  // namespace
}  // namespace tangram::planner
