#include "io/export/mig_parted.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/io/golden.h"
#include "unit/io/io_support.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using deployment::GpuIndex;
using testing::HasSubstr;

std::string config_of(const deployment::Deployment& deployment) {
    const auto config = export_mig_parted(deployment, support::builtin_catalogue());
    CHECK(config.has_value(), config.error().text());
    return *config;
}

TEST(MigParted, ConfigIsAsBefore) {
    test::expect_golden("small.mig-parted.yaml", config_of(test::small_deployment()));
}

TEST(MigParted, EqualCutsShareAnEntry) {
    deployment::Deployment d = test::small_deployment();
    auto third = d.gpus[GpuIndex{0}];
    third.id = "gpu-2";
    third.instances[1].start = 2;  // another place, the same counts
    d.gpus.push_back(third);
    const Document config = test::yaml(config_of(d));
    EXPECT_EQ(config.root().find("version")->text(), "v1");
    const Value entries = *config.root().find("mig-configs")->find("tangram");
    ASSERT_EQ(entries.size(), 2U);
    const Value first = *entries.begin();
    EXPECT_EQ(first.find("devices")->size(), 2U);
    EXPECT_TRUE(first.find("mig-enabled")->boolean());
    EXPECT_EQ(first.find("mig-devices")->find("3g.40gb")->text(), "1");
}

TEST(MigParted, SaysWherePlacesAreNotFixed) {
    EXPECT_THAT(config_of(test::small_deployment()), HasSubstr("placements): gpu-0\n"));
    deployment::Deployment d = test::small_deployment();
    d.gpus[GpuIndex{0}].instances = {d.gpus[GpuIndex{1}].instances};
    EXPECT_THAT(config_of(d), HasSubstr("in one way only"));
}

TEST(MigParted, OneConfigurationPerNode) {
    deployment::Deployment d = test::small_deployment();
    d.gpus[GpuIndex{0}].node = "left";
    d.gpus[GpuIndex{1}].node = "right: 2";
    const Document config = test::yaml(config_of(d));
    const Value configs = *config.root().find("mig-configs");
    EXPECT_EQ(configs.size(), 2U);
    EXPECT_TRUE(configs.find("left"));
    const Value right = *configs.find("right: 2");
    EXPECT_EQ((*(*right.begin()).find("devices")->begin()).text(), "0");
}

TEST(MigParted, DevicesNeedIndices) {
    deployment::Deployment d = test::small_deployment();
    d.gpus[GpuIndex{0}].id = "GPU-0a";
    const auto config = export_mig_parted(d, support::builtin_catalogue());
    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().code, ErrorCode::kUnsupported);
}

TEST(CountPlacements, CountsLayoutsWithTheseCounts) {
    const gpu::GpuModel& model = support::builtin_gpu("A100-SXM4-80GB");
    const auto count = [&](const std::vector<std::pair<std::string, int>>& profiles) {
        std::vector<int> counts(model.profiles.size(), 0);
        for (const auto& [name, number] : profiles) {
            counts[model.find_profile(name).index()] = number;
        }
        return count_placements(model, counts);
    };
    EXPECT_EQ(count({}), 1U);
    EXPECT_EQ(count({{"7g.80gb", 1}}), 1U);
    EXPECT_EQ(count({{"3g.40gb", 2}}), 1U);
    EXPECT_EQ(count({{"1g.10gb", 7}}), 1U);
    EXPECT_EQ(count({{"1g.10gb", 1}}), 7U);
    EXPECT_EQ(count({{"1g.10gb", 2}}), 21U);
    EXPECT_EQ(count({{"4g.40gb", 1}, {"2g.20gb", 1}}), 1U);
    EXPECT_EQ(count({{"4g.40gb", 1}, {"1g.10gb", 1}}), 3U);
    EXPECT_EQ(count({{"7g.80gb", 2}}), 0U);
}

}  // namespace
}  // namespace tangram::io
