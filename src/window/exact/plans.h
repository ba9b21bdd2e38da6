// Retraining plans: which tenant retrains how, and when, as single plans or whole boxes of them.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "window/exact/rewards.h"
#include "window/exact/space.h"
#include "window/schedule.h"

namespace tangram::window::exact {

// A way to retrain, by its index among the tenant's retrainings.
struct Choice {
    std::size_t retraining = 0;
    std::size_t hold = 0;
    int slots = 0;
    std::int64_t accuracy = 0;  // in millionths
};

// What is decided about one tenant.
struct TenantBox {
    static constexpr int kNone = -1;  // it does not retrain
    static constexpr int kOpen = -2;  // nothing is decided
    int choice = kOpen;               // index into Plans::choices, or one of these
    int first = 0, last = 0;          // its start lies between these, both included
    friend auto operator<=>(const TenantBox&, const TenantBox&) = default;
};
using Box = std::vector<TenantBox>;  // by tenant

// What happens to holds in a slot, and what serving in it is worth.
struct SlotEvents {
    Holds ends = 0;    // those of them that are there
    Holds starts = 0;  // all of them
    const Weights* weights = nullptr;
};

// What a box makes sure of: holds from their last start to their first end, and no accuracy before
// the first end. Of a single plan exactly what happens.
struct Timeline {
    struct Happening {
        int slot = 0;
        Holds ends = 0, starts = 0;
    };
    std::vector<Happening> happenings;            // ascending
    std::vector<std::pair<int, Weights>> phases;  // from this slot on; the first at 0
    int departs = 0;  // the first slot that differs from that of nobody retraining; slots if none
    int settles_from = 0;  // the window's end if a hold outlasts it

    [[nodiscard]] SlotEvents events(int slot) const;
    [[nodiscard]] const Weights& weights(int slot) const;
    // From here on nothing happens any more.
    [[nodiscard]] int settles() const;
};

class Plans {
public:
    // `extra`: what a served request is worth beyond its accuracy, by tenant, in millionths.
    Plans(const Window& window, GpuId gpu, Weights extra);

    [[nodiscard]] const std::vector<Hold>& holds() const { return holds_; }
    // The hold of each running instance; absent of those that serve or run elsewhere.
    [[nodiscard]] const std::vector<std::optional<std::size_t>>& hold_of_running() const {
        return hold_of_running_;
    }
    [[nodiscard]] std::size_t tenants() const { return choices_.size(); }
    // Those worth having: no other one is at least as good, on the same profile and no longer.
    [[nodiscard]] const std::vector<Choice>& choices(std::size_t tenant) const {
        return choices_[tenant];
    }
    // Every plan.
    [[nodiscard]] Box everything() const;
    // Nobody retrains.
    [[nodiscard]] Box nothing() const;
    // All starts of a choice.
    [[nodiscard]] TenantBox all_starts(std::size_t tenant, int choice) const;
    [[nodiscard]] Timeline timeline(const Box& box) const;
    // Who retrains how and when in a schedule; choices not worth having are left out.
    [[nodiscard]] Box plan_of(const Schedule& schedule) const;
    // How many different accuracies all tenants together may end with, at most `max`.
    [[nodiscard]] std::size_t endings(std::size_t max) const;
    // The largest weights any plan leads to.
    [[nodiscard]] Weights largest_weights() const;

private:
    void add_choices(const Window& window, GpuId gpu, TenantId tenant);
    std::size_t hold_for(TenantId tenant, gpu::ProfileId profile);

    int slots_;
    std::vector<Hold> holds_;  // first those of running instances
    std::size_t running_holds_ = 0;
    std::vector<std::optional<std::size_t>> hold_of_running_;
    std::vector<std::vector<Choice>> choices_;
    Timeline base_;  // nobody retrains anew
};

}  // namespace tangram::window::exact
