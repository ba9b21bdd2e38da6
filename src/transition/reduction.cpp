#include "transition/reduction.h"

#include <algorithm>
#include <cstdint>
#include <tuple>

namespace tangram::transition {

std::vector<Arc> reduced(std::vector<Arc> arcs, std::size_t steps) {
    std::ranges::stable_sort(arcs, {},
                             [](const Arc& arc) { return std::tuple(arc.after, arc.before); });
    const auto repeated = std::ranges::unique(arcs, [](const Arc& a, const Arc& b) {
        return a.after == b.after && a.before == b.before;
    });
    arcs.erase(repeated.begin(), repeated.end());

    // An arc is implied if its start precedes another predecessor of its end.
    std::vector<std::vector<std::size_t>> into(steps);  // by place: places
    for (const Arc& arc : arcs) {
        into[arc.after.index()].push_back(arc.before.index());
    }
    std::vector<bool> implied(arcs.size(), false);
    std::vector<std::uint64_t> before(steps);
    // 64 possible starts at a time: before[v] has a bit for each of them that precedes v.
    for (std::size_t block = 0; block < steps; block += 64) {
        std::ranges::fill(before, 0);
        for (std::size_t v = block; v < steps; ++v) {
            for (const std::size_t u : into[v]) {
                before[v] |= before[u];
                if (u >= block && u < block + 64) before[v] |= std::uint64_t{1} << (u - block);
            }
        }
        for (std::size_t i = 0; i < arcs.size(); ++i) {
            const std::size_t u = arcs[i].before.index();
            if (u < block || u >= block + 64) continue;
            for (const std::size_t other : into[arcs[i].after.index()]) {
                if ((before[other] >> (u - block) & 1) != 0) implied[i] = true;
            }
        }
    }
    std::vector<Arc> kept;
    for (std::size_t i = 0; i < arcs.size(); ++i) {
        if (!implied[i]) kept.push_back(arcs[i]);
    }
    return kept;
}

}  // namespace tangram::transition
