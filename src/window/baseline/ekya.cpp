#include "window/baseline/ekya.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "window/baseline/answer.h"
#include "window/baseline/course.h"
#include "window/baseline/share_curve.h"

namespace tangram::window::baseline {
namespace {

// What a tenant has of every kind's GPUs, in millionths of a GPU.
struct Compute {
    IdVector<KindId, std::int64_t> serving;
    IdVector<KindId, std::int64_t> retraining;
};
using Division = IdVector<TenantId, Compute>;

// How a tenant fares until the window's end, if nothing is divided anew.
struct Prospect {
    std::int64_t goodput = 0;
    std::optional<std::size_t> way;  // of retraining; one that runs stays
    int end = 0;                     // of it; beyond the window if it is too slow
};

struct TenantState {
    IdVector<KindId, ShareCurve> capacity;
    std::vector<ShareRetraining> ways;
    std::optional<std::size_t> way;  // that runs, or has ended
    std::int64_t work_left = kRetrainingWork;
    Share accuracy;
    [[nodiscard]] bool may_retrain() const { return work_left > 0 && !ways.empty(); }
};

class Thieves {
public:
    Thieves(const Window& window, const EkyaOptions& options, Effort& effort)
        : window_(window),
          options_(options),
          effort_(effort),
          gpus_(window.kinds.size(), 0),
          crowded_(window.kinds.size(), false) {
        for (const TenantId id : window.tenants.ids()) {
            const Tenant& tenant = window.tenants[id];
            TenantState state;
            for (const KindId kind : window.kinds.ids()) {
                state.capacity.push_back(capacity_curve(window, kind, tenant));
            }
            state.ways = share_ongoing(window, id);
            if (!state.ways.empty()) state.way = 0;
            if (!state.way) state.ways = share_retrainings(window, tenant);
            state.accuracy = tenant.accuracy;
            tenants_.push_back(std::move(state));
        }
        for (const Gpu& gpu : window.gpus) gpus_[gpu.kind] += 1;
    }

    // Lives through the window.
    Evaluation run() {
        Evaluation evaluation;
        evaluation.tenants = IdVector<TenantId, TenantAccount>(window_.tenants.size());
        for (int slot = 0; slot < window_.slots;) {
            const Division division = divide(slot);
            int next = window_.slots;
            for (const TenantId tenant : window_.tenants.ids()) {
                TenantState& state = tenants_[tenant];
                const Prospect& prospect = prospects_[tenant];
                if (state.may_retrain() && prospect.way) {
                    state.way = prospect.way;
                    next = std::min(next, prospect.end);
                }
            }
            for (const TenantId tenant : window_.tenants.ids()) {
                live(tenant, division[tenant], slot, next, evaluation.tenants[tenant]);
            }
            slot = next;
        }
        for (const TenantId tenant : window_.tenants.ids()) {
            TenantAccount& account = evaluation.tenants[tenant];
            Rate served;
            for (const Rate rate : account.served) served += rate;
            account.floor_kept = keeps_floor(window_.tenants[tenant], served);
            evaluation.goodput += account.goodput;
        }
        return evaluation;
    }

private:
    // What interference leaves of a speed.
    [[nodiscard]] std::int64_t left_of(std::int64_t speed, KindId kind) const {
        const std::int64_t loss = crowded_[kind] ? options_.interference.count() : 0;
        return speed / kSharePerOne * (kSharePerOne - loss) +
               speed % kSharePerOne * (kSharePerOne - loss) / kSharePerOne;
    }

    [[nodiscard]] std::int64_t capacity(const TenantState& state, const Compute& compute,
                                        bool retraining_too) const {
        std::int64_t capacity = 0;
        for (const KindId kind : window_.kinds.ids()) {
            const std::int64_t share =
                compute.serving[kind] + (retraining_too ? compute.retraining[kind] : 0);
            const std::int64_t gpus = (share + kSharePerOne - 1) / kSharePerOne;
            std::int64_t best = 0;
            for (std::int64_t n = gpus; n <= gpus * options_.processes_max && n > 0; ++n) {
                best = std::max(best, n * state.capacity[kind].at(Share{share / n}));
            }
            capacity += left_of(best, kind);
        }
        return capacity;
    }

    [[nodiscard]] std::int64_t speed(const ShareRetraining& way, const Compute& compute) const {
        const std::int64_t share = std::min(compute.retraining[way.kind], kSharePerOne);
        return left_of(way.speed.at(Share{share}), way.kind);
    }

    // served_[t - from]: requests in [from, t).
    void add_up(TenantId tenant, int from, std::int64_t capacity,
                std::vector<std::int64_t>& served) const {
        const std::vector<Rate>& rates = window_.tenants[tenant].rates;
        served.assign(1, 0);
        for (auto t = static_cast<std::size_t>(from); t < rates.size(); ++t) {
            served.push_back(served.back() + std::min(rates[t].count(), capacity));
        }
    }

    Prospect prospect(TenantId tenant, const Compute& compute, int slot) {
        const TenantState& state = tenants_[tenant];
        effort_.spend(std::int64_t{2} * (window_.slots - slot));
        add_up(tenant, slot, capacity(state, compute, false), before_);
        const std::int64_t accuracy = state.accuracy.count();
        Prospect best{before_.back() * accuracy, std::nullopt, window_.slots + 1};
        if (!state.may_retrain()) return best;
        add_up(tenant, slot, capacity(state, compute, true), after_);
        for (std::size_t i = 0; i < state.ways.size(); ++i) {
            if (state.way && *state.way != i) continue;
            const std::int64_t pace = speed(state.ways[i], compute);
            const std::int64_t length =
                pace > 0 ? (state.work_left + pace - 1) / pace : window_.slots + 1;
            const bool ends = length <= window_.slots - slot;
            if (!ends && !state.way) continue;
            const auto end = static_cast<std::size_t>(ends ? length : window_.slots - slot);
            const std::int64_t goodput =
                before_[end] * accuracy +
                (after_.back() - after_[end]) * state.ways[i].accuracy.count();
            if (state.way || goodput > best.goodput) {
                best = {goodput, i, ends ? slot + static_cast<int>(end) : window_.slots + 1};
            }
        }
        return best;
    }

    // Whether the tenant has a job of that sort on GPUs of the kind.
    [[nodiscard]] bool has_job(TenantId tenant, KindId kind, bool retraining) const {
        const TenantState& state = tenants_[tenant];
        if (!retraining) return state.capacity[kind].at(Share{kSharePerOne}) > 0;
        return state.may_retrain() &&
               std::ranges::any_of(state.ways, [&](const ShareRetraining& way) {
                   return way.kind == kind && (!state.way || &way == &state.ways[*state.way]);
               });
    }

    struct Job {
        TenantId tenant;
        bool retraining = false;
    };
    [[nodiscard]] std::vector<Job> jobs(KindId kind) const {
        std::vector<Job> jobs;
        for (const TenantId tenant : window_.tenants.ids()) {
            for (const bool retraining : {false, true}) {
                if (has_job(tenant, kind, retraining)) jobs.push_back({tenant, retraining});
            }
        }
        return jobs;
    }
    static std::int64_t& part(Division& division, const Job& job, KindId kind) {
        Compute& compute = division[job.tenant];
        return job.retraining ? compute.retraining[kind] : compute.serving[kind];
    }

    // The thief scheduler (Ekya, algorithm 1). Leaves everybody's prospects.
    Division divide(int slot) {
        const IdVector<KindId, std::int64_t> none(window_.kinds.size(), 0);
        Division division(window_.tenants.size(), {none, none});
        for (const KindId kind : window_.kinds.ids()) {
            const std::vector<Job> all = jobs(kind);
            crowded_[kind] = static_cast<std::int64_t>(all.size()) > gpus_[kind];
            for (const Job& job : all) {
                part(division, job, kind) =
                    gpus_[kind] * kSharePerOne / static_cast<std::int64_t>(all.size());
            }
        }
        prospects_.clear();
        for (const TenantId tenant : window_.tenants.ids()) {
            prospects_.push_back(prospect(tenant, division[tenant], slot));
        }
        for (const Share quantum : options_.quanta) {
            bool gained = true;
            while (gained) gained = go_round(division, quantum, slot);
        }
        return division;
    }

    // Each job steals from each other; whether anybody gained.
    bool go_round(Division& division, Share quantum, int slot) {
        bool gained = false;
        for (const KindId kind : window_.kinds.ids()) {
            const std::vector<Job> all = jobs(kind);
            for (const Job& thief : all) {
                for (const Job& victim : all) {
                    while (!effort_.over() && steal(division, thief, victim, kind, quantum, slot)) {
                        gained = true;
                    }
                }
            }
        }
        return gained;
    }

    // Keeps what was stolen if the two tenants together fare better.
    bool steal(Division& division, const Job& thief, const Job& victim, KindId kind, Share quantum,
               int slot) {
        const std::int64_t loot = std::min(quantum.count(), part(division, victim, kind));
        const bool same = thief.tenant == victim.tenant;
        if (loot == 0 || (same && thief.retraining == victim.retraining)) return false;
        part(division, victim, kind) -= loot;
        part(division, thief, kind) += loot;
        const Prospect rich = prospect(thief.tenant, division[thief.tenant], slot);
        const Prospect poor = prospect(victim.tenant, division[victim.tenant], slot);
        const std::int64_t before =
            prospects_[thief.tenant].goodput + (same ? 0 : prospects_[victim.tenant].goodput);
        if (rich.goodput + (same ? 0 : poor.goodput) > before) {
            prospects_[thief.tenant] = rich;
            prospects_[victim.tenant] = poor;
            return true;
        }
        part(division, thief, kind) -= loot;
        part(division, victim, kind) += loot;
        return false;
    }

    // The slots [from, until): serves, retrains, and takes the better model if that ends.
    void live(TenantId id, const Compute& compute, int from, int until, TenantAccount& account) {
        TenantState& state = tenants_[id];
        const bool retrains = state.may_retrain() && state.way;
        const Rate capacity_now{capacity(state, compute, false)};
        for (int t = from; t < until; ++t) {
            const Rate served =
                std::min(window_.tenants[id].rates[static_cast<std::size_t>(t)], capacity_now);
            account.capacity.push_back(capacity_now);
            account.served.push_back(served);
            account.accuracy.push_back(state.accuracy);
            account.goodput += Goodput{served.count() * state.accuracy.count()};
        }
        if (!retrains) return;
        const ShareRetraining& way = state.ways[*state.way];
        state.work_left -= std::min(state.work_left, (until - from) * speed(way, compute));
        if (state.work_left == 0) state.accuracy = way.accuracy;
    }

    const Window& window_;
    const EkyaOptions& options_;
    Effort& effort_;
    IdVector<KindId, std::int64_t> gpus_;
    IdVector<KindId, bool> crowded_;  // more jobs than GPUs
    IdVector<TenantId, TenantState> tenants_;
    IdVector<TenantId, Prospect> prospects_;
    std::vector<std::int64_t> before_;  // of one prospect: served while it retrains
    std::vector<std::int64_t> after_;   // ... and afterwards
};

class Ekya : public Engine {
public:
    explicit Ekya(EkyaOptions options) : options_(std::move(options)) {}

    [[nodiscard]] std::string_view name() const override { return "ekya"; }

    [[nodiscard]] Result<Outcome> plan(const Window& window,
                                       const Options& options) const override {
        require_valid(window);
        Effort effort(options);
        Outcome outcome;
        outcome.evaluation = Thieves(window, options_, effort).run();
        outcome.status = Status::kFeasible;
        outcome.goodput = outcome.evaluation.goodput;
        outcome.engine = name();
        outcome.note =
            "our re-implementation: shares compute by MPS, so there is no MIG schedule; "
            "interference " +
            std::to_string(options_.interference.count() * 100 / kSharePerOne) + " %" +
            floors_missed(outcome.evaluation);
        effort.report(outcome, "heuristic");
        return outcome;
    }

private:
    EkyaOptions options_;
};

}  // namespace

std::unique_ptr<Engine> make_ekya(const EkyaOptions& options) {
    return std::make_unique<Ekya>(options);
}
std::unique_ptr<Engine> make_default_ekya() { return make_ekya({}); }

}  // namespace tangram::window::baseline
