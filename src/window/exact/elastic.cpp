#include "window/exact/elastic.h"

#include <algorithm>

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
        for (const Choice& choice : plans.choices(i)) {
            const auto& beside = relaxation.sums(bit(choice.hold), weights);
            auto& potential = potentials[i].emplace_back(nothing.size());
            for (std::size_t t = 0; t < potential.size() && !beside.empty(); ++t) {
                potential[t] = static_cast<Value>(static_cast<double>(nothing[t] - beside[t]) *
                                                  rewards.scale());
            }
        }
    }
    return potentials;
}

// Half of the difference, shared among the tenants, never overshoots.
void balance(const ElasticBounds& bounds, const Plans& plans, Potentials& potentials) {
    const auto parts = 2 * static_cast<Value>(plans.tenants());
    for (std::size_t i = 0; i < plans.tenants(); ++i) {
        for (std::size_t c = 0; c < plans.choices(i).size(); ++c) {
            const auto slots = static_cast<std::size_t>(plans.choices(i)[c].slots);
            for (std::size_t s = 0; s < bounds.start[i][c].size(); ++s) {
                const Value start = bounds.start[i][c][s], end = bounds.end[i][c][s];
                if (start < 0 || end < 0) continue;
                potentials[i][c][s + slots] += (start - end) / parts;
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
      base_(plans.timeline(plans.nothing())) {}

void Elastic::ask(const OpenPlans& open, const Potentials& potentials, const Useful& useful) {
    open_ = &open;
    useful_ = &useful;
    useful_of_.clear();
    potentials_ = &potentials;
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

Elastic::Shape Elastic::shape(const Cell& cell, int slot) const {
    if (cell.kind != Cell::Kind::kHalves) return {1, cell.size};
    const std::size_t left = cell.left_table->states.size();
    const std::size_t right = cell.right_table->states.size();
    return turned(slot) ? Shape{right, left} : Shape{left, right};
}

std::vector<Value>& Elastic::unfilled(Values& values, std::size_t cell) {
    if (values.size() <= cell) values.resize(cells_.size());
    std::vector<std::vector<Value>>& spare = spare_[cells_[cell].size];
    if (!spare.empty()) {
        values[cell] = std::move(spare.back());
        spare.pop_back();
    }
    values[cell].resize(cells_[cell].size);
    return values[cell];
}

std::vector<Value>& Elastic::at(Values& values, std::size_t cell) {
    if (values.size() > cell && !values[cell].empty()) return values[cell];
    std::vector<Value>& made = unfilled(values, cell);
    std::ranges::fill(made, kNever);
    return made;
}

void Elastic::recycle(Values& values) {
    for (auto& cell : values) {
        if (!cell.empty()) spare_[cell.size()].push_back(std::move(cell));
    }
    values.clear();
}

// Not if somebody has not retrained, has to, and will not any more; nor if a sweep said so.
bool Elastic::wanted(std::size_t index, int slot) {
    const Cell& cell = cells_[index];
    for (std::size_t i = 0; i < cell.modes.size(); ++i) {
        if (cell.modes[i] == 0 && open_->none[i] == 0 && last_of_tenant_[i] < slot) return false;
    }
    if (useful_->empty()) return true;
    static const std::vector<char> kNothing;
    if (useful_of_.size() <= index) useful_of_.resize(cells_.size(), nullptr);
    const std::vector<char>*& of = useful_of_[index];
    if (of == nullptr) {
        const auto place = useful_->find(cell.key());
        of = place == useful_->end() ? &kNothing : &place->second;
    }
    return !of->empty() && (*of)[static_cast<std::size_t>(slot)] != 0;
}

Useful Elastic::useful(const ElasticBounds& bounds, Value least) const {
    Useful useful;
    for (std::size_t x = 0; x < bounds.cells.size(); ++x) {
        const std::vector<Value>& values = bounds.cells[x];
        if (std::ranges::none_of(values, [&](Value it) { return it > least; })) continue;
        std::vector<char>& of = useful[cells_[x].key()];
        for (const Value value : values) of.push_back(value > least ? 1 : 0);
    }
    return useful;
}

// What starting in `slot` costs.
Value Elastic::price(std::size_t tenant, std::size_t choice, int slot) const {
    const auto& potential = (*potentials_)[tenant][choice];
    const auto from = static_cast<std::size_t>(slot);
    const auto slots = static_cast<std::size_t>(plans_.choices(tenant)[choice].slots);
    return potential[from + slots] - potential[from];
}

bool Elastic::starts_at(const Take& take, int slot) const {
    const auto& starts = open_->starts[take.tenant][take.choice];
    const auto t = static_cast<std::size_t>(slot);
    return t < starts.size() && starts[t] != 0;
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
        const auto& potential = (*potentials_)[i][choice_of(cell.modes[i])];
        earned += potential[t + 1] - potential[t];
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
        add_by_class(out, rows.capacity_of, columns.capacity_of, worth, columns.classes.size());
    }
}

Elastic::Endings Elastic::endings(const Cell& cell, int slot) const {
    Endings endings{true, 0, 0, base_.events(slot).ends & cell.holds()};
    for (std::size_t k = 0; k < cell.running.size(); ++k) {
        const std::size_t tenant = cell.running[k], choice = choice_of(cell.modes[tenant]);
        const int begun = slot - plans_.choices(tenant)[choice].slots;
        const auto& starts = open_->starts[tenant][choice];
        const auto s = static_cast<std::size_t>(std::max(0, begun));
        const bool may = begun >= 0 && s < starts.size() && starts[s] != 0;
        const bool must = begun >= last_start_[tenant][choice];
        if (must && !may) return {false, 0, 0, 0};
        if (may) (must ? endings.must : endings.may) |= 1U << k;
    }
    return endings;
}

const std::vector<std::size_t>& Elastic::idle(int age, int slot) {
    const auto [place, added] = idle_.try_emplace({age, turned(slot)});
    std::vector<std::size_t>& all = place->second;
    if (!added) return all;
    const BlockTree& tree = space_.tree();
    const Table& rows = space_.table(turned(slot) ? tree.right : tree.left, 0);
    const Table& columns = space_.table(turned(slot) ? tree.left : tree.right, 0);
    for (std::size_t row = 0; row < rows.states.size(); ++row) {
        if (rows.states[row].free_age < age) continue;
        for (std::size_t column = 0; column < columns.states.size(); ++column) {
            if (columns.states[column].free_age < age) continue;
            all.push_back(row * columns.states.size() + column);
        }
    }
    return all;
}

Value Elastic::best_idle(std::span<const Value> values, int age, int slot) {
    Value best = kNever;
    for (const std::size_t i : idle(age, slot)) best = std::max(best, values[i]);
    return best;
}

// To all states of a GPU that was empty the moment before.
void Elastic::spread(Value value, std::size_t cell, int slot, Values& after) {
    if (value < kReached || !wanted(cell, slot)) return;
    std::vector<Value>& values = at(after, cell);
    const BlockTree& tree = space_.tree();
    const std::vector<int>& rows = space_.fresh(turned(slot) ? tree.right : tree.left, 0);
    const std::vector<int>& columns = space_.fresh(turned(slot) ? tree.left : tree.right, 0);
    const std::size_t width = shape(cells_[cell], slot).columns;
    for (const int row : rows) {
        for (const int column : columns) {
            Value& it =
                values[static_cast<std::size_t>(row) * width + static_cast<std::size_t>(column)];
            it = std::max(it, value);
        }
    }
}

// From `slot` - 1, rewarded, to `slot`.
void Elastic::move(const Cell& from, const Step& step, std::span<const Value> values, int slot,
                   Values& after) {
    if (from.kind == Cell::Kind::kServers) {
        if (wanted(step.servers, slot)) raise(at(after, step.servers), values);
        spread(*std::ranges::max_element(values), step.halves, slot, after);
        return;
    }
    if (from.kind == Cell::Kind::kHold) {
        if (step.hold != kNoCell && wanted(step.hold, slot)) raise(at(after, step.hold), values);
        if (step.halves != kNoCell) spread(values[0], step.halves, slot, after);
        if (step.servers == kNoCell || !wanted(step.servers, slot)) return;
        Value& to = at(after, step.servers)[step.server];
        to = std::max(to, values[0]);
        return;
    }
    if (wanted(step.halves, slot)) move_halves(from, step, values, slot, after);
    if (step.servers == kNoCell || !wanted(step.servers, slot)) return;
    for (std::size_t i = 0; i < cells_.whole_servers().size(); ++i) {
        const int warm_up = space_.servers()[cells_.whole_servers()[i]].warm_up;
        const Value value = warm_up == 0 ? kNever : best_idle(values, warm_up, slot - 1);
        if (value < kReached) continue;
        Value& to = at(after, step.servers)[i];
        to = std::max(to, value);
    }
}

void Elastic::move_halves(const Cell& from, const Step& step, std::span<const Value> values,
                          int slot, Values& after) {
    const Moves& rows = turned(slot - 1) ? *step.right : *step.left;
    const Moves& columns = turned(slot - 1) ? *step.left : *step.right;
    const std::size_t width = shape(from, slot - 1).columns;
    const std::size_t height = rows.from.first.size() - 1;
    const std::size_t size = height * (columns.from.first.size() - 1);
    if (size == 0) return;
    moved_.resize(height * width);
    turned_.resize(height * width);
    gather(rows.from, values.data(), width, moved_.data());
    transpose(moved_.data(), height, width, turned_.data());
    work_ += rows.from.items.size() * width + columns.from.items.size() * height;
    if (step.halves < after.size() && !after[step.halves].empty()) {
        moved_.resize(size);
        gather(columns.from, turned_.data(), height, moved_.data());
        raise(after[step.halves], moved_);
    } else {
        gather(columns.from, turned_.data(), height, unfilled(after, step.halves).data());
    }
}

// Instances on the whole GPU that need no warm-up.
void Elastic::serve_at_once(Values& values, int slot) {
    for (std::size_t i = 0; i < cells_.whole_servers().size(); ++i) {
        if (space_.servers()[cells_.whole_servers()[i]].warm_up != 0) continue;
        for (std::size_t x = 0, count = values.size(); x < count; ++x) {
            if (values[x].empty() || cells_[x].kind != Cell::Kind::kHalves) continue;
            if (cells_[x].holds() != 0) continue;
            const Value value = best_idle(values[x], 0, slot);
            const std::size_t served = cells_.served(x);
            if (value < kReached || !wanted(served, slot)) continue;
            Value& to = at(values, served)[i];
            to = std::max(to, value);
        }
    }
}

void Elastic::begin(Values& values) {
    const BlockTree& tree = space_.tree();
    if (const auto& whole = start_.whole()) {
        if (whole->hold) {
            at(values, cells_.hold(*whole->hold))[0] = 0;
        } else {
            const auto place = std::ranges::find(cells_.whole_servers(), *whole->server);
            CHECK(place != cells_.whole_servers().end());
            at(values,
               cells_.servers())[static_cast<std::size_t>(place - cells_.whole_servers().begin())] =
                0;
        }
        if (!whole->kept) spread(0, cells_.halves(0, 0), 0, values);
    } else {
        for (const Reached& left : start_.first(tree.left, 0)) {
            for (const Reached& right : start_.first(tree.right, 0)) {
                const std::size_t cell = cells_.halves(left.holds, right.holds);
                at(values,
                   cell)[static_cast<std::size_t>(left.state) * shape(cells_[cell], 0).columns +
                         static_cast<std::size_t>(right.state)] = 0;
            }
        }
    }
    serve_at_once(values, 0);
    start(values, 0);
}

void Elastic::forward(const Values& before, int slot, Values& after) {
    for (std::size_t x = 0; x < before.size(); ++x) {
        if (before[x].empty()) continue;
        const Cell& from = cells_[x];
        rewarded(x, slot - 1, before[x], rewarded_);
        endings(from, slot).each([&](unsigned ending, Holds others) {
            move(from, cells_.step(x, ending, others), rewarded_, slot, after);
        });
    }
    serve_at_once(after, slot);
    start(after, slot);
}

// The values of everything that `it` may lead to, into taken_.
void Elastic::take(const Take& it, std::span<const Value> values, const Shape& from, int slot) {
    if (it.where == Take::Where::kWhole) {
        taken_.assign(1, best_idle(values, 0, slot));
        return;
    }
    const std::size_t states = it.takes->from.first.size() - 1;
    if ((it.where == Take::Where::kRight) == turned(slot)) {
        taken_.resize(states * from.columns);
        gather(it.takes->from, values.data(), from.columns, taken_.data());
    } else {
        taken_.resize(states * from.rows);
        // Columns, as rows of the transposed matrix.
        turned_.resize(values.size());
        transpose(values.data(), from.rows, from.columns, turned_.data());
        moved_.resize(taken_.size());
        gather(it.takes->from, turned_.data(), from.rows, moved_.data());
        transpose(moved_.data(), states, from.rows, taken_.data());
    }
    work_ += taken_.size();
}

// Retrainings take idle blocks, tenant by tenant.
void Elastic::start(Values& values, int slot) {
    for (std::size_t i = 0; i < plans_.tenants(); ++i) {
        if (last_of_tenant_[i] < slot) continue;
        for (std::size_t x = 0, count = values.size(); x < count; ++x) {
            if (values[x].empty() || cells_[x].modes[i] != 0) continue;
            const Take* last = nullptr;
            for (const Take& it : cells_.takes(x)) {
                if (it.tenant != i || !starts_at(it, slot) || !wanted(it.to, slot)) continue;
                const bool same = last != nullptr && last->where == it.where &&
                                  last->takes == it.takes && it.takes != nullptr;
                if (!same) take(it, values[x], shape(cells_[x], slot), slot);
                last = &it;
                raise_priced(at(values, it.to), taken_, price(i, it.choice, slot));
            }
        }
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

std::optional<Value> Elastic::most(const OpenPlans& open, const Potentials& potentials,
                                   const std::function<bool()>& stop) {
    const Useful all;
    ask(open, potentials, all);
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
