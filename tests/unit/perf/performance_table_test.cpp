#include "perf/performance_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace tangram::perf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

OperatingPoint point(PerformanceTable& table, std::string_view model, int batch) {
    OperatingPoint result;
    result.gpu = "A30";
    result.model = table.intern_model(model);
    result.profile = "1g.6gb";
    result.batch = batch;
    result.throughput = Rate{1000};
    result.place = "t.csv:" + std::to_string(batch);
    return result;
}

TEST(PerformanceTable, InternsNames) {
    PerformanceTable table;
    const ModelId bert = table.intern_model("bert");
    EXPECT_EQ(table.intern_model("bert"), bert);
    EXPECT_NE(table.intern_model("Bert"), bert) << "model names are exact";
    EXPECT_EQ(table.find_model("bert"), bert);
    EXPECT_FALSE(table.find_model("gpt").valid());
    const MetricId metric = table.intern_metric("ttft_ms");
    EXPECT_EQ(table.find_metric("ttft_ms"), metric);
    EXPECT_FALSE(table.find_metric("itl_ms").valid());
    EXPECT_TRUE(table.points_of(bert).empty());
}

TEST(PerformanceTable, KeepsTheOrderOfTheFile) {
    PerformanceTable table;
    const auto first = *table.add(point(table, "b", 4));
    const auto second = *table.add(point(table, "a", 1));
    const auto third = *table.add(point(table, "b", 1));
    EXPECT_THAT(table.points_of(table.find_model("b")), ElementsAre(first, third));
    EXPECT_THAT(table.points_of(table.find_model("a")), ElementsAre(second));
    EXPECT_EQ(table.point(third).batch, 1);
}

TEST(PerformanceTable, RefusesTheSameIdentityAndNamesBothPlaces) {
    PerformanceTable table;
    ASSERT_TRUE(table.add(point(table, "bert", 4)));
    OperatingPoint again = point(table, "bert", 4);
    again.throughput = Rate{5};
    again.memory = Mebibytes{1};
    again.place = "u.csv:9";
    const auto added = table.add(again);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().context, "u.csv:9");
    EXPECT_THAT(added.error().message, HasSubstr("already given at t.csv:4"));
    EXPECT_EQ(table.points().size(), 1U);
}

TEST(PerformanceTable, EveryIdentityColumnCounts) {
    PerformanceTable table;
    ASSERT_TRUE(table.add(point(table, "bert", 4)));
    const auto accepts = [&](auto change) {
        OperatingPoint other = point(table, "bert", 4);
        change(other);
        EXPECT_EQ(same_identity(other, table.point(OperatingPointId{0})),
                  identity_hash(other) == identity_hash(table.point(OperatingPointId{0})));
        return table.add(other).has_value();
    };
    EXPECT_TRUE(accepts([](OperatingPoint& p) { p.source = "x"; }));
    EXPECT_TRUE(accepts([](OperatingPoint& p) { p.gpu = "x"; }));
    EXPECT_TRUE(accepts([](OperatingPoint& p) { p.precision = "x"; }));
    EXPECT_TRUE(accepts([](OperatingPoint& p) { p.profile = "x"; }));
    EXPECT_TRUE(accepts([](OperatingPoint& p) { p.batch = 5; }));
    EXPECT_TRUE(accepts([](OperatingPoint& p) { p.processes = 5; }));
    EXPECT_TRUE(accepts([](OperatingPoint& p) { p.scenario = "x"; }));
    EXPECT_TRUE(accepts([](OperatingPoint& p) { p.note = "x"; }));
    EXPECT_TRUE(accepts([&](OperatingPoint& p) { p.model = table.intern_model("x"); }));
    EXPECT_FALSE(accepts([](OperatingPoint& p) { p.estimated = true; }));
}

TEST(PerformanceTable, ListsThePrecisionsOfAModel) {
    PerformanceTable table;
    OperatingPoint half = point(table, "bert", 1);
    half.precision = "fp16";
    OperatingPoint full = point(table, "bert", 1);
    full.precision = "fp32";
    OperatingPoint more = point(table, "bert", 2);
    more.precision = "fp16";
    for (const OperatingPoint& each : {half, full, more}) {
        ASSERT_TRUE(table.add(each));
    }
    EXPECT_THAT(table.precisions_of(table.find_model("bert")), ElementsAre("fp16", "fp32"));
}

TEST(Better, ThroughputThenSmallerBatchThenFewerProcesses) {
    OperatingPoint a;
    a.throughput = Rate{2};
    a.batch = 8;
    OperatingPoint b;
    b.throughput = Rate{1};
    EXPECT_TRUE(better(a, b));
    b.throughput = Rate{2};
    b.batch = 4;
    EXPECT_TRUE(better(b, a));
    b.batch = 8;
    b.processes = 2;
    EXPECT_TRUE(better(a, b));
    EXPECT_FALSE(better(b, a));
    EXPECT_FALSE(better(a, a));
}

TEST(PerformanceTableDeathTest, AsksForItsOwnIds) {
    PerformanceTable table;
    OperatingPoint foreign;
    EXPECT_DEATH(static_cast<void>(table.add(foreign)), "model");
}

}  // namespace
}  // namespace tangram::perf
