// One fixed way to cut every GPU of a fleet, as a restriction of the planning model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "planner/outcome.h"
#include "planner/planning_model.h"

namespace tangram::planner::baseline {

enum class Cut {
    kWhole,      // one instance of the largest base profile; not MIG off: on an A100 7g has 98 of
                 // the 108 SMs
    kSmallest,   // as many instances of the smallest base profile as fit
    kStatic421,  // one base profile each of 4, 2 and 1 compute slices
};
[[nodiscard]] std::string_view name(Cut cut);  // "whole-gpu", "all-1g", "static-4-2-1"

// The planning model when every GPU is cut like this. Types, entries and demands keep their ids;
// options outside the cut are gone, so a demand may have none left. There is one partition per
// fleet entry on which the cut exists and some instance of it is of use.
struct RestrictedModel {
    PlanningModel model;
    // By partition of `model`: the original's partition with the same instances; invalid if there
    // is none, because the original, being maximal, makes more of the slices the cut leaves unused.
    IdVector<PartitionId, PartitionId> original;
    // Profile names the cut consists of, over all entries; for messages.
    std::vector<std::string> profiles;

    [[nodiscard]] bool can_lift() const;
};

// The error says on which GPU models the cut does not exist, if it exists on none of the fleet.
// `original` and its problem must outlive the result.
[[nodiscard]] Result<RestrictedModel> restrict_to(Cut cut, const PlanningModel& original);

// The plan with the partitions of the original model; requires can_lift().
[[nodiscard]] CountPlan lift(const RestrictedModel& restricted, const PlanningModel& asked,
                             CountPlan plan);

}  // namespace tangram::planner::baseline
