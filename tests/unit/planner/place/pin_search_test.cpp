#include "planner/place/pin_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>

#include "base/random.h"
#include "planner/place/placed_model.h"
#include "planner/place/spreading.h"
#include "support/small_problem.h"

namespace tangram::planner::place {
namespace {

using test::SmallProblem;
using workload::Spread;

// Services of one model on one or two profiles, all to be spread over GPUs; and GPUs cut in full.
struct Ground {
    Ground(const std::vector<const char*>& profiles, const std::vector<int>& replicas) {
        SmallProblem small;
        for (const char* profile : profiles) small.row("m", profile, 10, 5);
        for (std::size_t s = 0; s < replicas.size(); ++s) {
            auto& service = small.service(std::to_string(s), "m", 0, 50);
            service.min_replicas = replicas[s];
            service.spread = Spread::kGpu;
        }
        problem = std::make_shared<const workload::Problem>(small.build());
        model = build_planning_model(*problem).value();
        plan.first_use = {0};
        plan.partitions = IdVector<PartitionId, std::int64_t>(model.partitions.size(), 0);
    }
    void use(const std::vector<std::int64_t>& counts) {
        for (std::size_t k = 0; k < counts.size(); ++k) {
            if (counts[k] > 0) plan.uses.push_back({InstanceTypeId{k}, counts[k]});
        }
        plan.first_use.push_back(static_cast<std::uint32_t>(plan.uses.size()));
    }

    std::shared_ptr<const workload::Problem> problem;
    PlanningModel model;
    CountPlan plan;
};

// Everything a set of witnesses must satisfy, whoever made it.
void expect_sound(const Ground& ground, const std::vector<GroundGpu>& gpus,
                  const std::vector<Pin>& pins) {
    std::map<std::pair<std::uint32_t, InstanceTypeId>, int> on_gpu;
    std::map<std::pair<ServiceId, InstanceTypeId>, std::int64_t> of_service;
    std::set<std::pair<ServiceId, std::uint32_t>> apart;
    for (const Pin& pin : pins) {
        const auto& counts = ground.model.partitions[gpus[pin.gpu].partition].counts;
        const int on_this = ++on_gpu[{pin.gpu, pin.type}];
        EXPECT_LE(on_this, counts[pin.type.index()]);
        ++of_service[{pin.service, pin.type}];
        EXPECT_TRUE(apart.emplace(pin.service, pin.gpu).second) << "two on one GPU";
    }
    for (const auto& [who, count] : of_service) {
        std::int64_t has = 0;
        for (const Use& use : ground.plan.uses_of(who.first)) {
            if (use.type == who.second) has = use.count;
        }
        EXPECT_LE(count, has);
    }
}

TEST(PinSearch, SpreadsServicesOfOneType) {
    Ground ground({"2g"}, {3, 3, 2, 1});
    for (const int count : {3, 3, 2, 1}) ground.use({count});
    ground.plan.partitions[PartitionId{0}] = 3;
    const auto gpus = gpus_of(ground.model, ground.plan);
    PinSearch search(ground.model, ground.plan, gpus);
    EXPECT_TRUE(search.run());
    EXPECT_EQ(search.pins().size(), 8U) << "one replica needs no witness";
    expect_sound(ground, gpus, search.pins());
}

TEST(PinSearch, ReportsWhatIsMissing) {
    Ground ground({"2g"}, {3, 2});
    ground.use({3});
    ground.use({2});
    ground.plan.partitions[PartitionId{0}] = 2;
    const auto gpus = gpus_of(ground.model, ground.plan);
    PinSearch search(ground.model, ground.plan, gpus);
    EXPECT_FALSE(search.run());
    ASSERT_EQ(search.missing().size(), 1U);
    EXPECT_EQ(search.missing()[0].service, ServiceId{0});
    EXPECT_EQ(search.missing()[0].count, 1);
    expect_sound(ground, gpus, search.pins());
}

TEST(PinSearch, DealsWithNodes) {
    Ground ground({"2g"}, {2});
    ground.model.demands[ServiceId{0}].spread = Spread::kNode;
    ground.use({3});
    ground.plan.partitions[PartitionId{0}] = 3;
    auto gpus = gpus_of(ground.model, ground.plan);
    gpus[0].node = gpus[1].node = 0;
    gpus[2].node = 1;
    PinSearch search(ground.model, ground.plan, gpus);
    EXPECT_TRUE(search.run());
    std::set<std::uint32_t> nodes;
    for (const Pin& pin : search.pins()) nodes.insert(gpus[pin.gpu].node);
    EXPECT_EQ(nodes.size(), 2U);
}

// Random counts that leave nothing idle, every service on as many GPUs as it has replicas or the
// plan has GPUs.
Ground tight_ground(Random& random) {
    const Ground shape({"2g", "3g"}, {1});
    IdVector<PartitionId, std::int64_t> partitions(shape.model.partitions.size(), 0);
    const auto gpu_count = random.between(2, 5);
    const auto services = static_cast<std::size_t>(random.between(2, 5));
    std::vector<std::vector<std::int64_t>> uses(services, {0, 0});
    for (auto i = gpu_count; i > 0; --i) {
        const PartitionId m{random.below(partitions.size())};
        ++partitions[m];
        for (std::size_t k = 0; k < 2; ++k) {
            for (int slot = 0; slot < shape.model.partitions[m].counts[k]; ++slot) {
                ++uses[random.below(services)][k];
            }
        }
    }
    std::erase(uses, std::vector<std::int64_t>{0, 0});
    std::vector<int> replicas;
    for (const auto& counts : uses) {
        replicas.push_back(static_cast<int>(std::min(counts[0] + counts[1], gpu_count)));
    }
    Ground ground({"2g", "3g"}, replicas);
    ground.plan.partitions = partitions;
    for (const auto& counts : uses) ground.use(counts);
    return ground;
}

// The search is sound, and what it misses the complete model decides.
TEST(PinSearch, AgreesWithTheCompleteModel) {
    Random random(3);
    int found = 0;
    int rescued = 0;
    int impossible = 0;
    for (int round = 0; round < 300; ++round) {
        const Ground ground = tight_ground(random);
        ASSERT_TRUE(validate_counts(ground.model, ground.plan).empty());
        const auto gpus = gpus_of(ground.model, ground.plan);
        PinSearch search(ground.model, ground.plan, gpus);
        const bool complete = search.run();
        expect_sound(ground, gpus, search.pins());
        const auto sites = sites_for(ground.model, count_by_entry(ground.model, gpus));
        const PlacedAnswer answer = place_counts(ground.model, sites, ground.plan, {});
        if (complete) {
            ++found;
            EXPECT_EQ(answer.status, lp::Status::kOptimal) << "round " << round;
        } else if (answer.status == lp::Status::kOptimal) {
            ++rescued;
            expect_sound(ground, answer.gpus, answer.pins);
        } else {
            ++impossible;
            EXPECT_EQ(answer.status, lp::Status::kInfeasible);
            EXPECT_TRUE(spread_replicas(ground.model, ground.plan).proven);
        }
    }
    EXPECT_GT(found, 20);
    EXPECT_GT(impossible, 2);
    RecordProperty("rescued", rescued);
    EXPECT_LE(rescued, found / 10) << "the exchange misses too much";
}

}  // namespace
}  // namespace tangram::planner::place
