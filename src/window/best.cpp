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
        if (window.gpus.size() == 1) {
            // Where it brings a proof nothing else is needed; what it cannot do, the others can.
            const Result<Outcome> exact = exact::make_exact()->plan(window, first_part(options));
            if (exact) join(best, *exact);
            if (exact && exact->status == Status::kOptimal) return finished(std::move(best));
        }
        for (const auto& make :
             {baseline::make_static, baseline::make_astraea, baseline::make_oracle}) {
            const Result<Outcome> cheap = make()->plan(window, options);
            if (!cheap) return cheap.error();
            join(best, *cheap);
        }
        Options rest = options;
        rest.work_budget -= std::min(options.work_budget, best.work);
        const Result<Outcome> priced = priced::make_engine()->plan(window, rest);
        if (!priced && !best.bound) return priced.error();
        if (priced) join(best, *priced);
        return finished(std::move(best));
    }

private:
    static Options first_part(const Options& options) {
        Options part = options;
        part.work_budget /= 2;
        if (part.deadline) {
            const auto now = std::chrono::steady_clock::now();
            *part.deadline = now + (*part.deadline - now) * 3 / 5;
        }
        return part;
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
