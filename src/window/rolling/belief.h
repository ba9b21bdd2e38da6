// What an engine is told instead of the truth: predictions of retrainings that are wrong by known
// amounts, and rates that are forecast from what has been seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "forecast/bursts.h"
#include "forecast/forecast.h"
#include "window/scenario.h"

namespace tangram::window::rolling {

// Predicted slots = true slots x (1 + bias + noise x N(0,1)), rounded, at least 1; predicted
// accuracy = true accuracy + bias + noise x N(0,1), within 0 and 1. Retrainings of one tenant and
// window with one name are one way to train on several profiles: they share their draws.
struct PredictionError {
    Share slots_bias{}, slots_noise{};
    Share accuracy_bias{}, accuracy_noise{};
    std::uint64_t seed = 1;
    [[nodiscard]] bool none() const { return *this == PredictionError{.seed = seed}; }
    friend bool operator==(const PredictionError&, const PredictionError&) = default;
};

// One for each of `truth`. `draw` tells tenants and windows apart.
[[nodiscard]] std::vector<Retraining> predicted(const std::vector<Retraining>& truth,
                                                const PredictionError& error, std::uint64_t draw);

// Forecasts all tenants' rates of a scenario.
class Foresight {
public:
    // The scenario must outlive it.
    Foresight(const Scenario& scenario, const forecast::Options& options,
              const forecast::BurstOptions& bursts);

    // The rates of `steps` slots from `slot` on, counted over all windows, from those before it.
    [[nodiscard]] std::vector<Rate> rates(TenantId tenant, std::size_t slot, int steps) const;

private:
    forecast::Options options_;
    struct Line {
        std::vector<Rate> rates;  // past and what will come
        std::size_t past = 0;
        std::vector<forecast::Burst> missed;
    };
    IdVector<TenantId, Line> lines_;
};

}  // namespace tangram::window::rolling
