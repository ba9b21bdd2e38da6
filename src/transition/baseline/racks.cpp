#include "transition/baseline/racks.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/check.h"

namespace tangram::transition::baseline {
namespace {

using enum StepKind;

bool same_place(const Occupant& a, const Occupant& b) {
    return a.gpu == b.gpu && a.instance.start == b.instance.start &&
           a.instance.profile == b.instance.profile;
}

}  // namespace

Racks::Racks(Ground& ground)
    : ground_(ground),
      payments_(ground),
      guests_(ground.gpus.size()),
      past_(ground.gpus.size()),
      used_(ground.gpus.size(), false),
      acquired_with_(ground.gpus.size()) {
    for (const Occupant& one : ground.now) {
        guests_[one.gpu].push_back({one, {}, false});
        used_[one.gpu] = true;
    }
}

GpuIndex Racks::add_gpu(int model) {
    const auto taken = [&](const std::string& id) {
        return std::ranges::any_of(ground_.gpus, [&](const auto& gpu) { return gpu.id == id; });
    };
    std::size_t number = ground_.gpus.size();
    while (taken("gpu-" + std::to_string(number))) ++number;
    guests_.push_back({});
    past_.push_back({});
    used_.push_back(false);
    acquired_with_.push_back({});
    return ground_.add_gpu("gpu-" + std::to_string(number), model, "");
}

bool Racks::has_room(const Occupant& who) const {
    int alike = 0;
    for (const Guest& guest : guests_[who.gpu]) {
        if (ground_.clash(guest.who, who)) return false;
        alike += guest.who.instance.profile == who.instance.profile ? 1 : 0;
    }
    return alike < ground_.most_of(who);
}

bool Racks::crowded_by(const Occupant& who) const {
    const auto alike = [&](const auto& one) {
        return one.who.instance.profile == who.instance.profile;
    };
    return std::ranges::count_if(guests_[who.gpu], alike) +
               std::ranges::count_if(past_[who.gpu], alike) >=
           ground_.most_of(who);
}

// The instance of whoever was there last, if nothing else has been cut in its place since.
bool Racks::take_over(const Occupant& who, Move& move) {
    if (!who.instance.service.valid()) return false;
    for (Past& past : past_[who.gpu]) {
        if (past.waited_for || !same_place(past.who, who)) continue;
        auto& steps = script_.move(past.left_with).steps;
        if (steps.size() < 2) continue;  // it was idle
        CHECK(steps.back().kind == kDestroy, "a departure that leaves its instance");
        steps.pop_back();
        past.waited_for = true;
        move.waits.push_back({past.left_with, ArcReason::kInstance, {}});
        return true;
    }
    return false;
}

void Racks::arrive(const Occupant& who, bool temporary) {
    CHECK(has_room(who), "an instance where there is no room");
    if (!used_[who.gpu]) {
        used_[who.gpu] = true;
        acquired_with_[who.gpu] = script_.add({{gpu_step(kAcquire, who.gpu)}, {}});
    }
    Move move;
    if (acquired_with_[who.gpu]) move.waits.push_back({*acquired_with_[who.gpu]});
    const bool crowded = crowded_by(who);
    const bool takes_over = take_over(who, move);
    for (Past& past : past_[who.gpu]) {
        const bool clash = ground_.clash(past.who, who);
        const bool alike = past.who.instance.profile == who.instance.profile;
        if (!clash && !(crowded && alike)) continue;
        const bool overtaken = takes_over && same_place(past.who, who);
        if (!overtaken) past.waited_for = true;
        move.waits.push_back({past.left_with, clash ? ArcReason::kSlices : ArcReason::kLayout, {}});
    }
    if (!takes_over) move.steps.push_back(step_of(kCreate, who, temporary));
    if (who.instance.service.valid()) {
        move.steps.push_back(step_of(kStart, who, temporary));
        move.steps.push_back(step_of(kRoute, who, temporary));
    }
    const std::size_t number = script_.add(std::move(move));
    payments_.pay(who, number);
    guests_[who.gpu].push_back({who, number, temporary});
}

void Racks::depart(const Occupant& who) {
    auto& guests = guests_[who.gpu];
    const auto guest =
        std::ranges::find_if(guests, [&](const Guest& one) { return same_place(one.who, who); });
    CHECK(guest != guests.end(), "a departure of what is not there");
    Move move;
    move.waits = payments_.take(guest->who);
    if (guest->came_with) move.waits.push_back({*guest->came_with});
    if (guest->who.instance.service.valid()) {
        move.steps = {step_of(kDrain, guest->who, guest->temporary),
                      step_of(kStop, guest->who, guest->temporary)};
    }
    move.steps.push_back(step_of(kDestroy, guest->who, guest->temporary));
    past_[who.gpu].push_back({guest->who, script_.add(std::move(move)), false});
    guests.erase(guest);
}

void Racks::release(GpuIndex gpu) {
    CHECK(guests_[gpu].empty(), "a release of a GPU that holds something");
    Move move{{gpu_step(kRelease, gpu)}, {}};
    for (const Past& past : past_[gpu]) move.waits.push_back({past.left_with});
    script_.add(std::move(move));
}

}  // namespace tangram::transition::baseline
