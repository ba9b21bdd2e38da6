#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace tangram {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0) {
        return invalid_input("odd: " + std::to_string(number), "file:3");
    }
    return number / 2;
}

TEST(Result, HoldsAValue) {
    const Result<int> result = half(4);
    ASSERT_TRUE(result);
    EXPECT_TRUE(result.has_value());
    EXPECT_EQ(*result, 2);
}

TEST(Result, HoldsAnErrorWithItsPlace) {
    const Result<int> result = half(3);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidInput);
    EXPECT_EQ(result.error().text(), "file:3: odd: 3");
    EXPECT_EQ(invalid_input("alone").text(), "alone");
}

TEST(Result, MovesItsValueOut) {
    Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
    const std::unique_ptr<int> taken = std::move(result).value();
    EXPECT_EQ(*taken, 5);
    Result<std::string> text = std::string("abc");
    EXPECT_EQ(text->size(), 3U);
    text->push_back('d');
    EXPECT_EQ(*text, "abcd");
}

TEST(ResultVoid, SuccessOrError) {
    EXPECT_TRUE(Result<void>{});
    const Result<void> failed = invalid_input("no");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message, "no");
}

TEST(ResultDeathTest, ReadingWhatIsNotThere) {
    const Result<int> failed = half(3);
    const Result<int> good = half(4);
    EXPECT_DEATH(static_cast<void>(failed.value()), "odd: 3");
    EXPECT_DEATH(static_cast<void>(good.error()), "has_value");
    EXPECT_DEATH(static_cast<void>(Result<void>{}.error()), "has_value");
}

}  // namespace
}  // namespace tangram
