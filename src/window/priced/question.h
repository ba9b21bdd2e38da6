// A window as the prices see it: flat tables of whole numbers.
//
// Worth, prices and payments are whole numbers of a `grid`, a power of two of goodput, held in
// doubles: exact below 2^53, and compared by vector instructions on every machine. The grid is 1
// unless the window's goodput is beyond 2^50.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "window/priced/blocks.h"
#include "window/window.h"

namespace tangram::window::priced {

// A profile of one kind of GPU: what an instance is, wherever it is placed.
struct Type {
    KindId kind;
    gpu::ProfileId profile;
};

// One of a tenant's retrainings that can end within the window.
struct Choice {
    std::size_t index = 0;  // into Tenant::retrainings
    std::size_t type = 0;
    std::size_t slots = 0;
    double accuracy = 0;
};

struct TenantTerms {
    std::vector<double> rates;     // 1/1000 request/s, per slot
    std::vector<double> capacity;  // the same, per type
    std::size_t warm_up = 0;
    double accuracy = 0;  // millionths
    // A retraining that runs at the start: the tenant has no other choice.
    std::optional<std::size_t> running_end;
    double running_accuracy = 0;
    std::vector<Choice> choices;
    double floor = 0;  // rate x slots that must be served
};

// What a retraining brings: accuracy `after` from slot `from` on. None: from = slots.
struct Step {
    std::size_t from = 0;
    double after = 0;
};

// What runs on a GPU at the start, in order of placement; `index` into Window::running.
struct Start {
    gpu::Placement placement;
    std::size_t tenant = 0;
    Activity activity = Activity::kServing;
    std::size_t left = 0;
    std::size_t index = 0;
};

struct Tree {
    KindId kind;
    BlockTree blocks;
};

// GPUs of one kind that start alike.
struct Site {
    KindId kind;
    std::vector<GpuId> gpus;
    std::vector<std::vector<Start>> starts;  // per GPU; alike but for `index`
    std::size_t relaxed = 0;                 // the tree of all placements, whatever the rules
    std::vector<std::size_t> trees;          // every schedule of one of them is legal
};

struct Question {
    const Window* window = nullptr;  // must outlive it
    std::size_t slots = 0;
    double grid = 1;  // goodput per unit of worth
    std::vector<Type> types;
    std::vector<TenantTerms> tenants;
    std::vector<Tree> trees;
    std::vector<Site> sites;

    // Prices and capacities are tables [tenant][type][slot].
    [[nodiscard]] std::size_t at(std::size_t tenant, std::size_t type) const {
        return (tenant * types.size() + type) * slots;
    }
    [[nodiscard]] std::size_t cells() const { return tenants.size() * types.size() * slots; }
    // The type's number; types.size() if no tenant can use it.
    [[nodiscard]] std::size_t type_of(KindId kind, gpu::ProfileId profile) const;
    [[nodiscard]] Step running_step(std::size_t tenant) const;
};

// Fails with kUnsupported if a GPU's placements are not a tree. O(size of the window).
[[nodiscard]] Result<Question> make_question(const Window& window);

}  // namespace tangram::window::priced
