// When steps can begin: one operation of the driver per GPU at a time, and so many starts per node.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "transition/durations.h"
#include "transition/ground.h"
#include "transition/step_graph.h"

namespace tangram::transition {

// Steps are put in one after another, in the order in which they are ready.
class Clock {
public:
    Clock(const Ground& ground, const Durations& durations);

    struct Span {
        Duration begin{}, end{};
    };
    // The step begins when it is `ready`, or when the driver or the node is free. `point`: of a
    // start.
    Span put(StepKind kind, GpuIndex gpu, RunPointId point, Duration ready);

    // How long it takes if it begins then. A start is warm where the model runs when the transition
    // begins, where it has been started since, or where it is recorded as warm, for as long as it
    // stays that (deployment/warm.h).
    [[nodiscard]] Duration expected(StepKind kind, GpuIndex gpu, RunPointId point,
                                    Duration begin) const;

private:
    using Key = std::pair<std::string, std::string>;  // place, model

    [[nodiscard]] Key key_of(GpuIndex gpu, RunPointId point) const;
    [[nodiscard]] bool is_warm(GpuIndex gpu, RunPointId point, Duration at) const;

    const Ground& ground_;
    const Durations& durations_;
    IdVector<GpuIndex, Duration> driver_free_;
    std::map<std::string, std::multiset<Duration>> starting_;  // by place: when each start ends
    std::map<Key, Duration> warm_until_;                       // of what is recorded
    std::map<Key, Duration> warm_from_;                        // of what runs or has been started
};

}  // namespace tangram::transition
