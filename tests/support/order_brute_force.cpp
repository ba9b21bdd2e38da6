#include "support/order_brute_force.h"

#include <algorithm>
#include <compare>
#include <map>
#include <set>
#include <utility>

#include "gpu/layout.h"

namespace tangram::test {
namespace {

using deployment::DeployedGpu;
using transition::Step;
using transition::StepKind;

// What is on one placement.
struct Seat {
    bool there = false;
    std::optional<std::size_t> serving;  // service
    std::int64_t capacity = 0;
};

struct Gpu {
    std::string node;
    bool serves = true;
    bool in_use = false;
    std::map<std::pair<std::string, int>, Seat> seats;  // by profile and start
};

class Replay {
public:
    Replay(const deployment::Deployment& current, const transition::StepGraph& graph)
        : graph_(graph), drained_(graph.services.size(), false) {
        for (const DeployedGpu& gpu : graph.gpus) gpus_[gpu.id].node = gpu.node;
        for (const DeployedGpu& gpu : current.gpus) {
            Gpu& made = gpus_[gpu.id];
            made.node = gpu.node;
            made.serves = gpu.status != deployment::GpuStatus::kLost;
            made.in_use = gpu.status == deployment::GpuStatus::kOk && !gpu.instances.empty();
            for (const deployment::Instance& instance : gpu.instances) {
                Seat& seat = made.seats[{name(instance.profile), instance.start}];
                seat.there = true;
                if (instance.phase != deployment::Phase::kServing || !made.serves) continue;
                seat.serving = instance.service.index();
                seat.capacity = current.points[instance.point].throughput.count();
            }
        }
    }

    void play(const Step& step, bool ended) {
        Gpu& gpu = gpus_.at(graph_.gpus[step.gpu].id);
        if (step.kind == StepKind::kAcquire) gpu.in_use = true;
        if (step.kind == StepKind::kRelease && ended) {
            gpu.in_use = false;
            if (!step.layout.empty()) gpu.seats.clear();
        }
        if (step.kind == StepKind::kApply && ended) {
            for (auto& [place, seat] : gpu.seats) seat.there = false;
            for (const deployment::Instance& instance : step.layout) {
                gpu.seats[{name(instance.profile), instance.start}].there = true;
            }
        }
        if (step.profile < 0) return;
        Seat& seat = gpu.seats[{name(step.profile), step.start}];
        if (step.kind == StepKind::kCreate) seat.there = true;
        if (step.kind == StepKind::kDestroy && ended) seat.there = false;
        if (step.kind == StepKind::kDrain && seat.serving) {
            drained_[*seat.serving] = true;
            seat.serving.reset();
        }
        if (step.kind == StepKind::kRoute && ended) {
            seat.serving = step.service.index();
            seat.capacity = graph_.points[step.point].throughput.count();
        }
    }

    [[nodiscard]] ServiceFacts facts(std::size_t service) const {
        ServiceFacts facts;
        std::map<std::string, std::int64_t> on_gpu;
        std::map<std::string, std::int64_t> on_node;
        for (const auto& [id, gpu] : gpus_) {
            if (!gpu.serves) continue;
            for (const auto& [place, seat] : gpu.seats) {
                if (seat.serving != service) continue;
                facts.capacity += seat.capacity;
                ++facts.replicas;
                on_gpu[id] += seat.capacity;
                if (!gpu.node.empty()) on_node[gpu.node] += seat.capacity;
            }
        }
        const auto largest = [](const auto& places) {
            std::int64_t most = 0;
            for (const auto& [name, capacity] : places) most = std::max(most, capacity);
            return most;
        };
        facts.gpus = std::ssize(on_gpu);
        facts.nodes = std::ssize(on_node);
        facts.without_gpu = facts.capacity - largest(on_gpu);
        facts.without_node = facts.capacity - largest(on_node);
        facts.drained = drained_[service];
        return facts;
    }

    [[nodiscard]] std::int64_t gpus_in_use() const {
        return std::ranges::count_if(gpus_, [](const auto& gpu) { return gpu.second.in_use; });
    }

    [[nodiscard]] bool legal(const gpu::GpuModel& model, const gpu::RuleSet& rules) const {
        return std::ranges::all_of(gpus_, [&](const auto& gpu) {
            std::vector<gpu::Placement> placements;
            for (const auto& [place, seat] : gpu.second.seats) {
                if (!seat.there) continue;
                placements.push_back({model.find_profile(place.first), place.second});
            }
            return gpu::Layout::make(model, rules, placements).has_value();
        });
    }

private:
    [[nodiscard]] const std::string& name(int profile) const {
        return graph_.models[0].profiles[static_cast<std::size_t>(profile)].name;
    }

    const transition::StepGraph& graph_;
    std::map<std::string, Gpu> gpus_;
    std::vector<bool> drained_;  // by service
};

}  // namespace

OrderBruteForce::OrderBruteForce(const workload::Problem& problem,
                                 const deployment::Deployment& current,
                                 const transition::StepGraph& graph)
    : problem_(problem), current_(current), graph_(graph), before_(graph.steps.size(), 0) {
    CHECK(graph.steps.size() <= 32);
    for (const transition::Arc& arc : graph.arcs) {
        before_[arc.after.index()] |= std::uint32_t{1} << arc.before.index();
    }
}

bool OrderBruteForce::each_state(const std::function<void(OrderState)>& see,
                                 std::size_t most) const {
    std::set<OrderState> seen = {OrderState{}};
    std::vector<OrderState> waiting = {OrderState{}};
    const auto visit = [&](OrderState state) {
        if (seen.insert(state).second) waiting.push_back(state);
    };
    while (!waiting.empty()) {
        if (seen.size() > most) return false;
        const OrderState state = waiting.back();
        waiting.pop_back();
        see(state);
        for (std::size_t i = 0; i < before_.size(); ++i) {
            const std::uint32_t bit = std::uint32_t{1} << i;
            if ((state.ended & bit) != 0) continue;
            if ((state.started & bit) != 0) {
                visit({state.started, state.ended | bit});
            } else if (can_start(i, state)) {
                visit({state.started | bit, state.ended});
            }
        }
    }
    return true;
}

OrderFacts OrderBruteForce::facts(OrderState state) const {
    Replay replay(current_, graph_);
    for (const transition::StepId step : graph_.steps.ids()) {
        const std::uint32_t bit = std::uint32_t{1} << step.index();
        if ((state.started & bit) == 0) continue;
        replay.play(graph_.steps[step], (state.ended & bit) != 0);
    }
    OrderFacts facts;
    for (std::size_t s = 0; s < graph_.services.size(); ++s) {
        facts.services.push_back(replay.facts(s));
    }
    facts.gpus_in_use = replay.gpus_in_use();
    const auto model = problem_.catalogue->find(graph_.models[0].name).value();
    facts.legal_layouts = replay.legal(problem_.catalogue->model(model), problem_.rules);
    return facts;
}

std::optional<OrderState> OrderBruteForce::after(const std::vector<transition::StepId>& steps,
                                                 std::size_t running) const {
    OrderState state;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::uint32_t bit = std::uint32_t{1} << steps[i].index();
        if ((state.started & bit) != 0 || !can_start(steps[i].index(), state)) return std::nullopt;
        state.started |= bit;
        if (i + running < steps.size()) state.ended |= bit;
    }
    return state;
}

}  // namespace tangram::test
