#include "window/best.h"

#include <algorithm>
#include <string>
#include <utility>

#include "window/baseline/astraea.h"
#include "window/baseline/oracle.h"
#include "window/baseline/static.h"
#include "window/exact/exact.h"
#include "window/priced/priced.h"

namespace tangram::window {
namespace {

bool keeps_floors(const Outcome& outcome) {
    return std::ranges::all_of(outcome.evaluation.tenants,
                               [](const TenantAccount& it) { return it.floor_kept; });
}

// The better schedule with both proofs.
void join(Outcome& best, Outcome other) {
    if (other.bound && (!best.bound || *other.bound < *best.bound)) best.bound = other.bound;
    best.work += other.work;
    best.seconds += other.seconds;
    best.reproducible &= other.reproducible;
    best.stop_reason = other.stop_reason;
    const bool better =
        other.schedule && (!best.schedule || std::pair{keeps_floors(other), other.goodput} >
                                                 std::pair{keeps_floors(best), best.goodput});
    if (!better) return;
    best.schedule = std::move(other.schedule);
    best.evaluation = std::move(other.evaluation);
    best.goodput = other.goodput;
    best.note = other.note + (other.note.empty() ? "" : "; ") + "found by " + other.engine;
}

class Best final : public Engine {
public:
    [[nodiscard]] std::string_view name() const override { return "best"; }

    [[nodiscard]] Result<Outcome> plan(const Window& window,
                                       const Options& options) const override {
        Outcome best;
        std::vector<Schedule> known;
        const auto add = [&](const Outcome& outcome) {
            if (outcome.schedule) known.push_back(*outcome.schedule);
            join(best, outcome);
        };
        for (const auto& make : {baseline::make_static, baseline::make_astraea}) {
            const Result<Outcome> simple = make()->plan(window, share(options, best, 5, 1));
            if (!simple) return simple.error();
            add(*simple);
        }
        const bool one = window.gpus.size() == 1;
        Options part = share(options, best, 4, one ? 1 : 3);
        if (one) part.work_budget = std::min(part.work_budget, kFirstWork);
        part.known = known;
        const Result<Outcome> priced = priced::make_engine()->plan(window, part);
        if (priced) add(*priced);
        if (one) {
            part = share(options, best, 10, 9);
            part.known = std::move(known);
            const Result<Outcome> exact = exact::make_exact()->plan(window, part);
            if (exact) join(best, *exact);
            // What it cannot do, the others can.
            if (exact && exact->status == Status::kOptimal) return finished(std::move(best));
            // It may have ended early, where so many tenants leave it no time.
            part = share(options, best, 2, 1);
            part.seed = options.seed + 1;
            if (best.schedule) part.known = {*best.schedule};
            const Result<Outcome> again = priced::make_engine()->plan(window, part);
            if (again) join(best, *again);
        }
        const Result<Outcome> oracle =
            baseline::make_oracle()->plan(window, share(options, best, 1, 1));
        if (!oracle) return oracle.error();
        join(best, *oracle);
        return finished(std::move(best));
    }

private:
    // Elementary steps of prices on one GPU: a second or two.
    static constexpr std::uint64_t kFirstWork = 2'000'000'000;

    // `part` of `parts` of what is left.
    static Options share(const Options& options, const Outcome& done, int parts, int part) {
        Options left = options;
        left.work_budget -= std::min(options.work_budget, done.work);
        left.work_budget =
            left.work_budget / static_cast<std::uint64_t>(parts) * static_cast<std::uint64_t>(part);
        if (left.deadline) {
            const auto now = std::chrono::steady_clock::now();
            *left.deadline = now + (*left.deadline - now) * part / parts;
        }
        return left;
    }

    static Outcome finished(Outcome best) {
        best.engine = "best";
        if (!best.schedule) return best;
        const bool proven = best.bound && keeps_floors(best) && gap(best) <= kOptimalGap;
        best.status = proven ? Status::kOptimal : Status::kFeasible;
        if (proven) best.stop_reason = "proven";
        return best;
    }
};

}  // namespace

std::unique_ptr<Engine> make_best() { return std::make_unique<Best>(); }

}  // namespace tangram::window
