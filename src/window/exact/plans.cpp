#include "window/exact/plans.h"

#include <algorithm>
#include <set>
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

int Timeline::settles() const {
    const int last_phase = std::max(phases.back().first, settles_from);
    return happenings.empty() ? last_phase : std::max(last_phase, happenings.back().slot + 1);
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
    base_.departs = slots_;
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
        if (it.left >= slots_) {
            base_.settles_from = slots_;
            continue;
        }
        at(base_, it.left).ends |= bit(*hold_of_running_[i]);
        if (serves) continue;
        const std::int64_t gain = it.accuracy.count() - window.tenants[it.tenant].accuracy.count();
        const std::size_t tenant = it.tenant.index();
        change_weight(base_, it.left, tenant, weights[tenant] + gain);
    }
    for (const TenantId id : window.tenants.ids()) {
        if (!retrains[id.index()]) add_choices(window, gpu, id);
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

Box Plans::everything() const {
    Box box(tenants());
    for (std::size_t i = 0; i < box.size(); ++i) {
        if (choices_[i].empty()) box[i].choice = TenantBox::kNone;
    }
    return box;
}

Box Plans::nothing() const { return Box(tenants(), {TenantBox::kNone, 0, 0}); }

TenantBox Plans::all_starts(std::size_t tenant, int choice) const {
    const Choice& it = choices_[tenant][static_cast<std::size_t>(choice)];
    return {choice, 0, slots_ - it.slots - 1};
}

Timeline Plans::timeline(const Box& box) const {
    Timeline timeline = base_;
    for (std::size_t i = 0; i < box.size(); ++i) {
        const TenantBox& it = box[i];
        if (it.choice == TenantBox::kNone) continue;
        if (it.choice == TenantBox::kOpen) {  // the best accuracy after the shortest retraining
            int slots = slots_;
            std::int64_t weight = 0;
            for (const Choice& choice : choices_[i]) {
                slots = std::min(slots, choice.slots);
                weight = std::max(weight, choice.accuracy);
            }
            change_weight(timeline, slots, i, weight);
            timeline.departs = std::min(timeline.departs, slots);
            continue;
        }
        const Choice& choice = choices_[i][static_cast<std::size_t>(it.choice)];
        const int end = it.first + choice.slots;
        if (it.last < end) {
            at(timeline, it.last).starts |= bit(choice.hold);
            at(timeline, end).ends |= bit(choice.hold);
        }
        change_weight(timeline, end, i, choice.accuracy);
        timeline.departs = std::min({timeline.departs, it.last, end});
    }
    return timeline;
}

Box Plans::plan_of(const Schedule& schedule) const {
    Box box = nothing();
    for (const Stint& stint : schedule.stints) {
        if (!stint.retraining) continue;
        const std::vector<Choice>& choices = choices_[stint.tenant.index()];
        for (std::size_t i = 0; i < choices.size(); ++i) {
            if (choices[i].retraining != *stint.retraining) continue;
            box[stint.tenant.index()] = {static_cast<int>(i), stint.from, stint.from};
        }
    }
    return box;
}

std::size_t Plans::endings(std::size_t max) const {
    std::size_t endings = 1;
    for (const std::vector<Choice>& choices : choices_) {
        std::set<std::int64_t> accuracies;
        for (const Choice& choice : choices) accuracies.insert(choice.accuracy);
        endings = std::min(max, endings * (accuracies.size() + 1));
    }
    return endings;
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
