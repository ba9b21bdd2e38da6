// Retraining plans: which tenant retrains how, and when.
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

// What a tenant does.
struct Chosen {
    static constexpr int kNone = -1;  // it does not retrain
    int choice = kNone;               // index into Plans::choices
    int start = 0;                    // slot
    friend auto operator<=>(const Chosen&, const Chosen&) = default;
};
using Plan = std::vector<Chosen>;  // by tenant

// What happens to holds in a slot, and what serving in it is worth.
struct SlotEvents {
    Holds ends = 0;    // those of them that are there
    Holds starts = 0;  // all of them
    const Weights* weights = nullptr;
};

// What happens when, along a plan.
struct Timeline {
    struct Happening {
        int slot = 0;
        Holds ends = 0, starts = 0;
    };
    std::vector<Happening> happenings;            // ascending
    std::vector<std::pair<int, Weights>> phases;  // from this slot on; the first at 0

    [[nodiscard]] SlotEvents events(int slot) const;
    [[nodiscard]] const Weights& weights(int slot) const;
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
    // Sets of choices on the same profile: they look alike while they run.
    [[nodiscard]] const std::vector<std::vector<std::size_t>>& groups(std::size_t tenant) const {
        return groups_[tenant];
    }
    // Nobody retrains.
    [[nodiscard]] Plan nothing() const;
    // How many starts a choice has: from slot 0 on.
    [[nodiscard]] int starts(std::size_t tenant, std::size_t choice) const;
    [[nodiscard]] Timeline timeline(const Plan& plan) const;
    // Who retrains how and when in a schedule; choices not worth having are left out, and
    // retrainings that end with the window or later.
    [[nodiscard]] Plan plan_of(const Schedule& schedule) const;
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
    std::vector<std::vector<std::vector<std::size_t>>> groups_;
    Timeline base_;  // nobody retrains anew
};

}  // namespace tangram::window::exact
