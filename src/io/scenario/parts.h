// What the readers of a scenario's parts share.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "io/object_reader.h"
#include "io/problem/reference_reader.h"
#include "window/scenario.h"
#include "workload/problem.h"

namespace tangram::io {

// References, good for one call of the parser.
struct ScenarioParts {
    window::Scenario& scenario;  // its GPUs and times are there first
    workload::Problem& problem;  // catalogue, rules, tables; its fleet are the scenario's kinds
    ReferenceReader& files;
    FirstError& error;
};

inline constexpr NumberRule kSlotRule{9, Rounding::kExact, 1'000'000, 3'600'000'000'000,
                                      "seconds, 0.001 to 3600"};
// Seconds to nanoseconds, rounded up, at most a day.
inline constexpr NumberRule kWindowSecondsRule{9, Rounding::kUp, 0, 86'400'000'000'000,
                                               "seconds, 0 to 86400"};
// The same of a retraining: it takes time.
inline constexpr NumberRule kRetrainingRule{9, Rounding::kUp, 1, 86'400'000'000'000,
                                            "seconds, more than 0 and at most 86400"};
// A time that is a whole number of slots.
inline constexpr NumberRule kTimeRule{9, Rounding::kExact, 0, 1'000'000'000'000'000'000,
                                      "seconds, 0 to 10^9"};
// An accuracy, or what it loses; rounded down.
inline constexpr NumberRule kAccuracyRule{6, Rounding::kDown, 0, kSharePerOne, "a share, 0 to 1"};

// Arrivals rounded up, capacities down.
inline constexpr NumberRule kArrivalRule{3, Rounding::kUp, 0, window::kRateMax.count(),
                                         "requests per second, 0 to 10^9"};
inline constexpr NumberRule kCapacityRule{3, Rounding::kDown, 0, window::kRateMax.count(),
                                          "requests per second, 0 to 10^9"};
// Rates of all tenants, slots and windows: a few bytes of a file must not fill the memory.
inline constexpr std::size_t kScenarioRatesMax = 20'000'000;
inline constexpr std::size_t kScenarioRetrainingsMax = 1'000'000;  // likewise

// Rounded up.
[[nodiscard]] int slots_of(Duration time, Duration slot);

// The profile of that name; reports at `place` and returns an invalid id if there is none.
[[nodiscard]] gpu::ProfileId find_profile(const gpu::GpuModel& model, std::string_view name,
                                          Value place, FirstError& error);

// Figures by profile, {3g.40gb: 60}, or where the scenario has several GPU models by model and
// profile, {A30: {2g.12gb: 60}}: calls `take` for each, in the order of the file.
using TakeFigure = std::function<void(window::KindId, gpu::ProfileId, Value)>;
void each_profile(const ScenarioParts& parts, Value figures, const TakeFigure& take);

}  // namespace tangram::io
