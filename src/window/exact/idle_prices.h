// What short warm-ups forget, priced. A smallest block that begins to serve has been idle for the
// whole warm-up before, and for different begins these slots are different. So in every slot no
// more blocks take part in a later begin than are idle: with a price per slot an idle block earns
// it, a begin pays the prices of its warm-up, and no true course loses by that. With warm-ups cut
// to one slot a course that switches too quickly does.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "window/exact/rewards.h"
#include "window/exact/space.h"
#include "window/exact/trace.h"

namespace tangram::window::exact {

enum class Half { kLeft, kRight };

struct IdlePrices {
    // By slot, at least 0; empty: nothing costs anything.
    std::vector<Value> left, right;
    [[nodiscard]] bool none() const { return left.empty(); }
    [[nodiscard]] const std::vector<Value>& of(Half half) const {
        return half == Half::kLeft ? left : right;
    }
    [[nodiscard]] std::vector<Value>& of(Half half) { return half == Half::kLeft ? left : right; }
};

// What beginning to serve costs.
class IdleCosts {
public:
    IdleCosts(const Window& window, IdlePrices prices);

    [[nodiscard]] bool none() const { return prices_.none(); }
    // What one idle block earns.
    [[nodiscard]] Value idle(Half half, int slot) const {
        return prices_.of(half)[static_cast<std::size_t>(slot)];
    }
    // Of one block, begun in `slot`, by `tenant`.
    [[nodiscard]] Value begin(Half half, TenantId tenant, int slot) const;
    // By index into `taken`; empty if nothing costs anything.
    void begins(std::span<const Taken> taken, Half half, int slot, std::vector<Value>& out) const;
    // Of the whole GPU.
    [[nodiscard]] Value begin_whole(const Space& space, std::size_t server, int slot) const;

private:
    std::vector<int> warm_ups_;  // by tenant
    IdlePrices prices_;
    std::vector<Value> left_sums_, right_sums_;  // of all slots before
};

// Moves prices against a course, one state per slot, whose value is to fall by `fall` (Polyak's
// step along a subgradient). All blocks idle all the time earn at most kValueMax / 2.
void lower(const Window& window, Space& space, const std::vector<GpuState>& course, double fall,
           IdlePrices& prices);

}  // namespace tangram::window::exact
