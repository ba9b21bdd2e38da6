#include "io/problem_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/io/io_support.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using test::MemoryFiles;
using test::problem_text;
using test::service_text;
using testing::HasSubstr;
using testing::StartsWith;

std::string error(const std::string& text, const MemoryFiles& files = {}) {
    return test::error_of(files.problem(text));
}

TEST(ProblemFile, ReadsEveryField) {
    const std::string text = problem_text(
        "  - name: bert\n"
        "    model: bert-large(seq128)\n"
        "    precision: fp16\n"
        "    rate: 843.0001\n"
        "    slo: {latency_ms: 2153, ttft_ms: {max: 9.5}}\n"
        "    max_processes: 3\n"
        "    max_wait_ms: 0.5\n"
        "    min_replicas: 2\n"
        "    spread: node\n"
        "    survive: {gpu: 100%, node: 0.5}\n"
        "    priority: 100\n"
        "    max_utilization: 0.9\n"
        "    allow: {profiles: [2g.20gb, 3g.40gb], gpus: [a100-sxm4-80gb]}\n"
        "  - {name: b, model: resnet50, rate: 0, slo: {latency_ms: {max: 50, percentile: 99}}}\n",
        "    count: 16\n    cost: 1.25\n    gpus_per_node: 8\nrules: paper-2021\n"
        "latency_rule: mean\nmax_utilization: 80%\n");
    MemoryFiles files;
    const Result<ProblemFile> read = files.problem(text);
    ASSERT_TRUE(read.has_value()) << read.error().text();
    const workload::Problem& problem = read->problem;
    EXPECT_EQ(problem.rules.name, "paper-2021");
    EXPECT_EQ(problem.latency_rule, perf::LatencyRule::kMean);
    EXPECT_EQ(problem.max_utilization, Share{800'000});
    ASSERT_EQ(problem.fleet.size(), 1U);
    const workload::FleetEntry& entry = problem.fleet[workload::FleetEntryId{0}];
    EXPECT_EQ(problem.gpu_model(workload::FleetEntryId{0}).name, "A100-SXM4-80GB");
    EXPECT_EQ(entry.count, 16);
    EXPECT_EQ(entry.cost, Cost{1'250'000});
    EXPECT_EQ(entry.gpus_per_node, 8);

    ASSERT_EQ(problem.services.size(), 2U);
    const workload::Service& bert = problem.services[workload::ServiceId{0}];
    EXPECT_EQ(bert.name, "bert");
    EXPECT_EQ(problem.table->models()[bert.model], "bert-large(seq128)");
    EXPECT_EQ(bert.precision, "fp16");
    EXPECT_EQ(bert.rate, Rate{843'001});  // rounded up
    ASSERT_EQ(bert.slo.size(), 2U);
    EXPECT_EQ(problem.table->metrics()[bert.slo[0].metric], "latency_ms");
    EXPECT_EQ(bert.slo[0].max, Duration{2'153'000'000});
    EXPECT_FALSE(bert.slo[0].percentile);
    EXPECT_EQ(problem.table->metrics()[bert.slo[1].metric], "ttft_ms");
    EXPECT_EQ(bert.slo[1].max, Duration{9'500'000});
    EXPECT_EQ(bert.max_processes, 3);
    EXPECT_EQ(bert.max_wait, Duration{500'000});
    EXPECT_EQ(bert.min_replicas, 2);
    EXPECT_EQ(bert.spread, workload::Spread::kNode);
    EXPECT_EQ(bert.survive_gpu, Share{1'000'000});
    EXPECT_EQ(bert.survive_node, Share{500'000});
    EXPECT_EQ(bert.priority, 100);
    EXPECT_EQ(bert.max_utilization, Share{900'000});
    EXPECT_EQ(bert.allow_profiles, (std::vector<std::string>{"2g.20gb", "3g.40gb"}));
    EXPECT_EQ(bert.allow_gpus, (std::vector<gpu::GpuModelId>{entry.model}));
    EXPECT_EQ(problem.services[workload::ServiceId{1}].slo[0].percentile, 99);
    EXPECT_EQ(problem.services[workload::ServiceId{1}].rate, Rate{0});
}

TEST(ProblemFile, DefaultsAreAsDocumented) {
    MemoryFiles files;
    const Result<ProblemFile> read = files.problem(problem_text(service_text()));
    ASSERT_TRUE(read.has_value()) << read.error().text();
    const workload::Problem& problem = read->problem;
    EXPECT_EQ(problem.rules.name, "current");
    EXPECT_EQ(problem.latency_rule, perf::LatencyRule::kTwoBatches);
    EXPECT_EQ(problem.max_utilization, Share{kSharePerOne});
    const workload::Service& service = problem.services[workload::ServiceId{0}];
    EXPECT_EQ(service.max_processes, 1);
    EXPECT_EQ(service.min_replicas, 1);
    EXPECT_EQ(service.max_wait.count(), 0);
    EXPECT_EQ(service.spread, workload::Spread::kNone);
    EXPECT_FALSE(service.max_utilization);
    EXPECT_EQ(problem.fleet[workload::FleetEntryId{0}].cost, Cost{kCostPerUnit});
    EXPECT_FALSE(problem.fleet[workload::FleetEntryId{0}].count);
    EXPECT_THAT(read->warnings, testing::IsEmpty());
}

TEST(ProblemFile, JsonSaysTheSame) {
    MemoryFiles files;
    const auto read = files.problem(
        R"({"format": "tangram/problem", "version": 1, "gpus": [{"model": "A100-SXM4-80GB"}],
            "profiles": ["t.csv"],
            "services": [{"name": "s", "model": "resnet50", "rate": -1,
                          "slo": {"latency_ms": 50}}]})",
        "p.json");
    EXPECT_EQ(test::error_of(read),
              "p.json: /services/0/rate: found -1, expected requests per second, 0 to 10^12");
}

TEST(ProblemFile, ReferencesAreRelativeToTheFile) {
    MemoryFiles files;
    files.add("folder/t.csv", std::string(test::kTable))
        .add("folder/p.yaml", problem_text(service_text()));
    EXPECT_EQ(test::error_of(read_problem("folder/p.yaml", files.context())), "");
    EXPECT_THAT(error("format: tangram/problem\nversion: 1\ngpus: [{model: A30}]\n"
                      "profiles: [none.csv]\nservices: [{}]\n"),
                HasSubstr("p.yaml:4: profiles[0]: none.csv: no such file"));
    EXPECT_EQ(read_problem("none.yaml", files.context()).error().code, ErrorCode::kNotFound);
}

TEST(ProblemFile, InfeasibleCombinationsAreRead) {
    MemoryFiles files;
    files.add("bad.csv",
              "source,gpu,model,profile,gpc,batch,procs\n"
              "t,A100-80GB,resnet50,1g.10gb,1,8,1\n");
    const auto read = files.problem(problem_text(service_text(), "infeasible: [bad.csv]\n"));
    ASSERT_TRUE(read.has_value()) << read.error().text();
    EXPECT_EQ(read->problem.table->infeasible().size(), 1U);
    EXPECT_EQ(read->references.infeasible, (std::vector<std::string>{"bad.csv"}));
}

TEST(ProblemFile, ACatalogueExtendsTheBuiltInOne) {
    MemoryFiles files;
    files.add("c.json", R"({"format": "tangram/catalogue", "version": 1, "gpus": []})");
    EXPECT_EQ(error(problem_text(service_text(), "catalogue: c.json\n"), files), "");
    files.add("c.json", R"({"format": "tangram/catalogue", "version": 1, "gpus": [{"id": 5}]})");
    EXPECT_THAT(error(problem_text(service_text(), "catalogue: c.json\n"), files),
                StartsWith("c.json"));
}

TEST(ProblemFile, TablesWithUnknownGpusAreWarnedOf) {
    MemoryFiles files;
    std::string table(test::kTable);
    table += "t,Potato-1,resnet50,fp16,1g.10gb,1,8,1,400,20,,mean,,\n";
    files.add("t.csv", table);
    const auto read = files.problem(problem_text(service_text()));
    ASSERT_TRUE(read.has_value()) << read.error().text();
    EXPECT_THAT(read->warnings, testing::ElementsAre(HasSubstr("unknown GPU model \"Potato-1\"")));
}

TEST(ProblemFile, NothingToServeIsAProblemToo) {
    const auto read = test::MemoryFiles().problem(problem_text("  []\n"));
    ASSERT_TRUE(read.has_value()) << read.error().text();
    EXPECT_TRUE(read->problem.services.empty());
}

// --- errors: where, what was found, what was expected

TEST(ProblemFile, TopLevelErrors) {
    EXPECT_THAT(error(problem_text(service_text(), "gpu: x\n")),
                HasSubstr("p.yaml:5: gpu: unknown field; nearest: gpus"));
    EXPECT_THAT(error("format: tangram/problem\nversion: 1\n"), HasSubstr("is missing"));
    EXPECT_THAT(error("version: 1\n"), HasSubstr("\"format\" is missing"));
    EXPECT_THAT(error(problem_text(service_text(), "rules: old\n")),
                HasSubstr("p.yaml:5: rules: unknown rule set \"old\""));
    EXPECT_THAT(error(problem_text(service_text(), "latency_rule: tail\n")),
                HasSubstr("not available yet"));
    EXPECT_THAT(error(problem_text(service_text(), "latency_rule: two-batch\n")),
                HasSubstr("two-batches"));
    EXPECT_THAT(error(problem_text(service_text(), "max_utilization: 1.5\n")), HasSubstr("1.5"));
    EXPECT_THAT(error(problem_text(service_text(), "max_utilization: 0\n")), HasSubstr("found 0"));
}

TEST(ProblemFile, FleetErrors) {
    const auto fleet = [](const std::string& gpus) {
        return error("format: tangram/problem\nversion: 1\n" + gpus +
                     "profiles: [t.csv]\nservices:\n" + service_text());
    };
    EXPECT_THAT(fleet("gpus: [{model: A100-SXM4-80G}]\n"),
                HasSubstr("p.yaml:3: gpus[0].model: unknown GPU model \"A100-SXM4-80G\"; nearest: "
                          "A100-SXM4-80GB"));
    EXPECT_THAT(fleet("gpus: []\n"), HasSubstr("at least one GPU model"));
    EXPECT_THAT(fleet(""), HasSubstr("\"gpus\" is missing"));
    EXPECT_THAT(fleet("gpus: [{model: A30}, {model: a30-24gb}]\n"), HasSubstr("listed twice"));
    EXPECT_THAT(fleet("gpus: [{model: A30, count: -1}]\n"), HasSubstr("found -1"));
    EXPECT_THAT(fleet("gpus: [{model: A30, count: 1.5}]\n"), HasSubstr("found 1.5"));
    EXPECT_THAT(fleet("gpus: [{model: A30, cost: 0}]\n"), HasSubstr("found 0"));
    EXPECT_THAT(fleet("gpus: [{model: A30, cost: .nan}]\n"), HasSubstr("found .nan"));
    EXPECT_THAT(fleet("gpus: [{model: A30, cost: 1e30}]\n"), HasSubstr("found 1e30"));
    EXPECT_THAT(fleet("gpus: [{model: A30, gpus_per_node: 0}]\n"), HasSubstr("found 0"));
}

TEST(ProblemFile, NodesFixTheFleet) {
    MemoryFiles files;
    const std::string nodes =
        "nodes:\n"
        "  - {name: n0, gpus: [{id: a, model: A100-SXM4-80GB}, {id: b, model: A100-SXM4-80GB}]}\n"
        "  - {name: n1, gpus: [{id: c, model: A30}]}\n";
    const auto read = files.problem(problem_text(service_text(", spread: node"), nodes));
    ASSERT_TRUE(read.has_value()) << read.error().text();
    ASSERT_EQ(read->problem.fleet.size(), 2U);
    EXPECT_EQ(read->problem.fleet[workload::FleetEntryId{0}].count, 2);
    EXPECT_EQ(read->problem.fleet[workload::FleetEntryId{1}].count, 1);
    EXPECT_EQ(read->problem.nodes[1].gpus[0].id, "c");

    EXPECT_THAT(error(problem_text(service_text(), "    count: 3\n" + nodes)),
                HasSubstr("gpus[0].count: `nodes` says"));
    EXPECT_THAT(error(problem_text(service_text(), "    gpus_per_node: 8\n" + nodes)),
                HasSubstr("gpus[0].gpus_per_node: `nodes` says"));
    EXPECT_THAT(error(problem_text(service_text(),
                                   "nodes: [{name: n, gpus: []}, {name: n, gpus: "
                                   "[]}]\n")),
                HasSubstr("two nodes \"n\""));
    EXPECT_THAT(error(problem_text(
                    service_text(),
                    "nodes: [{name: n, gpus: [{id: a, model: A30}, {id: a, model: A30}]}]\n")),
                HasSubstr("two GPUs \"a\""));
}

TEST(ProblemFile, ServiceNamesAreUnique) {
    EXPECT_EQ(error(problem_text(service_text() + "\n" + service_text())),
              "p.yaml:9: services[1]: there are two services \"s\"; the first is at p.yaml:7");
}

TEST(ProblemFile, UnknownNamesComeWithTheNearest) {
    const auto with_model = [](const std::string& model) {
        return error(
            problem_text("  - {name: s, model: " + model + ", rate: 1, slo: {latency_ms: 50}}\n"));
    };
    EXPECT_THAT(with_model("resnet5"),
                HasSubstr("p.yaml:7: services[0].model: no table has the model \"resnet5\"; "
                          "nearest: resnet50"));
    EXPECT_THAT(with_model("zzzzzzzzz"),
                HasSubstr("expected one of: resnet50, bert-large(seq128)"));
    EXPECT_THAT(error(problem_text(service_text(", allow: {gpus: [A30]}"))),
                HasSubstr("is not in the fleet"));
    EXPECT_THAT(error(problem_text(service_text(", allow: {gpus: [A3000]}"))),
                HasSubstr("unknown GPU model"));
    EXPECT_THAT(error(problem_text(service_text(", allow: {profiles: [1g.5gb]}"))),
                HasSubstr("no GPU it may use has the profile \"1g.5gb\"; nearest: "));
    EXPECT_THAT(error(problem_text(service_text(", allow: {profiles: []}"))),
                HasSubstr("at least one profile"));
    EXPECT_THAT(error(problem_text(service_text(", allow: {}"))), HasSubstr("profiles or gpus"));
}

TEST(ProblemFile, PrecisionIsNeededWhereTwoWereMeasured) {
    const auto bert = [](const std::string& more) {
        return error(
            problem_text("  - {name: s, model: bert-large(seq128), rate: 1, slo: "
                         "{latency_ms: 50}" +
                         more + "}\n"));
    };
    EXPECT_THAT(bert(""), HasSubstr("\"precision\" is missing: bert-large(seq128) was measured in "
                                    "\"fp16\", \"fp32\""));
    EXPECT_EQ(bert(", precision: fp32"), "");
    EXPECT_THAT(bert(", precision: int8"), HasSubstr("expected one that was measured: \"fp16\""));
    EXPECT_EQ(error(problem_text(service_text(", precision: fp16"))), "");
}

TEST(ProblemFile, ObjectivesMustBeMeasured) {
    const auto slo = [](const std::string& text) {
        return error(problem_text("  - {name: s, model: resnet50, rate: 1, slo: " + text + "}\n"));
    };
    EXPECT_EQ(slo("{latency_ms: {max: 50, percentile: 99}}"), "");
    EXPECT_THAT(slo("{latency_ms: {max: 50, percentile: 95}}"),
                testing::AllOf(HasSubstr("the tables have no p95 of latency_ms for resnet50; they "
                                         "have mean, p99"),
                               HasSubstr("`tail`")));
    EXPECT_THAT(slo("{latency_ms: {max: 50, percentile: 99.9}}"), HasSubstr("no p99.9"));
    EXPECT_THAT(slo("{ttft_ms: 5}"), HasSubstr("they have none of it"));
    EXPECT_THAT(slo("{itl_ms: 5}"), HasSubstr("expected one of: latency_ms, ttft_ms"));
    EXPECT_THAT(slo("{latency_ms: 0}"), HasSubstr("found 0"));
    EXPECT_THAT(slo("{latency_ms: 1e10}"), HasSubstr("found 1e10"));
    EXPECT_THAT(slo("{latency_ms: {percentile: 99}}"), HasSubstr("\"max\" is missing"));
    EXPECT_THAT(slo("{}"), HasSubstr("at least one limit"));
    EXPECT_THAT(slo("50"), HasSubstr("expected an object"));
    for (const char* percentile : {"0", "100", "50.5", "99.9999", "-1", ".nan", "'99'"}) {
        EXPECT_THAT(slo(std::string("{latency_ms: {max: 50, percentile: ") + percentile + "}}"),
                    HasSubstr("expected a percentile"))
            << percentile;
    }
}

TEST(ProblemFile, ConstraintsOnNodesNeedNodes) {
    EXPECT_THAT(error(problem_text(service_text(", spread: node"))), HasSubstr("`gpus_per_node`"));
    EXPECT_THAT(error(problem_text(service_text(", survive: {node: 1}"))),
                HasSubstr("`gpus_per_node`"));
    EXPECT_EQ(error(problem_text(service_text(", spread: node, survive: {node: 1}"),
                                 "    gpus_per_node: 8\n")),
              "");
    EXPECT_EQ(error(problem_text(service_text(", spread: gpu, survive: {gpu: 50%}"))), "");
    EXPECT_THAT(error(problem_text(service_text(", spread: rack"))),
                HasSubstr("one of: none, gpu, node"));
    EXPECT_THAT(error(problem_text(service_text(", survive: {}"))), HasSubstr("gpu or node"));
    EXPECT_THAT(error(problem_text(service_text(", survive: {gpu: 120%}"))), HasSubstr("120%"));
}

TEST(ProblemFile, NumbersOfServicesAreChecked) {
    const auto rate = [](const std::string& value) {
        return error(problem_text("  - {name: s, model: resnet50, rate: " + value +
                                  ", slo: {latency_ms: 50}}\n"));
    };
    for (const char* value : {"-1", ".nan", ".inf", "1e400", "1e13", "fast", "'5'", "~", "[1]"}) {
        EXPECT_NE(rate(value), "") << value;
    }
    EXPECT_EQ(rate("1e12"), "");
    EXPECT_THAT(error(problem_text(service_text(", max_processes: 0"))), HasSubstr("found 0"));
    EXPECT_THAT(error(problem_text(service_text(", min_replicas: 0"))), HasSubstr("found 0"));
    EXPECT_THAT(error(problem_text(service_text(", max_wait_ms: -1"))), HasSubstr("found -1"));
    EXPECT_THAT(error(problem_text(service_text(", priority: 1e9"))), HasSubstr("found 1e9"));
    EXPECT_THAT(error(problem_text(service_text(", priority: x"))), HasSubstr("found \"x\""));
}

TEST(ProblemFile, BomAndCrlfDoNotMatter) {
    std::string text = problem_text(service_text());
    std::string crlf = "\xEF\xBB\xBF";
    for (const char c : text) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
    EXPECT_EQ(error(crlf), "");
}

}  // namespace
}  // namespace tangram::io
