#include "window/priced/priced.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/check.h"
#include "window/idle.h"
#include "window/priced/anneal.h"
#include "window/priced/descent.h"
#include "window/priced/question.h"

namespace tangram::window::priced {

namespace {

constexpr int kRoundsFirst = 100;  // of prices, before the first pass
constexpr double kShares[] = {0.5, 1.0};
constexpr int kFailuresMax = 6;
// How much work goes into the bound for each unit of search, until its descent has finished: not
// much more time, since it is vectorised.
constexpr std::uint64_t kBoundPart = 16;

class Run {
public:
    Run(const Window& window, const Question& question, const Options& options)
        : window_(window),
          question_(question),
          options_(options),
          descent_(question),
          search_(question, options.seed, [this] { return interrupted() || late() || spent(); }) {}

    Outcome outcome() {
        while (!stop()) step();
        take_best();
        out_.bound = bound();
        out_.work = work();
        out_.engine = "priced";
        if (!out_.schedule) {
            out_.note = "found no schedule that keeps every floor";
            return std::move(out_);
        }
        const bool proven = gap(out_) <= kOptimalGap;
        out_.status = proven ? Status::kOptimal : Status::kFeasible;
        return std::move(out_);
    }

private:
    [[nodiscard]] std::uint64_t work() const { return descent_.work() + search_.work(); }
    [[nodiscard]] Goodput bound() const {
        double most = 0;
        for (const TenantTerms& tenant : question_.tenants) most += worth_max(tenant);
        const double bound = std::min(most, descent_.bound() * question_.grid);
        return Goodput{static_cast<std::int64_t>(std::max(0.0, bound))};
    }
    [[nodiscard]] static double worth_max(const TenantTerms& tenant) {
        double requests = 0;
        for (const double rate : tenant.rates) requests += rate;
        return requests * static_cast<double>(kSharePerOne);
    }

    [[nodiscard]] bool interrupted() const { return options_.cancelled && options_.cancelled(); }
    [[nodiscard]] bool late() const {
        return options_.deadline && std::chrono::steady_clock::now() > *options_.deadline;
    }

    // A schedule at once, then prices, since better ones begin with them; then turn about by what
    // both have cost.
    void step() {
        const bool first = descent_.rounds() < kRoundsFirst;
        const bool dear = descent_.work() > search_.work() * kBoundPart;
        if (descent_.finished() || (dear && !first)) {
            search_.pass(descent_.bound() * question_.grid);
        } else {
            for (const auto& schedule : descent_.round()) search_.note(schedule);
            if (descent_.rounds() == 1) search_.build(descent_.prices(), 0);
            if (descent_.rounds() == kRoundsFirst) {
                for (const double share : kShares) search_.build(descent_.prices(), share);
            }
        }
        take_best();
    }

    [[nodiscard]] bool spent() const { return work() > options_.work_budget; }

    bool stop() {
        const bool some = descent_.rounds() > 0;
        if (some && out_.schedule && bound() <= out_.goodput) {
            out_.stop_reason = "proven";
        } else if (some && descent_.finished() && search_.failures() > kFailuresMax) {
            out_.stop_reason = "heuristic";
        } else if (some && spent()) {
            out_.stop_reason = "work budget";
        } else if (interrupted()) {
            out_.stop_reason = "interrupted";
            out_.reproducible = false;
        } else if (late()) {
            out_.stop_reason = "deadline";
            out_.reproducible = false;
        } else {
            return false;
        }
        return true;
    }

    // Every schedule is judged by the evaluator, which knows nothing of prices.
    void take_best() {
        const double worth = search_.best().worth();
        if (judged_ && worth <= *judged_) return;
        judged_ = worth;
        Schedule schedule = without_idle(window_, search_.best().schedule());
        Evaluation evaluation = evaluate(window_, schedule);
        if (!evaluation.violations.empty()) return;
        if (out_.schedule && evaluation.goodput <= out_.goodput) return;
        out_.goodput = evaluation.goodput;
        out_.evaluation = std::move(evaluation);
        out_.schedule = std::move(schedule);
        if (options_.progress) options_.progress(out_.goodput, bound());
    }

    const Window& window_;
    const Question& question_;
    const Options& options_;
    Descent descent_;
    Annealing search_;
    std::optional<double> judged_;
    Outcome out_;
};

double memory_mib(const Question& question) {
    double bytes = 0;
    for (const Tree& tree : question.trees) {
        bytes += GpuPricing::memory(question, tree.blocks, false) +
                 GpuPricing::memory(question, tree.blocks, true);
    }
    // Prices, their averages and their slopes; sets of instances.
    bytes += 12.0 * sizeof(double) * static_cast<double>(question.cells());
    return bytes / (1 << 20);
}

class Priced final : public Engine {
public:
    [[nodiscard]] std::string_view name() const override { return "priced"; }
    [[nodiscard]] Result<Outcome> plan(const Window& window,
                                       const Options& options) const override {
        const auto begin = std::chrono::steady_clock::now();
        const Result<void> valid = validate(window);
        CHECK(valid.has_value(), valid.error().text());
        Result<Question> question = make_question(window);
        if (!question) return question.error();
        if (const double mib = memory_mib(*question);
            mib > static_cast<double>(options.memory_mib_max)) {
            return Error{ErrorCode::kUnsupported,
                         "so many slots take " + std::to_string(static_cast<long>(mib)) +
                             " MiB of tables; allow more, or use longer slots",
                         ""};
        }
        Outcome outcome = Run(window, *question, options).outcome();
        outcome.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        return outcome;
    }
};

}  // namespace

std::unique_ptr<Engine> make_engine() { return std::make_unique<Priced>(); }

}  // namespace tangram::window::priced
