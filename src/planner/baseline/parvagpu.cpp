#include "planner/baseline/parvagpu.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "planner/baseline/slot_packing.h"
#include "planner/magnitudes.h"

namespace tangram::planner::baseline {
namespace {

constexpr int kSmallSlices = 2;

// Everything on GPUs of one fleet entry.
class OneModel {
public:
    OneModel(const PlanningModel& model, FleetEntryId entry)
        : model_(model),
          entry_(entry),
          gpu_(model.problem->gpu_model(entry)),
          counts_(model.demands.size() * model.types.size(), 0),
          packing_(gpu_, model.problem->rules) {}

    // False if some service cannot run here.
    bool run() {
        for (const ServiceId s : model_.demands.ids()) {
            const Demand& demand = model_.demands[s];
            if (!cover(s, demand.required.count(), demand.min_replicas, false)) return false;
        }
        place(totals(), packing_);
        split_fragmented();
        return true;
    }

    [[nodiscard]] FleetEntryId entry() const { return entry_; }
    [[nodiscard]] std::int64_t gpus() const { return packing_.gpu_count(); }
    [[nodiscard]] Cost cost() const { return model_.problem->fleet[entry_].cost * gpus(); }

    [[nodiscard]] CountPlan plan() const {
        CountPlan plan;
        plan.first_use.push_back(0);
        for (const ServiceId s : model_.demands.ids()) {
            for (const InstanceTypeId k : model_.types.ids()) {
                if (count(s, k) > 0) plan.uses.push_back({k, count(s, k)});
            }
            plan.first_use.push_back(static_cast<std::uint32_t>(plan.uses.size()));
        }
        plan.partitions = IdVector<PartitionId, std::int64_t>(model_.partitions.size(), 0);
        for (const PackedGpus& gpus : packing_.gpus()) {
            plan.partitions[partition_with(gpus.placements)] += gpus.count;
        }
        return plan;
    }

private:
    using Totals = IdVector<InstanceTypeId, std::int64_t>;

    [[nodiscard]] std::size_t at(ServiceId s, InstanceTypeId k) const {
        return s.index() * model_.types.size() + k.index();
    }
    [[nodiscard]] std::int64_t count(ServiceId s, InstanceTypeId k) const {
        return counts_[at(s, k)];
    }
    [[nodiscard]] const gpu::MigProfile& profile(InstanceTypeId k) const {
        return gpu_.profiles[model_.types[k].profile];
    }

    // From small to large.
    [[nodiscard]] std::vector<Option> options(ServiceId s, bool small_only) const {
        std::vector<Option> options;
        for (const Option& option : model_.options_of(s)) {
            if (model_.types[option.type].entry != entry_) continue;
            if (small_only && profile(option.type).compute_slices > kSmallSlices) continue;
            options.push_back(option);
        }
        std::ranges::stable_sort(options, {}, [this](const Option& option) {
            return std::pair{profile(option.type).compute_slices, profile(option.type).size};
        });
        return options;
    }

    // Adds instances for so much; false if there is no option.
    bool cover(ServiceId s, std::int64_t amount, std::int64_t replicas, bool small_only) {
        if (amount <= 0 && replicas <= 0) return true;
        const std::vector<Option> offered = options(s, small_only);
        if (offered.empty()) return false;
        const Option* best = &offered.front();
        for (const Option& option : offered) {
            // throughput / slices > best's, without division; both fit in 64 bits
            if (option.throughput.count() * profile(best->type).compute_slices >
                best->throughput.count() * profile(option.type).compute_slices) {
                best = &option;
            }
        }
        amount = std::max<std::int64_t>(amount, 0);
        const std::int64_t bulk = amount / best->throughput.count();
        counts_[at(s, best->type)] += bulk;
        replicas -= bulk;
        const std::int64_t rest = amount % best->throughput.count();
        if (rest > 0) {
            const auto last = std::ranges::find_if(offered, [rest](const Option& option) {
                return option.throughput.count() >= rest;
            });
            ++counts_[at(s, last->type)];
            --replicas;
        }
        if (replicas > 0) counts_[at(s, offered.front().type)] += replicas;
        return true;
    }

    [[nodiscard]] Totals totals() const {
        Totals totals(model_.types.size(), 0);
        for (const ServiceId s : model_.demands.ids()) {
            for (const InstanceTypeId k : model_.types.ids()) totals[k] += count(s, k);
        }
        return totals;
    }

    // From large to small.
    void place(const Totals& totals, SlotPacking& packing) const {
        std::vector<InstanceTypeId> order;
        for (const InstanceTypeId k : totals.ids()) {
            if (totals[k] > 0) order.push_back(k);
        }
        std::ranges::stable_sort(order, std::greater{}, [this](InstanceTypeId k) {
            return std::pair{profile(k).compute_slices, profile(k).size};
        });
        for (const InstanceTypeId k : order) packing.place(model_.types[k].profile, totals[k]);
    }

    // Instances on GPUs that are hardly used become small ones, which fill gaps elsewhere. Kept if
    // it saves a GPU.
    void split_fragmented() {
        const std::vector<std::int64_t> counts_before = counts_;
        const SlotPacking packing_before = packing_;
        Totals taken(model_.types.size(), 0);
        for (const PackedGpus& gpus : packing_.take_fragmented()) {
            for (const gpu::Placement& placement : gpus.placements) {
                taken[type_of(placement.profile)] += gpus.count;
            }
        }
        // Equal instances are exchangeable: those taken out are the last services'.
        Totals again = taken;
        for (std::size_t s = model_.demands.size(); s-- > 0;) {
            for (const InstanceTypeId k : model_.types.ids()) {
                const std::int64_t here = std::min(count(ServiceId{s}, k), taken[k]);
                taken[k] -= here;
                if (here > 0 && profile(k).compute_slices > kSmallSlices) {
                    split(ServiceId{s}, k, here, again);
                }
            }
        }
        place(again, packing_);
        if (packing_.gpu_count() < packing_before.gpu_count()) return;
        counts_ = counts_before;
        packing_ = packing_before;
    }

    // Replaces so many of a service's instances by small ones, if it can use those.
    void split(ServiceId s, InstanceTypeId type, std::int64_t instances, Totals& again) {
        if (options(s, true).empty()) return;
        const Demand& demand = model_.demands[s];
        counts_[at(s, type)] -= instances;
        again[type] -= instances;
        std::int64_t amount = demand.required.count();
        std::int64_t replicas = demand.min_replicas;
        for (const Option& option : options(s, false)) {
            amount -= count(s, option.type) * option.throughput.count();
            replicas -= count(s, option.type);
        }
        for (const InstanceTypeId k : again.ids()) again[k] -= count(s, k);
        cover(s, amount, replicas, true);
        for (const InstanceTypeId k : again.ids()) again[k] += count(s, k);
    }

    [[nodiscard]] InstanceTypeId type_of(gpu::ProfileId profile) const {
        for (const InstanceTypeId k : model_.types.ids()) {
            const InstanceType& type = model_.types[k];
            if (type.entry == entry_ && type.profile == profile) return k;
        }
        CHECK(false, "a placement of a profile nobody uses");
        return {};
    }

    // A partition that holds these placements: partitions are maximal.
    [[nodiscard]] PartitionId partition_with(const std::vector<gpu::Placement>& placements) const {
        std::vector<int> need(model_.types.size(), 0);
        for (const gpu::Placement& one : placements) ++need[type_of(one.profile).index()];
        for (const PartitionId m : model_.partitions.ids()) {
            const PartitionChoice& partition = model_.partitions[m];
            if (partition.entry != entry_) continue;
            if (std::ranges::equal(need, partition.counts, std::ranges::less_equal{})) return m;
        }
        CHECK(false, "a legal layout that no partition contains");
        return {};
    }

    const PlanningModel& model_;
    FleetEntryId entry_;
    const gpu::GpuModel& gpu_;
    std::vector<std::int64_t> counts_;  // by service, then type
    SlotPacking packing_;
};

// On the GPU model that makes it cheapest; the first of equals.
std::optional<OneModel> cheapest(const PlanningModel& model) {
    std::optional<OneModel> best;
    for (const FleetEntryId entry : model.entries.ids()) {
        OneModel candidate(model, entry);
        if (!candidate.run()) continue;
        const auto excess = [&model](const OneModel& one) {
            const auto& cap = model.entries[one.entry()].cap;
            return cap ? std::max<std::int64_t>(0, one.gpus() - *cap) : 0;
        };
        const auto rank = [&](const OneModel& one) { return std::pair{excess(one), one.cost()}; };
        if (!best || rank(candidate) < rank(*best)) best.emplace(std::move(candidate));
    }
    return best;
}

Outcome solve(const PlanningModel& model) {
    Outcome outcome;
    if (!counts_in_range(model)) {
        outcome.stop_reason = "a service needs more instances than can be counted";
        return outcome;
    }
    const std::optional<OneModel> best = cheapest(model);
    if (!best) {
        outcome.stop_reason = "no GPU model of the fleet serves every service";
        return outcome;
    }
    outcome.work = model.demands.size() * model.types.size();
    const auto& cap = model.entries[best->entry()].cap;
    if (cap && best->gpus() > *cap) {
        outcome.stop_reason =
            fmt::format("needs {} GPUs of one model, the fleet has {}", best->gpus(), *cap);
        return outcome;
    }
    outcome.plan = best->plan();
    outcome.cost = best->cost();
    outcome.status = outcome.cost == outcome.bound ? Status::kOptimal : Status::kFeasible;
    outcome.stop_reason = "one pass";
    const std::vector<std::string> faults = validate_counts(model, *outcome.plan);
    CHECK(faults.empty(), faults.front());
    return outcome;
}

}  // namespace

Outcome ParvaGpuPlanner::plan(const PlanningModel& model, const PlanOptions& options) const {
    const auto begin = std::chrono::steady_clock::now();
    Outcome outcome = solve(model);
    outcome.engine = name();
    outcome.formulation = "most throughput per slice, best fit";
    outcome.seed = options.seed;
    outcome.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return outcome;
}

}  // namespace tangram::planner::baseline
