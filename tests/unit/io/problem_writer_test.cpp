#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "io/json_text.h"
#include "io/problem_file.h"
#include "unit/io/io_support.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using test::MemoryFiles;
using test::problem_text;

const std::string kFull = problem_text(
    "  - name: \"a: b, 'c' \\\"d\\\"\"\n"
    "    model: bert-large(seq128)\n"
    "    precision: fp16\n"
    "    rate: 843.125\n"
    "    slo: {latency_ms: 83.5, ttft_ms: {max: 9}}\n"
    "    max_processes: 3\n"
    "    max_wait_ms: 0.25\n"
    "    min_replicas: 2\n"
    "    spread: node\n"
    "    survive: {gpu: 100%, node: 0.5}\n"
    "    priority: -7\n"
    "    max_utilization: 0.9\n"
    "    allow: {profiles: [2g.20gb, 3g.40gb], gpus: [A100-SXM4-80GB]}\n"
    "  - {name: 'null', model: resnet50, rate: 0, slo: {latency_ms: {max: 50, percentile: 99}}}\n"
    "  - {name: '007', model: resnet50, rate: 1e12, slo: {latency_ms: 1000000000}}\n",
    "    count: 16\n    cost: 1.25\n    gpus_per_node: 8\nrules: paper-2021\nlatency_rule: mean\n"
    "max_utilization: 80%\n");

void expect_same(const workload::Problem& a, const workload::Problem& b) {
    EXPECT_EQ(a.rules.name, b.rules.name);
    EXPECT_EQ(a.latency_rule, b.latency_rule);
    EXPECT_EQ(a.max_utilization, b.max_utilization);
    ASSERT_EQ(a.fleet.size(), b.fleet.size());
    for (const workload::FleetEntryId e : a.fleet.ids()) {
        EXPECT_EQ(a.fleet[e].model, b.fleet[e].model);
        EXPECT_EQ(a.fleet[e].count, b.fleet[e].count);
        EXPECT_EQ(a.fleet[e].cost, b.fleet[e].cost);
        EXPECT_EQ(a.fleet[e].gpus_per_node, b.fleet[e].gpus_per_node);
    }
    ASSERT_EQ(a.nodes.size(), b.nodes.size());
    for (std::size_t n = 0; n < a.nodes.size(); ++n) {
        EXPECT_EQ(a.nodes[n].name, b.nodes[n].name);
        ASSERT_EQ(a.nodes[n].gpus.size(), b.nodes[n].gpus.size());
        for (std::size_t g = 0; g < a.nodes[n].gpus.size(); ++g) {
            EXPECT_EQ(a.nodes[n].gpus[g].id, b.nodes[n].gpus[g].id);
            EXPECT_EQ(a.nodes[n].gpus[g].entry, b.nodes[n].gpus[g].entry);
        }
    }
    ASSERT_EQ(a.services.size(), b.services.size());
    for (const workload::ServiceId s : a.services.ids()) {
        const workload::Service& x = a.services[s];
        const workload::Service& y = b.services[s];
        EXPECT_EQ(x.name, y.name);
        EXPECT_EQ(x.model, y.model);
        EXPECT_EQ(x.precision, y.precision);
        EXPECT_EQ(x.rate, y.rate);
        EXPECT_EQ(x.slo, y.slo);
        EXPECT_EQ(x.max_processes, y.max_processes);
        EXPECT_EQ(x.max_wait, y.max_wait);
        EXPECT_EQ(x.min_replicas, y.min_replicas);
        EXPECT_EQ(x.spread, y.spread);
        EXPECT_EQ(x.survive_gpu, y.survive_gpu);
        EXPECT_EQ(x.survive_node, y.survive_node);
        EXPECT_EQ(x.priority, y.priority);
        EXPECT_EQ(x.max_utilization, y.max_utilization);
        EXPECT_EQ(x.allow_profiles, y.allow_profiles);
        EXPECT_EQ(x.allow_gpus, y.allow_gpus);
    }
}

void expect_round_trip(const std::string& text) {
    MemoryFiles files;
    const auto first = files.problem(text);
    ASSERT_TRUE(first.has_value()) << first.error().text();
    const std::string yaml = write_problem_yaml(first->problem, first->references);
    const auto second = files.problem(yaml);
    ASSERT_TRUE(second.has_value()) << second.error().text() << "\n" << yaml;
    expect_same(first->problem, second->problem);
    EXPECT_EQ(write_problem_yaml(second->problem, second->references), yaml);

    const std::string json = write_problem_json(first->problem, first->references);
    EXPECT_TRUE(looks_like_json(json));
    const auto third = files.problem(json, "p.json");
    ASSERT_TRUE(third.has_value()) << third.error().text() << "\n" << json;
    expect_same(first->problem, third->problem);
}

TEST(ProblemWriter, WhatIsWrittenReadsBackTheSame) { expect_round_trip(kFull); }

TEST(ProblemWriter, NodesToo) {
    expect_round_trip(problem_text(
        test::service_text(", spread: node"),
        "    cost: 2\nnodes:\n"
        "  - {name: n0, gpus: [{id: a-0, model: A100-SXM4-80GB}, {id: '1', model: A30}]}\n"
        "  - {name: 'n: 1', gpus: []}\n"));
}

TEST(ProblemWriter, PathsStayAsTheyAre) {
    for (const char* path : {"../a/t.csv", "./t.csv", "/a/t.csv", "t.csv", ".5", "..", "~", "a b",
                             "-t", "#t", "t: x", "*t", "!t", "%t", "@t", "null", "1.csv", "t,u"}) {
        MemoryFiles files;
        files.add(path, std::string(test::kTable));
        std::string text = problem_text(test::service_text());
        text.replace(text.find("[t.csv]"), 7, "[" + quoted_json(path) + "]");
        const auto first = files.problem(text);
        ASSERT_TRUE(first.has_value()) << first.error().text();
        const std::string written = write_problem_yaml(first->problem, first->references);
        const auto second = files.problem(written);
        ASSERT_TRUE(second.has_value()) << second.error().text() << written;
        EXPECT_EQ(second->references.profiles, (std::vector<std::string>{path}));
    }
}

TEST(ProblemWriter, WritesForPeople) {
    MemoryFiles files;
    const auto file = files.problem(problem_text(test::service_text(", max_processes: 3")));
    ASSERT_TRUE(file.has_value());
    EXPECT_EQ(write_problem_yaml(file->problem, file->references),
              "format: tangram/problem\n"
              "version: 1\n"
              "gpus:\n"
              "  - model: A100-SXM4-80GB\n"
              "rules: current\n"
              "profiles: [t.csv]\n"
              "latency_rule: two-batches\n"
              "services:\n"
              "  - name: s\n"
              "    model: resnet50\n"
              "    rate: 100\n"
              "    slo: {latency_ms: 50}\n"
              "    max_processes: 3\n");
}

}  // namespace
}  // namespace tangram::io
