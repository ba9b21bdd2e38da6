#include "base/id.h"

#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <unordered_set>

namespace tangram {
namespace {

using AppleId = Id<struct AppleTag>;
using PearId = Id<struct PearTag>;

static_assert(!std::is_convertible_v<AppleId, PearId>);
static_assert(!std::is_convertible_v<std::size_t, AppleId>);
static_assert(!std::is_convertible_v<AppleId, std::size_t>);
static_assert(sizeof(AppleId) == 4);

TEST(Id, InvalidUntilAssigned) {
    EXPECT_FALSE(AppleId{}.valid());
    EXPECT_TRUE(AppleId{0}.valid());
    EXPECT_EQ(AppleId{7}.index(), 7U);
    EXPECT_LT(AppleId{1}, AppleId{2});
    EXPECT_NE(AppleId{1}, AppleId{});
}

TEST(Id, Hashes) {
    const std::unordered_set<AppleId> ids = {AppleId{1}, AppleId{1}, AppleId{2}};
    EXPECT_EQ(ids.size(), 2U);
}

TEST(IdVector, GivesIdsInOrder) {
    IdVector<AppleId, std::string> apples;
    EXPECT_TRUE(apples.empty());
    const AppleId first = apples.push_back("gala");
    const AppleId second = apples.push_back("fuji");
    EXPECT_EQ(apples[first], "gala");
    apples[second] = "elstar";
    EXPECT_EQ(apples.raw(), (std::vector<std::string>{"gala", "elstar"}));
    std::vector<AppleId> ids;
    for (const AppleId id : apples.ids()) {
        ids.push_back(id);
    }
    EXPECT_EQ(ids, (std::vector<AppleId>{first, second}));
}

TEST(IdVector, StartsWithCopiesOfAValue) {
    const IdVector<AppleId, int> counts(3, 5);
    EXPECT_EQ(counts.size(), 3U);
    EXPECT_EQ(counts[AppleId{2}], 5);
    EXPECT_EQ(counts, (IdVector<AppleId, int>(std::vector<int>{5, 5, 5})));
}

}  // namespace
}  // namespace tangram
