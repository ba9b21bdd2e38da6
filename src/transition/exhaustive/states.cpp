#include "transition/exhaustive/states.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <utility>

namespace tangram::transition::exhaustive {
namespace {

constexpr std::size_t kMovesMost = 32;
constexpr std::uint8_t kNobody = 255;

struct State {
    std::vector<std::uint8_t> gone;         // by departure
    std::vector<std::uint8_t> given;        // by arrival: whose replica came there; or kNobody
    std::vector<std::uint8_t> future_at;    // by GPU: where its arrivals go
    std::vector<std::uint16_t> in_between;  // of the places for the time between; ascending

    [[nodiscard]] std::string key() const {
        std::string key(gone.begin(), gone.end());
        key.append(given.begin(), given.end());
        key.append(future_at.begin(), future_at.end());
        for (const std::uint16_t place : in_between) {
            key.push_back(static_cast<char>(place & 255));
            key.push_back(static_cast<char>(place >> 8));
        }
        return key;
    }
};

class Search {
public:
    Search(const Ground& ground, const Change& change, const Promises& promises,
           const StopgapMenu& menu, const StateOptions& options)
        : ground_(ground), change_(change), promises_(promises), options_(options) {
        if (options.temporaries > 0) list_places(menu);
    }

    StateAnswer run() {
        StateAnswer answer;
        if (change_.departures.size() > kMovesMost || change_.arrivals.size() > kMovesMost ||
            ground_.gpus.size() > kNobody || places_.size() > 65'535 || !change_.recuts.empty()) {
            return answer;
        }
        add(start(), 0);
        while (!open_.empty()) {
            const auto [cost, number] = open_.top();
            open_.pop();
            if (cost > *costs_[number]) continue;
            if (finished(states_[number])) {
                answer.reachable = Reachable::kYes;
                answer.temporary_slices = cost;
                break;
            }
            if (states_.size() > options_.states_max) break;
            expand(State(states_[number]), cost);
        }
        if (open_.empty() && answer.reachable != Reachable::kYes) {
            answer.reachable = Reachable::kNo;
        }
        answer.states = states_.size();
        return answer;
    }

private:
    struct Place {
        Occupant who;
        std::int64_t slices = 0;
        std::vector<Entry> entries;
    };

    void list_places(const StopgapMenu& menu) {
        for (const ServiceNameId service : menu.ids()) {
            for (const Stopgap& stopgap : menu[service]) {
                for (const GpuIndex gpu : ground_.gpus.ids()) {
                    const auto& known = ground_.gpus[gpu];
                    if (known.model != stopgap.model) continue;
                    if (known.status != deployment::GpuStatus::kOk || !may_be_used(gpu)) continue;
                    for (const int start : stopgap.starts) {
                        const Occupant who{gpu,
                                           {stopgap.profile, start, service, stopgap.point,
                                            deployment::Phase::kServing}};
                        places_.push_back(
                            {who, stopgap.slices, brought_by(promises_, ground_, who)});
                    }
                }
            }
        }
    }

    [[nodiscard]] bool may_be_used(GpuIndex gpu) const {
        return change_.used_now[gpu] || change_.used_then[gpu] ||
               std::ranges::find(options_.spares, gpu) != options_.spares.end();
    }

    [[nodiscard]] State start() const {
        State state;
        state.gone.assign(change_.departures.size(), 0);
        state.given.assign(change_.arrivals.size(), kNobody);
        for (const GpuIndex gpu : ground_.gpus.ids()) {
            state.future_at.push_back(static_cast<std::uint8_t>(gpu.index()));
        }
        return state;
    }

    [[nodiscard]] static bool finished(const State& state) {
        return state.in_between.empty() &&
               std::ranges::all_of(state.gone, [](std::uint8_t gone) { return gone != 0; }) &&
               std::ranges::none_of(state.given, [](std::uint8_t by) { return by == kNobody; });
    }

    void add(State state, std::int64_t cost) {
        const auto [at, is_new] = numbers_.try_emplace(state.key(), states_.size());
        if (is_new) {
            states_.push_back(std::move(state));
            costs_.emplace_back();
        }
        std::optional<std::int64_t>& known = costs_[at->second];
        if (known && *known <= cost) return;
        known = cost;
        open_.emplace(cost, at->second);
    }

    // What is there and what is left in the ledgers.
    struct View {
        std::vector<std::vector<const Occupant*>> on;  // by GPU
        std::vector<Occupant> moved;                   // what `on` points to, where it has moved
        std::vector<bool> used;                        // by GPU
        IdVector<LedgerId, std::int64_t> slack;
        IdVector<LedgerId, std::int64_t> asked;  // by all departures that are still there
    };

    [[nodiscard]] GpuIndex place_of(const State& state, std::size_t a) const {
        return GpuIndex{state.future_at[change_.arrivals[a].who.gpu.index()]};
    }

    [[nodiscard]] View view_of(const State& state) const {
        View view;
        view.on.resize(ground_.gpus.size());
        view.moved.reserve(change_.arrivals.size());
        for (const Ledger& ledger : promises_.ledgers) {
            view.slack.push_back(ledger.slack);
            view.asked.push_back(0);
        }
        const auto put = [&](const Occupant& who) { view.on[who.gpu.index()].push_back(&who); };
        const auto bring = [&](const std::vector<Entry>& entries, std::int64_t sign) {
            for (const Entry& entry : entries) view.slack[entry.ledger] += sign * entry.amount;
        };
        for (const Occupant& who : change_.kept) put(who);
        for (std::size_t d = 0; d < state.gone.size(); ++d) {
            if (state.gone[d] != 0) {
                bring(promises_.of_departure[d], -1);
                continue;
            }
            put(change_.departures[d].who);
            for (const Entry& entry : promises_.of_departure[d]) {
                view.asked[entry.ledger] += entry.amount;
            }
        }
        for (std::size_t a = 0; a < state.given.size(); ++a) {
            if (state.given[a] == kNobody) continue;
            bring(promises_.of_arrival[state.given[a]], 1);
            view.moved.push_back(change_.arrivals[a].who);
            view.moved.back().gpu = place_of(state, a);
            put(view.moved.back());
        }
        for (const std::uint16_t place : state.in_between) {
            bring(places_[place].entries, 1);
            put(places_[place].who);
        }
        count_gpus(state, view);
        return view;
    }

    // A GPU is in use while something is on it, and from now to the end where it is used in both.
    void count_gpus(const State& state, View& view) const {
        std::vector<bool> future(ground_.gpus.size(), false);
        for (const GpuIndex gpu : ground_.gpus.ids()) {
            if (change_.used_then[gpu]) future[state.future_at[gpu.index()]] = true;
        }
        for (const GpuIndex gpu : ground_.gpus.ids()) {
            const bool before = change_.used_now[gpu];
            view.used.push_back(!view.on[gpu.index()].empty() || (before && future[gpu.index()]));
            view.slack[promises_.gpus] += (before ? 1 : 0) - (view.used.back() ? 1 : 0);
        }
    }

    [[nodiscard]] bool has_room(const View& view, const Occupant& who) const {
        int alike = 0;
        for (const Occupant* other : view.on[who.gpu.index()]) {
            if (ground_.clash(*other, who)) return false;
            alike += other->instance.profile == who.instance.profile ? 1 : 0;
        }
        return alike < ground_.most_of(who) &&
               (view.used[who.gpu.index()] || view.slack[promises_.gpus] > 0);
    }

    static bool enough(const View& view, const std::vector<Entry>& entries) {
        return std::ranges::all_of(
            entries, [&](const Entry& entry) { return view.slack[entry.ledger] >= entry.amount; });
    }

    void expand(const State& state, std::int64_t cost) {
        const View view = view_of(state);
        if (leave_freely(state, view, cost)) return;
        for (std::size_t d = 0; d < state.gone.size(); ++d) {
            if (state.gone[d] != 0 || !enough(view, promises_.of_departure[d])) continue;
            State next = state;
            next.gone[d] = 1;
            add(std::move(next), cost);
        }
        for (std::size_t a = 0; a < state.given.size(); ++a) {
            if (state.given[a] == kNobody && can_come(state, view, a)) come(state, a, cost);
        }
        hand_over(state, view, cost);
        stop_gaps(state, view, cost);
    }

    // A departure that takes nothing that any other will ever lack harms nobody.
    bool leave_freely(const State& state, const View& view, std::int64_t cost) {
        for (std::size_t d = 0; d < state.gone.size(); ++d) {
            if (state.gone[d] != 0) continue;
            const bool free =
                std::ranges::all_of(promises_.of_departure[d], [&](const Entry& entry) {
                    return view.slack[entry.ledger] >= view.asked[entry.ledger];
                });
            if (!free) continue;
            State next = state;
            next.gone[d] = 1;
            add(std::move(next), cost);
            return true;
        }
        return false;
    }

    [[nodiscard]] bool can_come(const State& state, const View& view, std::size_t a) const {
        Occupant who = change_.arrivals[a].who;
        const GpuIndex own = who.gpu;
        who.gpu = place_of(state, a);
        const bool on_own = who.gpu == own;
        if (on_own && std::ranges::any_of(change_.arrivals[a].blockers,
                                          [&](std::size_t d) { return state.gone[d] == 0; })) {
            return false;
        }
        // An instance that is there already only gets its replica.
        if (on_own && change_.arrivals[a].steps.front() != StepKind::kCreate &&
            !change_.arrivals[a].takes_over) {
            return true;
        }
        return has_room(view, who);
    }

    [[nodiscard]] bool exchangeable(std::size_t a) const {
        const ServiceNameId service = change_.arrivals[a].who.instance.service;
        return service.valid() && !promises_.placed[service];
    }

    // Whoever is to get an equal instance; of each service and operating point the first.
    void come(const State& state, std::size_t a, std::int64_t cost) {
        const Occupant& who = change_.arrivals[a].who;
        std::map<std::pair<ServiceNameId, RunPointId>, std::size_t> who_could;
        for (std::size_t b = 0; b < state.given.size(); ++b) {
            const Occupant& other = change_.arrivals[b].who;
            const bool taken = std::ranges::find(state.given, b) != state.given.end();
            if (taken) continue;
            const bool alike = options_.exchange && exchangeable(a) && exchangeable(b) &&
                               ground_.gpus[who.gpu].model == ground_.gpus[other.gpu].model &&
                               who.instance.profile == other.instance.profile;
            const bool own = !(options_.exchange && exchangeable(a)) && a == b;
            if (!alike && !own) continue;
            who_could.try_emplace({other.instance.service, other.instance.point}, b);
        }
        for (const auto& [what, b] : who_could) {
            State next = state;
            next.given[a] = static_cast<std::uint8_t>(b);
            add(std::move(next), cost);
        }
    }

    [[nodiscard]] bool can_move_away(const State& state, GpuIndex from) const {
        if (!change_.used_then[from] || state.future_at[from.index()] != from.index()) return false;
        if (std::ranges::find(change_.kept, from, &Occupant::gpu) != change_.kept.end()) {
            return false;
        }
        for (std::size_t a = 0; a < state.given.size(); ++a) {
            const Arrival& arrival = change_.arrivals[a];
            if (arrival.who.gpu != from) continue;
            const ServiceNameId service = arrival.who.instance.service;
            const bool on_idle = arrival.steps.front() != StepKind::kCreate && !arrival.takes_over;
            if (state.given[a] != kNobody || on_idle) return false;
            if (service.valid() && promises_.placed[service]) return false;
        }
        return true;
    }

    void hand_over(const State& state, const View& view, std::int64_t cost) {
        for (const GpuIndex from : ground_.gpus.ids()) {
            if (!can_move_away(state, from)) continue;
            bool unused_tried = false;  // unused GPUs are all the same
            for (const GpuIndex to : ground_.gpus.ids()) {
                if (to == from || ground_.gpus[to].model != ground_.gpus[from].model) continue;
                if (!may_be_used(to) || !view.on[to.index()].empty()) continue;
                bool has_future = false;
                for (const GpuIndex g : ground_.gpus.ids()) {
                    has_future |= change_.used_then[g] && state.future_at[g.index()] == to.index();
                }
                const bool unused = !change_.used_now[to] && !change_.used_then[to];
                if (has_future || (unused && unused_tried)) continue;
                unused_tried |= unused;
                State next = state;
                next.future_at[from.index()] = static_cast<std::uint8_t>(to.index());
                add(std::move(next), cost);
            }
        }
    }

    // A replica for the time between is put off until one of its service's departures needs it.
    void stop_gaps(const State& state, const View& view, std::int64_t cost) {
        for (std::size_t i = 0; i < state.in_between.size(); ++i) {
            if (!enough(view, places_[state.in_between[i]].entries)) continue;
            State next = state;
            next.in_between.erase(next.in_between.begin() + static_cast<std::ptrdiff_t>(i));
            add(std::move(next), cost);
        }
        if (state.in_between.size() >= options_.temporaries) return;
        IdVector<ServiceNameId, bool> lacking(ground_.services.size(), false);
        for (std::size_t d = 0; d < state.gone.size(); ++d) {
            if (state.gone[d] != 0 || enough(view, promises_.of_departure[d])) continue;
            lacking[change_.departures[d].who.instance.service] = true;
        }
        for (std::size_t p = 0; p < places_.size(); ++p) {
            const Place& place = places_[p];
            if (!lacking[place.who.instance.service] || !has_room(view, place.who)) continue;
            State next = state;
            next.in_between.push_back(static_cast<std::uint16_t>(p));
            std::ranges::sort(next.in_between);
            add(std::move(next), cost + place.slices);
        }
    }

    const Ground& ground_;
    const Change& change_;
    const Promises& promises_;
    const StateOptions& options_;
    std::vector<Place> places_;
    std::vector<State> states_;
    std::vector<std::optional<std::int64_t>> costs_;
    std::unordered_map<std::string, std::size_t> numbers_;
    std::priority_queue<std::pair<std::int64_t, std::size_t>,
                        std::vector<std::pair<std::int64_t, std::size_t>>, std::greater<>>
        open_;
};

}  // namespace

StateAnswer search_states(const Ground& ground, const Change& change, const Promises& promises,
                          const StopgapMenu& menu, const StateOptions& options) {
    return Search(ground, change, promises, menu, options).run();
}

SparesAnswer least_spares(const Ground& ground, const Change& change, const Promises& promises,
                          const StopgapMenu& menu, const StateOptions& options) {
    SparesAnswer result;
    for (std::size_t spares = 0; spares <= options.spares.size(); ++spares) {
        Promises with = promises;
        with.ledgers[with.gpus].slack += static_cast<std::int64_t>(spares);
        StateOptions how = options;
        how.spares.resize(spares);
        const StateAnswer answer = search_states(ground, change, with, menu, how);
        result = {answer.reachable, spares, answer.temporary_slices};
        if (answer.reachable != Reachable::kNo) break;
    }
    return result;
}

}  // namespace tangram::transition::exhaustive
