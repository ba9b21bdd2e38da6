// Two services on Sevens (unit/transition/transition_support.h), and what is expected of them.
#pragma once

#include "controller/replay.h"
#include "unit/transition/transition_support.h"

namespace tangram::test {

// In requests/s: of "a" and "b", for so many steps of ten minutes.
inline controller::Expectation expect(double a, double b, std::size_t steps = 6) {
    controller::Expectation expected{std::chrono::minutes(10), {}, {}};
    expected.rates.push_back(std::vector<Rate>(steps, rps(a)));
    expected.rates.push_back(std::vector<Rate>(steps, rps(b)));
    return expected;
}

inline controller::Recording record(const std::vector<double>& a, const std::vector<double>& b,
                                    std::size_t first = 0) {
    controller::Recording recording{std::chrono::minutes(10), first, {}};
    for (const auto* rates : {&a, &b}) {
        std::vector<Rate> line;
        for (const double rate : *rates) line.push_back(rps(rate));
        recording.rates.push_back(std::move(line));
    }
    return recording;
}

}  // namespace tangram::test
