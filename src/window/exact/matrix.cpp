#include "window/exact/matrix.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/wide.h"

namespace tangram::window::exact {
namespace {

TANGRAM_WIDE void raise_row(const Value* from, std::size_t width, Value* into) {
    for (std::size_t i = 0; i < width; ++i) into[i] = into[i] < from[i] ? from[i] : into[i];
}

TANGRAM_WIDE void add_row(const Value* from, std::size_t width, Value* into) {
    for (std::size_t i = 0; i < width; ++i) into[i] += from[i];
}

TANGRAM_WIDE void add_row_and(const Value* from, std::size_t width, Value more, Value* into) {
    for (std::size_t i = 0; i < width; ++i) into[i] += from[i] + more;
}

TANGRAM_WIDE void add_to_reached_row(const Value* from, std::size_t width, Value more, Value* out) {
    for (std::size_t i = 0; i < width; ++i) out[i] = from[i] < kReached ? kNever : from[i] + more;
}

TANGRAM_WIDE void raise_priced_row(const Value* from, std::size_t width, Value price, Value* into) {
    for (std::size_t i = 0; i < width; ++i) {
        const Value value = (from[i] < kLowest ? kLowest : from[i]) - price;
        into[i] = into[i] < value ? value : into[i];
    }
}

TANGRAM_WIDE Value best_through_row(const Value* a, const Value* b, std::size_t width) {
    Value best = kLowest;
    for (std::size_t i = 0; i < width; ++i) {
        const Value sum = (a[i] < kReached ? kReached : a[i]) + (b[i] < kReached ? kReached : b[i]);
        best = best < sum ? sum : best;
    }
    return best;
}

TANGRAM_WIDE Value best_through_row(const Value* a, const Value* b, std::size_t width,
                                    Value* columns) {
    Value best = kLowest;
    for (std::size_t i = 0; i < width; ++i) {
        const Value sum = (a[i] < kReached ? kReached : a[i]) + (b[i] < kReached ? kReached : b[i]);
        best = best < sum ? sum : best;
        columns[i] = columns[i] < sum ? sum : columns[i];
    }
    return best;
}

using Priced = Kernels::Priced;

constexpr std::uint16_t kNowhere = 0xFFFF;

// Of every state up to the last one, where it stands among `states`.
void set_places(std::span<const std::uint16_t> states, std::vector<std::uint16_t>& places) {
    places.assign(states.empty() ? 0 : states.back() + std::size_t{1}, kNowhere);
    for (std::size_t i = 0; i < states.size(); ++i) {
        places[states[i]] = static_cast<std::uint16_t>(i);
    }
}

std::uint16_t place_of(const std::vector<std::uint16_t>& places, std::uint16_t state) {
    return state < places.size() ? places[state] : kNowhere;
}

using Four = Value __attribute__((vector_size(16)));
using Sixteen = Value __attribute__((vector_size(64)));
template <typename Lanes>
constexpr std::size_t kLanesOf = sizeof(Lanes) / sizeof(Value);
template <>
constexpr std::size_t kLanesOf<Value> = 1;

// As many columns as `Lanes` holds; they stay in registers over all rows.
template <typename Lanes>
[[gnu::always_inline]] inline void highest_of(std::span<const Value* const> free,
                                              std::span<const Priced> priced, std::size_t at,
                                              Value* out) {
    Lanes best = Lanes{} + kNever;
    Lanes row;
    for (const Value* const it : free) {
        std::memcpy(&row, it + at, sizeof(Lanes));
        best = best < row ? row : best;
    }
    const Lanes lowest = Lanes{} + kLowest;
    for (const Priced& it : priced) {
        std::memcpy(&row, it.row + at, sizeof(Lanes));
        row = (row < lowest ? lowest : row) - it.price;
        best = best < row ? row : best;
    }
    std::memcpy(out + at, &best, sizeof(Lanes));
}

template <typename Lanes>
[[gnu::always_inline]] inline void highest_by(std::span<const Value* const> free,
                                              std::span<const Priced> priced, std::size_t width,
                                              Value* out) {
    constexpr std::size_t kLanes = kLanesOf<Lanes>;
    for (std::size_t at = 0; at + kLanes <= width; at += kLanes) {
        highest_of<Lanes>(free, priced, at, out);
    }
    // The last columns, some of them once more.
    if (width % kLanes != 0) highest_of<Lanes>(free, priced, width - kLanes, out);
}

// The maximum of rows, less the price of each that has one; kNever without rows.
TANGRAM_WIDE void highest(std::span<const Value* const> free, std::span<const Priced> priced,
                          std::size_t width, Value* out) {
    if (width >= 16) return highest_by<Sixteen>(free, priced, width, out);
    if (width >= 4) return highest_by<Four>(free, priced, width, out);
    highest_by<Value>(free, priced, width, out);
}

void transpose_tile(const Value* in, std::size_t in_width, Value* out, std::size_t out_width) {
    Four row[4];
    for (std::size_t i = 0; i < 4; ++i) std::memcpy(&row[i], in + i * in_width, sizeof(Four));
    const Four a = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5);
    const Four b = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7);
    const Four c = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
    const Four d = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
    const Four column[4] = {
        __builtin_shufflevector(a, c, 0, 1, 4, 5), __builtin_shufflevector(a, c, 2, 3, 6, 7),
        __builtin_shufflevector(b, d, 0, 1, 4, 5), __builtin_shufflevector(b, d, 2, 3, 6, 7)};
    for (std::size_t i = 0; i < 4; ++i) std::memcpy(out + i * out_width, &column[i], sizeof(Four));
}

}  // namespace

void Kernels::gather(const Lists& lists, const Value* in, std::size_t width, Value* out) {
    for (std::size_t target = 0; target + 1 < lists.first.size(); ++target, out += width) {
        free_.clear();
        for (const std::uint16_t row : lists.of(target)) free_.push_back(in + row * width);
        highest(free_, {}, width, out);
    }
}

std::uint64_t Kernels::gather(const Lists& lists, std::span<const Value> costs,
                              std::span<const std::uint16_t> targets,
                              std::span<const std::uint16_t> rows, const Value* in,
                              std::size_t width, Value* out) {
    set_places(rows, row_places_);
    std::uint64_t steps = 0;
    for (const std::uint16_t target : targets) {
        free_.clear();
        priced_.clear();
        for (std::size_t i = lists.first[target]; i < lists.first[target + std::size_t{1}]; ++i) {
            const std::uint16_t source = lists.items[i];
            if (source >= row_places_.size()) break;
            if (row_places_[source] == kNowhere) continue;
            const Value* const row = in + row_places_[source] * width;
            const Value cost = costs.empty() ? 0 : costs[lists.taken[i]];
            if (cost == 0) {
                free_.push_back(row);
            } else {
                priced_.push_back({row, cost});
            }
        }
        highest(free_, priced_, width, out);
        out += width;
        steps += (free_.size() + priced_.size()) * width;
    }
    return steps;
}

void Kernels::recast(const Value* in, const Axes& from, const Axes& to, Value* out) {
    set_places(from.rows, row_places_);
    set_places(from.columns, column_places_);
    runs_.clear();
    const std::size_t width = to.columns.size();
    for (std::size_t i = 0; i < width; ++i) {
        const std::uint16_t column = place_of(column_places_, to.columns[i]);
        if (column == kNowhere) continue;
        if (!runs_.empty() && runs_.back().from + runs_.back().length == column &&
            runs_.back().to + runs_.back().length == i) {
            ++runs_.back().length;
        } else {
            runs_.push_back({column, i, 1});
        }
    }
    const bool whole = runs_.size() == 1 && runs_[0].length == width;
    for (const std::uint16_t state : to.rows) {
        const std::uint16_t row = place_of(row_places_, state);
        if (row == kNowhere || !whole) std::fill(out, out + width, kNever);
        for (const Run& run : runs_) {
            if (row == kNowhere) break;
            const Value* source = in + row * from.columns.size() + run.from;
            std::copy(source, source + run.length, out + run.to);
        }
        out += width;
    }
}

void Kernels::add_by_class(std::span<Value> values, const Axes& axes,
                           std::span<const int> row_class, std::span<const int> column_class,
                           std::span<const Value> rewards, std::size_t column_classes) {
    const std::size_t width = axes.columns.size();
    wide_.resize(rewards.size() / column_classes * width);
    widened_.assign(rewards.size() / column_classes, 0);
    for (std::size_t row = 0; row < axes.rows.size(); ++row) {
        const auto of_row = static_cast<std::size_t>(row_class[axes.rows[row]]);
        Value* const wide = wide_.data() + of_row * width;
        if (widened_[of_row] == 0) {
            widened_[of_row] = 1;
            for (std::size_t i = 0; i < width; ++i) {
                wide[i] = rewards[of_row * column_classes +
                                  static_cast<std::size_t>(column_class[axes.columns[i]])];
            }
        }
        add_row(wide, width, values.data() + row * width);
    }
}

void transpose(const Value* in, std::size_t rows, std::size_t columns, Value* out) {
    const std::size_t whole_rows = rows / 4 * 4, whole_columns = columns / 4 * 4;
    // Tiles of four by four in registers, in bands that keep their cache lines.
    constexpr std::size_t kBand = 16;
    for (std::size_t left = 0; left < whole_columns; left += kBand) {
        const std::size_t right = std::min(whole_columns, left + kBand);
        for (std::size_t row = 0; row < whole_rows; row += 4) {
            for (std::size_t column = left; column < right; column += 4) {
                transpose_tile(in + row * columns + column, columns, out + column * rows + row,
                               rows);
            }
        }
    }
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = row < whole_rows ? whole_columns : 0; column < columns;
             ++column) {
            out[column * rows + row] = in[row * columns + column];
        }
    }
}

void raise(std::span<Value> into, std::span<const Value> from) {
    raise_row(from.data(), into.size(), into.data());
}

void add_by_class(std::span<Value> values, std::span<const int> row_class,
                  std::span<const int> column_class, std::span<const Value> rewards,
                  std::size_t column_classes) {
    const std::size_t width = column_class.size();
    const std::size_t row_classes = rewards.size() / column_classes;
    std::vector<Value> wide(row_classes * width);
    for (std::size_t i = 0; i < row_classes; ++i) {
        for (std::size_t column = 0; column < width; ++column) {
            wide[i * width + column] =
                rewards[i * column_classes + static_cast<std::size_t>(column_class[column])];
        }
    }
    for (std::size_t row = 0; row < row_class.size(); ++row) {
        add_row(wide.data() + static_cast<std::size_t>(row_class[row]) * width, width,
                values.data() + row * width);
    }
}

void add_by_state(std::span<Value> values, std::span<const Value> rows,
                  std::span<const Value> columns) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        add_row_and(columns.data(), columns.size(), rows[row],
                    values.data() + row * columns.size());
    }
}

void add_to_reached(std::span<const Value> from, Value more, std::span<Value> out) {
    add_to_reached_row(from.data(), from.size(), more, out.data());
}

void raise_priced(std::span<Value> into, std::span<const Value> from, Value price) {
    raise_priced_row(from.data(), into.size(), price, into.data());
}

Value best_through(std::span<const Value> a, std::span<const Value> b, Value price) {
    const Value best = best_through_row(a.data(), b.data(), a.size());
    return best < price ? kNever : best - price;
}

void best_through(std::span<const Value> a, std::span<const Value> b, std::span<Value> rows,
                  std::span<Value> columns) {
    const std::size_t width = columns.size();
    std::ranges::fill(columns, kLowest);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        rows[row] =
            best_through_row(a.data() + row * width, b.data() + row * width, width, columns.data());
    }
}

}  // namespace tangram::window::exact
