#include "perf/series.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace tangram::perf {
namespace {

// Compute slices by the names a table writes; looked up once per name.
class SliceLookup {
public:
    explicit SliceLookup(const gpu::Catalogue& catalogue) : catalogue_(&catalogue) {}

    std::optional<int> slices(const std::string& gpu, const std::string& profile) {
        const auto [entry, added] = known_.try_emplace({gpu, profile});
        if (added) {
            entry->second = look_up(gpu, profile);
        }
        return entry->second;
    }

private:
    [[nodiscard]] std::optional<int> look_up(std::string_view gpu, std::string_view name) const {
        const Result<gpu::GpuModelId> model = catalogue_->find(gpu);
        if (!model) {
            return std::nullopt;
        }
        const gpu::ProfileId id = catalogue_->model(*model).find_profile(name);
        if (!id.valid()) {
            return std::nullopt;
        }
        const gpu::MigProfile& profile = catalogue_->model(*model).profiles[id];
        const bool plain = profile.media == gpu::Media::kPlain && !profile.extra_memory;
        return plain ? std::optional(profile.compute_slices) : std::nullopt;
    }

    const gpu::Catalogue* catalogue_;
    std::map<std::pair<std::string_view, std::string_view>, std::optional<int>> known_;
};

// Everything two points of one series have in common: all but the axis.
auto common(const OperatingPoint& point, Axis axis) {
    const bool profile = axis == Axis::kProfile;
    return std::tuple{point.model,
                      std::string_view(point.source),
                      std::string_view(point.gpu),
                      std::string_view(point.precision),
                      std::string_view(point.scenario),
                      std::string_view(point.note),
                      profile ? std::string_view() : std::string_view(point.profile),
                      axis == Axis::kBatch ? 0 : point.batch,
                      axis == Axis::kProcesses ? 0 : point.processes};
}

}  // namespace

std::vector<Series> series_along(Axis axis, const PerformanceTable& table,
                                 const gpu::Catalogue& catalogue) {
    SliceLookup lookup(catalogue);
    std::map<decltype(common(std::declval<const OperatingPoint&>(), axis)), Series> groups;
    for (const OperatingPointId id : table.points().ids()) {
        const OperatingPoint& point = table.point(id);
        std::optional<std::int64_t> value;
        if (axis == Axis::kProfile) {
            value = lookup.slices(point.gpu, point.profile);
        } else {
            value = axis == Axis::kBatch ? point.batch : point.processes;
        }
        if (value) {
            groups[common(point, axis)].push_back({id, *value});
        }
    }
    std::vector<Series> result;
    for (auto& [key, series] : groups) {
        std::ranges::stable_sort(series, {}, &SeriesPoint::value);
        // Two names of one profile may both be measured: the first row stands for it.
        const auto repeated = std::ranges::unique(series, {}, &SeriesPoint::value);
        series.erase(repeated.begin(), repeated.end());
        if (series.size() > 1) {
            result.push_back(std::move(series));
        }
    }
    return result;
}

}  // namespace tangram::perf
