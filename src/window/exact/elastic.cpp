#include "window/exact/elastic.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"
#include "window/exact/matrix.h"

namespace tangram::window::exact {
namespace {

constexpr Holds bit(std::size_t hold) { return Holds{1} << hold; }

}  // namespace

OpenPlans nothing_open(const Plans& plans) {
    OpenPlans open;
    for (std::size_t i = 0; i < plans.tenants(); ++i) {
        auto& of = open.starts.emplace_back();
        for (std::size_t c = 0; c < plans.choices(i).size(); ++c) {
            of.emplace_back(static_cast<std::size_t>(plans.starts(i, c)), 0);
        }
        open.none.push_back(0);
    }
    return open;
}

void open_up(OpenPlans& open, const Plan& plan) {
    for (std::size_t i = 0; i < plan.size(); ++i) {
        if (plan[i].choice == Chosen::kNone) {
            open.none[i] = 1;
        } else {
            open.starts[i][static_cast<std::size_t>(plan[i].choice)]
                       [static_cast<std::size_t>(plan[i].start)] = 1;
        }
    }
}

Potentials first_potentials(Relaxation& relaxation, const Rewards& rewards, const Plans& plans) {
    const Timeline base = plans.timeline(plans.nothing());
    const Weights& weights = base.weights(0);
    const std::vector<std::int64_t> nothing = relaxation.sums(0, weights);
    Potentials potentials(plans.tenants());
    for (std::size_t i = 0; i < plans.tenants(); ++i) {
        for (const auto& group : plans.groups(i)) {
            const auto& beside =
                relaxation.sums(bit(plans.choices(i)[group.front()].hold), weights);
            Potential& it = potentials[i].emplace_back();
            it.worth.resize(nothing.size());
            for (std::size_t t = 0; t < it.worth.size() && !beside.empty(); ++t) {
                it.worth[t] = static_cast<Value>(static_cast<double>(nothing[t] - beside[t]) *
                                                 rewards.scale());
            }
            int slots = plans.choices(i)[group.front()].slots;
            for (const std::size_t c : group) slots = std::min(slots, plans.choices(i)[c].slots);
            for (std::size_t t = 0; t + 1 < it.worth.size(); ++t) {
                it.start.push_back(
                    it.worth[std::min(t + static_cast<std::size_t>(slots), it.worth.size() - 1)]);
            }
        }
    }
    return potentials;
}

// Half of the difference, shared among the tenants, never overshoots.
void balance(const ElasticBounds& bounds, const Plans& plans, Potentials& potentials) {
    const auto parts = 2 * static_cast<Value>(plans.tenants());
    for (std::size_t i = 0; i < plans.tenants(); ++i) {
        for (std::size_t g = 0; g < plans.groups(i).size(); ++g) {
            std::vector<Value>& potential = potentials[i][g].start;
            for (std::size_t s = 0; s < potential.size(); ++s) {
                Value start = bounds.least, end = bounds.least;  // below not all was looked at
                for (const std::size_t c : plans.groups(i)[g]) {
                    if (s >= bounds.start[i][c].size()) continue;
                    start = std::max(start, bounds.start[i][c][s]);
                    end = std::max(end, bounds.end[i][c][s]);
                }
                if (start >= 0 && end >= 0) potential[s] += (start - end) / parts;
            }
        }
    }
}

Elastic::Elastic(const Window& window, Space& space, const Rewards& rewards, const Start& start,
                 const Plans& plans, std::size_t memory_max)
    : window_(window),
      space_(space),
      rewards_(rewards),
      start_(start),
      plans_(plans),
      memory_max_(memory_max),
      cells_(window, space, plans),
      base_(plans.timeline(plans.nothing())),
      costs_(window, {}),
      all_(kStatesMax) {
    std::iota(all_.begin(), all_.end(), std::uint16_t{0});
}

void Elastic::forget() {
    worth_.clear();
    spare_.clear();
}

void Elastic::ask(const OpenPlans& open, const Prices& prices, const Useful& useful) {
    open_ = &open;
    useful_ = &useful;
    useful_of_.clear();
    potentials_ = &prices.potentials;
    costs_ = IdleCosts(window_, prices.idle);
    last_start_.assign(plans_.tenants(), {});
    last_of_tenant_.assign(plans_.tenants(), -1);
    for (std::size_t i = 0; i < plans_.tenants(); ++i) {
        for (const std::vector<char>& starts : open.starts[i]) {
            int last = static_cast<int>(starts.size()) - 1;
            while (last >= 0 && starts[static_cast<std::size_t>(last)] == 0) --last;
            last_start_[i].push_back(last);
            last_of_tenant_[i] = std::max(last_of_tenant_[i], last);
        }
    }
}

const UsefulStates* Elastic::useful_of(std::size_t index, int slot) {
    static const std::vector<UsefulStates> kNothing;
    if (useful_of_.size() <= index) useful_of_.resize(cells_.size(), nullptr);
    const std::vector<UsefulStates>*& of = useful_of_[index];
    if (of == nullptr) {
        const auto place = useful_->cells.find(cells_[index]);
        of = place == useful_->cells.end() ? &kNothing : &place->second;
    }
    return of->empty() ? nullptr : &(*of)[static_cast<std::size_t>(slot)];
}

Axes Elastic::axes(std::size_t index, int slot) {
    const Cell& cell = cells_[index];
    const std::span<const std::uint16_t> all(all_);
    if (cell.kind == Cell::Kind::kServers) {
        return {all.first(1), all.first(cells_.whole_servers().size())};
    }
    if (cell.kind == Cell::Kind::kHold) return {all.first(1), all.first(1)};
    std::span<const std::uint16_t> left = all.first(cell.left_table->states.size());
    std::span<const std::uint16_t> right = all.first(cell.right_table->states.size());
    if (!useful_->everything()) {
        const UsefulStates* states = useful_of(index, slot);
        left = states == nullptr ? all.first(0) : std::span<const std::uint16_t>(states->left);
        right = states == nullptr ? all.first(0) : std::span<const std::uint16_t>(states->right);
    }
    return turned(slot) ? Axes{right, left} : Axes{left, right};
}

std::vector<Value>& Elastic::unfilled(Values& values, std::size_t cell, int slot) {
    if (values.size() <= cell) values.resize(cells_.size());
    values[cell] = spare_.take(axes(cell, slot).size());
    return values[cell];
}

std::vector<Value>& Elastic::at(Values& values, std::size_t cell, int slot) {
    if (values.size() > cell && !values[cell].empty()) return values[cell];
    std::vector<Value>& made = unfilled(values, cell, slot);
    std::ranges::fill(made, kNever);
    return made;
}

void Elastic::recycle(Values& values) {
    for (auto& cell : values) {
        if (!cell.empty()) spare_.give(std::move(cell));
    }
    values.clear();
}

// Not if somebody has not retrained, has to, and will not any more; nor if a sweep said so.
bool Elastic::wanted(std::size_t index, int slot) {
    const Cell& cell = cells_[index];
    for (std::size_t i = 0; i < cell.modes.size(); ++i) {
        if (cell.modes[i] == 0 && open_->none[i] == 0 && last_of_tenant_[i] < slot) return false;
    }
    if (useful_->everything()) return true;
    const UsefulStates* states = useful_of(index, slot);
    return states != nullptr && states->any();
}

Useful Elastic::useful(const ElasticBounds& bounds, Value least) const {
    const auto kept = [&](const States& states, const std::vector<Value>& values) {
        States out;
        for (std::size_t i = 0; i < states.size(); ++i) {
            if (values[i] > least) out.push_back(states[i]);
        }
        return out;
    };
    Useful useful{least, {}};
    for (std::size_t x = 0; x < bounds.cells.size(); ++x) {
        const std::vector<Through>& slots = bounds.cells[x];
        if (std::ranges::none_of(slots, [&](const Through& it) { return it.best > least; })) {
            continue;
        }
        std::vector<UsefulStates>& of = useful.cells[cells_[x]];
        for (const Through& it : slots) {
            of.push_back({kept(it.states.left, it.left), kept(it.states.right, it.right)});
        }
    }
    return useful;
}

// What starting in `slot` costs.
Value Elastic::price(const Change& take, int slot) const {
    const Potential& potential = (*potentials_)[take.tenant][take.group];
    const auto s = static_cast<std::size_t>(slot);
    return potential.start[s] - potential.worth[s];
}

// What ending in `slot` earns.
Value Elastic::paid_back(const Change& release, int slot) const {
    const Potential& potential = (*potentials_)[release.tenant][release.group];
    const int begun = slot - plans_.choices(release.tenant)[release.choice].slots;
    return potential.start[static_cast<std::size_t>(begun)] -
           potential.worth[static_cast<std::size_t>(slot)];
}

bool Elastic::starts_at(const Change& take, int slot) const {
    const auto t = static_cast<std::size_t>(slot);
    return std::ranges::any_of(plans_.groups(take.tenant)[take.group], [&](std::size_t choice) {
        const auto& starts = open_->starts[take.tenant][choice];
        return t < starts.size() && starts[t] != 0;
    });
}

bool Elastic::ends_at(const Change& release, int slot) const {
    const int begun = slot - plans_.choices(release.tenant)[release.choice].slots;
    const auto& starts = open_->starts[release.tenant][release.choice];
    const auto s = static_cast<std::size_t>(std::max(0, begun));
    return begun >= 0 && s < starts.size() && starts[s] != 0;
}

// Whether all who retrain there may still end in `slot` or later.
bool Elastic::goes_on(const Cell& cell, int slot) const {
    return std::ranges::all_of(cell.running, [&](std::size_t tenant) {
        const auto& group = plans_.groups(tenant)[group_of(cell.modes[tenant])];
        return std::ranges::any_of(group, [&](std::size_t choice) {
            return last_start_[tenant][choice] >= 0 &&
                   last_start_[tenant][choice] + plans_.choices(tenant)[choice].slots >= slot;
        });
    });
}

const std::vector<Value>& Elastic::worth(const Cell& cell, int slot) {
    const auto t = static_cast<std::size_t>(slot);
    if (worth_.size() <= cell.worth) {
        worth_.resize(cells_.worths(),
                      std::vector<std::vector<Value>>(static_cast<std::size_t>(window_.slots)));
    }
    std::vector<Value>& worth = worth_[cell.worth][t];
    if (!worth.empty() || cell.kind == Cell::Kind::kHold) return worth;
    Weights weights = base_.weights(slot);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (cell.modes[i] >= 0) continue;
        weights[i] = cells_.accuracies(i)[static_cast<std::size_t>(-cell.modes[i] - 1)];
    }
    if (cell.kind == Cell::Kind::kServers) {
        for (const std::size_t index : cells_.whole_servers()) {
            const Server& server = space_.servers()[index];
            std::vector<std::int64_t> capacity(weights.size()), nothing(weights.size());
            capacity[server.tenant.index()] = server.capacity.count();
            worth.push_back(rewards_.of(slot, weights, capacity, nothing));
        }
        return worth;
    }
    const Table& rows = turned(slot) ? *cell.right_table : *cell.left_table;
    const Table& columns = turned(slot) ? *cell.left_table : *cell.right_table;
    const std::size_t width = columns.classes.size();
    worth.resize(rows.classes.size() * width);
    for (std::size_t i = 0; i < rows.classes.size(); ++i) {
        rewards_.of_all(slot, weights, rows.classes[i], columns.by_tenant,
                        std::span(worth).subspan(i * width, width));
    }
    return worth;
}

// With what the slot is worth, and what running in it earns.
void Elastic::rewarded(std::size_t index, int slot, std::span<const Value> values,
                       std::vector<Value>& out) {
    const Cell& cell = cells_[index];
    const auto t = static_cast<std::size_t>(slot);
    Value earned = 0;
    for (const std::size_t i : cell.running) {
        const auto& worth = (*potentials_)[i][group_of(cell.modes[i])].worth;
        earned += worth[t + 1] - worth[t];
    }
    out.resize(values.size());
    add_to_reached(values, earned, out);
    work_ += out.size();
    const std::vector<Value>& worth = this->worth(cell, slot);
    if (cell.kind == Cell::Kind::kServers) {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += worth[i];
    } else if (cell.kind == Cell::Kind::kHalves) {
        const Table& rows = turned(slot) ? *cell.right_table : *cell.left_table;
        const Table& columns = turned(slot) ? *cell.left_table : *cell.right_table;
        const Axes of = axes(index, slot);
        kernels_.add_by_class(out, of, rows.capacity_of, columns.capacity_of, worth,
                              columns.classes.size());
        if (costs_.none()) return;
        const auto idle = [&](const Table& table, std::span<const std::uint16_t> states, Half half,
                              std::vector<Value>& worths) {
            worths.clear();
            for (const std::uint16_t state : states) {
                worths.push_back(table.states[state].idle * costs_.idle(half, slot));
            }
        };
        idle(rows, of.rows, rows_of(slot), row_costs_);
        idle(columns, of.columns, columns_of(slot), column_costs_);
        add_by_state(out, row_costs_, column_costs_);
    }
}

Value Elastic::best_idle(std::size_t cell, std::span<const Value> values, int age, int slot) {
    Value best = kNever;
    each_idle(cell, age, slot, [&](std::size_t i) { best = std::max(best, values[i]); });
    return best;
}

// To all states of a GPU that was empty the moment before.
void Elastic::spread(Value value, std::size_t cell, int slot, Values& after) {
    if (value < kReached || !wanted(cell, slot)) return;
    std::vector<Value>& values = at(after, cell, slot);
    each_fresh(cell, slot, [&](std::size_t i) { values[i] = std::max(values[i], value); });
}

// From `slot` - 1, rewarded, to `slot`.
void Elastic::move(std::size_t index, const Step& step, std::span<const Value> values, int slot,
                   Values& after) {
    const Cell& from = cells_[index];
    if (from.kind == Cell::Kind::kServers) {
        if (wanted(step.servers, slot)) raise(at(after, step.servers, slot), values);
        spread(*std::ranges::max_element(values), step.halves, slot, after);
        return;
    }
    if (from.kind == Cell::Kind::kHold) {
        if (step.hold != kNoCell && wanted(step.hold, slot)) {
            raise(at(after, step.hold, slot), values);
        }
        if (step.halves != kNoCell) spread(values[0], step.halves, slot, after);
        if (step.servers == kNoCell || !wanted(step.servers, slot)) return;
        Value& to = at(after, step.servers, slot)[step.server];
        to = std::max(to, values[0]);
        return;
    }
    if (wanted(step.halves, slot)) move_halves(index, step, values, slot, after);
    if (step.servers == kNoCell || !wanted(step.servers, slot)) return;
    for (std::size_t i = 0; i < cells_.whole_servers().size(); ++i) {
        const int warm_up = space_.servers()[cells_.whole_servers()[i]].warm_up;
        const Value value = warm_up == 0 ? kNever : best_idle(index, values, warm_up, slot - 1);
        if (value < kReached) continue;
        Value& to = at(after, step.servers, slot)[i];
        to = std::max(to, value - costs_.begin_whole(space_, cells_.whole_servers()[i], slot));
    }
}

void Elastic::move_halves(std::size_t index, const Step& step, std::span<const Value> values,
                          int slot, Values& after) {
    const Moves& rows = turned(slot - 1) ? *step.right : *step.left;
    const Moves& columns = turned(slot - 1) ? *step.left : *step.right;
    costs_.begins(rows.taken, rows_of(slot - 1), slot, row_costs_);
    costs_.begins(columns.taken, columns_of(slot - 1), slot, column_costs_);
    const Axes from = axes(index, slot - 1), to = axes(step.halves, slot);
    const std::size_t width = from.columns.size(), height = to.columns.size();
    moved_.resize(height * width);
    turned_.resize(height * width);
    work_ += kernels_.gather(rows.from, row_costs_, to.columns, from.rows, values.data(), width,
                             moved_.data());
    transpose(moved_.data(), height, width, turned_.data());
    if (step.halves < after.size() && !after[step.halves].empty()) {
        moved_.resize(to.size());
        work_ += kernels_.gather(columns.from, column_costs_, to.rows, from.columns, turned_.data(),
                                 height, moved_.data());
        raise(after[step.halves], moved_);
    } else {
        work_ += kernels_.gather(columns.from, column_costs_, to.rows, from.columns, turned_.data(),
                                 height, unfilled(after, step.halves, slot).data());
    }
}

// Instances on the whole GPU that need no warm-up.
void Elastic::serve_at_once(Values& values, int slot) {
    for (std::size_t i = 0; i < cells_.whole_servers().size(); ++i) {
        if (space_.servers()[cells_.whole_servers()[i]].warm_up != 0) continue;
        for (std::size_t x = 0, count = values.size(); x < count; ++x) {
            if (values[x].empty() || cells_[x].kind != Cell::Kind::kHalves) continue;
            if (cells_[x].holds() != 0) continue;
            const Value value = best_idle(x, values[x], 0, slot);
            const std::size_t served = cells_.served(x);
            if (value < kReached || !wanted(served, slot)) continue;
            Value& to = at(values, served, slot)[i];
            to = std::max(to, value);
        }
    }
}

void Elastic::begin(Values& values) {
    const BlockTree& tree = space_.tree();
    if (const auto& whole = start_.whole()) {
        const std::size_t cell = whole->hold ? cells_.hold(*whole->hold) : cells_.servers();
        std::size_t place = 0;
        if (!whole->hold) {
            const auto server = std::ranges::find(cells_.whole_servers(), *whole->server);
            CHECK(server != cells_.whole_servers().end());
            place = static_cast<std::size_t>(server - cells_.whole_servers().begin());
        }
        if (wanted(cell, 0)) at(values, cell, 0)[place] = 0;
        if (!whole->kept) spread(0, cells_.halves(0, 0), 0, values);
    } else {
        for (const Reached& left : start_.first(tree.left, 0)) {
            for (const Reached& right : start_.first(tree.right, 0)) {
                const std::size_t cell = cells_.halves(left.holds, right.holds);
                const Axes of = axes(cell, 0);  // not turned
                const auto row = std::ranges::lower_bound(of.rows, left.state);
                const auto column = std::ranges::lower_bound(of.columns, right.state);
                if (row == of.rows.end() || *row != left.state) continue;
                if (column == of.columns.end() || *column != right.state) continue;
                at(values, cell,
                   0)[static_cast<std::size_t>(row - of.rows.begin()) * of.columns.size() +
                      static_cast<std::size_t>(column - of.columns.begin())] = 0;
            }
        }
    }
    serve_at_once(values, 0);
    start(values, 0);
}

void Elastic::forward(const Values& before, int slot, Values& after) {
    const Holds ends = base_.events(slot).ends;
    for (std::size_t x = 0; x < before.size(); ++x) {
        if (before[x].empty() || !goes_on(cells_[x], slot)) continue;
        rewarded(x, slot - 1, before[x], rewarded_);
        move(x, cells_.step(x, ends & cells_[x].holds()), rewarded_, slot, after);
    }
    release(after, slot);
    serve_at_once(after, slot);
    start(after, slot);
}

// The best of what `lists` names, from the states of one cell to those of another that differs by
// `it` in a half; into changed_.
void Elastic::change(const Change& it, const Lists& lists, std::span<const Value> values,
                     const Axes& from, const Axes& to, int slot) {
    const bool rows = (it.where == Change::Where::kRight) == turned(slot);
    const Axes made = rows ? Axes{to.rows, from.columns} : Axes{from.rows, to.columns};
    changed_.resize(made.size());
    if (rows) {
        work_ += kernels_.gather(lists, {}, to.rows, from.rows, values.data(), from.columns.size(),
                                 changed_.data());
    } else {
        // Columns, as rows of the transposed matrix.
        turned_.resize(from.size());
        transpose(values.data(), from.rows.size(), from.columns.size(), turned_.data());
        moved_.resize(made.size());
        work_ += kernels_.gather(lists, {}, to.columns, from.columns, turned_.data(),
                                 from.rows.size(), moved_.data());
        transpose(moved_.data(), to.columns.size(), from.rows.size(), changed_.data());
    }
    if (useful_->everything()) return;
    moved_.resize(to.size());
    kernels_.recast(changed_.data(), made, to, moved_.data());
    std::swap(changed_, moved_);
}

// The values of everything that `it` may lead to.
void Elastic::change_on(std::size_t from, const Change& it, std::span<const Value> values,
                        int slot) {
    change(it, it.moves->from, values, axes(from, slot), axes(it.to, slot), slot);
}

// What is to come for everything `it` may come from.
void Elastic::change_back(std::size_t to, const Change& it, std::span<const Value> later,
                          int slot) {
    change(it, it.moves->to, later, axes(it.to, slot), axes(to, slot), slot);
}

// Retrainings end, tenant by tenant.
void Elastic::release(Values& values, int slot) {
    for (std::size_t i = 0; i < plans_.tenants(); ++i) {
        for (std::size_t x = 0, count = values.size(); x < count; ++x) {
            if (values[x].empty() || !runs(cells_[x].modes[i])) continue;
            for (const Change& it : cells_.releases(x)) {
                if (it.tenant != i || !ends_at(it, slot) || !wanted(it.to, slot)) continue;
                const Value paid = paid_back(it, slot);
                if (it.where == Change::Where::kWhole) {
                    if (values[x][0] >= kReached) spread(values[x][0] + paid, it.to, slot, values);
                    continue;
                }
                change_on(x, it, values[x], slot);
                raise_priced(at(values, it.to, slot), changed_, -paid);
            }
        }
    }
}

// Retrainings take idle blocks, tenant by tenant.
void Elastic::start(Values& values, int slot) {
    for (std::size_t i = 0; i < plans_.tenants(); ++i) {
        if (last_of_tenant_[i] < slot) continue;
        for (std::size_t x = 0, count = values.size(); x < count; ++x) {
            if (values[x].empty() || cells_[x].modes[i] != 0) continue;
            for (const Change& it : cells_.takes(x)) {
                if (it.tenant != i || !starts_at(it, slot) || !wanted(it.to, slot)) continue;
                take(x, it, values[x], slot);
                raise_priced(at(values, it.to, slot), changed_, price(it, slot));
            }
        }
    }
}

// Into changed_, too.
void Elastic::take(std::size_t index, const Change& it, std::span<const Value> values, int slot) {
    if (it.where == Change::Where::kWhole) {
        changed_.assign(1, best_idle(index, values, 0, slot));
    } else {
        change_on(index, it, values, slot);
    }
}

// Nobody is still retraining at the end, and who has to has.
bool Elastic::over(const Cell& cell) const {
    if (!cell.running.empty()) return false;
    for (std::size_t i = 0; i < cell.modes.size(); ++i) {
        if (cell.modes[i] == 0 && open_->none[i] == 0) return false;
    }
    return true;
}

std::optional<Value> Elastic::most(const OpenPlans& open, const Prices& prices,
                                   const Useful& useful, const std::function<bool()>& stop) {
    ask(open, prices, useful);
    Values values, after;
    begin(values);
    for (int slot = 1; slot < window_.slots; ++slot) {
        if (stop()) return std::nullopt;
        recycle(after);
        forward(values, slot, after);
        std::swap(values, after);
    }
    Value most = kNever;
    for (std::size_t x = 0; x < values.size(); ++x) {
        if (values[x].empty() || !over(cells_[x])) continue;
        rewarded(x, window_.slots - 1, values[x], rewarded_);
        most = std::max(most, *std::ranges::max_element(rewarded_));
    }
    return most;
}

}  // namespace tangram::window::exact
