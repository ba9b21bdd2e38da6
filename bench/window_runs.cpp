#include "window_runs.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <utility>

namespace tangram::bench {
namespace {

using window::Evaluation;
using window::Goodput;
using window::Outcome;

// What the evaluator says of a schedule, where it disagrees with the engine.
std::string disagreement(const window::Window& window, const Outcome& outcome) {
    if (!outcome.schedule) return "";
    const Evaluation evaluation = evaluate(window, *outcome.schedule);
    if (evaluation.violations != outcome.evaluation.violations) return "hides what it breaks";
    if (evaluation.goodput == outcome.goodput) return "";
    return fmt::format("says {}, is worth {}", outcome.goodput.count(), evaluation.goodput.count());
}

void find_faults(const window::Window& window, CellAnswers& answers) {
    for (const auto& [name, answer] : answers.by_engine) {
        const std::string wrong = disagreement(window, answer.outcome);
        if (!wrong.empty()) answers.faults.push_back(fmt::format("{}: {}", name, wrong));
        // Those without a schedule may share GPUs in ways that bounds do not cover.
        if (!answer.outcome.schedule) continue;
        for (const auto& [other, bounding] : answers.by_engine) {
            if (!bounding.outcome.bound || answer.outcome.goodput <= *bounding.outcome.bound) {
                continue;
            }
            answers.faults.push_back(fmt::format("{} is above the bound of {}", name, other));
        }
    }
    const WindowAnswer* const ours = our_answer(answers);
    const auto ilp = answers.by_engine.find("ilp");
    if (ours != nullptr && ilp != answers.by_engine.end() && ilp->second.outcome.schedule &&
        ilp->second.outcome.goodput > ours->outcome.goodput) {
        answers.faults.emplace_back("ilp is better than ours");
    }
}

}  // namespace

const WindowAnswer* our_answer(const CellAnswers& answers) {
    const WindowAnswer* best = nullptr;
    for (const char* name : {"best", "exact", "priced"}) {
        const auto found = answers.by_engine.find(name);
        if (found == answers.by_engine.end() || !found->second.outcome.schedule) continue;
        if (best == nullptr || found->second.outcome.goodput > best->outcome.goodput) {
            best = &found->second;
        }
    }
    return best;
}

WindowAnswer answer(const window::Engine& engine, const window::Window& window, double seconds) {
    const auto begin = std::chrono::steady_clock::now();
    window::Options options;
    options.deadline = begin + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                   std::chrono::duration<double>(seconds));
    auto outcome = engine.plan(window, options);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    WindowAnswer answer{outcome ? std::move(*outcome) : Outcome{}, took.count(), {}};
    if (!outcome) answer.outcome.note = outcome.error().text();
    if (answer.outcome.schedule) {
        answer.on_demand = evaluate(window, *answer.outcome.schedule, window::Creation::kOnDemand);
    }
    return answer;
}

CellAnswers answer_cell(const WindowCell& cell, const window::Window& window,
                        const std::vector<std::string>& engines, double seconds) {
    CellAnswers answers{cell, {}, {}};
    for (const std::string& name : engines) {
        WindowAnswer one = answer(*window::make_engine(name), window, seconds);
        const bool nothing = !one.outcome.bound && one.outcome.status == window::Status::kUnknown;
        if (nothing) {
            fmt::print(stderr, "{}: {} has no answer: {} {}\n", cell.name, name,
                       one.outcome.stop_reason, one.outcome.note);
            continue;
        }
        answers.by_engine.emplace(name, std::move(one));
    }
    find_faults(window, answers);
    return answers;
}

}  // namespace tangram::bench
