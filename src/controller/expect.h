// What a policy expects at the beginning of a step, from what it knows then, and how wrong its
// forecasts have been so far.
#pragma once

#include <deque>
#include <vector>

#include "controller/replay.h"

namespace tangram::controller {

class Expecter {
public:
    // Both must outlive it.
    Expecter(const Recording& recording, const ReplayOptions& options);

    // Rates of the steps from `step` on, `ahead` of them. Steps in ascending order.
    [[nodiscard]] Expectation at(std::size_t step, int ahead);

private:
    [[nodiscard]] std::vector<Rate> rates_of(ServiceId service, std::size_t step, int ahead) const;
    void learn(std::size_t step);
    [[nodiscard]] Rate safety(ServiceId service) const;

    const Recording& recording_;
    const ReplayOptions& options_;
    bool sees_current_;  // a step's rate is known when it is decided within the step
    forecast::Options forecast_;
    // By service: by how much the forecasts of the last steps were too low, 0 where they were not.
    IdVector<ServiceId, std::deque<Rate>> errors_;
    std::size_t learnt_ = 0;  // steps before this one have been looked at
};

}  // namespace tangram::controller
