#include "window/exact/layer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <utility>

#include "base/check.h"

namespace tangram::window::exact {
namespace {

constexpr bool within(Holds inner, Holds outer) { return (inner & ~outer) == 0; }

}  // namespace

Stepper::Stepper(Space& space, const Rewards& rewards)
    : space_(space),
      rewards_(rewards),
      left_(space.tree().left),
      right_(space.tree().right),
      whole_servers_(space.servers_on(space.tree().whole)) {}

std::size_t Stepper::states(Holds left, Holds right) {
    return space_.table(left_, left).states.size() * space_.table(right_, right).states.size();
}

Layer Stepper::blank(bool turned) const {
    return {turned,
            {},
            std::vector<Value>(space_.servers().size(), kNever),
            std::vector<Value>(space_.holds().size(), kNever)};
}

Part& Stepper::part(Layer& layer, Holds left, Holds right) {
    const auto key = [](const Part& it) { return std::pair{it.left, it.right}; };
    const auto place = std::ranges::lower_bound(layer.parts, std::pair{left, right}, {}, key);
    if (place != layer.parts.end() && key(*place) == std::pair{left, right}) return *place;
    return *layer.parts.insert(place,
                               {left, right, std::vector<Value>(states(left, right), kNever)});
}

// Both halves of one part, for every way to give the starting holds to them.
void Stepper::move_halves(const Layer& before, const Part& from, const SlotEvents& events,
                          Layer& after) {
    const std::size_t first = before.turned ? right_ : left_;
    const std::size_t second = before.turned ? left_ : right_;
    const Holds first_holds = before.turned ? from.right : from.left;
    const Holds second_holds = before.turned ? from.left : from.right;
    const std::size_t width = space_.table(second, second_holds).states.size();
    std::array<Holds, 2> given{};
    distribute(events.starts, given, [&] {
        const Moves& rows = space_.moves(first, first_holds, events.ends & first_holds, given[0]);
        const Moves& columns =
            space_.moves(second, second_holds, events.ends & second_holds, given[1]);
        const std::size_t height = rows.from.first.size() - 1;
        const std::size_t size = height * (columns.from.first.size() - 1);
        if (size == 0) return;
        moved_.resize(height * width);
        turned_.resize(height * width);
        kernels_.gather(rows.from, from.values.data(), width, moved_.data());
        transpose(moved_.data(), height, width, turned_.data());
        moved_.resize(size);
        kernels_.gather(columns.from, turned_.data(), height, moved_.data());
        const Holds first_after = (first_holds & ~events.ends) | given[0];
        const Holds second_after = (second_holds & ~events.ends) | given[1];
        Part& target = before.turned ? part(after, second_after, first_after)
                                     : part(after, first_after, second_after);
        raise(target.values, std::span(moved_).first(size));
    });
}

// Every state in which `starts` have started on a GPU that was empty the moment before.
void Stepper::spread(Value value, Holds starts, Layer& after) {
    if (value < 0) return;
    std::array<Holds, 2> given{};
    distribute(starts, given, [&] {
        const std::vector<int>& lefts = space_.fresh(left_, given[0]);
        const std::vector<int>& rights = space_.fresh(right_, given[1]);
        if (lefts.empty() || rights.empty()) return;
        const std::size_t rows = space_.table(left_, given[0]).states.size();
        const std::size_t columns = space_.table(right_, given[1]).states.size();
        Part& target = part(after, given[0], given[1]);
        for (const int left : lefts) {
            for (const int right : rights) {
                const auto l = static_cast<std::size_t>(left), r = static_cast<std::size_t>(right);
                Value& cell = target.values[after.turned ? r * rows + l : l * columns + r];
                cell = std::max(cell, value);
            }
        }
    });
}

const std::vector<int>& Stepper::old_states(std::size_t block, int age) {
    const auto [place, added] = old_.try_emplace({block, age});
    if (added) {
        const Table& table = space_.table(block, 0);
        for (std::size_t i = 0; i < table.states.size(); ++i) {
            if (table.states[i].free_age >= age) place->second.push_back(static_cast<int>(i));
        }
    }
    return place->second;
}

// The best state without holds whose slices have all been idle for `age` slots or more.
Value Stepper::best_of_old(const Layer& layer, int age) {
    if (layer.parts.empty() || layer.parts[0].left != 0 || layer.parts[0].right != 0) return kNever;
    const std::size_t rows = space_.table(left_, 0).states.size();
    const std::size_t columns = space_.table(right_, 0).states.size();
    Value best = kNever;
    for (const int left : old_states(left_, age)) {
        for (const int right : old_states(right_, age)) {
            const auto l = static_cast<std::size_t>(left), r = static_cast<std::size_t>(right);
            const std::size_t cell = layer.turned ? r * rows + l : l * columns + r;
            best = std::max(best, layer.parts[0].values[cell]);
        }
    }
    return best;
}

// Servers and holds that have the whole GPU go on, or end and leave it empty.
void Stepper::give_up_whole(const Layer& before, const SlotEvents& events, Layer& after) {
    Value given_up = kNever;
    for (const std::size_t server : whole_servers_) {
        given_up = std::max(given_up, before.servers[server]);
        if (events.starts == 0) after.servers[server] = before.servers[server];
    }
    for (std::size_t hold = 0; hold < before.holds.size(); ++hold) {
        const Value value = before.holds[hold];
        if (value < 0) continue;
        if ((events.ends >> hold & 1) == 0) {
            if (events.starts == 0) after.holds[hold] = value;
            continue;
        }
        given_up = std::max(given_up, value);
        if (const auto server = space_.successor(hold); server && events.starts == 0) {
            after.servers[*server] = std::max(after.servers[*server], value);
        }
    }
    spread(given_up, events.starts, after);
    take_whole(before, events, given_up, after);
}

// One instance takes the whole GPU, after whatever was there has been given up.
void Stepper::take_whole(const Layer& before, const SlotEvents& events, Value given_up,
                         Layer& after) {
    if (space_.tree().whole.empty()) return;
    Value empty = given_up;  // best with the whole GPU just given up
    const auto best_emptied = [&] {
        for (const Part& from : before.parts) {
            if (!within(from.left | from.right, events.ends)) continue;
            empty = std::max(empty, *std::ranges::max_element(from.values));
        }
        return empty;
    };
    if (events.starts == 0) {
        for (const std::size_t server : whole_servers_) {
            const int warm_up = space_.servers()[server].warm_up;
            const Value value = warm_up == 0 ? best_emptied() : best_of_old(before, warm_up);
            after.servers[server] = std::max(after.servers[server], value);
        }
    } else if (std::has_single_bit(events.starts)) {
        const auto hold = static_cast<std::size_t>(std::countr_zero(events.starts));
        if (space_.fits(hold, space_.tree().whole)) after.holds[hold] = best_emptied();
    }
}

Value Stepper::reward_of_server(std::size_t server, int slot, const Weights& weights) const {
    std::vector<std::int64_t> capacity(weights.size());
    const std::vector<std::int64_t> nothing(weights.size());
    capacity[space_.servers()[server].tenant.index()] = space_.servers()[server].capacity.count();
    return rewards_.of(slot, weights, capacity, nothing);
}

void Stepper::add_rewards(Layer& layer, int slot, const Weights& weights) {
    for (Part& it : layer.parts) {
        const Table& rows =
            layer.turned ? space_.table(right_, it.right) : space_.table(left_, it.left);
        const Table& columns =
            layer.turned ? space_.table(left_, it.left) : space_.table(right_, it.right);
        const std::size_t width = columns.classes.size();
        class_rewards_.resize(rows.classes.size() * width);
        for (std::size_t i = 0; i < rows.classes.size(); ++i) {
            rewards_.of_all(slot, weights, rows.classes[i], columns.by_tenant,
                            std::span(class_rewards_).subspan(i * width, width));
        }
        add_by_class(it.values, rows.capacity_of, columns.capacity_of, class_rewards_, width);
    }
    for (const std::size_t server : whole_servers_) {
        layer.servers[server] += reward_of_server(server, slot, weights);
    }
}

Layer Stepper::first(const Start& start, const SlotEvents& events) {
    Layer after = blank(false);
    const auto& whole = start.whole();
    const bool kept = whole ? whole->kept : start.kept(left_) || start.kept(right_);
    if (whole && events.starts == 0) {
        (whole->hold ? after.holds[*whole->hold] : after.servers[*whole->server]) = 0;
    }
    if (whole && !kept) spread(0, events.starts, after);
    std::array<Holds, 2> given{};
    if (!whole) {
        distribute(events.starts, given, [&] {
            for (const Reached& left : start.first(left_, given[0])) {
                for (const Reached& right : start.first(right_, given[1])) {
                    const std::size_t columns = space_.table(right_, right.holds).states.size();
                    part(after, left.holds, right.holds)
                        .values[static_cast<std::size_t>(left.state) * columns +
                                static_cast<std::size_t>(right.state)] = 0;
                }
            }
        });
    }
    if (!kept) take_whole(blank(false), events, 0, after);
    add_rewards(after, 0, *events.weights);
    return after;
}

Layer Stepper::forward(const Layer& before, int slot, const SlotEvents& events) {
    Layer after = blank(!before.turned);
    for (const Part& from : before.parts) move_halves(before, from, events, after);
    give_up_whole(before, events, after);
    add_rewards(after, slot, *events.weights);
    return after;
}

Value value_at(const Layer& layer, const Reached& left, const Reached& right,
               std::size_t left_states, std::size_t right_states) {
    for (const Part& part : layer.parts) {
        if (part.left != left.holds || part.right != right.holds) continue;
        const auto l = static_cast<std::size_t>(left.state);
        const auto r = static_cast<std::size_t>(right.state);
        return part.values[layer.turned ? r * left_states + l : l * right_states + r];
    }
    return kNever;
}

std::int64_t best_of(const Layer& layer) {
    Value best = kNever;
    for (const Part& part : layer.parts) {
        best = std::max(best, *std::ranges::max_element(part.values));
    }
    for (const Value value : layer.servers) best = std::max(best, value);
    for (const Value value : layer.holds) best = std::max(best, value);
    return best;
}

}  // namespace tangram::window::exact
