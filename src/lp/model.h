// Solver-neutral linear and mixed-integer models. Only this room sees the solver.
//
// Nothing here throws; a fault of the solver or a malformed model is Status::kError. Numbers are
// the solver's doubles: a caller that needs exact answers rounds the values and proves what it
// claims in integers. Functions may run in several threads at once; one IncrementalLp belongs to
// one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tangram::lp {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Term {
    int column = 0;
    double coefficient = 0;
};

// Minimises by default. Columns and rows are numbered in order of addition.
struct Model {
    // Returns the column's number. Bounds may be +-kInfinity.
    int add_column(double cost, double lower, double upper, bool integer = false);
    // lower <= sum of terms <= upper; returns the row's number. The terms are copied; two terms of
    // one column in one row are added up; a column that does not exist makes solve() answer kError.
    int add_row(double lower, double upper, std::span<const Term> terms);

    [[nodiscard]] std::size_t columns() const { return cost.size(); }
    [[nodiscard]] bool has_integers() const;

    bool maximise = false;
    std::vector<double> cost, column_lower, column_upper;
    std::vector<bool> integer;
    std::vector<double> row_lower, row_upper;
    std::vector<std::vector<Term>> rows;
};

enum class Status {
    kOptimal,
    kFeasible,  // stopped by a limit or the caller; `values` hold the best solution so far
    kInfeasible,
    kUnbounded,  // or infeasible: the solver's presolve may not tell the two apart
    kLimit,      // stopped by a limit or the caller without a solution
    kError,
};

// What is known while a mixed-integer model is being solved.
struct Progress {
    double objective = 0;  // of the best solution; infinite if there is none
    double bound = 0;
};

struct Options {
    double time_limit_seconds = kInfinity;  // makes the answer irreproducible when it strikes
    std::int64_t node_limit = -1;           // -1: none; reproducible
    // Simplex iterations of the whole run, -1: none; reproducible. Checked between the steps of a
    // branch-and-bound search, so the run may spend some more.
    std::int64_t iteration_limit = -1;
    // Of a mixed-integer model: a solution this close to the bound counts as optimal, and one this
    // good ends the run (kFeasible).
    double absolute_gap = 1e-9;
    std::optional<double> target = {};
    std::uint64_t seed = 1;
    bool presolve = true;
    std::vector<double> start = {};  // MIP start, one value per column; may be empty
    // How far a row may be violated and a value be off an integer; between 1e-10 and 1e-4.
    double feasibility_tolerance = 1e-7;
    // The first LP by the interior point method: much faster on some large ones.
    bool interior = false;
    // Both may be empty and must not throw. Polled now and then; true stops the run.
    std::function<bool()> cancelled{};
    // Called with each better solution of a mixed-integer model.
    std::function<void(const Progress&)> progress{};
};

struct Solution {
    Status status = Status::kError;
    double objective = 0;
    double bound = 0;  // best dual bound (equals objective at optimality, up to tolerance)
    std::vector<double> values;  // per column; empty if there is none
    // LP only: by how much the objective changes per unit of a row's active bound, whether the
    // model minimises or maximises.
    std::vector<double> row_duals;
    std::vector<double> reduced_costs;  // LP only: the same for a column's active bound
    std::int64_t nodes = 0;
    std::int64_t iterations = 0;  // of the simplex method, over the whole run
    bool time_limit_struck = false;
};

// One thread, gap 0, fixed seed: reproducible unless a time limit strikes.
[[nodiscard]] Solution solve(const Model& model, const Options& options);

// One coefficient of a column.
struct Entry {
    int row = 0;
    double coefficient = 0;
};

// An LP that grows by rows (cutting planes) or columns (column generation) and is solved again from
// its last basis. Integrality is ignored. Simplex without presolve: made for many small solves in a
// row.
class IncrementalLp {
public:
    explicit IncrementalLp(const Model& model);
    ~IncrementalLp();
    IncrementalLp(const IncrementalLp&) = delete;
    IncrementalLp& operator=(const IncrementalLp&) = delete;

    void add_row(double lower, double upper, std::span<const Term> terms);
    // The column's number is the count of columns before. No two entries of one row.
    void add_column(double cost, double lower, double upper, std::span<const Entry> entries);
    [[nodiscard]] Solution solve();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Name and version of the solver, e.g. "HiGHS 1.15.1".
[[nodiscard]] std::string solver_version();

}  // namespace tangram::lp
