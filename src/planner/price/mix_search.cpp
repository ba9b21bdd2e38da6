#include "planner/price/mix_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tangram::planner::price {
namespace {

__extension__ using Wide = __int128;  // a worth times as many GPUs as a file may state

constexpr std::size_t kNodesAtMost = 100'000;
constexpr std::int64_t kNoCap = std::numeric_limits<std::int64_t>::max();

}  // namespace

// A box around the centre that is being searched.
struct MixSearch::Window {
    std::int64_t radius = 0;
    std::size_t nodes = 0;
    bool clipped = false;  // the box cut something off
    GpuMix mix;
    std::vector<GpuMix> found;
};

MixSearch::MixSearch(const PlanningModel& model, std::vector<double> centre)
    : costs_(model.entries.size(), 0), centre_(std::move(centre)) {
    for (const EntryLimit& entry : model.entries) caps_.push_back(entry.cap.value_or(kNoCap));
    std::vector<bool> useful(model.entries.size(), false);
    for (const PartitionChoice& partition : model.partitions) {
        costs_[partition.entry.index()] = partition.cost.count();
        useful[partition.entry.index()] = true;
    }
    for (std::size_t e = 0; e < useful.size(); ++e) {
        if (!useful[e]) caps_[e] = 0;
    }
}

Cost MixSearch::cost(const GpuMix& mix) const {
    std::int64_t sum = 0;
    for (const FleetEntryId e : mix.ids()) sum += costs_[e.index()] * mix[e];
    return Cost{sum};
}

void MixSearch::require(const PriceVector& prices, std::int64_t covers) {
    inequalities_.push_back({prices.gpus, covers});
}

void MixSearch::refute(GpuMix mix) { refuted_.push_back(std::move(mix)); }

bool MixSearch::allowed(const GpuMix& mix) const {
    for (const Inequality& inequality : inequalities_) {
        Wide sum = 0;
        for (const FleetEntryId e : mix.ids()) sum += Wide{inequality.worth[e.index()]} * mix[e];
        if (sum < inequality.need) return false;
    }
    return std::ranges::none_of(refuted_, [&](const GpuMix& larger) {
        return std::ranges::all_of(mix.ids(), [&](FleetEntryId e) { return mix[e] <= larger[e]; });
    });
}

double MixSearch::distance(const GpuMix& mix) const {
    double sum = 0;
    for (const FleetEntryId e : mix.ids()) {
        const double off = (static_cast<double>(mix[e]) - centre_[e.index()]) *
                           static_cast<double>(costs_[e.index()]);
        sum += off * off;
    }
    return sum;
}

// Whether spending all `money` on entries from `e` on could satisfy each inequality.
bool MixSearch::may_satisfy(const Window& window, std::size_t e, std::int64_t money) const {
    for (const Inequality& inequality : inequalities_) {
        double most = 0;  // worth per cost
        double sum = 0;
        for (std::size_t i = 0; i < costs_.size(); ++i) {
            const auto value = static_cast<double>(inequality.worth[i]);
            if (i < e) {
                sum += value * static_cast<double>(window.mix[FleetEntryId{i}]);
            } else if (costs_[i] == 0) {
                sum += value * static_cast<double>(caps_[i]);
            } else {
                most = std::max(most, value / static_cast<double>(costs_[i]));
            }
        }
        const double reach = sum + most * static_cast<double>(money);
        if (reach * (1 + 1e-9) < static_cast<double>(inequality.need)) return false;
    }
    return true;
}

// Chooses the count of entry `e` and those after it, which together cost within [low, high].
void MixSearch::descend(Window& window, std::size_t e, std::int64_t low, std::int64_t high) const {
    if (e == costs_.size()) {
        if (low <= 0 && allowed(window.mix)) window.found.push_back(window.mix);
        return;
    }
    if (++window.nodes > kNodesAtMost || !may_satisfy(window, e, high)) return;
    const FleetEntryId entry{e};
    if (costs_[e] == 0) {  // free GPUs are all there
        window.mix[entry] = caps_[e];
        descend(window, e + 1, low, high);
        return;
    }
    std::int64_t first = 0;
    std::int64_t last = std::min(caps_[e], high / costs_[e]);
    const bool only_one_left = std::all_of(costs_.begin() + static_cast<std::ptrdiff_t>(e) + 1,
                                           costs_.end(), [](std::int64_t c) { return c == 0; });
    if (only_one_left) {
        first = low <= 0 ? 0 : (low - 1) / costs_[e] + 1;
    } else {
        const auto middle = static_cast<std::int64_t>(std::llround(centre_[e]));
        window.clipped =
            window.clipped || middle - window.radius > first || middle + window.radius < last;
        first = std::max(first, middle - window.radius);
        last = std::min(last, middle + window.radius);
    }
    for (std::int64_t n = first; n <= last; ++n) {
        window.mix[entry] = n;
        descend(window, e + 1, low - n * costs_[e], high - n * costs_[e]);
    }
}

MixSearch::Found MixSearch::between(Cost from, Cost to, std::size_t limit) const {
    Found found;
    for (std::int64_t radius = 2;; radius *= 4) {
        Window window;
        window.radius = radius;
        window.mix = GpuMix(costs_.size(), 0);
        descend(window, 0, from.count(), to.count() - 1);
        found.complete = !window.clipped && window.nodes <= kNodesAtMost;
        found.mixes = std::move(window.found);
        if (found.complete || window.nodes > kNodesAtMost || found.mixes.size() >= limit) break;
    }
    std::ranges::stable_sort(found.mixes, {}, [this](const GpuMix& m) { return distance(m); });
    if (found.mixes.size() > limit) {
        found.mixes.resize(limit);
        found.complete = false;
    }
    return found;
}

}  // namespace tangram::planner::price
