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
    const std::size_t rows = lists.first.size() - 1;
    for (std::size_t row = 0; row < rows; ++row, out += width) {
        const auto list = lists.of(row);
        if (list.empty()) {
            std::fill(out, out + width, kNever);
            continue;
        }
        copy_row(in + list[0] * width, width, out);
        std::size_t i = 1;
        for (; i + 1 < list.size(); i += 2) {
            raise_row_by_two(in + list[i] * width, in + list[i + 1] * width, width, out);
        }
        if (i < list.size()) raise_row(in + list[i] * width, width, out);
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

}  // namespace tangram::window::exact
