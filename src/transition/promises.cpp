#include "transition/promises.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace tangram::transition {
namespace {

using workload::Service;
using workload::ServiceId;
using workload::Spread;
__extension__ using Wide = __int128;

// amount x share, rounded up.
std::int64_t share_of(std::int64_t amount, Share share) {
    return static_cast<std::int64_t>(
        (static_cast<Wide>(amount) * share.count() + kSharePerOne - 1) / kSharePerOne);
}

// One replica of a service, in all three roles.
struct Replica {
    enum class Role { kKept, kLeaves, kArrives };
    Role role;
    std::size_t index;  // of the departure or arrival
    const Occupant* who;
};

class Writer {
public:
    Writer(const Ground& ground, const Change& change, const deployment::Deployment& current,
           const PromiseOptions& options)
        : ground_(ground), change_(change), options_(options) {
        for (const deployment::DeployedService& service : current.services) {
            if (service.floor) recorded_.emplace(service.name, *service.floor);
        }
    }

    Promises run() {
        const std::size_t services = ground_.services.size();
        out_.of_departure.resize(change_.departures.size());
        out_.of_arrival.resize(change_.arrivals.size());
        out_.now = out_.floor = out_.after = IdVector<ServiceNameId, Rate>(services);
        out_.capacity = IdVector<ServiceNameId, LedgerId>(services);
        out_.placed = IdVector<ServiceNameId, bool>(services, false);
        gather();
        limit_gpus();
        for (const ServiceNameId s : ground_.services.ids()) promise(s);
        return std::move(out_);
    }

private:
    void gather() {
        replicas_ = IdVector<ServiceNameId, std::vector<Replica>>(ground_.services.size());
        for (const Occupant& one : change_.kept) {
            replicas_[one.instance.service].push_back({Replica::Role::kKept, 0, &one});
        }
        for (std::size_t d = 0; d < change_.departures.size(); ++d) {
            const Departure& departure = change_.departures[d];
            if (!departure.serves) continue;
            replicas_[departure.who.instance.service].push_back(
                {Replica::Role::kLeaves, d, &departure.who});
        }
        for (std::size_t a = 0; a < change_.arrivals.size(); ++a) {
            const Arrival& arrival = change_.arrivals[a];
            if (!arrival.who.instance.service.valid()) continue;
            replicas_[arrival.who.instance.service].push_back(
                {Replica::Role::kArrives, a, &arrival.who});
        }
    }

    void limit_gpus() {
        std::int64_t now = 0;
        std::int64_t then = 0;
        for (const GpuIndex g : ground_.gpus.ids()) {
            // Excluded ones are nobody's to use.
            if (ground_.gpus[g].status != deployment::GpuStatus::kOk) continue;
            now += change_.used_now[g] ? 1 : 0;
            then += change_.used_then[g] ? 1 : 0;
        }
        out_.gpus = out_.ledgers.push_back(
            {ArcReason::kGpus, {}, std::max(now, then) + options_.spare_gpus - now});
    }

    void credit(LedgerId ledger, const Replica& replica, std::int64_t amount) {
        if (amount == 0 || replica.role == Replica::Role::kKept) return;
        const bool leaves = replica.role == Replica::Role::kLeaves;
        auto& entries = leaves ? out_.of_departure : out_.of_arrival;
        entries[replica.index].push_back({ledger, amount});
    }

    [[nodiscard]] std::int64_t capacity(const Replica& replica) const {
        return ground_.capacity_of(*replica.who).count();
    }

    void promise(ServiceNameId s) {
        Rate& now = out_.now[s];
        for (const Replica& replica : replicas_[s]) {
            const Rate amount{capacity(replica)};
            if (replica.role != Replica::Role::kArrives) now += amount;
            if (replica.role != Replica::Role::kLeaves) out_.after[s] += amount;
        }
        // Services that the problem does not have are on their way out.
        if (s.index() >= ground_.problem->services.size()) return;
        const Service& service = ground_.problem->services[ServiceId{s.index()}];
        const std::int64_t asked =
            share_of(service.rate.count(), Share{kSharePerOne + options_.margin.count()});
        const auto known = recorded_.find(service.name);
        const std::int64_t held =
            std::max(now.count(), known == recorded_.end() ? 0 : known->second.count());
        const auto dip = options_.dips.find(service.name);
        const Share kept{kSharePerOne - (dip == options_.dips.end() ? 0 : dip->second.count())};
        out_.floor[s] = Rate{share_of(std::min(asked, held), kept)};
        if (out_.floor[s].count() > 0) {
            out_.capacity[s] = out_.ledgers.push_back(
                {ArcReason::kCapacity, s, now.count() - out_.floor[s].count()});
            for (const Replica& replica : replicas_[s]) {
                credit(out_.capacity[s], replica, capacity(replica));
            }
        }
        keep_replicas(s, service, kept);
        if (service.spread != Spread::kNone && service.min_replicas > 1) {
            keep_apart(s, service, kept);
        }
        if (service.survive_gpu) survive(s, *service.survive_gpu, kept, false);
        if (service.survive_node) survive(s, *service.survive_node, kept, true);
    }

    static bool serves_now(const Replica& replica) {
        return replica.role != Replica::Role::kArrives;
    }

    // A dip allows as large a share of the replicas to be missing as of the capacity, and no more.
    static std::int64_t dipped(std::int64_t count, Share kept) { return share_of(count, kept); }

    void keep_replicas(ServiceNameId s, const Service& service, Share kept) {
        const std::int64_t now = std::ranges::count_if(replicas_[s], serves_now);
        const std::int64_t floor = dipped(std::min<std::int64_t>(now, service.min_replicas), kept);
        // One replica is what a floor of the capacity asks for already.
        if (floor == 0 || (floor == 1 && out_.capacity[s].valid())) return;
        const LedgerId ledger = out_.ledgers.push_back({ArcReason::kReplicas, s, now - floor});
        for (const Replica& replica : replicas_[s]) credit(ledger, replica, 1);
    }

    [[nodiscard]] std::string_view place_of(const Replica& replica, bool by_node) const {
        const deployment::DeployedGpu& gpu = ground_.gpus[replica.who->gpu];
        return by_node ? gpu.node : gpu.id;
    }

    // One replica per place is its witness: one that is kept if there is any, else the first one
    // that leaves, and the first that arrives where nobody was or where it must wait for the
    // witness. That misses that another replica of the place could stand in, so it asks for a
    // little more than the checker does, never for less.
    void keep_apart(ServiceNameId s, const Service& service, Share kept) {
        out_.placed[s] = true;
        const bool by_node = service.spread == Spread::kNode;
        struct Place {
            const Replica* old_witness = nullptr;
            const Replica* new_witness = nullptr;
        };
        std::map<std::string_view, Place> places;
        for (const Replica& replica : replicas_[s]) {  // kept ones first, then those that leave
            const std::string_view name = place_of(replica, by_node);
            if (name.empty()) continue;
            Place& place = places[name];
            if (serves_now(replica)) {
                if (place.old_witness == nullptr) place.old_witness = &replica;
            } else if (place.new_witness == nullptr && may_follow(replica, place.old_witness)) {
                place.new_witness = &replica;
            }
        }
        std::int64_t now = 0;
        for (const auto& [name, place] : places) now += place.old_witness != nullptr ? 1 : 0;
        const std::int64_t floor = dipped(std::min<std::int64_t>(now, service.min_replicas), kept);
        if (floor <= 1) return;
        const LedgerId ledger = out_.ledgers.push_back({ArcReason::kSpread, s, now - floor});
        for (const auto& [name, place] : places) {
            if (place.old_witness != nullptr) credit(ledger, *place.old_witness, 1);
            if (place.new_witness != nullptr) credit(ledger, *place.new_witness, 1);
        }
    }

    [[nodiscard]] bool may_follow(const Replica& arrives, const Replica* witness) const {
        if (witness == nullptr) return true;
        if (witness->role == Replica::Role::kKept) return false;
        const auto& blockers = change_.arrivals[arrives.index].blockers;
        return std::ranges::find(blockers, witness->index) != blockers.end();
    }

    void survive(ServiceNameId s, Share share, Share kept, bool by_node) {
        out_.placed[s] = true;
        std::map<std::string_view, std::int64_t> places;  // capacity now
        for (const Replica& replica : replicas_[s]) {
            const std::string_view name = place_of(replica, by_node);
            if (name.empty()) continue;
            places[name] += serves_now(replica) ? capacity(replica) : 0;
        }
        std::int64_t most = 0;
        for (const auto& [name, here] : places) most = std::max(most, here);
        const Service& service = ground_.problem->services[ServiceId{s.index()}];
        const std::int64_t asked = share_of(service.rate.count(), share);
        const std::int64_t floor = share_of(std::min(asked, out_.now[s].count() - most), kept);
        if (floor <= 0) return;
        Loss elsewhere{by_node, true, {}};
        for (const auto& [name, here] : places) {
            keep_without(s, {by_node, false, {std::string(name)}}, here + floor);
            elsewhere.places.emplace_back(name);
        }
        keep_without(s, std::move(elsewhere), floor);
    }

    void keep_without(ServiceNameId s, Loss loss, std::int64_t kept) {
        const LedgerId id = out_.ledgers.push_back(
            {ArcReason::kSurvival, s, out_.now[s].count() - kept, std::move(loss)});
        for (const Replica& replica : replicas_[s]) {
            const deployment::DeployedGpu& gpu = ground_.gpus[replica.who->gpu];
            if (!out_.ledgers[id].loss.takes(gpu)) credit(id, replica, capacity(replica));
        }
    }

    const Ground& ground_;
    const Change& change_;
    const PromiseOptions& options_;
    std::unordered_map<std::string_view, Rate> recorded_;
    IdVector<ServiceNameId, std::vector<Replica>> replicas_;
    Promises out_;
};

}  // namespace

Promises promises_of(const Ground& ground, const Change& change,
                     const deployment::Deployment& current, const PromiseOptions& options) {
    return Writer(ground, change, current, options).run();
}

bool Loss::takes(const deployment::DeployedGpu& gpu) const {
    const std::string& name = by_node ? gpu.node : gpu.id;
    if (name.empty()) return false;
    return (std::ranges::find(places, name) != places.end()) != of_others;
}

std::int64_t brought_to(const Ledger& ledger, const Ground& ground, const Occupant& who) {
    switch (ledger.reason) {
        case ArcReason::kCapacity:
            return ground.capacity_of(who).count();
        case ArcReason::kReplicas:
            return 1;
        case ArcReason::kSurvival:
            return ledger.loss.takes(ground.gpus[who.gpu]) ? 0 : ground.capacity_of(who).count();
        default:
            return 0;
    }
}

std::vector<Entry> brought_by(const Promises& promises, const Ground& ground, const Occupant& who) {
    std::vector<Entry> entries;
    for (const LedgerId id : promises.ledgers.ids()) {
        const Ledger& ledger = promises.ledgers[id];
        if (ledger.service != who.instance.service || !ledger.service.valid()) continue;
        const std::int64_t amount = brought_to(ledger, ground, who);
        if (amount > 0) entries.push_back({id, amount});
    }
    return entries;
}

}  // namespace tangram::transition
