#include "window/ilp/ilp.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "window/ilp/formulation.h"

namespace tangram::window::ilp {
namespace {

constexpr double kSizeMax = 10e6;

// Each a multiple of the next, so that each program can express the schedule of the one before.
constexpr int kSteps[] = {64, 16, 4, 1};
// A step is of use only if this many fit into the window.
constexpr int kStepsFewest = 2;
// Of the time and work left, what a coarse program may use; and how exactly it is solved.
constexpr double kCoarseShare = 0.3;
constexpr double kCoarseGap = 1e-3;
// Absolute gaps are this much of the ceiling: well below kOptimalGap of any bound that matters.
constexpr double kFineGap = 1e-8;

// Columns from which on the interior point method beats the simplex method: at 12,000, 3 seconds
// against more than 20.
constexpr std::size_t kInteriorFrom = 2'000;

// What runs goes on, nothing else begins.
Schedule unchanged(const Window& window) {
    Schedule schedule;
    for (std::size_t r = 0; r < window.running.size(); ++r) {
        const Running& running = window.running[r];
        const bool retrains = running.activity == Activity::kRetraining;
        if (running.activity == Activity::kCreating && running.left >= window.slots) continue;
        schedule.stints.push_back(
            {.gpu = running.gpu,
             .placement = running.placement,
             .tenant = running.tenant,
             .use = retrains ? Use::kRetrain : Use::kServe,
             .from = 0,
             .ready = running.activity == Activity::kCreating ? running.left : 0,
             .until = retrains ? std::min(running.left, window.slots) : window.slots,
             .retraining = {},
             .running = r});
    }
    sort_stints(schedule);
    return schedule;
}

class Search {
public:
    Search(const Window& window, const Options& options) : window_(window), options_(options) {}

    Outcome run(const std::optional<Schedule>& start) {
        consider(unchanged(window_));
        if (start) consider(*start);
        for (const int step : kSteps) {
            if (step > 1 && (stopped() || window_.slots / step < kStepsFewest)) continue;
            solve(step);
        }
        conclude();
        return std::move(out_);
    }

private:
    [[nodiscard]] double seconds_left() const {
        if (!options_.deadline) return lp::kInfinity;
        const auto left = *options_.deadline - std::chrono::steady_clock::now();
        return std::max(0.0, std::chrono::duration<double>(left).count());
    }
    [[nodiscard]] bool stopped() const {
        return seconds_left() <= 0 || (options_.cancelled && options_.cancelled());
    }

    // Keeps a schedule that is legal and better.
    void consider(Schedule schedule) {
        Evaluation evaluation = evaluate(window_, schedule);
        if (!evaluation.violations.empty()) return;
        if (out_.schedule && evaluation.goodput <= out_.goodput) return;
        out_.goodput = evaluation.goodput;
        out_.evaluation = std::move(evaluation);
        out_.schedule = std::move(schedule);
    }

    void solve(int step) {
        const Formulation program = formulate(window_, step);
        const bool fine = step == 1;
        solution_ = lp::solve(program.model, limits(program, fine));
        out_.work += static_cast<std::uint64_t>(solution_.iterations) * iteration_work(program);
        if (solution_.time_limit_struck) out_.reproducible = false;
        if (!solution_.values.empty()) {
            if (auto schedule = schedule_of(window_, program, solution_.values)) {
                consider(std::move(*schedule));
            }
        }
        if (fine && solution_.status != lp::Status::kInfeasible) {
            out_.bound = bound(program, solution_.bound);
        }
    }

    [[nodiscard]] static std::uint64_t iteration_work(const Formulation& program) {
        return program.model.columns() + program.model.rows.size() + 1;
    }

    [[nodiscard]] lp::Options limits(const Formulation& program, bool fine) const {
        const double share = fine ? 1 : kCoarseShare;
        const double ceiling = static_cast<double>(program.ceiling.count()) / program.unit;
        const std::uint64_t left = options_.work_budget - std::min(out_.work, options_.work_budget);
        const double iterations =
            share * static_cast<double>(left) / static_cast<double>(iteration_work(program));
        lp::Options limits;
        limits.seed = options_.seed;
        limits.time_limit_seconds = share * seconds_left();
        limits.iteration_limit = static_cast<std::int64_t>(std::min(iterations, 1e18));
        limits.absolute_gap = (fine ? kFineGap : kCoarseGap) * ceiling;
        limits.interior = program.model.columns() > kInteriorFrom;
        limits.cancelled = options_.cancelled;
        if (out_.schedule) {
            if (auto values = values_of(window_, program, *out_.schedule)) {
                limits.start = std::move(*values);
            }
        }
        if (options_.progress && fine) {
            limits.progress = [this, &program](const lp::Progress& progress) {
                options_.progress(worth(program, progress.objective),
                                  bound(program, progress.bound));
            };
        }
        return limits;
    }

    [[nodiscard]] static Goodput worth(const Formulation& program, double objective) {
        const double most = static_cast<double>(program.ceiling.count());
        return Goodput{std::llround(std::clamp(objective * program.unit, 0.0, most))};
    }
    [[nodiscard]] static Goodput bound(const Formulation& program, double objective) {
        const double raised = std::ceil(objective * program.unit * (1 + kBoundSafety));
        if (!(raised < static_cast<double>(program.ceiling.count()))) return program.ceiling;
        return Goodput{static_cast<std::int64_t>(std::max(raised, 0.0))};
    }

    void conclude() {
        const bool solved =
            solution_.status == lp::Status::kOptimal || solution_.status == lp::Status::kInfeasible;
        out_.stop_reason = solved                                       ? "proven"
                           : solution_.status == lp::Status::kError     ? "the solver failed"
                           : options_.cancelled && options_.cancelled() ? "interrupted"
                           : solution_.time_limit_struck || seconds_left() <= 0 ? "deadline"
                                                                                : "work budget";
        if (!out_.schedule) {
            if (solution_.status == lp::Status::kInfeasible) {
                out_.note = "no schedule keeps every floor";
            }
            return;
        }
        const bool proven = out_.bound && gap(out_) <= kOptimalGap;
        out_.status = proven ? Status::kOptimal : Status::kFeasible;
        if (solved && !proven) out_.stop_reason = "the solver's tolerance leaves a step open";
    }

    const Window& window_;
    const Options& options_;
    lp::Solution solution_;
    Outcome out_;
};

}  // namespace

Result<Outcome> plan_from(const Window& window, const Options& options,
                          const std::optional<Schedule>& start) {
    const auto valid = validate(window);
    CHECK(valid.has_value(), valid.error().text());
    const auto begin = std::chrono::steady_clock::now();
    if (size_of(window) > kSizeMax) {
        return Error{ErrorCode::kUnsupported,
                     "the window is too large for one mixed-integer program: use another engine",
                     {}};
    }
    Outcome outcome = Search(window, options).run(start);
    outcome.engine = "ilp";
    outcome.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return outcome;
}

}  // namespace tangram::window::ilp
