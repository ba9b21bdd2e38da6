// Which mixes of GPUs could hold a plan, as far as is known.
//
// Every evaluation of prices proves sum_e worth[e] n[e] >= need for all plans (pricing.h), so the
// mixes that may hold a plan are the integer points of a polyhedron, less those that were refuted
// one by one. The cheapest of them bounds the cost; with several GPU models this is stronger than
// the bound of one evaluation, because numbers of GPUs are whole. Source: Benders decomposition
// with the GPUs per model as the master's variables.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/price/pricing.h"

namespace tangram::planner::price {

class MixSearch {
public:
    // `centre`: where plans are likely, by entry (GPUs, fractional).
    MixSearch(const PlanningModel& model, std::vector<double> centre);

    // No plan violates worth(prices, n) >= covers.
    void require(const PriceVector& prices, std::int64_t covers);
    // There is no plan on `mix`, hence on no part of it.
    void refute(GpuMix mix);

    struct Found {
        std::vector<GpuMix> mixes;  // nearest to the centre first
        bool complete = false;      // these are all
    };
    // Mixes within the caps of cost in [from, to) that may hold a plan; at most `limit`.
    // Deterministic. Looks at 10^5 mixes at most.
    [[nodiscard]] Found between(Cost from, Cost to, std::size_t limit) const;

    [[nodiscard]] Cost cost(const GpuMix& mix) const;

private:
    struct Inequality {
        std::vector<std::int64_t> worth;
        std::int64_t need = 0;
    };
    struct Window;

    void descend(Window& window, std::size_t e, std::int64_t low, std::int64_t high) const;
    [[nodiscard]] bool may_satisfy(const Window& window, std::size_t e, std::int64_t money) const;
    [[nodiscard]] bool allowed(const GpuMix& mix) const;
    [[nodiscard]] double distance(const GpuMix& mix) const;

    std::vector<std::int64_t> costs_;  // by entry, Cost units
    std::vector<std::int64_t> caps_;   // by entry; a large number if there is none
    std::vector<double> centre_;
    std::vector<Inequality> inequalities_;
    std::vector<GpuMix> refuted_;
};

}  // namespace tangram::planner::price
