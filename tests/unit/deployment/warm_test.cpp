#include "deployment/warm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tangram::deployment {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Warm, APlaceIsTheNodeOrTheGpu) {
    DeployedGpu gpu;
    gpu.id = "gpu-3";
    EXPECT_EQ(place_of(gpu), "gpu-3");
    gpu.node = "rack-1";
    EXPECT_EQ(place_of(gpu), "rack-1");
}

TEST(Warm, RecordsAreInOrderAndOnceEach) {
    Deployment now;
    note_stopped(now, "n2", "bert");
    let_pass(now, seconds(5), {});
    note_stopped(now, "n1", "vgg");
    note_stopped(now, "n2", "albert");
    EXPECT_THAT(now.warm, ElementsAre(WarmModel{"n1", "vgg", {}}, WarmModel{"n2", "albert", {}},
                                      WarmModel{"n2", "bert", seconds(5)}));
    note_stopped(now, "n2", "bert");
    EXPECT_EQ(now.warm.size(), 3U);
    EXPECT_EQ(now.warm.back().idle, Duration{}) << "it has just run again";
}

TEST(Warm, WhatIsIdleForLongerIsForgotten) {
    Deployment now;
    note_stopped(now, "n", "bert");
    let_pass(now, seconds(10), seconds(10));
    EXPECT_EQ(now.warm.size(), 1U);
    let_pass(now, seconds(1), seconds(10));
    EXPECT_THAT(now.warm, IsEmpty());
    note_stopped(now, "n", "bert");
    let_pass(now, seconds(100'000'000), {});
    EXPECT_EQ(now.warm.size(), 1U) << "without a limit nothing is";
}

TEST(Warm, IsNoPartOfTheFingerprint) {
    Deployment now;
    const std::string before = fingerprint(now);
    note_stopped(now, "n", "bert");
    EXPECT_EQ(fingerprint(now), before);
}

}  // namespace
}  // namespace tangram::deployment
