// A window as a mixed-integer program. Rows and columns are explained in docs/design/0010.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "lp/model.h"
#include "window/ilp/places.h"
#include "window/schedule.h"
#include "window/window.h"

namespace tangram::window::ilp {

// A tenant's serving instances on one group of placements of one GPU.
struct ServingPlace {
    TenantId tenant;
    GpuId gpu;
    std::size_t group = 0;
    Rate capacity;
    std::vector<std::size_t> already;  // indices into Window::running of what serves there
    std::vector<int> on;               // by slot: column, how many serve
    std::vector<int> begin;  // by slot: column, how many new ones serve from here on; or kNone
};

// A running creation that may be continued.
struct Continued {
    std::size_t running = 0;  // index into Window::running
    std::size_t place = 0;    // index into Formulation::serving
    int ready = 0;
    int column = 0;
};

// One of a tenant's retrainings on one group of placements of one GPU.
struct RetrainingPlace {
    TenantId tenant;
    std::size_t choice = 0;  // index into Tenant::retrainings
    GpuId gpu;
    std::size_t group = 0;
    int slots = 0;
    std::vector<int> begun;  // by slot: column, how many have begun there until then
};

// A tenant's requests served better than when the window began: after a retraining that ends in it.
struct Level {
    TenantId tenant;
    Share accuracy;
    std::vector<std::size_t> retrainings;  // indices into Formulation::retraining
    std::vector<int> served;               // by slot: column; or kNone
};

struct Formulation {
    static constexpr int kNone = -1;

    lp::Model model;
    double unit = 0;  // of the objective, in Goodput
    Goodput ceiling;  // without any model: every tenant alone, at its best accuracy at once
    IdVector<KindId, Places> places;
    std::vector<ServingPlace> serving;
    std::vector<Continued> continued;
    std::vector<RetrainingPlace> retraining;
    std::vector<Level> levels;
    IdVector<TenantId, double> scale;             // of the columns below: largest rate
    IdVector<TenantId, std::vector<int>> served;  // by slot: column; or kNone
};

// Entries in the rows of the whole program, about; for a limit before memory is spent.
[[nodiscard]] double size_of(const Window& window);

// `step` 1: every schedule. Above: those whose services change only at multiples of `step` and a
// warm-up after them, and whose retrainings start at multiples; every such schedule is one of those
// of a divisor of `step`, too.
[[nodiscard]] Formulation formulate(const Window& window, int step);

// The values a legal schedule gives the columns. Absent if the program cannot express it: a step
// too coarse, or a retraining that is never better than another one.
[[nodiscard]] std::optional<std::vector<double>> values_of(const Window& window,
                                                           const Formulation& program,
                                                           const Schedule& schedule);

// The schedule that the columns' values, rounded, describe. Absent if they describe none, which
// only a solver's tolerance can bring about.
[[nodiscard]] std::optional<Schedule> schedule_of(const Window& window, const Formulation& program,
                                                  const std::vector<double>& values);

}  // namespace tangram::window::ilp
