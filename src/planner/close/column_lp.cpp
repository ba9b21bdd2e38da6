#include "planner/close/column_lp.h"

#include <algorithm>
#include <cmath>

namespace tangram::planner::close {
namespace {

// A substitute costs so many times as much as to start what may stay.
constexpr double kDear = 400;
// Any prices prove a bound; these times a million instances fit.
constexpr std::int64_t kLargestDual = std::int64_t{1} << 40;

double real(std::int64_t number) { return static_cast<double>(number); }

}  // namespace

ColumnLp::ColumnLp(const Question& question, const Units& units, bool substitutes)
    : question_(question), units_(units) {
    lp_.emplace(first_columns(substitutes));
}

// Rows first, as empty ones; columns bring their coefficients, but for the first.
lp::Model ColumnLp::first_columns(bool substitutes) {
    const PlanningModel& model = *question_.model;
    lp::Model lp;
    std::vector<std::vector<lp::Term>> types(model.types.size());
    std::vector<std::vector<lp::Term>> entries(model.entries.size());
    double dearest = 1;
    for (const std::int64_t weight : question_.weights) {
        dearest = std::max(dearest, real(weight / units_.weight));
    }
    for (const ServiceId s : question_.services.ids()) {
        const bool nothing = question_.services[s].need.nothing();
        std::int64_t seats = 8;
        const Demand& demand = model.demands[s];
        for (std::uint32_t i = 0; i < demand.option_count; ++i) {
            seats += question_.available[demand.first_option + i];
        }
        const double most = nothing || substitutes ? 1 : 0;
        const int column = lp.add_column(nothing ? 0 : kDear * dearest * real(seats), 0, most);
        const lp::Term term{column, 1};
        lp.add_row(1, 1, std::span(&term, 1));
    }
    option_rows_.assign(model.options.size(), -1);
    for (std::size_t o = 0; o < model.options.size(); ++o) {
        if (question_.available[o] == 0) continue;
        const lp::Term term{
            lp.add_column(real(question_.weights[o] / units_.weight), 0, lp::kInfinity), -1};
        option_rows_[o] = lp.add_row(-lp::kInfinity, 0, std::span(&term, 1));
    }
    for (const PartitionId m : question_.partitions) {
        const PartitionChoice& partition = model.partitions[m];
        const int column = lp.add_column(0, 0, lp::kInfinity);
        entries[partition.entry.index()].push_back({column, 1});
        for (std::size_t k = 0; k < partition.counts.size(); ++k) {
            if (partition.counts[k] > 0) {
                types[k].push_back({column, -static_cast<double>(partition.counts[k])});
            }
        }
    }
    type_rows_ = static_cast<int>(lp.rows.size());
    for (const auto& row : types) lp.add_row(-lp::kInfinity, 0, row);
    group_rows_ = static_cast<int>(lp.rows.size());
    for (const GpuClass& group : question_.classes) {
        const double size = real(std::ssize(group.gpus));
        lp.add_row(group.held ? size : 0, size, {});
    }
    std::vector<lp::Term> money;
    for (const FleetEntryId e : model.entries.ids()) {
        const auto& cap = model.entries[e].cap;
        cap_rows_.push_back(cap ? lp.add_row(0, real(*cap), entries[e.index()]) : -1);
        const double cost = real(model.problem->fleet[e].cost.count() / units_.cost);
        for (const lp::Term& term : entries[e.index()]) money.push_back({term.column, cost});
    }
    if (question_.budget) {
        money_row_ = lp.add_row(0, real(question_.budget->count() / units_.cost), money);
    }
    columns_ = static_cast<int>(lp.columns());
    rows_ = lp.rows.size();
    return lp;
}

void ColumnLp::add_cover(ServiceId service, const std::vector<std::int64_t>& cover) {
    const PlanningModel& model = *question_.model;
    std::vector<lp::Entry> entries{{static_cast<int>(service.index()), 1}};
    double cost = 0;
    for (std::size_t i = 0; i < cover.size(); ++i) {
        if (cover[i] == 0) continue;
        const std::size_t o = model.demands[service].first_option + i;
        const std::int64_t kept = std::min(cover[i], question_.available[o]);
        if (kept > 0) entries.push_back({option_rows_[o], real(kept)});
        cost += real(question_.weights[o] / units_.weight) * real(cover[i] - kept);
        entries.push_back(
            {type_rows_ + static_cast<int>(model.options[o].type.index()), real(cover[i])});
    }
    lp_->add_column(cost, 0, lp::kInfinity, entries);
    picks_.push_back({service, cover, columns_++});
}

void ColumnLp::add_gpu(FleetEntryId entry, const std::vector<int>& counts,
                       std::vector<lp::Entry>& entries) const {
    for (std::size_t k = 0; k < counts.size(); ++k) {
        if (counts[k] == 0) continue;
        entries.push_back({type_rows_ + static_cast<int>(k), -static_cast<double>(counts[k])});
    }
    if (const int row = cap_rows_[entry.index()]; row >= 0) entries.push_back({row, 1});
    const Cost cost = question_.model->problem->fleet[entry].cost;
    if (money_row_ >= 0) entries.push_back({money_row_, real(cost.count() / units_.cost)});
}

void ColumnLp::add_cut(std::size_t group, std::size_t cut) {
    const Cut& added = question_.classes[group].cuts[cut];
    std::vector<lp::Entry> entries{{group_rows_ + static_cast<int>(group), 1}};
    add_gpu(added.entry, added.counts, entries);
    for (const Stay& stay : added.stays) {
        entries.push_back({option_rows_[stay.option], -static_cast<double>(stay.count)});
    }
    lp_->add_column(0, 0, lp::kInfinity, entries);
    used_.push_back({group, cut, columns_++});
}

ColumnLp::Answer ColumnLp::solve() {
    const lp::Solution solution = lp_->solve();
    Answer answer;
    answer.work = static_cast<std::uint64_t>(solution.iterations) *
                  (rows_ + static_cast<std::uint64_t>(columns_));
    if (solution.status != lp::Status::kOptimal) return answer;
    answer.ok = true;
    answer.value = solution.objective;
    answer.values = solution.values;
    const double scale = real(units_.scale);
    const auto above = [&](int row) -> std::int64_t {
        const double dual = -solution.row_duals[static_cast<std::size_t>(row)];
        return std::llround(std::clamp(dual * scale, 0.0, real(kLargestDual)));
    };
    const PlanningModel& model = *question_.model;
    Duals& duals = answer.duals;
    for (std::size_t o = 0; o < option_rows_.size(); ++o) {
        const std::int64_t most = question_.weights[o] / units_.weight * units_.scale;
        duals.stays.push_back(option_rows_[o] < 0 ? most : std::min(above(option_rows_[o]), most));
    }
    for (std::size_t k = 0; k < model.types.size(); ++k) {
        duals.places.push_back(above(type_rows_ + static_cast<int>(k)));
    }
    for (const int row : cap_rows_) duals.rents.push_back(row < 0 ? 0 : above(row));
    duals.money = money_row_ < 0 ? 0 : above(money_row_);
    return answer;
}

}  // namespace tangram::planner::close
