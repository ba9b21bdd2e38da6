#include "report/headline.h"

#include <gtest/gtest.h>

namespace tangram::report {
namespace {

std::string ids(std::vector<std::string> names, std::size_t limit = 9) {
    return id_list({0, "ok", {}, std::move(names)}, limit);
}

TEST(Headline, IdsAreListedAsRuns) {
    EXPECT_EQ(ids({"gpu-0"}), "gpu-0");
    EXPECT_EQ(ids({"gpu-8", "gpu-9", "gpu-10", "gpu-12", "gpu-13"}),
              "gpu-8 … gpu-10, gpu-12, gpu-13");
    EXPECT_EQ(ids({"a-1", "b-2", "c"}), "a-1, b-2, c");
    EXPECT_EQ(ids({"01", "02", "03"}), "01, 02, 03");
    EXPECT_EQ(ids({"1", "2", "3"}), "1 … 3");
    EXPECT_EQ(ids({"a", "b", "c", "d"}, 2), "a, b and 2 more");
    EXPECT_EQ(ids({"g1", "g2", "g3", "x", "y"}, 1), "g1 … g3 and 2 more");
}

TEST(Headline, SaysWhatIsProven) {
    Fleet fleet;
    fleet.gpus = 13;
    EXPECT_EQ(headline(fleet), "13 GPUs");
    fleet.status = "optimal";
    EXPECT_EQ(headline(fleet), "13 GPUs, proven optimal");
    fleet.status = "feasible";
    fleet.bound = 12.5;
    EXPECT_EQ(headline(fleet), "13 GPUs, not proven: no plan costs less than 12.5");
    fleet.has_deployment = false;
    fleet.status = "infeasible";
    EXPECT_EQ(headline(fleet), "No plan fits the fleet");
    fleet.status = "unknown";
    EXPECT_EQ(headline(fleet), "No plan was found");
}

TEST(Headline, SaysWhatRestsOnEstimates) {
    Fleet fleet;
    fleet.instances = 14;
    EXPECT_EQ(subline(fleet), "0 services on 14 instances");
    fleet.estimated_instances = 3;
    EXPECT_EQ(subline(fleet),
              "0 services on 14 instances · 3 of 14 instances on estimated performance");
    fleet.models = {{"A", 8, 1}};
    Piece piece{0, 1, "1g", -1, 8, 1, "serving"};
    piece.estimated = true;
    EXPECT_EQ(piece_in_words(fleet, {0, "ok", {}, {"g"}}, piece),
              "idle · 1g · batch 8 × 1 process · estimated performance · memory slice 1 of 8");
}

TEST(Headline, HeadroomNeverHidesAShortage) {
    EXPECT_EQ(headroom_text({"s", 100, 107.7, 1}), "+7.7 %");
    EXPECT_EQ(headroom_text({"s", 100'000, 100'001, 1}), "< 0.1 %");
    EXPECT_EQ(headroom_text({"s", 100'000, 99'999, 1}), "> −0.1 %");
    EXPECT_EQ(headroom_text({"s", 100, 50, 1}), "−50.0 %");
    EXPECT_EQ(headroom_text({"s", 0, 50, 1}), "no load");
}

TEST(Headline, PiecesInWords) {
    Fleet fleet;
    fleet.models = {{"A", 8, 1}};
    fleet.services = {{"bert", 1, 1, 1}};
    const GpuGroup gpu{0, "ok", {}, {"gpu-0"}};
    EXPECT_EQ(piece_in_words(fleet, gpu, {0, 1, "1g", 0, 32, 1, "serving"}),
              "bert · 1g · batch 32 × 1 process · memory slice 1 of 8");
    EXPECT_EQ(piece_in_words(fleet, gpu, {4, 4, "3g", -1, 0, 0, "idle"}),
              "idle · 3g · memory slices 5–8 of 8");
    EXPECT_EQ(piece_in_words(fleet, gpu, {4, 4, "3g", 0, 8, 2, "draining"}),
              "bert · 3g · batch 8 × 2 processes · memory slices 5–8 of 8 · draining");
}

}  // namespace
}  // namespace tangram::report
