// Column generation: the relaxation of a question and the covers and cuts that matter in it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "planner/close/closest.h"
#include "planner/close/dual.h"

namespace tangram::planner::close {

struct ColumnLimits {
    int rounds = 40;
    std::uint64_t work = 0;      // about; checked between rounds
    std::function<bool()> stop;  // polled between rounds; may be empty
};

struct Relaxed {
    std::int64_t bound = 0;  // proven: no answer restarts less
    Duals duals;             // that prove it
    double proven = 0;       // the bound before it is rounded up, in weight units
    double value = 0;        // of the relaxation over the columns there are, in weight units
    // Its columns, and how much of each it takes.
    struct Taken {
        std::vector<std::int64_t> cover;
        double share = 0;
    };
    IdVector<ServiceId, std::vector<Taken>> covers;
    std::vector<std::map<std::size_t, double>> cuts;  // by class: GPUs by cut
    std::uint64_t work = 0;
};

// `start` is an answer whose columns are there from the beginning; may be null, which can prove
// less (column_lp.h).
[[nodiscard]] Relaxed relax(const Question& question, const Counts* start,
                            const ColumnLimits& limits);

}  // namespace tangram::planner::close
