#include "planner/model/option_finder.h"

#include <algorithm>

namespace tangram::planner::model {
namespace {

std::vector<Slot> make_slots(const workload::Problem& problem) {
    std::vector<Slot> slots;
    for (const FleetEntryId entry : problem.fleet.ids()) {
        const gpu::GpuModelId gpu = problem.fleet[entry].model;
        for (const gpu::ProfileId profile : problem.catalogue->model(gpu).profiles.ids()) {
            slots.push_back({entry, gpu, profile});
        }
    }
    return slots;
}

bool same_aspects(const std::vector<std::pair<perf::MetricId, std::optional<int>>>& aspects,
                  const std::vector<perf::Objective>& slo) {
    return std::ranges::equal(aspects, slo, [](const auto& aspect, const auto& objective) {
        return aspect.first == objective.metric && aspect.second == objective.percentile;
    });
}

}  // namespace

OptionFinder::OptionFinder(const workload::Problem& problem)
    : problem_(&problem),
      slots_(make_slots(problem)),
      rows_(problem.table->models().size(),
            std::vector<std::vector<perf::OperatingPointId>>(slots_.size())),
      most_processes_(problem.table->models().size(), 0),
      views_(problem.table->models().size()) {
    PointResolver resolver(problem);
    for (const perf::OperatingPointId id : problem.table->points().ids()) {
        const perf::OperatingPoint& point = problem.table->point(id);
        int& most = most_processes_[point.model];
        most = std::max(most, point.processes);
        const PointPlace place = resolver.resolve(point);
        if (unusable(problem, place, point)) continue;
        for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
            if (slots_[slot].gpu == place.gpu && slots_[slot].profile == place.profile) {
                rows_[point.model][slot].push_back(id);
            }
        }
    }
    for (auto& by_slot : rows_) {
        for (auto& rows : by_slot) {
            std::ranges::sort(rows, [&](perf::OperatingPointId a, perf::OperatingPointId b) {
                return preferred(*problem.table, a, b);
            });
        }
    }
}

// Adds `point` unless a better step already has latencies no higher than its own: rules are
// monotone in the latency, so such a point is never the first admissible one.
void OptionFinder::keep_step(Steps& steps, perf::OperatingPointId point,
                             const std::vector<Duration>& latencies) const {
    const std::size_t aspects = latencies.size();
    for (std::size_t i = 0; i < steps.steps.size(); ++i) {
        const auto better = steps.latencies.begin() + static_cast<std::ptrdiff_t>(i * aspects);
        if (std::equal(latencies.begin(), latencies.end(), better,
                       [](Duration mine, Duration other) { return mine >= other; })) {
            return;
        }
    }
    steps.steps.push_back({point, problem_->table->point(point).throughput});
    steps.latencies.insert(steps.latencies.end(), latencies.begin(), latencies.end());
}

OptionFinder::View OptionFinder::make_view(const workload::Service& service,
                                           int max_processes) const {
    View view{service.precision, max_processes, {}, std::vector<Steps>(slots_.size())};
    for (const perf::Objective& objective : service.slo) {
        view.aspects.emplace_back(objective.metric, objective.percentile);
    }
    std::vector<Duration> latencies;
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
        for (const perf::OperatingPointId id : rows_[service.model][slot]) {
            const perf::OperatingPoint& point = problem_->table->point(id);
            if (point.processes > max_processes) continue;
            if (!service.precision.empty() && point.precision != service.precision) continue;
            latencies.clear();
            for (const perf::Objective& objective : service.slo) {
                const perf::Measure* measure = perf::measure_for(point, objective);
                if (measure == nullptr) break;
                latencies.push_back(measure->value);
            }
            if (latencies.size() != service.slo.size()) continue;
            keep_step(view.by_slot[slot], id, latencies);
        }
    }
    return view;
}

const OptionFinder::View& OptionFinder::view_for(const workload::Service& service) {
    std::vector<View>& views = views_[service.model];
    const int max_processes = std::min(service.max_processes, most_processes_[service.model]);
    for (const View& view : views) {
        if (view.max_processes == max_processes && view.precision == service.precision &&
            same_aspects(view.aspects, service.slo)) {
            return view;
        }
    }
    views.push_back(make_view(service, max_processes));
    return views.back();
}

const OptionFinder::Step* OptionFinder::first_admissible(const Steps& steps,
                                                         const workload::Service& service) const {
    const Duration* latency = steps.latencies.data();
    for (const Step& step : steps.steps) {
        bool admitted = true;
        for (const perf::Objective& objective : service.slo) {
            admitted = admitted && perf::admissible(problem_->latency_rule, *latency,
                                                    service.max_wait, objective.max);
            ++latency;
        }
        if (admitted) return &step;
    }
    return nullptr;
}

const std::vector<bool>& OptionFinder::allowed_slots(const std::vector<std::string>& names) {
    const auto [it, added] = allowed_.try_emplace(names);
    if (added) {
        for (const Slot& slot : slots_) {
            const gpu::GpuModel& model = problem_->catalogue->model(slot.gpu);
            it->second.push_back(names.empty() ||
                                 std::ranges::any_of(names, [&](const std::string& name) {
                                     return model.find_profile(name) == slot.profile;
                                 }));
        }
    }
    return it->second;
}

void OptionFinder::find(const workload::Service& service, std::vector<Option>& options) {
    const View& view = view_for(service);
    const std::vector<bool>& allowed = allowed_slots(service.allow_profiles);
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
        if (!allowed[slot] || view.by_slot[slot].steps.empty()) continue;
        if (!service.allow_gpus.empty() &&
            std::ranges::find(service.allow_gpus, slots_[slot].gpu) == service.allow_gpus.end()) {
            continue;
        }
        const Step* step = first_admissible(view.by_slot[slot], service);
        if (step != nullptr) {
            options.push_back({InstanceTypeId{slot}, step->throughput, step->point});
        }
    }
}

}  // namespace tangram::planner::model
