#include "window/rolling/executor.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "gpu/layout.h"

namespace tangram::window::rolling {

Executor::Executor(const Window& truth, const Window& believed)
    : truth_(truth), believed_(believed), begun_(truth.tenants.size(), false) {
    for (const Tenant& tenant : truth.tenants) accuracy_.push_back(tenant.accuracy);
    for (std::size_t i = 0; i < truth.running.size(); ++i) {
        const Running& runs = truth.running[i];
        const bool retrains = runs.activity == Activity::kRetraining;
        live_.push_back({.stint = {.gpu = runs.gpu,
                                   .placement = runs.placement,
                                   .tenant = runs.tenant,
                                   .use = retrains ? Use::kRetrain : Use::kServe,
                                   .from = 0,
                                   .ready = retrains ? 0 : runs.left,
                                   .until = truth.slots,
                                   .retraining = std::nullopt,
                                   .running = i},
                         .truth = runs,
                         .believed = believed.running[i]});
        if (retrains) begun_[runs.tenant] = true;
    }
}

std::vector<Running> Executor::running() const {
    std::vector<Running> now;
    for (const Live& live : live_) now.push_back(live.truth);
    return now;
}

std::vector<Running> Executor::believed_running() const {
    std::vector<Running> now;
    for (const Live& live : live_) now.push_back(live.believed);
    return now;
}

Schedule Executor::rest() const {
    Schedule plan;
    const int left = truth_.slots - slot_;
    for (std::size_t i = 0; i < live_.size(); ++i) {
        const Running& runs = live_[i].believed;
        const bool retrains = runs.activity == Activity::kRetraining;
        Stint stint = live_[i].stint;
        stint.from = 0;
        stint.ready = retrains ? 0 : runs.left;
        stint.until = retrains ? std::min(runs.left, left) : stint.until - slot_;
        stint.retraining.reset();
        stint.running = i;
        plan.stints.push_back(stint);
    }
    for (Stint stint : pending_) {
        stint.from -= slot_;
        stint.ready -= slot_;
        stint.until -= slot_;
        plan.stints.push_back(stint);
    }
    sort_stints(plan);
    return plan;
}

void Executor::follow(const Schedule& plan) {
    pending_.clear();
    std::vector<const Stint*> continued(live_.size(), nullptr);
    for (const Stint& planned : plan.stints) {
        if (planned.running) {
            continued[*planned.running] = &planned;
            continue;
        }
        Stint stint = planned;
        stint.from += slot_;
        stint.ready += slot_;
        stint.until += slot_;
        pending_.push_back(stint);
    }
    std::ranges::stable_sort(pending_, {}, &Stint::from);
    std::vector<Live> kept;
    for (std::size_t i = 0; i < live_.size(); ++i) {
        Live& live = live_[i];
        if (live.stint.use == Use::kServe) {
            if (continued[i] == nullptr) {
                if (live.stint.from < slot_) ended_.push_back(written_down(live));
                continue;
            }
            live.stint.until = slot_ + continued[i]->until;
            // One that was wanted later serves as soon as it can.
            live.stint.ready = std::min(live.stint.ready, slot_ + continued[i]->ready);
        }
        kept.push_back(live);
    }
    live_ = std::move(kept);
}

bool Executor::has_room(const Stint& stint) const {
    std::vector<gpu::Placement> placements = {stint.placement};
    for (const Live& live : live_) {
        if (live.stint.gpu == stint.gpu) placements.push_back(live.stint.placement);
    }
    const gpu::GpuModel& model = truth_.model(stint.gpu);
    return gpu::Layout::make(model, truth_.rules, std::move(placements)).has_value();
}

void Executor::start(const Stint& stint) {
    const Tenant& tenant = truth_.tenants[stint.tenant];
    Live live{.stint = stint, .truth = {}, .believed = {}};
    live.truth = {.gpu = stint.gpu, .placement = stint.placement, .tenant = stint.tenant};
    if (stint.use == Use::kServe) {
        live.truth.left = tenant.warm_up;
        if (tenant.warm_up > 0) live.truth.activity = Activity::kCreating;
        live.believed = live.truth;
    } else {
        live.truth.activity = Activity::kRetraining;
        live.believed = live.truth;
        const Retraining& real = tenant.retrainings[*stint.retraining];
        const Retraining& promised = believed_.tenants[stint.tenant].retrainings[*stint.retraining];
        live.truth.left = real.slots;
        live.truth.accuracy = real.accuracy;
        live.believed.left = promised.slots;
        live.believed.accuracy = promised.accuracy;
        begun_[stint.tenant] = true;
    }
    live_.push_back(live);
}

// To the next slot.
Stint Executor::postponed(Stint stint) const {
    ++stint.from;
    if (stint.use == Use::kRetrain) {
        ++stint.ready;
        ++stint.until;
    } else {
        stint.ready = std::max(stint.ready, stint.from + truth_.tenants[stint.tenant].warm_up);
    }
    return stint;
}

void Executor::start_what_is_due() {
    std::vector<Stint> waiting;
    for (const Stint& stint : pending_) {
        if (stint.from > slot_) {
            waiting.push_back(stint);
        } else if (has_room(stint)) {
            start(stint);
        } else if (const Stint later = postponed(stint);
                   later.from < later.until && later.until <= truth_.slots) {
            waiting.push_back(later);
        }
    }
    pending_ = std::move(waiting);
}

// At the end of a slot.
bool Executor::goes_on(Live& live) {
    live.truth.left = std::max(0, live.truth.left - 1);
    if (live.truth.activity == Activity::kRetraining) {
        live.believed.left = std::max(1, live.believed.left - 1);
        if (live.truth.left > 0) return true;
        accuracy_[live.stint.tenant] = live.truth.accuracy;
        return false;
    }
    if (live.truth.left == 0) live.truth.activity = Activity::kServing;
    live.believed = live.truth;
    return live.stint.until > slot_ || slot_ == truth_.slots;
}

void Executor::step() {
    CHECK(slot_ < truth_.slots);
    start_what_is_due();
    ++slot_;
    std::vector<Live> kept;
    for (Live& live : live_) {
        if (goes_on(live)) {
            kept.push_back(live);
        } else {
            ended_.push_back(written_down(live));
        }
    }
    live_ = std::move(kept);
}

Stint Executor::written_down(const Live& live) const {
    Stint stint = live.stint;
    stint.until = slot_;
    if (live.truth.activity != Activity::kRetraining || live.truth.left == 0) return stint;
    if (stint.running) {  // it is legal only as a whole
        stint.until = std::min(slot_ + live.truth.left, truth_.slots);
        return stint;
    }
    stint.use = Use::kServe;
    stint.retraining.reset();
    stint.ready = std::max(slot_, stint.from + truth_.tenants[stint.tenant].warm_up);
    return stint;
}

Schedule Executor::executed() const {
    Schedule done{ended_};
    for (const Live& live : live_) {
        if (live.stint.from < slot_) done.stints.push_back(written_down(live));
    }
    sort_stints(done);
    return done;
}

}  // namespace tangram::window::rolling
