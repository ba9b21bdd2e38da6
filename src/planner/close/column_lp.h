// The relaxation of a question over some of its covers and cuts, which grows by columns.
//   minimise  sum weight new + sum_a (weight of what a has beyond the seats) pick[a]
//   such that sum_a pick[s,a] = 1                                               every service
//             sum_a min(a, seats) pick[s,a] - sum stays y - new[s,k] <= 0       option with seats
//             sum a pick - sum counts y - sum counts z <= 0                     type
//             sum_j y[c,j] <= GPUs of c (= where held);  sum_e <= cap;  cost <= budget.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lp/model.h"
#include "planner/close/dual.h"
#include "planner/close/question.h"

namespace tangram::planner::close {

class ColumnLp {
public:
    // With all partitions and no cut. `substitutes`: each service may take one instead of a cover,
    // for a price that nobody pays who has another way. A fraction of one may still pay, which
    // weakens the bound: only for who has no covers and cuts to begin with that are an answer.
    ColumnLp(const Question& question, const Units& units, bool substitutes);

    void add_cover(ServiceId service, const std::vector<std::int64_t>& cover);
    void add_cut(std::size_t group, std::size_t cut);

    struct Answer {
        bool ok = false;
        double value = 0;  // in weight units
        Duals duals;
        std::vector<double> values;  // by column
        std::uint64_t work = 0;
    };
    [[nodiscard]] Answer solve();

    struct Pick {
        ServiceId service;
        std::vector<std::int64_t> cover;
        int column = 0;
    };
    struct Used {
        std::size_t group = 0, cut = 0;
        int column = 0;
    };
    [[nodiscard]] const std::vector<Pick>& picks() const { return picks_; }
    [[nodiscard]] const std::vector<Used>& used() const { return used_; }

private:
    [[nodiscard]] lp::Model first_columns(bool substitutes);
    void add_gpu(FleetEntryId entry, const std::vector<int>& counts,
                 std::vector<lp::Entry>& entries) const;

    const Question& question_;
    const Units units_;
    std::vector<int> option_rows_;  // -1: no seats
    int type_rows_ = 0;             // the first; one per type, as one per class:
    int group_rows_ = 0;
    std::vector<int> cap_rows_;  // -1: no cap
    int money_row_ = -1;
    int columns_ = 0;
    std::uint64_t rows_ = 0;
    std::vector<Pick> picks_;
    std::vector<Used> used_;
    std::optional<lp::IncrementalLp> lp_;
};

}  // namespace tangram::planner::close
