#include "support/close_brute_force.h"

#include <algorithm>
#include <map>
#include <utility>

namespace tangram::test {
namespace {

using planner::Option;
using planner::ServiceId;

// Instances by option, then GPUs by service with spread, both cut at what is enough; then by
// service that survives losses the most that one GPU has, in thousandths of requests/s.
using State = std::vector<int>;
using Table = std::map<State, std::int64_t>;  // least restart

class Enumerator {
public:
    Enumerator(const CloseQuestion& question, std::size_t effort)
        : question_(question), model_(*question.model), effort_(effort) {
        const auto& problem = *model_.problem;
        std::vector<gpu::ProfileId> profiles;
        for (const planner::InstanceType& type : model_.types) profiles.push_back(type.profile);
        layouts_ = gpu::enumerate_layouts(gpu_model(), problem.rules, profiles);
        for (const ServiceId s : model_.demands.ids()) {
            const planner::Demand& demand = model_.demands[s];
            const std::int64_t left = demand.after_gpu_loss.count();
            std::int64_t capacity = demand.required.count();
            if (left > 0) capacity = std::max(capacity, left + most_on_one(s));
            for (const Option& option : model_.options_of(s)) {
                const std::int64_t by_rate =
                    (capacity + option.throughput.count() - 1) / option.throughput.count();
                enough_.push_back(
                    static_cast<int>(std::max<std::int64_t>(by_rate, demand.min_replicas)));
            }
        }
        for (const planner::Demand& demand : model_.demands) {
            const bool apart = question.spread && demand.spread == workload::Spread::kGpu;
            enough_.push_back(apart ? demand.min_replicas : 0);
        }
        first_most_ = enough_.size();
        enough_.resize(first_most_ + model_.demands.size(), 0);
    }

    CloseEnumeration run(std::size_t gpus_max) {
        std::vector<Table> by_gpus(gpus_max + 1);  // exactly so many GPUs in use
        by_gpus[0][State(enough_.size(), 0)] = 0;
        for (const deployment::DeployedGpu& gpu : question_.current->gpus) {
            if (std::ranges::find(question_.lost, gpu.id) == question_.lost.end()) {
                by_gpus = with(by_gpus, choices(&gpu), must_be_used(gpu));
            }
        }
        const Table fresh = choices(nullptr);
        for (std::size_t i = 0; i < gpus_max; ++i) by_gpus = with(by_gpus, fresh, false);
        CloseEnumeration out;
        out.complete = steps_ <= effort_;
        std::optional<std::int64_t> best;
        for (const Table& table : by_gpus) {
            for (const auto& [state, restart] : table) {
                if (serves(state)) best = best ? std::min(*best, restart) : restart;
            }
            out.restarts.push_back(best);
        }
        return out;
    }

private:
    // Of the service, whatever the GPU's layout.
    [[nodiscard]] std::int64_t most_on_one(ServiceId s) const {
        std::int64_t largest = 0;
        for (const Option& option : model_.options_of(s)) {
            largest = std::max(largest, option.throughput.count());
        }
        std::size_t places = 0;
        for (const gpu::Layout& layout : layouts_) {
            places = std::max(places, layout.placements().size());
        }
        return largest * static_cast<std::int64_t>(places);
    }

    [[nodiscard]] const gpu::GpuModel& gpu_model() const {
        return model_.problem->gpu_model(planner::FleetEntryId{0});
    }

    [[nodiscard]] bool frozen(ServiceId s) const {
        return std::ranges::find(question_.frozen_services, model_.problem->services[s].name) !=
               question_.frozen_services.end();
    }

    [[nodiscard]] bool gpu_frozen(const deployment::DeployedGpu& gpu) const {
        return std::ranges::find(question_.frozen_gpus, gpu.id) != question_.frozen_gpus.end();
    }

    [[nodiscard]] bool must_be_used(const deployment::DeployedGpu& gpu) const {
        return gpu_frozen(gpu) || std::ranges::any_of(model_.demands.ids(), [&](ServiceId s) {
                   return frozen(s) && runs_any(gpu, s);
               });
    }

    [[nodiscard]] bool runs_any(const deployment::DeployedGpu& gpu, ServiceId s) const {
        return std::ranges::any_of(gpu.instances, [&](const deployment::Instance& instance) {
            return instance.service.valid() && name_of(instance) == name_of(s);
        });
    }

    [[nodiscard]] const std::string& name_of(const deployment::Instance& instance) const {
        return question_.current->services[instance.service].name;
    }
    [[nodiscard]] const std::string& name_of(ServiceId s) const {
        return model_.problem->services[s].name;
    }

    [[nodiscard]] bool holds(const deployment::DeployedGpu& gpu,
                             const gpu::Placement& placement) const {
        const auto& profiles =
            question_.current->models[static_cast<std::size_t>(gpu.model)].profiles;
        return std::ranges::any_of(gpu.instances, [&](const deployment::Instance& instance) {
            return instance.start == placement.start &&
                   profiles[static_cast<std::size_t>(instance.profile)].name ==
                       gpu_model().profiles[placement.profile].name;
        });
    }

    [[nodiscard]] bool runs(const deployment::DeployedGpu& gpu, const gpu::Placement& placement,
                            const Option& option, ServiceId s) const {
        const auto& profiles =
            question_.current->models[static_cast<std::size_t>(gpu.model)].profiles;
        const perf::OperatingPoint& point = model_.problem->table->point(option.point);
        return std::ranges::any_of(gpu.instances, [&](const deployment::Instance& instance) {
            if (!instance.service.valid() || instance.start != placement.start) return false;
            const deployment::RunPoint& run = question_.current->points[instance.point];
            return profiles[static_cast<std::size_t>(instance.profile)].name ==
                       gpu_model().profiles[placement.profile].name &&
                   name_of(instance) == name_of(s) && run.batch == point.batch &&
                   run.processes == point.processes;
        });
    }

    // What one GPU can become: instances it adds, and the least restart for that.
    Table choices(const deployment::DeployedGpu* gpu) {
        Table table;
        for (const gpu::Layout& layout : layouts_) {
            State state(enough_.size(), 0);
            fill(gpu, layout, {}, state, table);
        }
        return table;
    }

    // What is decided of a GPU, place by place.
    struct Filled {
        std::size_t places = 0;
        std::int64_t restart = 0, all = 0;  // slices of those that do not stay; of all
        int kept = 0;                       // of those that must stay
        bool anew = false;                  // an instance is where none is now
    };

    void fill(const deployment::DeployedGpu* gpu, const gpu::Layout& layout, const Filled& filled,
              State& state, Table& table) {
        if (++steps_ > effort_) return;
        if (filled.places == layout.placements().size()) {
            const bool nobody = question_.whole_layouts && filled.anew;
            if (gpu != nullptr && (nobody ? 0 : filled.kept) != to_keep(*gpu)) return;
            const std::int64_t restart = nobody ? filled.all : filled.restart;
            const auto [it, added] = table.try_emplace(with_hosts(state), restart);
            it->second = std::min(it->second, restart);
            return;
        }
        Filled next = filled;
        ++next.places;
        fill(gpu, layout, next, state, table);  // idle
        const gpu::Placement& placement = layout.placements()[filled.places];
        next.anew = next.anew || gpu == nullptr || !holds(*gpu, placement);
        for (const ServiceId s : model_.demands.ids()) {
            for (std::size_t i = 0; i < model_.options_of(s).size(); ++i) {
                const Option& option = model_.options_of(s)[i];
                const planner::InstanceType& type = model_.types[option.type];
                if (type.profile != placement.profile) continue;
                const bool stays = gpu != nullptr && runs(*gpu, placement, option, s);
                const bool fixed = frozen(s) || (gpu != nullptr && gpu_frozen(*gpu));
                if (fixed && !stays) continue;
                const std::int64_t slices = gpu_model().profiles[placement.profile].compute_slices;
                Filled with = next;
                with.restart += stays ? 0 : slices;
                with.all += slices;
                with.kept += fixed ? 1 : 0;
                ++state[model_.demands[s].first_option + i];
                fill(gpu, layout, with, state, table);
                --state[model_.demands[s].first_option + i];
            }
        }
    }

    [[nodiscard]] int to_keep(const deployment::DeployedGpu& gpu) const {
        int count = 0;
        for (const deployment::Instance& instance : gpu.instances) {
            const bool by_service = std::ranges::any_of(model_.demands.ids(), [&](ServiceId s) {
                return frozen(s) && name_of(instance) == name_of(s);
            });
            if (gpu_frozen(gpu) || by_service) ++count;
        }
        return count;
    }

    [[nodiscard]] State with_hosts(const State& state) const {
        State all = state;
        for (const ServiceId s : model_.demands.ids()) {
            const planner::Demand& demand = model_.demands[s];
            for (std::size_t o = demand.first_option; o < demand.first_option + demand.option_count;
                 ++o) {
                if (state[o] > 0) all[model_.options.size() + s.index()] = 1;
                if (demand.after_gpu_loss.count() == 0) continue;
                all[first_most_ + s.index()] +=
                    state[o] * static_cast<int>(model_.options[o].throughput.count());
            }
        }
        return all;
    }

    // One more GPU, in use or, unless it must be, not. Frozen services may have more than enough.
    std::vector<Table> with(const std::vector<Table>& before, const Table& gpu, bool must) {
        std::vector<Table> after(before.size());
        if (!must) after = before;
        for (std::size_t n = 0; n + 1 < before.size(); ++n) {
            for (const auto& [state, restart] : before[n]) {
                for (const auto& [added, more] : gpu) {
                    if (++steps_ > effort_) return after;
                    State sum = state;
                    for (std::size_t i = 0; i < first_most_; ++i) {
                        sum[i] = std::min(enough_[i], sum[i] + added[i]);
                    }
                    for (std::size_t i = first_most_; i < sum.size(); ++i) {
                        sum[i] = std::max(sum[i], added[i]);
                    }
                    const auto [it, fresh] =
                        after[n + 1].try_emplace(std::move(sum), restart + more);
                    it->second = std::min(it->second, restart + more);
                }
            }
        }
        return after;
    }

    [[nodiscard]] bool serves(const State& state) const {
        for (const ServiceId s : model_.demands.ids()) {
            const planner::Demand& demand = model_.demands[s];
            std::int64_t rate = 0;
            int replicas = 0;
            for (std::size_t o = demand.first_option; o < demand.first_option + demand.option_count;
                 ++o) {
                rate += state[o] * model_.options[o].throughput.count();
                replicas += state[o];
            }
            if (rate < demand.required.count() || replicas < demand.min_replicas) return false;
            const std::int64_t lost = state[first_most_ + s.index()];
            if (rate - lost < demand.after_gpu_loss.count()) return false;
            const std::size_t hosts = model_.options.size() + s.index();
            if (state[hosts] < enough_[hosts]) return false;
        }
        return true;
    }

    const CloseQuestion& question_;
    const planner::PlanningModel& model_;
    std::size_t effort_;
    std::size_t steps_ = 0;
    State enough_;
    std::size_t first_most_ = 0;  // into a state
    std::vector<gpu::Layout> layouts_;
};

}  // namespace

CloseEnumeration least_restarts(const CloseQuestion& question, std::size_t gpus_max,
                                std::size_t effort) {
    return Enumerator(question, effort).run(gpus_max);
}

}  // namespace tangram::test
