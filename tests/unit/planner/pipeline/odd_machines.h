// A scheduling problem that has nothing to do with GPUs: presses that can be set up in three ways.
//   machine types  0 small, 1 middle, 2 large
//   sets           {large}, {middle, small}, {small, small, small}, each of a press of cost 10; and
//                  a hand press, cost 3, that is one small machine
//   jobs           0 posters: 10, 30, 50 on small, middle, large;  1 cards: 10, 12, 14
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "planner/pipeline/rms/problem.h"
#include "planner/pipeline/rms/task.h"

namespace tangram::test {

inline planner::pipeline::rms::Description odd_machines(std::int64_t posters, std::int64_t cards) {
    namespace rms = planner::pipeline::rms;
    const rms::MachineTypeId small{0};
    const rms::MachineTypeId middle{1};
    const rms::MachineTypeId large{2};
    rms::Description out;
    out.machine_types = 3;
    out.jobs.push_back({rms::JobId{0}, posters, 0});
    out.jobs.push_back({rms::JobId{1}, cards, 0});
    out.speeds = {10, 30, 50, 10, 12, 14};
    const rms::PoolId press{0};
    out.sets.push_back({press, 10, {large}});
    out.sets.push_back({press, 10, {small, middle}});
    out.sets.push_back({press, 10, {small, small, small}});
    out.sets.push_back({rms::PoolId{1}, 3, {small}});
    out.room.push_back(rms::kUnlimited);
    out.room.push_back(0);
    return out;
}

inline constexpr planner::pipeline::rms::JobId kPosters{0};
inline constexpr planner::pipeline::rms::JobId kCards{1};
inline constexpr planner::pipeline::rms::JobId kIdle{};

inline planner::pipeline::rms::Configuration configuration(
    std::size_t set, std::vector<planner::pipeline::rms::JobId> jobs) {
    return {planner::pipeline::rms::MachineSetId{set}, std::move(jobs)};
}

// What `deployment` leaves undone of all the problem asks.
inline planner::pipeline::rms::Task rest_after(
    const planner::pipeline::rms::Problem& problem,
    const planner::pipeline::rms::Deployment& deployment) {
    planner::pipeline::rms::Task task = whole_task(problem);
    for (const auto& whole : deployment) apply(problem, whole, 1, task);
    return task;
}

}  // namespace tangram::test
