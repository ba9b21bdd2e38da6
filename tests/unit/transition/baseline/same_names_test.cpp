#include "transition/baseline/same_names.h"

#include <gtest/gtest.h>

#include "swap.h"

namespace tangram::transition::baseline {
namespace {

TEST(OnTheSameGpus, GivesIdsToWhoSharesMost) {
    test::Swap swap;
    test::Deploy fresh(swap.problem);
    fresh.put("gpu-0", "7g", 0, "b").put("gpu-1", "7g", 0, "a").put("gpu-2", "1g", 0, "a");
    const auto named = on_the_same_gpus(swap.now.get(), fresh.get());
    EXPECT_EQ(named.gpus[deployment::GpuIndex{0}].id, "gpu-1");
    EXPECT_EQ(named.gpus[deployment::GpuIndex{1}].id, "gpu-0");
    EXPECT_EQ(named.gpus[deployment::GpuIndex{2}].id, "gpu-2");
}

TEST(OnTheSameGpus, LeavesExcludedGpusOut) {
    test::Swap swap;
    swap.now.edit().gpus[deployment::GpuIndex{0}].status = deployment::GpuStatus::kExcluded;
    const auto named = on_the_same_gpus(swap.now.get(), swap.then.get());
    EXPECT_EQ(named.gpus[deployment::GpuIndex{0}].id, "gpu-1");
    EXPECT_EQ(named.gpus[deployment::GpuIndex{1}].id, "gpu-2");
}

}  // namespace
}  // namespace tangram::transition::baseline
