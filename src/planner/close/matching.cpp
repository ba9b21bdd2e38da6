#include "planner/close/matching.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "lp/model.h"
#include "planner/assembly.h"

namespace tangram::planner::close {
namespace {

// The assembled deployment in the model's ids.
class Reading {
public:
    Reading(const PlanningModel& model, const deployment::Deployment& target)
        : model_(model), target_(target), used_(model.entries.size(), 0) {
        for (const workload::Node& node : model.problem->nodes) {
            for (const workload::NodeGpu& gpu : node.gpus) named_.emplace(gpu.id, gpu.entry);
        }
    }

    Placed read() {
        Placed placed;
        for (const deployment::DeployedGpu& gpu : target_.gpus) {
            PlacedGpu one;
            one.entry = entry_of(gpu);
            one.id = gpu.id;
            one.node = gpu.node;
            ++used_[one.entry.index()];
            const auto& profiles = target_.models[static_cast<std::size_t>(gpu.model)].profiles;
            for (const deployment::Instance& instance : gpu.instances) {
                const std::string& name = profiles[static_cast<std::size_t>(instance.profile)].name;
                const gpu::ProfileId profile =
                    model_.problem->gpu_model(one.entry).find_profile(name);
                one.instances.push_back(
                    {{profile, instance.start}, ServiceId{instance.service.index()}, false});
            }
            placed.push_back(std::move(one));
        }
        return placed;
    }

private:
    // The cheapest entry of the GPU's model with room, as the checker counts them.
    [[nodiscard]] FleetEntryId entry_of(const deployment::DeployedGpu& gpu) const {
        if (const auto named = named_.find(gpu.id); named != named_.end()) return named->second;
        const workload::Problem& problem = *model_.problem;
        FleetEntryId best;
        for (const FleetEntryId entry : problem.fleet.ids()) {
            const std::string& name = target_.models[static_cast<std::size_t>(gpu.model)].name;
            const auto& cap = model_.entries[entry].cap;
            if (problem.gpu_model(entry).name != name) continue;
            if (cap && used_[entry.index()] >= *cap) continue;
            if (!best.valid() || problem.fleet[entry].cost < problem.fleet[best].cost) best = entry;
        }
        CHECK(best.valid(), "a GPU of no entry");
        return best;
    }

    const PlanningModel& model_;
    const deployment::Deployment& target_;
    std::vector<std::int64_t> used_;  // by entry
    std::unordered_map<std::string_view, FleetEntryId> named_;
};

bool has_seat(const CurrentGpu& gpu, const PlacedInstance& instance) {
    return std::ranges::any_of(gpu.seats, [&](const Seat& seat) {
        return seat.placement == instance.placement && seat.service == instance.service;
    });
}

bool keeps_its_cut(const CurrentFleet& fleet, const CurrentGpu& current, const PlacedGpu& placed) {
    std::vector<gpu::Placement> places;
    for (const PlacedInstance& one : placed.instances) {
        if (one.service.valid()) places.push_back(one.placement);
    }
    return keeps_its_cut(fleet, current, places);
}

// What need not be started if `placed` is the GPU `current`.
std::int64_t gain(const PlanningModel& model, const CurrentFleet& fleet,
                  const std::vector<std::int64_t>& weights, const CurrentGpu& current,
                  const PlacedGpu& placed) {
    if (!keeps_its_cut(fleet, current, placed)) return 0;
    if (std::ranges::find(current.entries, placed.entry) == current.entries.end()) return 0;
    std::int64_t sum = 0;
    for (const PlacedInstance& one : placed.instances) {
        if (has_seat(current, one)) sum += weights[option_at(model, placed.entry, one)];
    }
    return sum;
}

// GPUs of a plan that hold the same.
std::vector<std::vector<std::size_t>> alike(const Placed& placed) {
    using Key =
        std::pair<FleetEntryId, std::vector<std::pair<gpu::Placement, workload::ServiceId>>>;
    std::map<Key, std::vector<std::size_t>> groups;
    for (std::size_t p = 0; p < placed.size(); ++p) {
        Key key{placed[p].entry, {}};
        for (const PlacedInstance& one : placed[p].instances) {
            key.second.emplace_back(one.placement, one.service);
        }
        groups[std::move(key)].push_back(p);
    }
    std::vector<std::vector<std::size_t>> found;
    for (auto& [key, gpus] : groups) found.push_back(std::move(gpus));
    return found;
}

// Groups of current GPUs by service that runs on them.
IdVector<ServiceId, std::vector<std::size_t>> groups_of_services(
    const PlanningModel& model, const CurrentFleet& fleet,
    const std::vector<std::vector<std::size_t>>& running) {
    IdVector<ServiceId, std::vector<std::size_t>> groups(model.demands.size());
    for (std::size_t r = 0; r < running.size(); ++r) {
        for (const Seat& seat : fleet.gpus[running[r].front()].seats) {
            groups[seat.service].push_back(r);
        }
    }
    return groups;
}

// A transport problem between GPUs that are alike: its linear program has whole vertices.
void assign(const PlanningModel& model, const CurrentFleet& fleet,
            const std::vector<std::int64_t>& weights, Placed& placed) {
    lp::Model program;
    program.maximise = true;
    auto running = alike(fleet);
    auto planned = alike(placed);
    std::vector<std::vector<lp::Term>> of_running(running.size());
    std::vector<std::vector<lp::Term>> of_planned(planned.size());
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    const auto of_services = groups_of_services(model, fleet, running);
    for (std::size_t p = 0; p < planned.size(); ++p) {
        const PlacedGpu& gpu = placed[planned[p].front()];
        std::set<std::size_t> sharing;  // a service with it
        for (const PlacedInstance& one : gpu.instances) {
            if (!one.service.valid()) continue;
            sharing.insert(of_services[one.service].begin(), of_services[one.service].end());
        }
        for (const std::size_t r : sharing) {
            const std::int64_t value =
                gain(model, fleet, weights, fleet.gpus[running[r].front()], gpu);
            if (value == 0) continue;
            const int column = program.add_column(static_cast<double>(value), 0, lp::kInfinity);
            of_running[r].push_back({column, 1});
            of_planned[p].push_back({column, 1});
            pairs.emplace_back(p, r);
        }
    }
    if (pairs.empty()) return;
    const auto limit = [&](const auto& groups, const auto& rows) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            program.add_row(0, static_cast<double>(groups[i].size()), rows[i]);
        }
    };
    limit(running, of_running);
    limit(planned, of_planned);
    const lp::Solution solution = lp::solve(program, {});
    for (std::size_t i = 0; i < solution.values.size(); ++i) {
        std::vector<std::size_t>& to = planned[pairs[i].first];
        std::vector<std::size_t>& from = running[pairs[i].second];
        for (auto left = std::llround(solution.values[i]); left > 0; --left) {
            if (to.empty() || from.empty()) break;
            placed[to.back()].current = from.back();
            to.pop_back();
            from.pop_back();
        }
    }
}

void mark_stays(const CurrentFleet& fleet, Placed& placed) {
    for (PlacedGpu& gpu : placed) {
        if (!gpu.current || !keeps_its_cut(fleet, fleet.gpus[*gpu.current], gpu)) continue;
        for (PlacedInstance& one : gpu.instances) {
            one.stays = has_seat(fleet.gpus[*gpu.current], one);
        }
    }
}

// Whether a question counts the instance: it is neither idle nor frozen.
bool counted(const CurrentFleet& fleet, const PlacedGpu& gpu, const PlacedInstance& instance) {
    if (!instance.service.valid()) return false;
    if (!gpu.current || !instance.stays) return true;
    return std::ranges::none_of(fleet.gpus[*gpu.current].seats, [&](const Seat& seat) {
        return seat.frozen && seat.placement == instance.placement;
    });
}

// How many of the GPU's instances may stay with the cut; -1: it does not hold them all.
std::int64_t overlap(const Question& question, const Cut& cut, const PlacedGpu& gpu) {
    const PlanningModel& model = *question.model;
    if (cut.entry != gpu.entry) return -1;
    std::vector<int> left = cut.counts;
    std::int64_t shared = 0;
    for (const PlacedInstance& one : gpu.instances) {
        if (!counted(*question.fleet, gpu, one)) continue;
        const std::size_t option = option_at(model, gpu.entry, one);
        if (--left[model.options[option].type.index()] < 0) return -1;
        if (one.stays && std::ranges::find(cut.stays, option, &Stay::option) != cut.stays.end()) {
            ++shared;
        }
    }
    return shared;
}

// Covers are minimal in a question.
void drop_superfluous(const Question& question, Counts& counts) {
    const PlanningModel& model = *question.model;
    for (const ServiceId s : question.services.ids()) {
        const Demand& demand = model.demands[s];
        const std::span cover(counts.instances.data() + demand.first_option, demand.option_count);
        const auto enough = [&] {
            return covers(model.options_of(s), cover, question.services[s].need);
        };
        for (std::int64_t& count : cover) {
            while (count > 0) {
                --count;
                if (enough()) continue;
                ++count;
                break;
            }
        }
    }
}

}  // namespace

Placed matched(const PlanningModel& model, const CurrentFleet& fleet,
               const std::vector<std::int64_t>& weights, const CountPlan& plan) {
    const Assembly assembly = assemble(model, plan);
    Placed placed = Reading(model, assembly.deployment).read();
    assign(model, fleet, weights, placed);
    for (PlacedGpu& gpu : placed) {
        const CurrentGpu* current = gpu.current ? &fleet.gpus[*gpu.current] : nullptr;
        gpu.id = current != nullptr ? current->id : "";
        gpu.node = current != nullptr ? current->node : "";
    }
    give_names(model, fleet, placed);
    mark_stays(fleet, placed);
    return placed;
}

Placed as_assembled(const PlanningModel& model, const CurrentFleet& fleet, const CountPlan& plan) {
    const Assembly assembly = assemble(model, plan);
    Placed placed = Reading(model, assembly.deployment).read();
    std::map<std::string_view, std::size_t> running;
    for (std::size_t g = 0; g < fleet.gpus.size(); ++g) running.emplace(fleet.gpus[g].id, g);
    const std::set<std::string> taken(fleet.taken_ids.begin(), fleet.taken_ids.end());
    std::set<std::string> known = taken;
    for (const PlacedGpu& gpu : placed) known.insert(gpu.id);
    std::size_t next = 0;
    for (PlacedGpu& gpu : placed) {
        const auto current = running.find(gpu.id);
        const CurrentGpu* seen = current == running.end() ? nullptr : &fleet.gpus[current->second];
        const bool same = seen != nullptr && seen->node == gpu.node &&
                          std::ranges::find(seen->entries, gpu.entry) != seen->entries.end();
        if (same) {
            gpu.current = current->second;
        } else if (model.problem->nodes.empty() && taken.contains(gpu.id)) {
            // The name belongs to another GPU, in use or lost.
            do {
                gpu.id = "gpu-" + std::to_string(next++);
            } while (!known.insert(gpu.id).second);
        }
    }
    mark_stays(fleet, placed);
    return placed;
}

std::optional<Counts> counts_for(const Question& question, const Placed& placed) {
    const PlanningModel& model = *question.model;
    Counts counts;
    std::vector<std::size_t> class_of(question.fleet->gpus.size(), question.classes.size());
    for (std::size_t c = 0; c < question.classes.size(); ++c) {
        counts.cuts.emplace_back(question.classes[c].cuts.size(), 0);
        for (const std::size_t g : question.classes[c].gpus) class_of[g] = c;
    }
    counts.partitions.assign(question.partitions.size(), 0);
    counts.instances.assign(model.options.size(), 0);
    for (const PlacedGpu& gpu : placed) {
        std::vector<int> by_type(model.types.size(), 0);
        for (const PlacedInstance& one : gpu.instances) {
            if (!counted(*question.fleet, gpu, one)) continue;
            const std::size_t option = option_at(model, gpu.entry, one);
            ++counts.instances[option];
            ++by_type[model.options[option].type.index()];
        }
        const std::size_t c = gpu.current ? class_of[*gpu.current] : question.classes.size();
        if (c < question.classes.size()) {
            std::int64_t best = -1;
            std::size_t cut = 0;
            for (std::size_t j = 0; j < question.classes[c].cuts.size(); ++j) {
                const std::int64_t shared = overlap(question, question.classes[c].cuts[j], gpu);
                if (shared > best) {
                    best = shared;
                    cut = j;
                }
            }
            if (best < 0) return std::nullopt;
            ++counts.cuts[c][cut];
            continue;
        }
        const auto holds = [&](PartitionId m) {
            return model.partitions[m].entry == gpu.entry &&
                   std::ranges::equal(by_type, model.partitions[m].counts,
                                      std::ranges::less_equal{});
        };
        const auto m = std::ranges::find_if(question.partitions, holds);
        if (m == question.partitions.end()) return std::nullopt;
        ++counts.partitions[static_cast<std::size_t>(m - question.partitions.begin())];
    }
    drop_superfluous(question, counts);
    return counts;
}

}  // namespace tangram::planner::close
