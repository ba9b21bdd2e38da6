#include "transition/simulation.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"

namespace tangram::transition {

Simulation::Simulation(const Ground& ground, Change change, Promises promises,
                       const Durations& durations)
    : ground_(ground),
      change_(std::move(change)),
      promises_(std::move(promises)),
      clock_(ground, durations),
      arrivals_(change_.arrivals.size()),
      departures_(change_.departures.size()),
      gpus_(ground.gpus.size()),
      kept_on_(ground.gpus.size()),
      arrivals_on_(ground.gpus.size()),
      departures_on_(ground.gpus.size()) {
    for (const GpuIndex g : ground.gpus.ids()) {
        gpus_[g].used = change_.used_now[g];
    }
    one_by_one_ = durations.granularity == Granularity::kInstance;
    uprooted_.assign(change_.kept.size(), false);
    for (std::size_t k = 0; k < change_.kept.size(); ++k) {
        kept_on_[change_.kept[k].gpu].push_back(k);
    }
    for (std::size_t d = 0; d < departures_.size(); ++d) {
        const GpuIndex g = change_.departures[d].who.gpu;
        departures_on_[g].push_back(d);
        ++gpus_[g].unfinished;
    }
    for (std::size_t a = 0; a < arrivals_.size(); ++a) {
        const Arrival& arrival = change_.arrivals[a];
        arrivals_on_[arrival.who.gpu].push_back(a);
        ++gpus_[arrival.who.gpu].unfinished;
        arrivals_[a].blockers_left = arrival.blockers.size();
        for (const std::size_t d : arrival.blockers) departures_[d].waiters.push_back(a);
    }
    for (const Recut& recut : change_.recuts) recut_left_.push_back(recut.departures.size());
    unfinished_ = arrivals_.size() + departures_.size();
    for (const GpuIndex g : ground.gpus.ids()) release_if_done(g);
}

std::vector<Entry> Simulation::cost_of(std::size_t a) const {
    std::vector<Entry> sum;
    const auto add = [&](const Entry& entry) {
        const auto known = std::ranges::find(sum, entry.ledger, &Entry::ledger);
        if (known == sum.end()) {
            sum.push_back(entry);
        } else {
            known->amount += entry.amount;
        }
    };
    for (const std::size_t d : change_.arrivals[a].blockers) {
        if (departures_[d].state != State::kBefore) continue;
        for (const Entry& entry : promises_.of_departure[d]) add(entry);
    }
    const GpuProgress& gpu = gpus_[change_.arrivals[a].who.gpu];
    if (!gpu.used && !gpu.acquiring) add({promises_.gpus, 1});
    std::ranges::sort(sum, {}, &Entry::ledger);
    return sum;
}

std::optional<LedgerId> Simulation::lacking(std::size_t a) const {
    for (const std::size_t d : change_.arrivals[a].blockers) {
        if (departures_[d].state == State::kAbsent) return LedgerId{};
    }
    for (const Entry& entry : cost_of(a)) {
        if (slack(entry.ledger) < entry.amount) return entry.ledger;
    }
    return std::nullopt;
}

bool Simulation::can_leave(std::size_t d) const {
    return std::ranges::all_of(promises_.of_departure[d], [&](const Entry& entry) {
        return slack(entry.ledger) >= entry.amount;
    });
}

void Simulation::record(Movement::What what, std::size_t index) {
    movements_.push_back({what, index});
}

void Simulation::take_out(const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) {
        promises_.ledgers[entry.ledger].slack -= entry.amount;
        CHECK(slack(entry.ledger) >= 0, "a promise that is broken");
    }
}

void Simulation::bring(const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) {
        promises_.ledgers[entry.ledger].slack += entry.amount;
        gained_.push_back(entry.ledger);
    }
}

void Simulation::begin(Ending::What what, std::size_t index, StepKind kind, GpuIndex gpu,
                       RunPointId point) {
    const Clock::Span span = clock_.put(kind, gpu, point, now_);
    endings_.push({span.end, numbered_++, what, index});
}

void Simulation::begin_step_of_arrival(std::size_t a) {
    const Arrival& arrival = change_.arrivals[a];
    begin(Ending::What::kArrival, a, arrival.steps[arrivals_[a].steps_done], arrival.who.gpu,
          arrival.who.instance.point);
}

void Simulation::begin_step_of_departure(std::size_t d) {
    const Departure& departure = change_.departures[d];
    begin(Ending::What::kDeparture, d, departure.steps[departures_[d].steps_done],
          departure.who.gpu, departure.who.instance.point);
}

void Simulation::acquire(GpuIndex gpu) {
    if (gpus_[gpu].used || gpus_[gpu].acquiring) return;
    gpus_[gpu].acquiring = true;
    take_out({{promises_.gpus, 1}});
    record(Movement::What::kAcquireStarts, gpu.index());
    begin(Ending::What::kAcquire, gpu.index(), StepKind::kAcquire, gpu, {});
}

void Simulation::apply_if_free(GpuIndex gpu) {
    const auto& recut = change_.recut_of[gpu];
    GpuProgress& progress = gpus_[gpu];
    if (!recut || recut_left_[*recut] > 0 || !progress.used || progress.applying) return;
    progress.applying = true;
    begin(Ending::What::kApply, gpu.index(), StepKind::kApply, gpu, {});
}

void Simulation::prepare(std::size_t a) {
    if (arrivals_[a].state != State::kUnderWay || arrivals_[a].blockers_left > 0) return;
    const GpuIndex gpu = change_.arrivals[a].who.gpu;
    const bool recut = change_.recut_of[gpu].has_value();
    if (gpus_[gpu].used && (!recut || gpus_[gpu].applied)) {
        begin_step_of_arrival(a);
        return;
    }
    gpus_[gpu].ready.push_back(a);
    acquire(gpu);
    if (recut) apply_if_free(gpu);
}

void Simulation::open(std::size_t a) {
    CHECK(waiting(a) && !lacking(a), "an arrival that cannot be opened");
    arrivals_[a].state = State::kUnderWay;
    for (const std::size_t d : change_.arrivals[a].blockers) {
        if (there(d)) leave(d);
    }
    acquire(change_.arrivals[a].who.gpu);
    prepare(a);
}

void Simulation::leave(std::size_t d) {
    CHECK(there(d) && can_leave(d), "a departure that breaks a promise");
    departures_[d].state = State::kUnderWay;
    take_out(promises_.of_departure[d]);
    if (!promises_.of_departure[d].empty()) record(Movement::What::kDrainStarts, d);
    begin_step_of_departure(d);
}

void Simulation::exchange(std::size_t a, std::size_t b) {
    CHECK(waiting(a) && waiting(b), "an exchange of what is under way");
    auto& one = change_.arrivals[a].who.instance;
    auto& other = change_.arrivals[b].who.instance;
    std::swap(one.service, other.service);
    std::swap(one.point, other.point);
    std::swap(promises_.of_arrival[a], promises_.of_arrival[b]);
}

// Its instance is there for another replica when its own has gone.
bool Simulation::stays_cut(std::size_t d) const {
    return change_.departures[d].steps.back() != StepKind::kDestroy;
}

std::optional<Simulation::Room> Simulation::room_for(const Occupant& who, bool displaced) const {
    if (!one_by_one_) return std::nullopt;
    int alike = 0;
    const auto in_the_way = [&](const Occupant& one) {
        alike += one.instance.profile == who.instance.profile ? 1 : 0;
        return ground_.clash(one, who);
    };
    for (const std::size_t k : kept_on_[who.gpu]) {
        if (in_the_way(change_.kept[k])) return std::nullopt;
    }
    for (const std::size_t a : arrivals_on_[who.gpu]) {
        // Those that have not been opened wait until the replica has gone again.
        if (waiting(a) || change_.arrivals[a].temporary) continue;
        if (in_the_way(change_.arrivals[a].who)) return std::nullopt;
    }
    Room room;
    const bool crowded = crowded_by(who, {});
    for (const std::size_t d : departures_on_[who.gpu]) {
        const Departure& departure = change_.departures[d];
        const deployment::Instance& old = departure.who.instance;
        const bool alike_gone = crowded && old.profile == who.instance.profile;
        const bool clash = ground_.clash(departure.who, who);
        if (departures_[d].state == State::kDone && !stays_cut(d)) {
            if (clash || alike_gone) room.blockers.push_back(d);
            continue;
        }
        if (!in_the_way(departure.who)) continue;
        const bool gone = departures_[d].state == State::kDone;
        if (!gone && (!displaced || departure.came_as)) return std::nullopt;
        if (stays_cut(d)) {
            if (old.profile != who.instance.profile || old.start != who.instance.start) {
                return std::nullopt;
            }
            room.takes_over = d;
        }
        room.blockers.push_back(d);
    }
    alike -= static_cast<int>(std::ranges::count_if(room.blockers, [&](std::size_t d) {
        const bool here = departures_[d].state != State::kDone || stays_cut(d);
        return here && change_.departures[d].who.instance.profile == who.instance.profile;
    }));
    if (alike >= ground_.most_of(who)) return std::nullopt;
    return room;
}

// Whether its profile could become too many on its GPU if everybody was there at once, but for some
// departures.
bool Simulation::crowded_by(const Occupant& who, const std::vector<std::size_t>& without) const {
    const auto alike = [&](const Occupant& one) {
        return one.instance.profile == who.instance.profile;
    };
    int count = 1;
    for (const std::size_t k : kept_on_[who.gpu]) count += alike(change_.kept[k]) ? 1 : 0;
    for (const std::size_t d : departures_on_[who.gpu]) {
        if (std::ranges::find(without, d) != without.end()) continue;
        count += alike(change_.departures[d].who) ? 1 : 0;
    }
    for (const std::size_t a : arrivals_on_[who.gpu]) {
        count += alike(change_.arrivals[a].who) ? 1 : 0;
    }
    return count > ground_.most_of(who);
}

// Arrivals that need its place wait until it has gone again.
void Simulation::wait_for_temporary(std::size_t a, std::size_t d) {
    const Occupant& who = change_.arrivals[a].who;
    for (const std::size_t other : arrivals_on_[who.gpu]) {
        Arrival& arrival = change_.arrivals[other];
        if (!waiting(other)) continue;
        // Together they may be too many of the profile; not those that one of them waits for.
        std::vector<std::size_t> gone = change_.arrivals[a].blockers;
        gone.insert(gone.end(), arrival.blockers.begin(), arrival.blockers.end());
        const bool alike =
            arrival.who.instance.profile == who.instance.profile && crowded_by(who, gone);
        if (!alike && !ground_.clash(arrival.who, who)) continue;
        if (change_.arrivals[a].takes_over &&
            arrival.takes_over == change_.arrivals[a].takes_over) {
            arrival.takes_over = d;
        }
        arrival.blockers.push_back(d);
        ++arrivals_[other].blockers_left;
        departures_[d].waiters.push_back(other);
    }
}

std::size_t Simulation::add_temporary(const Occupant& who) {
    const std::size_t a = change_.arrivals.size();
    const std::size_t d = change_.departures.size();
    std::optional<Room> room = room_for(who, true);
    CHECK(room.has_value(), "no room for a replica for the time between");
    Arrival arrival{
        who, {StepKind::kStart, StepKind::kRoute}, room->blockers, room->takes_over, true};
    Departure departure{who, {StepKind::kDrain, StepKind::kStop}, true, a};
    if (!room->takes_over) {
        arrival.steps.insert(arrival.steps.begin(), StepKind::kCreate);
        departure.steps.push_back(StepKind::kDestroy);
    }
    change_.arrivals.push_back(std::move(arrival));
    change_.departures.push_back(std::move(departure));
    std::vector<Entry> entries = brought_by(promises_, ground_, who);
    promises_.of_arrival.push_back(entries);
    promises_.of_departure.push_back(std::move(entries));
    Progress& coming = arrivals_.emplace_back();
    departures_.emplace_back().state = State::kAbsent;
    for (const std::size_t before : room->blockers) {
        if (departures_[before].state == State::kDone) continue;
        ++coming.blockers_left;
        departures_[before].waiters.push_back(a);
    }
    wait_for_temporary(a, d);
    arrivals_on_[who.gpu].push_back(a);
    departures_on_[who.gpu].push_back(d);
    gpus_[who.gpu].unfinished += 2;
    ++temporaries_;
    unfinished_ += 2;
    return a;
}

bool Simulation::can_hand_over(GpuIndex from, bool with_kept) const {
    if (arrivals_on_[from].empty() || gpus_[from].applying) return false;
    const bool all_may_move = std::ranges::all_of(kept_on_[from], [&](std::size_t k) {
        return with_kept && !promises_.placed[change_.kept[k].instance.service];
    });
    if (!all_may_move) return false;
    const bool recut = !one_by_one_;
    const auto movable = [&](std::size_t a) {
        const Arrival& arrival = change_.arrivals[a];
        const ServiceNameId service = arrival.who.instance.service;
        const bool on_idle = arrival.steps.front() != StepKind::kCreate && !arrival.takes_over;
        return waiting(a) && !arrival.temporary && !arrival.continued && (recut || !on_idle) &&
               (!service.valid() || !promises_.placed[service]);
    };
    const auto leaves_nothing = [&](std::size_t d) {
        return recut || departures_[d].state != State::kDone ||
               change_.departures[d].steps.back() == StepKind::kDestroy;
    };
    return std::ranges::all_of(arrivals_on_[from], movable) &&
           std::ranges::all_of(departures_on_[from], leaves_nothing);
}

void Simulation::hand_over(GpuIndex from, GpuIndex to) {
    CHECK(can_hand_over(from, true) && gpus_[to].unfinished == 0,
          "a GPU that cannot be handed over");
    uproot(from);
    if (!one_by_one_) recut_both(from, to);
    for (const std::size_t a : arrivals_on_[from]) {
        Arrival& arrival = change_.arrivals[a];
        for (const std::size_t d : arrival.blockers) std::erase(departures_[d].waiters, a);
        arrival.blockers = departures_on_[to];  // which are gone
        arrival.takes_over.reset();
        arrivals_[a].blockers_left = 0;
        if (one_by_one_ && arrival.steps.front() != StepKind::kCreate) {
            arrival.steps.insert(arrival.steps.begin(), StepKind::kCreate);
        }
        arrival.who.gpu = to;
    }
    for (const std::size_t d : departures_on_[from]) {
        auto& steps = change_.departures[d].steps;
        if (one_by_one_ && steps.back() != StepKind::kDestroy) steps.push_back(StepKind::kDestroy);
    }
    gpus_[to].unfinished = arrivals_on_[from].size();
    gpus_[from].unfinished -= arrivals_on_[from].size();
    arrivals_on_[to].insert(arrivals_on_[to].end(), arrivals_on_[from].begin(),
                            arrivals_on_[from].end());
    arrivals_on_[from].clear();
    change_.used_then[from] = false;
    change_.used_then[to] = true;
    gpus_[from].held = one_by_one_;
}

// What was kept leaves, and arrives where it was.
void Simulation::uproot(GpuIndex gpu) {
    for (const std::size_t k : std::exchange(kept_on_[gpu], {})) {
        uprooted_[k] = true;
        const Occupant who = change_.kept[k];
        std::vector<Entry> entries = brought_by(promises_, ground_, who);
        arrivals_on_[gpu].push_back(change_.arrivals.size());
        departures_on_[gpu].push_back(change_.departures.size());
        change_.arrivals.push_back({who, {StepKind::kStart, StepKind::kRoute}, {}, {}, false});
        change_.departures.push_back({who, {StepKind::kDrain, StepKind::kStop}, true, {}});
        promises_.of_arrival.push_back(entries);
        promises_.of_departure.push_back(std::move(entries));
        arrivals_.emplace_back();
        departures_.emplace_back();
        gpus_[gpu].unfinished += 2;
        unfinished_ += 2;
    }
}

// One gets a layout of its own; the other is given back as it is, unless its node is cut anew.
void Simulation::recut_both(GpuIndex from, GpuIndex to) {
    CHECK(!gpus_[to].used, "a second layout on a GPU that is cut at once");
    auto& recut = change_.recut_of[from];
    if (recut && change_.recuts[*recut].gpus.size() == 1) recut.reset();
    change_.recut_of[to] = change_.recuts.size();
    change_.recuts.push_back({{to}, {}});
    recut_left_.push_back(0);
}

void Simulation::release_if_done(GpuIndex gpu) {
    GpuProgress& progress = gpus_[gpu];
    if (change_.used_then[gpu] || progress.unfinished > 0 || !progress.used) return;
    if (progress.held || progress.released) return;
    if (ground_.gpus[gpu].status != deployment::GpuStatus::kOk) return;  // not counted
    const bool recut = change_.recut_of[gpu].has_value();
    if (recut && !progress.applied) return apply_if_free(gpu);
    progress.released = true;
    begin(Ending::What::kRelease, gpu.index(), StepKind::kRelease, gpu, {});
}

bool Simulation::let_go() {
    bool any = false;
    for (const GpuIndex gpu : ground_.gpus.ids()) {
        if (!gpus_[gpu].held) continue;
        gpus_[gpu].held = false;
        any = true;
        release_if_done(gpu);
    }
    return any;
}

void Simulation::end_of_arrival(std::size_t a) {
    Progress& progress = arrivals_[a];
    if (++progress.steps_done < change_.arrivals[a].steps.size()) {
        return begin_step_of_arrival(a);
    }
    progress.state = State::kDone;
    arrived_ = true;
    --unfinished_;
    --gpus_[change_.arrivals[a].who.gpu].unfinished;
    if (!promises_.of_arrival[a].empty()) {
        record(Movement::What::kRouteEnds, a);
        bring(promises_.of_arrival[a]);
    }
    if (!change_.arrivals[a].temporary) return;
    for (const std::size_t d : departures_on_[change_.arrivals[a].who.gpu]) {
        if (change_.departures[d].came_as == a) departures_[d].state = State::kBefore;
    }
}

void Simulation::end_of_departure(std::size_t d) {
    Progress& progress = departures_[d];
    if (++progress.steps_done < change_.departures[d].steps.size()) {
        return begin_step_of_departure(d);
    }
    progress.state = State::kDone;
    --unfinished_;
    const GpuIndex gpu = change_.departures[d].who.gpu;
    --gpus_[gpu].unfinished;
    for (const std::size_t a : progress.waiters) {
        --arrivals_[a].blockers_left;
        prepare(a);
    }
    if (change_.recut_of[gpu]) {
        const std::size_t recut = *change_.recut_of[gpu];
        if (--recut_left_[recut] == 0) {
            for (const GpuIndex g : change_.recuts[recut].gpus) apply_if_free(g);
        }
    }
    release_if_done(gpu);
}

void Simulation::end(const Ending& ending) {
    const auto gpu = [&] { return GpuIndex{ending.index}; };
    const auto begin_ready = [&] {
        std::vector<std::size_t> ready;
        ready.swap(gpus_[gpu()].ready);
        for (const std::size_t a : ready) prepare(a);
    };
    switch (ending.what) {
        case Ending::What::kArrival:
            return end_of_arrival(ending.index);
        case Ending::What::kDeparture:
            return end_of_departure(ending.index);
        case Ending::What::kAcquire:
            gpus_[gpu()].used = true;
            gpus_[gpu()].acquiring = false;
            return begin_ready();
        case Ending::What::kApply:
            gpus_[gpu()].applied = true;
            begin_ready();
            return release_if_done(gpu());
        case Ending::What::kRelease:
            gpus_[gpu()].used = false;
            record(Movement::What::kReleaseEnds, ending.index);
            return bring({{promises_.gpus, 1}});
    }
}

bool Simulation::advance() {
    if (endings_.empty()) return false;
    now_ = endings_.top().time;
    while (!endings_.empty() && endings_.top().time == now_) {
        const Ending ending = endings_.top();
        endings_.pop();
        end(ending);
    }
    return true;
}

std::vector<LedgerId> Simulation::take_gained() { return std::exchange(gained_, {}); }
bool Simulation::take_arrived() { return std::exchange(arrived_, false); }

Sequence Simulation::result(const Promises& initial) {
    Sequence sequence;
    sequence.complete = finished();
    sequence.movements = std::move(movements_);
    sequence.temporaries = temporaries_;
    sequence.makespan = now_;
    std::vector<Occupant> kept;
    for (std::size_t k = 0; k < change_.kept.size(); ++k) {
        if (!uprooted_[k]) kept.push_back(change_.kept[k]);
    }
    change_.kept = std::move(kept);
    sequence.change = std::move(change_);
    sequence.promises = std::move(promises_);
    sequence.promises.ledgers = initial.ledgers;  // as they were at the beginning
    return sequence;
}

}  // namespace tangram::transition
