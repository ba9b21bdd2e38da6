#include "window/rolling/belief.h"

#include <gtest/gtest.h>

#include "support/random_scenario.h"
#include "window/rolling/question.h"

namespace tangram::window::rolling {
namespace {

using test::per_second;
using test::share;
using test::SmallWindow;

std::vector<Retraining> some(int count) {
    std::vector<Retraining> retrainings;
    for (int i = 0; i < count; ++i) {
        retrainings.push_back({"r" + std::to_string(i / 2), KindId{0}, gpu::ProfileId{0},
                               10 * (1 + i % 2), share(0.5)});
    }
    return retrainings;
}

TEST(Predicted, WithoutErrorTheTruth) {
    const std::vector<Retraining> truth = some(4);
    const std::vector<Retraining> believed = predicted(truth, {}, 7);
    for (std::size_t i = 0; i < truth.size(); ++i) {
        EXPECT_EQ(believed[i].slots, truth[i].slots);
        EXPECT_EQ(believed[i].accuracy, truth[i].accuracy);
    }
}

// 20 % longer and 0.1 better, whatever the seed.
TEST(Predicted, Bias) {
    const PredictionError error{.slots_bias = share(0.2), .accuracy_bias = share(0.1)};
    const std::vector<Retraining> believed = predicted(some(2), error, 0);
    EXPECT_EQ(believed[0].slots, 12);
    EXPECT_EQ(believed[1].slots, 24);
    EXPECT_EQ(believed[0].accuracy, share(0.6));
}

// Equal names err alike; others, and other draws, on their own. Spread as asked.
TEST(Predicted, Noise) {
    const PredictionError error{.slots_noise = share(0.2), .accuracy_noise = share(0.05)};
    const std::vector<Retraining> truth = some(4'000);
    const std::vector<Retraining> believed = predicted(truth, error, 0);
    double squares = 0, errors = 0;
    for (std::size_t i = 0; i < truth.size(); i += 2) {
        EXPECT_NEAR(believed[i + 1].slots, 2 * believed[i].slots, 1);
        EXPECT_EQ(believed[i].accuracy, believed[i + 1].accuracy);
        EXPECT_GE(believed[i].slots, 1);
        const double off = static_cast<double>((believed[i].accuracy - truth[i].accuracy).count());
        squares += off * off;
        errors += off;
    }
    EXPECT_NEAR(std::sqrt(squares / 2'000), 50'000, 3'000);
    EXPECT_NEAR(errors / 2'000, 0, 4'000);
    EXPECT_NE(predicted(truth, error, 1)[0].accuracy, believed[0].accuracy);
}

TEST(Foresight, KnowsThePastOnly) {
    Scenario scenario = test::random_scenario(2);
    const ScenarioTenant& tenant = scenario.tenants[TenantId{1}];
    forecast::Options last;
    const Foresight foresight(scenario, last, {});
    EXPECT_EQ(foresight.rates(TenantId{1}, 0, 1).front(), tenant.past.back());
    EXPECT_EQ(foresight.rates(TenantId{1}, 5, 3), std::vector<Rate>(3, tenant.rates[4]));
    last.lag = 7;
    EXPECT_EQ(Foresight(scenario, last, {}).rates(TenantId{1}, 5, 1).front(),
              tenant.past[tenant.past.size() - 3]);
}

TEST(Foresight, MissedBurstsAreSeenOnceTheyBegan) {
    Scenario scenario = test::random_scenario(2);
    ScenarioTenant& tenant = scenario.tenants[TenantId{0}];
    tenant.past.assign(10, per_second(100));
    std::ranges::fill(tenant.rates, per_second(100));
    tenant.rates[3] = tenant.rates[4] = tenant.rates[5] = per_second(500);
    forecast::Options perfect;
    perfect.method = forecast::Method::kPerfect;
    const Foresight foresight(scenario, perfect, {.missed = share(1)});
    EXPECT_EQ(foresight.rates(TenantId{0}, 0, 8), std::vector<Rate>(8, per_second(100)));
    EXPECT_EQ(foresight.rates(TenantId{0}, 3, 3), std::vector<Rate>(3, per_second(100)));
    EXPECT_EQ(foresight.rates(TenantId{0}, 4, 2), std::vector<Rate>(2, per_second(500)));
}

// Ten slots of 100, of which 80 % must be served. After four, half of 400 is: of the 600 expected,
// 600 are needed, and no more than all.
TEST(Question, WhatIsLeftOfAFloor) {
    SmallWindow w("A30", 10);
    w.tenant("a", 100).tenant("b", 200).retraining("2g.12gb", 3, 0.9);
    w.window.tenants[TenantId{0}].floor = share(0.8);
    w.serves("a", "1g.6gb", 0, 2, 2, 10);
    w.retrains("b", "2g.12gb", 2, 1, 4);
    Executor executor(w.window, w.window);
    executor.follow(w.schedule);
    while (executor.slot() < 4) executor.step();
    const auto rates = [](double a) {
        return IdVector<TenantId, std::vector<Rate>>(
            {std::vector<Rate>(6, per_second(a)), std::vector<Rate>(6, per_second(200))});
    };
    const Window rest = question(w.window, w.window, executor, rates(100));
    ASSERT_TRUE(validate(rest).has_value());
    EXPECT_EQ(rest.slots, 6);
    EXPECT_EQ(rest.tenants[TenantId{0}].floor, share(1));
    EXPECT_EQ(question(w.window, w.window, executor, rates(200)).tenants[TenantId{0}].floor,
              Share{(1'280 - 200) * kSharePerOne / 1'200 - 0});
    EXPECT_EQ(rest.tenants[TenantId{1}].accuracy, share(0.9));
    EXPECT_TRUE(rest.tenants[TenantId{1}].retrainings.empty());
    EXPECT_EQ(rest.running.size(), 1U);
}

}  // namespace
}  // namespace tangram::window::rolling
