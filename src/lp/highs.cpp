#include "lp/highs.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "base/check.h"

namespace tangram::lp {
namespace {

constexpr HighsInt kFixedSeed = 1;

bool well_formed(double lower, double upper, std::span<const Term> terms, int columns) {
    if (std::isnan(lower) || std::isnan(upper)) return false;
    return std::all_of(terms.begin(), terms.end(), [columns](const Term& term) {
        return term.column >= 0 && term.column < columns && std::isfinite(term.coefficient);
    });
}

bool well_formed(const Model& model) {
    const auto columns = model.columns();
    if (columns > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
        model.rows.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        return false;
    }
    for (std::size_t c = 0; c < columns; ++c) {
        if (!std::isfinite(model.cost[c]) || std::isnan(model.column_lower[c]) ||
            std::isnan(model.column_upper[c])) {
            return false;
        }
    }
    for (std::size_t r = 0; r < model.rows.size(); ++r) {
        if (!well_formed(model.row_lower[r], model.row_upper[r], model.rows[r],
                         static_cast<int>(columns))) {
            return false;
        }
    }
    return true;
}

// The solver refuses a column that comes twice in a row, so equal columns are added up.
void append(PackedRows& packed, std::span<const Term> terms) {
    const std::size_t begin = packed.column.size();
    packed.start.push_back(static_cast<HighsInt>(begin));
    for (const Term& term : terms) {
        packed.column.push_back(term.column);
        packed.coefficient.push_back(term.coefficient);
    }
    const auto first = packed.column.begin() + static_cast<std::ptrdiff_t>(begin);
    if (std::is_sorted(first, packed.column.end(), std::less_equal<>{})) return;

    std::vector<Term> sorted(terms.begin(), terms.end());
    std::sort(sorted.begin(), sorted.end(), [](const Term& a, const Term& b) {
        return std::pair{a.column, a.coefficient} < std::pair{b.column, b.coefficient};
    });
    packed.column.resize(begin);
    packed.coefficient.resize(begin);
    for (const Term& term : sorted) {
        if (packed.column.size() > begin && packed.column.back() == term.column) {
            packed.coefficient.back() += term.coefficient;
        } else {
            packed.column.push_back(term.column);
            packed.coefficient.push_back(term.coefficient);
        }
    }
}

Status status_of(HighsInt model_status, bool has_values) {
    if (model_status == kHighsModelStatusOptimal || model_status == kHighsModelStatusModelEmpty) {
        return Status::kOptimal;
    }
    if (model_status == kHighsModelStatusInfeasible) return Status::kInfeasible;
    if (model_status == kHighsModelStatusUnbounded ||
        model_status == kHighsModelStatusUnboundedOrInfeasible) {
        return Status::kUnbounded;
    }
    if (model_status == kHighsModelStatusObjectiveBound ||
        model_status == kHighsModelStatusObjectiveTarget ||
        model_status == kHighsModelStatusTimeLimit ||
        model_status == kHighsModelStatusIterationLimit ||
        model_status == kHighsModelStatusSolutionLimit ||
        model_status == kHighsModelStatusInterrupt) {
        return has_values ? Status::kFeasible : Status::kLimit;
    }
    return Status::kError;
}

}  // namespace

Highs::Highs() : handle_(Highs_create()) {
    CHECK(handle_ != nullptr);
    set("output_flag", false);
    set("threads", HighsInt{1});
    set("parallel", "off");
    set("random_seed", kFixedSeed);
    set("mip_rel_gap", 0.0);
}

// An option that is refused is a fault of ours: the names and ranges are known.
void Highs::set(const char* option, bool value) {
    CHECK(Highs_setBoolOptionValue(get(), option, value ? 1 : 0) == kHighsStatusOk, option);
}
void Highs::set(const char* option, HighsInt value) {
    CHECK(Highs_setIntOptionValue(get(), option, value) == kHighsStatusOk, option);
}
void Highs::set(const char* option, double value) {
    CHECK(Highs_setDoubleOptionValue(get(), option, value) == kHighsStatusOk, option);
}
void Highs::set(const char* option, const char* value) {
    CHECK(Highs_setStringOptionValue(get(), option, value) == kHighsStatusOk, option);
}

bool Highs::pass(const Model& model, bool with_integers) {
    if (!well_formed(model)) return false;
    columns_ = static_cast<int>(model.columns());
    rows_ = static_cast<int>(model.rows.size());
    scratch_ = {};
    for (const std::vector<Term>& row : model.rows) append(scratch_, row);

    std::vector<HighsInt> integrality;
    for (const bool is_integer : model.integer) {
        integrality.push_back(with_integers && is_integer ? kHighsVarTypeInteger
                                                          : kHighsVarTypeContinuous);
    }
    const HighsInt sense = model.maximise ? kHighsObjSenseMaximize : kHighsObjSenseMinimize;
    const auto entries = static_cast<HighsInt>(scratch_.column.size());
    const HighsInt status =
        with_integers
            ? Highs_passMip(get(), columns_, rows_, entries, kHighsMatrixFormatRowwise, sense, 0.0,
                            model.cost.data(), model.column_lower.data(), model.column_upper.data(),
                            model.row_lower.data(), model.row_upper.data(), scratch_.start.data(),
                            scratch_.column.data(), scratch_.coefficient.data(), integrality.data())
            : Highs_passLp(get(), columns_, rows_, entries, kHighsMatrixFormatRowwise, sense, 0.0,
                           model.cost.data(), model.column_lower.data(), model.column_upper.data(),
                           model.row_lower.data(), model.row_upper.data(), scratch_.start.data(),
                           scratch_.column.data(), scratch_.coefficient.data());
    return status != kHighsStatusError;
}

bool Highs::add_row(double lower, double upper, std::span<const Term> terms) {
    if (!well_formed(lower, upper, terms, columns_)) return false;
    scratch_ = {};
    append(scratch_, terms);
    const HighsInt status =
        Highs_addRow(get(), lower, upper, static_cast<HighsInt>(scratch_.column.size()),
                     scratch_.column.data(), scratch_.coefficient.data());
    if (status == kHighsStatusError) return false;
    ++rows_;
    return true;
}

bool Highs::add_column(double cost, double lower, double upper, std::span<const Entry> entries) {
    std::vector<HighsInt> rows;
    std::vector<double> coefficients;
    for (const Entry& entry : entries) {
        if (entry.row < 0 || entry.row >= rows_ || !std::isfinite(entry.coefficient)) return false;
        rows.push_back(static_cast<HighsInt>(entry.row));
        coefficients.push_back(entry.coefficient);
    }
    // The basis stays feasible, which the primal method can use.
    constexpr HighsInt kChoose = 0;  // between primal and dual
    set("simplex_strategy", kChoose);
    const HighsInt status =
        Highs_addCol(get(), cost, lower, upper, static_cast<HighsInt>(rows.size()), rows.data(),
                     coefficients.data());
    if (status == kHighsStatusError) return false;
    ++columns_;
    return true;
}

Solution Highs::run(bool mip) {
    if (Highs_run(get()) == kHighsStatusError) return {};
    return read(mip);
}

Solution Highs::read(bool mip) const {
    Solution solution;
    HighsInt primal = kHighsSolutionStatusNone;
    Highs_getIntInfoValue(get(), "primal_solution_status", &primal);
    const bool has_values = primal == kHighsSolutionStatusFeasible;
    const HighsInt model_status = Highs_getModelStatus(get());
    solution.status = status_of(model_status, has_values);
    solution.time_limit_struck = model_status == kHighsModelStatusTimeLimit;
    if (has_values) read_values(solution, mip);

    HighsInt iterations = 0;
    Highs_getIntInfoValue(get(), "simplex_iteration_count", &iterations);
    solution.iterations = std::max<HighsInt>(iterations, 0);
    solution.objective = Highs_getObjectiveValue(get());
    solution.bound = solution.objective;
    if (mip) {
        Highs_getDoubleInfoValue(get(), "mip_dual_bound", &solution.bound);
        Highs_getInt64InfoValue(get(), "mip_node_count", &solution.nodes);
        solution.nodes = std::max<std::int64_t>(solution.nodes, 0);
    } else if (solution.status != Status::kOptimal) {
        HighsInt sense = kHighsObjSenseMinimize;
        Highs_getObjectiveSense(get(), &sense);
        solution.bound = sense == kHighsObjSenseMinimize ? -kInfinity : kInfinity;
    }
    return solution;
}

void Highs::read_values(Solution& solution, bool mip) const {
    solution.values.resize(static_cast<std::size_t>(columns_));
    if (mip) {
        Highs_getSolution(get(), solution.values.data(), nullptr, nullptr, nullptr);
        return;
    }
    solution.reduced_costs.resize(static_cast<std::size_t>(columns_));
    solution.row_duals.resize(static_cast<std::size_t>(rows_));
    Highs_getSolution(get(), solution.values.data(), solution.reduced_costs.data(), nullptr,
                      solution.row_duals.data());
}

}  // namespace tangram::lp
