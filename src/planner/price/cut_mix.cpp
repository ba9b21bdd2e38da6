#include "planner/price/cut_mix.h"

#include <algorithm>

namespace tangram::planner::price {

CutMix::CutMix(const Bound& bound) {
    constexpr double kNegligible = 1e-9;
    double sum = 0;
    for (std::size_t j = 0; j < bound.weights.size(); ++j) {
        if (bound.weights[j] < kNegligible) continue;
        parts_.push_back({bound.cuts[j].get(), bound.weights[j]});
        sum += bound.weights[j];
    }
    if (parts_.empty()) parts_.push_back({bound.cuts.back().get(), sum = 1.0});
    for (Part& part : parts_) part.weight /= sum;
}

std::span<const std::int32_t> CutMix::cover(const Part& part, const Demand& demand) {
    return {part.cut->counts.data() + demand.first_option, demand.option_count};
}

std::int32_t CutMix::spread(const Demand& demand) const {
    std::int32_t spread = 0;
    for (std::size_t o = 0; o < demand.option_count; ++o) {
        std::int32_t low = cover(parts_.front(), demand)[o];
        std::int32_t high = low;
        for (const Part& part : parts_) {
            low = std::min(low, cover(part, demand)[o]);
            high = std::max(high, cover(part, demand)[o]);
        }
        spread = std::max(spread, high - low);
    }
    return spread;
}

}  // namespace tangram::planner::price
