#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"
#include "window/exact/trace.h"

namespace tangram::window::exact {
namespace {

// States say which of several equal blocks are in which state only up to exchange. Here every block
// keeps its own, and what comes next is matched to it.
class Blocks {
public:
    Blocks(Space& space, const Start& start)
        : space_(space), start_(start), states_(space.tree().blocks.size()) {}

    void begin(std::size_t block, const Reached& target, Holds starts) {
        states_[block] = target;
        const State& state = space_.state_of(block, target);
        if (state.kind != State::Kind::kSplit) return;
        match(
            block, state,
            [&](std::size_t child, const Reached& next) {
                const auto reachable = start_.first(child, next.holds & starts);
                return std::ranges::binary_search(reachable, next);
            },
            [&](std::size_t child, const Reached& next) { begin(child, next, starts); });
    }

    // All of the block was in one instance's hands, or in another state of the whole GPU.
    void begin_fresh(std::size_t block, const Reached& target) {
        states_[block] = target;
        const State state = space_.state_of(block, target);
        const auto& children = space_.tree().blocks[block].children;
        for (std::size_t i = 0; i < state.children.size(); ++i) {
            begin_fresh(children[i], state.children[i]);
        }
    }

    void advance(std::size_t block, const Reached& target, const SlotEvents& events) {
        const State before = space_.state_of(block, states_[block]);
        if (before.kind != State::Kind::kSplit) {
            // A leaf or one instance: what comes next begins on slices that were all its own.
            begin_fresh(block, target);
            return;
        }
        states_[block] = target;
        const State state = space_.state_of(block, target);
        if (state.kind != State::Kind::kSplit) return;
        match(
            block, state,
            [&](std::size_t child, const Reached& next) {
                const Reached& from = states_[child];
                const Holds starts = next.holds & events.starts;
                if (((from.holds & ~events.ends) | starts) != next.holds) return false;
                const auto list = space_.moves(child, from.holds, events.ends & from.holds, starts)
                                      .to.of(static_cast<std::size_t>(from.state));
                return std::ranges::binary_search(list, static_cast<std::uint16_t>(next.state));
            },
            [&](std::size_t child, const Reached& next) { advance(child, next, events); });
    }

    [[nodiscard]] const Reached& at(std::size_t block) const { return states_[block]; }

private:
    // Gives each child one of the states of children of its shape, such that `allowed`.
    template <typename Allowed, typename Apply>
    void match(std::size_t block, const State& state, const Allowed& allowed, const Apply& apply) {
        const auto& blocks = space_.tree().blocks;
        const std::vector<std::size_t>& children = blocks[block].children;
        std::vector<std::size_t> choice;
        const auto place = [&](const auto& self, std::size_t i) -> bool {
            if (i == children.size()) return true;
            for (std::size_t k = 0; k < children.size(); ++k) {
                if (blocks[children[k]].shape != blocks[children[i]].shape) continue;
                if (std::ranges::find(choice, k) != choice.end()) continue;
                if (!allowed(children[i], state.children[k])) continue;
                choice.push_back(k);
                if (self(self, i + 1)) return true;
                choice.pop_back();
            }
            return false;
        };
        CHECK(place(place, 0), "children that cannot become what their block becomes");
        for (std::size_t i = 0; i < children.size(); ++i) {
            apply(children[i], state.children[choice[i]]);
        }
    }

    Space& space_;
    const Start& start_;
    std::vector<Reached> states_;
};

// Turns what every block holds slot by slot into stints.
class Stints {
public:
    Stints(const Window& window, GpuId gpu, Space& space, const Start& start, const Plans& plans,
           const Plan& plan)
        : window_(window), gpu_(gpu), space_(space), start_(start), plans_(plans), plan_(plan) {}

    void see(std::size_t block, const Reached& reached, const Blocks& blocks, int slot) {
        const State state = space_.state_of(block, reached);
        const Block& place = space_.tree().blocks[block];
        const auto detail = static_cast<std::size_t>(state.detail);
        if (state.kind == State::Kind::kServing) {
            serve(detail, place.start, start_.at(block), slot);
        } else if (state.kind == State::Kind::kHeld) {
            hold(detail, place.start, start_.at(block), slot);
        }
        for (const std::size_t child :
             state.children.empty() ? std::vector<std::size_t>{} : place.children) {
            see(child, blocks.at(child), blocks, slot);
        }
    }

    void see_whole(const GpuState& state, int slot) {
        const Start::Use* use = start_.whole() ? &*start_.whole() : nullptr;
        const int at = space_.tree().whole_start;
        if (state.server) serve(*state.server, at, use, slot);
        if (state.hold) hold(*state.hold, at, use, slot);
    }

    [[nodiscard]] Schedule take() {
        std::erase_if(schedule_.stints, [](const Stint& it) { return it.until <= it.ready; });
        sort_stints(schedule_);
        return std::move(schedule_);
    }

private:
    // The stint of this placement and tenant that has gone on until now.
    Stint* open(const Stint& like, int slot) {
        for (Stint& it : schedule_.stints) {
            if (it.until == slot && it.placement == like.placement && it.tenant == like.tenant &&
                it.use == like.use) {
                return &it;
            }
        }
        return nullptr;
    }

    void serve(std::size_t server, int at, const Start::Use* use, int slot) {
        const Server& it = space_.servers()[server];
        Stint stint{gpu_, {it.profile, at}, it.tenant, Use::kServe, slot - it.warm_up,
                    slot, slot + 1,         {},        {}};
        if (Stint* known = open(stint, slot)) {
            known->until = slot + 1;
            return;
        }
        if (slot == 0 && use != nullptr && use->server == server && !use->hold) {
            stint.from = 0;
            stint.running = use->running;
        }
        CHECK(stint.from >= 0);
        schedule_.stints.push_back(stint);
    }

    void hold(std::size_t index, int at, const Start::Use* use, int slot) {
        const Hold& it = space_.holds()[index];
        const bool running = use != nullptr && use->hold == index;
        Stint stint{gpu_,      {it.profile, at},
                    it.tenant, it.serves_after ? Use::kServe : Use::kRetrain,
                    slot,      slot,
                    slot + 1,  {},
                    {}};
        if (Stint* known = open(stint, slot)) {
            known->until = slot + 1;
            return;
        }
        if (running) {
            stint.running = use->running;
            if (it.serves_after) stint.ready = window_.running[use->running].left;
        } else {
            const Chosen& chosen = plan_[it.tenant.index()];
            stint.retraining =
                plans_.choices(it.tenant.index())[static_cast<std::size_t>(chosen.choice)]
                    .retraining;
        }
        schedule_.stints.push_back(stint);
    }

    const Window& window_;
    GpuId gpu_;
    Space& space_;
    const Start& start_;
    const Plans& plans_;
    const Plan& plan_;
    Schedule schedule_;
};

}  // namespace

Schedule realise(const Window& window, GpuId gpu, Space& space, const Start& start,
                 const Plans& plans, const Plan& plan, const std::vector<GpuState>& way) {
    const Timeline timeline = plans.timeline(plan);
    const BlockTree& tree = space.tree();
    Blocks blocks(space, start);
    Stints stints(window, gpu, space, start, plans, plan);
    for (std::size_t i = 0; i < way.size(); ++i) {
        const int slot = static_cast<int>(i);
        const GpuState& now = way[i];
        const SlotEvents events = timeline.events(slot);
        if (now.server || now.hold) {
            stints.see_whole(now, slot);
            continue;
        }
        const bool from_whole =
            i == 0 ? start.whole().has_value() : way[i - 1].server || way[i - 1].hold;
        for (const auto& [block, target] :
             {std::pair{tree.left, now.left}, std::pair{tree.right, now.right}}) {
            if (from_whole) {
                blocks.begin_fresh(block, target);
            } else if (i == 0) {
                blocks.begin(block, target, events.starts);
            } else {
                blocks.advance(block, target, events);
            }
            stints.see(block, target, blocks, slot);
        }
    }
    return stints.take();
}

}  // namespace tangram::window::exact
