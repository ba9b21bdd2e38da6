// The question (question.h) as a mixed-integer program, solved.
//
// Services with a complete list of covers choose one of them: x[s] = sum_a a pick[s,a]. This is
// much stronger than the coverage row, whose relaxation buys fractions of instances. Services with
// too many covers keep the row, throughputs cut to the need. Counts that come back are verified in
// integers. The bound is the solver's, less a safety, rounded up: weights are whole numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "lp/model.h"
#include "planner/close/question.h"

namespace tangram::planner::close {

// Whole counts that answer a question.
struct Counts {
    std::vector<std::vector<std::int64_t>> cuts;  // by class, cut
    std::vector<std::int64_t> partitions;         // by Question::partitions
    std::vector<std::int64_t> instances;          // by option; without what is frozen
};

enum class Aim {
    kLeastRestart,  // ties: cheapest, where the budget leaves room
    kLeastCost,     // only what it costs; the budget is ignored
};

struct ClosestLimits {
    std::int64_t nodes = 2'000;          // of branch and bound
    std::int64_t iterations = -1;        // of the simplex method, -1: none
    double seconds = lp::kInfinity;      // irreproducible when it strikes
    std::optional<std::int64_t> enough;  // a plan that restarts no more ends the search
    std::uint64_t seed = 1;
    std::function<bool()> cancelled;  // may be empty
};

struct Closest {
    lp::Status status = lp::Status::kError;  // kOptimal, kFeasible: with counts
    Counts counts;
    std::int64_t bound = 0;  // of the weights, or of Cost; proven up to the solver's tolerances
    bool time_limit_struck = false;
    std::uint64_t work = 0;
};

// `start` may be null; it need not be valid. `floor` is known to hold for all plans, in the
// weights' unit (kLeastRestart).
[[nodiscard]] Closest closest(const Question& question, Aim aim, std::int64_t floor,
                              const Counts* start, const ClosestLimits& limits);

// The weights of the instances that `counts` start.
[[nodiscard]] std::int64_t restart_of(const Question& question, const Counts& counts);
[[nodiscard]] Cost cost_of(const Question& question, const Counts& counts);

// Rows and columns of the program.
[[nodiscard]] std::size_t program_size(const Question& question);

}  // namespace tangram::planner::close
