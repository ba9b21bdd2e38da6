#include "window/exact/spare.h"

#include <gtest/gtest.h>

namespace tangram::window::exact {
namespace {

TEST(Spare, TakesWhatWasGivenForAnythingThatFitsAndIsNotMuchSmaller) {
    Spare spare;
    for (std::size_t size = 1; size < 3'000; ++size) {
        std::vector<Value> values = spare.take(size);
        EXPECT_EQ(values.size(), size);
        EXPECT_LE(values.capacity(), size + size / 4 + 4);
        const Value* const memory = values.data();
        spare.give(std::move(values));
        EXPECT_EQ(spare.take(size).data(), memory);
        spare.clear();
    }
    EXPECT_TRUE(spare.take(0).empty());
}

}  // namespace
}  // namespace tangram::window::exact
