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
    const BlockTree& tree = space_.tree();
    const std::size_t width = shape(cells_[cell], slot).columns;
    Value best = kNever;
    for (const int row : space_.fresh(turned(slot) ? tree.right : tree.left, 0)) {
        for (const int column : space_.fresh(turned(slot) ? tree.left : tree.right, 0)) {
            best = std::max(best, to_come[cell][static_cast<std::size_t>(row) * width +
                                                static_cast<std::size_t>(column)]);
        }
    }
    return best;
}

void Elastic::serve_at_once_back(Values& to_come, int slot) {
    for (std::size_t i = 0; i < cells_.whole_servers().size(); ++i) {
        if (space_.servers()[cells_.whole_servers()[i]].warm_up != 0) continue;
        for (std::size_t x = 0, count = to_come.size(); x < count; ++x) {
            if (to_come[x].empty() || cells_[x].kind != Cell::Kind::kServers) continue;
            const Value value = to_come[x][i];
            std::vector<Value>& into = at(to_come, cells_.emptied(x));
            for (const std::size_t k : idle(0, slot)) into[k] = std::max(into[k], value);
        }
    }
}

// What is to come before anybody starts in `slot`, from that after.
void Elastic::start_back(const Values& values, int slot, Values& to_come, ElasticBounds& bounds) {
    for (std::size_t i = plans_.tenants(); i-- > 0;) {
        if (last_of_tenant_[i] < slot) continue;
        for (std::size_t x = 0; x < values.size(); ++x) {
            if (values[x].empty() || cells_[x].modes[i] != 0) continue;
            const Shape from = shape(cells_[x], slot);
            for (const Take& it : cells_.takes(x)) {
                if (it.tenant != i || !starts_at(it, slot) || !present(to_come, it.to)) continue;
                const Value cost = price(i, it.choice, slot);
                const std::vector<Value>& later = to_come[it.to];
                take(it, values[x], from, slot);
                Value& best = bounds.start[i][it.choice][static_cast<std::size_t>(slot)];
                best = std::max(best, best_through(taken_, later, cost));
                if (it.where == Take::Where::kWhole) {
                    const Value value = std::max(later[0], kLowest) - cost;
                    std::vector<Value>& into = at(to_come, x);
                    for (const std::size_t k : idle(0, slot)) into[k] = std::max(into[k], value);
                    continue;
                }
                turned_.resize(from.rows * from.columns);
                if ((it.where == Take::Where::kRight) == turned(slot)) {
                    gather(it.takes->to, later.data(), from.columns, turned_.data());
                } else {
                    const std::size_t states = it.takes->from.first.size() - 1;
                    taken_.resize(later.size());
                    transpose(later.data(), from.rows, states, taken_.data());
                    moved_.resize(turned_.size());
                    gather(it.takes->to, taken_.data(), from.rows, moved_.data());
                    transpose(moved_.data(), from.columns, from.rows, turned_.data());
                }
                raise_priced(at(to_come, x), turned_, cost);
            }
        }
    }
}

// What is to come for a cell at the end of `slot` - 1 if this step follows; false if nothing is.
bool Elastic::move_back(const Cell& to, const Step& step, int slot, Values& to_come,
                        std::vector<Value>& out) {
    out.assign(to.size, kNever);
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
        const Shape shape_before = shape(to, slot - 1);
        const std::size_t height_after = rows.from.first.size() - 1;
        const std::size_t size = shape_before.columns * height_after;
        moved_.resize(size);
        turned_.resize(size);
        gather(columns.to, to_come[step.halves].data(), height_after, moved_.data());
        transpose(moved_.data(), shape_before.columns, height_after, turned_.data());
        gather(rows.to, turned_.data(), shape_before.columns, out.data());
        work_ +=
            rows.to.items.size() * shape_before.columns + columns.to.items.size() * height_after;
    }
    if (!served || to.holds() != 0) return halves;
    for (std::size_t i = 0; i < cells_.whole_servers().size(); ++i) {
        const int warm_up = space_.servers()[cells_.whole_servers()[i]].warm_up;
        if (warm_up == 0) continue;
        const Value value = to_come[step.servers][i];
        for (const std::size_t k : idle(warm_up, slot - 1)) out[k] = std::max(out[k], value);
    }
    return true;
}

// From what is to come before anybody starts in `slot` to that at the start of the slot before;
// `before`: the values there.
void Elastic::backward(const Values& before, int slot, Values& to_come, Values& out,
                       ElasticBounds& bounds) {
    std::vector<Value> best, later;
    for (std::size_t x = 0; x < before.size(); ++x) {
        if (before[x].empty()) continue;
        const Cell& from = cells_[x];
        bool valued = false, any = false;
        endings(from, slot).each([&](unsigned ending, Holds others) {
            const Step& step = cells_.step(x, ending, others);
            if (!move_back(from, step, slot, to_come, later)) return;
            if (ending != 0) {
                if (!valued) rewarded(x, slot - 1, before[x], rewarded_);
                valued = true;
                const Value through = best_through(rewarded_, later, 0);
                for (std::size_t k = 0; k < from.running.size(); ++k) {
                    if ((ending >> k & 1) == 0) continue;
                    const std::size_t i = from.running[k], c = choice_of(from.modes[i]);
                    Value& end =
                        bounds
                            .end[i][c][static_cast<std::size_t>(slot - plans_.choices(i)[c].slots)];
                    end = std::max(end, through);
                }
            }
            if (any) {
                raise(best, later);
            } else {
                std::swap(best, later);
            }
            any = true;
        });
        if (any) rewarded(x, slot - 1, best, at(out, x));
    }
}

// `to_come` from before anybody starts: cells may be passed through within a slot.
void Elastic::note_cells(const Values& values, int slot, const Values& to_come,
                         ElasticBounds& bounds) const {
    bounds.cells.resize(std::max(bounds.cells.size(), values.size()));
    for (std::size_t x = 0; x < values.size(); ++x) {
        if (values[x].empty() || !present(to_come, x)) continue;
        auto& of = bounds.cells[x];
        of.resize(static_cast<std::size_t>(window_.slots), kNever);
        of[static_cast<std::size_t>(slot)] = best_through(values[x], to_come[x], 0);
    }
}

ElasticBounds Elastic::nothing_known() const {
    ElasticBounds bounds;
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
        rewarded(x, window_.slots - 1, nothing, at(to_come, x));
        const Value value = best_through(values[x], to_come[x], 0);
        bounds.all = std::max(bounds.all, value);
        for (std::size_t i = 0; i < plans_.tenants(); ++i) {
            if (cells_[x].modes[i] == 0) bounds.none[i] = std::max(bounds.none[i], value);
        }
    }
}

std::optional<ElasticBounds> Elastic::sweep(const OpenPlans& open, const Potentials& potentials,
                                            const Useful& useful,
                                            const std::function<bool()>& stop) {
    ask(open, potentials, useful);
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
        note_cells(values_at(slot), slot, to_come, bounds);
        recycle(values_at(slot));
        kept.drop(slot);
        if (slot == 0) break;
        Values out;
        backward(values_at(slot - 1), slot, to_come, out, bounds);
        recycle(to_come);
        to_come = std::move(out);
    }
    recycle(to_come);
    return bounds;
}

}  // namespace tangram::window::exact
