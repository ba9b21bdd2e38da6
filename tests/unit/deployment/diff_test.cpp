#include "deployment/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/small_problem.h"

namespace tangram::deployment {
namespace {

using test::rps;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr ServiceNameId kA{0}, kB{1};
constexpr RunPointId kSlow{0}, kFast{1};

RunPoint point(int batch, double throughput) {
    RunPoint point;
    point.model = "m";
    point.batch = batch;
    point.throughput = rps(throughput);
    return point;
}

// gpu-0: 2g a, 2g b; gpu-1: 1g a.
Deployment base() {
    Deployment d;
    d.models = {{"Seven", 8, {{"1g", 1, 1}, {"2g", 2, 2}}}};
    d.services = IdVector<ServiceNameId, DeployedService>({{"a", rps(10)}, {"b", rps(20)}});
    d.points = IdVector<RunPointId, RunPoint>({point(1, 10), point(8, 40)});
    d.gpus = IdVector<GpuIndex, DeployedGpu>({
        {"gpu-0", 0, "", GpuStatus::kOk, {{1, 0, kA, kSlow}, {1, 2, kB, kFast}}},
        {"gpu-1", 0, "", GpuStatus::kOk, {{0, 0, kA, kSlow}}},
    });
    return d;
}

TEST(Diff, OfADeploymentWithItselfIsEmpty) {
    const DeploymentDiff same = diff(base(), base());
    EXPECT_TRUE(same.empty());
    EXPECT_EQ(same.gpus_same, 2);
    EXPECT_EQ(same.instances_kept, 3);
    EXPECT_EQ(same.gpus_old, 2);
    EXPECT_EQ(same.gpus_new, 2);
}

TEST(Diff, DoesNotDependOnNumbering) {
    Deployment other = base();
    other.models[0].profiles = {{"2g", 2, 2}, {"1g", 1, 1}};
    other.services = IdVector<ServiceNameId, DeployedService>({{"b", rps(20)}, {"a", rps(10)}});
    other.points = IdVector<RunPointId, RunPoint>({point(8, 40), point(1, 10)});
    other.gpus = IdVector<GpuIndex, DeployedGpu>({
        {"gpu-1", 0, "", GpuStatus::kOk, {{1, 0, kB, kFast}}},
        {"gpu-0", 0, "", GpuStatus::kOk, {{0, 2, kA, kSlow}, {0, 0, kB, kFast}}},
    });
    EXPECT_TRUE(diff(base(), other).empty());
}

TEST(Diff, SeesGpusComeAndGo) {
    Deployment later = base();
    later.gpus[GpuIndex{1}].id = "gpu-2";
    const DeploymentDiff changes = diff(base(), later);
    ASSERT_EQ(changes.gpus.size(), 2U);
    EXPECT_EQ(changes.gpus[0].change, GpuChange::kRemoved);
    EXPECT_EQ(changes.gpus[0].id, "gpu-1");
    EXPECT_EQ(changes.gpus[0].destroyed.size(), 1U);
    EXPECT_EQ(changes.gpus[1].change, GpuChange::kAdded);
    EXPECT_EQ(changes.gpus[1].created[0].service, "a");
    EXPECT_EQ(changes.gpus_added, 1);
    EXPECT_EQ(changes.gpus_removed, 1);
    EXPECT_EQ(changes.instances_created, 1);
    EXPECT_EQ(changes.instances_destroyed, 1);
    EXPECT_EQ(changes.instances_kept, 2);
    EXPECT_THAT(changes.services, IsEmpty()) << "no service has more or less";
}

TEST(Diff, TellsRecutFromReused) {
    Deployment later = base();
    later.gpus[GpuIndex{0}].instances[0].service = kB;  // same cut, other service
    later.gpus[GpuIndex{1}].instances[0].start = 3;     // another cut
    const DeploymentDiff changes = diff(base(), later);
    ASSERT_EQ(changes.gpus.size(), 2U);
    EXPECT_EQ(changes.gpus[0].change, GpuChange::kReused);
    EXPECT_EQ(changes.gpus[0].kept, 1);
    EXPECT_EQ(changes.gpus[0].destroyed[0].service, "a");
    EXPECT_EQ(changes.gpus[0].created[0].service, "b");
    EXPECT_EQ(changes.gpus[1].change, GpuChange::kRecut);
    EXPECT_EQ(changes.gpus_recut, 1);
    EXPECT_EQ(changes.gpus_reused, 1);
}

TEST(Diff, SeesOperatingPointsChange) {
    Deployment later = base();
    later.gpus[GpuIndex{1}].instances[0].point = kFast;
    const DeploymentDiff changes = diff(base(), later);
    ASSERT_EQ(changes.gpus.size(), 1U);
    EXPECT_EQ(changes.gpus[0].change, GpuChange::kReused);
    EXPECT_EQ(changes.gpus[0].repointed, 1);
    EXPECT_THAT(changes.gpus[0].created, IsEmpty());
    EXPECT_EQ(changes.instances_repointed, 1);
    ASSERT_EQ(changes.services.size(), 1U);
    const ServiceDiff& service = changes.services[0];
    EXPECT_EQ(service.name, "a");
    EXPECT_EQ(service.old_capacity, rps(20));
    EXPECT_EQ(service.new_capacity, rps(50));
    EXPECT_EQ(service.new_replicas, 2);
    EXPECT_THAT(service.old_points,
                ElementsAre("m batch 1, 1 process on 1g", "m batch 1, 1 process on 2g"));
    EXPECT_THAT(service.new_points,
                ElementsAre("m batch 1, 1 process on 2g", "m batch 8, 1 process on 1g"));
}

TEST(Diff, SeesServicesComeGoAndAskForMore) {
    Deployment later = base();
    later.services[kA].rate = rps(11);
    later.services[kB].name = "c";
    const DeploymentDiff changes = diff(base(), later);
    ASSERT_EQ(changes.services.size(), 3U);
    EXPECT_EQ(changes.services[0].name, "a");
    EXPECT_EQ(changes.services[0].new_rate, rps(11));
    EXPECT_EQ(changes.services[0].old_replicas, changes.services[0].new_replicas);
    EXPECT_EQ(changes.services[1].name, "b");
    EXPECT_FALSE(changes.services[1].in_new);
    EXPECT_EQ(changes.services[1].new_replicas, 0);
    EXPECT_EQ(changes.services[2].name, "c");
    EXPECT_FALSE(changes.services[2].in_old);
}

TEST(Diff, KeepsNothingWhereAnIdNamesAnotherGpuModel) {
    Deployment later = base();
    later.models[0].name = "Eight";
    const DeploymentDiff changes = diff(base(), later);
    EXPECT_EQ(changes.instances_kept, 0);
    EXPECT_EQ(changes.gpus_recut, 2);
    EXPECT_EQ(changes.gpus[0].model, "Eight");
}

TEST(Diff, HandlesIdleInstances) {
    Deployment before = base();
    before.gpus[GpuIndex{1}].instances.push_back({0, 1, {}, {}, Phase::kIdle});
    Deployment later = before;
    later.gpus[GpuIndex{1}].instances[1] = {0, 1, kB, kSlow, Phase::kServing};
    const DeploymentDiff changes = diff(before, later);
    EXPECT_EQ(changes.gpus_reused, 1);
    EXPECT_EQ(changes.gpus[0].destroyed[0].service, "");
    EXPECT_EQ(changes.gpus[0].created[0].service, "b");
}

TEST(Diff, OfNothingIsNothing) {
    EXPECT_TRUE(diff({}, {}).empty());
    EXPECT_EQ(diff({}, base()).gpus_added, 2);
    EXPECT_EQ(diff(base(), {}).instances_destroyed, 3);
}

}  // namespace
}  // namespace tangram::deployment
