#include "io/performance_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "perf/latency_rule.h"
#include "perf/table_check.h"
#include "perf/table_summary.h"
#include "support/builtin_catalogue.h"

namespace tangram::io {
namespace {

using perf::OperatingPoint;
using perf::PerformanceTable;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Read {
    PerformanceTable table;
    std::vector<std::string> warnings;
    std::string error;

    [[nodiscard]] const OperatingPoint& point(std::size_t index) const {
        return table.point(perf::OperatingPointId{index});
    }
};

Read read(std::string_view text) {
    Read result;
    const auto done = read_performance_csv(text, "t.csv", result.table, result.warnings);
    result.error = done ? "" : done.error().text();
    return result;
}

// One row behind the shortest header.
Read read_row(const std::string& row) {
    return read("gpu,model,profile,batch,procs,throughput_rps,latency_ms\n" + row + "\n");
}

TEST(PerformanceCsv, ReadsARow) {
    const Read result = read(
        "source,gpu,model,precision,profile,gpc,batch,procs,throughput_rps,latency_ms,latency_kind,"
        "memory_mib,note,estimated\n"
        "s,A30,bert,fp16,1g.6gb,1,8,2,74.4089,215.0000001,p99,1200.5,n,true\n");
    ASSERT_EQ(result.error, "");
    EXPECT_THAT(result.warnings, IsEmpty());
    ASSERT_EQ(result.table.points().size(), 1U);
    const OperatingPoint& point = result.point(0);
    EXPECT_EQ(point.source, "s");
    EXPECT_EQ(point.gpu, "A30");
    EXPECT_EQ(result.table.models()[point.model], "bert");
    EXPECT_EQ(point.precision, "fp16");
    EXPECT_EQ(point.profile, "1g.6gb");
    EXPECT_EQ(point.batch, 8);
    EXPECT_EQ(point.processes, 2);
    EXPECT_EQ(point.throughput, Rate{74'408}) << "rounded down";
    ASSERT_EQ(point.measures.size(), 1U);
    EXPECT_EQ(point.measures[0].value, Duration{215'000'001}) << "rounded up";
    EXPECT_EQ(point.measures[0].statistic, "p99");
    EXPECT_EQ(result.table.metrics()[point.measures[0].metric], "latency_ms");
    EXPECT_EQ(point.memory, Mebibytes{1201});
    EXPECT_EQ(point.note, "n");
    EXPECT_TRUE(point.estimated);
    EXPECT_EQ(point.place, "t.csv:2");
}

TEST(PerformanceCsv, ColumnsInAnyOrderWithQuotesBomAndCrlf) {
    const Read result = read(
        "\xEF\xBB\xBF"
        "latency_ms,throughput_rps,batch,profile,model,gpu,procs\r\n"
        "13,74.408,1,1g.10gb,\"bert, large\",A100,1\r\n");
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(result.table.models()[result.point(0).model], "bert, large");
    EXPECT_EQ(result.point(0).throughput, Rate{74'408});
}

TEST(PerformanceCsv, LanguageModelsHaveConcurrencyAndSeveralMetrics) {
    const Read result = read(
        "gpu,model,profile,concurrency,procs,throughput_rps,ttft_ms,itl_ms,latency_kind\n"
        "H100,llama,7g.80gb,16,1,3.5,400,25.5,p99\n"
        "H100,llama,7g.80gb,16,1,3.5,300,20,mean\n");
    ASSERT_EQ(result.error, "");
    ASSERT_EQ(result.table.points().size(), 1U);
    const OperatingPoint& point = result.point(0);
    EXPECT_EQ(point.batch, 16);
    ASSERT_EQ(point.measures.size(), 4U);
    const perf::MetricId gap = result.table.find_metric("itl_ms");
    EXPECT_EQ(perf::measure_for(point, {gap, {}, 99})->value, Duration{25'500'000});
    EXPECT_EQ(perf::measure_for(point, {gap, {}, std::nullopt})->value, Duration{20'000'000});
}

TEST(PerformanceCsv, LatencyKindHasScenarioAndStatistic) {
    const Read result = read(
        "gpu,model,profile,batch,procs,throughput_rps,latency_ms,latency_kind\n"
        "G,m,1g,1,1,5,,Offline:none\n"
        "G,m,1g,1,1,6,2,SingleStream:p50\n"
        "G,m,1g,1,1,6,3,SingleStream:p99.9\n"
        "G,m,1g,1,1,7,4,\n");
    ASSERT_EQ(result.error, "");
    EXPECT_THAT(result.warnings, IsEmpty());
    ASSERT_EQ(result.table.points().size(), 3U);
    EXPECT_EQ(result.point(0).scenario, "Offline");
    EXPECT_THAT(result.point(0).measures, IsEmpty());
    EXPECT_EQ(result.point(1).scenario, "SingleStream");
    EXPECT_EQ(result.point(1).measures.size(), 2U);
    EXPECT_EQ(result.point(1).measures[1].statistic, "p999");
    EXPECT_EQ(result.point(2).scenario, "");
    EXPECT_EQ(result.point(2).measures[0].statistic, "mean") << "blank is the mean";
}

TEST(PerformanceCsv, BlankIsNotMeasured) {
    const Read result = read(
        "gpu,model,profile,batch,procs,throughput_rps,latency_ms\n"
        "G,m,1g,1,,5,2\n"
        "G,m,1g,2,,6,\n"
        "G,m,1g,,1,6,1\n"
        "G,m,1g,4,1,,1\n");
    ASSERT_EQ(result.error, "");
    ASSERT_EQ(result.table.points().size(), 2U);
    EXPECT_EQ(result.point(0).processes, 1);
    EXPECT_THAT(result.point(1).measures, IsEmpty());
    EXPECT_THAT(result.warnings, ElementsAre("t.csv:2: procs is blank, taken as 1 (and 1 more)",
                                             "t.csv:4: no batch size: row skipped",
                                             "t.csv:5: no throughput: operating point skipped",
                                             "t.csv:3: no latency in this row"));
}

TEST(PerformanceCsv, ThroughputMayStandInOneOfTheRows) {
    const Read result = read(
        "gpu,model,profile,batch,procs,throughput_rps,latency_ms,latency_kind\n"
        "G,m,1g,1,1,,5,p99\n"
        "G,m,1g,1,1,6,2,mean\n");
    ASSERT_EQ(result.error, "");
    ASSERT_EQ(result.table.points().size(), 1U);
    EXPECT_EQ(result.point(0).throughput, Rate{6000});
    EXPECT_EQ(result.point(0).measures.size(), 2U);
}

TEST(PerformanceCsv, RowsOfOnePointMustAgree) {
    EXPECT_EQ(read("gpu,model,profile,batch,procs,throughput_rps,latency_ms,latency_kind\n"
                   "G,m,1g,1,1,5,5,p99\n"
                   "G,m,1g,1,1,6.25,2,mean\n")
                  .error,
              "t.csv:3: column throughput_rps: found 6.25, expected 5 as on line 2: both rows are "
              "about one operating point");
}

TEST(PerformanceCsv, DuplicateKeysNameBothLines) {
    const std::string header =
        "gpu,model,profile,batch,procs,throughput_rps,latency_ms,latency_kind\n";
    EXPECT_THAT(read(header + "G,m,1g,1,1,5,5,p99\nG,m,1g,2,1,5,5,p99\nG,m,1g,1,1,5,6,p99\n").error,
                StartsWith("t.csv:4: the same key as line 2"));
    EXPECT_THAT(read(header + "G,m,1g,1,1,5,,none\nG,m,1g,1,1,5,,none\n").error,
                StartsWith("t.csv:3: the same key as line 2"));
    EXPECT_EQ(read(header + "G,m,1g,1,1,5,5,p99\nG,m,1g,1,1,5,6,p50\n").error, "");
}

TEST(PerformanceCsv, DuplicatesAcrossFilesNameBothPlaces) {
    const std::string text =
        "gpu,model,profile,batch,procs,throughput_rps,latency_ms\nG,m,1g,1,1,5,5\n";
    PerformanceTable table;
    std::vector<std::string> warnings;
    ASSERT_TRUE(read_performance_csv(std::string_view(text), "a.csv", table, warnings));
    const auto again = read_performance_csv(std::string_view(text), "b.csv", table, warnings);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().context, "b.csv:2");
    EXPECT_THAT(again.error().message, HasSubstr("already given at a.csv:2"));
}

struct BadCell {
    const char* row;
    const char* expected;
};

TEST(PerformanceCsv, BadCellsAreNamed) {
    for (const auto& [row, expected] : std::vector<BadCell>{
             {"G,m,1g,1,1,nan,5",
              "t.csv:2: column throughput_rps: found \"nan\", expected a number above 0 and at "
              "most "
              "1000000000"},
             {"G,m,1g,1,1,inf,5", "column throughput_rps: found \"inf\""},
             {"G,m,1g,1,1,-1,5", "column throughput_rps: found \"-1\""},
             {"G,m,1g,1,1,0,5", "column throughput_rps: found \"0\", expected a number above 0"},
             {"G,m,1g,1,1,0.0001,5",
              "column throughput_rps: found \"0.0001\", expected at least 0.001"},
             {"G,m,1g,1,1,1000000001,5", "column throughput_rps"},
             {"G,m,1g,1,1,1e99,5", "column throughput_rps"},
             {"G,m,1g,1,1,\"1,5\",5", "column throughput_rps: found \"1,5\""},
             {"G,m,1g,1,1,0x10,5", "column throughput_rps"},
             {"G,m,1g,1,1,5,NaN", "column latency_ms: found \"NaN\""},
             {"G,m,1g,1,1,5,0", "column latency_ms: found \"0\""},
             {"G,m,1g,1,1,5,-3", "column latency_ms: found \"-3\""},
             {"G,m,1g,1,1,5,10000001", "column latency_ms"},
             {"G,m,1g,0,1,5,5", "column batch: found \"0\", expected a whole number from 1 to"},
             {"G,m,1g,1.5,1,5,5", "column batch: found \"1.5\""},
             {"G,m,1g,1000001,1,5,5", "column batch"},
             {"G,m,1g,1,0,5,5", "column procs: found \"0\""},
             {"G,m,1g,1,x,5,5", "column procs: found \"x\""},
             {",m,1g,1,1,5,5", "column gpu: found nothing, expected a name"},
             {"G,,1g,1,1,5,5", "column model: found nothing, expected a name"},
             {"G,m,,1,1,5,5", "column profile: found nothing, expected a name"},
             {"G,\"a\nb\",1g,1,1,5,5", "column model"},
             {"G,m,1g,1,1,5", "t.csv:2: found 6 fields, expected 7, as in the header on line 1"},
             {"G,m,1g,1,1,5,5,6", "found 8 fields, expected 7"},
         }) {
        EXPECT_THAT(read_row(row).error, HasSubstr(expected)) << row;
    }
    EXPECT_EQ(read_row("G,m,1g,1,1,1e3,5").error, "");
    EXPECT_EQ(read_row("G,m,1g,1.0,1,5,5").error, "") << "whole all the same";
}

TEST(PerformanceCsv, LongCellsAreCutInMessages) {
    EXPECT_LT(read_row("G,m,1g,1,1," + std::string(5000, '9') + ",5").error.size(), 300U);
    EXPECT_THAT(read_row("G," + std::string(5000, 'm') + ",1g,1,1,5,5").error,
                HasSubstr("at most 1000 bytes"));
}

TEST(PerformanceCsv, BadKindsAndFlags) {
    const auto kind = [](const std::string& cell) {
        return read(
                   "gpu,model,profile,batch,procs,throughput_rps,latency_ms,latency_kind\n"
                   "G,m,1g,1,1,5,5," +
                   cell + "\n")
            .error;
    };
    EXPECT_THAT(kind("average"),
                HasSubstr("column latency_kind: found \"average\", expected mean"));
    EXPECT_THAT(kind("Server:p101"), HasSubstr("column latency_kind"));
    EXPECT_THAT(kind("Server:"), HasSubstr("column latency_kind"));
    EXPECT_THAT(kind("none"), HasSubstr("expected nothing, because latency_kind is none"));
    EXPECT_THAT(read("gpu,model,profile,batch,procs,throughput_rps,latency_ms,estimated\n"
                     "G,m,1g,1,1,5,5,maybe\n")
                    .error,
                HasSubstr("column estimated: found \"maybe\", expected true or false"));
    EXPECT_THAT(read("gpu,model,profile,batch,procs,throughput_rps,latency_ms,memory_mib\n"
                     "G,m,1g,1,1,5,5,-1\n")
                    .error,
                HasSubstr("column memory_mib: found \"-1\""));
}

TEST(PerformanceCsv, HeadersAreChecked) {
    const auto header = [](const std::string& text) { return read(text + "\n").error; };
    EXPECT_THAT(header("gpu,model,profile,batch,throughput,latency_ms"),
                HasSubstr("t.csv:1: unknown column \"throughput\"; nearest: throughput_rps"));
    EXPECT_THAT(header("gpu,model,profile,batch,latency_ms"),
                HasSubstr("the column \"throughput_rps\" is missing; found: gpu, model"));
    EXPECT_THAT(header("gpu,profile,batch,throughput_rps,latency_ms"),
                HasSubstr("the column \"model\" is missing"));
    EXPECT_THAT(header("gpu,model,profile,throughput_rps,latency_ms"),
                HasSubstr("the column \"batch\" is missing"));
    EXPECT_THAT(header("gpu,model,profile,batch,concurrency,throughput_rps,latency_ms"),
                HasSubstr("batch and concurrency, not both"));
    EXPECT_THAT(header("gpu,model,profile,batch,throughput_rps"), HasSubstr("no latencies"));
    EXPECT_THAT(header("gpu,gpu,model"), HasSubstr("two columns are named \"gpu\""));
    EXPECT_THAT(header("gpu,,model"), HasSubstr("column 2 has no name"));
    EXPECT_THAT(header("gpu;model;profile"), HasSubstr("unknown column"));
}

TEST(PerformanceCsv, EmptyFilesAndTables) {
    EXPECT_THAT(read("").error, HasSubstr("t.csv: the file is empty"));
    EXPECT_THAT(read("\n \n").error, HasSubstr("the file is empty"));
    const Read bare = read("gpu,model,profile,batch,throughput_rps,latency_ms\n");
    EXPECT_EQ(bare.error, "");
    EXPECT_THAT(bare.warnings, ElementsAre("t.csv: the table has no usable rows"));
}

TEST(PerformanceCsv, BinaryFiles) {
    EXPECT_THAT(read(std::string_view("\x7f"
                                      "ELF\x02\x01\x01\0\0",
                                      9))
                    .error,
                HasSubstr("t.csv:1: binary data"));
}

TEST(PerformanceCsv, InfeasibleCombinations) {
    const Read result = read(
        "source,gpu,model,profile,gpc,batch,procs\n"
        "s,G,m,1g,1,64,3\n"
        "s,G,m,1g,1,128,\n");
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(result.table.points().size(), 0U);
    ASSERT_EQ(result.table.infeasible().size(), 2U);
    EXPECT_EQ(result.table.infeasible()[0].batch, 64);
    EXPECT_EQ(result.table.infeasible()[0].processes, 3);
    EXPECT_EQ(result.table.infeasible()[1].processes, 1);
    EXPECT_THAT(result.warnings, ElementsAre(HasSubstr("t.csv:3: procs is blank")));
    EXPECT_THAT(read("gpu,model,profile,batch,procs\nG,m,1g,0,1\n").error,
                HasSubstr("column batch"));
}

TEST(PerformanceFile, MissingFiles) {
    PerformanceTable table;
    std::vector<std::string> warnings;
    const auto read = read_performance_file("does/not/exist.csv", table, warnings);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(read.error().text(), HasSubstr("does/not/exist.csv"));
}

std::string example(const std::string& name) {
    return std::string(TANGRAM_SOURCE_DIR) + "/examples/data/profiles/" + name;
}

TEST(RealTables, ParvaGpu) {
    PerformanceTable table;
    std::vector<std::string> warnings;
    ASSERT_TRUE(read_performance_file(example("parvagpu_inference.csv"), table, warnings));
    ASSERT_TRUE(read_performance_file(example("parvagpu_infeasible.csv"), table, warnings));
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_EQ(table.points().size(), 1733U);
    EXPECT_EQ(table.infeasible().size(), 728U);
    EXPECT_EQ(table.models().size(), 11U) << "both files name the models alike";
    const auto& first = table.point(perf::OperatingPointId{0});
    EXPECT_EQ(first.throughput, Rate{74'408});
    EXPECT_EQ(first.measures[0].statistic, "mean_step");
    const auto& catalogue = support::builtin_catalogue();
    for (const OperatingPoint& point : table.points()) {
        const auto gpu = catalogue.find(point.gpu);
        ASSERT_TRUE(gpu);
        EXPECT_TRUE(catalogue.model(*gpu).find_profile(point.profile).valid());
    }
}

// What the check says about a table whose bad cells were taken out by hand: one model has batch 1
// with many processes three times slower than batch 2, and nothing else is wrong.
TEST(RealTables, ParvaGpuHasFewFindings) {
    PerformanceTable table;
    std::vector<std::string> warnings;
    ASSERT_TRUE(read_performance_file(example("parvagpu_inference.csv"), table, warnings));
    ASSERT_TRUE(read_performance_file(example("parvagpu_infeasible.csv"), table, warnings));
    const auto findings = perf::check_table(table, support::builtin_catalogue());
    EXPECT_EQ(findings.size(), 8U);
    for (const perf::Finding& finding : findings) {
        EXPECT_EQ(finding.kind, perf::FindingKind::kBatchJump);
        EXPECT_THAT(finding.message, StartsWith("inceptionv3"));
    }
}

// One of the cells that was left out of the example, put back: far above saturated neighbours.
TEST(RealTables, AnImplausibleCellIsFound) {
    PerformanceTable table;
    std::vector<std::string> warnings;
    ASSERT_TRUE(read_performance_file(example("parvagpu_inference.csv"), table, warnings));
    const std::string_view planted =
        "source,gpu,model,precision,profile,batch,procs,throughput_rps,latency_ms,latency_kind,"
        "note\n"
        "parvagpu,A100-80GB,densenet169,fp32/tf32(pytorch21.11 default),3g.40gb,128,1,1461,88,"
        "mean_step,latency as published (ms resolution); unrounded mean step time = "
        "batch*procs/throughput\n";
    ASSERT_TRUE(read_performance_csv(planted, "planted.csv", table, warnings));
    std::vector<std::string> kinds;
    for (const auto& finding : perf::check_table(table, support::builtin_catalogue())) {
        if (finding.place == "planted.csv:2") {
            kinds.emplace_back(name(finding.kind));
        }
    }
    EXPECT_THAT(kinds, testing::Contains("batch-jump"));
}

TEST(RealTables, Mlperf) {
    PerformanceTable table;
    std::vector<std::string> warnings;
    ASSERT_TRUE(read_performance_file(example("mlperf_mig_inference.csv"), table, warnings));
    EXPECT_THAT(warnings, testing::Contains(HasSubstr("procs is blank, taken as 1")));
    const perf::ModelId bert = table.find_model("bert-99");
    ASSERT_TRUE(bert.valid());
    int with_p99 = 0;
    for (const auto id : table.points_of(bert)) {
        const OperatingPoint& point = table.point(id);
        if (perf::measure_for(point, {table.find_metric("latency_ms"), {}, 99}) != nullptr) {
            ++with_p99;
            EXPECT_GE(point.measures.size(), 4U) << "mean, p50, p90 and p99 are one point";
        }
    }
    EXPECT_GT(with_p99, 5);
    for (const auto& finding : perf::check_table(table, support::builtin_catalogue())) {
        EXPECT_EQ(finding.message, "") << finding.place;
    }
}

TEST(RealTables, CoverageAndBestPoints) {
    PerformanceTable table;
    std::vector<std::string> warnings;
    ASSERT_TRUE(read_performance_file(example("parvagpu_inference.csv"), table, warnings));
    std::size_t points = 0;
    for (const perf::Coverage& row : perf::coverage(table)) {
        points += row.points;
    }
    EXPECT_EQ(points, table.points().size());
    perf::BestQuery query;
    query.slo = {{table.find_metric("latency_ms"), std::chrono::milliseconds(100), std::nullopt}};
    query.max_processes = 3;
    const auto best = perf::best_points(table, query);
    EXPECT_EQ(best.size(), 55U) << "11 models on 5 profiles";
}

// A table of this size is one nobody has; it must still be read, or refused, in reasonable time.
TEST(LargeTables, AHundredThousandRows) {
    std::string text = "gpu,model,profile,batch,procs,throughput_rps,latency_ms\n";
    for (int i = 0; i < 100'000; ++i) {
        text += "G,model-" + std::to_string(i / 1000) + ",1g," + std::to_string(i % 1000 + 1) +
                ",1,12.5,80\n";
    }
    const Read result = read(text);
    EXPECT_EQ(result.error, "");
    EXPECT_EQ(result.table.points().size(), 100'000U);
    EXPECT_THAT(read(text + "G,model-0,1g,1,1,12.5,80\n").error,
                StartsWith("t.csv:100002: the same key as line 2"));
}

}  // namespace
}  // namespace tangram::io
