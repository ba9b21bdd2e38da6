#include "planner/place/witness_search.h"

#include <algorithm>
#include <tuple>

namespace tangram::planner::place {
namespace {

// Pairs (GPU, type) the exchange may look at, all services together: about a tenth of a second.
constexpr std::int64_t kExchangeSteps = 2'000'000;
constexpr int kExchangeDepth = 6;

std::vector<bool> types_in_play(const PlanningModel& model, const CountPlan& plan) {
    std::vector<bool> types(model.types.size(), false);
    for (const ServiceId service : model.demands.ids()) {
        if (!needs_spread(model.demands[service])) continue;
        for (const Use& use : plan.uses_of(service)) types[use.type.index()] = true;
    }
    return types;
}

std::size_t group_count(const std::vector<GroundGpu>& gpus) {
    std::size_t count = gpus.size();
    for (const GroundGpu& gpu : gpus) {
        if (gpu.node != kNoNode) count = std::max<std::size_t>(count, gpu.node + std::size_t{1});
    }
    return count;
}

}  // namespace

WitnessSearch::WitnessSearch(const PlanningModel& model, const CountPlan& plan,
                             const std::vector<GroundGpu>& gpus)
    : model_(model),
      gpus_(gpus),
      slots_(model, gpus, types_in_play(model, plan)),
      group_stamp_(group_count(gpus), 0) {
    for (const ServiceId service : model.demands.ids()) {
        const Demand& demand = model.demands[service];
        if (!needs_spread(demand)) continue;
        const auto uses = plan.uses_of(service);
        tasks_.push_back({service,
                          demand.spread == workload::Spread::kNode,
                          demand.min_replicas,
                          {uses.begin(), uses.end()},
                          {}});
    }
    const auto constraint = [](const Task& task) {
        std::int64_t instances = 0;
        for (const Use& use : task.spare) instances += use.count;
        return std::tuple(-task.needed, instances, task.service);
    };
    std::ranges::sort(tasks_, {}, constraint);
}

bool WitnessSearch::run() {
    for (std::uint32_t task = 0; task < tasks_.size(); ++task) place_greedily(task);
    const auto complete = [](const Task& task) { return task.needed == 0; };
    if (!std::ranges::all_of(tasks_, complete)) exchange();
    return std::ranges::all_of(tasks_, complete);
}

void WitnessSearch::place_greedily(std::uint32_t t) {
    const Task& task = tasks_[t];
    std::vector<std::uint32_t> order(task.spare.size());
    for (std::uint32_t use = 0; use < order.size(); ++use) order[use] = use;
    // What many GPUs have is taken first: rare types stay for those who need them.
    std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
        return slots_.available(task.spare[a].type) > slots_.available(task.spare[b].type);
    });
    ++stamp_;
    for (const std::uint32_t use : order) take_most_free(t, use);
}

void WitnessSearch::take_most_free(std::uint32_t t, std::uint32_t use) {
    Task& task = tasks_[t];
    const InstanceTypeId type = task.spare[use].type;
    const std::int64_t wanted = std::min(task.needed, task.spare[use].count);
    std::vector<std::uint32_t> chosen;
    for (int free = slots_.most_free(type); free > 0; --free) {
        for (const std::uint32_t gpu : slots_.with(type, free)) {
            if (static_cast<std::int64_t>(chosen.size()) == wanted) break;
            std::uint32_t& stamp = group_stamp_[group(task, gpu)];
            if (stamp == stamp_) continue;
            stamp = stamp_;
            chosen.push_back(gpu);
        }
    }
    for (const std::uint32_t gpu : chosen) add(t, use, gpu);
}

void WitnessSearch::add(std::uint32_t t, std::uint32_t use, std::uint32_t gpu) {
    Task& task = tasks_[t];
    slots_.take(gpu, task.spare[use].type);
    --task.spare[use].count;
    --task.needed;
    task.witnesses.push_back(static_cast<std::uint32_t>(placed_.size()));
    placed_.push_back({t, use, gpu});
}

void WitnessSearch::relocate(std::uint32_t p, std::uint32_t use, std::uint32_t gpu) {
    Placed& placed = placed_[p];
    Task& task = tasks_[placed.task];
    slots_.give_back(placed.gpu, task.spare[placed.use].type);
    slots_.take(gpu, task.spare[use].type);
    ++task.spare[placed.use].count;
    --task.spare[use].count;
    std::erase(on_gpu_[placed.gpu], p);
    on_gpu_[gpu].push_back(p);
    placed.use = use;
    placed.gpu = gpu;
}

void WitnessSearch::exchange() {
    on_gpu_.assign(gpus_.size(), {});
    for (std::uint32_t p = 0; p < placed_.size(); ++p) on_gpu_[placed_[p].gpu].push_back(p);
    steps_left_ = kExchangeSteps;
    for (std::uint32_t task = 0; task < tasks_.size(); ++task) {
        while (tasks_[task].needed > 0) {
            visited_.assign(gpus_.size() * model_.types.size(), false);
            if (!augment(task, kExchangeDepth)) break;
        }
    }
}

bool WitnessSearch::occupied(const Task& task, std::uint32_t gpu, std::uint32_t except) const {
    const std::uint32_t wanted = group(task, gpu);
    return std::ranges::any_of(task.witnesses, [&](std::uint32_t p) {
        return p != except && group(task, placed_[p].gpu) == wanted;
    });
}

// Whether a search has not been at this GPU and type yet; counts its steps.
bool WitnessSearch::worth_a_look(std::uint32_t gpu, InstanceTypeId type) {
    return --steps_left_ > 0 && !visited_[cell(gpu, type)] &&
           model_.partitions[gpus_[gpu].partition].counts[type.index()] > 0;
}

// Sees to a free instance of the type on the GPU, moving witnesses if it must. Every move leaves a
// valid state, so nothing is undone when a search fails half-way.
bool WitnessSearch::reach(std::uint32_t gpu, InstanceTypeId type, int depth) {
    visited_[cell(gpu, type)] = true;
    return slots_.free(gpu, type) > 0 || make_room(gpu, type, depth);
}

bool WitnessSearch::augment(std::uint32_t t, int depth) {
    for (std::uint32_t use = 0; use < tasks_[t].spare.size(); ++use) {
        const InstanceTypeId type = tasks_[t].spare[use].type;
        if (tasks_[t].spare[use].count == 0) continue;
        for (std::uint32_t gpu = 0; gpu < gpus_.size(); ++gpu) {
            if (!worth_a_look(gpu, type) || occupied(tasks_[t], gpu)) continue;
            // The moves may have touched this service too: look again.
            if (!reach(gpu, type, depth) || occupied(tasks_[t], gpu)) continue;
            if (tasks_[t].spare[use].count == 0 || slots_.free(gpu, type) == 0) continue;
            on_gpu_[gpu].push_back(static_cast<std::uint32_t>(placed_.size()));
            add(t, use, gpu);
            return true;
        }
    }
    return false;
}

bool WitnessSearch::make_room(std::uint32_t gpu, InstanceTypeId type, int depth) {
    if (depth == 0) return false;
    const std::vector<std::uint32_t> here = on_gpu_[gpu];  // moves change the original
    return std::ranges::any_of(here, [&](std::uint32_t p) {
        const Placed& placed = placed_[p];
        return placed.gpu == gpu && tasks_[placed.task].spare[placed.use].type == type &&
               move_away(p, depth - 1);
    });
}

bool WitnessSearch::move_away(std::uint32_t p, int depth) {
    const std::uint32_t from = placed_[p].gpu;
    const std::uint32_t from_use = placed_[p].use;
    const std::uint32_t t = placed_[p].task;
    for (std::uint32_t use = 0; use < tasks_[t].spare.size(); ++use) {
        const InstanceTypeId type = tasks_[t].spare[use].type;
        if (use != from_use && tasks_[t].spare[use].count == 0) continue;
        for (std::uint32_t gpu = 0; gpu < gpus_.size(); ++gpu) {
            if (!worth_a_look(gpu, type) || (gpu == from && use == from_use)) continue;
            if (occupied(tasks_[t], gpu, p) || !reach(gpu, type, depth)) continue;
            const Placed& now = placed_[p];
            if (now.gpu != from || now.use != from_use) return false;
            if (use != from_use && tasks_[t].spare[use].count == 0) break;
            if (occupied(tasks_[t], gpu, p) || slots_.free(gpu, type) == 0) continue;
            relocate(p, use, gpu);
            return true;
        }
    }
    return false;
}

std::vector<Witness> WitnessSearch::witnesses() const {
    std::vector<Witness> result;
    result.reserve(placed_.size());
    for (const Placed& placed : placed_) {
        const Task& task = tasks_[placed.task];
        result.push_back({task.service, placed.gpu, task.spare[placed.use].type});
    }
    std::ranges::sort(result, {}, [](const Witness& w) { return std::tuple(w.service, w.gpu); });
    return result;
}

std::vector<WitnessSearch::Missing> WitnessSearch::missing() const {
    std::vector<Missing> result;
    for (const Task& task : tasks_) {
        if (task.needed > 0) result.push_back({task.service, task.needed});
    }
    std::ranges::sort(result, {}, &Missing::service);
    return result;
}

}  // namespace tangram::planner::place
