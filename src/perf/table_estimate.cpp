#include "perf/table_estimate.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/amount_text.h"

namespace tangram::perf {
namespace {

__extension__ using Wide = __int128;  // products of ratios and 64-bit counts

// Beyond these no table can be read back (io/performance_csv.h).
constexpr std::int64_t kThroughputMax = 1'000'000'000 * kRatePerRps;
constexpr std::int64_t kLatencyMax = 10'000'000LL * 1'000'000;
constexpr std::size_t kSourceMax = 900;

struct Ratio {
    std::int64_t over = 1;
    std::int64_t under = 1;

    friend bool operator<(const Ratio& a, const Ratio& b) {
        return Wide{a.over} * b.under < Wide{b.over} * a.under;
    }
    // How far from 1, either way.
    [[nodiscard]] Ratio distance() const { return over < under ? Ratio{under, over} : *this; }
};

// A measured point that others may be derived from.
struct Source {
    OperatingPointId point;
    gpu::ProfileId profile;
};

// Points that differ in nothing but the profile (and the note) are one group.
using Group = std::vector<Source>;

class Estimator {
public:
    Estimator(const PerformanceTable& measured, const gpu::Catalogue& catalogue,
              gpu::GpuModelId from, gpu::GpuModelId to)
        : measured_(measured),
          catalogue_(catalogue),
          from_id_(from),
          from_(catalogue.model(from)),
          to_(catalogue.model(to)),
          same_(from == to) {}

    Result<TableEstimate> run();

private:
    [[nodiscard]] Result<void> check_models() const;
    Result<void> find_targets();
    Result<void> find_groups();
    [[nodiscard]] bool usable(const OperatingPoint& point, gpu::ProfileId& profile);
    [[nodiscard]] std::optional<Source> source_for(const Group& group,
                                                   const gpu::MigProfile& target) const;
    [[nodiscard]] bool fits(const OperatingPoint& point, const gpu::MigProfile& source,
                            const gpu::MigProfile& target) const;
    [[nodiscard]] Ratio sm_ratio(const gpu::MigProfile& source,
                                 const gpu::MigProfile& target) const;
    [[nodiscard]] Ratio bandwidth_ratio(const gpu::MigProfile& source,
                                        const gpu::MigProfile& target) const;
    Result<void> add(const Source& source, const gpu::MigProfile& target);
    void warn_of_rest();

    const PerformanceTable& measured_;
    const gpu::Catalogue& catalogue_;
    gpu::GpuModelId from_id_;
    const gpu::GpuModel& from_;
    const gpu::GpuModel& to_;
    bool same_;
    std::vector<gpu::ProfileId> targets_;
    std::vector<Group> groups_;
    std::unordered_map<std::string, gpu::GpuModelId> gpus_;  // by the table's names
    TableEstimate result_;
    std::size_t estimates_ = 0, elsewhere_ = 0, unknown_ = 0, no_room_ = 0, out_of_range_ = 0;
};

Result<void> Estimator::check_models() const {
    if (same_) return invalid_input("an estimate needs two GPU models, both are " + from_.name);
    for (const gpu::GpuModel* model : {&from_, &to_}) {
        if (!model->geometry_known()) {
            return invalid_input(model->name + ": geometry unknown, no placements are published");
        }
        if (!model->memory_bandwidth_gb_s) {
            return invalid_input(model->name + ": memory bandwidth unknown, so nothing can be " +
                                 "estimated; a catalogue file may give memory_bandwidth_gb_s");
        }
    }
    return {};
}

Result<void> Estimator::find_targets() {
    std::string blind;
    for (const gpu::ProfileId id : to_.profiles.ids()) {
        const gpu::MigProfile& profile = to_.profiles[id];
        if (profile.media != gpu::Media::kPlain) continue;
        if (profile.sms) {
            targets_.push_back(id);
        } else {
            blind += (blind.empty() ? "" : ", ") + profile.name;
        }
    }
    if (targets_.empty()) {
        return invalid_input(
            to_.name + ": the SMs of its profiles are unknown, so nothing can be " + "estimated");
    }
    if (!blind.empty()) {
        result_.warnings.push_back(to_.name + ": SMs unknown, nothing is estimated for " + blind);
    }
    return {};
}

// Whether the point was measured on a profile of the source with known SMs.
bool Estimator::usable(const OperatingPoint& point, gpu::ProfileId& profile) {
    const auto [gpu, added] = gpus_.try_emplace(point.gpu);
    if (added) {
        if (const auto found = catalogue_.find(point.gpu)) gpu->second = *found;
    }
    if (gpu->second != from_id_) {
        ++elsewhere_;
        return false;
    }
    profile = from_.find_profile(point.profile);
    if (!profile.valid() || !from_.profiles[profile].sms) {
        ++unknown_;
        return false;
    }
    if (point.estimated) ++estimates_;
    return !point.estimated;
}

Result<void> Estimator::find_groups() {
    std::map<std::tuple<ModelId, std::string, std::string, int, int, std::string>, std::size_t>
        index;
    for (const OperatingPointId id : measured_.points().ids()) {
        const OperatingPoint& point = measured_.point(id);
        gpu::ProfileId profile;
        if (!usable(point, profile)) continue;
        if (point.source.size() > kSourceMax) {
            return invalid_input("the source is too long to be marked as an estimate's",
                                 point.place);
        }
        const auto [group, added] =
            index.try_emplace({point.model, point.source, point.precision, point.batch,
                               point.processes, point.scenario},
                              groups_.size());
        if (added) groups_.emplace_back();
        groups_[group->second].push_back({id, profile});
    }
    return {};
}

// What ran in a profile of unknown use is only known to fit one with as much memory.
bool Estimator::fits(const OperatingPoint& point, const gpu::MigProfile& source,
                     const gpu::MigProfile& target) const {
    if (point.memory) return !target.memory || *point.memory <= *target.memory;
    return source.memory && target.memory && *source.memory <= *target.memory;
}

Ratio Estimator::sm_ratio(const gpu::MigProfile& source, const gpu::MigProfile& target) const {
    return {*target.sms, *source.sms};
}

Ratio Estimator::bandwidth_ratio(const gpu::MigProfile& source,
                                 const gpu::MigProfile& target) const {
    const auto product = [](int bandwidth, int size, int slices) {
        return std::int64_t{bandwidth} * size * slices;
    };
    return {product(*to_.memory_bandwidth_gb_s, target.size, *from_.memory_slices),
            product(*from_.memory_bandwidth_gb_s, source.size, *to_.memory_slices)};
}

std::optional<Source> Estimator::source_for(const Group& group,
                                            const gpu::MigProfile& target) const {
    std::optional<Source> best;
    const auto nearer = [&](const Source& a, const Source& b) {
        const gpu::MigProfile& first = from_.profiles[a.profile];
        const gpu::MigProfile& second = from_.profiles[b.profile];
        const Ratio sms[] = {sm_ratio(first, target).distance(),
                             sm_ratio(second, target).distance()};
        if (sms[0] < sms[1] || sms[1] < sms[0]) return sms[0] < sms[1];
        const Ratio bandwidths[] = {bandwidth_ratio(first, target).distance(),
                                    bandwidth_ratio(second, target).distance()};
        if (bandwidths[0] < bandwidths[1] || bandwidths[1] < bandwidths[0]) {
            return bandwidths[0] < bandwidths[1];
        }
        return *first.sms > *second.sms;
    };
    for (const Source& source : group) {
        if (!fits(measured_.point(source.point), from_.profiles[source.profile], target)) continue;
        if (!best || nearer(source, *best)) best = source;
    }
    return best;
}

Result<void> Estimator::add(const Source& source, const gpu::MigProfile& target) {
    const gpu::MigProfile& profile = from_.profiles[source.profile];
    const Ratio factor = std::min(sm_ratio(profile, target), bandwidth_ratio(profile, target));
    OperatingPoint point = measured_.point(source.point);
    const Wide throughput = Wide{point.throughput.count()} * factor.over / factor.under;
    bool in_range = throughput > 0 && throughput <= kThroughputMax;
    point.throughput = Rate{in_range ? static_cast<std::int64_t>(throughput) : 0};
    for (Measure& measure : point.measures) {
        const Wide latency =
            (Wide{measure.value.count()} * factor.under + factor.over - 1) / factor.over;
        in_range = in_range && latency <= kLatencyMax;
        measure.value = Duration{in_range ? static_cast<std::int64_t>(latency) : 0};
        measure.metric = result_.table.intern_metric(measured_.metrics()[measure.metric]);
    }
    if (!in_range) {
        ++out_of_range_;
        return {};
    }
    point.model = result_.table.intern_model(measured_.models()[point.model]);
    point.source =
        "estimate from " + from_.name + (point.source.empty() ? "" : ": " + point.source);
    point.note =
        "from " + profile.name + " x " + decimal_text(factor.over * 1'000 / factor.under, 3);
    point.gpu = to_.name;
    point.profile = target.name;
    point.estimated = true;
    const auto added = result_.table.add(std::move(point));
    return added ? Result<void>{} : added.error();
}

void Estimator::warn_of_rest() {
    const auto warn = [&](std::size_t count, const std::string& what) {
        if (count > 0) result_.warnings.push_back(std::to_string(count) + " " + what);
    };
    if (from_.architecture != to_.architecture) {
        result_.warnings.push_back("an SM of " + to_.architecture +
                                   " does not do the work of one of " + from_.architecture +
                                   ": their numbers alone were compared");
    }
    warn(elsewhere_, "points of other GPU models not used");
    warn(unknown_, "points of profiles without known SMs not used");
    warn(estimates_, "points not used because they are estimates themselves");
    warn(no_room_,
         "estimates left out: every source ran in more memory than the profile has, or "
         "one of both is unknown");
    warn(out_of_range_, "estimates left out: beyond what a table can hold");
}

Result<TableEstimate> Estimator::run() {
    if (Result<void> models = check_models(); !models) return models.error();
    if (Result<void> targets = find_targets(); !targets) return targets.error();
    if (Result<void> groups = find_groups(); !groups) return groups.error();
    if (groups_.empty()) {
        std::set<std::string> gpus;
        for (const OperatingPoint& point : measured_.points()) gpus.insert(point.gpu);
        std::string names;
        for (const std::string& gpu : gpus) names += (names.empty() ? "" : ", ") + gpu;
        return invalid_input("the table has no measurement on a MIG profile of " + from_.name +
                             " with known SMs; it has rows of " +
                             (names.empty() ? "no GPU" : names));
    }
    for (const Group& group : groups_) {
        for (const gpu::ProfileId target : targets_) {
            const std::optional<Source> source = source_for(group, to_.profiles[target]);
            if (!source) {
                ++no_room_;
                continue;
            }
            if (Result<void> added = add(*source, to_.profiles[target]); !added) {
                return added.error();
            }
        }
    }
    if (result_.table.points().empty()) {
        return invalid_input("nothing can be carried over to " + to_.name +
                             ": every row ran in more memory than its profiles have");
    }
    warn_of_rest();
    return std::move(result_);
}

}  // namespace

Result<TableEstimate> estimate_table(const PerformanceTable& measured,
                                     const gpu::Catalogue& catalogue, gpu::GpuModelId from,
                                     gpu::GpuModelId to) {
    return Estimator(measured, catalogue, from, to).run();
}

}  // namespace tangram::perf
