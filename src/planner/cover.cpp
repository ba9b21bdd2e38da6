#include "planner/cover.h"

#include <algorithm>

namespace tangram::planner {
namespace {

std::int64_t capacity_with(const Demand& demand, std::int64_t largest) {
    const std::int64_t left = demand.after_loss().count();
    return left == 0 ? demand.required.count() : std::max(demand.required.count(), left + largest);
}

std::int64_t largest_of(std::span<const Option> options) {
    std::int64_t largest = 0;
    for (const Option& option : options) largest = std::max(largest, option.throughput.count());
    return largest;
}

}  // namespace

std::vector<CoverClass> cover_classes(const Demand& demand, std::span<const Option> options) {
    if (demand.after_loss().count() == 0) {
        return {{-1, largest_of(options), demand.required.count()}};
    }
    std::vector<std::int64_t> throughputs;
    for (const Option& option : options) throughputs.push_back(option.throughput.count());
    std::ranges::sort(throughputs);
    std::vector<CoverClass> classes;
    for (const std::int64_t largest : throughputs) {
        const std::int64_t capacity = capacity_with(demand, largest);
        // Small types whose loss the demand allows for anyway need not be told apart.
        const bool like_the_last = !classes.empty() && classes.back().capacity == capacity;
        if (like_the_last) {
            classes.back().largest = largest;
        } else {
            classes.push_back({classes.empty() ? 0 : classes.back().largest, largest, capacity});
        }
    }
    return classes;
}

std::int64_t capacity_at_most(const Demand& demand, std::span<const Option> options) {
    return capacity_with(demand, largest_of(options));
}

bool covers(const Demand& demand, std::span<const Option> options,
            std::span<const std::int32_t> counts) {
    std::int64_t capacity = 0;
    std::int64_t replicas = 0;
    std::int64_t largest = 0;
    for (std::size_t o = 0; o < options.size(); ++o) {
        if (counts[o] < 0) return false;
        capacity += options[o].throughput.count() * counts[o];
        replicas += counts[o];
        if (counts[o] > 0) largest = std::max(largest, options[o].throughput.count());
    }
    return capacity >= capacity_with(demand, largest) && replicas >= demand.min_replicas;
}

}  // namespace tangram::planner
