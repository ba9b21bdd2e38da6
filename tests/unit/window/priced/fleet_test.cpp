#include "window/priced/fleet.h"

#include <gtest/gtest.h>

#include "support/small_window.h"
#include "window/evaluate.h"

namespace tangram::window::priced {
namespace {

// One A30 of four slices, two tenants with a warm-up of two slots, ten slots.
class PricedFleet : public testing::Test {
protected:
    PricedFleet() : small_("A30", 10) {
        small_.tenant("a", 100, 2).retraining("1g.6gb", 4, 0.7);
        small_.tenant("b", 100, 2);
    }

    Held held(const Question& question, const char* profile, int start, std::size_t tenant,
              std::size_t from, std::size_t until) const {
        const gpu::ProfileId id = small_.window.model(KindId{0}).find_profile(profile);
        return {.placement = {id, start},
                .tenant = tenant,
                .type = question.type_of(KindId{0}, id),
                .from = from,
                .ready = from + 2,
                .until = until,
                .choice = {},
                .running = {}};
    }

    test::SmallWindow small_;
};

TEST_F(PricedFleet, WhatServesInTheWayIsCutInTwo) {
    const Question question = make_question(small_.window).value();
    Fleet fleet(question);
    ASSERT_TRUE(fleet.serve(0, held(question, "2g.12gb", 0, 0, 0, 10)));
    ASSERT_TRUE(fleet.serve(0, held(question, "1g.6gb", 1, 1, 4, 7)));
    ASSERT_EQ(fleet.column(0).size(), 3U);
    EXPECT_EQ(fleet.column(0)[0].until, 4U);
    EXPECT_EQ(fleet.column(0)[1].from, 7U);
    EXPECT_EQ(fleet.column(0)[1].ready, 9U);
}

TEST_F(PricedFleet, InstancesOfOneTenantInOnePlaceBecomeOne) {
    const Question question = make_question(small_.window).value();
    Fleet fleet(question);
    ASSERT_TRUE(fleet.serve(0, held(question, "2g.12gb", 0, 0, 0, 4)));
    ASSERT_TRUE(fleet.serve(0, held(question, "2g.12gb", 0, 0, 7, 10)));
    ASSERT_TRUE(fleet.serve(0, held(question, "2g.12gb", 0, 0, 4, 7)));
    ASSERT_EQ(fleet.column(0).size(), 1U);
    EXPECT_EQ(fleet.column(0)[0].ready, 2U);
    EXPECT_EQ(fleet.column(0)[0].until, 10U);
}

TEST_F(PricedFleet, ARetrainingIsNotCut) {
    const Question question = make_question(small_.window).value();
    Fleet fleet(question);
    Held retraining = held(question, "1g.6gb", 0, 0, 3, 7);
    retraining.ready = 7;
    retraining.choice = 0;
    fleet.give(0, retraining);
    EXPECT_FALSE(fleet.serve(0, held(question, "2g.12gb", 0, 1, 5, 9)));
    EXPECT_TRUE(fleet.serve(0, held(question, "2g.12gb", 2, 1, 5, 9)));
}

TEST_F(PricedFleet, UndoingBringsEverythingBack) {
    const Question question = make_question(small_.window).value();
    Fleet fleet(question);
    ASSERT_TRUE(fleet.serve(0, held(question, "2g.12gb", 0, 0, 0, 10)));
    const double gain = fleet.gain();
    EXPECT_GT(gain, 0);
    fleet.keep();
    EXPECT_EQ(fleet.worth(), gain);
    const std::vector<Stint> before = fleet.schedule().stints;
    ASSERT_TRUE(fleet.serve(0, held(question, "2g.12gb", 0, 1, 3, 9)));
    (void)fleet.gain();
    fleet.undo();
    EXPECT_EQ(fleet.schedule().stints, before);
    EXPECT_EQ(fleet.worth(), gain);
    // Nothing of it is left in the accounts either.
    (void)fleet.take(0, 0);
    EXPECT_EQ(fleet.gain(), -gain);
    fleet.undo();
}

}  // namespace
}  // namespace tangram::window::priced
