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

namespace {

// Whether a tenant may be in `mode` at some moment of `slot`.
bool passes(const Chosen& chosen, int mode, int slot, std::size_t tenant, const Plans& plans) {
    if (chosen.choice == Chosen::kNone) return mode == 0;
    const auto choice = static_cast<std::size_t>(chosen.choice);
    const int end = chosen.start + plans.choices(tenant)[choice].slots;
    if (mode == 0) return slot <= chosen.start;
    if (!runs(mode)) return slot >= end;
    const auto& group = plans.groups(tenant)[group_of(mode)];
    return std::ranges::find(group, choice) != group.end() && chosen.start <= slot && slot <= end;
}

}  // namespace

Useful along(const Plan& plan, const Plans& plans, const Useful& useful) {
    Useful out{useful.least, {}};
    for (const auto& [key, slots] : useful.cells) {
        std::vector<UsefulStates> kept(slots.size());
        bool any = false;
        for (std::size_t t = 0; t < slots.size(); ++t) {
            bool passed = slots[t].any();
            for (std::size_t i = 0; passed && i < plan.size(); ++i) {
                passed = passes(plan[i], key.modes[i], static_cast<int>(t), i, plans);
            }
            if (!passed) continue;
            kept[t] = slots[t];
            any = true;
        }
        if (any) out.cells.emplace(key, std::move(kept));
    }
    return out;
}

}  // namespace tangram::window::exact
