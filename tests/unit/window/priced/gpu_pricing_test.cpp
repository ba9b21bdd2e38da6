#include "window/priced/gpu_pricing.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/random_window.h"
#include "support/window_brute_force.h"

namespace tangram::window::priced {
namespace {

constexpr std::uint64_t kSeeds = 60;

Prices random_prices(const Question& question, Random& random) {
    Prices prices;
    prices.instance.resize(question.cells());
    for (std::size_t i = 0; i < question.tenants.size(); ++i) {
        for (std::size_t k = 0; k < question.types.size(); ++k) {
            if (question.tenants[i].capacity[k] == 0) continue;
            for (std::size_t t = 0; t < question.slots; ++t) {
                prices.instance[question.at(i, k) + t] = static_cast<double>(random.below(100));
            }
        }
    }
    for (const TenantTerms& tenant : question.tenants) {
        prices.hosting.emplace_back(tenant.choices.size() * question.slots);
        for (double& pay : prices.hosting.back()) pay = static_cast<double>(random.below(300));
    }
    return prices;
}

double earned(const Question& question, const Prices& prices, const std::vector<Held>& schedule) {
    double sum = 0;
    for (const Held& held : schedule) {
        const double* price = &prices.instance[question.at(held.tenant, held.type)];
        for (std::size_t t = held.ready; t < held.until; ++t) sum += price[t];
        if (held.choice) {
            sum += prices.hosting[held.tenant][*held.choice * question.slots + held.from];
        }
    }
    return sum;
}

// Where no tenant ever has enough, goodput is linear in capacity: what prices assume.
TEST(GpuPricing, EqualsBruteForceWhereGoodputIsLinear) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Random random(seed);
        Window window = test::random_window(seed, {.retrainings_max = 0});
        std::erase_if(window.running, [](const Running& running) {
            return running.activity == Activity::kRetraining;
        });
        for (Tenant& tenant : window.tenants) {
            for (Rate& rate : tenant.rates) rate = Rate{random.below(4) == 0 ? 0 : 100'000'000};
        }
        const Question question = make_question(window).value();
        Prices prices;
        prices.instance.resize(question.cells());
        prices.hosting.resize(question.tenants.size());
        for (std::size_t i = 0; i < question.tenants.size(); ++i) {
            const TenantTerms& tenant = question.tenants[i];
            for (std::size_t k = 0; k < question.types.size(); ++k) {
                for (std::size_t t = 0; t < question.slots; ++t) {
                    if (tenant.rates[t] == 0) continue;
                    prices.instance[question.at(i, k) + t] = tenant.capacity[k] * tenant.accuracy;
                }
            }
        }
        const Site& site = question.sites.front();
        GpuPricing pricing(question, question.trees[site.relaxed]);
        pricing.price(prices);
        const double best = pricing.best(site.starts.front());
        const auto optimum = test::window_brute_force(window);
        ASSERT_TRUE(optimum.has_value());
        EXPECT_EQ(best, static_cast<double>(optimum->goodput.count())) << seed << "\n"
                                                                       << test::describe(window);
    }
}

TEST(GpuPricing, TheScheduleEarnsWhatWasPromised) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Random random(seed);
        const Window window = test::random_window(
            seed,
            {.models = {"A100-SXM4-40GB"}, .slots_max = 20, .profiles_max = 5, .places_max = 20});
        const Question question = make_question(window).value();
        const Prices prices = random_prices(question, random);
        const Site& site = question.sites.front();
        for (const bool apart : {false, true}) {
            GpuPricing pricing(question, question.trees[site.relaxed], apart);
            pricing.price(prices);
            const double best = pricing.best(site.starts.front());
            const std::vector<Held> schedule = pricing.schedule(site.starts.front());
            EXPECT_EQ(earned(question, prices, schedule), best) << seed;
        }
    }
}

TEST(GpuPricing, BlocksPricedOneByOneGiveTheSame) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Random random(seed);
        const Window window = test::random_window(seed, {.slots_max = 15});
        const Question question = make_question(window).value();
        const Prices prices = random_prices(question, random);
        const Site& site = question.sites.front();
        const Tree& tree = question.trees[site.relaxed];
        GpuPricing at_once(question, tree);
        at_once.price(prices);
        const double best = at_once.best(site.starts.front());
        GpuPricing one_by_one(question, tree, true);
        for (std::size_t b = 0; b < tree.blocks.size(); ++b) {
            one_by_one.price_block(b, prices, site.starts.front());
        }
        EXPECT_EQ(earned(question, prices, one_by_one.schedule(site.starts.front())), best);
    }
}

}  // namespace
}  // namespace tangram::window::priced
