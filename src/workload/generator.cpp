#include "workload/generator.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <utility>

#include "base/random.h"

namespace tangram::workload {
namespace {

// A model's admissible points for one GPU, reduced to what drawing an objective needs.
struct Candidate {
    perf::ModelId model;
    Duration least;  // the smallest SLO some point meets
};

Duration smallest_slo(perf::LatencyRule rule, Duration latency) {
    switch (rule) {
        case perf::LatencyRule::kMean:
            return latency;
        case perf::LatencyRule::kTwoBatches:
            return 2 * latency;
        case perf::LatencyRule::kParvaGpu:
            return latency * 100 / 45 + Duration{1};
    }
    return latency;
}

// What one service may use, and the models that can be served with it.
struct Choice {
    std::vector<std::string> allow_profiles;  // empty: all
    std::vector<Candidate> models;
};

class Chooser {
public:
    Chooser(const GeneratorOptions& options, const gpu::Catalogue& catalogue, gpu::GpuModelId gpu,
            const perf::PerformanceTable& table, perf::MetricId metric)
        : options_(options), catalogue_(catalogue), gpu_(gpu), table_(table), metric_(metric) {}

    // One choice, or one per size of profile below the whole GPU's; none that serves no model.
    [[nodiscard]] std::vector<Choice> choices() const {
        std::set<int> floors{0};
        const gpu::GpuModel& gpu = catalogue_.model(gpu_);
        if (options_.size_floors) {
            floors.clear();
            for (const gpu::ProfileId id : gpu.base_profiles())
                floors.insert(gpu.profiles[id].size);
            if (floors.size() > 1) floors.erase(std::prev(floors.end()));
        }
        std::vector<Choice> found;
        for (const int floor : floors) {
            Choice choice{{}, candidates(floor)};
            if (choice.models.empty()) continue;
            if (options_.size_floors) choice.allow_profiles = profiles_from(gpu, floor);
            found.push_back(std::move(choice));
        }
        return found;
    }

private:
    static std::vector<std::string> profiles_from(const gpu::GpuModel& gpu, int floor) {
        std::vector<std::string> names;
        for (const gpu::ProfileId id : gpu.base_profiles()) {
            if (gpu.profiles[id].size >= floor) names.push_back(gpu.profiles[id].name);
        }
        return names;
    }

    [[nodiscard]] bool usable(const perf::OperatingPoint& point, int floor) const {
        const Result<gpu::GpuModelId> gpu = catalogue_.find(point.gpu);
        if (!gpu || *gpu != gpu_ || point.processes > options_.max_processes) return false;
        if (floor == 0) return true;
        const gpu::GpuModel& model = catalogue_.model(gpu_);
        const gpu::ProfileId profile = model.find_profile(point.profile);
        return profile.valid() && model.profiles[profile].size >= floor;
    }

    [[nodiscard]] std::vector<Candidate> candidates(int floor) const {
        std::vector<Candidate> found;
        for (const perf::ModelId model : table_.models().ids()) {
            std::optional<Duration> least;
            for (const perf::OperatingPointId id : table_.points_of(model)) {
                const perf::OperatingPoint& point = table_.point(id);
                if (!usable(point, floor)) continue;
                const perf::Measure* measure = perf::measure_for(point, {metric_, {}, {}});
                if (measure == nullptr) continue;
                const Duration slo = smallest_slo(options_.rule, measure->value);
                least = std::min(least.value_or(slo), slo);
            }
            if (least && milliseconds(*least) <= options_.slo_ms_max) {
                found.push_back({model, *least});
            }
        }
        return found;
    }

    const GeneratorOptions& options_;
    const gpu::Catalogue& catalogue_;
    gpu::GpuModelId gpu_;
    const perf::PerformanceTable& table_;
    perf::MetricId metric_;
};

// None if a normal draw is not a rate.
std::optional<double> draw_rate_rps(const GeneratorOptions& options, Random& random) {
    const double deviation = options.sigma * random.normal();
    switch (options.rate_law) {
        case RateLaw::kLogNormal:
            return options.median_rate_rps * std::exp(deviation);
        case RateLaw::kNormal:
            if (deviation > -1) return options.median_rate_rps * (1 + deviation);
            return std::nullopt;
    }
    return std::nullopt;
}

// One attempt; none if what was drawn cannot be served.
std::optional<Service> draw_service(const GeneratorOptions& options,
                                    const std::vector<Choice>& choices, perf::MetricId metric,
                                    Random& random) {
    // A single choice costs no draw.
    const Choice& choice = choices[choices.size() > 1 ? random.below(choices.size()) : 0];
    const Candidate& candidate = choice.models[random.below(choice.models.size())];
    const std::optional<double> rate_rps = draw_rate_rps(options, random);
    const double slo_ms =
        options.slo_ms_min * std::pow(options.slo_ms_max / options.slo_ms_min, random.unit());
    const Duration slo{std::llround(slo_ms * 10) * 100'000};
    if (!rate_rps || slo < candidate.least) return std::nullopt;
    Service service;
    service.model = candidate.model;
    const double thousandths = *rate_rps * options.rate_scale * kRatePerRps;
    service.rate = Rate{std::max<std::int64_t>(1, std::llround(thousandths))};
    service.slo.push_back({metric, slo, std::nullopt});
    service.max_processes = options.max_processes;
    service.allow_profiles = choice.allow_profiles;
    return service;
}

// Adds the fleet asked for.
Result<void> add_fleet(const GeneratorOptions& options, const gpu::Catalogue& catalogue,
                       Problem& problem) {
    if (options.fleet.empty()) return invalid_input("no GPU model to draw a problem for");
    const auto services = static_cast<std::int64_t>(options.services);
    for (const GpuOffer& offer : options.fleet) {
        const Result<gpu::GpuModelId> gpu = catalogue.find(offer.gpu);
        if (!gpu) return gpu.error();
        std::optional<std::int64_t> count = options.gpus;
        if (!count && offer.per_thousand_services) {
            count = *offer.per_thousand_services * services / 1'000;
        }
        problem.fleet.push_back({*gpu, count, offer.cost, std::nullopt});
    }
    return {};
}

}  // namespace

Result<Problem> generate(const GeneratorOptions& options,
                         std::shared_ptr<const gpu::Catalogue> catalogue,
                         std::shared_ptr<const perf::PerformanceTable> table) {
    Problem problem;
    if (const Result<void> added = add_fleet(options, *catalogue, problem); !added) {
        return added.error();
    }
    const gpu::GpuModelId first = problem.fleet[FleetEntryId{0}].model;
    Result<gpu::RuleSet> rules = catalogue->rule_set("current");
    if (!rules) return rules.error();
    const perf::MetricId metric = table->find_metric("latency_ms");
    if (!metric.valid()) return invalid_input("the table has no column latency_ms");
    const std::vector<Choice> choices =
        Chooser(options, *catalogue, first, *table, metric).choices();
    if (choices.empty()) {
        return invalid_input("no model of the table can meet the largest SLO on " +
                             options.fleet.front().gpu);
    }
    problem.catalogue = std::move(catalogue);
    problem.rules = *std::move(rules);
    problem.table = std::move(table);
    problem.latency_rule = options.rule;
    problem.services.reserve(options.services);
    Random random(options.seed);
    while (problem.services.size() < options.services) {
        std::optional<Service> service = draw_service(options, choices, metric, random);
        if (!service) continue;
        service->name = "s" + std::to_string(problem.services.size());
        if (problem.services.empty()) {
            const auto rate = static_cast<double>(service->rate.count());
            service->rate = Rate{std::llround(rate * options.giant_factor)};
        }
        problem.services.push_back(*std::move(service));
    }
    return problem;
}

}  // namespace tangram::workload
