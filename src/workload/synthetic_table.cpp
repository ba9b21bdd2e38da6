#include "workload/synthetic_table.h"

#include <optional>
#include <string>
#include <utility>

#include "base/random.h"

namespace tangram::workload {
namespace {

constexpr std::int64_t kPerMille = 1'000;

// Copies points into a table of its own, as they are or changed.
class TableBuilder {
public:
    TableBuilder(const gpu::Catalogue& catalogue, const perf::PerformanceTable& source)
        : catalogue_(catalogue),
          source_(source),
          result_(std::make_shared<perf::PerformanceTable>()) {}

    void copy_all_but_smallest_of_every_other_model() {
        for (const perf::OperatingPoint& point : source_.points()) {
            const gpu::MigProfile* profile = profile_of(point);
            if (profile == nullptr) continue;
            if (point.model.index() % 2 == 0 && profile->compute_slices == 1) continue;
            add(point);
        }
    }

    void copy_all() {
        for (const perf::OperatingPoint& point : source_.points()) add(point);
    }

    // Points for the GPU called `name`, on its profiles of the same kind. `speed`: what an SM does
    // there on average, in thousandths; it differs from model to model.
    void add_scaled(std::string_view name, std::optional<std::int64_t> speed) {
        const gpu::GpuModel& target = catalogue_.model(*catalogue_.find(name));
        for (perf::OperatingPoint point : source_.points()) {
            const gpu::MigProfile* from = profile_of(point);
            if (from == nullptr) continue;
            for (const gpu::ProfileId id : target.base_profiles()) {
                const gpu::MigProfile& to = target.profiles[id];
                if (to.nvml_enum != from->nvml_enum) continue;
                // Integer arithmetic: the same table on every platform.
                const std::int64_t factor =
                    speed ? factor_of(point.model, name, *speed) : kPerMille;
                const std::int64_t up = *to.sms * factor;
                const std::int64_t down = *from->sms * kPerMille;
                point.throughput = Rate{point.throughput.count() * up / down};
                for (perf::Measure& measure : point.measures) {
                    measure.value = measure.value * down / up;
                }
                point.gpu = target.name;
                point.profile = to.name;
                add(point);
                break;
            }
        }
    }

    std::shared_ptr<const perf::PerformanceTable> take() { return std::move(result_); }

private:
    [[nodiscard]] const gpu::MigProfile* profile_of(const perf::OperatingPoint& point) const {
        const Result<gpu::GpuModelId> id = catalogue_.find(point.gpu);
        if (!id) return nullptr;
        const gpu::GpuModel& gpu = catalogue_.model(*id);
        const gpu::ProfileId profile = gpu.find_profile(point.profile);
        return profile.valid() ? &gpu.profiles[profile] : nullptr;
    }

    // In thousandths, within a fifth of `middle`; one draw per model and GPU.
    static std::int64_t factor_of(perf::ModelId model, std::string_view gpu, std::int64_t middle) {
        Random random(1'000 * gpu.size() + model.index());
        return random.between(middle * 4 / 5, middle * 6 / 5);
    }

    void add(perf::OperatingPoint point) {
        point.model = result_->intern_model(source_.models()[point.model]);
        for (perf::Measure& measure : point.measures) {
            measure.metric = result_->intern_metric(source_.metrics()[measure.metric]);
        }
        point.source = "synthetic";
        (void)result_->add(std::move(point));  // identities stay distinct
    }

    const gpu::Catalogue& catalogue_;
    const perf::PerformanceTable& source_;
    std::shared_ptr<perf::PerformanceTable> result_;
};

}  // namespace

bool has_own_table(std::string_view family) {
    return family == "irregular" || family == "no-1g" || family.starts_with("mixed-");
}

std::shared_ptr<const perf::PerformanceTable> derive_table(
    std::string_view family, const gpu::Catalogue& catalogue,
    std::shared_ptr<const perf::PerformanceTable> table) {
    if (!has_own_table(family)) return table;
    TableBuilder builder(catalogue, *table);
    if (family == "irregular") {
        builder.add_scaled("H100-SXM5-80GB", {});
    } else if (family == "no-1g") {
        builder.copy_all_but_smallest_of_every_other_model();
    } else {
        builder.copy_all();
        builder.add_scaled("H100-SXM5-80GB", 1'500);
        if (family.starts_with("mixed-3")) builder.add_scaled("A30", 1'000);
    }
    return builder.take();
}

}  // namespace tangram::workload
