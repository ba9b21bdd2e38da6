// Values of whole timelines: layers before anybody retrains and after everybody has are shared by
// all plans; only what lies between is computed for each, in full or with shortened warm-ups.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "window/exact/layer.h"
#include "window/exact/plans.h"

namespace tangram::window::exact {

// Layers in one direction of time. Every `stride`-th stays; the others are made again when asked
// for.
class LayerCache {
public:
    explicit LayerCache(int stride) : stride_(stride) {}
    // `distance`: steps from where the layers begin, >= 0. `step(layer, k)` makes layer k + 1 of
    // layer k; `begin()` makes the first.
    template <typename Begin, typename Step>
    const Layer& at(int distance, const Begin& begin, const Step& step) {
        if (kept_.empty()) kept_.emplace(0, begin());
        auto from = std::prev(kept_.upper_bound(distance));
        int k = from->first;
        const Layer* layer = &from->second;
        if (last_distance_ > k && last_distance_ <= distance) {
            k = last_distance_;
            layer = &last_;
        }
        while (k < distance) {
            Layer next = step(*layer, k);
            ++k;
            if (k % stride_ == 0) {
                layer = &(kept_[k] = std::move(next));
            } else {
                last_ = std::move(next);
                last_distance_ = k;
                layer = &last_;
            }
        }
        return *layer;
    }

private:
    int stride_;
    std::map<int, Layer> kept_;
    Layer last_;
    int last_distance_ = -1;
};

// Whoever knows the layers before anybody retrains and after everybody has.
class Surroundings {
public:
    virtual ~Surroundings() = default;
    virtual const Layer& before(int slot) = 0;                           // at its start; >= 1
    virtual const Layer& to_come(int slot, const Weights& weights) = 0;  // from its start on
    virtual Stepper& stepper() = 0;
};

// Not thread-safe; what it is made from is kept.
class Sweep final : public Surroundings {
public:
    // `memory_max`: bytes for layers, about.
    Sweep(Stepper& stepper, const Plans& plans, const Start& start, int slots,
          std::size_t memory_max);

    // The best value of any schedule that follows the timeline; below 0 if there is none.
    [[nodiscard]] std::int64_t value(const Timeline& timeline);
    const Layer& before(int slot) override;
    const Layer& to_come(int slot, const Weights& weights) override;
    [[nodiscard]] Stepper& stepper() override { return stepper_; }

private:
    Stepper& stepper_;
    const Start& start_;
    int slots_;
    std::size_t sequences_;  // of layers
    int stride_;
    Timeline base_;
    LayerCache before_;
    std::map<Weights, LayerCache> to_come_;
};

// Where the layers come from that follow after everybody has retrained.
enum class Future { kLonger, kOwn };

// The same with shortened warm-ups where somebody may retrain, and longer ones before and after: no
// less, and much faster. With a future of its own it is a little looser and needs no sweep with
// longer warm-ups for every way things may end.
class ShortSweep final : public Surroundings {
public:
    // `stepper` has the shortened warm-ups; those of `longer` are longer.
    ShortSweep(Stepper& stepper, const Start& start, int slots, Surroundings& longer,
               Future future);
    [[nodiscard]] std::int64_t value(const Timeline& timeline);
    const Layer& before(int slot) override;
    const Layer& to_come(int slot, const Weights& weights) override;
    [[nodiscard]] Stepper& stepper() override { return stepper_; }

private:
    [[nodiscard]] Layer shortened(const Layer& layer);
    const std::vector<int>& states(std::size_t block, Holds holds);

    Stepper& stepper_;
    const Start& start_;
    int slots_;
    Surroundings& longer_;
    Future future_;
    std::map<int, Layer> before_;
    std::map<std::pair<Weights, int>, Layer> to_come_;
    std::map<std::pair<std::size_t, Holds>, std::vector<int>> states_;  // longer to ours
};

}  // namespace tangram::window::exact
