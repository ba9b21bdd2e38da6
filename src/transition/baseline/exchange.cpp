#include "transition/baseline/exchange.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/check.h"
#include "transition/baseline/racks.h"

namespace tangram::transition::baseline {
namespace {

// What instances have in common that can stand in for each other: GPU model, profile, service,
// operating point.
using Type = std::tuple<int, int, ServiceNameId, RunPointId>;

class Exchanger {
public:
    Exchanger(Ground& ground, bool roomy)
        : ground_(ground), racks_(ground), roomy_(roomy), slots_on_(ground.gpus.size()) {
        sort_points();
        for (const Occupant& one : ground.then) {
            slots_.push_back(one);
            slots_on_[one.gpu].push_back(one);
            targets_.insert(one.gpu);
        }
    }

    Result<Script> run() {
        clear_idle();
        if (const Result<void> done = exchange(); !done) return done.error();
        compact();
        for (const GpuIndex gpu : ground_.gpus.ids()) {
            if (racks_.used(gpu) && !targets_.contains(gpu)) racks_.release(gpu);
        }
        return racks_.finish();
    }

private:
    [[nodiscard]] Type type_of(const Occupant& one) const {
        const RunPointId point = one.instance.point;
        return {ground_.gpus[one.gpu].model, one.instance.profile, one.instance.service,
                point.valid() ? alike_[point] : point};
    }

    // By operating point the first that runs alike.
    void sort_points() {
        std::map<std::tuple<std::string, std::string, int, int, Duration>, RunPointId> first;
        for (const RunPointId id : ground_.points.ids()) {
            const deployment::RunPoint& point = ground_.points[id];
            alike_.push_back(first
                                 .try_emplace({point.model, point.precision, point.batch,
                                               point.processes, point.max_wait},
                                              id)
                                 .first->second);
        }
    }

    // In the place where the target has one of its type.
    [[nodiscard]] bool at_home(const Occupant& one) const {
        if (one.gpu.index() >= slots_on_.size()) return false;
        return std::ranges::any_of(slots_on_[one.gpu], [&](const Occupant& slot) {
            return slot.instance.start == one.instance.start && type_of(slot) == type_of(one);
        });
    }

    [[nodiscard]] bool filled(const Occupant& slot) const {
        return std::ranges::any_of(racks_.guests(slot.gpu), [&](const Guest& guest) {
            return guest.who.instance.start == slot.instance.start &&
                   type_of(guest.who) == type_of(slot);
        });
    }

    void clear_idle() {
        for (const Occupant& one : ground_.now) {
            if (!one.instance.service.valid() && !at_home(one)) racks_.depart(one);
        }
    }

    struct Difference {
        std::vector<Occupant> goes;   // largest first
        std::vector<Occupant> comes;  // where the target has them; largest first
    };

    [[nodiscard]] IdVector<ServiceNameId, Difference> differences() const {
        IdVector<ServiceNameId, Difference> result(ground_.services.size());
        std::vector<Occupant> old = ground_.now;
        // Of several of a type those at home stay.
        std::ranges::stable_partition(old, [&](const Occupant& one) { return at_home(one); });
        std::multiset<Type> wanted;
        for (const Occupant& one : slots_) wanted.insert(type_of(one));
        std::multiset<Type> stays;
        for (const Occupant& one : old) {
            if (!one.instance.service.valid()) continue;
            const auto at = wanted.find(type_of(one));
            if (at == wanted.end()) {
                result[one.instance.service].goes.push_back(one);
            } else {
                stays.insert(*at);
                wanted.erase(at);
            }
        }
        for (const Occupant& one : slots_) {
            if (one.instance.service.valid() && filled(one)) stays.extract(type_of(one));
        }
        for (const Occupant& one : slots_) {
            if (!one.instance.service.valid() || filled(one)) continue;
            const auto at = stays.find(type_of(one));
            if (at == stays.end()) {
                result[one.instance.service].comes.push_back(one);
            } else {
                stays.erase(at);
            }
        }
        for (Difference& difference : result) {
            for (auto* list : {&difference.goes, &difference.comes}) {
                std::ranges::stable_sort(*list, std::greater<>(), [&](const Occupant& one) {
                    return ground_.capacity_of(one).count();
                });
            }
        }
        return result;
    }

    Result<void> exchange() {
        auto differences_of = differences();
        // What surplus capacity pays for goes first and leaves its slices to others.
        for (Difference& difference : differences_of) {
            std::erase_if(difference.goes, [&](const Occupant& one) {
                if (!racks_.can_take(one)) return false;
                racks_.depart(one);
                return true;
            });
        }
        for (const ServiceNameId service : differences_of.ids()) {
            const Difference& difference = differences_of[service];
            auto next = difference.comes.begin();
            for (const Occupant& old : difference.goes) {
                while (!racks_.can_take(old) && next != difference.comes.end()) settle(*next++);
                if (!racks_.can_take(old)) {
                    return invalid_input("the target of exchange and compact serves less of " +
                                         ground_.services[service] + " than its floor");
                }
                racks_.depart(old);
            }
            while (next != difference.comes.end()) settle(*next++);
        }
        return {};
    }

    // A new replica of the slot's type, wherever there is room; at home if possible.
    void settle(const Occupant& slot) {
        const Occupant place = find_place(slot, {}).value();
        racks_.arrive(place, !at_home(place));
    }

    enum class Place { kExtra, kInNobodysWay, kAny };

    // Not on `avoided` but at home.
    [[nodiscard]] std::optional<Occupant> find_place(const Occupant& one,
                                                     std::optional<GpuIndex> avoided) {
        const Type type = type_of(one);
        for (const Occupant& slot : slots_) {
            if (type_of(slot) == type && !filled(slot) && racks_.has_room(slot)) return slot;
        }
        for (const Place room : {Place::kExtra, Place::kInNobodysWay, Place::kAny}) {
            if (roomy_ && room != Place::kExtra) break;
            for (const GpuIndex gpu : ground_.gpus.ids()) {
                const bool extra = !targets_.contains(gpu);
                if (extra != (room == Place::kExtra) || !racks_.used(gpu) || gpu == avoided) {
                    continue;
                }
                if (compacted_.contains(gpu)) continue;
                if (const auto place = room_on(gpu, one, room)) return place;
            }
        }
        return room_on(racks_.add_gpu(ground_.gpus[one.gpu].model), one, Place::kExtra);
    }

    [[nodiscard]] std::optional<Occupant> room_on(GpuIndex gpu, const Occupant& one,
                                                  Place room) const {
        const int model = ground_.gpus[gpu].model;
        if (model != ground_.gpus[one.gpu].model) return std::nullopt;
        if (ground_.gpus[gpu].status != deployment::GpuStatus::kOk) return std::nullopt;
        const auto m = static_cast<std::size_t>(model);
        const gpu::ProfileId profile =
            ground_.profile_ids[m][static_cast<std::size_t>(one.instance.profile)];
        const gpu::GpuModel& known = ground_.problem->catalogue->model(ground_.model_ids[m]);
        for (const int start : known.profiles[profile].starts) {
            Occupant place = one;
            place.gpu = gpu;
            place.instance.start = start;
            if (!racks_.has_room(place)) continue;
            if (room != Place::kInNobodysWay || !in_the_way(place)) return place;
        }
        return std::nullopt;
    }

    // Of a slot on its GPU that is still to be filled.
    [[nodiscard]] bool in_the_way(const Occupant& one) const {
        if (one.gpu.index() >= slots_on_.size()) return false;
        return std::ranges::any_of(slots_on_[one.gpu], [&](const Occupant& slot) {
            return ground_.clash(slot, one) && !filled(slot);
        });
    }

    void move(const Occupant& from, const Occupant& to) {
        racks_.arrive(to, !at_home(to));
        racks_.depart(from);
    }

    void compact() {
        for (const GpuIndex gpu : targets_) {
            compacted_.insert(gpu);
            const std::vector<Guest> guests = racks_.guests(gpu);
            for (const Guest& guest : guests) {
                if (at_home(guest.who) || !in_the_way(guest.who)) continue;
                move(guest.who, find_place(guest.who, gpu).value());
            }
            for (const Occupant& slot : slots_on_[gpu]) {
                if (filled(slot)) continue;
                if (!slot.instance.service.valid()) {
                    racks_.arrive(slot, false);
                    continue;
                }
                const std::optional<Occupant> source = source_of(slot);
                CHECK(source.has_value(), "a slot nothing is there for");
                move(*source, slot);
            }
        }
    }

    // One of the slot's type that is not at home: on an extra GPU if there is any.
    [[nodiscard]] std::optional<Occupant> source_of(const Occupant& slot) const {
        std::optional<Occupant> found;
        for (const GpuIndex gpu : ground_.gpus.ids()) {
            for (const Guest& guest : racks_.guests(gpu)) {
                if (type_of(guest.who) != type_of(slot) || at_home(guest.who)) continue;
                if (!targets_.contains(gpu)) return guest.who;
                if (!found) found = guest.who;
            }
        }
        return found;
    }

    Ground& ground_;
    Racks racks_;
    bool roomy_;
    std::vector<Occupant> slots_;  // of the target
    IdVector<GpuIndex, std::vector<Occupant>> slots_on_;
    IdVector<RunPointId, RunPointId> alike_;
    std::set<GpuIndex> targets_;  // GPUs that are used afterwards
    std::set<GpuIndex> compacted_;
};

}  // namespace

Result<Script> exchange_instances(Ground& ground, bool roomy) {
    return Exchanger(ground, roomy).run();
}

}  // namespace tangram::transition::baseline
