#include "gpu/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/builtin_catalogue.h"

namespace tangram::gpu {
namespace {

using support::builtin_gpu;
using support::builtin_rules;
using testing::HasSubstr;

class LayoutMake : public testing::Test {
protected:
    std::string error(const std::string& rules, std::vector<Placement> placements) {
        const auto layout = Layout::make(model_, builtin_rules(rules), std::move(placements));
        return layout ? "" : layout.error().text();
    }
    Placement at(std::string_view name, int start) { return {model_.find_profile(name), start}; }

    const GpuModel& model_ = builtin_gpu("A100-SXM4-80GB");
};

TEST_F(LayoutMake, SortsByStart) {
    const auto layout =
        Layout::make(model_, builtin_rules("current"), {at("3g.40gb", 4), at("4g.40gb", 0)});
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->placements(), (std::vector<Placement>{at("4g.40gb", 0), at("3g.40gb", 4)}));
}

TEST_F(LayoutMake, TheEmptyLayoutIsLegal) { EXPECT_EQ(error("current", {}), ""); }

TEST_F(LayoutMake, NamesThePlacementThatOverlaps) {
    EXPECT_THAT(error("current", {at("2g.20gb", 2), at("1g.10gb", 3)}),
                HasSubstr("2g.20gb at 2 and 1g.10gb at 3 overlap in memory slice 3"));
}

TEST_F(LayoutMake, NamesTheStartsThereAre) {
    EXPECT_THAT(error("current", {at("3g.40gb", 2)}),
                HasSubstr("3g.40gb at 2: 3g.40gb may only start at 0, 4"));
    EXPECT_THAT(error("current", {at("1g.10gb", 7)}), HasSubstr("may only start at"));
    EXPECT_THAT(error("current", {at("1g.10gb", -1)}), HasSubstr("may only start at"));
}

TEST_F(LayoutMake, OneMediaExtension) {
    EXPECT_THAT(error("current", {at("1g.10gb+me", 0), at("1g.10gb+me", 1)}),
                HasSubstr("media engines"));
}

TEST_F(LayoutMake, RuleSetsForbidPairs) {
    EXPECT_EQ(error("current", {at("4g.40gb", 0), at("3g.40gb", 4)}), "");
    EXPECT_THAT(error("paper-2021", {at("4g.40gb", 0), at("3g.40gb", 4)}),
                HasSubstr("rule set \"paper-2021\" forbids them"));
    EXPECT_THAT(error("paper-2021", {at("3g.40gb", 4), at("4g.40gb", 0)}),
                HasSubstr("forbids them"));
}

TEST_F(LayoutMake, RefusesForeignProfiles) {
    EXPECT_THAT(error("current", {{ProfileId{}, 0}}), HasSubstr("no such profile"));
    EXPECT_THAT(error("current", {{ProfileId{99}, 0}}), HasSubstr("no such profile"));
}

TEST_F(LayoutMake, KeepsToTheNumberOfInstances) {
    GpuModel model = model_;
    std::vector<MigProfile> profiles = model.profiles.raw();
    profiles[0].max_instances = 2;
    model.profiles = IdVector<ProfileId, MigProfile>(profiles);
    const ProfileId one{0};
    const auto layout =
        Layout::make(model, builtin_rules("current"), {{one, 0}, {one, 1}, {one, 2}});
    ASSERT_FALSE(layout);
    EXPECT_THAT(layout.error().text(), HasSubstr("more than 2 instances of 1g.10gb"));
}

TEST(LayoutMakeRtx, AllMediaStandsBesideNoMediaOnly) {
    const GpuModel& model = builtin_gpu("RTX-PRO-6000-96GB");
    const RuleSet rules = builtin_rules("current");
    const auto legal = [&](std::string_view a, std::string_view b) {
        return Layout::make(model, rules, {{model.find_profile(a), 0}, {model.find_profile(b), 6}})
            .has_value();
    };
    EXPECT_TRUE(legal("2g.48gb+me.all", "2g.48gb-me"));
    EXPECT_FALSE(legal("2g.48gb+me.all", "2g.48gb"));
    EXPECT_FALSE(legal("2g.48gb+me.all", "2g.48gb+gfx"));
    EXPECT_FALSE(legal("2g.48gb+me.all", "1g.24gb+me"));
    EXPECT_TRUE(legal("1g.24gb+me", "2g.48gb-me"));
}

TEST(LayoutMakeUnknown, RefusesAModelWithoutPlacements) {
    const GpuModel& model = builtin_gpu("Thor");
    const auto layout = Layout::make(model, builtin_rules("current"), {});
    ASSERT_FALSE(layout);
    EXPECT_EQ(layout.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(layout.error().text(), HasSubstr("geometry unknown"));
}

}  // namespace
}  // namespace tangram::gpu
