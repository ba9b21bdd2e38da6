// The worst state a service, or any sum over steps, can get into. Losses come with the start of
// some steps, gains with the end of others, and a started step forces the gains that precede it: a
// maximum-weight closure, found as a minimum cut (Picard 1976) of
//   source -> loss (its amount), loss -> gain it forces (no limit), gain -> sink (its amount).
// The flow says which gain pays for which loss. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tangram::transition::check_parts {

// Sums of rates over whole fleets, exactly.
__extension__ using Wide = __int128;

struct Balance {
    std::vector<Wide> losses;                        // each >= 0
    std::vector<Wide> gains;                         // each >= 0
    std::vector<std::vector<std::uint32_t>> forces;  // by loss: the gains its step waits for
};

struct Worst {
    Wide loss = 0;                    // of the losses taken, less the gains they force; >= 0
    std::vector<std::size_t> losses;  // taken in that state, ascending
};

// Maximum flow by Dinic (1970): O(losses + gains) phases at worst, a handful in practice.
[[nodiscard]] Worst worst(const Balance& balance);

// The same over states in which these losses have been taken; `loss` may be negative.
[[nodiscard]] Worst worst_with(const Balance& balance, const std::vector<std::size_t>& taken);

}  // namespace tangram::transition::check_parts
