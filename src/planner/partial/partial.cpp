#include "planner/partial/partial.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace tangram::planner::partial {
namespace {

constexpr std::int64_t kWhole = kSharesPerWhole;
constexpr std::size_t kRaisedAtMost = 100;  // services per class, each a bisection

// The least whole number that is at least `share` of the amount.
Rate share_of(Rate amount, std::int64_t share) {
    __extension__ using Wide = __int128;
    const Wide scaled = Wide{amount.count()} * share;
    return Rate{static_cast<std::int64_t>((scaled + kWhole - 1) / kWhole)};
}

class Search {
public:
    Search(const PlanningModel& model, const Planner& engine, const PlanOptions& options)
        : asked_(model), engine_(engine), options_(options), shares_(model.demands.size(), 0) {
        options_.progress = {};
    }

    Outcome run() {
        std::map<int, std::vector<ServiceId>, std::greater<>> classes;
        for (const ServiceId s : asked_.demands.ids()) {
            classes[asked_.problem->services[s].priority].push_back(s);
        }
        attempt();  // nothing at all: a plan without GPUs
        for (const auto& [priority, members] : classes) serve(priority, members);
        return finish();
    }

private:
    enum class Answer { kServed, kRefused, kOpen };

    // Plans for the shares as they are; a plan that is found is kept.
    Answer attempt() {
        auto model = std::make_shared<PlanningModel>(asked_);
        for (const ServiceId s : model->demands.ids()) {
            Demand& demand = model->demands[s];
            demand.required = share_of(demand.required, shares_[s]);
            demand.after_gpu_loss = share_of(demand.after_gpu_loss, shares_[s]);
            demand.after_node_loss = share_of(demand.after_node_loss, shares_[s]);
            if (shares_[s] > 0) continue;
            demand.min_replicas = 0;
            demand.spread = workload::Spread::kNone;
        }
        PlanOptions rest = options_;
        rest.work_budget -= std::min(rest.work_budget, work_);
        Outcome outcome = engine_.plan(*model, rest);
        work_ += outcome.work;
        reproducible_ = reproducible_ && outcome.reproducible;
        if (!outcome.plan) {
            return outcome.status == Status::kInfeasible ? Answer::kRefused : Answer::kOpen;
        }
        best_ = std::move(outcome);
        best_.plan_model = std::move(model);
        return Answer::kServed;
    }

    [[nodiscard]] bool stopped() const {
        return work_ >= options_.work_budget || !reproducible_ ||
               (options_.cancelled && options_.cancelled());
    }

    // Raises the shares of `members` together as far as possible; returns the least share that is
    // proven to be too much.
    std::optional<std::int64_t> raise(const std::vector<ServiceId>& members) {
        std::int64_t low = shares_[members.front()];
        std::int64_t high = kWhole + 1;  // too much, or not known to be served
        std::optional<std::int64_t> refused;
        std::int64_t next = kWhole;
        while (low + 1 < high && !stopped()) {
            for (const ServiceId s : members) shares_[s] = next;
            const Answer answer = attempt();
            (answer == Answer::kServed ? low : high) = next;
            if (answer == Answer::kRefused) refused = next;
            next = low + (high - low) / 2;
        }
        for (const ServiceId s : members) shares_[s] = low;
        return refused;
    }

    void serve(int priority, std::vector<ServiceId> members) {
        const std::optional<std::int64_t> refused = raise(members);
        classes_.push_back({priority, members.size(), shares_[members.front()], refused});
        if (shares_[members.front()] == kWhole) return;
        std::ranges::stable_sort(members, std::ranges::greater{},
                                 [&](ServiceId s) { return asked_.demands[s].required.count(); });
        if (members.size() > kRaisedAtMost) members.resize(kRaisedAtMost);
        for (const ServiceId s : members) raise({s});
    }

    Outcome finish() {
        best_.status = Status::kPartial;
        best_.stop_reason = stopped() ? "limit" : "the fleet is too small";
        best_.work = work_;
        best_.reproducible = reproducible_;
        Partial& partial = best_.partial.emplace();
        partial.classes = std::move(classes_);
        for (const ServiceId s : asked_.demands.ids()) {
            if (shares_[s] == kWhole) continue;
            // Rounded down: the capacity that is asked for is no less.
            const Rate rate = asked_.problem->services[s].rate;
            __extension__ using Wide = __int128;
            const Wide served = Wide{rate.count()} * shares_[s] / kWhole;
            partial.shortfalls.push_back({s, Rate{static_cast<std::int64_t>(served)}});
        }
        return std::move(best_);
    }

    const PlanningModel& asked_;
    const Planner& engine_;
    PlanOptions options_;
    IdVector<ServiceId, std::int64_t> shares_;  // in 1/kWhole
    std::vector<PriorityClass> classes_;
    Outcome best_;
    std::uint64_t work_ = 0;
    bool reproducible_ = true;
};

}  // namespace

Outcome serve_what_fits(const PlanningModel& model, const Planner& engine,
                        const PlanOptions& options) {
    return Search(model, engine, options).run();
}

std::vector<Cure> find_cures(const PlanningModel& model, const Planner& engine,
                             const PlanOptions& options) {
    std::vector<Cure> cures;
    const bool limited = std::ranges::all_of(
        model.entries, [](const EntryLimit& entry) { return entry.cap.has_value(); });
    if (!limited) return cures;
    for (const FleetEntryId entry : model.entries.ids()) {
        const std::int64_t present = *model.entries[entry].cap;
        // What is there is free, and what is added costs one each; the planner buys the fewest.
        PlanningModel larger = model;
        larger.entries[entry].cap.reset();
        bool useful = false;
        for (PartitionChoice& partition : larger.partitions) {
            const bool added = partition.entry == entry;
            partition.cost = added ? Cost{kCostPerUnit} : Cost{0};
            useful = useful || added;
        }
        if (!useful) continue;
        PlanOptions quiet = options;
        quiet.progress = {};
        const Outcome outcome = engine.plan(larger, quiet);
        if (!outcome.plan) continue;
        const std::int64_t gpus = outcome.cost.count() / kCostPerUnit;
        cures.push_back({entry, gpus - present, outcome.status == Status::kOptimal});
    }
    return cures;
}

}  // namespace tangram::planner::partial
