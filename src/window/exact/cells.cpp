#include "window/exact/cells.h"

#include <algorithm>
#include <set>

#include "base/check.h"

namespace tangram::window::exact {
namespace {

constexpr Holds bit(std::size_t hold) { return Holds{1} << hold; }

}  // namespace

Holds Cell::holds() const { return kind == Kind::kHold ? bit(hold) : left | right; }

CellKey Cell::key() const { return {modes, static_cast<int>(kind), left, right, hold}; }

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
    Cell made{modes, kind, left, right, hold};
    const auto [place, added] = index_.try_emplace(made.key(), size());
    if (!added) return place->second;
    if (kind == Cell::Kind::kServers) made.size = whole_servers_.size();
    if (kind == Cell::Kind::kHalves) {
        made.left_table = &space_.table(space_.tree().left, left);
        made.right_table = &space_.table(space_.tree().right, right);
        made.size = made.left_table->states.size() * made.right_table->states.size();
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
    takes_known_.push_back(false);
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

const Step& Cells::step(std::size_t index, unsigned ending, Holds others) {
    const auto known = steps_[index].find({ending, others});
    if (known != steps_[index].end()) return known->second;
    const Cell& from = cells_[index];
    Modes modes = from.modes;
    Holds ends = others;
    for (std::size_t k = 0; k < from.running.size(); ++k) {
        if ((ending >> k & 1) == 0) continue;
        const std::size_t tenant = from.running[k];
        const Choice& choice = plans_.choices(tenant)[choice_of(modes[tenant])];
        const auto& all = accuracies_[tenant];
        modes[tenant] =
            -static_cast<int>(std::ranges::find(all, choice.accuracy) - all.begin()) - 1;
        ends |= bit(choice.hold);
    }
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
    return steps_[index].emplace(std::pair{ending, others}, step).first->second;
}

const std::vector<Take>& Cells::takes(std::size_t index) {
    if (!takes_known_[index]) {
        std::vector<Take> all;
        if (cells_[index].kind == Cell::Kind::kHalves) {
            for (std::size_t i = 0; i < plans_.tenants(); ++i) {
                if (cells_[index].modes[i] == 0) add_takes(index, i, all);
            }
        }
        takes_[index] = std::move(all);
        takes_known_[index] = true;
    }
    return takes_[index];
}

void Cells::add_takes(std::size_t index, std::size_t tenant, std::vector<Take>& out) {
    const Cell from = cells_[index];
    const BlockTree& tree = space_.tree();
    const std::size_t first = out.size();
    const std::vector<Choice>& choices = plans_.choices(tenant);
    for (std::size_t c = 0; c < choices.size(); ++c) {
        const std::size_t hold = choices[c].hold;
        Modes modes = from.modes;
        modes[tenant] = static_cast<int>(c) + 1;
        const auto add = [&](Take::Where where, const Moves* takes, Cell::Kind kind, Holds left,
                             Holds right) {
            if (takes != nullptr && takes->to.items.empty()) return;
            out.push_back({tenant, c, where, takes,
                           find(modes, kind, left, right, kind == Cell::Kind::kHold ? hold : 0)});
        };
        add(Take::Where::kLeft, &space_.takes(tree.left, from.left, hold), Cell::Kind::kHalves,
            from.left | bit(hold), from.right);
        add(Take::Where::kRight, &space_.takes(tree.right, from.right, hold), Cell::Kind::kHalves,
            from.left, from.right | bit(hold));
        if (from.holds() == 0 && space_.fits(hold, tree.whole)) {
            add(Take::Where::kWhole, nullptr, Cell::Kind::kHold, 0, 0);
        }
    }
    std::stable_sort(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(),
                     [&](const Take& a, const Take& b) {
                         return std::pair{choices[a.choice].hold, a.where} <
                                std::pair{choices[b.choice].hold, b.where};
                     });
}

}  // namespace tangram::window::exact
