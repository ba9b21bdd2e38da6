#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "planner/explain/deployed_use.h"
#include "planner/explain/explanation.h"

namespace tangram::planner::explain {
namespace {

__extension__ using Wide = __int128;

constexpr std::size_t kJudgedByDefault = 100;
constexpr std::size_t kLargestShown = 10;

// The rate the capacity carries at the utilisation limit, and of which enough is left after the
// largest loss, less the rate asked.
Rate spare_rate(const workload::Problem& problem, ServiceId id, const DeployedUse& use) {
    const workload::Service& service = problem.services[id];
    const Wide capacity = use.capacity[id].count();
    Wide carried = capacity * problem.utilization_limit(id).count() / kSharePerOne;
    const auto hold = [&](const std::optional<Share>& share, Rate most) {
        if (!share || share->count() == 0) return;
        carried = std::min(carried, (capacity - most.count()) * kSharePerOne / share->count());
    };
    hold(service.survive_gpu, use.most_on_gpu[id]);
    hold(service.survive_node, use.most_on_node[id]);
    return Rate{static_cast<std::int64_t>(carried)} - service.rate;
}

class Explainer {
public:
    Explainer(const PlanningModel& model, DeployedUse use, const Outcome& outcome)
        : model_(model), use_(std::move(use)), outcome_(outcome) {
        result_.status = outcome.status;
        result_.notes = std::move(use_.notes);
        result_.priced = outcome.prices.types.size() == model.types.size();
        if (!result_.priced && !outcome.prices.types.empty()) {
            result_.notes.emplace_back("the prices belong to another problem and are left out");
        }
    }

    Explanation explain(const ExplainOptions& options) {
        for (const ServiceId service : model_.demands.ids()) {
            result_.services.push_back(explain_service(service));
        }
        judge(options);
        if (result_.priced) {
            explain_types();
            explain_partitions();
            explain_gpus();
            explain_bound();
        }
        if (outcome_.status == Status::kInfeasible) explain_shortage();
        return std::move(result_);
    }

private:
    [[nodiscard]] Price price_of(InstanceTypeId type) const {
        return result_.priced && type.valid() ? outcome_.prices.types[type] : Price{};
    }

    [[nodiscard]] Price rent_of(FleetEntryId entry) const {
        const auto& rents = outcome_.prices.rents;
        return entry.index() < rents.size() ? rents[entry] : Price{};
    }

    ServiceExplanation explain_service(ServiceId service) {
        ServiceExplanation result;
        result.service = service;
        result.required = model_.demands[service].required;
        result.capacity = use_.capacity[service];
        result.spare = spare_rate(*model_.problem, service, use_);
        result.used = std::move(use_.used[service]);
        for (UsedPoint& used : result.used) {
            used.price = price_of(used.type);
            result.paid += used.price * used.count;
            result.instances += used.count;
        }
        if (result_.priced && !model_.options_of(service).empty()) {
            result.cheapest = cheapest_cover(model_, service, outcome_.prices);
            find_steps(service, result);
        }
        return result;
    }

    void find_steps(ServiceId service, ServiceExplanation& result) const {
        for (const Option& option : model_.options_of(service)) {
            const CapacityStep step{option.type, option.throughput, price_of(option.type)};
            if (!result.next || step.price < result.next->price ||
                (step.price == result.next->price && step.throughput > result.next->throughput)) {
                result.next = step;
            }
            if (!result.margin ||
                Wide{step.price.count()} * result.margin->throughput.count() <
                    Wide{result.margin->price.count()} * step.throughput.count()) {
                result.margin = step;
            }
        }
    }

    void judge(const ExplainOptions& options) {
        std::vector<ServiceId> judged;
        if (options.judged) {
            judged = *options.judged;
        } else if (result_.services.size() <= kJudgedByDefault) {
            for (const ServiceId service : model_.demands.ids()) judged.push_back(service);
        }
        for (const ServiceId service : judged) {
            result_.services[service].verdicts = judge_points(*model_.problem, service);
        }
    }

    void explain_types() {
        for (const InstanceTypeId type : model_.types.ids()) {
            result_.types.push_back({type, price_of(type), use_.types[type]});
        }
    }

    void explain_partitions() {
        for (const PartitionId id : model_.partitions.ids()) {
            const PartitionChoice& partition = model_.partitions[id];
            PartitionExplanation result{id, Price{}, Price{}, 0};
            for (const InstanceTypeId type : model_.types.ids()) {
                result.worth += price_of(type) * partition.counts[type.index()];
            }
            result.slack = Price{partition.cost.count() * kPricePerCost} +
                           rent_of(partition.entry) - result.worth;
            result_.partitions.push_back(result);
        }
        count_gpus();
        std::ranges::stable_sort(result_.partitions, {}, &PartitionExplanation::slack);
    }

    // Each GPU for the partition that holds its instances and is worth least.
    void count_gpus() {
        for (const DeployedUse::Cut& cut : use_.cuts) {
            PartitionExplanation* tightest = nullptr;
            for (PartitionExplanation& candidate : result_.partitions) {
                const PartitionChoice& partition = model_.partitions[candidate.partition];
                if (partition.entry != cut.entry ||
                    !std::ranges::equal(cut.counts, partition.counts, std::less_equal<>{})) {
                    continue;
                }
                if (tightest == nullptr || candidate.worth < tightest->worth) {
                    tightest = &candidate;
                }
            }
            if (tightest != nullptr) tightest->gpus += cut.gpus;
        }
    }

    void explain_gpus() {
        IdVector<FleetEntryId, std::int64_t> gpus(model_.entries.size(), 0);
        for (const DeployedUse::Cut& cut : use_.cuts) gpus[cut.entry] += cut.gpus;
        result_.gpus = gpu_worths(model_, outcome_.prices, gpus);
    }

    void explain_bound() {
        BoundExplanation result;
        for (const ServiceExplanation& service : result_.services) {
            result.contributions += service.cheapest.bound;
        }
        for (const FleetEntryId entry : model_.entries.ids()) {
            if (model_.entries[entry].cap) {
                result.rents += rent_of(entry) * *model_.entries[entry].cap;
            }
        }
        result.raw = result.contributions - result.rents;
        result.granularity = cost_step(model_);
        const std::int64_t step = result.granularity.count() * kPricePerCost;
        const std::int64_t raw = std::max<std::int64_t>(result.raw.count(), 0);
        const std::int64_t steps = (raw + step - 1) / step;
        result.rounded = result.granularity * steps;
        result.bound = outcome_.bound;
        result.prices_hold = std::ranges::all_of(
            result_.partitions,
            [](const PartitionExplanation& partition) { return partition.slack >= Price{}; });
        result_.bound = result;
    }

    void explain_shortage() {
        Shortage shortage;
        shortage.gpus_needed = outcome_.gpus_needed;
        for (const FleetEntryId entry : model_.entries.ids()) {
            const std::int64_t cap = model_.entries[entry].cap.value_or(0);
            shortage.gpus_available += cap;
            shortage.cost_available += model_.problem->fleet[entry].cost * cap;
        }
        if (result_.priced) {
            for (const ServiceExplanation& service : result_.services) {
                shortage.largest.push_back(service.service);
            }
            std::ranges::stable_sort(shortage.largest, [&](ServiceId a, ServiceId b) {
                return result_.services[a].cheapest.bound > result_.services[b].cheapest.bound;
            });
            if (shortage.largest.size() > kLargestShown) shortage.largest.resize(kLargestShown);
        }
        result_.shortage = std::move(shortage);
    }

    const PlanningModel& model_;
    DeployedUse use_;
    const Outcome& outcome_;
    Explanation result_;
};

}  // namespace

Explanation explain(const PlanningModel& model, const deployment::Deployment& deployment,
                    const Outcome& outcome, const ExplainOptions& options) {
    return Explainer(model, read_use(model, deployment), outcome).explain(options);
}

}  // namespace tangram::planner::explain
