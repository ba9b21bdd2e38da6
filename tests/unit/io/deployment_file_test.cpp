#include "io/deployment_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/io/golden.h"
#include "unit/io/io_support.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using deployment::Deployment;
using testing::HasSubstr;

const std::string& small_text() {
    static const std::string text = write_deployment(test::small_deployment());
    return text;
}

std::string replaced(const std::string& from, const std::string& to) {
    std::string text = small_text();
    const std::size_t at = text.find(from);
    CHECK(at != std::string::npos, from);
    return text.replace(at, from.size(), to);
}

std::string error(const std::string& text) {
    return test::error_of(parse_deployment(text, "d.json"));
}

TEST(DeploymentFile, OneLinePerThing) {
    test::expect_golden("small_deployment.json", small_text());
}

TEST(DeploymentFile, ReadsBackWhatWasWritten) {
    const Result<Deployment> read = parse_deployment(small_text(), "d.json");
    ASSERT_TRUE(read.has_value()) << read.error().text();
    const Deployment expected = test::small_deployment();
    EXPECT_EQ(read->claimed_gpus, 2);
    EXPECT_EQ(read->claimed_cost, Cost{2'500'000});
    EXPECT_EQ(read->points, expected.points);
    ASSERT_EQ(read->services.size(), 2U);
    EXPECT_EQ(read->services[deployment::ServiceNameId{0}].rate, Rate{843'125});
    const deployment::DeployedGpu& gpu = read->gpus[deployment::GpuIndex{0}];
    EXPECT_EQ(gpu.node, "");
    ASSERT_EQ(gpu.instances.size(), 3U);
    EXPECT_FALSE(gpu.instances[1].service.valid());
    EXPECT_FALSE(gpu.instances[1].point.valid());
    EXPECT_EQ(gpu.instances[1].phase, deployment::Phase::kIdle);
    EXPECT_EQ(gpu.instances[2].service, deployment::ServiceNameId{0});
    EXPECT_EQ(gpu.instances[2].point, deployment::RunPointId{0});
    EXPECT_EQ(write_deployment(*read), small_text());
}

TEST(DeploymentFile, EmptyDeploymentsAndNodes) {
    Deployment d;
    EXPECT_EQ(write_deployment(parse_deployment(write_deployment(d), "d").value()),
              write_deployment(d));
    d = test::small_deployment();
    d.gpus[deployment::GpuIndex{1}].node = "node \xC3\xA4";
    d.gpus[deployment::GpuIndex{1}].status = deployment::GpuStatus::kLost;
    const std::string text = write_deployment(d);
    EXPECT_THAT(text, HasSubstr("\"node\": \"node \xC3\xA4\", \"status\": \"lost\""));
    EXPECT_EQ(write_deployment(parse_deployment(text, "d").value()), text);
}

TEST(DeploymentFile, WhatIsWarm) {
    Deployment d = test::small_deployment();
    d.warm = {{"gpu-1", "bert", Duration{1'500'000'000}}, {"node", "\xC3\xA4", Duration{}}};
    const std::string text = write_deployment(d);
    EXPECT_THAT(text, HasSubstr("{\"place\": \"gpu-1\", \"model\": \"bert\", \"idle_s\": 1.5}"));
    const auto read = parse_deployment(text, "d");
    ASSERT_TRUE(read.has_value()) << read.error().text();
    EXPECT_EQ(read->warm, d.warm);
    std::swap(d.warm[0], d.warm[1]);
    EXPECT_EQ(write_deployment(parse_deployment(write_deployment(d), "d").value()), text)
        << "in any order";
    d.warm[0] = d.warm[1];
    EXPECT_THAT(error(write_deployment(d)), HasSubstr("\"bert\" is listed twice as warm on"));
    d.warm = {{"gpu-1", "bert", Duration{-1}}};
    EXPECT_THAT(error(write_deployment(d)), HasSubstr("/warm/0/idle_s: found -"));
}

TEST(DeploymentFile, InstancesAreSortedByStart) {
    Deployment d = test::small_deployment();
    auto& instances = d.gpus[deployment::GpuIndex{0}].instances;
    std::swap(instances[0], instances[2]);
    const Deployment read = parse_deployment(write_deployment(d), "d").value();
    EXPECT_EQ(write_deployment(read), small_text());
}

TEST(DeploymentFile, IllegalLayoutsAreReadForTheChecker) {
    EXPECT_EQ(error(replaced("\"start\": 3", "\"start\": 1")), "");  // overlaps
    EXPECT_EQ(error(replaced("\"id\": \"gpu-1\"", "\"id\": \"gpu-0\"")), "");
}

TEST(DeploymentFile, PhasesHaveNames) {
    for (int i = 0; i < 10; ++i) {
        const std::string word(name(static_cast<deployment::Phase>(i)));
        const auto read =
            parse_deployment(replaced("\"phase\": \"idle\"", "\"phase\": \"" + word + "\""), "d");
        ASSERT_TRUE(read.has_value()) << read.error().text();
        EXPECT_EQ(read->gpus[deployment::GpuIndex{0}].instances[1].phase,
                  static_cast<deployment::Phase>(i));
    }
}

TEST(DeploymentFile, ErrorsNameThePlace) {
    EXPECT_EQ(error(replaced("\"start\": 3", "\"start\": -1")),
              "d.json: /gpus/0/instances/1/start: found -1, expected a whole number from 0 to 63");
    EXPECT_THAT(error(replaced("\"gpus_total\"", "\"gpus_totl\"")),
                HasSubstr("d.json: /gpus_totl: unknown field; nearest: gpus_total"));
    EXPECT_THAT(error(replaced("\"version\": 1", "\"version\": 2")), HasSubstr("found 2"));
    EXPECT_THAT(error(replaced("tangram/deployment", "tangram/problem")),
                HasSubstr("expected tangram/deployment"));
    EXPECT_THAT(error(replaced("\"rate_rps\": 1}", "\"rate_rps\": -1}")), HasSubstr("found -1"));
    EXPECT_THAT(error(replaced("\"rate_rps\": 1}", "\"rate_rps\": 1e400}")), HasSubstr("1e400"));
    EXPECT_THAT(error(replaced("\"estimated\": false", "\"estimated\": 0")),
                HasSubstr("expected true or false"));
    EXPECT_THAT(error(replaced("\"status\": \"ok\"", "\"status\": \"fine\"")),
                HasSubstr("one of: ok, lost, excluded"));
    EXPECT_THAT(error(replaced("\"phase\": \"idle\"", "\"phase\": \"idl\"")),
                HasSubstr("nearest: idle"));
}

TEST(DeploymentFile, ReferencesMustResolve) {
    EXPECT_THAT(error(replaced("\"service\": \"photos\"", "\"service\": \"photo\"")),
                HasSubstr("this file lists no service \"photo\"; nearest: photos"));
    EXPECT_THAT(error(replaced("{\"profile\": \"2g.20gb\"", "{\"profile\": \"2g.10gb\"")),
                HasSubstr("no profile \"2g.10gb\""));
    EXPECT_THAT(error(replaced("\"id\": \"gpu-0\", \"model\": \"A100-SXM4-80GB\"",
                               "\"id\": \"gpu-0\", \"model\": \"A30\"")),
                HasSubstr("no GPU model \"A30\""));
    EXPECT_THAT(error(replaced("\"point\": 1", "\"point\": 2")), HasSubstr("from 0 to 1"));
    EXPECT_THAT(error(replaced("\"point\": 1, ", "")), HasSubstr("both \"service\" and \"point\""));
    EXPECT_THAT(error(replaced("{\"name\": \"photos\"", "{\"name\": \"bert \\\"large\\\"\"")),
                HasSubstr("two services"));
    EXPECT_THAT(error(replaced("{\"name\": \"2g.20gb\"", "{\"name\": \"1g.10gb\"")),
                HasSubstr("two profiles"));
}

TEST(DeploymentFile, YamlIsRefused) { EXPECT_NE(error("format: tangram/deployment\n"), ""); }

}  // namespace
}  // namespace tangram::io
