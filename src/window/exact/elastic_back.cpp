// The way back of an elastic sweep: what is to come, and the most through every start and end.
#include <algorithm>
#include <utility>

#include "window/exact/elastic.h"
#include "window/exact/kept.h"
#include "window/exact/matrix.h"

namespace tangram::window::exact {
namespace {

bool present(const std::vector<std::vector<Value>>& values, std::size_t cell) {
    return cell < values.size() && !values[cell].empty();
}

}  // namespace

Value Elastic::spread_back(const Values& to_come, std::size_t cell, int slot) {
    if (!present(to_come, cell)) return kNever;
    Value best = kNever;
    each_fresh(cell, slot, [&](std::size_t i) { best = std::max(best, to_come[cell][i]); });
    return best;
}

void Elastic::serve_at_once_back(Values& to_come, int slot) {
    for (std::size_t i = 0; i < cells_.whole_servers().size(); ++i) {
        if (space_.servers()[cells_.whole_servers()[i]].warm_up != 0) continue;
        for (std::size_t x = 0, count = to_come.size(); x < count; ++x) {
            if (to_come[x].empty() || cells_[x].kind != Cell::Kind::kServers) continue;
            const std::size_t emptied = cells_.emptied(x);
            if (!wanted(emptied, slot)) continue;
            const Value value = to_come[x][i];
            std::vector<Value>& into = at(to_come, emptied, slot);
            each_idle(emptied, 0, slot, [&](std::size_t k) { into[k] = std::max(into[k], value); });
        }
    }
}

// What is to come before retrainings end in `slot`, from that after.
void Elastic::release_back(const Values& values, int slot, Values& to_come, ElasticBounds& bounds) {
    for (std::size_t i = plans_.tenants(); i-- > 0;) {
        for (std::size_t x = 0; x < values.size(); ++x) {
            if (values[x].empty() || !runs(cells_[x].modes[i])) continue;
            for (const Change& it : cells_.releases(x)) {
                if (it.tenant != i || !ends_at(it, slot) || !present(to_come, it.to)) continue;
                if (it.where == Change::Where::kWhole) {
                    changed_.assign(1, spread_back(to_come, it.to, slot));
                } else {
                    change_back(x, it, to_come[it.to], slot);
                }
                const Value paid = paid_back(it, slot);
                const int begun = slot - plans_.choices(i)[it.choice].slots;
                Value& end = bounds.end[i][it.choice][static_cast<std::size_t>(begun)];
                end = std::max(end, best_through(values[x], changed_, -paid));
                raise_priced(at(to_come, x, slot), changed_, -paid);
            }
        }
    }
}

// What is to come before anybody starts in `slot`, from that after.
void Elastic::start_back(const Values& values, int slot, Values& to_come, ElasticBounds& bounds) {
    for (std::size_t i = plans_.tenants(); i-- > 0;) {
        if (last_of_tenant_[i] < slot) continue;
        for (std::size_t x = 0; x < values.size(); ++x) {
            if (values[x].empty() || cells_[x].modes[i] != 0) continue;
            for (const Change& it : cells_.takes(x)) {
                if (it.tenant != i || !starts_at(it, slot) || !present(to_come, it.to)) continue;
                take(x, it, values[x], slot);
                note_start(it, slot, best_through(changed_, to_come[it.to], price(it, slot)),
                           bounds);
                take_back(x, it, slot, to_come);
            }
        }
    }
}

void Elastic::take_back(std::size_t index, const Change& it, int slot, Values& to_come) {
    const Value cost = price(it, slot);
    if (it.where == Change::Where::kWhole) {
        const Value value = std::max(to_come[it.to][0], kLowest) - cost;
        std::vector<Value>& into = at(to_come, index, slot);
        each_idle(index, 0, slot, [&](std::size_t k) { into[k] = std::max(into[k], value); });
    } else {
        change_back(index, it, to_come[it.to], slot);
        raise_priced(at(to_come, index, slot), changed_, cost);
    }
}

// A start is one of all choices of its group.
void Elastic::note_start(const Change& take, int slot, Value through, ElasticBounds& bounds) const {
    for (const std::size_t c : plans_.groups(take.tenant)[take.group]) {
        auto& starts = bounds.start[take.tenant][c];
        if (static_cast<std::size_t>(slot) >= starts.size()) continue;
        Value& best = starts[static_cast<std::size_t>(slot)];
        best = std::max(best, through);
    }
}

// What is to come for a cell at the end of `slot` - 1 if this step follows; false if nothing is.
bool Elastic::move_back(std::size_t index, const Step& step, int slot, Values& to_come,
                        std::vector<Value>& out) {
    const Cell& to = cells_[index];
    const Axes before = axes(index, slot - 1);
    out.assign(before.size(), kNever);
    const bool served = step.servers != kNoCell && present(to_come, step.servers);
    if (to.kind == Cell::Kind::kServers) {
        if (served) out = to_come[step.servers];
        const Value given_up = spread_back(to_come, step.halves, slot);
        for (Value& it : out) it = std::max(it, given_up);
        return true;
    }
    if (to.kind == Cell::Kind::kHold) {
        if (step.hold != kNoCell && present(to_come, step.hold)) out = to_come[step.hold];
        if (step.halves != kNoCell) out[0] = spread_back(to_come, step.halves, slot);
        if (served) out[0] = std::max(out[0], to_come[step.servers][step.server]);
        return true;
    }
    const bool halves = present(to_come, step.halves);
    if (halves) {
        const Moves& rows = turned(slot - 1) ? *step.right : *step.left;
        const Moves& columns = turned(slot - 1) ? *step.left : *step.right;
        costs_.begins(rows.taken, rows_of(slot - 1), slot, row_costs_);
        costs_.begins(columns.taken, columns_of(slot - 1), slot, column_costs_);
        const Axes after = axes(step.halves, slot);
        const std::size_t width = before.columns.size(), height = after.columns.size();
        moved_.resize(width * height);
        turned_.resize(width * height);
        work_ += kernels_.gather(columns.to, column_costs_, before.columns, after.rows,
                                 to_come[step.halves].data(), height, moved_.data());
        transpose(moved_.data(), width, height, turned_.data());
        work_ += kernels_.gather(rows.to, row_costs_, before.rows, after.columns, turned_.data(),
                                 width, out.data());
    }
    if (!served || to.holds() != 0) return halves;
    for (std::size_t i = 0; i < cells_.whole_servers().size(); ++i) {
        const int warm_up = space_.servers()[cells_.whole_servers()[i]].warm_up;
        if (warm_up == 0) continue;
        const Value later = to_come[step.servers][i];
        if (later < kReached) continue;
        const Value value = later - costs_.begin_whole(space_, cells_.whole_servers()[i], slot);
        each_idle(index, warm_up, slot - 1,
                  [&](std::size_t k) { out[k] = std::max(out[k], value); });
    }
    return true;
}

// From what is to come at the start of `slot` to that at the start of the slot before; `before`:
// the values there.
void Elastic::backward(const Values& before, int slot, Values& to_come, Values& out) {
    const Holds ends = base_.events(slot).ends;
    std::vector<Value> later;
    for (std::size_t x = 0; x < before.size(); ++x) {
        if (before[x].empty() || !goes_on(cells_[x], slot)) continue;
        const Step& step = cells_.step(x, ends & cells_[x].holds());
        if (!move_back(x, step, slot, to_come, later)) continue;
        rewarded(x, slot - 1, later, unfilled(out, x, slot - 1));
    }
}

// `to_come` from before anybody starts: cells may be passed through within a slot.
void Elastic::note_cells(const Values& values, int slot, const Values& to_come,
                         ElasticBounds& bounds) {
    bounds.cells.resize(std::max(bounds.cells.size(), values.size()));
    bounds.course.resize(static_cast<std::size_t>(window_.slots));
    Value best = kNever;
    for (std::size_t x = 0; x < values.size(); ++x) {
        if (values[x].empty() || !present(to_come, x)) continue;
        auto& slots = bounds.cells[x];
        slots.resize(static_cast<std::size_t>(window_.slots));
        Through& it = slots[static_cast<std::size_t>(slot)];
        const Axes of = axes(x, slot);
        const auto rows = turned(slot) ? &Through::right : &Through::left;
        const auto columns = turned(slot) ? &Through::left : &Through::right;
        (it.*rows).resize(of.rows.size());
        (it.*columns).resize(of.columns.size());
        best_through(values[x], to_come[x], it.*rows, it.*columns);
        it.best = *std::ranges::max_element(it.left);
        (turned(slot) ? it.states.right : it.states.left).assign(of.rows.begin(), of.rows.end());
        (turned(slot) ? it.states.left : it.states.right)
            .assign(of.columns.begin(), of.columns.end());
        if (it.best <= best || !goes_on(cells_[x], slot + 1)) continue;
        best = it.best;
        bounds.course[static_cast<std::size_t>(slot)] = best_state(x, it, slot);
    }
}

GpuState Elastic::best_state(std::size_t index, const Through& through, int slot) const {
    const auto best = [](const std::vector<Value>& values) {
        return static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
    };
    const Cell& cell = cells_[index];
    if (cell.kind == Cell::Kind::kHold) return {{}, cell.hold, {}, {}};
    if (cell.kind == Cell::Kind::kServers) {
        const std::size_t server = best(turned(slot) ? through.left : through.right);
        return {cells_.whole_servers()[server], {}, {}, {}};
    }
    return {{},
            {},
            {cell.left, through.states.left[best(through.left)]},
            {cell.right, through.states.right[best(through.right)]}};
}

ElasticBounds Elastic::nothing_known() const {
    ElasticBounds bounds;
    bounds.least = useful_->least;
    bounds.none.assign(plans_.tenants(), kNever);
    for (const auto& tenant : open_->starts) {
        auto& of = bounds.start.emplace_back();
        for (const auto& choice : tenant) of.emplace_back(choice.size(), kNever);
    }
    bounds.end = bounds.start;
    return bounds;
}

// What the last slot is worth where everything is over.
void Elastic::finish(const Values& values, Values& to_come, ElasticBounds& bounds) {
    for (std::size_t x = 0; x < values.size(); ++x) {
        if (values[x].empty() || !over(cells_[x])) continue;
        const std::vector<Value> nothing(values[x].size(), 0);
        rewarded(x, window_.slots - 1, nothing, at(to_come, x, window_.slots - 1));
        const Value value = best_through(values[x], to_come[x], 0);
        bounds.all = std::max(bounds.all, value);
        for (std::size_t i = 0; i < plans_.tenants(); ++i) {
            if (cells_[x].modes[i] == 0) bounds.none[i] = std::max(bounds.none[i], value);
        }
    }
}

std::optional<ElasticBounds> Elastic::sweep(const OpenPlans& open, const Prices& prices,
                                            const Useful& useful,
                                            const std::function<bool()>& stop) {
    ask(open, prices, useful);
    const int last = window_.slots - 1;
    Kept<Values> kept(memory_max_ / 2);
    Values values;
    begin(values);
    for (int slot = 0;; ++slot) {
        if (stop()) return std::nullopt;
        Values after;
        if (slot < last) forward(values, slot + 1, after);
        std::size_t bytes = 0;
        for (const auto& cell : values) bytes += cell.size() * sizeof(Value);
        kept.add(slot, std::move(values), bytes);
        if (slot == last) break;
        values = std::move(after);
    }
    const auto values_at = [&](int slot) -> Values& {
        return kept.at(slot, [&](const Values& before, int next) {
            Values after;
            forward(before, next, after);
            return after;
        });
    };
    ElasticBounds bounds = nothing_known();
    Values to_come;
    finish(values_at(last), to_come, bounds);
    for (int slot = last;; --slot) {
        if (stop()) return std::nullopt;
        start_back(values_at(slot), slot, to_come, bounds);
        serve_at_once_back(to_come, slot);
        release_back(values_at(slot), slot, to_come, bounds);
        note_cells(values_at(slot), slot, to_come, bounds);
        recycle(values_at(slot));
        kept.drop(slot);
        if (slot == 0) break;
        Values out;
        backward(values_at(slot - 1), slot, to_come, out);
        recycle(to_come);
        to_come = std::move(out);
    }
    recycle(to_come);
    return bounds;
}

}  // namespace tangram::window::exact
