// What runs when the window begins, and what every block may be doing one slot later.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "window/exact/space.h"

namespace tangram::window::exact {

class Start {
public:
    // `hold_of[i]`: the hold that Window::running[i] is; absent if it serves. What runs on other
    // GPUs is left aside, and so is who could not serve anyway.
    Start(const Window& window, GpuId gpu, const std::vector<std::optional<std::size_t>>& hold_of,
          Space& space);

    struct Use {
        std::optional<std::size_t> server;  // index of a server of the space
        std::optional<std::size_t> hold;
        bool kept = false;        // must go on: a retraining
        std::size_t running = 0;  // index into Window::running
    };
    // Who uses exactly this block; nullptr if nobody does.
    [[nodiscard]] const Use* at(std::size_t block) const;
    // Who uses the whole GPU.
    [[nodiscard]] const std::optional<Use>& whole() const { return whole_; }
    [[nodiscard]] bool empty(std::size_t block) const;  // nothing runs on it or inside
    [[nodiscard]] bool kept(std::size_t block) const;   // a retraining runs on it or inside

    // What the block may be at the start of the second slot if `starts` start in it in the first;
    // ascending.
    [[nodiscard]] std::vector<Reached> first(std::size_t block, Holds starts) const;

private:
    void add_whole(std::size_t block, Holds starts, std::vector<Reached>& out) const;
    void add_split(std::size_t block, Holds starts, std::vector<Reached>& out) const;
    [[nodiscard]] bool any_inside(std::size_t block, bool kept_only) const;

    Space& space_;
    std::vector<std::optional<Use>> uses_;  // by block
    std::optional<Use> whole_;
};

}  // namespace tangram::window::exact
