// Two services that exchange their GPUs: nothing can move without a spare one.
#pragma once

#include "support/deploy.h"
#include "support/small_problem.h"
#include "transition/durations.h"

namespace tangram::test {

inline workload::Problem swap_problem() {
    SmallProblem small;
    small.row("bert", "7g", 100, 20).row("bert", "1g", 20, 20).row("bert", "3g", 50, 20);
    small.fleet("Seven");
    small.service("a", "bert", 100, 100);
    small.service("b", "bert", 100, 100);
    small.service("c", "bert", 100, 100);  // runs nowhere yet
    return small.build();
}

struct Swap {
    workload::Problem problem = swap_problem();
    Deploy now{problem}, then{problem};

    Swap() {
        now.put("gpu-0", "7g", 0, "a").put("gpu-1", "7g", 0, "b");
        then.put("gpu-0", "7g", 0, "b").put("gpu-1", "7g", 0, "a");
    }
};

// A start takes 10 s, everything else one or none.
inline transition::Durations simple_durations(
    transition::Granularity granularity = transition::Granularity::kInstance) {
    transition::Durations durations;
    durations.granularity = granularity;
    durations.cold_start = durations.warm_start = std::chrono::seconds(10);
    durations.drain = std::chrono::seconds(1);
    durations.apply = std::chrono::seconds(100);
    return durations;
}

}  // namespace tangram::test
