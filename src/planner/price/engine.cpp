#include "planner/price/engine.h"

#include <algorithm>
#include <array>

#include "planner/price/pack.h"
#include "planner/price/proof.h"

namespace tangram::planner::price {
namespace {

// Efforts of successive attempts at one cost.
constexpr std::array<RepairEffort, 4> kEfforts = {{
    {.width = 48, .levels = 8, .vectors = 200},
    {.width = 192, .levels = 12, .vectors = 600},
    {.width = 768, .levels = 16, .vectors = 1'500},
    {.width = 1'536, .levels = 16, .vectors = 3'000},
}};

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return a <= 0 ? 0 : (a - 1) / b + 1; }

class Engine {
public:
    Engine(const PlanningModel& model, const PlanOptions& options)
        : model_(model),
          options_(options),
          random_(options.seed),
          step_(cost_step(model).count() * kPricePerCost) {}

    EngineResult run() {
        bound_ = best_bound(model_, step_, options_);
        work_ = bound_.work;
        proven_ = divide_up(bound_.value, step_) * step_;
        report();
        search();
        return finish();
    }

private:
    void search();
    bool attempt(std::int64_t target, std::size_t attempts);
    void adopt(Repaired plan);
    void fall_back();
    [[nodiscard]] bool stopped();
    [[nodiscard]] bool within_caps(const Repaired& plan) const;
    [[nodiscard]] EngineResult finish() const;
    [[nodiscard]] std::int64_t cost(const Repaired& plan) const;

    void report() const {
        if (!options_.progress) return;
        const std::int64_t best = best_ ? best_cost_ / kPricePerCost : 0;
        options_.progress(Cost{best}, Cost{proven_ / kPricePerCost});
    }

    const PlanningModel& model_;
    const PlanOptions& options_;
    Random random_;
    const std::int64_t step_;
    Bound bound_;
    std::int64_t proven_ = 0;  // price units, a multiple of step_
    std::optional<Repaired> best_;
    std::int64_t best_cost_ = 0;
    bool complete_search_ = false;
    bool out_of_work_ = false;
    bool out_of_time_ = false;
    std::uint64_t work_ = 0;
};

bool Engine::stopped() {
    out_of_work_ = out_of_work_ || work_ > options_.work_budget;
    out_of_time_ = out_of_time_ ||
                   (options_.deadline && std::chrono::steady_clock::now() > *options_.deadline) ||
                   (options_.cancelled && options_.cancelled());
    return out_of_work_ || out_of_time_;
}

std::int64_t Engine::cost(const Repaired& plan) const {
    std::int64_t sum = 0;
    for (const PartitionId m : model_.partitions.ids()) {
        sum += plan.partitions[m] * model_.partitions[m].cost.count() * kPricePerCost;
    }
    return sum;
}

bool Engine::within_caps(const Repaired& plan) const {
    std::vector<std::int64_t> used(model_.entries.size(), 0);
    for (const PartitionId m : model_.partitions.ids()) {
        used[model_.partitions[m].entry.index()] += plan.partitions[m];
    }
    for (const FleetEntryId e : model_.entries.ids()) {
        if (model_.entries[e].cap && used[e.index()] > *model_.entries[e].cap) return false;
    }
    return true;
}

void Engine::adopt(Repaired plan) {
    if (!within_caps(plan)) return;
    const std::int64_t price = cost(plan);
    if (best_ && price >= best_cost_) return;
    best_cost_ = price;
    best_ = std::move(plan);
    report();
}

// Shuffles and repairs until a plan of cost `target` is found.
bool Engine::attempt(std::int64_t target, std::size_t attempts) {
    for (std::size_t i = 0; i < attempts && !stopped(); ++i) {
        const Rounding rounding = round_mix(model_, bound_, random_, work_);
        const RepairEffort& effort = kEfforts[std::min(i / 2, kEfforts.size() - 1)];
        auto plan = repair(model_, bound_, rounding, target, effort, random_, work_);
        if (!plan) continue;
        adopt(*std::move(plan));
        if (best_ && best_cost_ <= target) return true;
    }
    return false;
}

// A plan at any cost: the diffused covers on the fewest GPUs that hold them.
void Engine::fall_back() {
    const Rounding rounding = round_mix(model_, bound_, random_, work_);
    if (auto plan = pack(model_, rounding.assignment, work_)) adopt(*std::move(plan));
}

void Engine::search() {
    if (attempt(proven_, 6)) return;
    // One step dearer is nearly always easy, and gives the best plan so far.
    for (std::int64_t extra = 1; extra <= 2 && !best_; ++extra) {
        attempt(proven_ + extra * step_, 3);
    }
    if (!best_) fall_back();
    // Without any plan the caps may leave no room, and raising the bound step by step would not
    // end.
    while (!stopped() && best_ && best_cost_ > proven_) {
        const ProofOutcome outcome = prove(model_, bound_, proven_, {}, work_);
        if (outcome.verdict == Verdict::kPlan) {
            complete_search_ = true;
            adopt(*outcome.plan);
            return;
        }
        if (outcome.verdict == Verdict::kUndecided) break;
        complete_search_ = true;
        proven_ += step_;
        report();
        if (best_cost_ <= proven_) return;
        if (attempt(proven_, 4)) return;
    }
    if (best_ && best_cost_ > proven_) attempt(proven_, 8);
}

EngineResult Engine::finish() const {
    EngineResult result;
    result.bound = Cost{proven_ / kPricePerCost};
    for (const std::int64_t price : bound_.prices.types) {
        result.prices.types.push_back(Price{price});
    }
    for (const std::int64_t rent : bound_.prices.rents) result.prices.rents.push_back(Price{rent});
    result.formulation = complete_search_ ? "priced, complete search" : "priced";
    result.out_of_work = out_of_work_;
    result.out_of_time = out_of_time_;
    result.work = work_;
    if (!best_) return result;
    result.cost = Cost{best_cost_ / kPricePerCost};
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
    result.plan = std::move(plan);
    return result;
}

}  // namespace

EngineResult solve(const PlanningModel& model, const PlanOptions& options) {
    return Engine(model, options).run();
}

}  // namespace tangram::planner::price
