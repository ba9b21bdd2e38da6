#include "transition/spare_proof.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

namespace tangram::transition {
namespace {

// Departures as bits; more of them are beyond a search.
using Gone = std::uint64_t;
constexpr std::size_t kDeparturesAtMost = 64;

class Search {
public:
    Search(const Ground& ground, const Change& change, const Promises& promises,
           const StopgapMenu& menu, bool exchange)
        : ground_(ground), change_(change), promises_(promises), menu_(menu), exchange_(exchange) {
        held_ = IdVector<GpuIndex, std::vector<Holder>>(ground.gpus.size());
        for (const Occupant& one : change.kept) held_[one.gpu].push_back({&one, 0});
        for (std::size_t d = 0; d < change.departures.size(); ++d) {
            const Occupant& who = change.departures[d].who;
            held_[who.gpu].push_back({&who, Gone{1} << d});
            all_ |= Gone{1} << d;
        }
        for (const Arrival& arrival : change.arrivals) {
            Gone blockers = 0;
            for (const std::size_t d : arrival.blockers) blockers |= Gone{1} << d;
            blockers_.push_back(blockers);
        }
    }

    // Whether some order lets all leave; nothing if there are too many sets.
    std::optional<bool> can_all_leave(std::size_t most_sets) {
        std::vector<Gone> open = {0};
        std::unordered_set<Gone> seen = {0};
        while (!open.empty()) {
            const Gone gone = open.back();
            open.pop_back();
            if (gone == all_) return true;
            if (seen.size() > most_sets) return std::nullopt;
            std::map<ServiceNameId, std::int64_t> most;  // capacity beyond the floor, if all help
            for (std::size_t d = 0; d < change_.departures.size(); ++d) {
                const Gone next = gone | Gone{1} << d;
                if (next == gone || seen.contains(next)) continue;
                if (!may_leave(d, gone, most)) continue;
                seen.insert(next);
                open.push_back(next);
            }
        }
        return false;
    }

private:
    struct Holder {
        const Occupant* who;
        Gone departure;  // 0: stays
    };

    bool may_leave(std::size_t d, Gone gone, std::map<ServiceNameId, std::int64_t>& most) {
        const ServiceNameId service = change_.departures[d].who.instance.service;
        if (!service.valid() || !promises_.capacity[service].valid()) return true;
        const std::int64_t amount = amount_of(promises_.of_departure[d], service);
        if (amount == 0) return true;
        const auto [at, is_new] = most.try_emplace(service, 0);
        if (is_new) at->second = slack_after(service, gone) + room_for(service, gone);
        return at->second >= amount;
    }

    [[nodiscard]] std::int64_t amount_of(const std::vector<Entry>& entries,
                                         ServiceNameId service) const {
        for (const Entry& entry : entries) {
            if (entry.ledger == promises_.capacity[service]) return entry.amount;
        }
        return 0;
    }

    // With everybody gone that is, and everybody come who can.
    [[nodiscard]] std::int64_t slack_after(ServiceNameId service, Gone gone) const {
        std::int64_t slack = promises_.ledgers[promises_.capacity[service]].slack;
        for (std::size_t d = 0; d < change_.departures.size(); ++d) {
            const bool left = (gone >> d & 1) != 0;
            if (left && change_.departures[d].who.instance.service == service) {
                slack -= amount_of(promises_.of_departure[d], service);
            }
        }
        if (exchange_) return slack + exchanged(service, gone);
        for (std::size_t a = 0; a < change_.arrivals.size(); ++a) {
            const bool come = (blockers_[a] & ~gone) == 0;
            if (come && change_.arrivals[a].who.instance.service == service) {
                slack += amount_of(promises_.of_arrival[a], service);
            }
        }
        return slack;
    }

    // Of every kind of instance as many as can have come, up to what the service is to have.
    [[nodiscard]] std::int64_t exchanged(ServiceNameId service, Gone gone) const {
        struct Pool {
            std::int64_t come = 0, wanted = 0, capacity = 0;
        };
        std::map<std::pair<int, int>, Pool> pools;
        for (std::size_t a = 0; a < change_.arrivals.size(); ++a) {
            const Occupant& who = change_.arrivals[a].who;
            Pool& pool = pools[{ground_.gpus[who.gpu].model, who.instance.profile}];
            if ((blockers_[a] & ~gone) == 0) ++pool.come;
            if (who.instance.service != service) continue;
            ++pool.wanted;
            pool.capacity = std::max(pool.capacity, amount_of(promises_.of_arrival[a], service));
        }
        std::int64_t sum = 0;
        for (const auto& [key, pool] : pools) {
            sum += std::min(pool.come, pool.wanted) * pool.capacity;
        }
        return sum;
    }

    // What replicas for the time between could serve at most, on GPUs of either deployment.
    [[nodiscard]] std::int64_t room_for(ServiceNameId service, Gone gone) {
        std::int64_t sum = 0;
        for (const GpuIndex gpu : ground_.gpus.ids()) {
            if (ground_.gpus[gpu].status != deployment::GpuStatus::kOk) continue;
            if (!change_.used_now[gpu] && !change_.used_then[gpu]) continue;
            Gone here = 0;
            for (const Holder& holder : held_[gpu]) here |= holder.departure & gone;
            const auto [known, is_new] = rooms_.try_emplace({gpu, service, here}, 0);
            if (is_new) known->second = room_on(gpu, service, gone);
            sum += known->second;
        }
        return sum;
    }

    // The most capacity in free slices, by dynamic programming over where the next replica starts;
    // what the rules forbid beyond overlaps is allowed here.
    [[nodiscard]] std::int64_t room_on(GpuIndex gpu, ServiceNameId service, Gone gone) const {
        const auto& model = ground_.models[static_cast<std::size_t>(ground_.gpus[gpu].model)];
        const auto slices = static_cast<std::size_t>(model.memory_slices);
        std::vector<bool> taken(slices, false);
        for (const Holder& holder : held_[gpu]) {
            if ((holder.departure & gone) != 0) continue;
            const auto begin = taken.begin() + holder.who->instance.start;
            std::fill(begin, begin + ground_.profile_of(*holder.who).size, true);
        }
        std::vector<std::int64_t> most(slices + 1, 0);  // in slices from here on
        for (std::size_t from = slices; from-- > 0;) {
            most[from] = most[from + 1];
            for (const Stopgap& stopgap : menu_[service]) {
                if (stopgap.model != ground_.gpus[gpu].model) continue;
                const auto size = static_cast<std::size_t>(
                    model.profiles[static_cast<std::size_t>(stopgap.profile)].size);
                const auto start = static_cast<int>(from);
                if (std::ranges::find(stopgap.starts, start) == stopgap.starts.end()) continue;
                if (from + size > slices) continue;
                const auto begin = taken.begin() + start;
                if (std::find(begin, begin + static_cast<int>(size), true) !=
                    begin + static_cast<int>(size)) {
                    continue;
                }
                most[from] = std::max(most[from], stopgap.capacity.count() + most[from + size]);
            }
        }
        return most[0];
    }

    const Ground& ground_;
    const Change& change_;
    const Promises& promises_;
    const StopgapMenu& menu_;
    bool exchange_;
    Gone all_ = 0;
    std::vector<Gone> blockers_;  // by arrival
    IdVector<GpuIndex, std::vector<Holder>> held_;
    std::map<std::tuple<GpuIndex, ServiceNameId, Gone>, std::int64_t> rooms_;
};

}  // namespace

bool spare_is_necessary(const Ground& ground, const Change& change, const Promises& promises,
                        const StopgapMenu& menu, bool exchange, std::size_t most_sets) {
    if (change.departures.size() > kDeparturesAtMost || !change.recuts.empty()) return false;
    return Search(ground, change, promises, menu, exchange).can_all_leave(most_sets) == false;
}

}  // namespace tangram::transition
