// The question a window engine is asked: GPUs shared by tenants, each of which serves inference and
// may retrain its model once, over slots of time. Numbers only; scenario.h holds what files say.
//
// What a schedule (schedule.h) may do:
//   - the instances on a GPU form a legal layout in every slot, from their creation on;
//   - an instance belongs to one tenant and either serves it or retrains its model;
//   - a serving instance serves from `warm_up` slots after its creation on;
//   - a retraining runs on one instance without interruption and ends within the window; from its
//     end on every request of the tenant is served by the better model; one per tenant and window.
//     Setting it up is part of its slots;
//   - what runs at the start may serve on, may be given up at any slot, and creations may be given
//     up too; a retraining that runs at the start runs to its end.
// Worth: sum over tenants and slots of min(rate, capacity) x accuracy, the goodput. A queue is not
// carried from slot to slot (the fluid model).
// Source: the problem of MIGRator (arXiv 2407.13126), as far as known; the formulation is ours.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/quantity.h"
#include "base/result.h"
#include "gpu/catalogue.h"
#include "gpu/layout.h"

namespace tangram::window {

using TenantId = Id<struct TenantTag>;  // index into Window::tenants
using GpuId = Id<struct GpuTag>;        // index into Window::gpus
using KindId = Id<struct KindTag>;      // index into Window::kinds: GPUs of one model

// Requests served in a slot x accuracy, summed: counted in (1/1000 request/s) x (1/10^6) x slot.
using Goodput = Quantity<struct GoodputUnit>;

struct Gpu {
    std::string id;
    KindId kind;
};

// One way to retrain: so many slots on this profile, then this accuracy.
struct Retraining {
    std::string name;  // e.g. "15 epochs"
    KindId kind;
    gpu::ProfileId profile;
    int slots = 0;  // >= 1
    Share accuracy;
};

struct Tenant {
    std::string name;
    std::vector<Rate> rates;  // asked for (or forecast), one per slot
    // Within the objective, by kind and profile of its GPU model; 0 where it cannot serve.
    IdVector<KindId, IdVector<gpu::ProfileId, Rate>> capacity;
    int warm_up = 0;  // slots from the creation of an instance until it serves; >= 0
    Share accuracy;   // before any retraining
    std::vector<Retraining> retrainings;
    Share floor;  // share of the window's requests that must be served; 0: none
};

enum class Activity { kServing, kCreating, kRetraining };

// An instance there is when the window begins.
struct Running {
    GpuId gpu;
    gpu::Placement placement;
    TenantId tenant;
    Activity activity = Activity::kServing;
    int left = 0;    // slots until it serves or the retraining ends: >= 1; 0 of one that serves
    Share accuracy;  // after a retraining; else unused
    friend bool operator==(const Running&, const Running&) = default;
};

struct Window {
    std::shared_ptr<const gpu::Catalogue> catalogue;
    gpu::RuleSet rules;
    IdVector<KindId, gpu::GpuModelId> kinds;
    IdVector<GpuId, Gpu> gpus;
    IdVector<TenantId, Tenant> tenants;
    int slots = 0;
    Duration slot{};               // how long one is
    std::vector<Running> running;  // at most one retraining per tenant

    [[nodiscard]] const gpu::GpuModel& model(KindId kind) const {
        return catalogue->model(kinds[kind]);
    }
    [[nodiscard]] const gpu::GpuModel& model(GpuId gpu) const { return model(gpus[gpu].kind); }
};

inline constexpr int kSlotsMax = 100'000;
inline constexpr std::size_t kTenantsMax = 1'000;
inline constexpr std::size_t kWindowGpusMax = 1'000;
inline constexpr Rate kRateMax{1'000'000'000'000};  // of one tenant, and capacity of one instance

// Whether `window` is one: sizes agree, ids exist, what runs is legal together, limits are kept and
// the goodput of serving everything fits its type. Engines CHECK this. O(size).
[[nodiscard]] Result<void> validate(const Window& window);

// The profiles of a kind that some tenant can serve or retrain on, by id.
[[nodiscard]] std::vector<gpu::ProfileId> profiles_in_use(const Window& window, KindId kind);

// In requests weighted by accuracy; for people.
[[nodiscard]] double accurate_requests(Goodput goodput, Duration slot);

}  // namespace tangram::window
