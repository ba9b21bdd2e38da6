#include "transition/exhaustive/states.h"

#include <gtest/gtest.h>

#include "planner/planning_model.h"
#include "unit/transition/baseline/swap.h"

namespace tangram::transition::exhaustive {
namespace {

struct Case {
    const test::Swap& swap;
    planner::PlanningModel model;
    Ground ground;
    StopgapMenu menu;
    Change change;

    explicit Case(const test::Swap& from)
        : swap(from),
          model(planner::build_planning_model(from.problem).value()),
          ground(lay_ground(from.problem, from.now.get(), from.then.get()).value()) {}

    StateAnswer ask(StateOptions options, int spares = 0) {
        for (int i = 0; i < spares; ++i) {
            options.spares.push_back(ground.add_gpu("spare-" + std::to_string(i), 0, ""));
        }
        menu = stopgap_menu(model, ground);
        change = change_of(ground, Granularity::kInstance);
        const Promises promises = promises_of(ground, change, swap.now.get(), {{}, {}, spares});
        return search_states(ground, change, promises, menu, options);
    }
};

TEST(States, ASwapNeedsASpareGpu) {
    const test::Swap swap;
    EXPECT_EQ(Case(swap).ask({}).reachable, Reachable::kNo);
    StateOptions help;
    help.temporaries = 2;
    EXPECT_EQ(Case(swap).ask(help).reachable, Reachable::kNo);
    const StateAnswer with_spare = Case(swap).ask({}, 1);
    EXPECT_EQ(with_spare.reachable, Reachable::kYes);
    EXPECT_EQ(with_spare.temporary_slices, 0);
}

TEST(States, SaysHowManySpareGpusItTakes) {
    const test::Swap swap;
    Case asked(swap);
    StateOptions options;
    for (const char* name : {"spare-0", "spare-1"}) {
        options.spares.push_back(asked.ground.add_gpu(name, 0, ""));
    }
    asked.menu = stopgap_menu(asked.model, asked.ground);
    asked.change = change_of(asked.ground, Granularity::kInstance);
    const Promises promises = promises_of(asked.ground, asked.change, swap.now.get(), {});
    const SparesAnswer answer =
        least_spares(asked.ground, asked.change, promises, asked.menu, options);
    EXPECT_EQ(answer.reachable, Reachable::kYes);
    EXPECT_EQ(answer.spares, 1U);
    options.spares.clear();
    EXPECT_EQ(least_spares(asked.ground, asked.change, promises, asked.menu, options).reachable,
              Reachable::kNo);
}

TEST(States, FreeSlicesHelpWithReplicasForTheTimeBetween) {
    test::Swap swap;
    swap.now.put("gpu-2", "1g", 0, "a").put("gpu-2", "1g", 1, "b");
    swap.then.put("gpu-2", "1g", 0, "a").put("gpu-2", "1g", 1, "b");
    EXPECT_EQ(Case(swap).ask({}).reachable, Reachable::kNo);
    StateOptions help;
    help.temporaries = 3;
    // a has 20 more than it is asked for; 80 are missing: 3g and two 1g.
    const StateAnswer answer = Case(swap).ask(help);
    EXPECT_EQ(answer.reachable, Reachable::kYes);
    EXPECT_EQ(answer.temporary_slices, 5);
    help.states_max = 2;
    EXPECT_EQ(Case(swap).ask(help).reachable, Reachable::kUndecided);
}

TEST(States, ExchangesSaveTheSwap) {
    test::Swap swap;
    swap.then.put("gpu-2", "7g", 0, "c");
    EXPECT_EQ(Case(swap).ask({}).reachable, Reachable::kNo);
    StateOptions exchange;
    exchange.exchange = true;
    EXPECT_EQ(Case(swap).ask(exchange).reachable, Reachable::kYes);  // a or b goes to gpu-2
}

}  // namespace
}  // namespace tangram::transition::exhaustive
