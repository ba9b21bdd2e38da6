#include "report/selection.h"

#include <gtest/gtest.h>

#include "unit/report/sample.h"

namespace tangram::report {
namespace {

// Layout i holds service i; layout 0 is there three times, the others once.
Fleet three_layouts() {
    Fleet fleet;
    fleet.models = {{"A", 8, 6}};
    for (int i = 0; i < 4; ++i) {
        fleet.services.push_back({"s" + std::to_string(i), 100, 100.0 + 10 * i, 1});
        fleet.groups.push_back({0, "ok", {{0, 1, "1g", i, 1, 1, "serving"}}, {"g"}});
    }
    fleet.groups[2].ids = {"a", "b", "c"};
    fleet.gpus = 6;
    return fleet;
}

TEST(Selection, ShowsAllWithoutLimits) {
    const Selection all = select(three_layouts(), {});
    EXPECT_EQ(all.groups.size(), 4U);
    EXPECT_EQ(all.services.size(), 4U);
    EXPECT_EQ(all.hidden_gpus, 0);
    EXPECT_EQ(all.order, (std::vector<std::ptrdiff_t>{0, 1, 2, 3}));
}

TEST(Selection, ShowsTheMostFrequentAndCountsTheRest) {
    const Selection some = select(three_layouts(), {.layouts = 2, .services = 2});
    EXPECT_EQ(some.groups, (std::vector<std::size_t>{0, 2}));
    EXPECT_EQ(some.services, (std::vector<std::size_t>{0, 2}));
    EXPECT_EQ(some.order, (std::vector<std::ptrdiff_t>{0, -1, 1, -1}));
    EXPECT_EQ(some.hidden_gpus, 2);
    EXPECT_EQ(some.hidden_layouts, 2U);
    EXPECT_EQ(some.hidden_services, 2U);
    EXPECT_EQ(some.tightest_hidden, 1U);
}

TEST(Selection, NeverDrawsALayoutWhoseServicesAreNotListed) {
    const Fleet fleet = three_layouts();
    const Selection one = select(fleet, {.layouts = 9, .services = 1});
    EXPECT_EQ(one.groups, (std::vector<std::size_t>{2}));
    for (const std::size_t group : one.groups) {
        for (const Piece& piece : fleet.groups[group].pieces) {
            EXPECT_GE(one.order[static_cast<std::size_t>(piece.service)], 0);
        }
    }
}

TEST(Selection, LostGpusAreShownFirst) {
    Fleet fleet = three_layouts();
    fleet.groups[3].status = "lost";
    EXPECT_EQ(select(fleet, {.layouts = 1, .services = 9}).groups, (std::vector<std::size_t>{3}));
}

TEST(Selection, ServicesWithoutInstancesAreListedWhereThereIsRoom) {
    Fleet fleet = three_layouts();
    fleet.groups.resize(1);
    EXPECT_EQ(select(fleet, {.layouts = 9, .services = 3}).services,
              (std::vector<std::size_t>{0, 1, 2}));
}

}  // namespace
}  // namespace tangram::report
