#include "planner/price/master.h"

#include <algorithm>
#include <cmath>

namespace tangram::planner::price {
namespace {

constexpr double kUnit = static_cast<double>(kCostPerUnit * kPricePerCost);

}  // namespace

std::int64_t Question::value(std::int64_t covers, const PriceVector& prices) const {
    for (std::size_t e = 0; e < base.size(); ++e) {
        if (count[e]) covers -= *count[e] * (prices.gpus[e] - base[e]);
    }
    return covers;
}

Master::Master(const PlanningModel& model, const Question& question, double value_scale)
    : model_(model), question_(question), value_scale_(value_scale), lp_(first_rows()) {}

lp::Model Master::first_rows() const {
    lp::Model model;
    model.maximise = true;
    double dearest = 1;
    for (const PartitionChoice& partition : model_.partitions) {
        dearest = std::max(dearest, cost_units(partition.cost));
    }
    for (std::size_t k = 0; k < model_.types.size(); ++k) {
        model.add_column(0.0, 0.0, lp::kInfinity);
    }
    for (const auto& count : question_.count) {
        model.add_column(0.0, 0.0, count ? kRentAtMost * dearest : 0.0);
    }
    model.add_column(1.0, -lp::kInfinity, lp::kInfinity);
    for (const PartitionChoice& partition : model_.partitions) {
        std::vector<lp::Term> terms;
        for (std::size_t k = 0; k < partition.counts.size(); ++k) {
            if (partition.counts[k] > 0) {
                terms.push_back({static_cast<int>(k), static_cast<double>(partition.counts[k])});
            }
        }
        if (question_.count[partition.entry.index()]) {
            terms.push_back({rent_column(partition.entry), -1.0});
        }
        const auto base = static_cast<double>(question_.base[partition.entry.index()]);
        model.add_row(-lp::kInfinity, base / kUnit, terms);
    }
    if (question_.worth) {
        std::vector<lp::Term> terms;
        for (const FleetEntryId e : model_.entries.ids()) {
            terms.push_back(
                {rent_column(e), static_cast<double>(*question_.count[e.index()]) / value_scale_});
        }
        const double worth = static_cast<double>(*question_.worth) / kUnit / value_scale_;
        model.add_row(worth, worth, terms);
    }
    return model;
}

void Master::add_cut(const Evaluation& cut) {
    std::vector<lp::Term> terms{{value_column(), 1.0}};
    for (std::size_t k = 0; k < model_.types.size(); ++k) {
        if (cut.totals[k] == 0) continue;
        terms.push_back({static_cast<int>(k), -static_cast<double>(cut.totals[k]) / value_scale_});
    }
    for (const FleetEntryId e : model_.entries.ids()) {
        if (const auto count = question_.count[e.index()]) {
            terms.push_back({rent_column(e), static_cast<double>(*count) / value_scale_});
        }
    }
    lp_.add_row(-lp::kInfinity, 0.0, terms);
}

Master::Answer Master::solve() {
    const lp::Solution solution = lp_.solve();
    Answer answer;
    answer.ok = solution.status == lp::Status::kOptimal;
    if (!answer.ok) return answer;
    answer.value = solution.values[static_cast<std::size_t>(value_column())] * value_scale_;
    for (std::size_t k = 0; k < model_.types.size(); ++k) {
        answer.types.push_back(solution.values[k]);
    }
    for (const FleetEntryId e : model_.entries.ids()) {
        const double rent = solution.values[static_cast<std::size_t>(rent_column(e))];
        answer.gpus.push_back(static_cast<double>(question_.base[e.index()]) / kUnit + rent);
    }
    const std::size_t partitions = model_.partitions.size();
    const std::size_t first_cut = partitions + (question_.worth ? 1 : 0);
    for (std::size_t row = 0; row < solution.row_duals.size(); ++row) {
        const double dual = std::abs(solution.row_duals[row]);
        if (row < partitions) answer.partitions.push_back(dual * value_scale_);
        if (row >= first_cut) answer.weights.push_back(dual);
    }
    return answer;
}

}  // namespace tangram::planner::price
