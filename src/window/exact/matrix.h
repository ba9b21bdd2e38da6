// Kernels on matrices of values, row by row: the inner loops of every sweep.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "window/exact/rewards.h"
#include "window/exact/space.h"

namespace tangram::window::exact {

// Rows and columns of a matrix, by the numbers of their states.
struct Axes {
    std::span<const std::uint16_t> rows, columns;
    [[nodiscard]] std::size_t size() const { return rows.size() * columns.size(); }
};

// Those that need memory, which is kept from call to call. States are ascending everywhere.
class Kernels {
public:
    // out[row] = the maximum, value by value, of the rows of `in` that `lists` names for it; kNever
    // where it names none. `width`: values in a row. |items| x width steps.
    void gather(const Lists& lists, const Value* in, std::size_t width, Value* out);
    // The same where `in` has the rows of some states only, and `out` those of `targets`. `costs`:
    // taken off a row, by what is taken (Lists::taken); nothing is while that is empty. Returns how
    // many steps that took.
    std::uint64_t gather(const Lists& lists, std::span<const Value> costs,
                         std::span<const std::uint16_t> targets,
                         std::span<const std::uint16_t> rows, const Value* in, std::size_t width,
                         Value* out);
    // A matrix with other rows and columns; kNever where there were none.
    void recast(const Value* in, const Axes& from, const Axes& to, Value* out);
    // add_by_class below, where `values` has some rows and columns only.
    void add_by_class(std::span<Value> values, const Axes& axes, std::span<const int> row_class,
                      std::span<const int> column_class, std::span<const Value> rewards,
                      std::size_t column_classes);

    struct Priced {
        const Value* row;
        Value price;
    };

private:
    // Columns that stand together in both are copied together.
    struct Run {
        std::size_t from, to, length;
    };
    std::vector<std::uint16_t> row_places_, column_places_;
    std::vector<const Value*> free_;
    std::vector<Priced> priced_;
    std::vector<Run> runs_;
    std::vector<Value> wide_;
    std::vector<char> widened_;
};

// out[column][row] = in[row][column].
void transpose(const Value* in, std::size_t rows, std::size_t columns, Value* out);

// into = max(into, from), value by value.
void raise(std::span<Value> into, std::span<const Value> from);

// values[row][column] += rewards[row_class[row]][column_class[column]]; `rewards` row by row.
void add_by_class(std::span<Value> values, std::span<const int> row_class,
                  std::span<const int> column_class, std::span<const Value> rewards,
                  std::size_t column_classes);

// values[row][column] += rows[row] + columns[column]
void add_by_state(std::span<Value> values, std::span<const Value> rows,
                  std::span<const Value> columns);

// Values below this are of states nothing leads to, whatever was added to kNever meanwhile.
inline constexpr Value kReached = -1'000'000'000;
// Such values are raised to this before prices are taken from them, so that sums stay in range.
inline constexpr Value kLowest = -1'500'000'000;

// out = from + more where something leads to, else kNever.
void add_to_reached(std::span<const Value> from, Value more, std::span<Value> out);
// into = max(into, from - price), value by value.
void raise_priced(std::span<Value> into, std::span<const Value> from, Value price);
// The largest of a + b - price, value by value; kNever if nothing leads there.
[[nodiscard]] Value best_through(std::span<const Value> a, std::span<const Value> b, Value price);
// The same without a price, for every row and for every column.
void best_through(std::span<const Value> a, std::span<const Value> b, std::span<Value> rows,
                  std::span<Value> columns);

}  // namespace tangram::window::exact
