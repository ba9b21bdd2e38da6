#include "planner/close/question.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "planner/deployed_names.h"

namespace tangram::planner::close {
namespace {

using gpu::Placement;

bool feasible(const PlanningModel& model, const Prices& prices) {
    if (prices.types.size() != model.types.size()) return false;
    if (prices.rents.size() != model.entries.size()) return false;
    for (const FleetEntryId entry : model.entries.ids()) {
        const std::int64_t rent = prices.rents[entry].count();
        if (rent < 0 || (rent > 0 && !model.entries[entry].cap)) return false;
    }
    for (const Price price : prices.types) {
        if (price.count() < 0) return false;
    }
    for (const PartitionChoice& partition : model.partitions) {
        std::int64_t slack = partition.cost.count() * kPricePerCost;
        slack += prices.rents[partition.entry].count();
        for (const InstanceTypeId type : model.types.ids()) {
            slack -= partition.counts[type.index()] * prices.types[type].count();
        }
        if (slack < 0) return false;
    }
    return true;
}

class Asker {
public:
    Asker(const PlanningModel& model, const CurrentFleet& fleet, const QuestionLimits& limits)
        : model_(model), fleet_(fleet), limits_(limits) {
        out_.model = &model;
        out_.fleet = &fleet;
        for (const FleetEntryId entry : model.entries.ids()) {
            layouts_.push_back(layouts_of(entry));
        }
    }

    Question ask(const Money& money, std::vector<std::int64_t> weights) {
        out_.budget = money.budget;
        out_.least_cost = money.least_cost;
        out_.weights = std::move(weights);
        const Prices& prices = money.prices;
        const bool priced = money.budget && feasible(model_, prices);
        types_.assign(model_.types.size(), 0);
        rents_.assign(model_.entries.size(), 0);
        if (priced) {
            for (const InstanceTypeId k : model_.types.ids()) {
                types_[k.index()] = prices.types[k].count();
            }
            for (const FleetEntryId e : model_.entries.ids()) {
                rents_[e.index()] = prices.rents[e].count();
            }
        }
        count_seats();
        set_needs();
        gap_ = priced ? gap(*money.budget) : std::numeric_limits<std::int64_t>::max() / 4;
        out_.prices = types_;
        list_covers();
        add_classes();
        for (const PartitionId m : model_.partitions.ids()) {
            const PartitionChoice& partition = model_.partitions[m];
            if (slack(partition.entry, partition.counts) <= gap_) out_.partitions.push_back(m);
        }
        return std::move(out_);
    }

private:
    struct Full {
        std::vector<Placement> placements;
        std::vector<int> counts;  // by type
    };

    [[nodiscard]] InstanceTypeId type_of(FleetEntryId entry, gpu::ProfileId profile) const {
        for (const InstanceTypeId type : model_.types.ids()) {
            if (model_.types[type].entry == entry && model_.types[type].profile == profile) {
                return type;
            }
        }
        return {};
    }

    [[nodiscard]] std::vector<Full> layouts_of(FleetEntryId entry) const {
        std::vector<gpu::ProfileId> profiles;
        for (const InstanceType& type : model_.types) {
            if (type.entry == entry) profiles.push_back(type.profile);
        }
        std::vector<Full> found;
        if (profiles.empty()) return found;
        const workload::Problem& problem = *model_.problem;
        for (const gpu::Layout& layout :
             gpu::maximal_layouts(problem.gpu_model(entry), problem.rules, profiles)) {
            Full full{layout.placements(), std::vector<int>(model_.types.size(), 0)};
            for (const Placement& placement : full.placements) {
                ++full.counts[type_of(entry, placement.profile).index()];
            }
            found.push_back(std::move(full));
        }
        return found;
    }

    [[nodiscard]] std::size_t option_of(const Seat& seat, FleetEntryId entry) const {
        const Option* option =
            option_on(model_, seat.service, type_of(entry, seat.placement.profile));
        return static_cast<std::size_t>(option - model_.options.data());
    }

    // Where a GPU can count as several entries, their options are alike; the first stands for all.
    void count_seats() {
        out_.available.assign(model_.options.size(), 0);
        out_.fixed.assign(model_.options.size(), 0);
        for (const CurrentGpu& gpu : fleet_.gpus) {
            for (const Seat& seat : gpu.seats) {
                if (seat.frozen) ++out_.fixed[option_of(seat, gpu.entries.front())];
                for (const FleetEntryId entry : gpu.entries) {
                    if (!seat.frozen) ++out_.available[option_of(seat, entry)];
                }
            }
        }
    }

    void set_needs() {
        for (const ServiceId s : model_.demands.ids()) {
            const Demand& demand = model_.demands[s];
            Need need = need_of(demand);
            for (std::size_t o = demand.first_option; o < demand.first_option + demand.option_count;
                 ++o) {
                const std::int64_t throughput = model_.options[o].throughput.count();
                need.required -= out_.fixed[o] * throughput;
                need.replicas -= out_.fixed[o];
                if (need.beside) *need.beside -= out_.fixed[o] * throughput;
                if (out_.fixed[o] > 0) need.largest = std::max(need.largest, throughput);
            }
            need.required = std::max<std::int64_t>(need.required, 0);
            need.replicas = std::max<std::int64_t>(need.replicas, 0);
            out_.services.push_back({need, {}});
        }
        for (const ServiceId s : fleet_.frozen_services) {
            if (!out_.services[s].need.nothing()) out_.short_frozen.push_back(s);
        }
    }

    [[nodiscard]] std::vector<std::int64_t> prices_of(ServiceId s) const {
        std::vector<std::int64_t> prices;
        for (const Option& option : model_.options_of(s)) {
            prices.push_back(types_[option.type.index()]);
        }
        return prices;
    }

    [[nodiscard]] std::int64_t worth(FleetEntryId entry) const {
        return model_.problem->fleet[entry].cost.count() * kPricePerCost + rents_[entry.index()];
    }

    [[nodiscard]] std::int64_t slack(FleetEntryId entry, const std::vector<int>& counts) const {
        std::int64_t slack = worth(entry);
        for (std::size_t k = 0; k < counts.size(); ++k) slack -= counts[k] * types_[k];
        return slack;
    }

    [[nodiscard]] std::int64_t gap(Cost budget) {
        std::int64_t gap = budget.count() * kPricePerCost;
        for (const FleetEntryId e : model_.entries.ids()) {
            if (rents_[e.index()] > 0) gap += rents_[e.index()] * *model_.entries[e].cap;
        }
        for (const ServiceId s : model_.demands.ids()) {
            cheapest_.push_back(cheapest_cover(model_.options_of(s), prices_of(s),
                                               out_.services[s].need, limits_.steps_per_service));
            gap -= cheapest_.back();
        }
        for (std::size_t o = 0; o < model_.options.size(); ++o) {
            gap -= out_.fixed[o] * types_[model_.options[o].type.index()];
        }
        return gap;
    }

    void list_covers() {
        cheapest_.resize(model_.demands.size(), 0);
        for (const ServiceId s : model_.demands.ids()) {
            ServiceChoice& choice = out_.services[s];
            choice.limit = cheapest_[s.index()] + gap_;
            choice.list =
                covers_within(model_.options_of(s), prices_of(s), choice.need, choice.limit,
                              limits_.covers_per_service, limits_.steps_per_service);
        }
    }

    void add_classes() {
        for (std::vector<std::size_t>& gpus : alike(fleet_)) {
            const CurrentGpu& gpu = fleet_.gpus[gpus.front()];
            // One without seats is as good as any further GPU.
            if (!gpu.seats.empty() || gpu.frozen) add_class(std::move(gpus));
        }
    }

    void add_class(std::vector<std::size_t> gpus) {
        const CurrentGpu& gpu = fleet_.gpus[gpus.front()];
        GpuClass group{std::move(gpus), {}, gpu.frozen};
        for (const Seat& seat : gpu.seats) group.held = group.held || seat.frozen;
        for (const FleetEntryId entry : gpu.entries) {
            if (gpu.frozen) {
                group.cuts.push_back(as_it_is(gpu, entry));
                continue;
            }
            for (const Full& full : layouts_[entry.index()]) add_cut(gpu, entry, full, group.cuts);
            if (fleet_.whole_layouts) add_its_cut(gpu, entry, group.cuts);
        }
        drop_dominated(group.cuts);
        out_.classes.push_back(std::move(group));
    }

    [[nodiscard]] Cut as_it_is(const CurrentGpu& gpu, FleetEntryId entry) const {
        Cut cut{entry, gpu.idle, std::vector<int>(model_.types.size(), 0), {}};
        for (const Seat& seat : gpu.seats) cut.placements.push_back(seat.placement);
        std::ranges::sort(cut.placements, {}, &Placement::start);
        return cut;
    }

    // As it is cut, if the rules still allow that.
    void add_its_cut(const CurrentGpu& gpu, FleetEntryId entry, std::vector<Cut>& cuts) const {
        const auto holds_all = [&](const Full& full) {
            return std::ranges::all_of(gpu.cut, [&](const Placement& place) {
                return std::ranges::find(full.placements, place) != full.placements.end();
            });
        };
        if (std::ranges::none_of(layouts_[entry.index()], holds_all)) return;
        Full full{gpu.cut, std::vector<int>(model_.types.size(), 0)};
        for (const Placement& place : gpu.cut) {
            ++full.counts[type_of(entry, place.profile).index()];
        }
        add_cut(gpu, entry, full, cuts);
    }

    void add_cut(const CurrentGpu& gpu, FleetEntryId entry, const Full& full,
                 std::vector<Cut>& cuts) const {
        if (slack(entry, full.counts) > gap_) return;
        const bool stays_cut = keeps_its_cut(fleet_, gpu, full.placements);
        Cut cut{entry, full.placements, full.counts, {}};
        std::map<std::size_t, int> stays;
        for (const Seat& seat : gpu.seats) {
            const bool holds = stays_cut && std::ranges::find(full.placements, seat.placement) !=
                                                full.placements.end();
            if (seat.frozen && !holds) return;
            if (seat.frozen) {
                --cut.counts[type_of(entry, seat.placement.profile).index()];
            } else if (holds) {
                ++stays[option_of(seat, entry)];
            }
        }
        for (const auto& [option, count] : stays) cut.stays.push_back({option, count});
        cuts.push_back(std::move(cut));
    }

    static int stays_of(const Cut& cut, std::size_t option) {
        const auto stay = std::ranges::find(cut.stays, option, &Stay::option);
        return stay == cut.stays.end() ? 0 : stay->count;
    }

    static bool at_least_as_good(const Cut& a, const Cut& b) {
        if (a.entry != b.entry) return false;
        for (std::size_t k = 0; k < a.counts.size(); ++k) {
            if (a.counts[k] < b.counts[k]) return false;
        }
        return std::ranges::all_of(
            b.stays, [&](const Stay& stay) { return stays_of(a, stay.option) >= stay.count; });
    }

    static void drop_dominated(std::vector<Cut>& cuts) {
        std::vector<Cut> kept;
        for (std::size_t i = 0; i < cuts.size(); ++i) {
            bool dominated = false;
            for (std::size_t j = 0; j < cuts.size() && !dominated; ++j) {
                // Of equals the first remains.
                dominated = i != j && at_least_as_good(cuts[j], cuts[i]) &&
                            (j < i || !at_least_as_good(cuts[i], cuts[j]));
            }
            if (!dominated) kept.push_back(cuts[i]);
        }
        cuts = std::move(kept);
    }

    const PlanningModel& model_;
    const CurrentFleet& fleet_;
    const QuestionLimits& limits_;
    Question out_;
    std::vector<std::vector<Full>> layouts_;  // by entry
    std::vector<std::int64_t> types_;         // price by type; 0 without prices
    std::vector<std::int64_t> rents_;         // by entry
    std::vector<std::int64_t> cheapest_;      // by service
    std::int64_t gap_ = 0;
};

std::int64_t restart_of(const Question& question, ServiceId s,
                        const std::vector<std::int64_t>& cover) {
    const Demand& demand = question.model->demands[s];
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < cover.size(); ++i) {
        const std::size_t o = demand.first_option + i;
        sum += question.weights[o] * std::max<std::int64_t>(0, cover[i] - question.available[o]);
    }
    return sum;
}

// All seats stay for nothing; the rest of the need at the least weight per rate or replica. What
// must be left beside the largest instance is asked of those that stay and start alike.
std::int64_t restart_without_list(const Question& question, ServiceId s) {
    const Demand& demand = question.model->demands[s];
    Need rest = question.services[s].need;
    std::vector<std::int64_t> weights;
    for (std::size_t o = demand.first_option; o < demand.first_option + demand.option_count; ++o) {
        const std::int64_t stays =
            question.available[o] * question.model->options[o].throughput.count();
        rest.required -= stays;
        rest.replicas -= question.available[o];
        if (rest.beside) *rest.beside -= stays;
        weights.push_back(question.weights[o]);
    }
    constexpr std::int64_t kSteps = 20'000;
    return cheapest_cover(question.model->options_of(s), weights, rest, kSteps);
}

}  // namespace

Question ask(const PlanningModel& model, const CurrentFleet& fleet, const Money& money,
             std::vector<std::int64_t> weights, const QuestionLimits& limits) {
    return Asker(model, fleet, limits).ask(money, std::move(weights));
}

std::int64_t least_restart(const Question& question) {
    std::int64_t sum = 0;
    for (const ServiceId s : question.services.ids()) {
        const ServiceChoice& choice = question.services[s];
        if (!choice.list.complete || choice.list.covers.empty()) {
            sum += restart_without_list(question, s);
            continue;
        }
        std::int64_t least = std::numeric_limits<std::int64_t>::max();
        for (const auto& cover : choice.list.covers) {
            least = std::min(least, restart_of(question, s, cover));
        }
        sum += least;
    }
    return sum;
}

}  // namespace tangram::planner::close
