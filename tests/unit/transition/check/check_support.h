// What the tests of the transition checker share.
#pragma once

#include <string>

#include "support/small_transition.h"
#include "transition/check/check.h"

namespace tangram::transition {

// One line for each violation: "floor | service a | sinks to ...".
inline std::string text(const TransitionReport& report) {
    std::string all;
    for (const TransitionViolation& violation : report.violations) {
        all += std::string(name(violation.fault)) + " | " + violation.place + " | " +
               violation.message + "\n";
    }
    return all;
}

inline TransitionReport checked(test::SmallTransition& t, const CheckOptions& options = {}) {
    return check_transition(t.problem, t.current, t.finished(), options);
}

// The violations of one kind are there.
inline bool has(const TransitionReport& report, TransitionFault fault) {
    for (const TransitionViolation& violation : report.violations) {
        if (violation.fault == fault) return true;
    }
    return false;
}

}  // namespace tangram::transition
