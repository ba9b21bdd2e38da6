#include "report/fleet.h"

#include <gtest/gtest.h>

#include "unit/report/sample.h"

namespace tangram::report {
namespace {

using nlohmann::json;
using test::sample_plan;

Fleet read(const json& root) { return read_fleet(root.dump()).value(); }

std::string fault(const json& root) {
    const Result<Fleet> fleet = read_fleet(root.dump());
    return fleet ? "" : fleet.error().text();
}

TEST(Fleet, FoldsEqualGpusAndKeepsTheirIds) {
    const Fleet fleet = read(sample_plan(6, 1));
    ASSERT_EQ(fleet.groups.size(), 2U);
    EXPECT_EQ(fleet.groups[0].ids, (std::vector<std::string>{"gpu-0", "gpu-2", "gpu-4"}));
    EXPECT_EQ(fleet.groups[1].ids, (std::vector<std::string>{"gpu-1", "gpu-3", "gpu-5"}));
    EXPECT_EQ(fleet.gpus, 6);
    EXPECT_EQ(fleet.instances, 15);
    EXPECT_EQ(fleet.models[0].gpus, 6);
}

TEST(Fleet, WhatDiffersIsNotFolded) {
    json plan = sample_plan(2, 1);
    json& gpus = plan["deployment"]["gpus"];
    gpus[1]["instances"] = gpus[0]["instances"];
    EXPECT_EQ(read(plan).groups.size(), 1U);
    gpus[1]["instances"][0]["point"] = 0;
    EXPECT_EQ(read(plan).groups.size(), 2U);
    gpus[1]["instances"][0]["point"] = 1;
    gpus[1]["status"] = "lost";
    EXPECT_EQ(read(plan).groups.size(), 2U);
    gpus[1]["status"] = "ok";
    gpus[1]["instances"][0]["phase"] = "draining";
    EXPECT_EQ(read(plan).groups.size(), 2U);
}

TEST(Fleet, EstimatesAreCountedAndNotFoldedWithMeasurements) {
    json plan = sample_plan(2, 1);
    json& gpus = plan["deployment"]["gpus"];
    gpus[1]["instances"] = gpus[0]["instances"];
    EXPECT_EQ(read(plan).estimated_instances, 0);
    json estimate = plan["deployment"]["points"][1];
    estimate["estimated"] = true;
    plan["deployment"]["points"].push_back(estimate);
    gpus[1]["instances"][0]["point"] = 2;
    const Fleet fleet = read(plan);
    EXPECT_EQ(fleet.groups.size(), 2U);
    EXPECT_EQ(fleet.estimated_instances, 1);
    EXPECT_TRUE(fleet.groups[1].pieces[0].estimated);
}

TEST(Fleet, LostGpusComeFirstThenTheMostFrequent) {
    json plan = sample_plan(8, 1);
    plan["deployment"]["gpus"][0]["status"] = "lost";
    plan["deployment"]["gpus"][2]["status"] = "lost";
    plan["deployment"]["gpus"][4]["instances"].erase(1);
    const Fleet fleet = read(plan);
    ASSERT_EQ(fleet.groups.size(), 4U);
    EXPECT_EQ(fleet.groups[0].status, "lost");
    EXPECT_EQ(fleet.groups[1].ids.size(), 4U);
    EXPECT_EQ(fleet.groups[2].ids.size(), 1U);
}

TEST(Fleet, CapacityCountsWhatServesOnGpusThatAreOk) {
    json plan = sample_plan(1, 1);
    EXPECT_DOUBLE_EQ(read(plan).services[0].capacity_rps, 800);
    EXPECT_DOUBLE_EQ(read(plan).services[0].headroom(), 7);
    json& gpu = plan["deployment"]["gpus"][0];
    gpu["instances"][0]["phase"] = "draining";
    EXPECT_DOUBLE_EQ(read(plan).services[0].capacity_rps, 400);
    gpu["instances"][0]["phase"] = "ready";
    EXPECT_DOUBLE_EQ(read(plan).services[0].capacity_rps, 800);
    gpu["status"] = "lost";
    EXPECT_DOUBLE_EQ(read(plan).services[0].capacity_rps, 0);
    EXPECT_EQ(read(plan).services[0].instances, 2);
    EXPECT_TRUE(read(plan).services[0].short_of_rate());
}

TEST(Fleet, ReadsABareDeploymentAndAPlanWithout) {
    json plan = sample_plan(2, 1);
    const Fleet bare = read(plan["deployment"]);
    EXPECT_FALSE(bare.status.has_value());
    EXPECT_EQ(bare.gpus, 2);
    plan["deployment"].erase("cost");
    plan["deployment"].erase("gpus_total");
    EXPECT_EQ(read(plan["deployment"]).gpus, 2);
    plan["deployment"] = nullptr;
    plan["status"] = "infeasible";
    plan["cost"] = nullptr;
    plan["gap"] = nullptr;
    const Fleet none = read(plan);
    EXPECT_FALSE(none.has_deployment);
    EXPECT_FALSE(none.gap.has_value());
}

TEST(Fleet, IdleInstancesNeedNoService) {
    json plan = sample_plan(1, 1);
    json& instance = plan["deployment"]["gpus"][0]["instances"][0];
    instance.erase("service");
    instance.erase("point");
    EXPECT_EQ(read(plan).groups[0].pieces[0].service, -1);
    instance["service"] = nullptr;
    EXPECT_EQ(read(plan).groups[0].pieces[0].service, -1);
}

TEST(Fleet, RefusesWhatDoesNotFit) {
    EXPECT_FALSE(read_fleet("").has_value());
    EXPECT_FALSE(read_fleet("[]").has_value());
    EXPECT_FALSE(read_fleet("{\"format\": \"tangram/problem\"}").has_value());
    json plan = sample_plan(1, 1);
    json& instance = plan["deployment"]["gpus"][0]["instances"][0];
    instance["start"] = 5;
    EXPECT_NE(fault(plan).find("does not fit the 8 memory slices of gpu-0"), std::string::npos);
    instance["start"] = -1;
    EXPECT_NE(fault(plan), "");
    instance["start"] = 2'147'483'647;
    EXPECT_NE(fault(plan), "");
    instance["start"] = 0;
    instance["point"] = 2;
    EXPECT_NE(fault(plan).find("no point 2"), std::string::npos);
    instance["point"] = 0;
    instance["service"] = "nobody";
    EXPECT_NE(fault(plan).find("no service \"nobody\""), std::string::npos);
    instance["service"] = "service-0";
    instance["profile"] = "9g";
    EXPECT_NE(fault(plan).find("no profile"), std::string::npos);
}

}  // namespace
}  // namespace tangram::report
