#include "io/export/device_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using testing::ElementsAre;

deployment::Deployment gpus(const std::vector<std::pair<std::string, std::string>>& ids_and_nodes) {
    deployment::Deployment d;
    for (const auto& [id, node] : ids_and_nodes) {
        deployment::DeployedGpu gpu;
        gpu.id = id;
        gpu.node = node;
        d.gpus.push_back(std::move(gpu));
    }
    return d;
}

TEST(DeviceNames, WithoutNodesTheNumber) {
    EXPECT_THAT(device_names(gpus({{"gpu-0", ""}, {"gpu-12", ""}, {"rack-007", ""}})).value(),
                ElementsAre("0", "12", "7"));
}

TEST(DeviceNames, UuidsAndBusIdsStandForThemselves) {
    EXPECT_THAT(
        device_names(gpus({{"GPU-5a1f0c", ""}, {"00000000:4F:00.0", "n"}, {"x-00", ""}})).value(),
        ElementsAre("GPU-5a1f0c", "00000000:4F:00.0", "0"));
}

TEST(DeviceNames, WithNodesThePlannersNumbersCountWithinTheNode) {
    EXPECT_THAT(device_names(gpus({{"gpu-0", "a"}, {"gpu-1", "b"}, {"gpu-2", "a"}})).value(),
                ElementsAre("0", "0", "1"));
    EXPECT_THAT(device_names(gpus({{"a-3", "a"}, {"b-1", "b"}, {"left", "c"}})).value(),
                ElementsAre("3", "1", "0"));
}

TEST(DeviceNames, TwoGpusAreNeverOneDevice) {
    EXPECT_THAT(test::error_of(device_names(gpus({{"a-1", ""}, {"b-1", ""}}))),
                testing::HasSubstr("a-1 and b-1 would both be device 1"));
    EXPECT_EQ(test::error_of(device_names(gpus({{"a-1", "a"}, {"b-1", "b"}}))), "");
}

}  // namespace
}  // namespace tangram::io
