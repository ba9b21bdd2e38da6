#include "transition/arcs.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "base/check.h"
#include "transition/timing.h"

namespace tangram::transition {
namespace {

class Writer {
public:
    Writer(const Ground& ground, const Sequence& sequence)
        : ground_(ground), change_(sequence.change), sequence_(sequence) {
        graph_.models = ground.models;
        graph_.services = ground.services;
        graph_.points = ground.points;
        graph_.gpus = ground.gpus;
        for (const ServiceNameId s : ground.services.ids()) {
            const Promises& promises = sequence.promises;
            const auto& asked = ground.problem->services;
            const bool known = s.index() < asked.size();
            graph_.promises.push_back(
                {s, promises.now[s], promises.floor[s], promises.after[s],
                 known ? asked[workload::ServiceId{s.index()}].rate : Rate{}});
        }
        std::int64_t used = 0;
        for (const GpuIndex g : ground.gpus.ids()) {
            const bool counts = ground.gpus[g].status == deployment::GpuStatus::kOk;
            used += counts && change_.used_now[g] ? 1 : 0;
        }
        graph_.gpus_at_most = used + sequence.promises.ledgers[sequence.promises.gpus].slack;
    }

    StepGraph write(const Durations& durations) {
        add_steps();
        add_gpu_steps(durations.granularity == Granularity::kInstance);
        join_blockers();
        join_payments();
        put_in_order(ground_, durations, graph_);
        return std::move(graph_);
    }

private:
    struct Chain {
        StepId first, last;
    };

    void join(StepId before, StepId after, ArcReason reason, ServiceNameId service = {}) {
        graph_.arcs.push_back({before, after, reason, service});
    }

    Chain add_chain(const std::vector<StepKind>& kinds, const Occupant& who, bool temporary) {
        Chain chain;
        for (const StepKind kind : kinds) {
            const StepId id = graph_.steps.push_back(step_of(kind, who, temporary));
            if (chain.last.valid()) join(chain.last, id, ArcReason::kOrder);
            if (!chain.first.valid()) chain.first = id;
            chain.last = id;
        }
        return chain;
    }

    void add_steps() {
        for (const Arrival& arrival : change_.arrivals) {
            arrivals_.push_back(add_chain(arrival.steps, arrival.who, arrival.temporary));
        }
        for (const Departure& departure : change_.departures) {
            departures_.push_back(
                add_chain(departure.steps, departure.who, departure.came_as.has_value()));
            if (!departure.came_as) continue;
            join(arrivals_[*departure.came_as].last, departures_.back().first, ArcReason::kOrder);
        }
    }

    // Acquire, apply and release, and what they have to wait for and what waits for them.
    void add_gpu_steps(bool one_by_one) {
        const std::size_t gpus = ground_.gpus.size();
        acquire_ = release_ = IdVector<GpuIndex, StepId>(gpus);
        std::vector<std::vector<std::size_t>> arriving(gpus), leaving(gpus);
        for (std::size_t a = 0; a < change_.arrivals.size(); ++a) {
            arriving[change_.arrivals[a].who.gpu.index()].push_back(a);
        }
        for (std::size_t d = 0; d < change_.departures.size(); ++d) {
            leaving[change_.departures[d].who.gpu.index()].push_back(d);
        }
        for (const GpuIndex gpu : ground_.gpus.ids()) {
            const auto& in = arriving[gpu.index()];
            const auto& out = leaving[gpu.index()];
            const bool used_now = change_.used_now[gpu];
            if (!used_now && in.empty()) continue;
            if (!used_now)
                acquire_[gpu] = graph_.steps.push_back(gpu_step(StepKind::kAcquire, gpu));
            const std::optional<StepId> apply = add_apply(gpu, in);
            for (const std::size_t a : in) {
                if (apply) {
                    join(*apply, arrivals_[a].first, ArcReason::kOrder);
                } else if (!used_now) {
                    join(acquire_[gpu], arrivals_[a].first, ArcReason::kOrder);
                }
            }
            if (apply && !used_now) join(acquire_[gpu], *apply, ArcReason::kOrder);
            const bool counts = ground_.gpus[gpu].status == deployment::GpuStatus::kOk;
            if (change_.used_then[gpu] || !counts) continue;
            release_[gpu] = graph_.steps.push_back(gpu_step(StepKind::kRelease, gpu));
            if (!one_by_one && !apply) {
                const auto left = std::ranges::equal_range(ground_.now, gpu, {}, &Occupant::gpu);
                graph_.steps[release_[gpu]].layout = idle_layout(left);
            }
            if (apply) join(*apply, release_[gpu], ArcReason::kOrder);
            for (const std::size_t d : out) {
                join(departures_[d].last, release_[gpu], ArcReason::kOrder);
            }
        }
    }

    std::optional<StepId> add_apply(GpuIndex gpu, const std::vector<std::size_t>& in) {
        const auto& recut = change_.recut_of[gpu];
        if (!recut || (in.empty() && !change_.used_now[gpu])) return std::nullopt;
        const StepId apply = graph_.steps.push_back(gpu_step(StepKind::kApply, gpu));
        std::vector<Occupant> on;
        for (const std::size_t a : in) on.push_back(change_.arrivals[a].who);
        graph_.steps[apply].layout = idle_layout(on);
        for (const std::size_t d : change_.recuts[*recut].departures) {
            join(departures_[d].last, apply, ArcReason::kSlices);
        }
        return apply;
    }

    void join_blockers() {
        for (std::size_t a = 0; a < change_.arrivals.size(); ++a) {
            const Arrival& arrival = change_.arrivals[a];
            if (change_.recut_of[arrival.who.gpu]) continue;  // apply stands between
            for (const std::size_t d : arrival.blockers) {
                join(departures_[d].last, arrivals_[a].first, why(arrival, d));
            }
        }
    }

    [[nodiscard]] ArcReason why(const Arrival& arrival, std::size_t d) const {
        if (arrival.takes_over == d) return ArcReason::kInstance;
        const Occupant& old = change_.departures[d].who;
        const int start = arrival.who.instance.start;
        const bool overlap = start < old.instance.start + ground_.profile_of(old).size &&
                             old.instance.start < start + ground_.profile_of(arrival.who).size;
        return overlap ? ArcReason::kSlices : ArcReason::kLayout;
    }

    // Who has paid into a ledger and what is left of it.
    struct Account {
        std::int64_t slack = 0;
        struct Payment {
            StepId by;
            std::int64_t left = 0;
        };
        std::deque<Payment> payments;
        std::vector<StepId> recovery;  // routes that brought it back to zero
    };

    void join_payments() {
        const Promises& promises = sequence_.promises;
        for (const Ledger& ledger : promises.ledgers) accounts_.push_back({ledger.slack, {}, {}});
        for (const Movement& movement : sequence_.movements) {
            const std::size_t i = movement.index;
            switch (movement.what) {
                case Movement::What::kDrainStarts:
                    for (const Entry& entry : promises.of_departure[i]) {
                        take(entry, departures_[i].first);
                    }
                    break;
                case Movement::What::kRouteEnds:
                    for (const Entry& entry : promises.of_arrival[i]) {
                        pay(entry, arrivals_[i].last);
                    }
                    break;
                case Movement::What::kAcquireStarts:
                    take({promises.gpus, 1}, acquire_[GpuIndex{i}]);
                    break;
                case Movement::What::kReleaseEnds:
                    pay({promises.gpus, 1}, release_[GpuIndex{i}]);
                    break;
            }
        }
    }

    void pay(const Entry& entry, StepId by) {
        Account& account = accounts_[entry.ledger];
        std::int64_t amount = entry.amount;
        if (account.slack < 0) {
            const std::int64_t used = std::min(amount, -account.slack);
            account.slack += used;
            amount -= used;
            account.recovery.push_back(by);
        }
        if (amount > 0) account.payments.push_back({by, amount});
    }

    void take(const Entry& entry, StepId step) {
        Account& account = accounts_[entry.ledger];
        const Ledger& ledger = sequence_.promises.ledgers[entry.ledger];
        for (const StepId by : account.recovery) join(by, step, ledger.reason, ledger.service);
        std::int64_t left = entry.amount;
        const std::int64_t from_slack = std::min(left, std::max<std::int64_t>(0, account.slack));
        account.slack -= from_slack;
        left -= from_slack;
        while (left > 0) {
            CHECK(!account.payments.empty(), "a drain that nothing pays for");
            Account::Payment& payment = account.payments.front();
            const std::int64_t used = std::min(left, payment.left);
            join(payment.by, step, ledger.reason, ledger.service);
            payment.left -= used;
            left -= used;
            if (payment.left == 0) account.payments.pop_front();
        }
    }

    const Ground& ground_;
    const Change& change_;
    const Sequence& sequence_;
    StepGraph graph_;
    std::vector<Chain> arrivals_, departures_;
    IdVector<GpuIndex, StepId> acquire_, release_;
    IdVector<LedgerId, Account> accounts_;
};

}  // namespace

StepGraph graph_of(const Ground& ground, const Sequence& sequence, const Durations& durations) {
    CHECK(sequence.complete, "a sequence that does not reach the target");
    return Writer(ground, sequence).write(durations);
}

}  // namespace tangram::transition
