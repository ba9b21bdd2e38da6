// Good configurations, remembered by the kind of completion vector they were made for.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "planner/pipeline/rms/task.h"

namespace tangram::planner::pipeline::tree_search {

class ConfigurationPool {
public:
    explicit ConfigurationPool(const rms::Problem& problem) : problem_(problem) {}

    // Equal for needs of the same jobs with the same of them nearly done.
    [[nodiscard]] std::uint64_t kind(const rms::Needs& needs) const;

    // Those remembered for a kind; the reference is good until the next remember().
    [[nodiscard]] const std::vector<rms::Configuration>& of(std::uint64_t kind) const;

    // Forgotten where the kind has enough, or there are too many kinds.
    void remember(std::uint64_t kind, const rms::Configuration& configuration);
    [[nodiscard]] bool full(std::uint64_t kind) const { return of(kind).size() >= kEach; }

private:
    static constexpr std::size_t kEach = 8;
    static constexpr std::size_t kKindsAtMost = 20'000;

    const rms::Problem& problem_;
    std::unordered_map<std::uint64_t, std::vector<rms::Configuration>> pools_;
};

}  // namespace tangram::planner::pipeline::tree_search
