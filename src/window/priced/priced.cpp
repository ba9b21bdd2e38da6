#include "window/priced/priced.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/parallel.h"
#include "base/random.h"
#include "window/idle.h"
#include "window/priced/anneal.h"
#include "window/priced/descent.h"
#include "window/priced/known.h"
#include "window/priced/question.h"

namespace tangram::window::priced {

namespace {

constexpr int kRoundsFirst = 100;                 // of prices, beside the first fleet
constexpr std::array<double, 2> kShares{0.5, 1};  // in reserve; one search each
constexpr std::size_t kSearches = kShares.size();
constexpr int kFailuresMax = 10;

// Turn by turn: prices fall and searches go on side by side, sharing nothing, and then learn from
// each other. So the number of threads changes nothing but the time.
class Run {
public:
    Run(const Window& window, const Question& question, const Options& options)
        : window_(window), question_(question), options_(options), descent_(question) {
        Random random(options.seed);
        for (std::size_t i = 0; i < kSearches; ++i) {
            searches_.push_back(std::make_unique<Annealing>(question, random.next(), [this, i] {
                return ended(searches_[i]->work() - begun_[i]);
            }));
        }
    }

    Outcome outcome() {
        for (const Schedule& schedule : options_.known) begin_with(schedule);
        while (!stop()) turn();
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
    [[nodiscard]] std::uint64_t search_work() const {
        std::uint64_t work = 0;
        for (const auto& search : searches_) work += search->work();
        return work;
    }
    [[nodiscard]] std::uint64_t work() const { return descent_.work() + search_work(); }
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
    [[nodiscard]] bool spent() const { return work() > options_.work_budget; }
    // Whether something that may do `part` in this turn must end. It knows of nothing beside it.
    [[nodiscard]] bool ended(std::uint64_t done) const {
        return done > part_ || interrupted() || late();
    }

    void turn() {
        const std::uint64_t left = options_.work_budget - std::min(options_.work_budget, work());
        part_ = left / (1 + kSearches);
        const Prices prices = descent_.prices();
        const double worth = descent_.bound() * question_.grid;
        const std::size_t searches = turns_ == 0 ? 1 : kSearches;
        const std::uint64_t before = search_work();
        parallel_chunks(1 + searches, 1, options_.threads, [&](std::size_t job, std::size_t, int) {
            if (job == 0) {
                descend();
            } else {
                search(job - 1, prices, worth);
            }
        });
        ++turns_;
        searched_ = search_work() - before;
        learn();
        take_best();
    }

    // At first some rounds; then as many as cost what searching cost in the turn before.
    void descend() {
        const std::uint64_t before = descent_.work();
        const auto goes_on = [&] {
            const std::uint64_t done = descent_.work() - before;
            if (descent_.rounds() == 0) return true;
            if (descent_.finished() || ended(done)) return false;
            return turns_ == 0 ? descent_.rounds() < kRoundsFirst : done < searched_;
        };
        while (goes_on()) descent_.round();
    }

    void search(std::size_t number, const Prices& prices, double worth) {
        Annealing& search = *searches_[number];
        begun_[number] = search.work();
        if (turns_ > 1) {
            search.pass(worth, number > 0);
        } else {
            search.build(prices, turns_ == 0 ? 0 : kShares[number]);
        }
    }

    // All searches go on from the best fleet, and know what the prices bring forth.
    void learn() {
        const auto likely = descent_.likely();
        const Fleet* best = &searches_.front()->best();
        for (const auto& search : searches_) {
            if (search->best().worth() > best->worth()) best = &search->best();
        }
        for (const auto& search : searches_) {
            search->adopt(*best);
            search->like(likely);
        }
    }

    bool stop() {
        const bool some = turns_ > 0;
        if (some && out_.schedule && bound() <= out_.goodput) {
            out_.stop_reason = "proven";
        } else if (some && descent_.finished() && searches_.front()->failures() > kFailuresMax) {
            out_.stop_reason = "heuristic";
        } else if (some && spent()) {
            out_.stop_reason = "work budget";
        } else if (some && interrupted()) {
            out_.stop_reason = "interrupted";
            out_.reproducible = false;
        } else if (some && late()) {
            out_.stop_reason = "deadline";
            out_.reproducible = false;
        } else {
            return false;
        }
        return true;
    }

    void begin_with(const Schedule& known) {
        if (!take(known)) return;
        const std::optional<Fleet> fleet = fleet_of(question_, known);
        for (const auto& search : searches_) {
            if (fleet) search->adopt(*fleet);
        }
    }

    void take_best() {
        const Fleet& best = searches_.front()->best();
        if (judged_ && best.worth() <= *judged_) return;
        judged_ = best.worth();
        (void)take(without_idle(window_, best.schedule()));
    }

    // Every schedule is judged by the evaluator, which knows nothing of prices. False if it is
    // broken.
    bool take(Schedule schedule) {
        Evaluation evaluation = evaluate(window_, schedule);
        if (!evaluation.violations.empty()) return false;
        if (out_.schedule && evaluation.goodput <= out_.goodput) return true;
        out_.goodput = evaluation.goodput;
        out_.evaluation = std::move(evaluation);
        out_.schedule = std::move(schedule);
        if (options_.progress) options_.progress(out_.goodput, bound());
        return true;
    }

    const Window& window_;
    const Question& question_;
    const Options& options_;
    Descent descent_;
    std::vector<std::unique_ptr<Annealing>> searches_;
    std::array<std::uint64_t, kSearches> begun_{};  // their work before this turn
    int turns_ = 0;
    std::uint64_t part_ = 0;      // of the work that is left, for each that works in a turn
    std::uint64_t searched_ = 0;  // in the last turn
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
