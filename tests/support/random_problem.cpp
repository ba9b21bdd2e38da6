#include "support/random_problem.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/random.h"
#include "support/small_problem.h"

namespace tangram::test {
namespace {

// A profile of random size that may start at random places.
gpu::MigProfile random_profile(Random& random, int compute_slices, int slices) {
    const auto size = static_cast<int>(random.between(1, slices));
    std::vector<int> starts;
    for (int start = 0; start + size <= slices; ++start) {
        if (random.below(3) > 0) starts.push_back(start);
    }
    if (starts.empty()) starts.push_back(0);
    gpu::MigProfile profile = test_profile(compute_slices, size, starts, 1'000 * size);
    profile.max_instances = static_cast<int>(random.between(1, profile.max_instances));
    return profile;
}

gpu::GpuModel random_gpu(Random& random, const std::string& name) {
    const auto slices = static_cast<int>(random.between(2, 8));
    std::vector<gpu::MigProfile> profiles;
    const std::int64_t count = random.between(1, 4);
    for (int p = 1; p <= count; ++p) profiles.push_back(random_profile(random, p, slices));
    return test_gpu(name, slices, std::move(profiles));
}

std::shared_ptr<const gpu::Catalogue> random_catalogue(Random& random) {
    auto catalogue =
        gpu::Catalogue::make({random_gpu(random, "Alpha"), random_gpu(random, "Beta")},
                             {{"current", {}}, {"paper-2021", {{"2_SLICE", "3_SLICE"}}}});
    CHECK(catalogue.has_value(), catalogue.error().text());
    return std::make_shared<const gpu::Catalogue>(std::move(*catalogue));
}

class Generator {
public:
    Generator(std::uint64_t seed, const RandomShape& shape) : random_(seed), shape_(shape) {}

    workload::Problem run() {
        if (!shape_.real_geometry) small_.edit().catalogue = random_catalogue(random_);
        const gpu::Catalogue& catalogue = *small_.edit().catalogue;
        const std::string_view rules = random_.below(4) == 0 ? "paper-2021" : "current";
        small_.edit().rules = catalogue.rule_set(rules).value();
        if (random_.below(4) == 0) {
            small_.edit().max_utilization = Share{random_.between(500'000, kSharePerOne)};
        }
        add_fleet(catalogue);
        const std::int64_t services = random_.between(1, shape_.services_max);
        for (std::int64_t s = 0; s < services; ++s) add_service("s" + std::to_string(s));
        return small_.build();
    }

private:
    void add_fleet(const gpu::Catalogue& catalogue) {
        const bool priced = random_.below(2) == 0;
        const bool swapped = random_.below(2) == 0;
        const std::int64_t entries = random_.between(1, shape_.entries_max);
        nodes_ = shape_.losses && random_.below(2) == 0;
        for (std::int64_t e = 0; e < entries; ++e) {
            // The third model of the small catalogue has no geometry.
            const gpu::GpuModelId model{static_cast<std::size_t>(swapped ? 1 - e : e)};
            std::optional<std::int64_t> count;
            if (shape_.caps && random_.below(3) == 0) count = random_.between(0, 4);
            workload::FleetEntry& entry = small_.fleet(catalogue.model(model).name, count);
            if (nodes_) entry.gpus_per_node = static_cast<int>(random_.between(1, 3));
            if (priced) entry.cost = Cost{kCostPerUnit / 4 * random_.between(count ? 0 : 1, 9)};
            gpus_.push_back(model);
        }
    }

    // A model measured on some profiles, and a service that uses it.
    void add_service(const std::string& name) {
        const gpu::Catalogue& catalogue = *small_.edit().catalogue;
        const bool proportional = random_.below(3) == 0;
        std::int64_t best = 0;
        while (best == 0) {
            for (const gpu::GpuModelId g : gpus_) {
                for (const gpu::MigProfile& profile : catalogue.model(g).profiles) {
                    if (random_.below(5) < 2) continue;
                    const std::int64_t throughput = proportional ? 10'000 * profile.compute_slices
                                                                 : random_.between(15'000, 90'000);
                    best = std::max(best, throughput);
                    add_row(name, catalogue.model(g).name, profile.name, throughput);
                }
            }
        }
        workload::Service& service = small_.service(name, name, 0, 100);
        const bool idle = random_.below(12) == 0;
        service.rate = Rate{idle ? 0 : random_.between(1, shape_.instances_max * best)};
        if (random_.below(4) == 0) {
            service.min_replicas = static_cast<int>(random_.between(1, 3));
            if (shape_.spread && random_.below(2) == 0) service.spread = workload::Spread::kGpu;
        }
        if (shape_.losses && random_.below(2) == 0) {
            const bool by_node = nodes_ && random_.below(2) == 0;
            (by_node ? service.survive_node : service.survive_gpu) =
                Share{50'000 * random_.between(1, 20)};
        }
    }

    void add_row(const std::string& model, const std::string& gpu, const std::string& profile,
                 std::int64_t throughput) {
        RowExtras extras;
        extras.gpu = gpu;
        small_.row(model, profile, static_cast<double>(throughput) / 1'000.0, 20, extras);
    }

    Random random_;
    RandomShape shape_;
    SmallProblem small_;
    std::vector<gpu::GpuModelId> gpus_;
    bool nodes_ = false;
};

}  // namespace

workload::Problem random_problem(std::uint64_t seed, const RandomShape& shape) {
    return Generator(seed, shape).run();
}

std::string describe(const workload::Problem& problem) {
    std::string text = "rules " + problem.rules.name + ", utilisation " +
                       std::to_string(problem.max_utilization.count()) + "\n";
    for (const workload::FleetEntry& entry : problem.fleet) {
        const gpu::GpuModel& gpu = problem.catalogue->model(entry.model);
        text += gpu.name + " x " + (entry.count ? std::to_string(*entry.count) : "any") + " at " +
                std::to_string(entry.cost.count()) + "\n";
        for (const gpu::MigProfile& profile : gpu.profiles) {
            text += "  " + profile.name + " size " + std::to_string(profile.size) + " at most " +
                    std::to_string(profile.max_instances) + " at";
            for (const int start : profile.starts) text += " " + std::to_string(start);
            text += "\n";
        }
    }
    for (const workload::Service& service : problem.services) {
        text += service.name + " rate " + std::to_string(service.rate.count()) + " replicas " +
                std::to_string(service.min_replicas) + " survive " +
                std::to_string(service.survive_gpu.value_or(Share{}).count()) + " " +
                std::to_string(service.survive_node.value_or(Share{}).count()) + ":";
        for (const perf::OperatingPointId id : problem.table->points_of(service.model)) {
            const perf::OperatingPoint& point = problem.table->point(id);
            text += " " + point.gpu + "/" + point.profile + "=" +
                    std::to_string(point.throughput.count());
        }
        text += "\n";
    }
    return text;
}

}  // namespace tangram::test
