#include "planner/price/engine.h"

#include <algorithm>
#include <array>

#include "planner/price/mix_search.h"
#include "planner/price/pack.h"
#include "planner/price/proof.h"

namespace tangram::planner::price {
namespace {

// Efforts of successive attempts at one mix.
constexpr std::array<RepairEffort, 4> kEfforts = {{
    {.width = 48, .levels = 8, .vectors = 200},
    {.width = 192, .levels = 12, .vectors = 600},
    {.width = 768, .levels = 16, .vectors = 1'500},
    {.width = 1'536, .levels = 16, .vectors = 3'000},
}};
constexpr std::size_t kFirstAttempts = 6;   // at the first mix
constexpr std::size_t kLaterAttempts = 3;   // at each other one
constexpr std::size_t kLastAttempts = 8;    // when all else is decided
constexpr std::size_t kMixesPerBand = 3;    // tried for a first plan
constexpr std::size_t kMixesDecided = 200;  // per band, by complete search
constexpr std::size_t kOpenAtMost = 3;      // undecided mixes; then the bound stays
constexpr int kBands = 40;                  // until any plan will do
constexpr int kBandsPerStride = 6;          // then the steps between them double
constexpr std::size_t kCutsKept = 40;

// The least multiple of `step` that is worth at least so many price units.
Cost round_up(std::int64_t price_units, Cost step) {
    const std::int64_t unit = step.count() * kPricePerCost;
    return price_units <= 0 ? Cost{} : step * ((price_units - 1) / unit + 1);
}

// Of one kind only, free GPUs need the question about the mix too: their cost bounds nothing.
bool has_free_gpus(const PlanningModel& model) {
    return std::ranges::any_of(model.partitions, [](const PartitionChoice& partition) {
        return partition.cost.count() == 0;
    });
}

class Engine {
public:
    Engine(const PlanningModel& model, const PlanOptions& options)
        : model_(model),
          options_(options),
          random_(options.seed),
          step_(cost_step(model)),
          several_kinds_(model.entries.size() > 1 || has_free_gpus(model)) {}

    EngineResult run() {
        root_ = best_bound(model_, step_.count() * kPricePerCost, options_);
        work_ = root_.work;
        proven_ = round_up(root_.value, step_);
        mixes_.emplace(model_, centre());
        mixes_->require(root_.prices, root_.covers);
        report();
        if (whole_fleet_refuted()) return finish();
        find_plan();
        if (!best_) decide_whole_fleet();
        decide_cheaper_mixes();
        try_once_more();
        return finish();
    }

private:
    [[nodiscard]] std::vector<double> centre() const;
    [[nodiscard]] Cost band() const;
    [[nodiscard]] std::optional<GpuMix> whole_fleet() const;
    bool whole_fleet_refuted();
    void decide_whole_fleet();
    void find_plan();
    void decide_cheaper_mixes();
    enum class Decision { kPlan, kNone, kOpen };
    Decision decide(const GpuMix& mix);
    void try_once_more();
    [[nodiscard]] std::optional<Bound> bound_of(const GpuMix& mix);
    [[nodiscard]] std::size_t attempts_at(const Bound& bound, bool first) const;
    bool attempt(const GpuMix& mix, const Bound& bound, std::size_t attempts);
    bool adopt(Repaired plan);
    void fall_back();
    [[nodiscard]] bool stopped();
    [[nodiscard]] bool within_caps(const Repaired& plan) const;
    [[nodiscard]] EngineResult finish() const;
    [[nodiscard]] CountPlan count_plan() const;

    void report() const {
        if (options_.progress) options_.progress(best_ ? best_cost_ : Cost{}, proven_);
    }

    const PlanningModel& model_;
    const PlanOptions& options_;
    Random random_;
    const Cost step_;
    const bool several_kinds_;
    Bound root_;
    std::optional<MixSearch> mixes_;
    std::vector<Cut> cuts_;  // of questions about single mixes
    Cost proven_;            // a multiple of step_
    std::optional<Repaired> best_;
    Cost best_cost_;
    bool infeasible_ = false;
    bool complete_search_ = false;
    bool out_of_work_ = false;
    bool out_of_time_ = false;
    std::uint64_t work_ = 0;
};

// The fractional optimum's GPUs by entry.
std::vector<double> Engine::centre() const {
    std::vector<double> gpus(model_.entries.size(), 0.0);
    for (std::size_t m = 0; m < root_.partitions.size(); ++m) {
        gpus[model_.partitions[PartitionId{m}].entry.index()] += root_.partitions[m];
    }
    return gpus;
}

// Costs are looked at in bands of this width: one step, or where steps are tiny a tenth of a GPU.
Cost Engine::band() const {
    std::optional<Cost> cheapest;
    for (const PartitionChoice& partition : model_.partitions) {
        if (partition.cost.count() == 0) continue;
        cheapest = std::min(cheapest.value_or(partition.cost), partition.cost);
    }
    const std::int64_t steps = cheapest.value_or(step_).count() / 10 / step_.count();
    return step_ * std::max<std::int64_t>(1, steps);
}

bool Engine::stopped() {
    out_of_work_ = out_of_work_ || work_ > options_.work_budget;
    out_of_time_ = out_of_time_ ||
                   (options_.deadline && std::chrono::steady_clock::now() > *options_.deadline) ||
                   (options_.cancelled && options_.cancelled());
    return out_of_work_ || out_of_time_;
}

bool Engine::within_caps(const Repaired& plan) const {
    GpuMix used(model_.entries.size(), 0);
    for (const PartitionId m : model_.partitions.ids()) {
        used[model_.partitions[m].entry] += plan.partitions[m];
    }
    return std::ranges::all_of(model_.entries.ids(), [&](FleetEntryId e) {
        return !model_.entries[e].cap || used[e] <= *model_.entries[e].cap;
    });
}

bool Engine::adopt(Repaired plan) {
    if (!within_caps(plan)) return false;
    const Cost cost = cost_of(model_, plan.partitions);
    if (best_ && cost >= best_cost_) return false;
    best_cost_ = cost;
    best_ = std::move(plan);
    report();
    return true;
}

// All GPUs there are, if every kind has a count.
std::optional<GpuMix> Engine::whole_fleet() const {
    GpuMix mix(model_.entries.size(), 0);
    for (const FleetEntryId e : model_.entries.ids()) {
        if (!model_.entries[e].cap) return std::nullopt;
        mix[e] = *model_.entries[e].cap;
    }
    return mix;
}

bool Engine::whole_fleet_refuted() {
    const std::optional<GpuMix> all = whole_fleet();
    infeasible_ = all && several_kinds_ && !bound_of(*all);
    return infeasible_;
}

void Engine::decide_whole_fleet() {
    const std::optional<GpuMix> all = whole_fleet();
    infeasible_ = all && !stopped() && decide(*all) == Decision::kNone;
}

// Prices for this mix; nothing if they prove that it holds no plan.
std::optional<Bound> Engine::bound_of(const GpuMix& mix) {
    if (!several_kinds_) return root_;
    Bound start = root_;
    start.cuts.insert(start.cuts.end(), cuts_.begin(), cuts_.end());
    const std::size_t known = start.cuts.size();
    Bound bound = mix_bound(model_, mix, start, step_.count() * kPricePerCost, options_);
    work_ += bound.work;
    mixes_->require(bound.prices, bound.covers);
    cuts_.insert(cuts_.end(), bound.cuts.begin() + static_cast<std::ptrdiff_t>(known),
                 bound.cuts.end());
    if (cuts_.size() > kCutsKept) {
        cuts_.erase(cuts_.begin(), cuts_.end() - static_cast<std::ptrdiff_t>(kCutsKept));
    }
    if (bound.value > 0) return std::nullopt;
    return bound;
}

// Where next to nothing may be wasted another attempt ends like the last one.
std::size_t Engine::attempts_at(const Bound& bound, bool first) const {
    if (!several_kinds_) return first ? kFirstAttempts : kLaterAttempts;
    const std::int64_t hopeless = band().count() * kPricePerCost / 20;
    return -bound.value < hopeless ? 1 : kLaterAttempts;
}

// Shuffles and repairs until a plan on the mix is found.
bool Engine::attempt(const GpuMix& mix, const Bound& bound, std::size_t attempts) {
    for (std::size_t i = 0; i < attempts && !stopped(); ++i) {
        const Rounding rounding = round_mix(model_, bound, random_, work_);
        const RepairEffort& effort = kEfforts[std::min(i / 2, kEfforts.size() - 1)];
        auto plan = repair(model_, bound, rounding, mix, effort, random_, work_);
        if (plan && adopt(*std::move(plan))) return true;
    }
    return false;
}

// A plan at any cost: the diffused covers on the fewest GPUs that hold them.
void Engine::fall_back() {
    const Rounding rounding = round_mix(model_, root_, random_, work_);
    if (auto plan = pack(model_, rounding.assignment, work_)) adopt(*std::move(plan));
}

// From the cheapest mixes up until one holds a plan; a dearer one is nearly always easy.
void Engine::find_plan() {
    const int bands = several_kinds_ ? kBands : 3;
    Cost from = proven_;
    std::int64_t stride = 1;
    for (int i = 0; i < bands && !best_; ++i, from += band() * stride) {
        if (i > 0 && i % kBandsPerStride == 0) stride *= 2;
        std::vector<GpuMix> tried;
        while (tried.size() < kMixesPerBand && !stopped()) {
            // Each refutation may have removed others.
            auto found = mixes_->between(from, from + band(), tried.size() + 1);
            std::erase_if(found.mixes, [&](const GpuMix& mix) {
                return std::ranges::find(tried, mix) != tried.end();
            });
            if (found.mixes.empty()) break;
            const GpuMix& mix = tried.emplace_back(found.mixes.front());
            const std::optional<Bound> bound = bound_of(mix);
            if (!bound) continue;
            if (attempt(mix, *bound, attempts_at(*bound, i == 0))) return;
        }
    }
    if (!best_) fall_back();
}

Engine::Decision Engine::decide(const GpuMix& mix) {
    const std::optional<Bound> bound = bound_of(mix);
    if (!bound) return Decision::kNone;
    if (several_kinds_ && attempt(mix, *bound, 1)) return Decision::kPlan;
    ProofLimits limits;
    if (options_.deadline) {
        const auto left = *options_.deadline - std::chrono::steady_clock::now();
        limits.seconds = std::max(0.0, std::chrono::duration<double>(left).count());
    }
    const ProofOutcome outcome = prove(model_, *bound, mix, limits, work_);
    if (outcome.verdict == Verdict::kUndecided) return Decision::kOpen;
    complete_search_ = true;
    if (outcome.verdict == Verdict::kPlan) {
        adopt(*outcome.plan);
        return Decision::kPlan;
    }
    mixes_->refute(mix);
    return Decision::kNone;
}

// Raises the bound over mixes that hold no plan. Without any plan this would not end, unless the
// fleet does.
void Engine::decide_cheaper_mixes() {
    while (!stopped() && best_ && best_cost_ > proven_) {
        const Cost to = std::min(best_cost_, proven_ + band());
        // Cheapest first, so that a plan that is found is the best.
        auto found = mixes_->between(proven_, to, kMixesDecided);
        std::ranges::stable_sort(found.mixes, {}, [&](const GpuMix& m) { return mixes_->cost(m); });
        std::size_t open = found.complete ? 0 : 1;
        for (const GpuMix& mix : found.mixes) {
            if (stopped() || open > kOpenAtMost || mixes_->cost(mix) >= best_cost_) break;
            const Decision decision = decide(mix);
            if (decision == Decision::kPlan) break;
            open += decision == Decision::kOpen ? 1 : 0;
        }
        if (open > 0 || stopped()) break;
        proven_ = std::min(best_cost_, to);
        report();
    }
}

void Engine::try_once_more() {
    if (!best_ || stopped() || best_cost_ == proven_) return;
    const auto found = mixes_->between(proven_, proven_ + band(), 1);
    if (found.mixes.empty()) return;
    const std::optional<Bound> bound = bound_of(found.mixes.front());
    if (bound) attempt(found.mixes.front(), *bound, kLastAttempts);
}

CountPlan Engine::count_plan() const {
    CountPlan plan;
    plan.partitions = best_->partitions;
    plan.first_use.push_back(0);
    for (const ServiceId s : model_.demands.ids()) {
        const auto options = model_.options_of(s);
        for (std::size_t o = 0; o < options.size(); ++o) {
            const std::int32_t count = best_->assignment.counts[model_.demands[s].first_option + o];
            if (count > 0) plan.uses.push_back({options[o].type, count});
        }
        plan.first_use.push_back(static_cast<std::uint32_t>(plan.uses.size()));
    }
    return plan;
}

EngineResult Engine::finish() const {
    EngineResult result;
    result.bound = proven_;
    result.infeasible = infeasible_;
    for (const std::int64_t price : root_.prices.types) {
        result.prices.types.push_back(Price{price});
    }
    result.prices.rents = IdVector<FleetEntryId, Price>(model_.entries.size());
    for (const PartitionChoice& partition : model_.partitions) {
        result.prices.rents[partition.entry] = Price{root_.prices.gpus[partition.entry.index()] -
                                                     partition.cost.count() * kPricePerCost};
    }
    result.formulation = several_kinds_ ? "priced, mixes" : "priced";
    if (complete_search_) result.formulation += ", complete search";
    result.out_of_work = out_of_work_;
    result.out_of_time = out_of_time_;
    result.work = work_;
    if (!best_) return result;
    result.cost = best_cost_;
    result.plan = count_plan();
    return result;
}

}  // namespace

EngineResult solve(const PlanningModel& model, const PlanOptions& options) {
    return Engine(model, options).run();
}

}  // namespace tangram::planner::price
