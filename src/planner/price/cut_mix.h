// The fractional optimum as the bound leaves it: a mix of the cuts' covers with weights.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planner/price/bound.h"

namespace tangram::planner::price {

class CutMix {
public:
    // `bound` outlives the mix.
    explicit CutMix(const Bound& bound);

    struct Part {
        const Evaluation* cut;
        double weight;  // > 0; they sum to 1
    };
    [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }

    // The cover that a part gives a demand.
    [[nodiscard]] static std::span<const std::int32_t> cover(const Part& part,
                                                             const Demand& demand);
    // The largest difference between the parts in one count; 0: the demand is decided.
    [[nodiscard]] std::int32_t spread(const Demand& demand) const;

private:
    std::vector<Part> parts_;
};

}  // namespace tangram::planner::price
