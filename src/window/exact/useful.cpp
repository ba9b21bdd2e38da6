#include "window/exact/useful.h"

#include <algorithm>
#include <utility>

namespace tangram::window::exact {

Useful lengthened(const Useful& useful, Space& shorter, Space& longer) {
    std::map<std::pair<std::size_t, Holds>, std::vector<std::uint16_t>> images;
    const auto image = [&](std::size_t half, Holds holds) -> const std::vector<std::uint16_t>& {
        const auto [place, added] = images.try_emplace({half, holds});
        if (added) place->second = longer.shortened(half, holds, shorter);
        return place->second;
    };
    const auto longer_states = [&](std::size_t half, Holds holds, const States& states) {
        const std::vector<std::uint16_t>& of = image(half, holds);
        States out;
        for (std::size_t i = 0; i < of.size() && !states.empty(); ++i) {
            if (std::ranges::binary_search(states, of[i])) {
                out.push_back(static_cast<std::uint16_t>(i));
            }
        }
        return out;
    };
    Useful out = useful;
    const BlockTree& tree = longer.tree();
    for (auto& [key, slots] : out.cells) {
        if (key.kind != Cell::Kind::kHalves) continue;
        for (UsefulStates& states : slots) {
            states.left = longer_states(tree.left, key.left, states.left);
            states.right = longer_states(tree.right, key.right, states.right);
        }
    }
    return out;
}

}  // namespace tangram::window::exact
