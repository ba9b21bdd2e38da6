#include "window/exact/space.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <utility>

#include "base/check.h"

namespace tangram::window::exact {
namespace {

constexpr Holds bit(std::size_t hold) { return Holds{1} << hold; }

Taken sum(const Taken& a, const Taken& b) {
    if (a.empty() || b.empty()) return a.empty() ? b : a;
    Taken out = a;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += b[i];
    return out;
}

bool no_more(const Taken& a, const Taken& b) {
    if (a.empty()) return true;
    return !b.empty() && std::ranges::equal(a, b, std::less_equal{});
}

// One after the other, of those with the same state none that takes as much as another or more.
template <typename Next>
void keep_least(std::vector<Next>& all) {
    std::ranges::sort(all);
    std::vector<Next> kept;
    std::size_t first = 0;  // of those with the same state
    for (const Next& next : all) {
        if (!kept.empty() && kept.back().state != next.state) first = kept.size();
        // Ascending: what takes less in all comes first.
        const bool beaten =
            std::any_of(kept.begin() + static_cast<std::ptrdiff_t>(first), kept.end(),
                        [&](const Next& it) { return no_more(it.taken, next.taken); });
        if (!beaten) kept.push_back(next);
    }
    all = std::move(kept);
}

bool is_leaf(const Block& block) { return block.children.empty() && !block.profiles.empty(); }

}  // namespace

// From each of `before` states, what `after(state)` says, to one of `behind`. Of ways that lead to
// the same those stay that take least.
template <typename After>
Moves Space::listed(std::size_t before, std::size_t behind, const After& after) const {
    Moves made;
    std::map<Taken, std::uint16_t> index{{Taken{}, 0}};
    made.taken.emplace_back();
    std::vector<std::vector<std::pair<std::uint16_t, std::uint16_t>>> from(behind);
    made.to.first.push_back(0);
    for (std::size_t state = 0; state < before && !too_large_; ++state) {
        std::vector<Next> all = after(static_cast<int>(state));
        keep_least(all);
        for (const Next& next : all) {
            const auto [place, added] =
                index.try_emplace(next.taken, static_cast<std::uint16_t>(made.taken.size()));
            if (added) made.taken.push_back(next.taken);
            made.to.items.push_back(static_cast<std::uint16_t>(next.state));
            made.to.taken.push_back(place->second);
            from[static_cast<std::size_t>(next.state)].emplace_back(
                static_cast<std::uint16_t>(state), place->second);
        }
        made.to.first.push_back(static_cast<std::uint32_t>(made.to.items.size()));
    }
    made.to.first.resize(before + 1, static_cast<std::uint32_t>(made.to.items.size()));
    made.from.first.push_back(0);
    for (const auto& list : from) {
        for (const auto& [state, taken] : list) {
            made.from.items.push_back(state);
            made.from.taken.push_back(taken);
        }
        made.from.first.push_back(static_cast<std::uint32_t>(made.from.items.size()));
    }
    return made;
}

int longest_warm_up(const Window& window) {
    int slots = 0;
    for (const Tenant& tenant : window.tenants) slots = std::max(slots, tenant.warm_up);
    return slots;
}

Space::Space(const Window& window, GpuId gpu, const BlockTree& tree, std::vector<Hold> holds,
             int warm_up_max)
    : window_(window), tree_(tree), holds_(std::move(holds)) {
    CHECK(holds_.size() <= kHoldsMax);
    const KindId kind = window.gpus[gpu].kind;
    for (const TenantId id : window.tenants.ids()) {
        const Tenant& tenant = window.tenants[id];
        for (const gpu::ProfileId profile : window.model(kind).profiles.ids()) {
            const Rate capacity = tenant.capacity[kind][profile];
            if (capacity.count() == 0) continue;
            const int warm_up = std::min(tenant.warm_up, warm_up_max);
            oldest_ = std::max(oldest_, warm_up);
            servers_.push_back({id, profile, capacity, warm_up});
        }
    }
}

bool Space::fits(std::size_t hold, std::span<const gpu::ProfileId> profiles) const {
    return std::ranges::find(profiles, holds_[hold].profile) != profiles.end();
}

std::vector<std::size_t> Space::servers_on(std::span<const gpu::ProfileId> profiles) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < servers_.size(); ++i) {
        if (std::ranges::find(profiles, servers_[i].profile) != profiles.end()) found.push_back(i);
    }
    return found;
}

std::optional<std::size_t> Space::successor(std::size_t hold) const {
    if (!holds_[hold].serves_after) return std::nullopt;
    for (std::size_t i = 0; i < servers_.size(); ++i) {
        if (servers_[i].tenant == holds_[hold].tenant &&
            servers_[i].profile == holds_[hold].profile) {
            return i;
        }
    }
    return std::nullopt;
}

const Table& Space::table(std::size_t block, Holds holds) { return entry(block, holds).table; }

Space::Entry& Space::entry(std::size_t block, Holds holds) {
    auto& slot = entries_[{tree_.blocks[block].shape, holds}];
    if (!slot) {
        auto made = std::make_unique<Entry>();
        fill(*made, block, holds);
        classify(made->table);
        slot = std::move(made);
    }
    return *slot;
}

void Space::add(Entry& entry, State state) {
    if (entry.table.states.size() >= kStatesMax) {
        too_large_ = true;
        return;
    }
    ++work_;
    const int index = static_cast<int>(entry.table.states.size());
    entry.index.try_emplace({state.kind, state.detail, state.children}, index);
    entry.table.states.push_back(std::move(state));
}

void Space::fill(Entry& entry, std::size_t index, Holds holds) {
    const Block& block = tree_.blocks[index];
    const std::vector<std::int64_t> nothing(window_.tenants.size());
    if (holds == 0) {
        for (const std::size_t server : servers_on(block.profiles)) {
            State state{State::Kind::kServing, static_cast<int>(server), {}, -1, 0, nothing};
            state.capacity[servers_[server].tenant.index()] = servers_[server].capacity.count();
            add(entry, std::move(state));
        }
    } else if (std::has_single_bit(holds)) {
        const auto hold = static_cast<std::size_t>(std::countr_zero(holds));
        if (fits(hold, block.profiles)) {
            add(entry, {State::Kind::kHeld, static_cast<int>(hold), {}, -1, 0, nothing});
        }
    }
    if (!is_leaf(block)) {
        add_splits(entry, index, holds);
    } else if (holds == 0) {
        for (int age = std::min(1, oldest_); age <= oldest_; ++age) {
            add(entry, {State::Kind::kIdle, age, {}, age, 1, nothing});
        }
    }
}

void Space::add_splits(Entry& entry, std::size_t index, Holds holds) {
    const std::vector<std::size_t>& children = tree_.blocks[index].children;
    std::vector<Holds> given(children.size());
    State state{State::Kind::kSplit, 0, {}, 0, 0, {}};
    const auto finish = [&] {
        State made = state;
        made.free_age = std::numeric_limits<int>::max();
        made.capacity.assign(window_.tenants.size(), 0);
        for (std::size_t i = 0; i < children.size(); ++i) {
            const State& child = state_of(children[i], made.children[i]);
            made.free_age = std::min(made.free_age, child.free_age);
            made.idle += child.idle;
            for (std::size_t k = 0; k < made.capacity.size(); ++k) {
                made.capacity[k] += child.capacity[k];
            }
        }
        add(entry, std::move(made));
    };
    // Equal children ascend, by holds and then by state.
    const auto choose = [&](const auto& self, std::size_t i) -> void {
        if (i == children.size()) {
            finish();
            return;
        }
        const bool like_last =
            i > 0 && tree_.blocks[children[i]].shape == tree_.blocks[children[i - 1]].shape;
        const int count = static_cast<int>(table(children[i], given[i]).states.size());
        for (int child = 0; child < count && !too_large_; ++child) {
            const Reached next{given[i], child};
            if (like_last && next < state.children.back()) continue;
            state.children.push_back(next);
            self(self, i + 1);
            state.children.pop_back();
        }
    };
    if (children.empty() && holds != 0) return;
    distribute(holds, given, [&] { choose(choose, 0); });
}

void Space::classify(Table& table) const {
    std::map<std::vector<std::int64_t>, int> known;
    for (const State& state : table.states) {
        const auto [place, added] =
            known.try_emplace(state.capacity, static_cast<int>(known.size()));
        if (added) table.classes.push_back(state.capacity);
        table.capacity_of.push_back(place->second);
    }
    table.by_tenant.resize(window_.tenants.size());
    for (std::size_t i = 0; i < table.by_tenant.size(); ++i) {
        for (const auto& capacity : table.classes) {
            table.by_tenant[i].push_back(static_cast<double>(capacity[i]));
        }
    }
}

const State& Space::state_of(std::size_t block, const Reached& reached) {
    return table(block, reached.holds).states[static_cast<std::size_t>(reached.state)];
}

int Space::leaves(std::size_t block) const {
    if (is_leaf(tree_.blocks[block])) return 1;
    int sum = 0;
    for (const std::size_t child : tree_.blocks[block].children) sum += leaves(child);
    return sum;
}

int Space::find(std::size_t block, Holds holds, State::Kind kind, int detail) {
    const auto& index = entry(block, holds).index;
    const auto place = index.find({kind, detail, {}});
    CHECK(place != index.end() || too_large_);
    return place == index.end() ? 0 : place->second;
}

Reached Space::serving(std::size_t block, std::size_t server) {
    return {0, find(block, 0, State::Kind::kServing, static_cast<int>(server))};
}

Reached Space::held(std::size_t block, std::size_t hold) {
    return {bit(hold), find(block, bit(hold), State::Kind::kHeld, static_cast<int>(hold))};
}

Reached Space::split(std::size_t block, std::span<const Reached> children) {
    std::vector<Reached> ordered(children.begin(), children.end());
    const std::vector<std::size_t>& blocks = tree_.blocks[block].children;
    for (std::size_t begin = 0; begin < blocks.size();) {
        std::size_t end = begin + 1;
        while (end < blocks.size() &&
               tree_.blocks[blocks[end]].shape == tree_.blocks[blocks[begin]].shape) {
            ++end;
        }
        std::sort(ordered.begin() + static_cast<std::ptrdiff_t>(begin),
                  ordered.begin() + static_cast<std::ptrdiff_t>(end));
        begin = end;
    }
    Holds all = 0;
    for (const Reached& child : ordered) all |= child.holds;
    const auto& index = entry(block, all).index;
    const auto place = index.find({State::Kind::kSplit, 0, std::move(ordered)});
    CHECK(place != index.end() || too_large_);
    return {all, place == index.end() ? 0 : place->second};
}

std::vector<std::uint16_t> Space::shortened(std::size_t block, Holds holds, Space& shorter) {
    const auto& children = tree_.blocks[block].children;
    std::map<std::pair<std::size_t, Holds>, std::vector<std::uint16_t>> inside;
    std::vector<std::uint16_t> out;
    for (const State& state : table(block, holds).states) {
        const int detail = state.kind == State::Kind::kIdle
                               ? std::min(state.detail, shorter.oldest_)
                               : state.detail;
        if (state.kind != State::Kind::kSplit) {
            out.push_back(
                static_cast<std::uint16_t>(shorter.find(block, holds, state.kind, detail)));
            continue;
        }
        std::vector<Reached> reached = state.children;
        for (std::size_t i = 0; i < reached.size(); ++i) {
            const auto [place, added] = inside.try_emplace({children[i], reached[i].holds});
            if (added) place->second = shortened(children[i], reached[i].holds, shorter);
            reached[i].state = place->second[static_cast<std::size_t>(reached[i].state)];
        }
        out.push_back(static_cast<std::uint16_t>(shorter.split(block, reached).state));
    }
    return out;
}

// Whoever may take the whole block once its slices have been idle for `age` slots: servers or, with
// one of `starts`, a hold.
void Space::add_used(std::size_t block, Holds starts, int age, std::vector<Next>& out) {
    const std::vector<gpu::ProfileId>& profiles = tree_.blocks[block].profiles;
    if (starts == 0) {
        for (const std::size_t server : servers_on(profiles)) {
            if (servers_[server].warm_up > age) continue;
            Taken taken(window_.tenants.size());
            taken[servers_[server].tenant.index()] = leaves(block);
            out.push_back({serving(block, server).state, std::move(taken)});
        }
    } else if (std::has_single_bit(starts)) {
        const auto hold = static_cast<std::size_t>(std::countr_zero(starts));
        if (fits(hold, profiles)) out.push_back({held(block, hold).state, {}});
    }
}

const std::vector<int>& Space::fresh(std::size_t index, Holds starts) {
    auto& slot = fresh_[{tree_.blocks[index].shape, starts}];
    if (slot) return *slot;
    std::vector<Next> made;
    const Block& block = tree_.blocks[index];
    add_used(index, starts, 0, made);
    if (is_leaf(block) && starts == 0) {
        made.push_back({find(index, 0, State::Kind::kIdle, std::min(1, oldest_)), {}});
    }
    if (!is_leaf(block) && (starts == 0 || !block.children.empty())) {
        std::vector<Holds> given(block.children.size());
        distribute(starts, given, [&] {
            std::vector<std::vector<Next>> lists;
            for (std::size_t i = 0; i < given.size(); ++i) {
                auto& list = lists.emplace_back();
                for (const int state : fresh(block.children[i], given[i])) {
                    list.push_back({state, {}});
                }
            }
            add_products(index, given, lists, made);
        });
    }
    slot = std::make_unique<std::vector<int>>();
    for (const Next& next : made) slot->push_back(next.state);
    std::ranges::sort(*slot);
    const auto rest = std::ranges::unique(*slot);
    slot->erase(rest.begin(), rest.end());
    return *slot;
}

void Space::add_products(std::size_t block, std::span<const Holds> holds,
                         std::span<const std::vector<Next>> children, std::vector<Next>& out) {
    std::vector<Reached> chosen;
    const auto choose = [&](const auto& self, std::size_t i, const Taken& taken) -> void {
        if (i == children.size()) {
            ++work_;
            out.push_back({split(block, chosen).state, taken});
            return;
        }
        for (const Next& child : children[i]) {
            chosen.push_back({holds[i], child.state});
            self(self, i + 1, sum(taken, child.taken));
            chosen.pop_back();
        }
    };
    choose(choose, 0, {});
}

void Space::after_split(std::size_t index, Holds holds, const State& state, Holds ends,
                        Holds starts, std::vector<Next>& out) {
    const Block& block = tree_.blocks[index];
    // Everything inside may be given up and the whole block taken.
    if ((holds & ~ends) == 0) add_used(index, starts, std::max(0, state.free_age), out);
    if (block.children.empty() && starts != 0) return;
    std::vector<Holds> given(block.children.size());
    distribute(starts, given, [&] {
        std::vector<Holds> after;
        std::vector<std::vector<Next>> lists;
        for (std::size_t i = 0; i < given.size(); ++i) {
            const Reached& child = state.children[i];
            const Moves& inside =
                moves(block.children[i], child.holds, ends & child.holds, given[i]);
            auto& list = lists.emplace_back();
            const auto at = static_cast<std::size_t>(child.state);
            for (std::size_t k = inside.to.first[at]; k < inside.to.first[at + 1]; ++k) {
                list.push_back({inside.to.items[k], inside.taken[inside.to.taken[k]]});
            }
            after.push_back((child.holds & ~ends) | given[i]);
        }
        add_products(index, after, lists, out);
    });
}

std::vector<Space::Next> Space::after(std::size_t index, Holds holds, int at, Holds ends,
                                      Holds starts) {
    // Tables stay where they are; the state is copied because asking for others may add to ours.
    const State state = table(index, holds).states[static_cast<std::size_t>(at)];
    std::vector<Next> out;
    const auto give_up = [&] {
        for (const int next : fresh(index, starts)) out.push_back({next, {}});
    };
    switch (state.kind) {
        case State::Kind::kServing:
            if (starts == 0) out.push_back({at, {}});
            give_up();
            break;
        case State::Kind::kHeld:
            if (ends == 0) {
                if (starts == 0) out.push_back({at, {}});
                break;
            }
            if (const auto server = successor(static_cast<std::size_t>(state.detail));
                server && starts == 0) {
                out.push_back({serving(index, *server).state, {}});
            }
            give_up();
            break;
        case State::Kind::kIdle:
            if (starts == 0) {
                const int age = std::min(state.detail + 1, oldest_);
                out.push_back({find(index, 0, State::Kind::kIdle, age), {}});
            }
            add_used(index, starts, state.detail, out);
            break;
        case State::Kind::kSplit:
            after_split(index, holds, state, ends, starts, out);
            break;
    }
    return out;
}

// The states `hold` may lead to by taking an idle block of `state`, or none.
std::vector<Space::Next> Space::taken(std::size_t index, Holds holds, int at, std::size_t hold) {
    const State state = table(index, holds).states[static_cast<std::size_t>(at)];
    std::vector<Next> out;
    if (state.free_age >= 0) add_used(index, bit(hold), state.free_age, out);
    const std::vector<std::size_t>& blocks = tree_.blocks[index].children;
    for (std::size_t i = 0; i < state.children.size(); ++i) {
        const Reached child = state.children[i];
        std::vector<Reached> children = state.children;
        for (const std::uint16_t next :
             takes(blocks[i], child.holds, hold).to.of(static_cast<std::size_t>(child.state))) {
            children[i] = {child.holds | bit(hold), next};
            out.push_back({split(index, children).state, {}});
        }
    }
    return out;
}

// The states that giving up `hold` in `state` may lead to: its block is empty, and so may be one
// around it.
std::vector<Space::Next> Space::released(std::size_t index, Holds holds, int at, std::size_t hold) {
    const State state = table(index, holds).states[static_cast<std::size_t>(at)];
    std::vector<Next> out;
    if (state.kind == State::Kind::kHeld) {
        for (const int next : fresh(index, 0)) out.push_back({next, {}});
        return out;
    }
    bool empty = false;
    const std::vector<std::size_t>& blocks = tree_.blocks[index].children;
    for (std::size_t i = 0; i < state.children.size(); ++i) {
        const Reached child = state.children[i];
        if ((child.holds & bit(hold)) == 0) continue;
        std::vector<Reached> children = state.children;
        for (const std::uint16_t next :
             releases(blocks[i], child.holds, hold).to.of(static_cast<std::size_t>(child.state))) {
            children[i] = {child.holds & ~bit(hold), next};
            const Reached made = split(index, children);
            out.push_back({made.state, {}});
            empty = empty || state_of(index, made).free_age >= 0;
        }
    }
    if (empty) add_used(index, 0, 0, out);
    return out;
}

const Moves& Space::takes(std::size_t block, Holds holds, std::size_t hold) {
    CHECK((holds & bit(hold)) == 0);
    auto& slot = takes_[{tree_.blocks[block].shape, holds, hold}];
    if (slot) return *slot;
    auto made =
        listed(table(block, holds).states.size(), table(block, holds | bit(hold)).states.size(),
               [&](int state) { return taken(block, holds, state, hold); });
    slot = std::make_unique<Moves>(std::move(made));
    return *slot;
}

const Moves& Space::releases(std::size_t block, Holds holds, std::size_t hold) {
    CHECK((holds & bit(hold)) != 0);
    auto& slot = releases_[{tree_.blocks[block].shape, holds, hold}];
    if (slot) return *slot;
    auto made =
        listed(table(block, holds).states.size(), table(block, holds & ~bit(hold)).states.size(),
               [&](int state) { return released(block, holds, state, hold); });
    slot = std::make_unique<Moves>(std::move(made));
    return *slot;
}

const Moves& Space::moves(std::size_t block, Holds holds, Holds ends, Holds starts) {
    CHECK((ends & ~holds) == 0 && (starts & holds) == 0);
    auto& slot = moves_[{tree_.blocks[block].shape, holds, ends, starts}];
    if (slot) return *slot;
    auto made = listed(table(block, holds).states.size(),
                       table(block, (holds & ~ends) | starts).states.size(),
                       [&](int state) { return after(block, holds, state, ends, starts); });
    slot = std::make_unique<Moves>(std::move(made));
    return *slot;
}

}  // namespace tangram::window::exact
