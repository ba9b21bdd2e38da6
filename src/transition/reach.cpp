#include "transition/reach.h"

#include <algorithm>
#include <map>
#include <utility>

#include "transition/clock.h"

namespace tangram::transition {
namespace {

constexpr Duration kNever = Duration::max();

class Fixpoint {
public:
    Fixpoint(const Ground& ground, const Change& change, const Promises& promises,
             const StopgapMenu& menu, const Durations& durations, bool exchange)
        : ground_(ground),
          change_(change),
          promises_(promises),
          menu_(menu),
          durations_(durations),
          exchange_(exchange),
          clock_(ground, durations),
          gone_(change.departures.size(), kNever),
          came_(change.arrivals.size(), kNever),
          helped_(ground.services.size(), false) {
        for (const Departure& departure : change.departures) {
            leaving_.push_back(lasts(departure.steps, departure.who));
        }
        for (const Arrival& arrival : change.arrivals) {
            coming_.push_back(lasts(arrival.steps, arrival.who));
            if (change.recut_of[arrival.who.gpu]) coming_.back() += durations.apply;
        }
    }

    Reach run() {
        Reach reach;
        settle();
        reach.without_help = complete();
        reach.stranded = IdVector<ServiceNameId, bool>(ground_.services.size(), false);
        for (std::size_t d = 0; d < gone_.size(); ++d) {
            const ServiceNameId service = change_.departures[d].who.instance.service;
            if (gone_[d] == kNever && service.valid()) reach.stranded[service] = true;
        }
        if (reach.without_help) reach.makespan = std::max(latest(), busiest_driver());
        while (!complete() && durations_.granularity == Granularity::kInstance && help()) settle();
        reach.without_spare = complete();
        return reach;
    }

private:
    // The quickest a start can be is warm.
    [[nodiscard]] Duration lasts(const std::vector<StepKind>& steps, const Occupant& who) const {
        Duration sum{};
        for (const StepKind kind : steps) {
            const Duration expected =
                clock_.expected(kind, who.gpu, who.instance.point, Duration{});
            sum += kind == StepKind::kStart ? std::min(expected, durations_.warm_start) : expected;
        }
        return sum;
    }

    // When the first route of a service can have ended.
    [[nodiscard]] std::map<ServiceNameId, Duration> first_routes() const {
        std::map<ServiceNameId, Duration> first;
        const auto note = [&](ServiceNameId service, Duration when) {
            if (when == kNever || !service.valid()) return;
            const auto [at, is_new] = first.try_emplace(service, when);
            at->second = std::min(at->second, when);
        };
        std::map<std::pair<int, int>, Duration> pools;
        const auto pool = [&](const Occupant& who) {
            return std::pair(ground_.gpus[who.gpu].model, who.instance.profile);
        };
        for (std::size_t a = 0; a < came_.size(); ++a) {
            const Occupant& who = change_.arrivals[a].who;
            note(who.instance.service, came_[a]);
            if (!exchange_ || came_[a] == kNever) continue;
            const auto [at, is_new] = pools.try_emplace(pool(who), came_[a]);
            at->second = std::min(at->second, came_[a]);
        }
        if (!exchange_) return first;
        for (const Arrival& arrival : change_.arrivals) {
            const auto known = pools.find(pool(arrival.who));
            // The other service may start sooner than the one whose place it takes.
            if (known != pools.end()) note(arrival.who.instance.service, Duration{});
        }
        return first;
    }

    [[nodiscard]] Duration earliest_drain(std::size_t d,
                                          const std::map<ServiceNameId, Duration>& first) const {
        const bool free = std::ranges::all_of(promises_.of_departure[d], [&](const Entry& entry) {
            return promises_.ledgers[entry.ledger].slack >= entry.amount;
        });
        if (free) return Duration{};
        const ServiceNameId service = change_.departures[d].who.instance.service;
        if (helped_[service]) return Duration{};
        const auto route = first.find(service);
        return route == first.end() ? kNever : route->second;
    }

    void settle() {
        for (bool changed = true; changed;) {
            changed = false;
            const auto first = first_routes();
            for (std::size_t d = 0; d < gone_.size(); ++d) {
                const Duration drain = earliest_drain(d, first);
                if (drain == kNever || drain + leaving_[d] >= gone_[d]) continue;
                gone_[d] = drain + leaving_[d];
                changed = true;
            }
            for (std::size_t a = 0; a < came_.size(); ++a) {
                Duration begin{};
                for (const std::size_t d : change_.arrivals[a].blockers) {
                    begin = std::max(begin, gone_[d]);
                }
                if (begin == kNever || begin + coming_[a] >= came_[a]) continue;
                came_[a] = begin + coming_[a];
                changed = true;
            }
        }
    }

    [[nodiscard]] bool complete() const {
        const auto reached = [](Duration when) { return when != kNever; };
        return std::ranges::all_of(gone_, reached) && std::ranges::all_of(came_, reached);
    }

    [[nodiscard]] Duration latest() const {
        Duration latest{};
        for (const Duration when : gone_) latest = std::max(latest, when);
        for (const Duration when : came_) latest = std::max(latest, when);
        return latest;
    }

    [[nodiscard]] Duration busiest_driver() const {
        IdVector<GpuIndex, Duration> busy(ground_.gpus.size());
        const auto add = [&](const std::vector<StepKind>& steps, GpuIndex gpu) {
            for (const StepKind kind : steps) {
                if (kind == StepKind::kCreate) busy[gpu] += durations_.create;
                if (kind == StepKind::kDestroy) busy[gpu] += durations_.destroy;
            }
        };
        for (const Departure& one : change_.departures) add(one.steps, one.who.gpu);
        for (const Arrival& one : change_.arrivals) add(one.steps, one.who.gpu);
        Duration most{};
        for (const Duration time : busy) most = std::max(most, time);
        return most;
    }

    // Finds services that a replica for the time between can help; true if there is one more.
    bool help() {
        IdVector<GpuIndex, std::vector<const Occupant*>> stays(ground_.gpus.size());
        for (const Occupant& one : change_.kept) stays[one.gpu].push_back(&one);
        for (std::size_t d = 0; d < gone_.size(); ++d) {
            const Occupant& who = change_.departures[d].who;
            if (gone_[d] == kNever) stays[who.gpu].push_back(&who);
        }
        bool any = false;
        for (std::size_t d = 0; d < gone_.size(); ++d) {
            if (gone_[d] != kNever) continue;
            const ServiceNameId service = change_.departures[d].who.instance.service;
            if (helped_[service] || !fits(service, stays)) continue;
            helped_[service] = true;
            any = true;
        }
        return any;
    }

    [[nodiscard]] bool fits(ServiceNameId service,
                            const IdVector<GpuIndex, std::vector<const Occupant*>>& stays) const {
        for (const Stopgap& stopgap : menu_[service]) {
            for (const GpuIndex gpu : ground_.gpus.ids()) {
                const auto& known = ground_.gpus[gpu];
                if (known.model != stopgap.model) continue;
                if (known.status != deployment::GpuStatus::kOk) continue;
                if (!change_.used_now[gpu] && !change_.used_then[gpu]) continue;
                for (const int start : stopgap.starts) {
                    const Occupant who{gpu,
                                       {stopgap.profile, start, service, stopgap.point,
                                        deployment::Phase::kServing}};
                    if (std::ranges::none_of(stays[gpu], [&](const Occupant* other) {
                            return ground_.clash(*other, who);
                        })) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    const Ground& ground_;
    const Change& change_;
    const Promises& promises_;
    const StopgapMenu& menu_;
    const Durations& durations_;
    bool exchange_;
    Clock clock_;
    std::vector<Duration> leaving_, coming_;  // how long the steps last
    std::vector<Duration> gone_, came_;       // when they can be over
    IdVector<ServiceNameId, bool> helped_;
};

}  // namespace

Reach reach_of(const Ground& ground, const Change& change, const Promises& promises,
               const StopgapMenu& menu, const Durations& durations, bool exchange) {
    return Fixpoint(ground, change, promises, menu, durations, exchange).run();
}

}  // namespace tangram::transition
