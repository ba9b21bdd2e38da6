// Whether two plans are the same, use by use.
#pragma once

#include <algorithm>

#include "planner/outcome.h"

namespace tangram::test {

inline bool same_plan(const planner::CountPlan& a, const planner::CountPlan& b) {
    return a.first_use == b.first_use && a.partitions == b.partitions &&
           std::ranges::equal(a.uses, b.uses, [](const planner::Use& x, const planner::Use& y) {
               return x.type == y.type && x.count == y.count;
           });
}

}  // namespace tangram::test
