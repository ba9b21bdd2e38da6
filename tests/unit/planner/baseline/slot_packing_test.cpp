#include "planner/baseline/slot_packing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "support/small_problem.h"

namespace tangram::planner::baseline {
namespace {

class SlotPackings : public testing::Test {
protected:
    [[nodiscard]] gpu::ProfileId profile(const char* name) const {
        return seven_.find_profile(name);
    }
    [[nodiscard]] std::vector<std::pair<std::string, int>> first_gpu(
        const SlotPacking& packing) const {
        std::vector<std::pair<std::string, int>> names;
        for (const gpu::Placement& placement : packing.gpus().front().placements) {
            names.emplace_back(seven_.profiles[placement.profile].name, placement.start);
        }
        return names;
    }

    std::shared_ptr<const gpu::Catalogue> catalogue_ = test::small_catalogue();
    const gpu::GpuModel& seven_ = catalogue_->model(catalogue_->find("Seven").value());
    gpu::RuleSet rules_ = catalogue_->rule_set("current").value();
};

TEST_F(SlotPackings, PreferredStartsOfSevenSlices) {
    EXPECT_EQ(preferred_starts(seven_, profile("1g")), (std::vector<int>{0, 6, 4, 1, 2, 3, 5}));
    EXPECT_EQ(preferred_starts(seven_, profile("2g")), (std::vector<int>{0, 4, 2}));
    EXPECT_EQ(preferred_starts(seven_, profile("3g")), (std::vector<int>{4, 0}));
    EXPECT_EQ(preferred_starts(seven_, profile("4g")), (std::vector<int>{0}));
}

TEST_F(SlotPackings, ElsewhereTheCataloguesOrder) {
    const gpu::GpuModel& four = catalogue_->model(catalogue_->find("Four").value());
    EXPECT_EQ(preferred_starts(four, four.find_profile("1g")), (std::vector<int>{0, 1, 2, 3}));
}

TEST_F(SlotPackings, LargeOnesFirstThenGaps) {
    SlotPacking packing(seven_, rules_);
    packing.place(profile("4g"), 1);
    packing.place(profile("2g"), 1);
    packing.place(profile("1g"), 1);
    EXPECT_EQ(packing.gpu_count(), 1);
    EXPECT_EQ(first_gpu(packing),
              (std::vector<std::pair<std::string, int>>{{"4g", 0}, {"2g", 4}, {"1g", 6}}));
}

TEST_F(SlotPackings, GoesWhereLeastIsFree) {
    SlotPacking packing(seven_, rules_);
    packing.place(profile("4g"), 2);
    packing.place(profile("3g"), 1);
    packing.place(profile("1g"), 1);  // 4g + 3g is full, so beside the other 4g
    EXPECT_EQ(packing.gpu_count(), 2);
    for (const PackedGpus& gpus : packing.gpus()) EXPECT_EQ(gpus.placements.size(), 2U);
}

TEST_F(SlotPackings, MillionsTakeFewSteps) {
    SlotPacking packing(seven_, rules_);
    packing.place(profile("3g"), 3'000'001);
    packing.place(profile("2g"), 4'000'000);
    packing.place(profile("1g"), 7'000'003);
    std::int64_t instances = 0;
    for (const PackedGpus& gpus : packing.gpus()) {
        instances += gpus.count * static_cast<std::int64_t>(gpus.placements.size());
        EXPECT_TRUE(gpu::Layout::make(seven_, rules_, gpus.placements).has_value());
    }
    EXPECT_EQ(instances, 14'000'004);
    EXPECT_LT(packing.gpus().size(), 10U);
}

TEST_F(SlotPackings, FragmentedIsFourSlicesAtMost) {
    SlotPacking packing(seven_, rules_);
    packing.place(profile("7g"), 1);
    packing.place(profile("4g"), 1);
    const std::vector<PackedGpus> taken = packing.take_fragmented();
    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(taken.front().placements.front().profile, profile("4g"));
    EXPECT_EQ(packing.gpu_count(), 1);
}

TEST_F(SlotPackings, KeepsTheRuleSet) {
    const gpu::RuleSet old = catalogue_->rule_set("paper-2021").value();
    SlotPacking packing(seven_, old);
    packing.place(profile("4g"), 1);
    packing.place(profile("3g"), 1);
    EXPECT_EQ(packing.gpu_count(), 2);
}

}  // namespace
}  // namespace tangram::planner::baseline
