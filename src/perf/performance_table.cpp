#include "perf/performance_table.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"

namespace tangram::perf {
namespace {

// FNV-1a, fed field by field; the same on every platform.
class Hash {
public:
    void add(std::string_view text) {
        for (const char c : text) {
            add_byte(static_cast<unsigned char>(c));
        }
        add_byte(0xff);  // not in any UTF-8 text: ("ab", "c") and ("a", "bc") differ
    }
    void add(std::uint64_t number) {
        for (int i = 0; i < 8; ++i) {
            add_byte(static_cast<unsigned char>(number >> (8 * i)));
        }
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    void add_byte(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001b3ULL; }
    std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

auto identity(const OperatingPoint& point) {
    return std::tie(point.model, point.batch, point.processes, point.profile, point.gpu,
                    point.precision, point.source, point.scenario, point.note);
}

// The id of `name`, which is given the next one if it is new.
template <typename IdType>
IdType intern(std::string_view name, IdVector<IdType, std::string>& names,
              std::unordered_map<std::string, IdType>& ids) {
    const auto [entry, added] = ids.try_emplace(std::string(name), IdType{names.size()});
    if (added) {
        names.push_back(entry->first);
    }
    return entry->second;
}

template <typename IdType>
IdType find(std::string_view name, const std::unordered_map<std::string, IdType>& ids) {
    const auto entry = ids.find(std::string(name));
    return entry == ids.end() ? IdType{} : entry->second;
}

}  // namespace

bool same_identity(const OperatingPoint& a, const OperatingPoint& b) {
    return identity(a) == identity(b);
}

std::uint64_t identity_hash(const OperatingPoint& point) {
    Hash hash;
    hash.add(point.model.index());
    hash.add(static_cast<std::uint64_t>(point.batch));
    hash.add(static_cast<std::uint64_t>(point.processes));
    for (const std::string* text : {&point.profile, &point.gpu, &point.precision, &point.source,
                                    &point.scenario, &point.note}) {
        hash.add(*text);
    }
    return hash.value();
}

bool better(const OperatingPoint& a, const OperatingPoint& b) {
    return std::tuple{b.throughput, a.batch, a.processes} <
           std::tuple{a.throughput, b.batch, b.processes};
}

ModelId PerformanceTable::intern_model(std::string_view name) {
    const ModelId model = intern(name, models_, model_ids_);
    if (points_of_.size() < models_.size()) {
        points_of_.push_back({});
    }
    return model;
}

MetricId PerformanceTable::intern_metric(std::string_view name) {
    return intern(name, metrics_, metric_ids_);
}

Result<OperatingPointId> PerformanceTable::add(OperatingPoint point) {
    CHECK(point.model.valid() && point.model.index() < models_.size());
    for (const Measure& measure : point.measures) {
        CHECK(measure.metric.valid() && measure.metric.index() < metrics_.size());
    }
    const std::uint64_t hash = identity_hash(point);
    const auto [first, last] = by_identity_.equal_range(hash);
    for (auto entry = first; entry != last; ++entry) {
        const OperatingPoint& known = points_[entry->second];
        if (same_identity(known, point)) {
            return invalid_input(models_[point.model] + " on " + point.profile + ", batch " +
                                     std::to_string(point.batch) + ", " +
                                     std::to_string(point.processes) +
                                     " processes: already given at " + known.place,
                                 point.place);
        }
    }
    const ModelId model = point.model;
    const OperatingPointId id = points_.push_back(std::move(point));
    by_identity_.emplace(hash, id);
    points_of_[model].push_back(id);
    return id;
}

ModelId PerformanceTable::find_model(std::string_view name) const { return find(name, model_ids_); }

MetricId PerformanceTable::find_metric(std::string_view name) const {
    return find(name, metric_ids_);
}

std::vector<std::string> PerformanceTable::precisions_of(ModelId model) const {
    std::vector<std::string> precisions;
    for (const OperatingPointId id : points_of_[model]) {
        if (std::ranges::find(precisions, points_[id].precision) == precisions.end()) {
            precisions.push_back(points_[id].precision);
        }
    }
    return precisions;
}

}  // namespace tangram::perf
