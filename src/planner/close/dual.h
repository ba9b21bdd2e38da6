// Prices of a question's rows and the bound they prove (Lagrange, by column).
//
// With prices p[k] of places, m[s,k] in [0, weight] of staying (rows new >= x - stays), b of money
// and r[e] of capped entries, all >= 0, every answer of the question restarts at least
//   sum_s min over covers a of sum_k (p[k] + m[s,k]) min(a, seats) + (p[k] + weight) (a - seats)+
//     + sum_c GPUs of c x min(0, min over cuts of rent - p . counts - m . stays)
//     + sum_e further GPUs of e x min(0, min over its partitions of rent - p . counts)
//     - b budget - sum_e r[e] cap[e],            rent = b cost + r[entry].
// All numbers are whole multiples of 1/scale of a weight, so the bound is exact: no tolerance.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/close/question.h"
#include "planner/close/split_cover.h"

namespace tangram::planner::close {

// The weights' greatest common divisor, and by how much prices are finer than that.
struct Units {
    std::int64_t weight = 1;
    std::int64_t cost = 1;   // Cost in steps of so much
    std::int64_t scale = 1;  // prices per weight unit
};
[[nodiscard]] Units units_of(const Question& question);

struct Duals {
    std::vector<std::int64_t> places;  // by type
    std::vector<std::int64_t> stays;   // by option; at most the weight
    std::vector<std::int64_t> rents;   // by entry; 0 without a cap
    std::int64_t money = 0;            // per cost unit; 0 without a budget
};

struct Valuation {
    std::int64_t bound = 0;  // in the weights' unit, >= 0, a multiple of Units::weight
    double value = 0;        // the same in weight units, not rounded up
    IdVector<ServiceId, SplitCover> covers;
    std::vector<std::size_t> cuts;  // by class: the best
    std::uint64_t work = 0;
};

// O(cuts x types + services x pricing). The question has a budget or no prices of money.
[[nodiscard]] Valuation value_of(const Question& question, const Units& units, const Duals& duals);

// What the cover costs at the prices, and what the cut's use adds.
[[nodiscard]] std::vector<SplitPrice> split_prices(const Question& question, const Units& units,
                                                   const Duals& duals, ServiceId service);
[[nodiscard]] std::int64_t price_of(std::span<const SplitPrice> prices,
                                    const std::vector<std::int64_t>& cover);
[[nodiscard]] std::int64_t price_of(const Question& question, const Units& units,
                                    const Duals& duals, const Cut& cut);

}  // namespace tangram::planner::close
