#include "planner/cover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tangram::planner {
namespace {

std::vector<Option> options_giving(const std::vector<std::int64_t>& throughputs) {
    std::vector<Option> options;
    for (std::size_t k = 0; k < throughputs.size(); ++k) {
        options.push_back({InstanceTypeId{k}, Rate{throughputs[k]}, {}});
    }
    return options;
}

Demand demand(std::int64_t required, std::int64_t after_gpu, std::int64_t after_node = 0) {
    Demand demand;
    demand.required = Rate{required};
    demand.after_gpu_loss = Rate{after_gpu};
    demand.after_node_loss = Rate{after_node};
    return demand;
}

bool covered(const Demand& demand, const std::vector<Option>& options,
             const std::vector<std::int32_t>& counts) {
    return covers(demand, options, counts);
}

TEST(Cover, NeedsWhatIsLeftWithoutItsLargest) {
    const auto options = options_giving({10, 40});
    EXPECT_TRUE(covered(demand(40, 0), options, {0, 1}));
    EXPECT_FALSE(covered(demand(40, 1), options, {0, 1}));
    EXPECT_TRUE(covered(demand(40, 10), options, {1, 1}));
    EXPECT_FALSE(covered(demand(40, 11), options, {1, 1}));
    EXPECT_TRUE(covered(demand(40, 30), options, {4, 0}));
    EXPECT_FALSE(covered(demand(40, 31), options, {4, 0}));
    EXPECT_FALSE(covered(demand(40, 10, 11), options, {1, 1})) << "a node holds one at least";
    EXPECT_FALSE(covered(demand(0, 0), options, {-1, 2}));
}

TEST(Cover, HasOneClassWithoutLosses) {
    const auto classes = cover_classes(demand(40, 0), options_giving({10, 40}));
    ASSERT_EQ(classes.size(), 1U);
    EXPECT_EQ(classes[0].capacity, 40);
    EXPECT_EQ(classes[0].largest, 40);
    EXPECT_EQ(classes[0].above, -1);
}

TEST(Cover, HasAClassForEachLargestInstanceWhoseLossCosts) {
    // Losing 10 or 20 of the 60 that are needed anyway leaves 40.
    const auto classes = cover_classes(demand(60, 40), options_giving({30, 10, 20, 30, 50}));
    ASSERT_EQ(classes.size(), 3U);
    EXPECT_EQ(classes[0].above, 0);
    EXPECT_EQ(classes[0].largest, 20);
    EXPECT_EQ(classes[0].capacity, 60);
    EXPECT_EQ(classes[1].above, 20);
    EXPECT_EQ(classes[1].largest, 30);
    EXPECT_EQ(classes[1].capacity, 70);
    EXPECT_EQ(classes[2].above, 30);
    EXPECT_EQ(classes[2].largest, 50);
    EXPECT_EQ(classes[2].capacity, 90);
    EXPECT_EQ(capacity_at_most(demand(60, 40), options_giving({30, 50})), 90);
    EXPECT_EQ(capacity_at_most(demand(60, 0), options_giving({30, 50})), 60);
}

}  // namespace
}  // namespace tangram::planner
