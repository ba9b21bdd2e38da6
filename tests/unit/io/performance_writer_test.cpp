#include "io/performance_writer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "io/performance_csv.h"

namespace tangram::io {
namespace {

perf::PerformanceTable read(const std::string& text) {
    perf::PerformanceTable table;
    std::vector<std::string> warnings;
    const auto done = read_performance_csv(text, "t.csv", table, warnings);
    EXPECT_TRUE(done.has_value()) << done.error().text();
    EXPECT_TRUE(warnings.empty()) << warnings.front();
    return table;
}

TEST(PerformanceWriter, WritesOneRowPerStatistic) {
    const std::string text =
        "source,gpu,model,precision,profile,batch,procs,throughput_rps,latency_ms,ttft_ms,"
        "latency_kind,memory_mib,note,estimated\n"
        "t,A100-80GB,\"bert, \"\"large\"\"\",fp16,1g.10gb,8,3,74.408,13.000001,,mean,4096,,true\n"
        "t,A100-80GB,\"bert, \"\"large\"\"\",fp16,1g.10gb,8,3,74.408,20,5,p999,4096,,true\n";
    EXPECT_EQ(write_performance_csv(read(text)), text);
}

TEST(PerformanceWriter, ATableWithoutPointsHasAHeader) {
    EXPECT_EQ(write_performance_csv({}),
              "source,gpu,model,precision,profile,batch,procs,throughput_rps,latency_ms,"
              "latency_kind,memory_mib,note,estimated\n");
}

TEST(PerformanceWriter, WhatIsWrittenReadsBack) {
    const perf::PerformanceTable table = read(
        "gpu,model,profile,batch,procs,throughput_rps,latency_ms,latency_kind,note,estimated\n"
        "A30,m,1g.6gb,1,1,0.001,7,Server:p99,\"odd, \"\"quoted\"\"\",\n"
        "A30,m,1g.6gb,2,1,5,,none,,true\n"
        "A30,n,2g.12gb,2,2,999999999.999,0.000001,,,false\n");
    const std::string written = write_performance_csv(table);
    const perf::PerformanceTable again = read(written);
    ASSERT_EQ(again.points().size(), table.points().size());
    for (const perf::OperatingPointId id : table.points().ids()) {
        const perf::OperatingPoint& before = table.point(id);
        const perf::OperatingPoint& after = again.point(id);
        EXPECT_TRUE(perf::same_identity(before, after)) << written;
        EXPECT_EQ(before.throughput, after.throughput);
        EXPECT_EQ(before.estimated, after.estimated);
        ASSERT_EQ(before.measures.size(), after.measures.size());
        for (std::size_t i = 0; i < before.measures.size(); ++i) {
            EXPECT_EQ(before.measures[i].statistic, after.measures[i].statistic);
            EXPECT_EQ(before.measures[i].value, after.measures[i].value);
        }
    }
    EXPECT_EQ(write_performance_csv(again), written);
}

}  // namespace
}  // namespace tangram::io
