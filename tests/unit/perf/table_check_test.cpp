#include "perf/table_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace tangram::perf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

gpu::Catalogue catalogue() {
    gpu::GpuModel model;
    model.id = model.name = "G";
    model.memory_slices = 8;
    for (const int slices : {1, 2, 4, 8}) {
        gpu::MigProfile profile;
        profile.name = std::to_string(slices) + "g";
        profile.compute_slices = profile.size = slices;
        profile.starts = {0};
        profile.max_instances = 1;
        model.profiles.push_back(profile);
    }
    return gpu::Catalogue::make({model}, {}).value();
}

// A table of one model that scales as hardware does: it gains with batch, processes and slices
// until it is saturated, and latency = batch x processes / throughput.
class TableCheck : public testing::Test {
protected:
    void SetUp() override {
        for (const int slices : {1, 2, 4, 8}) {
            for (const int batch : {1, 2, 4, 8, 16, 32}) {
                for (const int processes : {1, 2, 3}) {
                    const std::int64_t in_flight = std::int64_t{batch} * processes;
                    const std::int64_t rps = slices * 1000 * in_flight / (in_flight + 8);
                    at_[{slices, batch, processes}] = make(slices, batch, processes, rps * 1000);
                }
            }
        }
    }

    // Throughput in thousandths; the latency follows from it.
    static OperatingPoint make(int slices, int batch, int processes, std::int64_t throughput) {
        OperatingPoint point;
        point.gpu = "G";
        point.profile = std::to_string(slices) + "g";
        point.batch = batch;
        point.processes = processes;
        set_throughput(point, throughput);
        point.place = "t.csv:" + point.profile + std::to_string(batch) + std::to_string(processes);
        return point;
    }

    static void set_throughput(OperatingPoint& point, std::int64_t throughput) {
        point.throughput = Rate{throughput};
        const std::int64_t in_flight = std::int64_t{point.batch} * point.processes;
        const Duration latency{in_flight * 1'000'000'000'000 / throughput};
        point.measures = {{MetricId{0}, "mean", latency}};
    }

    std::vector<Finding> check(const std::vector<Infeasible>& infeasible = {}) {
        PerformanceTable table;
        const ModelId model = table.intern_model("m");
        table.intern_metric("latency_ms");
        for (auto& [key, point] : at_) {
            point.model = model;
            EXPECT_TRUE(table.add(point));
        }
        for (Infeasible combination : infeasible) {
            combination.model = model;
            table.add_infeasible(combination);
        }
        return check_table(table, catalogue());
    }

    // The kinds found at one place; nothing may be found elsewhere but at its neighbours.
    std::vector<std::string> kinds_at(const std::string& place) {
        std::vector<std::string> kinds;
        for (const Finding& finding : check()) {
            if (finding.place == place) {
                kinds.emplace_back(name(finding.kind));
            }
        }
        return kinds;
    }

    std::map<std::tuple<int, int, int>, OperatingPoint> at_;
};

TEST_F(TableCheck, FindsNothingInASoundTable) { EXPECT_THAT(check(), IsEmpty()); }

TEST_F(TableCheck, LatencyThatContradictsThroughput) {
    OperatingPoint& point = at_[{4, 16, 1}];
    point.measures[0].value = point.measures[0].value * 110 / 100;
    const auto findings = check();
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].kind, FindingKind::kThroughputLatency);
    EXPECT_EQ(findings[0].place, "t.csv:4g161");
    EXPECT_THAT(findings[0].message, HasSubstr("m on 4g, batch 16, processes 1: latency"));
}

TEST_F(TableCheck, ToleratesFivePercentAndHalfAMillisecond) {
    OperatingPoint& slow = at_[{1, 32, 3}];
    slow.measures[0].value = slow.measures[0].value * 1049 / 1000;
    OperatingPoint& quick = at_[{8, 1, 1}];  // some 1.1 ms: rounding to 1 ms is up to half of it
    quick.measures[0].value -= Duration{490'000};
    EXPECT_THAT(check(), IsEmpty());
    slow.measures[0].value = slow.measures[0].value * 1053 / 1049;
    EXPECT_THAT(kinds_at("t.csv:1g323"), ElementsAre("throughput-latency"));
    quick.measures[0].value -= Duration{20'000};
    EXPECT_THAT(kinds_at("t.csv:8g11"), ElementsAre("throughput-latency"));
}

TEST_F(TableCheck, SecondsInsteadOfMilliseconds) {
    OperatingPoint& point = at_[{2, 8, 2}];
    point.measures[0].value /= 1000;
    EXPECT_THAT(kinds_at("t.csv:2g82"), ElementsAre("throughput-latency"));
}

TEST_F(TableCheck, OtherStatisticsAndQueuesAreNotHeldToTheProduct) {
    OperatingPoint& tail = at_[{4, 16, 1}];
    tail.measures[0] = {MetricId{0}, "p99", tail.measures[0].value * 3};
    EXPECT_THAT(check(), IsEmpty());
    for (auto& [key, point] : at_) {
        point.scenario = "Server";
        point.measures = {{MetricId{0}, "mean", std::chrono::seconds(1)}};
    }
    EXPECT_THAT(check(), IsEmpty());
}

TEST_F(TableCheck, SpikeAlongEveryAxis) {
    OperatingPoint& point = at_[{2, 16, 2}];
    set_throughput(point, point.throughput.count() * 2);
    EXPECT_THAT(kinds_at("t.csv:2g162"), ElementsAre("batch-jump", "process-jump", "profile-jump"));
}

TEST_F(TableCheck, DipAlongBatches) {
    OperatingPoint& point = at_[{8, 8, 3}];
    set_throughput(point, point.throughput.count() / 2);
    EXPECT_THAT(kinds_at("t.csv:8g83"), testing::Contains("batch-jump"));
}

TEST_F(TableCheck, LeapAtTheEndOfAFlatCurve) {
    OperatingPoint& point = at_[{2, 32, 3}];
    set_throughput(point, point.throughput.count() * 17 / 10);
    EXPECT_THAT(kinds_at("t.csv:2g323"), testing::Contains("batch-jump"));
}

TEST_F(TableCheck, ThreePointsShowALeap) {
    std::erase_if(at_, [](const auto& entry) { return std::get<1>(entry.first) < 8; });
    OperatingPoint& point = at_[{2, 32, 3}];
    set_throughput(point, at_[{2, 16, 3}].throughput.count() * 15 / 10);
    EXPECT_THAT(kinds_at("t.csv:2g323"), testing::Contains("batch-jump"));
}

TEST_F(TableCheck, MoreThanProportionalGrowth) {
    OperatingPoint& point = at_[{1, 1, 1}];
    set_throughput(point, point.throughput.count() / 2);
    EXPECT_THAT(kinds_at("t.csv:1g21"), ElementsAre("batch-jump"));
    EXPECT_THAT(kinds_at("t.csv:1g12"), ElementsAre("process-jump"));
    EXPECT_THAT(kinds_at("t.csv:2g11"), ElementsAre("profile-jump"));
}

TEST_F(TableCheck, RowRepeatedVerbatim) {
    OperatingPoint& point = at_[{4, 8, 3}];
    point.throughput = at_[{4, 8, 2}].throughput;
    point.measures = at_[{4, 8, 2}].measures;
    EXPECT_THAT(kinds_at("t.csv:4g83"), testing::Contains("repeated"));
}

// The artifact behind the example gives the throughput of one process: a row copied there shows as
// the same latency and the same share per process.
TEST_F(TableCheck, RowRepeatedPerProcess) {
    OperatingPoint& point = at_[{4, 32, 3}];
    const OperatingPoint& before = at_[{4, 32, 2}];
    point.throughput = Rate{before.throughput.count() * 3 / 2 + 1};
    point.measures = before.measures;
    EXPECT_THAT(kinds_at("t.csv:4g323"), testing::Contains("repeated"));
}

TEST_F(TableCheck, PercentilesOutOfOrder) {
    OperatingPoint& point = at_[{4, 8, 1}];
    point.measures.push_back({MetricId{0}, "p50", Duration{9'000'000}});
    point.measures.push_back({MetricId{0}, "p99", Duration{8'000'000}});
    point.measures.push_back({MetricId{0}, "p999", Duration{9'500'000}});
    point.measures.push_back({MetricId{0}, "p5", Duration{1'000'000}});
    point.measures.push_back({MetricId{0}, "p10", Duration{2'000'000}});
    const auto findings = check();
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_THAT(findings[0].message, HasSubstr("latency_ms p50 is 9 ms and p99 only 8 ms"));
}

TEST_F(TableCheck, MeasuredAndInfeasible) {
    const auto findings = check({{"G", {}, "4g", 8, 1}, {"G", {}, "4g", 64, 1}});
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].kind, FindingKind::kContradiction);
}

TEST_F(TableCheck, UnknownGpusAreNotComparedAlongProfiles) {
    OperatingPoint& point = at_[{1, 1, 1}];
    set_throughput(point, point.throughput.count() / 2);
    for (auto& [key, each] : at_) {
        each.gpu = "H";
    }
    EXPECT_THAT(kinds_at("t.csv:2g11"), IsEmpty());
}

}  // namespace
}  // namespace tangram::perf
