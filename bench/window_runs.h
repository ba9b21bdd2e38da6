// What the engines answered on one cell, judged anew.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "window/engine.h"
#include "window_scenarios.h"

namespace tangram::bench {

struct WindowAnswer {
    window::Outcome outcome;
    double seconds = 0;
    std::optional<window::Evaluation> on_demand;  // of its schedule, instances created when wanted
};

struct CellAnswers {
    WindowCell cell;
    std::map<std::string, WindowAnswer> by_engine;
    std::vector<std::string> faults;  // answers that contradict another, or the evaluator
};

// The planner of ours that did best: `exact` on one GPU, `priced` on many; nothing without either.
[[nodiscard]] const WindowAnswer* our_answer(const CellAnswers& answers);

// With `seconds` for each engine. An engine that cannot do the cell has no answer.
[[nodiscard]] CellAnswers answer_cell(const WindowCell& cell, const window::Window& window,
                                      const std::vector<std::string>& engines, double seconds);

[[nodiscard]] WindowAnswer answer(const window::Engine& engine, const window::Window& window,
                                  double seconds);

}  // namespace tangram::bench
