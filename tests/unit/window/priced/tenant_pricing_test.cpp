#include "window/priced/tenant_pricing.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "support/small_window.h"

namespace tangram::window::priced {
namespace {

// The best number of 1g, 2g and 4g instances of some A30s in one slot, by trying all.
double best_of_all(const TenantTerms& tenant, double accuracy, double rate, const double* prices,
                   std::size_t slots, int gpus = 2) {
    double best = 0;
    for (int one = 0; one <= 4 * gpus; ++one) {
        for (int two = 0; two <= 2 * gpus; ++two) {
            for (int four = 0; four <= gpus; ++four) {
                const double counts[] = {double(one), double(two), double(four)};
                double capacity = 0;
                double cost = 0;
                for (std::size_t k = 0; k < 3; ++k) {
                    capacity += counts[k] * tenant.capacity[k];
                    cost += counts[k] * prices[k * slots];
                }
                best = std::max(best, accuracy * std::min(rate, capacity) - cost);
            }
        }
    }
    return best;
}

// One tenant on so many A30s, served by their base profiles.
test::SmallWindow window_of(double rps, std::size_t gpus) {
    test::SmallWindow small("A30", 6, gpus);
    small.tenant("a", rps).retraining("2g.12gb", 2, 0.8);
    for (const char* name : {"1g.6gb+me", "2g.12gb+me"}) {
        small.last().capacity[KindId{0}][small.number_of(name)] = Rate{};
    }
    return small;
}

struct Case {
    explicit Case(std::uint64_t seed) : small(window_of(250, 2)) {
        Random random(seed);
        for (Rate& rate : small.last().rates) rate = Rate{random.between(0, 2 * rate.count())};
        question = make_question(small.window).value();
        for (std::size_t cell = 0; cell < question.cells(); ++cell) {
            prices.push_back(static_cast<double>(random.below(200'000'000'000)));
        }
    }
    [[nodiscard]] const TenantTerms& terms() const { return question.tenants.front(); }

    test::SmallWindow small;
    Question question;
    std::vector<double> prices;
};

TEST(TenantPricing, EqualsTheBestOfAllCounts) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const Case example(seed);
        TenantPricing pricing(example.question, 0);
        pricing.price(example.prices.data(), 0);
        double none = 0;
        for (std::size_t t = 0; t < 6; ++t) {
            none += best_of_all(example.terms(), 500'000, example.terms().rates[t],
                                &example.prices[t], 6);
        }
        EXPECT_EQ(pricing.worth({6, 0}), none) << seed;
        const double better =
            best_of_all(example.terms(), 800'000, example.terms().rates[5], &example.prices[5], 6) -
            best_of_all(example.terms(), 500'000, example.terms().rates[5], &example.prices[5], 6);
        EXPECT_EQ(pricing.worth({5, 800'000}), none + better) << seed;
    }
}

TEST(TenantPricing, ItsDemandIsWorthWhatItSays) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const Case example(seed);
        TenantPricing pricing(example.question, 0);
        pricing.price(example.prices.data(), 0);
        std::vector<double> demand(example.question.cells());
        const double served = pricing.add_demand({6, 0}, 1, demand.data());
        double cost = 0;
        for (std::size_t cell = 0; cell < demand.size(); ++cell) {
            cost += demand[cell] * example.prices[cell];
        }
        EXPECT_EQ(pricing.worth({6, 0}), 500'000 * served - cost) << seed;
    }
}

// Many instances serve a burst, few the rest: the sets of the burst are listed all the same.
TEST(TenantPricing, ABurstIsServedByWholeInstances) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Random random(seed);
        test::SmallWindow small = window_of(100, 12);
        IdVector<gpu::ProfileId, Rate>& capacity = small.last().capacity[KindId{0}];
        capacity[small.number_of("2g.12gb")] = Rate{90'000};
        capacity[small.number_of("4g.24gb")] = Rate{170'000};
        for (Rate& rate : small.last().rates) rate = Rate{random.between(0, 150'000)};
        small.last().rates[seed % 6] = Rate{random.between(1'500'000, 1'900'000)};
        const Question question = make_question(small.window).value();
        std::vector<double> prices;
        for (std::size_t cell = 0; cell < question.cells(); ++cell) {
            prices.push_back(static_cast<double>(random.below(60'000'000'000)));
        }
        TenantPricing pricing(question, 0);
        pricing.price(prices.data(), 0);
        double none = 0;
        for (std::size_t t = 0; t < 6; ++t) {
            none += best_of_all(question.tenants.front(), 500'000,
                                question.tenants.front().rates[t], &prices[t], 6, 12);
        }
        EXPECT_EQ(pricing.worth({6, 0}), none) << seed;
    }
}

// A tenant so large that sets cannot be listed buys fractions: worth no less.
TEST(TenantPricing, FractionsAreWorthNoLess) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Case example(seed);
        test::SmallWindow large = window_of(100'000, 400);
        Question question = make_question(large.window).value();
        question.tenants.front().rates = example.terms().rates;
        question.tenants.front().rates.front() = 1e8;
        TenantPricing fractions(question, 0);
        fractions.price(example.prices.data(), 0);
        example.question.tenants.front().rates.front() = 0;
        TenantPricing listed(example.question, 0);
        listed.price(example.prices.data(), 0);
        EXPECT_GE(fractions.worth({6, 0}), listed.worth({6, 0})) << seed;
    }
}

}  // namespace
}  // namespace tangram::window::priced
