#include "perf/table_estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace tangram::perf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct ProfileFacts {
    const char* name;
    int size;
    std::optional<int> sms;
    std::optional<std::int64_t> memory;
};

gpu::GpuModel board(const std::string& name, std::optional<int> bandwidth, int slices,
                    const std::vector<ProfileFacts>& profiles) {
    gpu::GpuModel model;
    model.id = name + "-id";
    model.name = name;
    model.aliases = {name + "-alias"};
    model.architecture = "Ampere";
    model.memory_bandwidth_gb_s = bandwidth;
    model.memory_slices = slices;
    for (const ProfileFacts& facts : profiles) {
        gpu::MigProfile profile;
        profile.name = facts.name;
        profile.compute_slices = 1;
        profile.size = facts.size;
        profile.starts = {0};
        profile.max_instances = 1;
        profile.sms = facts.sms;
        if (facts.memory) profile.memory = Mebibytes{*facts.memory};
        model.profiles.push_back(std::move(profile));
    }
    return model;
}

// Old: 1600 GB/s over 8 slices. New: 1000 GB/s over 4. Blind: no bandwidth. Dark: no SMs.
gpu::Catalogue catalogue() {
    std::vector<gpu::GpuModel> models;
    models.push_back(board("Old", 1600, 8,
                           {{"1g", 1, 14, 10'000}, {"2g", 2, 28, 20'000}, {"7g", 8, 98, 80'000}}));
    models.push_back(board("New", 1000, 4,
                           {{"s", 1, 20, 10'000},
                            {"half", 2, 28, 20'000},
                            {"whole", 4, 60, 40'000},
                            {"unknown", 1, std::nullopt, 10'000}}));
    models.push_back(board("Blind", std::nullopt, 4, {{"1g", 1, 14, 10'000}}));
    models.push_back(board("Dark", 1000, 4, {{"1g", 1, std::nullopt, 10'000}}));
    models.push_back(board("Tiny", 1000, 4, {{"1g", 1, 14, 100}}));
    models.back().architecture = "Hopper";
    return gpu::Catalogue::make(std::move(models), {}).value();
}

class TableEstimateTest : public testing::Test {
protected:
    OperatingPoint row(const std::string& profile, std::int64_t rps, std::int64_t ms,
                       int batch = 1) {
        OperatingPoint point;
        point.source = "lab";
        point.gpu = "Old-alias";
        point.model = table_.intern_model("m");
        point.profile = profile;
        point.batch = batch;
        point.processes = 2;
        point.throughput = Rate{rps * 1000};
        point.measures = {{table_.intern_metric("latency_ms"), "mean", Duration{ms * 1'000'000}}};
        point.memory = Mebibytes{5'000};
        return point;
    }
    void add(const OperatingPoint& point) { ASSERT_TRUE(table_.add(point).has_value()); }

    Result<TableEstimate> estimate(const std::string& from = "Old", const std::string& to = "New") {
        return estimate_table(table_, catalogue_, *catalogue_.find(from), *catalogue_.find(to));
    }
    std::string error(const std::string& from, const std::string& to) {
        const auto made = estimate(from, to);
        return made ? "" : made.error().text();
    }
    // The point on this profile of New at this batch; CHECK-fails if there is none.
    static OperatingPoint on(const TableEstimate& made, const std::string& profile, int batch = 1) {
        const auto found = std::ranges::find_if(made.table.points(), [&](const OperatingPoint& p) {
            return p.profile == profile && p.batch == batch;
        });
        CHECK(found != made.table.points().end(), profile);
        return *found;
    }

    gpu::Catalogue catalogue_ = catalogue();
    PerformanceTable table_;
};

TEST_F(TableEstimateTest, ScalesByTheSmallerRatio) {
    add(row("1g", 100, 10));
    add(row("2g", 190, 10));
    const auto made = estimate();
    ASSERT_TRUE(made.has_value()) << made.error().text();
    ASSERT_EQ(made->table.points().size(), 3U);
    // s: 20 SMs are nearer to 28 than to 14 (1.4 < 1.43); bandwidth 250 over 400 is the smaller.
    const OperatingPoint small = on(*made, "s");
    EXPECT_EQ(small.throughput, Rate{118'750});
    EXPECT_EQ(small.measures[0].value, Duration{16'000'000});
    EXPECT_EQ(small.note, "from 2g x 0.625");
    // half: 28 SMs as 2g, bandwidth 500 over 400: SMs decide.
    EXPECT_EQ(on(*made, "half").throughput, Rate{190'000});
    EXPECT_EQ(on(*made, "half").measures[0].value, Duration{10'000'000});
    // whole: 60 over 28 SMs, 1000 over 400.
    EXPECT_EQ(on(*made, "whole").throughput, Rate{407'142});
    EXPECT_EQ(on(*made, "whole").measures[0].value, Duration{4'666'667}) << "rounded up";
}

TEST_F(TableEstimateTest, MarksEveryPointAndKeepsTheRest) {
    OperatingPoint measured = row("2g", 190, 10, 8);
    measured.precision = "fp16";
    measured.scenario = "Server";
    measured.note = "by hand";
    measured.measures.push_back({table_.intern_metric("ttft_ms"), "p99", Duration{28}});
    add(measured);
    const auto made = estimate();
    ASSERT_TRUE(made.has_value());
    const OperatingPoint point = on(*made, "whole", 8);
    EXPECT_TRUE(point.estimated);
    EXPECT_EQ(point.source, "estimate from Old: lab");
    EXPECT_EQ(point.gpu, "New");
    EXPECT_EQ(made->table.models()[point.model], "m");
    EXPECT_EQ(point.precision, "fp16");
    EXPECT_EQ(point.scenario, "Server");
    EXPECT_EQ(point.processes, 2);
    EXPECT_EQ(point.memory, Mebibytes{5'000});
    ASSERT_EQ(point.measures.size(), 2U);
    EXPECT_EQ(made->table.metrics()[point.measures[1].metric], "ttft_ms");
    EXPECT_EQ(point.measures[1].statistic, "p99");
    EXPECT_EQ(point.measures[1].value, Duration{14});
    EXPECT_THAT(made->warnings, ElementsAre("New: SMs unknown, nothing is estimated for unknown"));
}

TEST_F(TableEstimateTest, NothingIsExtrapolatedInBatchOrProcesses) {
    add(row("1g", 100, 10, 1));
    add(row("2g", 300, 10, 16));
    const auto made = estimate();
    ASSERT_TRUE(made.has_value());
    for (const OperatingPoint& point : made->table.points()) {
        EXPECT_TRUE(point.batch == 1 || point.batch == 16);
        EXPECT_EQ(point.processes, 2);
    }
    EXPECT_EQ(on(*made, "half", 1).note, "from 1g x 2");
    EXPECT_EQ(on(*made, "half", 16).note, "from 2g x 1");
}

TEST_F(TableEstimateTest, MemoryDecidesWhereARowMayGo) {
    OperatingPoint needy = row("7g", 1000, 10);
    needy.memory = Mebibytes{15'000};
    add(needy);
    OperatingPoint unknown = row("2g", 300, 10, 2);
    unknown.memory.reset();
    add(unknown);
    const auto made = estimate();
    ASSERT_TRUE(made.has_value());
    std::vector<std::string> made_for;
    for (const OperatingPoint& point : made->table.points()) {
        made_for.push_back(point.profile + " " + std::to_string(point.batch));
    }
    EXPECT_THAT(made_for, ElementsAre("half 1", "whole 1", "half 2", "whole 2"));
    EXPECT_THAT(made->warnings, testing::Contains(HasSubstr("2 estimates left out: every source")));
    EXPECT_THAT(error("Old", "Tiny"), HasSubstr("nothing can be carried over to Tiny"));
}

TEST_F(TableEstimateTest, OnlyMeasurementsOfTheSourceAreUsed) {
    add(row("1g", 100, 10));
    OperatingPoint estimated = row("2g", 999, 1);
    estimated.estimated = true;
    add(estimated);
    OperatingPoint elsewhere = row("half", 999, 1);
    elsewhere.gpu = "New";
    add(elsewhere);
    OperatingPoint whole_gpu = row("none", 999, 1);
    add(whole_gpu);
    const auto made = estimate();
    ASSERT_TRUE(made.has_value());
    EXPECT_EQ(on(*made, "half").note, "from 1g x 2");
    EXPECT_THAT(made->warnings,
                ElementsAre(HasSubstr("SMs unknown"), "1 points of other GPU models not used",
                            "1 points of profiles without known SMs not used",
                            "1 points not used because they are estimates themselves"));
}

TEST_F(TableEstimateTest, AnotherArchitectureIsSaid) {
    OperatingPoint light = row("1g", 100, 10);
    light.memory = Mebibytes{50};
    add(light);
    EXPECT_THAT(estimate("Old", "Tiny")->warnings,
                ElementsAre("an SM of Hopper does not do the work of one of Ampere: their numbers "
                            "alone were compared"));
}

TEST_F(TableEstimateTest, WhatIsUnknownIsRefused) {
    add(row("1g", 100, 10));
    EXPECT_THAT(error("Old", "Blind"), HasSubstr("Blind: memory bandwidth unknown"));
    EXPECT_THAT(error("Blind", "Old"), HasSubstr("Blind: memory bandwidth unknown"));
    EXPECT_THAT(error("Old", "Dark"), HasSubstr("Dark: the SMs of its profiles are unknown"));
    EXPECT_THAT(error("Old", "Old"), HasSubstr("needs two GPU models"));
    EXPECT_THAT(error("New", "Old"),
                HasSubstr("no measurement on a MIG profile of New with known SMs; it has rows of "
                          "Old-alias"));
}

TEST_F(TableEstimateTest, WhatRoundsToNothingIsLeftOut) {
    OperatingPoint slow = row("2g", 1, 10);
    slow.throughput = Rate{1};
    add(slow);
    const auto made = estimate();
    ASSERT_TRUE(made.has_value());
    EXPECT_EQ(made->table.points().size(), 2U) << "0.625 thousandths are none";
    EXPECT_THAT(made->warnings, testing::Contains(HasSubstr("1 estimates left out: beyond")));
}

}  // namespace
}  // namespace tangram::perf
