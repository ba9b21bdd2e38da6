// From values back to a schedule: the states along the best way, then the instances behind them.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "window/exact/layer.h"
#include "window/exact/plans.h"
#include "window/schedule.h"

namespace tangram::window::exact {

// What the GPU is doing: one instance on all of it, or the halves.
struct GpuState {
    std::optional<std::size_t> server, hold;  // of the whole GPU
    Reached left, right;
};

// The states at the end of every slot on a best way along the timeline; empty if there is none. The
// stepper must be the one with the full warm-ups. Layers are kept at every root(slots)-th slot and
// made again between.
[[nodiscard]] std::vector<GpuState> best_way(Stepper& stepper, const Start& start,
                                             const Timeline& timeline, int slots);

// The instances behind the states. `plan`: the single plan the way was made for.
[[nodiscard]] Schedule realise(const Window& window, GpuId gpu, Space& space, const Start& start,
                               const Plans& plans, const Plan& plan,
                               const std::vector<GpuState>& way);

}  // namespace tangram::window::exact
