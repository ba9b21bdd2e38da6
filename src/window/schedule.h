// What a window engine answers: who holds which instance when, and for what.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <vector>

#include "window/window.h"

namespace tangram::window {

enum class Use { kServe, kRetrain };

// One tenant's use of one instance, from creation to destruction: slots [from, until).
struct Stint {
    GpuId gpu;
    gpu::Placement placement;
    TenantId tenant;
    Use use = Use::kServe;
    int from = 0;   // it occupies its slices from here on
    int ready = 0;  // it serves from here on; of a retraining: = from
    int until = 0;
    // Which of the tenant's retrainings; absent of a serving stint and of a running retraining.
    std::optional<std::size_t> retraining;
    // Index into Window::running of the instance this continues; then from = 0.
    std::optional<std::size_t> running;
    friend bool operator==(const Stint&, const Stint&) = default;
};

struct Schedule {
    std::vector<Stint> stints;  // by from, gpu, start of the placement, until
};

// Puts the stints in their order.
void sort_stints(Schedule& schedule);

// What runs at the start of slot `slot` if the schedule, a legal one, is followed until then: the
// `running` of a window that begins there. Stints that end at `slot` do not run; the end of the
// window itself ends only retrainings. A retraining carries the accuracy it will bring.
[[nodiscard]] std::vector<Running> running_at(const Window& window, const Schedule& schedule,
                                              int slot);

}  // namespace tangram::window
