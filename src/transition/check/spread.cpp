#include "transition/check/spread.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace tangram::transition::check_parts {
namespace {

using Index = std::uint32_t;

// A replica that comes: indices into the service's routes and drains.
struct Arrival {
    Index route = 0;
    std::optional<Index> drain;  // nothing: it stays
};

// What one service does at one place.
struct PlaceMoves {
    bool stays = false;         // something serves there throughout
    bool filled = false;        // something serves there at the beginning
    std::vector<Index> drains;  // of what serves at the beginning
    std::vector<Arrival> arrivals;
    std::vector<bool>
        refills;        // by drain of the service: in the closure it forces this place's gain
    bool exact = true;  // the closure tells no less than the truth
};

// How a place is decided to be.
struct Decision {
    bool made = false;
    bool empty = false;
    std::vector<Index> drains;  // that have to have started
    std::vector<Index> routes;  // that must not have ended
};

class SpreadSearch {
public:
    SpreadSearch(const ServiceMoves& moves, const Places& places, const Dag& dag,
                 std::int64_t floor)
        : moves_(moves), dag_(dag), floor_(floor) {
        collect(places);
        for (PlaceMoves& place : places_) relax(place);
        decisions_.resize(places_.size());
    }

    Spread run() {
        search();
        return std::move(result_);
    }

private:
    void collect(const Places& places) {
        std::map<std::size_t, PlaceMoves> by_place;
        Index route = 0;
        Index drain = 0;
        for (const Serving* serving : moves_.all) {
            const std::size_t number = places.of[serving->gpu];
            PlaceMoves ignored;
            PlaceMoves& place = number == Places::kNone ? ignored : by_place[number];
            if (serving->route.valid()) {
                place.arrivals.push_back({route++, {}});
                if (serving->drain.valid()) place.arrivals.back().drain = drain++;
                continue;
            }
            place.filled = true;
            place.stays |= !serving->drain.valid();
            if (serving->drain.valid()) place.drains.push_back(drain++);
        }
        for (auto& [number, place] : by_place) {
            now_ += place.filled ? 1 : 0;
            if (!place.stays) places_.push_back(std::move(place));
        }
    }

    void relax(PlaceMoves& place) const {
        place.refills.assign(moves_.drains.size(), false);
        for (const Arrival& arrival : place.arrivals) place.exact &= !arrival.drain;
        for (Index d = 0; d < moves_.drains.size(); ++d) {
            const bool refilled = std::ranges::any_of(place.arrivals, [&](const Arrival& a) {
                return !a.drain && std::ranges::binary_search(moves_.forces[d], a.route);
            });
            if (!refilled) continue;
            place.refills[d] = std::ranges::all_of(place.drains, [&](Index other) {
                return other == d || std::ranges::binary_search(moves_.earlier[d], other);
            });
            place.exact &= place.refills[d];
        }
    }

    // One closure, with what is decided so far. Ends the search when the promise is broken or the
    // effort is spent; otherwise the places decided here are free again afterwards.
    void search() {
        if (--effort_ < 0) {
            result_.kept = result_.proven = false;
            return;
        }
        const std::optional<std::vector<StepId>> started = worst_state();
        if (!started) return;
        result_.state = dag_.started(*started);
        result_.left = now_left(result_.state);
        if (result_.left < floor_) {
            result_.kept = false;
            return;
        }
        std::size_t place = 0;
        while (place < places_.size() && (places_[place].exact || decisions_[place].made)) ++place;
        CHECK(place < places_.size(), "the closure is exact once all is decided");
        branch(place);
    }

    void branch(std::size_t place) {
        const std::vector<Arrival>& arrivals = places_[place].arrivals;
        Decision& decision = decisions_[place];
        decision = {true, false, {}, {}};
        search();
        std::vector<Arrival> passing;
        for (const Arrival& arrival : arrivals) {
            if (arrival.drain) passing.push_back(arrival);
        }
        // Each of those that come and go has not come, or is going.
        constexpr std::size_t kPassingMax = 12;
        const std::size_t ways = std::size_t{1} << std::min(passing.size(), kPassingMax);
        if (passing.size() > kPassingMax) effort_ = 0;
        for (std::size_t way = 0; way < ways && result_.kept; ++way) {
            decision = {true, true, places_[place].drains, {}};
            for (const Arrival& arrival : arrivals) {
                if (!arrival.drain) decision.routes.push_back(arrival.route);
            }
            for (std::size_t i = 0; i < std::min(passing.size(), kPassingMax); ++i) {
                if ((way >> i & 1U) != 0) {
                    decision.drains.push_back(*passing[i].drain);
                } else {
                    decision.routes.push_back(passing[i].route);
                }
            }
            search();
        }
        decision = {};
    }

    // Steps whose start leads to the worst state of the closure; nothing if that keeps the floor,
    // or if what is decided contradicts itself.
    std::optional<std::vector<StepId>> worst_state() const {
        std::vector<bool> barred(moves_.routes.size(), false);
        std::vector<Index> required;
        std::int64_t base = 0;
        for (std::size_t i = 0; i < places_.size(); ++i) {
            const Decision& decision = decisions_[i];
            if (!decision.made) continue;
            base += (places_[i].filled ? 1 : 0) - (decision.empty ? 0 : 1);
            for (const Index route : decision.routes) barred[route] = true;
            required.insert(required.end(), decision.drains.begin(), decision.drains.end());
        }
        const auto possible = [&](Index drain) {
            return std::ranges::none_of(moves_.forces[drain],
                                        [&](Index route) { return barred[route]; });
        };
        if (!std::ranges::all_of(required, possible)) return std::nullopt;

        // Loss 0 stands for what is required; then one for each place that can be emptied.
        Balance balance{{0}, std::vector<Wide>(places_.size(), 1), {refilled(required)}};
        std::vector<std::size_t> emptied = {0};
        for (std::size_t i = 0; i < places_.size(); ++i) {
            if (decisions_[i].made || !places_[i].filled) continue;
            if (!std::ranges::all_of(places_[i].drains, possible)) continue;
            balance.losses.push_back(1);
            balance.forces.push_back(refilled(places_[i].drains));
            emptied.push_back(i);
        }
        const Worst found = worst_with(balance, {0});
        if (now_ - base - static_cast<std::int64_t>(found.loss) >= floor_) return std::nullopt;

        std::vector<StepId> started;
        for (const Index drain : required) started.push_back(moves_.drains[drain].step);
        for (const std::size_t loss : found.losses) {
            if (loss == 0) continue;
            for (const Index drain : places_[emptied[loss]].drains) {
                started.push_back(moves_.drains[drain].step);
            }
        }
        return started;
    }

    // Undecided places that are filled when these drains have started.
    [[nodiscard]] std::vector<Index> refilled(const std::vector<Index>& drains) const {
        std::vector<Index> found;
        for (Index i = 0; i < places_.size(); ++i) {
            if (decisions_[i].made) continue;
            const auto refills = [&](Index drain) { return places_[i].refills[drain]; };
            if (std::ranges::any_of(drains, refills)) found.push_back(i);
        }
        return found;
    }

    // Places that are not empty in a state, counted one by one.
    [[nodiscard]] std::int64_t now_left(const Interleaving& state) const {
        std::vector<bool> started(dag_.size(), false);
        std::vector<bool> ended(dag_.size(), false);
        for (std::size_t i = 0; i < state.steps.size(); ++i) {
            started[state.steps[i].index()] = true;
            ended[state.steps[i].index()] = i + state.running < state.steps.size();
        }
        const auto drained = [&](Index d) { return started[moves_.drains[d].step.index()]; };
        const auto serves = [&](const Arrival& arrival) {
            return ended[moves_.routes[arrival.route].step.index()] &&
                   !(arrival.drain && drained(*arrival.drain));
        };
        std::int64_t left = now_;
        for (const PlaceMoves& place : places_) {
            const bool empty = std::ranges::all_of(place.drains, drained) &&
                               std::ranges::none_of(place.arrivals, serves);
            left += (empty ? 0 : 1) - (place.filled ? 1 : 0);
        }
        return left;
    }

    const ServiceMoves& moves_;
    const Dag& dag_;
    std::int64_t floor_;
    std::int64_t now_ = 0;            // places at the beginning, those that stay included
    std::vector<PlaceMoves> places_;  // that can be empty
    std::vector<Decision> decisions_;
    int effort_ = kBranchesMax;
    Spread result_;
};

}  // namespace

Spread spread_of(const ServiceMoves& moves, const Places& places, const Dag& dag,
                 std::int64_t floor) {
    return SpreadSearch(moves, places, dag, floor).run();
}

void check_spread(const Case& question) {
    for (const ServiceId id : question.names.services.ids()) {
        const KnownService& known = question.names.services[id];
        if (!known.asked.valid()) continue;
        const workload::Service& service = question.context.problem.services[known.asked];
        if (service.spread == workload::Spread::kNone) continue;
        const bool by_node = service.spread == workload::Spread::kNode;
        const Places& places = by_node ? question.names.by_node : question.names.by_gpu;
        const ServiceMoves& moves = question.orders.moves(id);
        std::vector<std::size_t> now;
        for (const Serving* serving : moves.present) now.push_back(places.of[serving->gpu]);
        std::erase(now, Places::kNone);
        std::ranges::sort(now);
        now.erase(std::ranges::unique(now).begin(), now.end());
        const Wide least = std::min<Wide>(std::ssize(now), service.min_replicas);
        const auto floor =
            static_cast<std::int64_t>(dipped(question.context.options, known.name, least));
        const Spread found = spread_of(moves, places, question.dag, floor);
        if (found.kept) continue;
        const char* what = by_node ? "nodes" : "GPUs";
        question.context.violate(
            TransitionFault::kSpread, fmt::format("service {}", known.name),
            found.proven ? fmt::format("is left on {} different {}, has to keep {} of {}",
                                       found.left, what, floor, now.size())
                         : fmt::format("may be left on fewer than {} different {} of {}; not "
                                       "proven, too many orders to tell",
                                       floor, what, now.size()),
            found.state);
    }
}

}  // namespace tangram::transition::check_parts
