// Matrices that are not needed any more, to be used again: most are small, and there are millions.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <utility>
#include <vector>

#include "window/exact/rewards.h"

namespace tangram::window::exact {

class Spare {
public:
    // Its values are anything.
    [[nodiscard]] std::vector<Value> take(std::size_t size) {
        std::vector<Value> values;
        const std::size_t index = class_of(size);
        if (by_class_[index].empty()) {
            values.reserve(largest(index));
        } else {
            values = std::move(by_class_[index].back());
            by_class_[index].pop_back();
        }
        values.resize(size);
        return values;
    }
    void give(std::vector<Value> values) {
        by_class_[class_of(values.capacity())].push_back(std::move(values));
    }
    void clear() {
        for (auto& of_class : by_class_) of_class.clear();
    }

private:
    // Classes of sizes: 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, ...
    static std::size_t largest(std::size_t index) { return (index % 4 + 4) << (index / 4); }
    static std::size_t class_of(std::size_t size) {
        if (size <= 4) return 0;
        const auto doublings = static_cast<std::size_t>(std::bit_width(size - 1)) - 3;
        return 4 * doublings + ((size - 1) >> doublings) - 3;
    }

    std::array<std::vector<std::vector<Value>>, std::size_t{4} * 40> by_class_;
};

}  // namespace tangram::window::exact
