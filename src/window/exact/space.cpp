#include "window/exact/space.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "base/check.h"

namespace tangram::window::exact {
namespace {

constexpr Holds bit(std::size_t hold) { return Holds{1} << hold; }

void unique_sorted(std::vector<int>& list) {
    std::ranges::sort(list);
    const auto rest = std::ranges::unique(list);
    list.erase(rest.begin(), rest.end());
}

// From each of `before` states, what `after(state)` says, to one of `behind`.
template <typename After>
Moves listed(std::size_t before, std::size_t behind, const After& after) {
    Moves made;
    std::vector<std::vector<std::uint16_t>> from(behind);
    made.to.first.push_back(0);
    for (std::size_t state = 0; state < before; ++state) {
        for (const int next : after(static_cast<int>(state))) {
            made.to.items.push_back(static_cast<std::uint16_t>(next));
            from[static_cast<std::size_t>(next)].push_back(static_cast<std::uint16_t>(state));
        }
        made.to.first.push_back(static_cast<std::uint32_t>(made.to.items.size()));
    }
    made.from.first.push_back(0);
    for (const auto& list : from) {
        made.from.items.insert(made.from.items.end(), list.begin(), list.end());
        made.from.first.push_back(static_cast<std::uint32_t>(made.from.items.size()));
    }
    return made;
}

bool is_leaf(const Block& block) { return block.children.empty() && !block.profiles.empty(); }

}  // namespace

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
            State state{State::Kind::kServing, static_cast<int>(server), {}, -1, nothing};
            state.capacity[servers_[server].tenant.index()] = servers_[server].capacity.count();
            add(entry, std::move(state));
        }
    } else if (std::has_single_bit(holds)) {
        const auto hold = static_cast<std::size_t>(std::countr_zero(holds));
        if (fits(hold, block.profiles)) {
            add(entry, {State::Kind::kHeld, static_cast<int>(hold), {}, -1, nothing});
        }
    }
    if (!is_leaf(block)) {
        add_splits(entry, index, holds);
    } else if (holds == 0) {
        for (int age = std::min(1, oldest_); age <= oldest_; ++age) {
            add(entry, {State::Kind::kIdle, age, {}, age, nothing});
        }
    }
}

void Space::add_splits(Entry& entry, std::size_t index, Holds holds) {
    const std::vector<std::size_t>& children = tree_.blocks[index].children;
    std::vector<Holds> given(children.size());
    State state{State::Kind::kSplit, 0, {}, 0, {}};
    const auto finish = [&] {
        State made = state;
        made.free_age = std::numeric_limits<int>::max();
        made.capacity.assign(window_.tenants.size(), 0);
        for (std::size_t i = 0; i < children.size(); ++i) {
            const State& child = state_of(children[i], made.children[i]);
            made.free_age = std::min(made.free_age, child.free_age);
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

// Whoever may take the whole block once its slices have been idle for `age` slots: servers or, with
// one of `starts`, a hold.
void Space::add_used(std::size_t block, Holds starts, int age, std::vector<int>& out) {
    const std::vector<gpu::ProfileId>& profiles = tree_.blocks[block].profiles;
    if (starts == 0) {
        for (const std::size_t server : servers_on(profiles)) {
            if (servers_[server].warm_up > age) continue;
            out.push_back(serving(block, server).state);
        }
    } else if (std::has_single_bit(starts)) {
        const auto hold = static_cast<std::size_t>(std::countr_zero(starts));
        if (fits(hold, profiles)) out.push_back(held(block, hold).state);
    }
}

const std::vector<int>& Space::fresh(std::size_t index, Holds starts) {
    auto& slot = fresh_[{tree_.blocks[index].shape, starts}];
    if (slot) return *slot;
    auto made = std::make_unique<std::vector<int>>();
    const Block& block = tree_.blocks[index];
    add_used(index, starts, 0, *made);
    if (is_leaf(block) && starts == 0) {
        made->push_back(find(index, 0, State::Kind::kIdle, std::min(1, oldest_)));
    }
    if (!is_leaf(block) && (starts == 0 || !block.children.empty())) {
        std::vector<Holds> given(block.children.size());
        distribute(starts, given, [&] {
            std::vector<std::vector<int>> lists;
            for (std::size_t i = 0; i < given.size(); ++i) {
                lists.push_back(fresh(block.children[i], given[i]));
            }
            add_products(index, given, lists, *made);
        });
    }
    unique_sorted(*made);
    slot = std::move(made);
    return *slot;
}

void Space::add_products(std::size_t block, std::span<const Holds> holds,
                         std::span<const std::vector<int>> children, std::vector<int>& out) {
    std::vector<Reached> chosen;
    const auto choose = [&](const auto& self, std::size_t i) -> void {
        if (i == children.size()) {
            ++work_;
            out.push_back(split(block, chosen).state);
            return;
        }
        for (const int child : children[i]) {
            chosen.push_back({holds[i], child});
            self(self, i + 1);
            chosen.pop_back();
        }
    };
    choose(choose, 0);
}

void Space::after_split(std::size_t index, Holds holds, const State& state, Holds ends,
                        Holds starts, std::vector<int>& out) {
    const Block& block = tree_.blocks[index];
    // Everything inside may be given up and the whole block taken.
    if ((holds & ~ends) == 0) add_used(index, starts, std::max(0, state.free_age), out);
    if (block.children.empty() && starts != 0) return;
    std::vector<Holds> given(block.children.size());
    distribute(starts, given, [&] {
        std::vector<Holds> after;
        std::vector<std::vector<int>> lists;
        for (std::size_t i = 0; i < given.size(); ++i) {
            const Reached& child = state.children[i];
            const auto list = moves(block.children[i], child.holds, ends & child.holds, given[i])
                                  .to.of(static_cast<std::size_t>(child.state));
            lists.emplace_back(list.begin(), list.end());
            after.push_back((child.holds & ~ends) | given[i]);
        }
        add_products(index, after, lists, out);
    });
}

std::vector<int> Space::after(std::size_t index, Holds holds, int at, Holds ends, Holds starts) {
    // Tables stay where they are; the state is copied because asking for others may add to ours.
    const State state = table(index, holds).states[static_cast<std::size_t>(at)];
    std::vector<int> out;
    const auto give_up = [&] {
        const std::vector<int>& list = fresh(index, starts);
        out.insert(out.end(), list.begin(), list.end());
    };
    switch (state.kind) {
        case State::Kind::kServing:
            if (starts == 0) out.push_back(at);
            give_up();
            break;
        case State::Kind::kHeld:
            if (ends == 0) {
                if (starts == 0) out.push_back(at);
                break;
            }
            if (const auto server = successor(static_cast<std::size_t>(state.detail));
                server && starts == 0) {
                out.push_back(serving(index, *server).state);
            }
            give_up();
            break;
        case State::Kind::kIdle:
            if (starts == 0) {
                const int age = std::min(state.detail + 1, oldest_);
                out.push_back(find(index, 0, State::Kind::kIdle, age));
            }
            add_used(index, starts, state.detail, out);
            break;
        case State::Kind::kSplit:
            after_split(index, holds, state, ends, starts, out);
            break;
    }
    unique_sorted(out);
    return out;
}

// The states `hold` may lead to by taking an idle block of `state`, or none.
std::vector<int> Space::taken(std::size_t index, Holds holds, int at, std::size_t hold) {
    const State state = table(index, holds).states[static_cast<std::size_t>(at)];
    std::vector<int> out;
    if (state.free_age >= 0) add_used(index, bit(hold), state.free_age, out);
    const std::vector<std::size_t>& blocks = tree_.blocks[index].children;
    for (std::size_t i = 0; i < state.children.size(); ++i) {
        const Reached child = state.children[i];
        std::vector<Reached> children = state.children;
        for (const std::uint16_t next :
             takes(blocks[i], child.holds, hold).to.of(static_cast<std::size_t>(child.state))) {
            children[i] = {child.holds | bit(hold), next};
            out.push_back(split(index, children).state);
        }
    }
    unique_sorted(out);
    return out;
}

const Moves& Space::takes(std::size_t block, Holds holds, std::size_t hold) {
    CHECK((holds & bit(hold)) == 0);
    auto& slot = takes_[{tree_.blocks[block].shape, holds, hold}];
    if (slot) return *slot;
    auto made =
        listed(table(block, holds).states.size(), table(block, holds | bit(hold)).states.size(),
               [&](int state) {
                   return too_large_ ? std::vector<int>{} : taken(block, holds, state, hold);
               });
    slot = std::make_unique<Moves>(std::move(made));
    return *slot;
}

const Moves& Space::moves(std::size_t block, Holds holds, Holds ends, Holds starts) {
    CHECK((ends & ~holds) == 0 && (starts & holds) == 0);
    auto& slot = moves_[{tree_.blocks[block].shape, holds, ends, starts}];
    if (slot) return *slot;
    auto made = listed(table(block, holds).states.size(),
                       table(block, (holds & ~ends) | starts).states.size(), [&](int state) {
                           return too_large_ ? std::vector<int>{}
                                             : after(block, holds, state, ends, starts);
                       });
    slot = std::make_unique<Moves>(std::move(made));
    return *slot;
}

}  // namespace tangram::window::exact
