// The engine "ilp": the window as one mixed-integer program on the solver behind `lp`.
//
// A re-implementation of MIGRator's formulation (arXiv 2407.13126) as far as it is known, in the
// strongest form we found; docs/design/0010 has the rows and the differences. It is the reference
// the other engines are measured against.
//
// Coarse programs, whose services change only every so many slots, come first: each one's schedule
// starts the next, the last allows everything. Schedules are worth what evaluate() says. The bound
// is the solver's, raised by kBoundSafety of itself: it holds if the solver's tolerances (10^-7)
// do, and never exceeds what is asked for at the best accuracy. Infeasibility of floors rests on
// the solver alike. Work is simplex iterations times rows and columns.
#pragma once

#include <memory>
#include <optional>

#include "window/engine.h"

namespace tangram::window::ilp {

inline constexpr double kBoundSafety = 1e-7;

// As IlpEngine, from a schedule somebody else made; one that is not legal is not used.
[[nodiscard]] Result<Outcome> plan_from(const Window& window, const Options& options,
                                        const std::optional<Schedule>& start);

class IlpEngine : public Engine {
public:
    [[nodiscard]] std::string_view name() const override { return "ilp"; }
    // An error if the program would have more than about 10 million entries.
    [[nodiscard]] Result<Outcome> plan(const Window& window,
                                       const Options& options) const override {
        return plan_from(window, options, std::nullopt);
    }
};

[[nodiscard]] inline std::unique_ptr<Engine> make_ilp() { return std::make_unique<IlpEngine>(); }

}  // namespace tangram::window::ilp
