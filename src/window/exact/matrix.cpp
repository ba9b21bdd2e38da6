#include "window/exact/matrix.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

// The same code for several processors, chosen when the program starts. Not under sanitizers, whose
// run-time starts later than that.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define TANGRAM_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define TANGRAM_WIDE
#endif

namespace tangram::window::exact {
namespace {

TANGRAM_WIDE void copy_row(const Value* from, std::size_t width, Value* into) {
    for (std::size_t i = 0; i < width; ++i) into[i] = from[i];
}

TANGRAM_WIDE void raise_row(const Value* from, std::size_t width, Value* into) {
    for (std::size_t i = 0; i < width; ++i) into[i] = into[i] < from[i] ? from[i] : into[i];
}

TANGRAM_WIDE void raise_row_by_two(const Value* a, const Value* b, std::size_t width, Value* into) {
    for (std::size_t i = 0; i < width; ++i) {
        const Value more = a[i] < b[i] ? b[i] : a[i];
        into[i] = into[i] < more ? more : into[i];
    }
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

constexpr std::uint16_t kNowhere = 0xFFFF;

// Of every state up to the last one, where it stands among `states`.
std::vector<std::uint16_t> places_of(std::span<const std::uint16_t> states) {
    std::vector<std::uint16_t> places(states.empty() ? 0 : states.back() + std::size_t{1},
                                      kNowhere);
    for (std::size_t i = 0; i < states.size(); ++i) {
        places[states[i]] = static_cast<std::uint16_t>(i);
    }
    return places;
}

// Two rows at a time, as far as they cost nothing. `costs`: by row, or empty.
void gather_row(std::span<const Value* const> rows, std::span<const Value> costs, std::size_t width,
                Value* out) {
    const Value* waiting = nullptr;
    bool any = false;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!costs.empty() && costs[i] != 0) continue;
        if (!any) {
            copy_row(rows[i], width, out);
            any = true;
        } else if (waiting == nullptr) {
            waiting = rows[i];
        } else {
            raise_row_by_two(waiting, rows[i], width, out);
            waiting = nullptr;
        }
    }
    if (waiting != nullptr) raise_row(waiting, width, out);
    if (!any) std::fill(out, out + width, kNever);
    for (std::size_t i = 0; i < costs.size(); ++i) {
        if (costs[i] != 0) raise_priced_row(rows[i], width, costs[i], out);
    }
}

using Four = Value __attribute__((vector_size(16)));

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

void gather(const Lists& lists, const Value* in, std::size_t width, Value* out) {
    std::vector<const Value*> rows;
    for (std::size_t row = 0; row + 1 < lists.first.size(); ++row, out += width) {
        rows.clear();
        for (const std::uint16_t source : lists.of(row)) rows.push_back(in + source * width);
        gather_row(rows, {}, width, out);
    }
}

std::uint64_t gather(const Lists& lists, std::span<const Value> costs,
                     std::span<const std::uint16_t> targets, std::span<const std::uint16_t> sources,
                     const Value* in, std::size_t width, Value* out) {
    const std::vector<std::uint16_t> places = places_of(sources);
    std::vector<const Value*> rows;
    std::vector<Value> of_row;
    std::uint64_t steps = 0;
    for (const std::uint16_t target : targets) {
        rows.clear();
        of_row.clear();
        for (std::size_t i = lists.first[target]; i < lists.first[target + std::size_t{1}]; ++i) {
            const std::uint16_t source = lists.items[i];
            if (source >= places.size()) break;
            if (places[source] == kNowhere) continue;
            rows.push_back(in + places[source] * width);
            if (!costs.empty()) of_row.push_back(costs[lists.taken[i]]);
        }
        gather_row(rows, of_row, width, out);
        out += width;
        steps += rows.size() * width;
    }
    return steps;
}

void recast(const Value* in, const Axes& from, const Axes& to, Value* out) {
    const std::vector<std::uint16_t> row_places = places_of(from.rows);
    const std::vector<std::uint16_t> column_places = places_of(from.columns);
    const auto place = [](const std::vector<std::uint16_t>& places, std::uint16_t state) {
        return state < places.size() ? places[state] : kNowhere;
    };
    // Columns that stand together in both are copied together.
    struct Run {
        std::size_t from, to, length;
    };
    std::vector<Run> runs;
    const std::size_t width = to.columns.size();
    for (std::size_t i = 0; i < width; ++i) {
        const std::uint16_t column = place(column_places, to.columns[i]);
        if (column == kNowhere) continue;
        if (!runs.empty() && runs.back().from + runs.back().length == column &&
            runs.back().to + runs.back().length == i) {
            ++runs.back().length;
        } else {
            runs.push_back({column, i, 1});
        }
    }
    const bool whole = runs.size() == 1 && runs[0].length == width;
    for (const std::uint16_t state : to.rows) {
        const std::uint16_t row = place(row_places, state);
        if (row == kNowhere || !whole) std::fill(out, out + width, kNever);
        for (const Run& run : runs) {
            if (row == kNowhere) break;
            const Value* source = in + row * from.columns.size() + run.from;
            std::copy(source, source + run.length, out + run.to);
        }
        out += width;
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

void add_by_class(std::span<Value> values, const Axes& axes, std::span<const int> row_class,
                  std::span<const int> column_class, std::span<const Value> rewards,
                  std::size_t column_classes) {
    const std::size_t width = axes.columns.size();
    std::vector<std::vector<Value>> wide(rewards.size() / column_classes);
    for (std::size_t row = 0; row < axes.rows.size(); ++row) {
        const auto of_row = static_cast<std::size_t>(row_class[axes.rows[row]]);
        if (wide[of_row].empty()) {
            for (const std::uint16_t column : axes.columns) {
                wide[of_row].push_back(rewards[of_row * column_classes +
                                               static_cast<std::size_t>(column_class[column])]);
            }
        }
        add_row(wide[of_row].data(), width, values.data() + row * width);
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
