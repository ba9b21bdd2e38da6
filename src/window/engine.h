// The interface of all window engines.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "window/evaluate.h"
#include "window/schedule.h"
#include "window/window.h"

namespace tangram::window {

enum class Status {
    kOptimal,   // bound - goodput is at most kOptimalGap of the bound
    kFeasible,  // a schedule, not proven best
    kUnknown,   // none: stopped by a limit, or no schedule keeps every floor
};
[[nodiscard]] std::string_view name(Status status);

// Bounds come from fixed-point arithmetic that rounds up; this much is rounding.
inline constexpr double kOptimalGap = 1e-6;

struct Options {
    std::uint64_t seed = 1;
    std::uint64_t work_budget = 200'000'000'000;  // units: about one elementary step each
    std::size_t memory_mib_max = 1'000;           // for tables; slower with less
    std::vector<Schedule> known;  // legal ones, to begin with; few engines can use them
    int threads = 2;              // never changes the answer; few engines can use them
    // Ends the search; the outcome is then not reproducible. Checked now and then.
    std::optional<std::chrono::steady_clock::time_point> deadline;
    // Polled now and then, from all threads; true ends the search with the best schedule so far.
    // May be empty.
    std::function<bool()> cancelled;
    // Called with each better schedule or bound, from the calling thread; may be empty.
    std::function<void(Goodput best, Goodput bound)> progress;
};

struct Outcome {
    Status status = Status::kUnknown;
    // Absent with kUnknown, of engines that give only a bound, and of those that share GPUs
    // otherwise than by MIG instances (`note` says so).
    std::optional<Schedule> schedule;
    Evaluation evaluation;         // of the schedule, or of what the engine does instead
    Goodput goodput;               // evaluation.goodput, unless it is broken
    std::optional<Goodput> bound;  // no schedule is worth more; absent if the engine proves none
    std::string engine;
    std::string stop_reason;  // "proven", "work budget", "deadline", "interrupted", "heuristic"
    std::string note;
    std::uint64_t work = 0;
    bool reproducible = true;
    double seconds = 0;  // timing only
};

// (bound - goodput) / bound, 0 without a bound above 0.
[[nodiscard]] double gap(const Outcome& outcome);

class Engine {
public:
    virtual ~Engine() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    // CHECKs that the window is valid. An error says what this engine cannot do.
    [[nodiscard]] virtual Result<Outcome> plan(const Window& window,
                                               const Options& options) const = 0;
};

// "best", "exact", "priced", "ilp", "oracle", "ekya", "astraea", "paris", "static"; nullptr for
// others.
[[nodiscard]] std::unique_ptr<Engine> make_engine(std::string_view name);
[[nodiscard]] std::vector<std::string_view> engine_names();

}  // namespace tangram::window
