// The best values of all states of one GPU at the start of a slot, and the step to its neighbours.
//
// The halves of a GPU move independently of each other; only the reward couples them. So a step is
// two passes of maxima over lists, one per half, on rows of a matrix: |moves of one half| x |states
// of the other| operations instead of the product of moves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "window/exact/matrix.h"
#include "window/exact/plans.h"
#include "window/exact/rewards.h"
#include "window/exact/space.h"
#include "window/exact/start.h"

namespace tangram::window::exact {

// States with these holds in the left and in the right half.
struct Part {
    Holds left = 0, right = 0;
    std::vector<Value> values;  // row by row
};

struct Layer {
    bool turned = false;      // rows are the right half's states, else the left half's
    std::vector<Part> parts;  // ascending by (left, right)
    // One instance takes the whole GPU: by server and by hold of the space.
    std::vector<Value> servers;
    std::vector<Value> holds;
};

// Not thread-safe. The space and the rewards are kept.
class Stepper {
public:
    Stepper(Space& space, const Rewards& rewards);

    // From the start of the first slot to its end.
    [[nodiscard]] Layer first(const Start& start, const SlotEvents& events);
    // From the start of slot `slot` to its end.
    [[nodiscard]] Layer forward(const Layer& before, int slot, const SlotEvents& events);

    [[nodiscard]] Space& space() { return space_; }
    [[nodiscard]] const Rewards& rewards() const { return rewards_; }
    // States of halves with these holds.
    [[nodiscard]] std::size_t states(Holds left, Holds right);
    [[nodiscard]] Value reward(int slot, const Weights& weights, std::span<const std::int64_t> left,
                               std::span<const std::int64_t> right) const {
        return rewards_.of(slot, weights, left, right);
    }
    [[nodiscard]] Value reward_of_server(std::size_t server, int slot,
                                         const Weights& weights) const;

private:
    [[nodiscard]] Layer blank(bool turned) const;
    [[nodiscard]] Part& part(Layer& layer, Holds left, Holds right);
    void move_halves(const Layer& before, const Part& from, const SlotEvents& events, Layer& after);
    void give_up_whole(const Layer& before, const SlotEvents& events, Layer& after);
    void take_whole(const Layer& before, const SlotEvents& events, Value given_up, Layer& after);
    void spread(Value value, Holds starts, Layer& after);
    void add_rewards(Layer& layer, int slot, const Weights& weights);
    [[nodiscard]] Value best_of_old(const Layer& layer, int age);
    [[nodiscard]] const std::vector<int>& old_states(std::size_t block, int age);

    Space& space_;
    const Rewards& rewards_;
    std::size_t left_, right_;                // blocks
    std::vector<std::size_t> whole_servers_;  // those that can take the whole GPU
    std::map<std::pair<std::size_t, int>, std::vector<int>> old_;
    std::vector<Value> moved_, turned_, class_rewards_;  // scratch
    Kernels kernels_;
};

// The value of a state; kNever where the layer has none.
[[nodiscard]] Value value_at(const Layer& layer, const Reached& left, const Reached& right,
                             std::size_t left_states, std::size_t right_states);

// The best over all states; below 0 if there is none.
[[nodiscard]] std::int64_t best_of(const Layer& layer);

}  // namespace tangram::window::exact
