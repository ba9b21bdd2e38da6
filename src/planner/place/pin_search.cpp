#include "planner/place/pin_search.h"

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
        if (!needs_pins(model.demands[service])) continue;
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

PinSearch::PinSearch(const PlanningModel& model, const CountPlan& plan,
                     const std::vector<GroundGpu>& gpus)
    : model_(model),
      gpus_(gpus),
      slots_(model, gpus, types_in_play(model, plan)),
      group_stamp_(group_count(gpus), 0) {
    const std::int64_t in_node = most_in_node(gpus);
    for (const ServiceId service : model.demands.ids()) {
        if (needs_pins(model.demands[service])) add_task(plan, service, in_node);
    }
    const auto constraint = [](const Task& task) {
        std::int64_t instances = 0;
        for (const Use& use : task.spare) instances += use.count;
        return std::tuple(-task.places, instances, task.service);
    };
    std::ranges::sort(tasks_, {}, constraint);
}

void PinSearch::add_task(const CountPlan& plan, ServiceId service, std::int64_t in_node) {
    const Demand& demand = model_.demands[service];
    Task task;
    task.service = service;
    task.by_node = demand.spread == workload::Spread::kNode;
    task.needed = needs_spread(demand) ? demand.min_replicas : 0;
    task.limits = loss_limits(model_, plan, service, in_node);
    if (task.needed == 0 && !task.limits.any()) return;
    task.places = places_needed(model_, plan, service, task.limits);
    const auto uses = plan.uses_of(service);
    task.spare.assign(uses.begin(), uses.end());
    for (const Use& use : uses) task.throughput.push_back(throughput_of(model_, service, use.type));
    tasks_.push_back(std::move(task));
}

std::int64_t PinSearch::Task::lacking() const {
    if (!limits.any()) return needed;
    std::int64_t instances = 0;
    for (const Use& use : spare) instances += use.count;
    return instances;
}

bool PinSearch::run() {
    for (std::uint32_t task = 0; task < tasks_.size(); ++task) place_greedily(task);
    const auto complete = [](const Task& task) { return task.lacking() == 0; };
    if (!std::ranges::all_of(tasks_, complete)) exchange();
    return std::ranges::all_of(tasks_, complete);
}

void PinSearch::place_greedily(std::uint32_t t) {
    const Task& task = tasks_[t];
    std::vector<std::uint32_t> order(task.spare.size());
    for (std::uint32_t use = 0; use < order.size(); ++use) order[use] = use;
    // What many GPUs have is taken first: rare types stay for those who need them.
    std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
        return slots_.available(task.spare[a].type) > slots_.available(task.spare[b].type);
    });
    ++stamp_;
    for (const std::uint32_t use : order) deal(t, use, task.needed, true);
    // What is missing has to be on other places: instances are kept for it.
    if (!task.limits.any() || task.needed > 0) return;
    // The largest first: the rest is easier to fit within the limits.
    std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
        return task.throughput[a] > task.throughput[b];
    });
    for (const std::uint32_t use : order) {
        do {
            ++stamp_;
        } while (deal(t, use, task.spare[use].count, false) > 0);
    }
}

// Pins at most `wanted` instances, each in a group without a stamp; GPUs with most free ones
// first.
std::int64_t PinSearch::deal(std::uint32_t t, std::uint32_t use, std::int64_t wanted,
                             bool witness) {
    Task& task = tasks_[t];
    const InstanceTypeId type = task.spare[use].type;
    wanted = std::min(wanted, task.spare[use].count);
    const bool by_node = witness ? task.by_node : task.limits.node != kNoLimit;
    std::vector<std::uint32_t> chosen;
    for (int free = slots_.most_free(type); free > 0; --free) {
        for (const std::uint32_t gpu : slots_.with(type, free)) {
            if (static_cast<std::int64_t>(chosen.size()) == wanted) break;
            std::uint32_t& stamp = group_stamp_[by_node ? gpus_[gpu].node : gpu];
            if (stamp == stamp_ || overloads(task, use, gpu, kNobody)) continue;
            stamp = stamp_;
            chosen.push_back(gpu);
            charge(task, use, gpu, 1);
        }
    }
    for (const std::uint32_t gpu : chosen) add(t, use, gpu, witness);
    return static_cast<std::int64_t>(chosen.size());
}

// Counts an instance on (or, with -1, off) its GPU and node.
void PinSearch::charge(Task& task, std::uint32_t use, std::uint32_t gpu, int instances) const {
    if (!task.limits.any()) return;
    task.on_gpu[gpu] += task.throughput[use] * instances;
    task.on_node[gpus_[gpu].node] += task.throughput[use] * instances;
}

// A pin that is charged already.
void PinSearch::add(std::uint32_t t, std::uint32_t use, std::uint32_t gpu, bool witness) {
    Task& task = tasks_[t];
    slots_.take(gpu, task.spare[use].type);
    --task.spare[use].count;
    if (witness) {
        --task.needed;
        task.witnesses.push_back(static_cast<std::uint32_t>(placed_.size()));
    }
    placed_.push_back({t, use, gpu, witness});
}

void PinSearch::relocate(std::uint32_t p, std::uint32_t use, std::uint32_t gpu) {
    Placed& placed = placed_[p];
    Task& task = tasks_[placed.task];
    slots_.give_back(placed.gpu, task.spare[placed.use].type);
    slots_.take(gpu, task.spare[use].type);
    charge(task, placed.use, placed.gpu, -1);
    charge(task, use, gpu, 1);
    ++task.spare[placed.use].count;
    --task.spare[use].count;
    std::erase(on_gpu_[placed.gpu], p);
    on_gpu_[gpu].push_back(p);
    placed.use = use;
    placed.gpu = gpu;
}

void PinSearch::exchange() {
    on_gpu_.assign(gpus_.size(), {});
    for (std::uint32_t p = 0; p < placed_.size(); ++p) on_gpu_[placed_[p].gpu].push_back(p);
    steps_left_ = kExchangeSteps;
    for (std::uint32_t task = 0; task < tasks_.size(); ++task) {
        while (tasks_[task].lacking() > 0) {
            visited_.assign(gpus_.size() * model_.types.size(), false);
            if (!augment(task, kExchangeDepth)) break;
        }
    }
}

bool PinSearch::refuses(const Task& task, std::uint32_t use, std::uint32_t gpu, bool witness,
                        std::uint32_t except) const {
    return (witness && occupied(task, gpu, except)) || overloads(task, use, gpu, except);
}

// Whether a witness of the task other than `except` is in the group of `gpu`.
bool PinSearch::occupied(const Task& task, std::uint32_t gpu, std::uint32_t except) const {
    const std::uint32_t wanted = group(task, gpu);
    return std::ranges::any_of(task.witnesses, [&](std::uint32_t p) {
        return p != except && group(task, placed_[p].gpu) == wanted;
    });
}

bool PinSearch::overloads(const Task& task, std::uint32_t use, std::uint32_t gpu,
                          std::uint32_t except) const {
    if (!task.limits.any()) return false;
    const auto beyond = [&](const Loads& loads, std::uint32_t place, bool was_here,
                            std::int64_t most) {
        if (most == kNoLimit) return false;
        const auto load = loads.find(place);
        std::int64_t here = load == loads.end() ? 0 : load->second;
        if (was_here) here -= task.throughput[placed_[except].use];
        return here + task.throughput[use] > most;
    };
    const bool moves = except != kNobody;
    const std::uint32_t node = gpus_[gpu].node;
    return beyond(task.on_gpu, gpu, moves && placed_[except].gpu == gpu, task.limits.gpu) ||
           beyond(task.on_node, node, moves && gpus_[placed_[except].gpu].node == node,
                  task.limits.node);
}

// Whether a search has not been at this GPU and type yet; counts its steps.
bool PinSearch::worth_a_look(std::uint32_t gpu, InstanceTypeId type) {
    return --steps_left_ > 0 && !visited_[cell(gpu, type)] &&
           model_.partitions[gpus_[gpu].partition].counts[type.index()] > 0;
}

// Sees to a free instance of the type on the GPU, moving witnesses if it must. Every move leaves a
// valid state, so nothing is undone when a search fails half-way.
bool PinSearch::reach(std::uint32_t gpu, InstanceTypeId type, int depth) {
    visited_[cell(gpu, type)] = true;
    return slots_.free(gpu, type) > 0 || make_room(gpu, type, depth);
}

bool PinSearch::augment(std::uint32_t t, int depth) {
    const bool witness = tasks_[t].needed > 0;
    for (std::uint32_t use = 0; use < tasks_[t].spare.size(); ++use) {
        const InstanceTypeId type = tasks_[t].spare[use].type;
        if (tasks_[t].spare[use].count == 0) continue;
        for (std::uint32_t gpu = 0; gpu < gpus_.size(); ++gpu) {
            if (!worth_a_look(gpu, type) || refuses(tasks_[t], use, gpu, witness)) continue;
            // The moves may have touched this service too: look again.
            if (!reach(gpu, type, depth) || refuses(tasks_[t], use, gpu, witness)) continue;
            if (tasks_[t].spare[use].count == 0 || slots_.free(gpu, type) == 0) continue;
            on_gpu_[gpu].push_back(static_cast<std::uint32_t>(placed_.size()));
            charge(tasks_[t], use, gpu, 1);
            add(t, use, gpu, witness);
            return true;
        }
    }
    return false;
}

bool PinSearch::make_room(std::uint32_t gpu, InstanceTypeId type, int depth) {
    if (depth == 0) return false;
    const std::vector<std::uint32_t> here = on_gpu_[gpu];  // moves change the original
    return std::ranges::any_of(here, [&](std::uint32_t p) {
        const Placed& placed = placed_[p];
        return placed.gpu == gpu && tasks_[placed.task].spare[placed.use].type == type &&
               move_away(p, depth - 1);
    });
}

bool PinSearch::move_away(std::uint32_t p, int depth) {
    const std::uint32_t from = placed_[p].gpu;
    const std::uint32_t from_use = placed_[p].use;
    const std::uint32_t t = placed_[p].task;
    const bool witness = placed_[p].witness;
    for (std::uint32_t use = 0; use < tasks_[t].spare.size(); ++use) {
        const InstanceTypeId type = tasks_[t].spare[use].type;
        if (use != from_use && tasks_[t].spare[use].count == 0) continue;
        for (std::uint32_t gpu = 0; gpu < gpus_.size(); ++gpu) {
            if (!worth_a_look(gpu, type) || (gpu == from && use == from_use)) continue;
            if (refuses(tasks_[t], use, gpu, witness, p) || !reach(gpu, type, depth)) continue;
            const Placed& now = placed_[p];
            if (now.gpu != from || now.use != from_use) return false;
            if (use != from_use && tasks_[t].spare[use].count == 0) break;
            if (refuses(tasks_[t], use, gpu, witness, p) || slots_.free(gpu, type) == 0) continue;
            relocate(p, use, gpu);
            return true;
        }
    }
    return false;
}

std::vector<Pin> PinSearch::pins() const {
    std::vector<Pin> result;
    result.reserve(placed_.size());
    for (const Placed& placed : placed_) {
        const Task& task = tasks_[placed.task];
        result.push_back({task.service, placed.gpu, task.spare[placed.use].type});
    }
    std::ranges::sort(result, {},
                      [](const Pin& pin) { return std::tuple(pin.service, pin.gpu, pin.type); });
    return result;
}

std::vector<PinSearch::Missing> PinSearch::missing() const {
    std::vector<Missing> result;
    for (const Task& task : tasks_) {
        if (task.lacking() > 0) result.push_back({task.service, task.lacking()});
    }
    std::ranges::sort(result, {}, &Missing::service);
    return result;
}

}  // namespace tangram::planner::place
