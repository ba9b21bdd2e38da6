#include "transition/check/reach.h"

#include <algorithm>
#include <array>

namespace tangram::transition::check_parts {
namespace {

constexpr std::size_t kWords = 8;
constexpr std::size_t kColumns = 64 * kWords;
using Mask = std::array<std::uint64_t, kWords>;

struct Column {
    std::size_t group;
    std::size_t source;  // index into the group's sources
};

// Marks, for each step, the columns whose source is the step or precedes it.
void carry(const Dag& dag, std::vector<Mask>& masks) {
    for (const StepId step : dag.order()) {
        Mask& mask = masks[step.index()];
        for (const StepId earlier : dag.before(step)) {
            const Mask& other = masks[earlier.index()];
            for (std::size_t w = 0; w < kWords; ++w) mask[w] |= other[w];
        }
    }
}

}  // namespace

std::vector<BitMatrix> reach(const Dag& dag, std::span<const ReachGroup> groups) {
    std::vector<BitMatrix> matrices;
    std::vector<Column> columns;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        matrices.emplace_back(groups[g].sinks.size(), groups[g].sources.size());
        if (groups[g].sinks.empty()) continue;
        for (std::size_t i = 0; i < groups[g].sources.size(); ++i) columns.push_back({g, i});
    }
    std::vector<Mask> masks(dag.size());
    for (std::size_t begin = 0; begin < columns.size(); begin += kColumns) {
        const std::size_t count = std::min(kColumns, columns.size() - begin);
        std::ranges::fill(masks, Mask{});
        for (std::size_t bit = 0; bit < count; ++bit) {
            const Column& column = columns[begin + bit];
            const StepId source = groups[column.group].sources[column.source];
            masks[source.index()][bit / 64] |= std::uint64_t{1} << (bit % 64);
        }
        carry(dag, masks);
        for (std::size_t bit = 0; bit < count; ++bit) {
            const Column& column = columns[begin + bit];
            const ReachGroup& group = groups[column.group];
            for (std::size_t row = 0; row < group.sinks.size(); ++row) {
                const StepId sink = group.sinks[row];
                const bool marked = ((masks[sink.index()][bit / 64] >> (bit % 64)) & 1U) != 0;
                // A step does not precede itself.
                if (marked && sink != group.sources[column.source]) {
                    matrices[column.group].set(row, column.source);
                }
            }
        }
    }
    return matrices;
}

}  // namespace tangram::transition::check_parts
