// What the blocks of one GPU may be doing at the start of a slot, and what they may be doing at the
// start of the next.
//
// A block is used whole - by a tenant serving on one of its profiles, or by a hold - or it is a set
// of children's states; a smallest block that is not used has an age: for how many slots it has
// been idle, 1 to the longest warm-up. An instance may serve as soon as every slice of it has been
// idle for the tenant's warm-up: it was being created meanwhile. Which one was need not be stored
// (lazy commitment): a creation nobody uses in the end can be left out.
//
// In a slot, in this order: holds end; any instances are given up; holds start on what is idle;
// instances whose slices are old enough start to serve; the slot is served; ages grow.
//
// States of blocks of one shape are numbered once; equal children are put in order, so that of
// symmetric states there is one. Source: ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "window/exact/blocks.h"
#include "window/window.h"

namespace tangram::window::exact {

// An instance nobody may give up until it ends: a retraining, or the creation of an instance that
// was running at the start.
struct Hold {
    gpu::ProfileId profile;
    TenantId tenant;
    bool serves_after = false;  // else its slices become idle
};

using Holds = std::uint64_t;  // a set of holds, by index
inline constexpr std::size_t kHoldsMax = 64;
inline constexpr std::size_t kStatesMax = 40'000;  // of one half

// Somebody serving on a profile.
struct Server {
    TenantId tenant;
    gpu::ProfileId profile;
    Rate capacity;
    int warm_up = 0;  // slots
    friend bool operator==(const Server&, const Server&) = default;
};

// Of all tenants, in slots.
[[nodiscard]] int longest_warm_up(const Window& window);

// A block's state: its holds, and the number in the table of those.
struct Reached {
    Holds holds = 0;
    int state = 0;
    friend auto operator<=>(const Reached&, const Reached&) = default;
};

// One state of a block that contains exactly the holds of its table.
struct State {
    enum class Kind { kServing, kHeld, kIdle, kSplit };
    Kind kind = Kind::kSplit;
    int detail = 0;                      // index of the server or hold; the age if idle
    std::vector<Reached> children;       // of a split block
    int free_age = -1;                   // the least age if nothing is in use; else -1
    int idle = 0;                        // smallest blocks that are
    std::vector<std::int64_t> capacity;  // by tenant, in thousandths of a request per second
};

struct Table {
    std::vector<State> states;
    std::vector<int> capacity_of;                    // class of each state
    std::vector<std::vector<std::int64_t>> classes;  // distinct capacities
    std::vector<std::vector<double>> by_tenant;      // the same, by tenant and then by class
};

// Calls `visit` with every way to give each of `holds` to one of the sets in `to`, which start
// empty and end empty.
template <typename Visit>
void distribute(Holds holds, std::span<Holds> to, const Visit& visit) {
    if (holds == 0) {
        visit();
        return;
    }
    const Holds lowest = holds & (~holds + 1);
    for (Holds& one : to) {
        one |= lowest;
        distribute(holds & ~lowest, to, visit);
        one &= ~lowest;
    }
}

// Smallest blocks that begin to serve, by tenant; empty if none does.
using Taken = std::vector<int>;

// From every state to others, both ways, as lists one after the other.
struct Lists {
    std::vector<std::uint32_t> first;  // one more than states
    std::vector<std::uint16_t> items;  // ascending within a list
    std::vector<std::uint16_t> taken;  // by item, index into Moves::taken
    [[nodiscard]] std::span<const std::uint16_t> of(std::size_t state) const {
        return {items.data() + first[state], items.data() + first[state + 1]};
    }
};
struct Moves {
    Lists to;                  // of each state before, those after
    Lists from;                // of each state after, those before
    std::vector<Taken> taken;  // first nothing
};

// Not thread-safe: tables and moves are made when first asked for, and stay.
class Space {
public:
    // Warm-ups longer than `warm_up_max` count as that: with less than the longest it is a
    // relaxation. `tree` and the rest are kept.
    Space(const Window& window, GpuId gpu, const BlockTree& tree, std::vector<Hold> holds,
          int warm_up_max);

    [[nodiscard]] const BlockTree& tree() const { return tree_; }
    [[nodiscard]] const std::vector<Hold>& holds() const { return holds_; }
    [[nodiscard]] const std::vector<Server>& servers() const { return servers_; }
    [[nodiscard]] int oldest() const { return oldest_; }

    // The states with exactly these holds inside; empty if they do not fit.
    [[nodiscard]] const Table& table(std::size_t block, Holds holds);
    // Of one slot in which `ends` (all inside) end and `starts` (none inside) start.
    [[nodiscard]] const Moves& moves(std::size_t block, Holds holds, Holds ends, Holds starts);
    // From the states before `hold` takes an idle block to those after it, within a slot: whatever
    // the ages, since a hold waits for nobody.
    [[nodiscard]] const Moves& takes(std::size_t block, Holds holds, std::size_t hold);
    // From the states with `hold` to those in which it has ended and been given up, within a slot.
    [[nodiscard]] const Moves& releases(std::size_t block, Holds holds, std::size_t hold);
    // The states (with `starts` inside) one slot after everything in the block was given up.
    [[nodiscard]] const std::vector<int>& fresh(std::size_t block, Holds starts);

    // The number of a state: the block used whole, or its children in these states, one by one.
    [[nodiscard]] Reached serving(std::size_t block, std::size_t server);
    [[nodiscard]] Reached held(std::size_t block, std::size_t hold);
    [[nodiscard]] Reached split(std::size_t block, std::span<const Reached> children);

    [[nodiscard]] const State& state_of(std::size_t block, const Reached& reached);
    // Smallest blocks in it.
    [[nodiscard]] int leaves(std::size_t block) const;

    // Of every state of the block with these holds, what it is in `shorter`, where warm-ups are cut
    // to less: ages beyond the oldest there count as that.
    [[nodiscard]] std::vector<std::uint16_t> shortened(std::size_t block, Holds holds,
                                                       Space& shorter);

    // Whether `hold` can be on one of `profiles`; servers that can be.
    [[nodiscard]] bool fits(std::size_t hold, std::span<const gpu::ProfileId> profiles) const;
    [[nodiscard]] std::vector<std::size_t> servers_on(
        std::span<const gpu::ProfileId> profiles) const;
    // The server a hold becomes when it ends; absent if it becomes idle or could not serve.
    [[nodiscard]] std::optional<std::size_t> successor(std::size_t hold) const;

    [[nodiscard]] bool too_large() const { return too_large_; }
    [[nodiscard]] std::uint64_t work() const { return work_; }

private:
    // Where a move leads to, and what takes part of it.
    struct Next {
        int state = 0;
        Taken taken;
        friend auto operator<=>(const Next&, const Next&) = default;
    };
    struct Entry {
        Table table;
        std::map<std::tuple<State::Kind, int, std::vector<Reached>>, int> index;
    };
    Entry& entry(std::size_t block, Holds holds);
    void fill(Entry& entry, std::size_t block, Holds holds);
    void add_splits(Entry& entry, std::size_t block, Holds holds);
    void add(Entry& entry, State state);
    void classify(Table& table) const;
    [[nodiscard]] std::vector<Next> after(std::size_t block, Holds holds, int state, Holds ends,
                                          Holds starts);
    void after_split(std::size_t block, Holds holds, const State& state, Holds ends, Holds starts,
                     std::vector<Next>& out);
    void add_products(std::size_t block, std::span<const Holds> holds,
                      std::span<const std::vector<Next>> children, std::vector<Next>& out);
    void add_used(std::size_t block, Holds starts, int age, std::vector<Next>& out);
    [[nodiscard]] std::vector<Next> taken(std::size_t block, Holds holds, int state,
                                          std::size_t hold);
    [[nodiscard]] std::vector<Next> released(std::size_t block, Holds holds, int state,
                                             std::size_t hold);
    template <typename After>
    [[nodiscard]] Moves listed(std::size_t before, std::size_t behind, const After& after) const;
    [[nodiscard]] int find(std::size_t block, Holds holds, State::Kind kind, int detail);

    const Window& window_;
    const BlockTree& tree_;
    std::vector<Hold> holds_;
    std::vector<Server> servers_;
    int oldest_ = 0;
    bool too_large_ = false;
    std::uint64_t work_ = 0;
    std::map<std::pair<std::size_t, Holds>, std::unique_ptr<Entry>> entries_;
    std::map<std::tuple<std::size_t, Holds, Holds, Holds>, std::unique_ptr<Moves>> moves_;
    std::map<std::tuple<std::size_t, Holds, std::size_t>, std::unique_ptr<Moves>> takes_, releases_;
    std::map<std::pair<std::size_t, Holds>, std::unique_ptr<std::vector<int>>> fresh_;
};

}  // namespace tangram::window::exact
