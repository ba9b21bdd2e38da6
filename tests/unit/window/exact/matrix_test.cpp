#include "window/exact/matrix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/random.h"

namespace tangram::window::exact {
namespace {

using States = std::vector<std::uint16_t>;

std::vector<Value> random_values(Random& random, std::size_t size) {
    std::vector<Value> values;
    for (std::size_t i = 0; i < size; ++i) {
        const bool reached = random.below(4) != 0;
        values.push_back(reached ? static_cast<Value>(random.below(1'000'000)) : kNever);
    }
    return values;
}

// Of `count` states, about half.
States random_states(Random& random, std::size_t count) {
    States states;
    for (std::size_t i = 0; i < count; ++i) {
        if (random.below(2) == 0) states.push_back(static_cast<std::uint16_t>(i));
    }
    return states;
}

// From `targets` states to `sources` others, with one of three things taken.
Lists random_lists(Random& random, std::size_t targets, std::size_t sources) {
    Lists lists;
    lists.first.push_back(0);
    for (std::size_t i = 0; i < targets; ++i) {
        for (const std::uint16_t source : random_states(random, sources)) {
            lists.items.push_back(source);
            lists.taken.push_back(static_cast<std::uint16_t>(random.below(3)));
        }
        lists.first.push_back(static_cast<std::uint32_t>(lists.items.size()));
    }
    return lists;
}

// Every width has its own way through the lanes of a processor.
TEST(Kernels, GatherTheHighestRowsLessTheirPrices) {
    Random random(1);
    Kernels kernels;
    const std::vector<Value> costs{0, 7, 500'000};
    for (std::size_t width = 1; width < 70; ++width) {
        const Lists lists = random_lists(random, 9, 12);
        const States rows = random_states(random, 12), targets = random_states(random, 9);
        const std::vector<Value> in = random_values(random, rows.size() * width);
        for (const bool priced : {false, true}) {
            std::vector<Value> out(targets.size() * width + 1, 42);
            kernels.gather(lists, priced ? std::span(costs) : std::span<const Value>{}, targets,
                           rows, in.data(), width, out.data());
            EXPECT_EQ(out.back(), 42) << "beyond the end";
            for (std::size_t t = 0; t < targets.size(); ++t) {
                for (std::size_t column = 0; column < width; ++column) {
                    Value best = kNever;
                    for (std::size_t i = lists.first[targets[t]];
                         i < lists.first[targets[t] + std::size_t{1}]; ++i) {
                        const auto row = std::ranges::find(rows, lists.items[i]);
                        if (row == rows.end()) continue;
                        const auto place = static_cast<std::size_t>(row - rows.begin());
                        const Value value = in[place * width + column];
                        if (value < kReached) continue;
                        best = std::max(best, value - (priced ? costs[lists.taken[i]] : 0));
                    }
                    const Value found = out[t * width + column];
                    EXPECT_EQ(std::max(found, kReached), std::max(best, kReached))
                        << width << " wide, target " << t << ", column " << column;
                }
            }
        }
    }
}

TEST(Kernels, GatherFromAllRows) {
    Random random(2);
    Kernels kernels;
    for (const std::size_t width : {1U, 5U, 16U, 33U}) {
        const Lists lists = random_lists(random, 5, 6);
        const std::vector<Value> in = random_values(random, 6 * width);
        std::vector<Value> some(5 * width), all(5 * width);
        const States targets{0, 1, 2, 3, 4}, rows{0, 1, 2, 3, 4, 5};
        kernels.gather(lists, {}, targets, rows, in.data(), width, some.data());
        kernels.gather(lists, in.data(), width, all.data());
        EXPECT_EQ(some, all);
    }
}

TEST(Kernels, RecastKeepsWhatIsInBoth) {
    Random random(3);
    Kernels kernels;
    for (int repeat = 0; repeat < 50; ++repeat) {
        const States rows = random_states(random, 20), columns = random_states(random, 30);
        const States new_rows = random_states(random, 20), new_columns = random_states(random, 30);
        const std::vector<Value> in = random_values(random, rows.size() * columns.size());
        std::vector<Value> out(new_rows.size() * new_columns.size());
        kernels.recast(in.data(), {rows, columns}, {new_rows, new_columns}, out.data());
        for (std::size_t i = 0; i < out.size(); ++i) {
            const auto row = std::ranges::find(rows, new_rows[i / new_columns.size()]);
            const auto column = std::ranges::find(columns, new_columns[i % new_columns.size()]);
            const bool both = row != rows.end() && column != columns.end();
            const Value value =
                both ? in[static_cast<std::size_t>(row - rows.begin()) * columns.size() +
                          static_cast<std::size_t>(column - columns.begin())]
                     : kNever;
            EXPECT_EQ(out[i], value);
        }
    }
}

TEST(Kernels, AddByClassIsTheSameForSomeRowsAndColumns) {
    Random random(4);
    Kernels kernels;
    const std::vector<int> row_class{0, 1, 2, 1, 0, 2}, column_class{3, 0, 1, 2, 3, 1, 0};
    const std::vector<Value> rewards = random_values(random, 12);
    const std::vector<Value> before = random_values(random, 42);
    std::vector<Value> all = before;
    add_by_class(all, row_class, column_class, rewards, 4);
    const States rows{1, 3, 5}, columns{0, 2, 6};
    std::vector<Value> some;
    for (const std::size_t row : rows) {
        for (const std::size_t column : columns) some.push_back(before[row * 7 + column]);
    }
    kernels.add_by_class(some, {rows, columns}, row_class, column_class, rewards, 4);
    for (std::size_t i = 0; i < some.size(); ++i) {
        EXPECT_EQ(some[i], all[rows[i / 3] * std::size_t{7} + columns[i % 3]]);
    }
}

}  // namespace
}  // namespace tangram::window::exact
