#include "window/baseline/deal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/random.h"
#include "support/builtin_catalogue.h"

namespace tangram::window::baseline {
namespace {

// Draws what each set of profiles, and of what is present, is worth to each tenant.
class Likings {
public:
    Likings(std::uint64_t seed, std::vector<Present> present)
        : random_(seed), present_(std::move(present)) {}

    Worth operator()(TenantId tenant, std::span<const gpu::Placement> placements) {
        std::vector<std::tuple<gpu::ProfileId, TenantId, int>> sorts;
        for (const gpu::Placement placement : placements) {
            const auto there = std::ranges::find(present_, placement, &Present::placement);
            const bool known = there != present_.end();
            sorts.emplace_back(placement.profile, known ? there->tenant : TenantId{},
                               known ? there->ready : -1);
        }
        std::ranges::sort(sorts);
        const auto [drawn, fresh] = drawn_.try_emplace({tenant, sorts});
        if (fresh) drawn->second = {random_.between(0, 1), random_.between(0, 999)};
        return drawn->second;
    }

private:
    Random random_;
    std::vector<Present> present_;
    std::map<std::pair<TenantId, std::vector<std::tuple<gpu::ProfileId, TenantId, int>>>, Worth>
        drawn_;
};

// Every layout, every owner of every instance, nobody included.
Worth best_by_hand(const std::vector<gpu::Layout>& layouts,
                   const std::vector<gpu::Placement>& reserved, std::size_t tenants,
                   Likings& likings) {
    Worth best{-1, -1};
    for (const gpu::Layout& layout : layouts) {
        std::vector<gpu::Placement> free;
        std::size_t kept = 0;
        for (const gpu::Placement placement : layout.placements()) {
            const bool taken = std::ranges::find(reserved, placement) != reserved.end();
            kept += taken ? 1 : 0;
            if (!taken) free.push_back(placement);
        }
        if (kept < reserved.size()) continue;
        std::size_t deals = 1;
        for (std::size_t i = 0; i < free.size(); ++i) deals *= tenants + 1;
        for (std::size_t deal = 0; deal < deals; ++deal) {
            Worth worth{};
            for (std::size_t i = 0; i < tenants; ++i) {
                std::vector<gpu::Placement> mine;
                std::size_t rest = deal;
                for (const gpu::Placement placement : free) {
                    if (rest % (tenants + 1) == i) mine.push_back(placement);
                    rest /= tenants + 1;
                }
                worth = worth + likings(TenantId{i}, mine);
            }
            best = std::max(best, worth);
        }
    }
    return best;
}

void check(const gpu::GpuModel& model, std::uint64_t seeds, std::size_t tenants_max) {
    const auto layouts =
        gpu::maximal_layouts(model, support::builtin_rules("current"), model.base_profiles());
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        Random random(seed);
        const std::size_t tenants = 1 + random.below(tenants_max);
        // What is present, and reserved, is part of some layout.
        const auto& some = layouts[random.below(layouts.size())].placements();
        std::vector<Present> present;
        std::vector<gpu::Placement> reserved;
        for (const gpu::Placement placement : some) {
            if (random.below(3) == 0) {
                reserved.push_back(placement);
            } else if (random.below(2) == 0) {
                present.push_back({placement, TenantId{random.below(tenants)},
                                   static_cast<int>(random.below(2))});
            }
        }
        Likings likings(seed, present);
        const Dealt dealt = deal(layouts, reserved, present, tenants,
                                 [&](TenantId tenant, std::span<const gpu::Placement> placements) {
                                     return likings(tenant, placements);
                                 });
        ASSERT_TRUE(dealt.possible);
        EXPECT_EQ(dealt.worth, best_by_hand(layouts, reserved, tenants, likings)) << seed;
        Worth again{};
        std::vector<gpu::Placement> all = reserved;
        for (std::size_t i = 0; i < tenants; ++i) {
            std::vector<gpu::Placement> mine;
            for (const Held& held : dealt.held) {
                if (held.tenant == TenantId{i}) mine.push_back(held.placement);
            }
            again = again + likings(TenantId{i}, mine);
            all.insert(all.end(), mine.begin(), mine.end());
        }
        EXPECT_EQ(again, dealt.worth) << seed;
        EXPECT_TRUE(gpu::Layout::make(model, support::builtin_rules("current"), all)) << seed;
    }
}

TEST(Deal, IsTheBestOfAll) {
    check(support::builtin_gpu("A30"), 60, 3);
    check(support::builtin_gpu("A100-SXM4-80GB"), 15, 2);
}

TEST(Deal, FindsThePartitionWithTheMostOfAProfile) {
    const gpu::GpuModel& model = support::builtin_gpu("A100-SXM4-80GB");
    const auto layouts =
        gpu::maximal_layouts(model, support::builtin_rules("current"), model.base_profiles());
    for (const auto& [name, most] : {std::pair{"1g.10gb", 7}, std::pair{"2g.20gb", 3}}) {
        const gpu::ProfileId profile = model.find_profile(name);
        const auto liking = [&](TenantId, std::span<const gpu::Placement> placements) {
            return Worth{0, std::ranges::count(placements, profile, &gpu::Placement::profile)};
        };
        EXPECT_EQ(deal(layouts, {}, {}, 2, liking).worth, (Worth{0, most}));
    }
}

TEST(Deal, NothingHoldsWhatOverlaps) {
    const gpu::GpuModel& model = support::builtin_gpu("A30");
    const auto layouts =
        gpu::maximal_layouts(model, support::builtin_rules("current"), model.base_profiles());
    const std::vector<gpu::Placement> reserved{{model.find_profile("4g.24gb"), 0},
                                               {model.find_profile("1g.6gb"), 1}};
    const auto nothing = [](TenantId, std::span<const gpu::Placement>) { return Worth{}; };
    EXPECT_FALSE(deal(layouts, reserved, {}, 1, nothing).possible);
}

}  // namespace
}  // namespace tangram::window::baseline
