#include "gpu/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gpu/layout.h"
#include "support/builtin_catalogue.h"

namespace tangram::gpu {
namespace {

using support::builtin_catalogue;
using support::builtin_gpu;
using testing::HasSubstr;

MigProfile profile(std::string name, int size, std::vector<int> starts) {
    MigProfile result;
    result.name = std::move(name);
    result.compute_slices = 1;
    result.size = size;
    result.starts = std::move(starts);
    result.max_instances = 4;
    return result;
}

GpuModel model(std::string id, std::vector<MigProfile> profiles) {
    GpuModel result;
    result.id = id;
    result.name = id + "-name";
    result.memory_slices = 4;
    result.profiles = IdVector<ProfileId, MigProfile>(std::move(profiles));
    return result;
}

std::string make_error(std::vector<GpuModel> models, std::vector<RuleSet> rules = {}) {
    const auto catalogue = Catalogue::make(std::move(models), std::move(rules));
    return catalogue ? "" : catalogue.error().text();
}

TEST(Catalogue, AcceptsOneGoodModel) {
    EXPECT_EQ(make_error({model("a", {profile("1g", 1, {0, 1, 2, 3})})}), "");
}

TEST(Catalogue, RefusesNamesOfTwoModels) {
    GpuModel other = model("b", {});
    other.aliases = {"A-NAME"};
    EXPECT_THAT(make_error({model("a", {}), other}), HasSubstr("\"A-NAME\" already names a-name"));
    EXPECT_THAT(make_error({model("a", {}), model("A", {})}), HasSubstr("/gpus/1"));
    EXPECT_THAT(make_error({model("", {})}), HasSubstr("must not be empty"));
}

TEST(Catalogue, RefusesImpossiblePlacements) {
    const auto error = [](MigProfile bad) { return make_error({model("a", {std::move(bad)})}); };
    EXPECT_THAT(error(profile("1g", 1, {4})), HasSubstr("leaves the GPU's 4 memory slices"));
    EXPECT_THAT(error(profile("1g", 2, {3})), HasSubstr("start 3 with size 2"));
    EXPECT_THAT(error(profile("1g", 1, {-1})), HasSubstr("start -1"));
    EXPECT_THAT(error(profile("1g", 1, {1, 1})), HasSubstr("ascend"));
    EXPECT_THAT(error(profile("1g", 1, {1, 0})), HasSubstr("ascend"));
    EXPECT_THAT(error(profile("1g", 5, {0})), HasSubstr("size 5"));
    EXPECT_THAT(error(profile("1g", 1, {})), HasSubstr("together or not at all"));
    EXPECT_THAT(error(profile("1g", 0, {0})), HasSubstr("together or not at all"));
    EXPECT_THAT(error(profile("", 1, {0})), HasSubstr("needs a name"));
}

TEST(Catalogue, RefusesImpossibleFigures) {
    MigProfile bad = profile("1g", 1, {0});
    bad.max_instances = 0;
    EXPECT_THAT(make_error({model("a", {bad})}), HasSubstr("max_instances 0"));
    bad = profile("1g", 1, {0});
    bad.compute_slices = 0;
    EXPECT_THAT(make_error({model("a", {bad})}), HasSubstr("compute_slices 0"));
    bad = profile("1g", 1, {0});
    bad.memory = Mebibytes{0};
    EXPECT_THAT(make_error({model("a", {bad})}), HasSubstr("memory_mib 0"));
    bad = profile("1g", 1, {0});
    bad.sms = 0;
    EXPECT_THAT(make_error({model("a", {bad})}), HasSubstr("sms 0"));
    GpuModel wide = model("a", {});
    wide.memory_slices = 65;
    EXPECT_THAT(make_error({wide}), HasSubstr("memory_slices 65"));
    GpuModel unsliced = model("a", {profile("1g", 1, {0})});
    unsliced.memory_slices.reset();
    EXPECT_THAT(make_error({unsliced}), HasSubstr("need the GPU's memory_slices"));
}

TEST(Catalogue, RefusesProfileNamesUsedTwice) {
    EXPECT_THAT(make_error({model("a", {profile("1g", 1, {0}), profile("1G", 2, {0})})}),
                HasSubstr("\"1G\" is used twice"));
    MigProfile one = profile("1g", 1, {0});
    MigProfile two = profile("2g", 2, {0});
    one.nvml_enum = two.nvml_enum = "1_SLICE";
    EXPECT_THAT(make_error({model("a", {one, two})}), HasSubstr("nvml_enum"));
}

TEST(Catalogue, RefusesMoreLayoutsThanAnyoneCanEnumerate) {
    GpuModel wide = model("a", {});
    wide.memory_slices = 64;
    std::vector<int> starts(64);
    for (int i = 0; i < 64; ++i) {
        starts[static_cast<std::size_t>(i)] = i;
    }
    wide.profiles.push_back(profile("1g", 1, starts));
    EXPECT_THAT(make_error({wide}), HasSubstr("too many to enumerate"));
}

TEST(Catalogue, RefusesRuleSetsOfOneName) {
    EXPECT_THAT(make_error({}, {{"current", {}}, {"Current", {}}}), HasSubstr("two rule sets"));
    EXPECT_THAT(make_error({}, {{"", {}}}), HasSubstr("needs a name"));
}

TEST(Catalogue, FindsByIdNameAndAliasInAnyCase) {
    const Catalogue& catalogue = builtin_catalogue();
    for (const char* name :
         {"a100-80gb", "A100-SXM4-80GB", "A100-80GB", "a100-sxm4-80gb", "NVIDIA A100-SXM4-80GB",
          "NVIDIA A100 80GB PCIe", "A800-80GB", "A100-SXM-80GB", "A100-PCIE-80GB"}) {
        const auto found = catalogue.find(name);
        ASSERT_TRUE(found) << name;
        EXPECT_EQ(catalogue.model(*found).name, "A100-SXM4-80GB");
    }
    for (const GpuModel& known : catalogue.models()) {
        EXPECT_EQ(catalogue.model(*catalogue.find(known.id)).id, known.id);
        EXPECT_EQ(catalogue.model(*catalogue.find(known.name)).id, known.id);
        for (const std::string& alias : known.aliases) {
            EXPECT_EQ(catalogue.model(*catalogue.find(alias)).id, known.id) << alias;
        }
    }
}

TEST(Catalogue, SuggestsTheNearestName) {
    const auto wrong = builtin_catalogue().find("A100-SXM4-80B");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(wrong.error().message,
                HasSubstr("unknown GPU model \"A100-SXM4-80B\"; nearest: A100-SXM4-80GB"));
    // A name of several models is none of them, but leads to them.
    const auto vague = builtin_catalogue().find("H100");
    ASSERT_FALSE(vague);
    EXPECT_THAT(vague.error().message, HasSubstr("H100-NVL-94GB, H100-PCIe-80GB"));
}

TEST(Catalogue, RuleSetsAreFoundByName) {
    EXPECT_TRUE(builtin_catalogue().rule_set("current")->forbidden_together.empty());
    EXPECT_EQ(builtin_catalogue().rule_set("Paper-2021")->forbidden_together.size(), 1U);
    const auto unknown = builtin_catalogue().rule_set("strict");
    ASSERT_FALSE(unknown);
    EXPECT_THAT(unknown.error().message, HasSubstr("current, paper-2021"));
}

TEST(Catalogue, ExtensionAddsAndReplaces) {
    GpuModel changed = model("A30-24GB", {profile("1g.6gb", 1, {0})});
    changed.name = "A30";
    const auto extra = Catalogue::make({changed, model("x1", {})}, {{"current", {{"a", "b"}}}});
    ASSERT_TRUE(extra);
    const auto both = builtin_catalogue().extended_by(*extra);
    ASSERT_TRUE(both);
    EXPECT_EQ(both->models().size(), builtin_catalogue().models().size() + 1);
    EXPECT_EQ(both->model(*both->find("A30")).profiles.size(), 1U);
    EXPECT_TRUE(both->find("x1-name"));
    EXPECT_EQ(both->rule_set("current")->forbidden_together.size(), 1U);
    EXPECT_EQ(both->rule_sets().size(), 2U);
}

TEST(Catalogue, ExtensionMustNotTakeAName) {
    GpuModel thief = model("x1", {});
    thief.aliases = {"A100-80GB"};
    const auto extra = Catalogue::make({thief}, {});
    ASSERT_TRUE(extra);
    const auto both = builtin_catalogue().extended_by(*extra);
    ASSERT_FALSE(both);
    EXPECT_THAT(both.error().message, HasSubstr("already names A100-SXM4-80GB"));
}

TEST(GpuModel, ProfilesByNameAndAlias) {
    const GpuModel& gpu = builtin_gpu("A100-80GB");
    EXPECT_EQ(gpu.find_profile("7G.80GB"), gpu.find_profile("7g.79gb"));
    EXPECT_TRUE(gpu.find_profile("3g.39gb").valid());
    EXPECT_FALSE(gpu.find_profile("5g.50gb").valid());
    EXPECT_TRUE(builtin_gpu("GB300").find_profile("3g.126gb").valid());
    EXPECT_TRUE(builtin_gpu("GB200").find_profile("1g.24gb").valid());
}

TEST(GpuModel, BaseProfilesArePlain) {
    const GpuModel& gpu = builtin_gpu("A100-80GB");
    std::vector<std::string> names;
    for (const ProfileId id : gpu.base_profiles()) {
        names.push_back(gpu.profiles[id].name);
    }
    EXPECT_THAT(names, testing::ElementsAre("1g.10gb", "2g.20gb", "3g.40gb", "4g.40gb", "7g.80gb"));
    EXPECT_EQ(gpu.all_profiles().size(), 7U);
}

TEST(BuiltinCatalogue, FactsOfTheBoards) {
    EXPECT_EQ(builtin_catalogue().models().size(), 18U);
    const auto sms = [](std::string_view gpu, std::string_view name) {
        const GpuModel& board = builtin_gpu(gpu);
        return board.profiles[board.find_profile(name)].sms.value_or(0);
    };
    // SMs do not follow the compute slices.
    EXPECT_EQ(sms("H100-SXM5-80GB", "1g.20gb"), 26);
    EXPECT_EQ(sms("H100-SXM5-80GB", "3g.40gb"), 60);
    EXPECT_EQ(sms("H100-PCIe-80GB", "3g.40gb"), 46);
    EXPECT_EQ(sms("A100-SXM4-80GB", "7g.80gb"), 98);
    EXPECT_EQ(sms("H20-3e", "4g.71gb"), 0) << "unknown stays unknown";
    const GpuModel& b300 = builtin_gpu("B300");
    EXPECT_TRUE(b300.geometry_known());
    EXPECT_FALSE(b300.profiles[ProfileId{0}].memory.has_value());
    EXPECT_FALSE(b300.total_sms.has_value());
    EXPECT_EQ(builtin_gpu("A30").mig_toggle_needs_reset, true);
    EXPECT_EQ(builtin_gpu("H200").mig_toggle_needs_reset, false);
}

TEST(BuiltinCatalogue, BandwidthsHaveASource) {
    EXPECT_EQ(builtin_gpu("A30").memory_bandwidth_gb_s, 933);
    EXPECT_EQ(builtin_gpu("A100-80GB").memory_bandwidth_gb_s, 2039);
    EXPECT_EQ(builtin_gpu("H200").memory_bandwidth_gb_s, 4800);
    EXPECT_FALSE(builtin_gpu("B300").memory_bandwidth_gb_s) << "unknown stays unknown";
    for (const GpuModel& gpu : builtin_catalogue().models()) {
        EXPECT_EQ(gpu.memory_bandwidth_gb_s.has_value(), !gpu.memory_bandwidth_source.empty())
            << gpu.name;
    }
}

TEST(BuiltinCatalogue, ComputeSlicesNeverBindBeyondPlacements) {
    for (const GpuModel& gpu : builtin_catalogue().models()) {
        for (const Layout& layout : enumerate_layouts(gpu, RuleSet{}, gpu.all_profiles())) {
            int slices = 0;
            for (const Placement& placement : layout.placements()) {
                slices += gpu.profiles[placement.profile].compute_slices;
            }
            EXPECT_LE(slices, gpu.compute_slices.value_or(0));
        }
    }
}

}  // namespace
}  // namespace tangram::gpu
