// From who holds which instance in which slots to a schedule that can be executed: finds what runs
// already, counts warm-ups, leaves out what would never serve.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "gpu/layout.h"
#include "window/schedule.h"
#include "window/window.h"

namespace tangram::window::baseline {

class Stints {
public:
    // Keeps a reference to `window`.
    explicit Stints(const Window& window) : window_(window) {}

    // The slot from which on an instance serves that its tenant holds from slot `from` on: one that
    // runs at the start, or is being created then, is kept if from = 0. May lie beyond the window.
    [[nodiscard]] int ready(GpuId gpu, gpu::Placement placement, TenantId tenant, int from) const;

    // The tenant's instance serves in [from, until), as soon as it can. Whoever calls sees to it
    // that what is held in a slot is a legal layout, together with the retrainings that run at the
    // start.
    void serve(GpuId gpu, gpu::Placement placement, TenantId tenant, int from, int until);
    // The tenant's retraining `choice` begins; it must end within the window.
    void retrain(GpuId gpu, gpu::Placement placement, TenantId tenant, std::size_t choice,
                 int from);
    // With the retrainings that run at the start, in order.
    [[nodiscard]] Schedule finish() &&;

private:
    [[nodiscard]] std::optional<std::size_t> running_at_start(GpuId gpu, gpu::Placement placement,
                                                              TenantId tenant) const;

    const Window& window_;
    Schedule schedule_;
};

// Slots from the window's start until the tenant's running retraining ends, and what it brings.
struct Ongoing {
    GpuId gpu;
    gpu::Placement placement;
    int left = 0;  // may exceed the window
    Share accuracy;
};
[[nodiscard]] std::optional<Ongoing> ongoing_retraining(const Window& window, TenantId tenant);

// What serves, or is being created, on each GPU at the start.
struct Present {
    gpu::Placement placement;
    TenantId tenant;
    int ready = 0;
};
[[nodiscard]] IdVector<GpuId, std::vector<Present>> present_at_start(const Window& window);

// The maximal layouts of each kind over the profiles that somebody uses or that run at the start.
[[nodiscard]] IdVector<KindId, std::vector<gpu::Layout>> layouts_of(const Window& window);

}  // namespace tangram::window::baseline
