#include "io/import/parvagpu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/io/io_support.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

namespace fs = std::filesystem;
using test::MemoryFiles;
using testing::HasSubstr;

constexpr const char* kTwoModels =
    "gpu,model,profile,batch,procs,throughput_rps,latency_ms\n"
    "A100-80GB,vgg16,1g.10gb,1,1,100,10\n"
    "A100-80GB,bert-large(seq128),1g.10gb,1,1,74.408,13\n";

ParvaGpuScenario scenario(int number) {
    ParvaGpuScenario s;
    s.rates = "rates.csv";
    s.latencies = "limits.csv";
    s.profiles = "two.csv";
    s.scenario = number;
    return s;
}

MemoryFiles two_scenarios(const std::string& rates = "19,353\n46,N/A\n",
                          const std::string& limits = "6434,183\n4294.5,N/A") {
    MemoryFiles files;
    files.add("two.csv", kTwoModels).add("rates.csv", rates).add("limits.csv", limits);
    return files;
}

std::string error(const MemoryFiles& files, int number = 1) {
    return test::error_of(import_parvagpu(scenario(number), files.context()));
}

TEST(ImportParvaGpu, ColumnsAreTheModelsInAlphabeticalOrder) {
    const MemoryFiles files = two_scenarios();
    const auto read = import_parvagpu(scenario(1), files.context());
    ASSERT_TRUE(read.has_value()) << read.error().text();
    const workload::Problem& problem = read->problem;
    EXPECT_EQ(problem.latency_rule, perf::LatencyRule::kParvaGpu);
    EXPECT_EQ(problem.gpu_model(workload::FleetEntryId{0}).name, "A100-SXM4-80GB");
    EXPECT_FALSE(problem.fleet[workload::FleetEntryId{0}].count);
    ASSERT_EQ(problem.services.size(), 2U);
    const workload::Service& bert = problem.services[workload::ServiceId{0}];
    EXPECT_EQ(bert.name, "bert-large");
    EXPECT_EQ(problem.table->models()[bert.model], "bert-large(seq128)");
    EXPECT_EQ(bert.rate, Rate{19'000});
    EXPECT_EQ(bert.slo[0].max, Duration{6'434'000'000});
    EXPECT_EQ(bert.max_processes, 3);
    EXPECT_EQ(problem.services[workload::ServiceId{1}].name, "vgg16");
}

TEST(ImportParvaGpu, AbsentModelsAndScale) {
    const MemoryFiles files = two_scenarios();
    ParvaGpuScenario s = scenario(2);
    s.scale_millionths = 1'500'001;
    s.max_processes = 1;
    s.latency_rule = perf::LatencyRule::kMean;
    const auto read = import_parvagpu(s, files.context());
    ASSERT_TRUE(read.has_value()) << read.error().text();
    ASSERT_EQ(read->problem.services.size(), 1U);
    const workload::Service& bert = read->problem.services[workload::ServiceId{0}];
    EXPECT_EQ(bert.rate, Rate{69'001});  // 46000 x 1.500001, rounded up
    EXPECT_EQ(bert.slo[0].max, Duration{4'294'500'000});
    EXPECT_EQ(bert.max_processes, 1);
    EXPECT_EQ(read->problem.latency_rule, perf::LatencyRule::kMean);
}

TEST(ImportParvaGpu, ReferencesFollowTheOutput) {
    const MemoryFiles files = two_scenarios();
    ParvaGpuScenario s = scenario(1);
    EXPECT_EQ(import_parvagpu(s, files.context())->references.profiles[0],
              fs::weakly_canonical(fs::absolute("two.csv")).generic_string());
    s.output = "out/deep/p.yaml";
    EXPECT_EQ(import_parvagpu(s, files.context())->references.profiles[0], "../../two.csv");
    s.output = "p.yaml";
    EXPECT_EQ(import_parvagpu(s, files.context())->references.profiles[0], "two.csv");
}

TEST(ImportParvaGpu, WhatIsWrittenReadsBack) {
    const MemoryFiles files = two_scenarios();
    ParvaGpuScenario s = scenario(1);
    s.output = "p.yaml";
    const auto imported = import_parvagpu(s, files.context());
    const std::string text = write_problem_yaml(imported->problem, imported->references);
    const auto read = files.problem(text);
    ASSERT_TRUE(read.has_value()) << read.error().text() << text;
    EXPECT_EQ(read->problem.services.size(), 2U);
}

TEST(ImportParvaGpu, MalformedFilesAreRefused) {
    EXPECT_EQ(error(two_scenarios("19,353,5\n")),
              "rates.csv:1: found 3 columns, expected 2: one per model of two.csv");
    EXPECT_EQ(error(two_scenarios("19,353\n46,fast\n")),
              "rates.csv:2: column 2 (vgg16): found \"fast\", expected requests per second, 0 to "
              "10^12, or N/A");
    EXPECT_THAT(error(two_scenarios("19,-3\n")), HasSubstr("found \"-3\""));
    EXPECT_THAT(error(two_scenarios("19,nan\n")), HasSubstr("found \"nan\""));
    EXPECT_THAT(error(two_scenarios("19,1e99\n")), HasSubstr("found \"1e99\""));
    EXPECT_THAT(error(two_scenarios("19,353\n", "0,5\n")), HasSubstr("limits.csv:1: column 1"));
    EXPECT_THAT(error(two_scenarios("19,N/A\n")), HasSubstr("N/A in one file only"));
    EXPECT_THAT(error(two_scenarios("N/A,N/A\n", "N/A,N/A\n")), HasSubstr("has no service"));
    EXPECT_THAT(error(two_scenarios(), 3), HasSubstr("there is no scenario 3; the file has 2"));
    EXPECT_THAT(error(two_scenarios(), 0), HasSubstr("there is no scenario 0"));
    MemoryFiles missing;
    missing.add("two.csv", kTwoModels);
    EXPECT_THAT(error(missing), HasSubstr("no such file"));
}

TEST(ImportParvaGpu, NamesMustStayDifferent) {
    MemoryFiles files = two_scenarios();
    files.add("two.csv",
              "gpu,model,profile,batch,procs,throughput_rps,latency_ms\n"
              "A100-80GB,bert(a),1g.10gb,1,1,100,10\n"
              "A100-80GB,bert(b),1g.10gb,1,1,100,10\n");
    EXPECT_THAT(error(files), HasSubstr("the model \"bert(b)\""));
}

// The six scenarios of the paper on the real table.
TEST(ImportParvaGpu, TheRealScenarios) {
    const std::string data = std::string(TANGRAM_SOURCE_DIR) + "/examples/data/";
    ParvaGpuScenario s;
    s.rates = data + "parvagpu_scenarios/SLO_req_rate.csv";
    s.latencies = data + "parvagpu_scenarios/SLO_latency.csv";
    s.profiles = data + "profiles/parvagpu_inference.csv";
    ProblemContext context;
    context.catalogue = std::make_shared<const gpu::Catalogue>(support::builtin_catalogue());
    const std::size_t services[] = {6, 11, 11, 11, 11, 11};
    for (s.scenario = 1; s.scenario <= 6; ++s.scenario) {
        const auto read = import_parvagpu(s, context);
        ASSERT_TRUE(read.has_value()) << read.error().text();
        EXPECT_EQ(read->problem.services.size(), services[s.scenario - 1]);
    }
    s.scenario = 5;
    const auto fifth = import_parvagpu(s, context);
    const workload::Service& last = fifth->problem.services[workload::ServiceId{10}];
    EXPECT_EQ(last.name, "vgg19");
    EXPECT_EQ(last.rate, Rate{1'531'000});
    EXPECT_EQ(last.slo[0].max, Duration{133'500'000});
}

}  // namespace
}  // namespace tangram::io
