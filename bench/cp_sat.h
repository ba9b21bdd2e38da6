// OR-tools CP-SAT on the compact model, through cp_sat.py: a yardstick, where it is installed.
#pragma once

#include <optional>
#include <string>

#include "base/quantity.h"

namespace tangram::bench {

struct CpSatAnswer {
    std::string status;
    std::optional<Cost> cost;
    Cost bound;
    double seconds = 0;  // of the solver alone
};

// Empty if it is not installed; `./dev bench suite --cp-sat` installs it.
[[nodiscard]] std::string cp_sat_version();

// `model`: as of export_model.h. Nothing if the script fails, which says why on standard error.
[[nodiscard]] std::optional<CpSatAnswer> solve_by_cp_sat(const std::string& model,
                                                         double limit_seconds);

}  // namespace tangram::bench
