#include "window/exact/trace.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/check.h"

namespace tangram::window::exact {
namespace {

constexpr bool within(Holds inner, Holds outer) { return (inner & ~outer) == 0; }

// Looks for the state before another one that explains its value.
class Backtrack {
public:
    Backtrack(Stepper& stepper, const Layer& before, const Layer& after, int slot,
              const SlotEvents& events)
        : stepper_(stepper),
          space_(stepper.space()),
          before_(before),
          after_(after),
          slot_(slot),
          events_(events) {}

    [[nodiscard]] GpuState before(const GpuState& state) const {
        if (state.server) return before_server(*state.server);
        if (state.hold) return before_hold(*state.hold);
        return before_halves(state);
    }

private:
    [[nodiscard]] std::size_t left() const { return space_.tree().left; }
    [[nodiscard]] std::size_t right() const { return space_.tree().right; }

    [[nodiscard]] Value value(const Layer& layer, const Reached& a, const Reached& b) const {
        return value_at(layer, a, b, space_.table(left(), a.holds).states.size(),
                        space_.table(right(), b.holds).states.size());
    }

    [[nodiscard]] GpuState before_halves(const GpuState& state) const {
        const Value target =
            value(after_, state.left, state.right) -
            stepper_.reward(slot_, *events_.weights, space_.state_of(left(), state.left).capacity,
                            space_.state_of(right(), state.right).capacity);
        for (const Part& part : before_.parts) {
            const Holds starts_left = state.left.holds & events_.starts;
            const Holds starts_right = state.right.holds & events_.starts;
            if (((part.left & ~events_.ends) | starts_left) != state.left.holds) continue;
            if (((part.right & ~events_.ends) | starts_right) != state.right.holds) continue;
            const auto lefts =
                space_.moves(left(), part.left, events_.ends & part.left, starts_left)
                    .from.of(static_cast<std::size_t>(state.left.state));
            const auto rights =
                space_.moves(right(), part.right, events_.ends & part.right, starts_right)
                    .from.of(static_cast<std::size_t>(state.right.state));
            for (const std::uint16_t a : lefts) {
                for (const std::uint16_t b : rights) {
                    const Reached from_left{part.left, a}, from_right{part.right, b};
                    if (value(before_, from_left, from_right) == target) {
                        return {{}, {}, from_left, from_right};
                    }
                }
            }
        }
        return before_given_up(target);
    }

    // The whole GPU was in one instance's hands, which was given up or ended.
    [[nodiscard]] GpuState before_given_up(Value target) const {
        for (std::size_t i = 0; i < before_.servers.size(); ++i) {
            if (before_.servers[i] == target) return {i, {}, {}, {}};
        }
        for (std::size_t i = 0; i < before_.holds.size(); ++i) {
            if ((events_.ends >> i & 1) != 0 && before_.holds[i] == target) return {{}, i, {}, {}};
        }
        CHECK(false, "a state that nothing leads to");
        return {};
    }

    [[nodiscard]] GpuState before_server(std::size_t server) const {
        const Value target =
            after_.servers[server] - stepper_.reward_of_server(server, slot_, *events_.weights);
        if (before_.servers[server] == target) return {server, {}, {}, {}};
        for (std::size_t i = 0; i < before_.holds.size(); ++i) {
            const bool became = (events_.ends >> i & 1) != 0 && space_.successor(i) == server;
            if (became && before_.holds[i] == target) return {{}, i, {}, {}};
        }
        return before_taken(target, space_.servers()[server].warm_up);
    }

    [[nodiscard]] GpuState before_hold(std::size_t hold) const {
        const Value target = after_.holds[hold];
        if ((events_.starts >> hold & 1) == 0) return {{}, hold, {}, {}};
        return before_taken(target, 0);
    }

    // Somebody took the whole GPU, whose slices had all been idle for `age` slots.
    [[nodiscard]] GpuState before_taken(Value target, int age) const {
        for (const Part& part : before_.parts) {
            if (!within(part.left | part.right, age > 0 ? 0 : events_.ends)) continue;
            const auto& lefts = space_.table(left(), part.left).states;
            const auto& rights = space_.table(right(), part.right).states;
            for (std::size_t a = 0; a < lefts.size(); ++a) {
                if (age > 0 && lefts[a].free_age < age) continue;
                for (std::size_t b = 0; b < rights.size(); ++b) {
                    if (age > 0 && rights[b].free_age < age) continue;
                    const Reached from_left{part.left, static_cast<int>(a)};
                    const Reached from_right{part.right, static_cast<int>(b)};
                    if (value(before_, from_left, from_right) == target) {
                        return {{}, {}, from_left, from_right};
                    }
                }
            }
        }
        return before_given_up(target);
    }

    Stepper& stepper_;
    Space& space_;
    const Layer& before_;
    const Layer& after_;
    int slot_;
    SlotEvents events_;
};

GpuState best_state(Stepper& stepper, const Layer& layer) {
    const Value best = static_cast<Value>(best_of(layer));
    for (std::size_t i = 0; i < layer.servers.size(); ++i) {
        if (layer.servers[i] == best) return {i, {}, {}, {}};
    }
    for (std::size_t i = 0; i < layer.holds.size(); ++i) {
        if (layer.holds[i] == best) return {{}, i, {}, {}};
    }
    for (const Part& part : layer.parts) {
        const auto place = std::ranges::find(part.values, best);
        if (place == part.values.end()) continue;
        const auto cell = static_cast<std::size_t>(place - part.values.begin());
        const Space& space = stepper.space();
        const std::size_t block = layer.turned ? space.tree().left : space.tree().right;
        const std::size_t width =
            stepper.space().table(block, layer.turned ? part.left : part.right).states.size();
        const int row = static_cast<int>(cell / width), column = static_cast<int>(cell % width);
        return layer.turned ? GpuState{{}, {}, {part.left, column}, {part.right, row}}
                            : GpuState{{}, {}, {part.left, row}, {part.right, column}};
    }
    CHECK(false, "a layer without its best state");
    return {};
}

}  // namespace

std::vector<GpuState> best_way(Stepper& stepper, const Start& start, const Timeline& timeline,
                               int slots) {
    const int stride = std::max(1, static_cast<int>(std::sqrt(slots)));
    std::vector<Layer> kept;  // at the ends of slots 0, stride, 2 stride, ...
    Layer layer = stepper.first(start, timeline.events(0));
    for (int slot = 1; slot <= slots; ++slot) {
        if ((slot - 1) % stride == 0) kept.push_back(layer);
        if (slot < slots) layer = stepper.forward(layer, slot, timeline.events(slot));
    }
    if (best_of(layer) < 0) return {};
    std::vector<GpuState> way(static_cast<std::size_t>(slots));
    way.back() = best_state(stepper, layer);
    for (std::size_t block = kept.size(); block-- > 0;) {
        const int begin = static_cast<int>(block) * stride;  // the layer is that of its end
        const int end = std::min(slots - 1, begin + stride);
        std::vector<Layer> between{std::move(kept[block])};
        for (int slot = begin + 1; slot <= end; ++slot) {
            between.push_back(stepper.forward(between.back(), slot, timeline.events(slot)));
        }
        for (int slot = end; slot > begin; --slot) {
            const auto at = static_cast<std::size_t>(slot - begin);
            const Backtrack backtrack(stepper, between[at - 1], between[at], slot,
                                      timeline.events(slot));
            way[static_cast<std::size_t>(slot - 1)] =
                backtrack.before(way[static_cast<std::size_t>(slot)]);
        }
    }
    return way;
}

}  // namespace tangram::window::exact
