#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "planner/close/holdings.h"
#include "planner/close/mending.h"
#include "planner/close/placed.h"
#include "planner/deployed_names.h"
#include "planner/place/ground.h"

namespace tangram::planner::close {
namespace {

class Placing {
public:
    Placing(const Question& question, const Counts& counts)
        : question_(question), model_(*question.model), left_(counts.instances) {
        add_current(counts);
        add_further(counts);
        give_names(model_, *question.fleet, placed_);
        add_slots();
        holdings_.emplace(model_, placed_);
    }

    Placed run() {
        keep_needed();
        std::vector<ServiceId> order;
        for (const ServiceId s : model_.demands.ids()) order.push_back(s);
        std::ranges::stable_sort(order, std::ranges::greater{}, [&](ServiceId s) {
            return place::needs_spread(model_.demands[s]) ? model_.demands[s].min_replicas : 0;
        });
        for (const ServiceId s : order) start(s, true);
        for (const ServiceId s : order) {
            if (place::survives_losses(model_.demands[s])) deal(s, false);
        }
        for (const ServiceId s : order) start(s, false);
        mend(question_, slots_, placed_);
        drop_unneeded_gpus();
        keep_the_rest();
        return std::move(placed_);
    }

private:
    void add_current(const Counts& counts) {
        for (std::size_t c = 0; c < question_.classes.size(); ++c) {
            const GpuClass& group = question_.classes[c];
            std::size_t next = 0;
            for (std::size_t j = 0; j < group.cuts.size(); ++j) {
                for (std::int64_t i = 0; i < counts.cuts[c][j]; ++i) {
                    add_gpu(group.cuts[j].entry, group.cuts[j].placements, group.gpus[next++]);
                }
            }
        }
    }

    void add_further(const Counts& counts) {
        for (std::size_t m = 0; m < counts.partitions.size(); ++m) {
            const PartitionChoice& partition = model_.partitions[question_.partitions[m]];
            for (std::int64_t i = 0; i < counts.partitions[m]; ++i) {
                add_gpu(partition.entry, partition.layout.placements(), std::nullopt);
            }
        }
    }

    void add_gpu(FleetEntryId entry, const std::vector<gpu::Placement>& placements,
                 std::optional<std::size_t> current) {
        PlacedGpu gpu;
        gpu.entry = entry;
        gpu.current = current;
        for (const gpu::Placement& placement : placements) gpu.instances.push_back({placement, {}});
        if (current) {
            const CurrentGpu& seen = question_.fleet->gpus[*current];
            gpu.id = seen.id;
            gpu.node = seen.node;
            if (seen.frozen) gpu.instances = as_it_is(seen);
        }
        std::ranges::sort(gpu.instances, {},
                          [](const PlacedInstance& one) { return one.placement.start; });
        placed_.push_back(std::move(gpu));
    }

    static std::vector<PlacedInstance> as_it_is(const CurrentGpu& gpu) {
        std::vector<PlacedInstance> instances;
        for (const gpu::Placement& idle : gpu.idle) instances.push_back({idle, {}, true});
        for (const Seat& seat : gpu.seats) {
            instances.push_back({seat.placement, seat.service, true});
        }
        return instances;
    }

    // Every place but those of frozen instances, with who could stay there.
    void add_slots() {
        for (std::size_t g = 0; g < placed_.size(); ++g) {
            PlacedGpu& gpu = placed_[g];
            for (std::size_t i = 0; i < gpu.instances.size(); ++i) {
                PlacedInstance& one = gpu.instances[i];
                if (one.stays) continue;
                Slot slot{g, i, {}, {}, 0};
                for (const InstanceTypeId type : model_.types.ids()) {
                    const InstanceType& known = model_.types[type];
                    if (known.entry == gpu.entry && known.profile == one.placement.profile) {
                        slot.type = type;
                    }
                }
                if (const Seat* seat = seat_at(gpu, one.placement)) {
                    if (seat->frozen) {
                        one.service = seat->service;
                        one.stays = true;
                        continue;
                    }
                    slot.seat = seat->service;
                    slot.seat_option =
                        option_at(model_, gpu.entry, {one.placement, seat->service, false});
                }
                slots_.push_back(slot);
            }
        }
    }

    static std::vector<gpu::Placement> places_of(const PlacedGpu& gpu) {
        std::vector<gpu::Placement> places;
        for (const PlacedInstance& one : gpu.instances) places.push_back(one.placement);
        return places;
    }

    [[nodiscard]] const Seat* seat_at(const PlacedGpu& gpu, const gpu::Placement& place) const {
        if (!gpu.current) return nullptr;
        const CurrentGpu& current = question_.fleet->gpus[*gpu.current];
        if (!keeps_its_cut(*question_.fleet, current, places_of(gpu))) return nullptr;
        const auto& seats = current.seats;
        const auto seat = std::ranges::find(seats, place, &Seat::placement);
        return seat == seats.end() ? nullptr : &*seat;
    }

    [[nodiscard]] PlacedInstance& at(const Slot& slot) {
        return placed_[slot.gpu].instances[slot.instance];
    }

    // Whether the service runs in the same GPU or node already.
    [[nodiscard]] bool hosts(std::size_t gpu, ServiceId s) const {
        const bool by_node = model_.demands[s].spread == workload::Spread::kNode;
        const auto on = [&](const PlacedGpu& one) {
            return std::ranges::any_of(one.instances, [&](const PlacedInstance& instance) {
                return instance.service == s;
            });
        };
        if (!by_node) return on(placed_[gpu]);
        return std::ranges::any_of(placed_, [&](const PlacedGpu& one) {
            return one.node == placed_[gpu].node && on(one);
        });
    }

    void take(const Slot& slot, ServiceId s, std::size_t option, bool stays) {
        at(slot).service = s;
        at(slot).stays = stays;
        --left_[option];
        if (place::needs_pins(model_.demands[s])) {
            holdings_->add(s, slot.gpu, model_.options[option].throughput.count());
        }
    }

    // As many as the counts need; first those that keep replicas apart.
    void keep_needed() {
        for (const bool apart : {true, false}) {
            for (const Slot& slot : slots_) {
                if (!slot.seat.valid() || at(slot).service.valid()) continue;
                if (left_[slot.seat_option] == 0) continue;
                const Demand& demand = model_.demands[slot.seat];
                if (apart ? !place::needs_spread(demand) || hosts(slot.gpu, slot.seat)
                          : place::survives_losses(demand)) {
                    continue;
                }
                take(slot, slot.seat, slot.seat_option, true);
            }
        }
        for (const ServiceId s : model_.demands.ids()) {
            if (place::survives_losses(model_.demands[s])) deal(s, true);
        }
    }

    // The largest first, each where a loss would take least of the service; `kept`: only those that
    // may stay.
    void deal(ServiceId s, bool kept) {
        struct Free {
            const Slot* slot;
            const Option* option;
        };
        std::vector<Free> free;
        for (const Slot& slot : slots_) {
            const Option* option = option_on(model_, s, slot.type);
            if (option == nullptr || at(slot).service.valid()) continue;
            if (!kept || slot.seat == s) free.push_back({&slot, option});
        }
        const auto index = [&](const Option* option) {
            return static_cast<std::size_t>(option - model_.options.data());
        };
        while (true) {
            std::erase_if(free, [&](const Free& one) {
                return at(*one.slot).service.valid() || left_[index(one.option)] == 0;
            });
            if (free.empty()) return;
            const auto best = std::ranges::min_element(free, {}, [&](const Free& one) {
                return std::tuple(-one.option->throughput.count(),
                                  holdings_->load(s, one.slot->gpu), one.slot->seat.valid());
            });
            take(*best->slot, s, index(best->option), best->slot->seat == s);
        }
    }

    // The service's instances that do not run yet; `apart`: only where it is not, for its replicas'
    // sake. Places that nobody could stay at come first.
    void start(ServiceId s, bool apart) {
        const Demand& demand = model_.demands[s];
        if (apart && !place::needs_spread(demand)) return;
        for (std::size_t o = demand.first_option; o < demand.first_option + demand.option_count;
             ++o) {
            for (const bool vacant : {true, false}) {
                for (const Slot& slot : slots_of(model_.options[o].type)) {
                    if (left_[o] == 0) break;
                    if (at(slot).service.valid() || vacant == slot.seat.valid()) continue;
                    if (apart && hosts(slot.gpu, s)) continue;
                    // Its own seat again: it would have stayed, had it been needed there.
                    take(slot, s, o, slot.seat == s);
                }
            }
            CHECK(apart || left_[o] == 0, "fewer places than instances");
        }
    }

    [[nodiscard]] const std::vector<Slot>& slots_of(InstanceTypeId type) {
        if (by_type_.empty()) {
            by_type_.resize(model_.types.size());
            for (const Slot& slot : slots_) by_type_[slot.type.index()].push_back(slot);
        }
        return by_type_[type.index()];
    }

    void drop_unneeded_gpus() {
        needed_.assign(placed_.size(), false);
        for (std::size_t g = 0; g < placed_.size(); ++g) {
            needed_[g] = std::ranges::any_of(placed_[g].instances, [](const PlacedInstance& one) {
                return one.service.valid() || one.stays;
            });
            const auto& current = placed_[g].current;
            if (current && question_.fleet->gpus[*current].frozen) needed_[g] = true;
        }
    }

    void keep_the_rest() {
        for (const Slot& slot : slots_) {
            if (!needed_[slot.gpu] || !slot.seat.valid() || at(slot).service.valid()) {
                continue;
            }
            at(slot).service = slot.seat;
            at(slot).stays = true;
        }
        Placed used;
        for (std::size_t g = 0; g < placed_.size(); ++g) {
            if (needed_[g]) used.push_back(std::move(placed_[g]));
        }
        placed_ = std::move(used);
    }

    const Question& question_;
    const PlanningModel& model_;
    std::vector<std::int64_t> left_;  // by option: instances without a place
    Placed placed_;
    std::vector<Slot> slots_;
    std::vector<std::vector<Slot>> by_type_;
    std::optional<Holdings> holdings_;
    std::vector<bool> needed_;
};

}  // namespace

Placed place(const Question& question, const Counts& counts) {
    return Placing(question, counts).run();
}

}  // namespace tangram::planner::close
