#include "window/exact/start.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace tangram::window::exact {

Start::Start(const Window& window, GpuId gpu,
             const std::vector<std::optional<std::size_t>>& hold_of, Space& space)
    : space_(space), uses_(space.tree().blocks.size()) {
    const BlockTree& tree = space.tree();
    for (std::size_t i = 0; i < window.running.size(); ++i) {
        const Running& running = window.running[i];
        if (running.gpu != gpu) continue;
        if (running.activity != Activity::kServing && !hold_of[i]) continue;
        Use use{{}, hold_of[i], running.activity == Activity::kRetraining, i};
        for (std::size_t k = 0; k < space.servers().size(); ++k) {
            const Server& server = space.servers()[k];
            if (use.kept || server.tenant != running.tenant ||
                server.profile != running.placement.profile) {
                continue;
            }
            use.server = k;
        }
        if (!use.server && !use.kept) continue;
        if (std::ranges::find(tree.whole, running.placement.profile) != tree.whole.end() &&
            running.placement.start == tree.whole_start) {
            whole_ = use;
            continue;
        }
        for (std::size_t block = 0; block < tree.blocks.size(); ++block) {
            const Block& place = tree.blocks[block];
            const bool here = place.start == running.placement.start &&
                              std::ranges::find(place.profiles, running.placement.profile) !=
                                  place.profiles.end();
            if (here) uses_[block] = use;
        }
    }
}

const Start::Use* Start::at(std::size_t block) const {
    return uses_[block] ? &*uses_[block] : nullptr;
}

bool Start::any_inside(std::size_t block, bool kept_only) const {
    if (uses_[block] && (!kept_only || uses_[block]->kept)) return true;
    return std::ranges::any_of(space_.tree().blocks[block].children,
                               [&](std::size_t child) { return any_inside(child, kept_only); });
}

bool Start::empty(std::size_t block) const { return !any_inside(block, false); }
bool Start::kept(std::size_t block) const { return any_inside(block, true); }

void Start::add_whole(std::size_t block, Holds starts, std::vector<Reached>& out) const {
    for (const int state : space_.fresh(block, starts)) {
        // Of a split block the children say more: some of what runs inside may go on.
        if (space_.table(block, starts).states[static_cast<std::size_t>(state)].kind !=
            State::Kind::kSplit) {
            out.push_back({starts, state});
        }
    }
}

void Start::add_split(std::size_t block, Holds starts, std::vector<Reached>& out) const {
    const std::vector<std::size_t>& children = space_.tree().blocks[block].children;
    std::vector<Holds> given(children.size());
    std::vector<Reached> chosen;
    const auto choose = [&](const auto& self, std::size_t i) -> void {
        if (i == children.size()) {
            out.push_back(space_.split(block, chosen));
            return;
        }
        for (const Reached& child : first(children[i], given[i])) {
            chosen.push_back(child);
            self(self, i + 1);
            chosen.pop_back();
        }
    };
    distribute(starts, given, [&] { choose(choose, 0); });
}

std::vector<Reached> Start::first(std::size_t block, Holds starts) const {
    std::vector<Reached> out;
    const Use* use = at(block);
    if (empty(block) || (use != nullptr && !use->kept)) {
        for (const int state : space_.fresh(block, starts)) out.push_back({starts, state});
    }
    if (use != nullptr) {
        if (starts == 0) {
            out.push_back(use->hold ? space_.held(block, *use->hold)
                                    : space_.serving(block, *use->server));
        }
    } else if (!empty(block)) {
        if (!kept(block)) add_whole(block, starts, out);
        add_split(block, starts, out);
    }
    std::ranges::sort(out);
    const auto rest = std::ranges::unique(out);
    out.erase(rest.begin(), rest.end());
    return out;
}

}  // namespace tangram::window::exact
