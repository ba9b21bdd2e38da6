#include "transition/order.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "base/random.h"
#include "transition/simulation.h"

namespace tangram::transition {
namespace {

class Scheduler {
public:
    Scheduler(const Ground& ground, Change change, const Promises& promises,
              const StopgapMenu& menu, const Durations& durations, const OrderOptions& options)
        : ground_(ground),
          menu_(menu),
          options_(options),
          initial_(promises),
          sim_(ground, std::move(change), promises, durations),
          random_(options.seed),
          watchers_(promises.ledgers.size()),
          spares_(options.spares) {
        for (std::size_t a = 0; a < sim_.change().arrivals.size(); ++a) {
            candidates_.push_back(a);
            ++unopened_;
            if (options_.exchange) add_to_pool(a);
        }
        ledgers_of_ = IdVector<ServiceNameId, std::vector<LedgerId>>(ground.services.size());
        for (const LedgerId id : promises.ledgers.ids()) {
            const ServiceNameId service = promises.ledgers[id].service;
            if (service.valid()) ledgers_of_[service].push_back(id);
        }
        most_temporaries_ = 4 + 2 * candidates_.size();
    }

    Sequence run() {
        help_stranded();
        do {
            do {
                wake();
                open_candidates();
                while (options_.eager && unopened_ > 0 && hand_over(false)) open_candidates();
                if (unopened_ == 0) let_leave();
            } while (sim_.advance());
        } while (unstick());
        std::vector<Shortage> lacking = sim_.finished() ? std::vector<Shortage>{} : shortages();
        Sequence sequence = sim_.result(initial_);
        sequence.shortages = std::move(lacking);
        return sequence;
    }

private:
    // How much a service's arrival helps others: so many arrivals wait for it.
    [[nodiscard]] double need(ServiceNameId service) const {
        if (!service.valid()) return 0;
        std::size_t waiting = 0;
        for (const LedgerId ledger : ledgers_of_[service]) waiting += watchers_[ledger].size();
        return static_cast<double>(waiting);
    }

    // What it takes out of ledgers, as shares of what they hold.
    [[nodiscard]] double strain(std::size_t a) const {
        double sum = 0;
        for (const Entry& entry : sim_.cost_of(a)) {
            if (entry.ledger == initial_.gpus) continue;
            sum += static_cast<double>(entry.amount) /
                   static_cast<double>(1 + std::max<std::int64_t>(0, sim_.slack(entry.ledger)));
        }
        return sum;
    }

    void wake() {
        for (const LedgerId ledger : sim_.take_gained()) {
            auto& waiting = watchers_[ledger];
            candidates_.insert(candidates_.end(), waiting.begin(), waiting.end());
            waiting.clear();
        }
        if (sim_.take_arrived()) {
            candidates_.insert(candidates_.end(), behind_temporaries_.begin(),
                               behind_temporaries_.end());
            behind_temporaries_.clear();
        }
    }

    // Opens what can be opened, the most useful first.
    void open_candidates() {
        struct Ranked {
            double score;
            std::size_t arrival;
        };
        std::vector<Ranked> ranked;
        for (const std::size_t a : std::exchange(candidates_, {})) {
            if (!sim_.waiting(a) || set_aside(a)) continue;
            const ServiceNameId service = sim_.change().arrivals[a].who.instance.service;
            const double noise = options_.seed == 0 ? 1 : 0.5 + random_.unit();
            ranked.push_back({(1 + need(service)) * noise / (0.1 + strain(a)), a});
        }
        std::ranges::sort(ranked, [](const Ranked& x, const Ranked& y) {
            return x.score != y.score ? x.score > y.score : x.arrival < y.arrival;
        });
        for (const Ranked& one : ranked) {
            if (set_aside(one.arrival)) continue;
            if (options_.exchange) give_to_the_neediest(one.arrival);
            --unopened_;
            sim_.open(one.arrival);
        }
    }

    // Puts an arrival that lacks something where it is woken.
    bool set_aside(std::size_t a) {
        std::optional<LedgerId> lacking = sim_.lacking(a);
        if (!lacking && options_.together) {
            for (const std::size_t b : waiting_on(sim_.change().arrivals[a].who.gpu)) {
                lacking = sim_.lacking(b);
                if (lacking) break;
            }
        }
        if (!lacking) return false;
        (lacking->valid() ? watchers_[*lacking] : behind_temporaries_).push_back(a);
        return true;
    }

    using PoolKey = std::pair<int, int>;  // GPU model, profile
    [[nodiscard]] PoolKey pool_key(std::size_t a) const {
        const Occupant& who = sim_.change().arrivals[a].who;
        return {ground_.gpus[who.gpu].model, who.instance.profile};
    }
    [[nodiscard]] bool exchangeable(std::size_t a) const {
        const Arrival& arrival = sim_.change().arrivals[a];
        const ServiceNameId service = arrival.who.instance.service;
        return service.valid() && !initial_.placed[service] && !arrival.continued &&
               !arrival.temporary;
    }
    void add_to_pool(std::size_t a) {
        if (!exchangeable(a)) return;
        pools_[pool_key(a)][sim_.change().arrivals[a].who.instance.service].push_back(a);
    }

    // The instance goes to the service others wait for most, of all that are to get an equal one.
    void give_to_the_neediest(std::size_t a) {
        if (!exchangeable(a)) return;
        auto& pool = pools_[pool_key(a)];
        const ServiceNameId mine = sim_.change().arrivals[a].who.instance.service;
        const auto offers = [&](ServiceNameId service, std::vector<std::size_t>& list) {
            std::erase_if(list, [&](std::size_t b) {
                return !sim_.waiting(b) ||
                       sim_.change().arrivals[b].who.instance.service != service;
            });
            return !list.empty();
        };
        ServiceNameId best = mine;
        for (auto& [service, list] : pool) {
            if (need(service) > need(best) && offers(service, list)) best = service;
        }
        if (best == mine) return;
        const std::size_t b = pool[best].back();
        pool[best].pop_back();
        sim_.exchange(a, b);
        pool[mine].push_back(b);
    }

    // Lets go whatever the promises allow: where nobody needs its place any more, or to make room
    // for a replica for the time between. True if there was anything.
    bool let_leave() {
        bool any = false;
        for (std::size_t d = 0; d < sim_.change().departures.size(); ++d) {
            if (!sim_.there(d) || !sim_.can_leave(d)) continue;
            sim_.leave(d);
            any = true;
        }
        return any;
    }

    // Nothing is under way. True if something is again.
    bool unstick() {
        if (sim_.finished()) return sim_.let_go();
        return unopened_ == 0 ? sim_.let_go()
                              : hand_over(false) || stop_the_gap() || let_leave() ||
                                    (options_.move_kept && hand_over(true)) || sim_.let_go();
    }

    // A GPU's future on another one, which is empty: nothing has to leave for it.
    bool hand_over(bool with_kept) {
        const auto& gpus = ground_.gpus;
        for (std::size_t i = 0; i < spares_.size(); ++i) {
            const GpuIndex to = spares_[i];
            if (!sim_.can_move_to(to)) continue;
            std::optional<GpuIndex> best;
            double most = 0;
            for (const GpuIndex from : gpus.ids()) {
                if (gpus[from].model != gpus[to].model || !sim_.can_hand_over(from, with_kept))
                    continue;
                const double noise = options_.seed == 0 ? 1 : 0.5 + random_.unit();
                const double help = usefulness(from) * noise;
                if (best && help <= most) continue;
                best = from;
                most = help;
            }
            if (!best) continue;
            const std::size_t before = sim_.change().arrivals.size();
            sim_.hand_over(*best, to);
            unopened_ += sim_.change().arrivals.size() - before;
            const std::vector<std::size_t> moved = waiting_on(to);
            candidates_.insert(candidates_.end(), moved.begin(), moved.end());
            for (auto& list : watchers_) {
                std::erase_if(
                    list, [&](std::size_t a) { return sim_.change().arrivals[a].who.gpu == to; });
            }
            // What it leaves behind can be the next.
            spares_[i] = *best;
            return true;
        }
        return false;
    }

    [[nodiscard]] std::vector<std::size_t> waiting_on(GpuIndex gpu) const {
        std::vector<std::size_t> list = sim_.arrivals_on(gpu);
        std::erase_if(list, [&](std::size_t a) { return !sim_.waiting(a); });
        return list;
    }

    [[nodiscard]] double usefulness(GpuIndex gpu) const {
        double sum = 0.1;
        for (const std::size_t a : waiting_on(gpu)) {
            sum += need(sim_.change().arrivals[a].who.instance.service);
        }
        return sum;
    }

    struct Missing {
        ServiceNameId service;
        std::int64_t amount = 0;
        std::vector<LedgerId> ledgers;  // each of which lacks so much at most
    };

    // What opening an arrival would take beyond what there is.
    [[nodiscard]] std::vector<Shortage> lacks(std::size_t a) const {
        std::vector<Shortage> list;
        for (const Entry& entry : sim_.cost_of(a)) {
            const std::int64_t missing = entry.amount - sim_.slack(entry.ledger);
            if (missing > 0) list.push_back({entry.ledger, missing, entry.amount});
        }
        return list;
    }

    // What an arrival lacks that replicas for the time between could bring; nothing if it lacks
    // something else.
    [[nodiscard]] std::optional<std::vector<Missing>> missing_for(std::size_t a) const {
        std::vector<Missing> missing;
        for (const Shortage& shortage : lacks(a)) {
            const Ledger& ledger = initial_.ledgers[shortage.ledger];
            if (ledger.reason == ArcReason::kReplicas) {
                missing.push_back({ledger.service, 1, {shortage.ledger}});
            } else if (ledger.reason == ArcReason::kCapacity ||
                       ledger.reason == ArcReason::kSurvival) {
                add_rate(ledger.service, shortage, missing);
            } else {
                return std::nullopt;
            }
        }
        return missing;
    }

    // The same replica can bring what there is to lack of a service's rate, in all and elsewhere.
    void add_rate(ServiceNameId service, const Shortage& shortage,
                  std::vector<Missing>& missing) const {
        const auto of_rate = [&](const Missing& one) {
            return one.service == service &&
                   initial_.ledgers[one.ledgers.front()].reason != ArcReason::kReplicas;
        };
        const auto known = std::ranges::find_if(missing, of_rate);
        if (known == missing.end()) {
            missing.push_back({service, shortage.missing, {shortage.ledger}});
            return;
        }
        known->amount = std::max(known->amount, shortage.missing);
        known->ledgers.push_back(shortage.ledger);
    }

    struct Gap {
        std::vector<Occupant> replicas;
        std::int64_t cost = 0;  // slices, and more where they are in somebody's way
    };

    bool stop_the_gap() {
        if (!options_.stopgaps || temporaries_ > most_temporaries_) return false;
        constexpr std::size_t kMostLookedAt = 400;
        std::optional<Gap> best;
        double best_cost = 0;
        std::size_t looked_at = 0;
        for (std::size_t a = 0; a < sim_.change().arrivals.size(); ++a) {
            if (!sim_.waiting(a)) continue;
            if (++looked_at > kMostLookedAt) break;
            const auto missing = missing_for(a);
            if (!missing || missing->empty()) continue;
            const auto gap = fill_gap(*missing, a, false);
            if (!gap) continue;
            const double noise = options_.seed == 0 ? 1 : 0.5 + random_.unit();
            const ServiceNameId service = sim_.change().arrivals[a].who.instance.service;
            const double cost = static_cast<double>(gap->cost) * noise / (1 + need(service));
            if (best && cost >= best_cost) continue;
            best = gap;
            best_cost = cost;
        }
        if (!best) return false;
        add_temporaries(*best);
        return true;
    }

    void add_temporaries(const Gap& gap) {
        for (const Occupant& who : gap.replicas) {
            // Each had room, but together they may be too many of a profile on a GPU.
            if (!sim_.room_for(who, true)) continue;
            candidates_.push_back(sim_.add_temporary(who));
            ++unopened_;
            ++temporaries_;
        }
    }

    // Before anything else takes the room there is, or could be.
    void help_stranded() {
        for (const ServiceNameId service : options_.stranded.ids()) {
            const LedgerId ledger = initial_.capacity[service];
            if (!options_.stranded[service] || !ledger.valid()) continue;
            std::int64_t amount = 0;
            for (const std::vector<Entry>& entries : initial_.of_departure) {
                for (const Entry& entry : entries) {
                    if (entry.ledger != ledger) continue;
                    amount = std::max(amount, entry.amount - sim_.slack(ledger));
                }
            }
            if (amount <= 0) continue;
            const auto gap = fill_gap({{service, amount, {ledger}}}, std::nullopt, true);
            if (gap) add_temporaries(*gap);
        }
    }

    // Not in the place of `arrival`; `displaced`: also where something has yet to leave.
    [[nodiscard]] std::optional<Gap> fill_gap(const std::vector<Missing>& missing,
                                              std::optional<std::size_t> arrival,
                                              bool displaced) const {
        Gap gap;
        for (const Missing& one : missing) {
            std::int64_t left = one.amount;
            while (left > 0) {
                const auto next =
                    place_for({one.service, left, one.ledgers}, arrival, displaced, gap);
                if (!next) return std::nullopt;
                left -= ground_.capacity_of(next->first).count();
                gap.replicas.push_back(next->first);
                gap.cost += next->second;
            }
        }
        return gap;
    }

    // The smallest replica that brings so much, or else the largest, where it is least in the way.
    [[nodiscard]] std::optional<std::pair<Occupant, std::int64_t>> place_for(
        const Missing& missing, std::optional<std::size_t> arrival, bool displaced,
        const Gap& gap) const {
        std::optional<std::pair<Occupant, std::int64_t>> best;
        bool enough = false;
        for (const Stopgap& stopgap : menu_[missing.service]) {
            // In order of their slices: larger ones cost more.
            const std::int64_t least_cost = std::int64_t{2} * stopgap.slices;
            if (enough && least_cost > best->second) break;
            const bool this_enough = stopgap.capacity.count() >= missing.amount;
            const Rate so_far = best ? ground_.capacity_of(best->first) : Rate{};
            if (!this_enough && (enough || so_far >= stopgap.capacity)) continue;
            for (const GpuIndex gpu : ground_.gpus.ids()) {
                if (ground_.gpus[gpu].model != stopgap.model || !may_hold(gpu)) continue;
                if (!helps_on(gpu, missing)) continue;
                for (const int start : stopgap.starts) {
                    const Occupant who{gpu,
                                       {stopgap.profile, start, missing.service, stopgap.point,
                                        deployment::Phase::kServing}};
                    const auto trouble = trouble_of(who, arrival, displaced, gap);
                    if (!trouble) continue;
                    const std::int64_t cost = least_cost + *trouble;
                    const bool same_kind = best && best->first.instance.point == stopgap.point &&
                                           best->first.instance.profile == stopgap.profile;
                    if ((same_kind || enough) && best && cost >= best->second) continue;
                    best = {who, cost};
                    enough = this_enough;
                }
            }
        }
        return best;
    }

    // Whether a replica there is none of those that a loss would take.
    [[nodiscard]] bool helps_on(GpuIndex gpu, const Missing& missing) const {
        return std::ranges::none_of(missing.ledgers, [&](LedgerId ledger) {
            return initial_.ledgers[ledger].reason == ArcReason::kSurvival &&
                   initial_.ledgers[ledger].loss.takes(ground_.gpus[gpu]);
        });
    }

    // How much it is in others' way there; nothing if it cannot be there.
    [[nodiscard]] std::optional<std::int64_t> trouble_of(const Occupant& who,
                                                         std::optional<std::size_t> arrival,
                                                         bool displaced, const Gap& gap) const {
        if (clashes(who, arrival, gap)) return std::nullopt;
        const auto room = sim_.room_for(who, displaced);
        if (!room) return std::nullopt;
        std::int64_t trouble = in_the_way(who) ? 1 : 0;
        for (const std::size_t d : room->blockers) {
            if (!sim_.there(d)) continue;
            if (!sim_.can_leave(d) || stranded(d)) return std::nullopt;
            ++trouble;
        }
        return trouble;
    }

    [[nodiscard]] bool stranded(std::size_t d) const {
        const ServiceNameId service = sim_.change().departures[d].who.instance.service;
        return service.valid() && service.index() < options_.stranded.size() &&
               options_.stranded[service];
    }

    [[nodiscard]] bool may_hold(GpuIndex gpu) const {
        const deployment::DeployedGpu& known = ground_.gpus[gpu];
        if (known.status != deployment::GpuStatus::kOk) return false;
        const bool ours = sim_.change().used_now[gpu] || sim_.change().used_then[gpu] ||
                          std::ranges::find(spares_, gpu) != spares_.end();
        return ours && sim_.can_use(gpu);
    }

    [[nodiscard]] bool clashes(const Occupant& who, std::optional<std::size_t> arrival,
                               const Gap& gap) const {
        return (arrival && ground_.clash(sim_.change().arrivals[*arrival].who, who)) ||
               std::ranges::any_of(
                   gap.replicas, [&](const Occupant& other) { return ground_.clash(other, who); });
    }

    // Somebody's place, who would have to wait until it has gone again.
    [[nodiscard]] bool in_the_way(const Occupant& who) const {
        return std::ranges::any_of(sim_.arrivals_on(who.gpu), [&](std::size_t a) {
            return sim_.waiting(a) && ground_.clash(sim_.change().arrivals[a].who, who);
        });
    }

    // What the arrival lacks that is nearest to going on.
    [[nodiscard]] std::vector<Shortage> shortages() const {
        std::vector<Shortage> best;
        double least = std::numeric_limits<double>::max();
        for (std::size_t a = 0; a < sim_.change().arrivals.size(); ++a) {
            if (!sim_.waiting(a)) continue;
            std::vector<Shortage> list = lacks(a);
            double share = 0;
            for (const Shortage& one : list) {
                share += static_cast<double>(one.missing) / static_cast<double>(one.asked);
            }
            if (list.empty() || share >= least) continue;
            least = share;
            best = std::move(list);
        }
        return best;
    }

    const Ground& ground_;
    const StopgapMenu& menu_;
    const OrderOptions& options_;
    const Promises& initial_;
    Simulation sim_;
    Random random_;
    IdVector<ServiceNameId, std::vector<LedgerId>> ledgers_of_;
    IdVector<LedgerId, std::vector<std::size_t>> watchers_;  // arrivals that lack it
    std::vector<std::size_t> behind_temporaries_;            // wait for one that is still arriving
    std::vector<std::size_t> candidates_;
    std::vector<GpuIndex> spares_;
    std::map<PoolKey, std::map<ServiceNameId, std::vector<std::size_t>>> pools_;
    std::size_t unopened_ = 0;
    std::size_t temporaries_ = 0;
    std::size_t most_temporaries_ = 0;
};

}  // namespace

Sequence order(const Ground& ground, Change change, const Promises& promises,
               const StopgapMenu& menu, const Durations& durations, const OrderOptions& options) {
    return Scheduler(ground, std::move(change), promises, menu, durations, options).run();
}

}  // namespace tangram::transition
