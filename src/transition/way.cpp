#include "transition/way.h"

#include <algorithm>
#include <set>
#include <utility>

#include "deployment/warm.h"
#include "transition/arcs.h"
#include "transition/order.h"
#include "transition/reach.h"
#include "transition/spare_proof.h"

namespace tangram::transition {
namespace {

using deployment::Deployment;

// Beyond this many spare GPUs nobody looks for a way.
constexpr std::int64_t kSparesAtMost = 32;

class Search {
public:
    Search(const planner::PlanningModel& model, const Deployment& current, Ground ground,
           const Durations& durations, const WayOptions& options)
        : model_(model),
          current_(current),
          durations_(durations),
          options_(options),
          ground_(std::move(ground)) {
        add_spare_gpus(std::min(options.spare_gpus.value_or(kSparesAtMost), kSparesAtMost));
        menu_ = stopgap_menu(model, ground_);
        change_ = change_of(ground_, durations.granularity);
    }

    Way run() {
        const std::int64_t most = std::ssize(spares_);
        Way way = best_way(options_.dips, most);
        if (!way.found) explain(way);
        return way;
    }

private:
    struct Tried {
        Sequence sequence;
        std::int64_t spares = 0;
        SliceTime restart;
    };

    // GPUs in neither deployment that the fleet has, one of each kind in turn.
    void add_spare_gpus(std::int64_t most) {
        std::set<std::string> taken;
        for (const deployment::DeployedGpu& gpu : ground_.gpus) taken.insert(gpu.id);
        std::size_t next = 0;
        for (bool any = true; any && std::ssize(spares_) < most;) {
            any = false;
            for (const planner::FleetEntryId entry : model_.problem->fleet.ids()) {
                const auto name = free_name(entry, taken, next);
                if (!name || std::ssize(spares_) >= most) continue;
                taken.insert(name->first);
                const auto known =
                    std::ranges::find(ground_.model_ids, model_.problem->fleet[entry].model);
                spares_.push_back(ground_.add_gpu(
                    name->first, static_cast<int>(known - ground_.model_ids.begin()),
                    name->second));
                any = true;
            }
        }
    }

    // GPUs the fleet does not have, one of each model in turn.
    void imagine_spare_gpus(std::int64_t most) {
        const auto models = static_cast<std::int64_t>(ground_.models.size());
        for (std::int64_t i = std::ssize(spares_); models > 0 && i < most; ++i) {
            spares_.push_back(ground_.add_gpu("spare " + std::to_string(i),
                                              static_cast<int>(i % models), std::string()));
        }
    }

    // Id and node of a GPU of the entry that nobody uses; nothing if there is none.
    [[nodiscard]] std::optional<std::pair<std::string, std::string>> free_name(
        planner::FleetEntryId entry, const std::set<std::string>& taken, std::size_t& next) const {
        const workload::Problem& problem = *model_.problem;
        const auto known = std::ranges::find(ground_.model_ids, problem.fleet[entry].model);
        if (known == ground_.model_ids.end()) return std::nullopt;
        for (const workload::Node& node : problem.nodes) {
            for (const workload::NodeGpu& gpu : node.gpus) {
                if (gpu.entry == entry && !taken.contains(gpu.id)) {
                    return std::pair(gpu.id, node.name);
                }
            }
        }
        if (!problem.nodes.empty()) return std::nullopt;
        const auto m = static_cast<int>(known - ground_.model_ids.begin());
        const auto used = std::ranges::count_if(ground_.gpus, [&](const auto& gpu) {
            return gpu.model == m && gpu.status != deployment::GpuStatus::kLost;
        });
        const auto& count = problem.fleet[entry].count;
        if (count && used >= *count) return std::nullopt;
        while (taken.contains("gpu-" + std::to_string(next))) ++next;
        return std::pair("gpu-" + std::to_string(next), std::string());
    }

    [[nodiscard]] Promises promises(const std::map<std::string, Share>& dips,
                                    std::int64_t spares) const {
        return promises_of(ground_, change_, current_, {options_.margin, dips, spares});
    }

    // With the fewest spare GPUs with which there is a way; with all, where something else comes
    // first.
    Way best_way(const std::map<std::string, Share>& dips, std::int64_t most) {
        std::optional<Tried> best;
        Way way;
        const Promises alone = promises(dips, 0);
        const Reach reach = reach_of(ground_, change_, alone, menu_, durations_, options_.exchange);
        for (std::int64_t spares = 0; spares <= most; ++spares) {
            for (Tried& tried : try_orders(promises(dips, spares), reach, spares)) {
                if (!tried.sequence.complete) {
                    if (spares == 0 && way.obstacles.empty()) note(tried.sequence, way);
                    continue;
                }
                if (!best || rank(tried) < rank(*best)) best = std::move(tried);
            }
            if (best && options_.objective.front() == Criterion::kSpares) break;
        }
        if (best) write(*best, alone, reach, way);
        return way;
    }

    std::vector<Tried> try_orders(const Promises& promises, const Reach& reach,
                                  std::int64_t spares) {
        std::vector<Tried> tried;
        OrderOptions how;
        how.spares.assign(spares_.begin(), spares_.begin() + spares);
        for (int i = 0; i < options_.tries; ++i) {
            // Each of these helps some and harms others.
            how.exchange = options_.exchange && i % 4 < 2;
            how.move_kept = options_.move_kept;
            how.together = durations_.granularity != Granularity::kInstance && i % 4 == 3;
            how.eager =
                (options_.objective.front() == Criterion::kMakespan || spares > 0) && i % 3 != 2;
            how.stranded = i % 2 == 0 ? IdVector<ServiceNameId, bool>() : reach.stranded;
            how.seed = i == 0 ? 0 : options_.seed * 1'000 + static_cast<std::uint64_t>(i);
            Tried& one = tried.emplace_back();
            one.sequence = order(ground_, change_, promises, menu_, durations_, how);
            one.spares = spares;
            one.restart = restart_of(one.sequence.change);
            // Nothing left to gain but time.
            if (one.sequence.complete && one.sequence.temporaries == 0 && i >= kTriesForTime) break;
        }
        return tried;
    }

    [[nodiscard]] SliceTime restart_of(const Change& change) const {
        SliceTime sum;
        for (const Arrival& arrival : change.arrivals) {
            const bool starts =
                std::ranges::find(arrival.steps, StepKind::kStart) != arrival.steps.end();
            if (!starts) continue;
            sum += start_cost(durations_, ground_.points[arrival.who.instance.point].model,
                              ground_.profile_of(arrival.who).compute_slices);
        }
        return sum;
    }

    using Rank = std::array<std::int64_t, 3>;
    [[nodiscard]] Rank rank(const Tried& tried) const {
        Rank rank{};
        for (std::size_t i = 0; i < rank.size(); ++i) {
            switch (options_.objective[i]) {
                case Criterion::kSpares:
                    rank[i] = tried.spares;
                    break;
                case Criterion::kRestarts:
                    rank[i] = tried.restart.count();
                    break;
                case Criterion::kMakespan:
                    rank[i] = tried.sequence.makespan.count();
                    break;
            }
        }
        return rank;
    }

    // `alone`: the promises without spare GPUs, and what can be reached with them.
    void write(const Tried& best, const Promises& alone, const Reach& reach, Way& way) {
        const Change& change = best.sequence.change;
        way.found = true;
        way.obstacles.clear();
        way.graph = graph_of(ground_, best.sequence, durations_);
        way.graph.from = deployment::fingerprint(current_);
        way.reached = reached(change);
        way.restart = best.restart;
        way.target_restart = restart_of(change_);
        way.temporaries = best.sequence.temporaries;
        way.kept = std::ssize(change.kept);
        for (const Arrival& arrival : change.arrivals) {
            way.started += arrival.who.instance.service.valid() ? 1 : 0;
        }
        for (const Departure& departure : change.departures) {
            way.stopped += departure.serves ? 1 : 0;
        }
        way.spares = best.spares;
        for (const Step& step : way.graph.steps) {
            way.makespan = std::max(way.makespan, step.planned + step.duration);
        }
        way.makespan_bound = std::min(reach.makespan, way.makespan);
        way.reached.warm = warm_after(way.graph, way.makespan);
        if (best.spares == 0) return;
        // Of one: the proofs say that none is too few.
        const bool proven = best.spares == 1 && durations_.granularity == Granularity::kInstance &&
                            (!reach.without_spare ||
                             spare_is_necessary(ground_, change_, alone, menu_, options_.exchange));
        way.verdict = proven ? SpareVerdict::kProvenNecessary : SpareVerdict::kNotProven;
    }

    // The end: what stays and what has arrived, without what was there for the time between.
    [[nodiscard]] Deployment reached(const Change& change) const {
        Deployment result;
        result.models = ground_.models;
        result.points = ground_.points;
        const workload::Problem& problem = *model_.problem;
        for (const workload::Service& service : problem.services) {
            result.services.push_back({service.name, service.rate});
        }
        IdVector<GpuIndex, std::vector<deployment::Instance>> on(ground_.gpus.size());
        const auto put = [&](const Occupant& who) {
            deployment::Instance instance = who.instance;
            instance.phase =
                instance.service.valid() ? deployment::Phase::kServing : deployment::Phase::kIdle;
            on[who.gpu].push_back(instance);
        };
        for (const Occupant& who : change.kept) put(who);
        for (const Arrival& arrival : change.arrivals) {
            if (!arrival.temporary) put(arrival.who);
        }
        if (durations_.granularity != Granularity::kInstance) leave_idle(change, on);
        Cost cost;
        for (const GpuIndex gpu : ground_.gpus.ids()) {
            if (on[gpu].empty()) continue;
            deployment::DeployedGpu known = ground_.gpus[gpu];
            std::ranges::sort(on[gpu], {}, &deployment::Instance::start);
            known.instances = std::move(on[gpu]);
            for (const workload::FleetEntry& entry : problem.fleet) {
                if (entry.model != ground_.model_ids[static_cast<std::size_t>(known.model)]) {
                    continue;
                }
                cost += entry.cost;
                break;
            }
            result.gpus.push_back(std::move(known));
        }
        result.claimed_gpus = std::ssize(result.gpus);
        result.claimed_cost = cost;
        return result;
    }

    // What was warm is colder by then; what the transition stops joins it.
    [[nodiscard]] std::vector<deployment::WarmModel> warm_after(const StepGraph& graph,
                                                                Duration makespan) const {
        std::vector<const Step*> stops;
        for (const Step& step : graph.steps) {
            // A process that failed may be nobody's.
            if (step.kind == StepKind::kStop && step.point.valid()) stops.push_back(&step);
        }
        const auto end_of = [](const Step* step) { return step->planned + step->duration; };
        std::ranges::sort(stops, {}, end_of);  // of one time: in any order
        Deployment passing;
        passing.warm = ground_.warm;
        Duration now{};
        for (const Step* stop : stops) {
            deployment::let_pass(passing, end_of(stop) - now, durations_.stays_warm);
            now = end_of(stop);
            deployment::note_stopped(passing, deployment::place_of(graph.gpus[stop->gpu]),
                                     graph.points[stop->point].model);
        }
        deployment::let_pass(passing, makespan - now, durations_.stays_warm);
        return std::move(passing.warm);
    }

    // GPUs that are not cut anew hold what they held, where nobody is any more as well.
    void leave_idle(const Change& change,
                    IdVector<GpuIndex, std::vector<deployment::Instance>>& on) const {
        for (const Occupant& old : ground_.now) {
            auto& instances = on[old.gpu];
            if (instances.empty() || change.recut_of[old.gpu]) continue;
            const int start = old.instance.start;
            if (std::ranges::find(instances, start, &deployment::Instance::start) !=
                instances.end()) {
                continue;
            }
            instances.push_back({old.instance.profile, start, {}, {}, deployment::Phase::kIdle});
        }
    }

    void note(const Sequence& sequence, Way& way) const {
        for (const Shortage& shortage : sequence.shortages) {
            const Ledger& ledger = sequence.promises.ledgers[shortage.ledger];
            Obstacle obstacle;
            if (ledger.service.valid()) obstacle.service = ground_.services[ledger.service];
            obstacle.reason = ledger.reason;
            obstacle.missing = shortage.missing;
            way.obstacles.push_back(std::move(obstacle));
        }
    }

    // What would make it possible: more spare GPUs, or how deep a dip of the services in the way.
    void explain(Way& way) {
        const std::int64_t had = std::ssize(spares_);
        add_spare_gpus(had + kMoreSpares);
        imagine_spare_gpus(had + kMoreSpares);
        change_ = change_of(ground_, durations_.granularity);  // knows the new GPUs
        const Way with_more = best_way(options_.dips, std::ssize(spares_));
        if (with_more.found) way.spares_needed = with_more.spares;
        spares_.resize(static_cast<std::size_t>(had));
        std::map<std::string, Share> dips = options_.dips;
        std::int64_t low = 0;
        std::int64_t high = 101;  // percent; 101: not even without any floor
        while (high - low > 1) {
            const std::int64_t percent = (low + high) / 2;
            for (const Obstacle& obstacle : way.obstacles) {
                if (!obstacle.service.empty()) {
                    dips[obstacle.service] = Share{percent * kSharePerOne / 100};
                }
            }
            (best_way(dips, had).found ? high : low) = percent;
        }
        if (high <= 100) way.dip_needed = Share{high * kSharePerOne / 100};
    }

    // So many more than allowed are tried where there is no way.
    static constexpr std::int64_t kMoreSpares = 4;
    // Tries that only look for a shorter way, once there is one that cannot restart less.
    static constexpr int kTriesForTime = 11;

    const planner::PlanningModel& model_;
    const Deployment& current_;
    const Durations& durations_;
    const WayOptions& options_;
    Ground ground_;
    std::vector<GpuIndex> spares_;
    StopgapMenu menu_;
    Change change_;
};

}  // namespace

SliceTime start_cost(const Durations& durations, const std::string& model, int compute_slices) {
    constexpr Duration kUnit = std::chrono::milliseconds(1);
    return SliceTime{durations.cold_start_for(model) / kUnit * std::max(compute_slices, 1)};
}

Result<Way> find_way(const planner::PlanningModel& model, const Deployment& current,
                     const Deployment& target, const Durations& durations,
                     const WayOptions& options) {
    Result<Ground> ground = lay_ground(*model.problem, current, target);
    if (!ground) return ground.error();
    return Search(model, current, *std::move(ground), durations, options).run();
}

}  // namespace tangram::transition
