#include "perf/table_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tangram::perf {
namespace {

using testing::ElementsAre;

class TableSummary : public testing::Test {
protected:
    OperatingPointId add(std::string_view model, std::string profile, int batch, int processes,
                         std::int64_t throughput, std::int64_t latency_ms) {
        OperatingPoint point;
        point.gpu = "G";
        point.model = table_.intern_model(model);
        point.profile = std::move(profile);
        point.batch = batch;
        point.processes = processes;
        point.throughput = Rate{throughput};
        point.measures = {{latency_, "mean", std::chrono::milliseconds(latency_ms)}};
        return table_.add(point).value();
    }
    BestQuery query(std::int64_t slo_ms, LatencyRule rule, int max_processes) const {
        BestQuery result;
        result.slo = {{latency_, std::chrono::milliseconds(slo_ms), std::nullopt}};
        result.rule = rule;
        result.max_processes = max_processes;
        return result;
    }

    PerformanceTable table_;
    MetricId latency_ = table_.intern_metric("latency_ms");
};

TEST_F(TableSummary, CoverageByModelProfileAndProcesses) {
    add("b", "2g", 4, 1, 100, 10);
    add("a", "1g", 8, 1, 100, 10);
    add("b", "2g", 1, 1, 100, 10);
    add("b", "2g", 1, 2, 100, 10);
    Infeasible infeasible;
    infeasible.gpu = "G";
    infeasible.model = table_.find_model("b");
    infeasible.profile = "2g";
    infeasible.processes = 2;
    table_.add_infeasible(infeasible);
    const auto rows = coverage(table_);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(table_.models()[rows[0].model], "b");
    EXPECT_EQ(rows[0].points, 2U);
    EXPECT_THAT(rows[0].batches, ElementsAre(1, 4));
    EXPECT_THAT(rows[0].statistics, ElementsAre("latency_ms mean"));
    EXPECT_EQ(rows[0].infeasible, 0U);
    EXPECT_EQ(rows[1].processes, 2);
    EXPECT_EQ(rows[1].infeasible, 1U);
    EXPECT_EQ(table_.models()[rows[2].model], "a");
}

TEST_F(TableSummary, BestIsTheFastestAdmissible) {
    const auto small = add("m", "1g", 1, 1, 100, 10);
    const auto large = add("m", "1g", 8, 1, 300, 50);
    add("m", "1g", 8, 2, 400, 50);
    const auto at = [&](std::int64_t slo, LatencyRule rule, int processes) {
        return best_points(table_, query(slo, rule, processes)).at(0).best;
    };
    EXPECT_EQ(at(50, LatencyRule::kMean, 1), large);
    EXPECT_EQ(at(50, LatencyRule::kTwoBatches, 1), small);
    EXPECT_EQ(table_.point(at(50, LatencyRule::kMean, 2)).processes, 2);
    EXPECT_FALSE(at(9, LatencyRule::kMean, 1).valid());
    EXPECT_EQ(best_points(table_, query(9, LatencyRule::kMean, 1)).at(0).fastest, small);
}

TEST_F(TableSummary, WithoutAnSloThroughputAloneDecides) {
    add("m", "1g", 1, 1, 100, 10);
    const auto large = add("m", "1g", 8, 1, 300, 50);
    const auto rows = best_points(table_, {});
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].best, large);
    EXPECT_FALSE(rows[0].fastest.valid());
}

TEST_F(TableSummary, ARowPerModelAndProfileThatHasPoints) {
    add("m", "1g", 1, 1, 100, 10);
    add("m", "2g", 1, 5, 100, 10);
    add("n", "1g", 1, 1, 100, 10);
    EXPECT_EQ(best_points(table_, query(100, LatencyRule::kMean, 1)).size(), 2U);
    EXPECT_EQ(best_points(table_, query(100, LatencyRule::kMean, 5)).size(), 3U);
}

}  // namespace
}  // namespace tangram::perf
