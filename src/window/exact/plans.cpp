#include "window/exact/plans.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"

namespace tangram::window::exact {
namespace {

constexpr Holds bit(std::size_t hold) { return Holds{1} << hold; }

Timeline::Happening& at(Timeline& timeline, int slot) {
    auto& list = timeline.happenings;
    const auto place = std::ranges::lower_bound(list, slot, {}, &Timeline::Happening::slot);
    if (place != list.end() && place->slot == slot) return *place;
    return *list.insert(place, {slot, 0, 0});
}

// From `slot` on the tenant's requests are worth that much.
void change_weight(Timeline& timeline, int slot, std::size_t tenant, std::int64_t weight) {
    auto& phases = timeline.phases;
    auto place =
        std::ranges::upper_bound(phases, slot, {}, [](const auto& phase) { return phase.first; });
    CHECK(place != phases.begin());
    if (std::prev(place)->first != slot) {
        place = phases.insert(place, {slot, std::prev(place)->second});
    } else {
        --place;
    }
    for (; place != phases.end(); ++place) place->second[tenant] = weight;
}

}  // namespace

SlotEvents Timeline::events(int slot) const {
    SlotEvents events{0, 0, &weights(slot)};
    const auto place = std::ranges::lower_bound(happenings, slot, {}, &Happening::slot);
    if (place != happenings.end() && place->slot == slot) {
        events.ends = place->ends;
        events.starts = place->starts;
    }
    return events;
}

const Weights& Timeline::weights(int slot) const {
    const auto place =
        std::ranges::upper_bound(phases, slot, {}, [](const auto& phase) { return phase.first; });
    return std::prev(place)->second;
}

Plans::Plans(const Window& window, GpuId gpu, Weights extra)
    : slots_(window.slots),
      hold_of_running_(window.running.size()),
      choices_(window.tenants.size()) {
    Weights weights = std::move(extra);
    for (const TenantId id : window.tenants.ids()) {
        weights[id.index()] += window.tenants[id].accuracy.count();
    }
    base_.phases.emplace_back(0, weights);
    std::vector<bool> retrains(window.tenants.size());
    for (std::size_t i = 0; i < window.running.size(); ++i) {
        const Running& it = window.running[i];
        if (it.gpu != gpu || it.activity == Activity::kServing) continue;
        const bool serves = it.activity == Activity::kCreating;
        if (serves && it.left >= slots_) continue;  // never of use
        hold_of_running_[i] = holds_.size();
        running_holds_ = holds_.size() + 1;
        holds_.push_back({it.placement.profile, it.tenant, serves});
        if (!serves) retrains[it.tenant.index()] = true;
        if (it.left >= slots_) continue;
        at(base_, it.left).ends |= bit(*hold_of_running_[i]);
        if (serves) continue;
        const std::int64_t gain = it.accuracy.count() - window.tenants[it.tenant].accuracy.count();
        const std::size_t tenant = it.tenant.index();
        change_weight(base_, it.left, tenant, weights[tenant] + gain);
    }
    for (const TenantId id : window.tenants.ids()) {
        if (!retrains[id.index()]) add_choices(window, gpu, id);
        std::map<std::size_t, std::vector<std::size_t>> by_hold;
        for (std::size_t c = 0; c < choices(id.index()).size(); ++c) {
            by_hold[choices(id.index())[c].hold].push_back(c);
        }
        auto& groups = groups_.emplace_back();
        for (auto& [hold, group] : by_hold) groups.push_back(std::move(group));
    }
}

std::size_t Plans::hold_for(TenantId tenant, gpu::ProfileId profile) {
    for (std::size_t i = running_holds_; i < holds_.size(); ++i) {
        if (holds_[i].tenant == tenant && holds_[i].profile == profile) return i;
    }
    holds_.push_back({profile, tenant, false});
    return holds_.size() - 1;
}

// A retraining that ends with the window or later, or teaches nothing, only takes slices away.
void Plans::add_choices(const Window& window, GpuId gpu, TenantId tenant) {
    const std::vector<Retraining>& all = window.tenants[tenant].retrainings;
    const auto usable = [&](const Retraining& it) {
        return it.kind == window.gpus[gpu].kind && it.slots < slots_ &&
               it.accuracy > window.tenants[tenant].accuracy;
    };
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Retraining& it = all[i];
        bool wanted = usable(it);
        for (std::size_t k = 0; k < all.size() && wanted; ++k) {
            const Retraining& other = all[k];
            if (k == i || !usable(other) || other.profile != it.profile) continue;
            const bool as_good = other.slots <= it.slots && other.accuracy >= it.accuracy;
            const bool same = other.slots == it.slots && other.accuracy == it.accuracy;
            wanted = !as_good || (same && k > i);
        }
        if (!wanted) continue;
        const std::int64_t gain = it.accuracy.count() - window.tenants[tenant].accuracy.count();
        const std::int64_t before = base_.phases.front().second[tenant.index()];
        choices_[tenant.index()].push_back(
            {i, hold_for(tenant, it.profile), it.slots, before + gain});
    }
}

Plan Plans::nothing() const { return Plan(tenants()); }

int Plans::starts(std::size_t tenant, std::size_t choice) const {
    return slots_ - choices_[tenant][choice].slots;
}

Timeline Plans::timeline(const Plan& plan) const {
    Timeline timeline = base_;
    for (std::size_t i = 0; i < plan.size(); ++i) {
        if (plan[i].choice == Chosen::kNone) continue;
        const Choice& choice = choices_[i][static_cast<std::size_t>(plan[i].choice)];
        const int end = plan[i].start + choice.slots;
        at(timeline, plan[i].start).starts |= bit(choice.hold);
        at(timeline, end).ends |= bit(choice.hold);
        change_weight(timeline, end, i, choice.accuracy);
    }
    return timeline;
}

Plan Plans::plan_of(const Schedule& schedule) const {
    Plan plan = nothing();
    for (const Stint& stint : schedule.stints) {
        if (!stint.retraining) continue;
        const std::vector<Choice>& choices = choices_[stint.tenant.index()];
        for (std::size_t i = 0; i < choices.size(); ++i) {
            if (choices[i].retraining != *stint.retraining) continue;
            if (stint.from >= starts(stint.tenant.index(), i)) continue;  // it ends too late
            plan[stint.tenant.index()] = {static_cast<int>(i), stint.from};
        }
    }
    return plan;
}

Weights Plans::largest_weights() const {
    Weights weights = base_.phases.front().second;
    for (const auto& [slot, phase] : base_.phases) {
        for (std::size_t i = 0; i < weights.size(); ++i) {
            weights[i] = std::max(weights[i], phase[i]);
        }
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
        for (const Choice& choice : choices_[i]) weights[i] = std::max(weights[i], choice.accuracy);
    }
    return weights;
}

}  // namespace tangram::window::exact
