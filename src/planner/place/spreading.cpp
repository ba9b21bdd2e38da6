#include "planner/place/spreading.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "planner/place/placed_model.h"

namespace tangram::planner::place {
namespace {

constexpr std::size_t kMostSites = 48;
constexpr std::int64_t kMostColumns = 6'000;

std::int64_t total(const std::vector<PinSearch::Missing>& missing) {
    std::int64_t sum = 0;
    for (const auto& one : missing) sum += one.count;
    return sum;
}

// Keeps the better of `best` and what a search on these GPUs gives; true if that is complete.
bool search_on(const PlanningModel& model, const CountPlan& plan, std::vector<GroundGpu> gpus,
               bool first, Spreading& best) {
    PinSearch search(model, plan, gpus);
    search.run();
    auto missing = search.missing();
    if (!first && total(missing) >= total(best.missing)) return false;
    best.pins = search.pins();
    best.missing = std::move(missing);
    best.gpus = std::move(gpus);
    return best.missing.empty();
}

// Over how many nodes the plan's services must be spread at least.
std::size_t nodes_needed(const PlanningModel& model, const CountPlan& plan) {
    std::int64_t most = 1;
    for (const ServiceId service : model.demands.ids()) {
        const Demand& demand = model.demands[service];
        if (needs_spread(demand) && demand.spread == workload::Spread::kNode) {
            most = std::max<std::int64_t>(most, demand.min_replicas);
        }
        LossLimits limits =
            loss_limits(model, plan, service, std::numeric_limits<std::int32_t>::max());
        limits.gpu = kNoLimit;
        if (limits.any()) most = std::max(most, places_needed(model, plan, service, limits));
    }
    return static_cast<std::size_t>(most);
}

void solve_completely(const PlanningModel& model, const CountPlan& plan, Spreading& best) {
    const auto counts = count_by_entry(model, best.gpus);
    const std::vector<Site> sites = sites_for(model, counts);
    if (!small_enough(model, sites.size())) return;
    PlacedAnswer answer = place_counts(model, sites, plan, {});
    if (answer.status == lp::Status::kInfeasible) best.proven = true;
    if (answer.status != lp::Status::kOptimal && answer.status != lp::Status::kFeasible) return;
    // The solver's tolerances place nothing.
    if (!apart_as_asked(model, plan, answer.gpus, answer.pins)) return;
    best = {std::move(answer.gpus), std::move(answer.pins), {}, false};
}

}  // namespace

bool small_enough(const PlanningModel& model, std::size_t sites) {
    return sites <= kMostSites && placed_model_size(model, sites) <= kMostColumns;
}

Spreading spread_replicas(const PlanningModel& model, const CountPlan& plan) {
    Spreading best;
    std::vector<GroundGpu> gpus = gpus_of(model, plan);
    if (std::ranges::none_of(model.demands, needs_pins)) {
        best.gpus = std::move(gpus);
        return best;
    }
    if (!nodes_matter(model)) {
        if (search_on(model, plan, std::move(gpus), true, best)) return best;
    } else {
        const auto bays = bays_for(model, count_by_entry(model, gpus));
        // In order; over as many nodes as the services need; over all there are.
        const std::size_t breadths[] = {0, nodes_needed(model, plan), bays.size()};
        for (const std::size_t breadth : breadths) {
            assign_nodes(model, bays, breadth, gpus);
            if (search_on(model, plan, gpus, breadth == 0, best)) return best;
        }
    }
    solve_completely(model, plan, best);
    return best;
}

}  // namespace tangram::planner::place
