#include "window/exact/sweep.h"

#include <algorithm>

#include "base/check.h"

namespace tangram::window::exact {
namespace {

constexpr std::size_t kSequencesMax = 40;  // of layers, that are kept at a time

int stride_for(std::size_t layer_bytes, std::size_t sequences, int slots, std::size_t memory_max) {
    const std::size_t layers = std::max<std::size_t>(1, memory_max / sequences / layer_bytes);
    return static_cast<int>(static_cast<std::size_t>(slots) / layers) + 1;
}

}  // namespace

Sweep::Sweep(Stepper& stepper, const Plans& plans, const Start& start, int slots,
             std::size_t memory_max)
    : stepper_(stepper),
      start_(start),
      slots_(slots),
      sequences_(plans.endings(kSequencesMax) + 1),
      stride_(stride_for(stepper.states(0, 0) * sizeof(Value), sequences_, slots, memory_max)),
      base_(plans.timeline(plans.nothing())),
      before_(stride_) {}

const Layer& Sweep::before(int slot) {
    return before_.at(
        slot - 1, [&] { return stepper_.first(start_, base_.events(0)); },
        [&](const Layer& layer, int k) {
            return stepper_.forward(layer, k + 1, base_.events(k + 1));
        });
}

const Layer& Sweep::to_come(int slot, const Weights& weights) {
    auto place = to_come_.find(weights);
    if (place == to_come_.end()) {
        if (to_come_.size() >= sequences_) to_come_.clear();
        place = to_come_.emplace(weights, LayerCache(stride_)).first;
    }
    return place->second.at(
        slots_ - slot, [&] { return stepper_.end(); },
        [&](const Layer& layer, int k) {
            return stepper_.backward(layer, slots_ - k - 1, weights);
        });
}

namespace {

// Steps from where the timeline departs to where it settles, given who knows the rest.
template <typename Before, typename ToCome>
std::int64_t best_along(Stepper& stepper, const Start& start, const Timeline& timeline, int slots,
                        const Before& before, const ToCome& to_come) {
    Layer between;
    const Layer* layer = &between;
    int slot = 1;
    if (timeline.departs > 0) {
        slot = std::min(timeline.departs, slots);
        layer = &before(slot);
    } else {
        between = stepper.first(start, timeline.events(0));
    }
    const int settles = std::min(timeline.settles(), slots);
    for (; slot < settles; ++slot) {
        between = stepper.forward(*layer, slot, timeline.events(slot));
        layer = &between;
    }
    if (slot >= slots) return best_of(*layer);
    return stepper.best_joined(*layer, to_come(slot, timeline.weights(slot)));
}

}  // namespace

std::int64_t Sweep::value(const Timeline& timeline) {
    return best_along(
        stepper_, start_, timeline, slots_, [&](int slot) -> const Layer& { return before(slot); },
        [&](int slot, const Weights& weights) -> const Layer& { return to_come(slot, weights); });
}

ShortSweep::ShortSweep(Stepper& stepper, const Start& start, int slots, Surroundings& longer,
                       Future future)
    : stepper_(stepper), start_(start), slots_(slots), longer_(longer), future_(future) {}

std::int64_t ShortSweep::value(const Timeline& timeline) {
    return best_along(
        stepper_, start_, timeline, slots_, [&](int slot) -> const Layer& { return before(slot); },
        [&](int slot, const Weights& weights) -> const Layer& { return to_come(slot, weights); });
}

// The shortened state of every longer one: ages stop growing earlier.
const std::vector<int>& ShortSweep::states(std::size_t block, Holds holds) {
    const auto [place, added] = states_.try_emplace({block, holds});
    if (!added) return place->second;
    std::vector<int> mapped;
    Space& longer = longer_.stepper().space();
    for (const State& state : longer.table(block, holds).states) {
        mapped.push_back(stepper_.space().shortened(block, holds, state, longer));
    }
    return states_[{block, holds}] = std::move(mapped);
}

Layer ShortSweep::shortened(const Layer& layer) {
    const BlockTree& tree = stepper_.space().tree();
    Layer out{layer.turned, {}, layer.servers, layer.holds};
    for (const Part& part : layer.parts) {
        const auto& rows =
            layer.turned ? states(tree.right, part.right) : states(tree.left, part.left);
        const auto& columns =
            layer.turned ? states(tree.left, part.left) : states(tree.right, part.right);
        Part& to = out.parts.emplace_back(
            part.left, part.right,
            std::vector<Value>(stepper_.states(part.left, part.right), kNever));
        const std::size_t width =
            stepper_.space()
                .table(layer.turned ? tree.left : tree.right, layer.turned ? part.left : part.right)
                .states.size();
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const Value* from = part.values.data() + row * columns.size();
            Value* into = to.values.data() + static_cast<std::size_t>(rows[row]) * width;
            for (std::size_t column = 0; column < columns.size(); ++column) {
                Value& cell = into[columns[column]];
                cell = std::max(cell, from[column]);
            }
        }
    }
    return out;
}

const Layer& ShortSweep::before(int slot) {
    const auto place = before_.find(slot);
    if (place != before_.end()) return place->second;
    for (int next = 1; next <= slots_; ++next) {  // all in one go: the longer ones come in order
        before_.emplace(next, shortened(longer_.before(next)));
    }
    return before_.at(slot);
}

const Layer& ShortSweep::to_come(int slot, const Weights& weights) {
    const auto place = to_come_.find({weights, slot});
    if (place != to_come_.end()) return place->second;
    for (int next = slots_; next >= 1; --next) {
        Layer layer;
        if (future_ == Future::kLonger) {
            layer = shortened(longer_.to_come(next, weights));
        } else if (next == slots_) {
            layer = stepper_.end();
        } else {
            layer = stepper_.backward(to_come_.at({weights, next + 1}), next, weights);
        }
        to_come_.emplace(std::pair{weights, next}, std::move(layer));
    }
    return to_come_.at({weights, slot});
}

}  // namespace tangram::window::exact
