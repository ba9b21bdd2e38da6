#include "planner/price/diffuse.h"

#include <algorithm>

namespace tangram::planner::price {

void diffuse(const PlanningModel& model, const Bound& bound, const CutMix& mix,
             std::span<const ServiceId> demands, Assignment& assignment) {
    std::vector<double> error(model.types.size(), 0.0);  // instances taken less mix, by type
    std::vector<double> weight;
    for (const std::int64_t price : bound.prices.types) {
        weight.push_back(static_cast<double>(price) * static_cast<double>(price) + 1.0);
    }
    for (const ServiceId s : demands) {
        const Demand& demand = model.demands[s];
        const auto options = model.options_of(s);
        for (const CutMix::Part& part : mix.parts()) {
            const auto cover = CutMix::cover(part, demand);
            for (std::size_t o = 0; o < options.size(); ++o) {
                error[options[o].type.index()] -= part.weight * cover[o];
            }
        }
        std::span<const std::int32_t> best;
        double best_change = 0;
        for (const CutMix::Part& part : mix.parts()) {
            const auto cover = CutMix::cover(part, demand);
            double change = 0;  // of the squared error
            for (std::size_t o = 0; o < options.size(); ++o) {
                const std::size_t k = options[o].type.index();
                change += weight[k] * cover[o] * (cover[o] + 2.0 * error[k]);
            }
            if (best.empty() || change < best_change) {
                best = cover;
                best_change = change;
            }
        }
        for (std::size_t o = 0; o < options.size(); ++o) {
            error[options[o].type.index()] += best[o];
        }
        std::ranges::copy(best, assignment.counts.begin() + demand.first_option);
    }
}

}  // namespace tangram::planner::price
