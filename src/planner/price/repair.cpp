#include "planner/price/repair.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "planner/price/move_library.h"

namespace tangram::planner::price {
namespace {

using Deficit = std::vector<std::int32_t>;  // demand - supply, by type

// GPUs per partition that every start has in common, and those of the mix that are left.
struct Base {
    std::vector<std::int64_t> gpus;       // by partition
    GpuMix left;                          // none negative
    std::int64_t slack = 0;               // of all fixed GPUs
    std::vector<PartitionId> candidates;  // for the rest, by slack
};

// A choice of left-over partitions.
struct Start {
    std::vector<PartitionId> extra;
    Deficit deficit;
    std::int64_t value = 0;  // price . deficit: at most the initial covers' excess
    std::int64_t missing = 0;
};

// A node of the beam: the start it came from and the move that led here.
struct State {
    std::int32_t parent = -1;  // index into the previous levels' states, -1 for a start
    std::int32_t start = 0;
    std::int32_t move = -1;
    std::int32_t provider = -1;
    Deficit deficit;
    std::int64_t value = 0;
    std::int64_t missing = 0;  // price . positive part: zero when done
};

std::uint64_t hash_of(const Deficit& deficit) {
    std::uint64_t hash = 0x9e3779b97f4a7c15ULL;
    for (const std::int32_t d : deficit) {
        hash = (hash ^ static_cast<std::uint32_t>(d)) * 0xbf58476d1ce4e5b9ULL;
        hash ^= hash >> 29;
    }
    return hash;
}

class Repair {
public:
    Repair(const PlanningModel& model, const Bound& bound, const Rounding& rounding,
           const GpuMix& mix, const RepairEffort& effort, Random& random, std::uint64_t& work)
        : model_(model),
          bound_(bound),
          assignment_(rounding.assignment),
          fractional_(rounding.partitions),
          mix_(mix),
          gap_(worth(bound.prices, mix) - bound.covers),
          effort_(effort),
          random_(random),
          work_(work) {
        // Weights of missing instances: a type of price zero still must not be missing.
        for (const std::int64_t price : bound.prices.types) weights_.push_back(price + 1);
        std::int64_t covers = 0;
        for (std::size_t k = 0; k < weights_.size(); ++k) {
            covers += bound.prices.types[k] * assignment_.totals[k];
        }
        excess_ = std::max<std::int64_t>(0, covers - bound.covers);
    }

    std::optional<Repaired> run() {
        // Fewer fixed GPUs mean more freedom for the rest; begin with few left over.
        choose_base(fractional_);
        if (too_many_left()) choose_base(scaled_to_mix());
        enumerate_starts();
        if (starts_.empty()) return std::nullopt;
        collect();
        return search();
    }

private:
    void choose_base(const std::vector<double>& fractional);
    [[nodiscard]] std::vector<double> scaled_to_mix() const;
    [[nodiscard]] bool too_many_left() const;
    [[nodiscard]] double multisets_left() const;
    void fix_largest_remainders(const std::vector<double>& fractional);
    void enumerate_starts();
    void extend(std::size_t candidate, std::int64_t slack_left, Start& start);
    void collect();
    std::optional<Repaired> search();
    void expand(std::size_t index, std::vector<State>& next);
    [[nodiscard]] std::int32_t free_provider(std::size_t index, const Move& move) const;
    [[nodiscard]] bool can_recut(std::size_t index, const Move& move) const;
    void keep_best(std::vector<State>& states) const;
    [[nodiscard]] Repaired build(std::size_t index) const;

    [[nodiscard]] std::int64_t missing(const Deficit& deficit) const {
        std::int64_t sum = 0;
        for (std::size_t k = 0; k < deficit.size(); ++k) {
            if (deficit[k] > 0) sum += weights_[k] * deficit[k];
        }
        return sum;
    }
    [[nodiscard]] std::int64_t value(const Deficit& deficit) const {
        std::int64_t sum = 0;
        for (std::size_t k = 0; k < deficit.size(); ++k) {
            sum += bound_.prices.types[k] * deficit[k];
        }
        return sum;
    }

    const PlanningModel& model_;
    const Bound& bound_;
    const Assignment& assignment_;
    const std::vector<double>& fractional_;  // GPUs by partition
    const GpuMix& mix_;
    const std::int64_t gap_;  // what a plan on the mix may waste
    const RepairEffort& effort_;
    Random& random_;
    std::uint64_t& work_;
    std::vector<std::int64_t> weights_;
    std::int64_t excess_ = 0;
    Base base_;
    std::vector<Start> starts_;
    std::size_t considered_ = 0;  // multisets, kept or not
    std::vector<Move> moves_;
    std::vector<std::vector<std::int32_t>> moves_reducing_;  // by type: moves with change < 0
    std::vector<State> states_;                              // of all levels
    std::unordered_set<std::uint64_t> seen_;
};

void Repair::choose_base(const std::vector<double>& fractional) {
    base_ = {};
    base_.gpus.assign(model_.partitions.size(), 0);
    base_.left = mix_;
    for (const PartitionId m : model_.partitions.ids()) {
        std::int64_t& left = base_.left[model_.partitions[m].entry];
        const auto whole = static_cast<std::int64_t>(std::floor(fractional[m.index()] + 1e-7));
        base_.gpus[m.index()] = std::clamp<std::int64_t>(whole, 0, left);
        left -= base_.gpus[m.index()];
        const std::int64_t unused = slack(model_, bound_.prices, m);
        base_.slack += unused * base_.gpus[m.index()];
        // More than a plan may waste in all.
        if (unused <= gap_) base_.candidates.push_back(m);
    }
    std::ranges::stable_sort(base_.candidates, {},
                             [&](PartitionId m) { return slack(model_, bound_.prices, m); });
    fix_largest_remainders(fractional);
}

// How many ways there are to cut the GPUs left.
double Repair::multisets_left() const {
    double ways = 1;
    for (const FleetEntryId e : mix_.ids()) {
        const auto kinds = static_cast<double>(std::ranges::count_if(
            base_.candidates, [&](PartitionId m) { return model_.partitions[m].entry == e; }));
        for (std::int64_t i = 1; i <= base_.left[e] && kinds > 0; ++i) {
            ways *= (kinds - 1 + static_cast<double>(i)) / static_cast<double>(i);
        }
    }
    return ways;
}

// Where there are more starts than can be looked at, fewer GPUs are left: those whose partitions
// were rounded down the most are fixed too.
void Repair::fix_largest_remainders(const std::vector<double>& fractional) {
    if (too_many_left()) return;
    while (multisets_left() > static_cast<double>(effort_.starts)) {
        std::optional<PartitionId> best;
        double most = 0;
        for (const PartitionId m : base_.candidates) {
            const double remainder =
                fractional[m.index()] - static_cast<double>(base_.gpus[m.index()]);
            if (base_.left[model_.partitions[m].entry] == 0 || remainder <= most) continue;
            most = remainder;
            best = m;
        }
        if (!best) return;
        ++base_.gpus[best->index()];
        --base_.left[model_.partitions[*best].entry];
        base_.slack += slack(model_, bound_.prices, *best);
    }
}

// The fractional partitions, stretched to all GPUs of the mix.
std::vector<double> Repair::scaled_to_mix() const {
    IdVector<FleetEntryId, double> sums(mix_.size(), 0.0);
    for (const PartitionId m : model_.partitions.ids()) {
        sums[model_.partitions[m].entry] += fractional_[m.index()];
    }
    std::vector<double> scaled = fractional_;
    for (const PartitionId m : model_.partitions.ids()) {
        const FleetEntryId e = model_.partitions[m].entry;
        if (sums[e] > 0) scaled[m.index()] *= static_cast<double>(mix_[e]) / sums[e];
    }
    return scaled;
}

// True where the partitions give no useful base: the multisets of so many GPUs are beyond counting.
bool Repair::too_many_left() const {
    constexpr std::int64_t kGpusAtMost = 16;
    std::int64_t gpus = 0;
    for (const PartitionId m : base_.candidates) {
        gpus = std::max(gpus, base_.left[model_.partitions[m].entry]);
    }
    return gpus > kGpusAtMost;
}

void Repair::enumerate_starts() {
    if (gap_ < 0 || too_many_left()) return;
    Start start;
    start.deficit.resize(model_.types.size());
    for (std::size_t k = 0; k < start.deficit.size(); ++k) {
        std::int64_t deficit = assignment_.totals[k];
        for (const PartitionId m : model_.partitions.ids()) {
            deficit -= base_.gpus[m.index()] * model_.partitions[m].counts[k];
        }
        // Beyond this, no handful of moves helps; the search would only wander.
        constexpr std::int64_t kFar = 1'000'000;
        if (deficit > kFar || deficit < -kFar) return;
        start.deficit[k] = static_cast<std::int32_t>(deficit);
    }
    extend(0, gap_ - base_.slack, start);
    std::ranges::stable_sort(starts_, {}, &Start::missing);
}

// All multisets of candidates that use up the GPUs left and do not waste more than `slack_left`.
void Repair::extend(std::size_t candidate, std::int64_t slack_left, Start& start) {
    if (considered_ >= effort_.starts) return;
    ++considered_;
    ++work_;
    bool room = false;
    for (std::size_t c = 0; c < base_.candidates.size(); ++c) {
        const PartitionId m = base_.candidates[c];
        const PartitionChoice& choice = model_.partitions[m];
        if (base_.left[choice.entry] == 0) continue;
        room = true;
        if (c < candidate) continue;
        const std::int64_t unused = slack(model_, bound_.prices, m);
        if (unused > slack_left) break;  // and so have all that follow
        --base_.left[choice.entry];
        start.extra.push_back(m);
        for (std::size_t k = 0; k < choice.counts.size(); ++k) start.deficit[k] -= choice.counts[k];
        extend(c, slack_left - unused, start);
        for (std::size_t k = 0; k < choice.counts.size(); ++k) start.deficit[k] += choice.counts[k];
        start.extra.pop_back();
        ++base_.left[choice.entry];
    }
    if (room) return;
    start.value = value(start.deficit);
    if (start.value > excess_) return;  // too little supply at any price
    start.missing = missing(start.deficit);
    starts_.push_back(start);
}

void Repair::collect() {
    std::vector<PartitionId> used;
    for (const PartitionId m : base_.candidates) {
        if (base_.gpus[m.index()] > 0) used.push_back(m);
    }
    const MoveLibraryLimits limits{
        .cost = gap_ + excess_, .vectors = effort_.vectors, .providers = effort_.providers};
    moves_ = collect_moves(model_, bound_, assignment_, used, limits, random_, work_);
    moves_reducing_.resize(model_.types.size());
    for (std::size_t i = 0; i < moves_.size(); ++i) {
        for (std::size_t k = 0; k < model_.types.size(); ++k) {
            if (moves_[i].change[k] < 0) {
                moves_reducing_[k].push_back(static_cast<std::int32_t>(i));
            }
        }
    }
}

// A provider whose demand has not moved yet on the way to `index`; -1 if there is none.
std::int32_t Repair::free_provider(std::size_t index, const Move& move) const {
    for (std::size_t p = 0; p < move.providers.size(); ++p) {
        bool used = false;
        for (auto at = static_cast<std::int32_t>(index); at >= 0 && !used;
             at = states_[static_cast<std::size_t>(at)].parent) {
            const State& state = states_[static_cast<std::size_t>(at)];
            if (state.provider < 0) continue;
            const Move& taken = moves_[static_cast<std::size_t>(state.move)];
            used = taken.providers[static_cast<std::size_t>(state.provider)].service ==
                   move.providers[p].service;
        }
        if (!used) return static_cast<std::int32_t>(p);
    }
    return -1;
}

bool Repair::can_recut(std::size_t index, const Move& move) const {
    std::int64_t left = base_.gpus[move.from.index()];
    for (auto at = static_cast<std::int32_t>(index); at >= 0;
         at = states_[static_cast<std::size_t>(at)].parent) {
        const State& state = states_[static_cast<std::size_t>(at)];
        if (state.move < 0 || state.provider >= 0) continue;
        left -= moves_[static_cast<std::size_t>(state.move)].from == move.from ? 1 : 0;
    }
    return left > 0;
}

// Moves commute, so only those that reduce the dearest missing type are tried.
void Repair::expand(std::size_t index, std::vector<State>& next) {
    std::size_t dearest = 0;
    std::int64_t most = 0;
    for (std::size_t k = 0; k < weights_.size(); ++k) {
        const std::int64_t lack = weights_[k] * states_[index].deficit[k];
        if (lack > most) {
            most = lack;
            dearest = k;
        }
    }
    for (const std::int32_t i : moves_reducing_[dearest]) {
        const Move& move = moves_[static_cast<std::size_t>(i)];
        ++work_;
        if (states_[index].value + move.cost > excess_) continue;
        State state;
        state.deficit = states_[index].deficit;
        for (std::size_t k = 0; k < move.change.size(); ++k) state.deficit[k] += move.change[k];
        if (!seen_.insert(hash_of(state.deficit)).second) continue;
        if (move.providers.empty()) {
            if (!can_recut(index, move)) continue;
        } else {
            state.provider = free_provider(index, move);
            if (state.provider < 0) continue;
        }
        state.parent = static_cast<std::int32_t>(index);
        state.start = states_[index].start;
        state.move = i;
        state.value = states_[index].value + move.cost;
        state.missing = missing(state.deficit);
        next.push_back(std::move(state));
        if (next.back().missing == 0) return;
    }
}

void Repair::keep_best(std::vector<State>& states) const {
    std::ranges::stable_sort(states, [](const State& a, const State& b) {
        return a.missing != b.missing ? a.missing < b.missing : a.value < b.value;
    });
    if (states.size() > effort_.width) states.resize(effort_.width);
}

std::optional<Repaired> Repair::search() {
    std::vector<State> level;
    for (std::size_t i = 0; i < starts_.size() && level.size() < effort_.width; ++i) {
        if (!seen_.insert(hash_of(starts_[i].deficit)).second) continue;
        State state;
        state.start = static_cast<std::int32_t>(i);
        state.deficit = starts_[i].deficit;
        state.value = starts_[i].value;
        state.missing = starts_[i].missing;
        level.push_back(std::move(state));
    }
    for (std::size_t depth = 0; !level.empty(); ++depth) {
        keep_best(level);
        const std::size_t first = states_.size();
        for (State& state : level) states_.push_back(std::move(state));
        if (states_[first].missing == 0) return build(first);
        if (depth == effort_.levels) break;
        std::vector<State> next;
        for (std::size_t i = first; i < states_.size(); ++i) {
            expand(i, next);
            if (!next.empty() && next.back().missing == 0) break;
        }
        level = std::move(next);
    }
    return std::nullopt;
}

Repaired Repair::build(std::size_t index) const {
    Repaired repaired;
    repaired.assignment = assignment_;
    repaired.partitions = IdVector<PartitionId, std::int64_t>(base_.gpus);
    for (const PartitionId m : starts_[static_cast<std::size_t>(states_[index].start)].extra) {
        ++repaired.partitions[m];
    }
    for (auto at = static_cast<std::int32_t>(index); at >= 0;
         at = states_[static_cast<std::size_t>(at)].parent) {
        const State& state = states_[static_cast<std::size_t>(at)];
        if (state.move < 0) continue;
        const Move& move = moves_[static_cast<std::size_t>(state.move)];
        if (state.provider < 0) {
            --repaired.partitions[move.from];
            ++repaired.partitions[move.to];
            continue;
        }
        const Provider& provider = move.providers[static_cast<std::size_t>(state.provider)];
        const Demand& demand = model_.demands[provider.service];
        for (std::size_t o = 0; o < demand.option_count; ++o) {
            repaired.assignment.counts[demand.first_option + o] += provider.by_option[o];
        }
        for (std::size_t k = 0; k < move.change.size(); ++k) {
            repaired.assignment.totals[k] += move.change[k];
        }
    }
    return repaired;
}

}  // namespace

std::optional<Repaired> repair(const PlanningModel& model, const Bound& bound,
                               const Rounding& rounding, const GpuMix& mix,
                               const RepairEffort& effort, Random& random, std::uint64_t& work) {
    return Repair(model, bound, rounding, mix, effort, random, work).run();
}

}  // namespace tangram::planner::price
