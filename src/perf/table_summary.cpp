#include "perf/table_summary.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace tangram::perf {
namespace {

template <typename T>
void insert_sorted(std::vector<T>& sorted, const T& item) {
    const auto place = std::ranges::lower_bound(sorted, item);
    if (place == sorted.end() || *place != item) {
        sorted.insert(place, item);
    }
}

auto coverage_key(const OperatingPoint& point) {
    return std::tuple{std::string_view(point.source),    std::string_view(point.gpu),
                      std::string_view(point.precision), std::string_view(point.profile),
                      std::string_view(point.scenario),  point.processes};
}

auto best_key(const OperatingPoint& point) {
    return std::tuple{std::string_view(point.gpu), std::string_view(point.precision),
                      std::string_view(point.profile)};
}

auto infeasible_key(const auto& point) {
    return std::tuple{point.model, point.processes, std::string_view(point.gpu),
                      std::string_view(point.profile)};
}

Coverage new_coverage(const OperatingPoint& point) {
    Coverage group;
    group.model = point.model;
    group.source = point.source;
    group.gpu = point.gpu;
    group.precision = point.precision;
    group.profile = point.profile;
    group.processes = point.processes;
    group.scenario = point.scenario;
    return group;
}

bool faster(const PerformanceTable& table, OperatingPointId a, OperatingPointId b,
            const Objective& objective) {
    const Measure* first = measure_for(table.point(a), objective);
    const Measure* second = b.valid() ? measure_for(table.point(b), objective) : nullptr;
    return first != nullptr && (second == nullptr || first->value < second->value);
}

void consider(const PerformanceTable& table, const BestQuery& query, OperatingPointId id,
              Best& row) {
    const OperatingPoint& point = table.point(id);
    const bool admitted = meets(point, query.slo, query.rule, query.max_wait);
    if (admitted && (!row.best.valid() || better(point, table.point(row.best)))) {
        row.best = id;
    }
    if (!query.slo.empty() && faster(table, id, row.fastest, query.slo.front())) {
        row.fastest = id;
    }
}

}  // namespace

std::vector<Coverage> coverage(const PerformanceTable& table) {
    std::vector<Coverage> groups;
    for (const ModelId model : table.models().ids()) {
        std::map<decltype(coverage_key(std::declval<const OperatingPoint&>())), std::size_t> index;
        for (const OperatingPointId id : table.points_of(model)) {
            const OperatingPoint& point = table.point(id);
            const auto [entry, added] = index.try_emplace(coverage_key(point), groups.size());
            if (added) {
                groups.push_back(new_coverage(point));
            }
            Coverage& group = groups[entry->second];
            ++group.points;
            insert_sorted(group.batches, point.batch);
            for (const Measure& measure : point.measures) {
                insert_sorted(group.statistics,
                              table.metrics()[measure.metric] + " " + measure.statistic);
            }
        }
    }
    std::map<decltype(infeasible_key(std::declval<const Infeasible&>())), std::size_t> infeasible;
    for (const Infeasible& combination : table.infeasible()) {
        ++infeasible[infeasible_key(combination)];
    }
    for (Coverage& group : groups) {
        const auto found = infeasible.find(infeasible_key(group));
        group.infeasible = found == infeasible.end() ? 0 : found->second;
    }
    return groups;
}

std::vector<Best> best_points(const PerformanceTable& table, const BestQuery& query) {
    std::vector<Best> rows;
    for (const ModelId model : table.models().ids()) {
        std::map<decltype(best_key(std::declval<const OperatingPoint&>())), std::size_t> index;
        for (const OperatingPointId id : table.points_of(model)) {
            const OperatingPoint& point = table.point(id);
            if (point.processes > query.max_processes) {
                continue;
            }
            const auto [entry, added] = index.try_emplace(best_key(point), rows.size());
            if (added) {
                rows.push_back({model, point.gpu, point.precision, point.profile, {}, {}});
            }
            consider(table, query, id, rows[entry->second]);
        }
    }
    return rows;
}

}  // namespace tangram::perf
