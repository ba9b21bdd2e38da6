// A scenario lived through: its windows one after the other, planned again and again.
//
// Before slot s an engine is asked for the rest of the window (question.h); what it answers is
// followed from s on. It has one slot to answer: the time of slot s - 1, whose rate it knows with a
// lag of 0. A decision that is late, brings no schedule, or is not good enough changes nothing:
// what was planned before goes on. So does what runs when a window begins. Models drift between
// windows (scenario.h, Episode) and keep what retraining brought; instances run on. What is counted
// is the whole executed schedule against the rates that came, by evaluate.h. Source: ours; that
// windows are planned once is how MIGRator (arXiv 2407.13126) does it, as far as known: `every` =
// the window's slots.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "window/engine.h"
#include "window/rolling/belief.h"
#include "window/scenario.h"

namespace tangram::window::rolling {

struct RunOptions {
    int every = 1;   // slots between decisions; each window begins with one
    Options search;  // of each decision; its deadline is replaced where there is a clock
    forecast::Options forecast;
    forecast::BurstOptions bursts;
    PredictionError error;
    // A plan is followed if it is worth more than what goes on by more than this share of it, both
    // on the same forecast, or if what goes on misses a floor that it keeps. Absent: always.
    std::optional<Share> hysteresis;
    // A decision that took more work is late. Absent: none is.
    std::optional<std::uint64_t> work_per_slot;
    // For measuring decisions. Without it none of the following counts.
    std::function<std::chrono::steady_clock::time_point()> clock;
    std::optional<Duration> time_limit;  // of each decision
    // A decision that took longer than a slot is late; engines are told nine tenths of one. Not
    // reproducible.
    bool real_time = false;
};

enum class Verdict {
    kFollowed,
    kKept,        // not good enough
    kLate,        // not ready within its slot
    kNoSchedule,  // the engine found none
};
[[nodiscard]] std::string_view name(Verdict verdict);

struct Decision {
    int slot = 0;  // within its window
    Verdict verdict = Verdict::kFollowed;
    bool without_floors = false;  // no schedule kept them: asked again without
    Goodput expected;             // of the rest, if the plan is followed and the forecast true
    std::uint64_t work = 0;
    double seconds = 0;  // timing only
};

struct WindowRun {
    Window truth;
    Schedule executed;
    Evaluation evaluation;  // of `executed`, with the rates that came
    std::vector<Decision> decisions;
};

struct Run {
    std::vector<WindowRun> windows;
    Goodput goodput;
    bool reproducible = true;
};

// Errors: those of the engine; one that answers without a schedule, though not for want of one,
// cannot be carried out. Pure but for the clock. CHECKs that every > 0.
[[nodiscard]] Result<Run> run(const Scenario& scenario, const Engine& engine,
                              const RunOptions& options);

// Of all windows' decisions.
[[nodiscard]] std::size_t count(const Run& run, Verdict verdict);
// The nearest rank of their times, at the share; 0 without any. Timing only.
[[nodiscard]] double decision_seconds(const Run& run, Share quantile);

}  // namespace tangram::window::rolling
