#include "base/nearest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tangram {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(EditDistance, KnownValues) {
    EXPECT_EQ(edit_distance("", ""), 0U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("abc", ""), 3U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
    EXPECT_EQ(edit_distance("rate", "raet"), 1U) << "neighbours swapped";
    EXPECT_EQ(edit_distance("rate", "rates"), 1U);
    EXPECT_EQ(edit_distance("RATE", "rate"), 0U) << "case does not count";
    EXPECT_EQ(edit_distance("abcdef", "fedcba"), edit_distance("fedcba", "abcdef"));
}

TEST(Nearest, NearestFirstThenByName) {
    const std::vector<std::string> names = {"models", "mode", "model", "batch", "made"};
    EXPECT_THAT(nearest("modle", names), ElementsAre("mode", "model", "made"));
    EXPECT_THAT(nearest("modle", names, 1), ElementsAre("mode"));
    EXPECT_THAT(nearest("model", names, 2), ElementsAre("model", "models"));
}

TEST(Nearest, LongerNamesThatStartWithTheTextComeFirst) {
    const std::vector<std::string> names = {"H200", "NVIDIA H100 PCIe", "H100-PCIe-80GB"};
    EXPECT_THAT(nearest("h100", names), ElementsAre("H100-PCIe-80GB", "H200", "NVIDIA H100 PCIe"));
}

TEST(Nearest, NothingForTextsFarFromAll) {
    const std::vector<std::string> names = {"throughput_rps", "gpu", "a", "b"};
    EXPECT_THAT(nearest("zebra", names), IsEmpty());
    EXPECT_THAT(nearest("", names), IsEmpty());
    EXPECT_THAT(nearest("x", names), IsEmpty()) << "short names are not near each other";
    EXPECT_THAT(nearest(std::string(10'000, 'a'), names), IsEmpty());
}

TEST(Nearest, EachNameOnce) {
    const std::vector<std::string> names = {"gpu", "gpu"};
    EXPECT_THAT(nearest("gpus", names), ElementsAre("gpu"));
}

TEST(NearestHint, FollowsAMessage) {
    const std::vector<std::string> names = {"gpu", "model"};
    EXPECT_EQ(nearest_hint("modl", names), "; nearest: model");
    EXPECT_EQ(nearest_hint("zebra", names), "");
}

TEST(IgnoringCase, ComparesAsciiOnly) {
    EXPECT_TRUE(equal_ignoring_case("A100-SXM4", "a100-sxm4"));
    EXPECT_FALSE(equal_ignoring_case("a", "ab"));
    EXPECT_EQ(lower_case("ÄB"), "Äb");
}

}  // namespace
}  // namespace tangram
