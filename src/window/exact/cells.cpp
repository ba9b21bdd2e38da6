#include "window/exact/cells.h"

#include <algorithm>
#include <set>

#include "base/check.h"

namespace tangram::window::exact {
namespace {

constexpr Holds bit(std::size_t hold) { return Holds{1} << hold; }

}  // namespace

Holds Cell::holds() const { return kind == Kind::kHold ? bit(hold) : left | right; }

Cells::Cells(const Window& window, Space& space, const Plans& plans)
    : space_(space), plans_(plans), whole_servers_(space.servers_on(space.tree().whole)) {
    for (const TenantId id : window.tenants.ids()) {
        std::set<std::int64_t> distinct;
        for (const Choice& choice : plans.choices(id.index())) distinct.insert(choice.accuracy);
        accuracies_.emplace_back(distinct.begin(), distinct.end());
    }
}

std::size_t Cells::find(const Modes& modes, Cell::Kind kind, Holds left, Holds right,
                        std::size_t hold) {
    Cell made{{modes, kind, left, right, hold}};
    const auto [place, added] = index_.try_emplace(made, size());
    if (!added) return place->second;
    if (kind == Cell::Kind::kHalves) {
        made.left_table = &space_.table(space_.tree().left, left);
        made.right_table = &space_.table(space_.tree().right, right);
    }
    Modes over = modes;
    for (std::size_t i = 0; i < modes.size(); ++i) {
        if (runs(modes[i])) made.running.push_back(i);
        over[i] = std::min(over[i], 0);
    }
    made.worth = worths_.try_emplace({over, kind, left, right}, worths_.size()).first->second;
    cells_.push_back(std::move(made));
    steps_.emplace_back();
    takes_.emplace_back();
    releases_.emplace_back();
    return place->second;
}

std::size_t Cells::halves(Holds left, Holds right) {
    return find(Modes(plans_.tenants(), 0), Cell::Kind::kHalves, left, right, 0);
}

std::size_t Cells::servers() {
    return find(Modes(plans_.tenants(), 0), Cell::Kind::kServers, 0, 0, 0);
}

std::size_t Cells::hold(std::size_t hold) {
    return find(Modes(plans_.tenants(), 0), Cell::Kind::kHold, 0, 0, hold);
}

std::size_t Cells::emptied(std::size_t cell) {
    return find(cells_[cell].modes, Cell::Kind::kHalves, 0, 0, 0);
}

std::size_t Cells::served(std::size_t cell) {
    return find(cells_[cell].modes, Cell::Kind::kServers, 0, 0, 0);
}

const Step& Cells::step(std::size_t index, Holds ends) {
    const auto known = steps_[index].find(ends);
    if (known != steps_[index].end()) return known->second;
    const Cell from = cells_[index];
    const Modes& modes = from.modes;
    Step step;
    const BlockTree& tree = space_.tree();
    switch (from.kind) {
        case Cell::Kind::kHalves:
            step.left = &space_.moves(tree.left, from.left, ends & from.left, 0);
            step.right = &space_.moves(tree.right, from.right, ends & from.right, 0);
            step.halves = find(modes, from.kind, from.left & ~ends, from.right & ~ends, 0);
            if (from.holds() == 0 && !whole_servers_.empty()) {
                step.servers = find(modes, Cell::Kind::kServers, 0, 0, 0);
            }
            break;
        case Cell::Kind::kServers:
            step.halves = find(modes, Cell::Kind::kHalves, 0, 0, 0);
            step.servers = index;
            break;
        case Cell::Kind::kHold:
            if (ends == 0) {
                step.hold = index;
                break;
            }
            step.halves = find(modes, Cell::Kind::kHalves, 0, 0, 0);
            if (const auto server = space_.successor(from.hold)) {
                const auto place = std::ranges::find(whole_servers_, *server);
                CHECK(place != whole_servers_.end());
                step.servers = find(modes, Cell::Kind::kServers, 0, 0, 0);
                step.server = static_cast<std::size_t>(place - whole_servers_.begin());
            }
            break;
    }
    return steps_[index].emplace(ends, step).first->second;
}

const std::vector<Change>& Cells::takes(std::size_t index) {
    if (!takes_[index]) {
        std::vector<Change> all;
        for (std::size_t i = 0; i < plans_.tenants(); ++i) {
            if (cells_[index].modes[i] == 0) add_takes(index, i, all);
        }
        takes_[index] = std::move(all);
    }
    return *takes_[index];
}

void Cells::add_takes(std::size_t index, std::size_t tenant, std::vector<Change>& out) {
    const Cell from = cells_[index];
    if (from.kind != Cell::Kind::kHalves) return;
    const BlockTree& tree = space_.tree();
    const auto& groups = plans_.groups(tenant);
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const std::size_t hold = plans_.choices(tenant)[groups[g].front()].hold;
        Modes modes = from.modes;
        modes[tenant] = static_cast<int>(g) + 1;
        Change it{tenant, g};
        it.where = Change::Where::kLeft;
        it.moves = &space_.takes(tree.left, from.left, hold);
        if (!it.moves->to.items.empty()) {
            it.to = find(modes, from.kind, from.left | bit(hold), from.right, 0);
            out.push_back(it);
        }
        it.where = Change::Where::kRight;
        it.moves = &space_.takes(tree.right, from.right, hold);
        if (!it.moves->to.items.empty()) {
            it.to = find(modes, from.kind, from.left, from.right | bit(hold), 0);
            out.push_back(it);
        }
        if (from.holds() == 0 && space_.fits(hold, tree.whole)) {
            it.where = Change::Where::kWhole;
            it.moves = nullptr;
            it.to = find(modes, Cell::Kind::kHold, 0, 0, hold);
            out.push_back(it);
        }
    }
}

const std::vector<Change>& Cells::releases(std::size_t index) {
    if (!releases_[index]) {
        std::vector<Change> all;
        const std::vector<std::size_t> running = cells_[index].running;
        for (const std::size_t tenant : running) add_releases(index, tenant, all);
        releases_[index] = std::move(all);
    }
    return *releases_[index];
}

void Cells::add_releases(std::size_t index, std::size_t tenant, std::vector<Change>& out) {
    const Cell from = cells_[index];
    const BlockTree& tree = space_.tree();
    const std::size_t group = group_of(from.modes[tenant]);
    for (const std::size_t c : plans_.groups(tenant)[group]) {
        const Choice& choice = plans_.choices(tenant)[c];
        const auto& all = accuracies_[tenant];
        Modes modes = from.modes;
        modes[tenant] =
            -static_cast<int>(std::ranges::find(all, choice.accuracy) - all.begin()) - 1;
        Change it{tenant, group, c};
        const Holds hold = bit(choice.hold);
        if ((from.left & hold) != 0) {
            it.where = Change::Where::kLeft;
            it.moves = &space_.releases(tree.left, from.left, choice.hold);
        } else if ((from.right & hold) != 0) {
            it.where = Change::Where::kRight;
            it.moves = &space_.releases(tree.right, from.right, choice.hold);
        }
        it.to = find(modes, Cell::Kind::kHalves, from.left & ~hold, from.right & ~hold, 0);
        out.push_back(it);
    }
}

}  // namespace tangram::window::exact
