#include "planner/pipeline/tree_search/configuration_pool.h"

#include <algorithm>

namespace tangram::planner::pipeline::tree_search {
namespace {

// A fixed random number for each job and phase (splitmix64); a set of them is known by their xor.
std::uint64_t mark(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

}  // namespace

std::uint64_t ConfigurationPool::kind(const rms::Needs& needs) const {
    std::uint64_t kind = 0;
    for (const rms::Need& need : needs) {
        kind ^= mark(2 * need.job.index() + (problem_.nearly_done(need) ? 1 : 0));
    }
    return kind;
}

const std::vector<rms::Configuration>& ConfigurationPool::of(std::uint64_t kind) const {
    static const std::vector<rms::Configuration> kNone;
    const auto found = pools_.find(kind);
    return found == pools_.end() ? kNone : found->second;
}

void ConfigurationPool::remember(std::uint64_t kind, const rms::Configuration& configuration) {
    const auto found = pools_.find(kind);
    if (found == pools_.end()) {
        if (pools_.size() < kKindsAtMost) pools_[kind].push_back(configuration);
        return;
    }
    std::vector<rms::Configuration>& pool = found->second;
    if (pool.size() >= kEach || std::ranges::find(pool, configuration) != pool.end()) return;
    pool.push_back(configuration);
}

}  // namespace tangram::planner::pipeline::tree_search
