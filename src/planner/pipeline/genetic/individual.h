// A deployment with its books kept: what every job still lacks, the wholes left, cost and slack.
// Each change costs time in the size of one whole, not of the deployment.
#pragma once

#include <cstddef>
#include <cstdint>

#include "planner/pipeline/rms/task.h"

namespace tangram::planner::pipeline::genetic {

class Individual {
public:
    Individual(const rms::Problem& problem, const rms::Task& task);

    [[nodiscard]] const rms::Deployment& wholes() const { return wholes_; }
    [[nodiscard]] const rms::Room& room() const { return room_; }
    [[nodiscard]] const rms::Need& need(rms::JobId job) const { return needs_[job]; }
    [[nodiscard]] std::int64_t cost() const { return cost_; }
    // O(jobs) while something is undone, else O(1).
    [[nodiscard]] rms::Fitness fitness() const;
    // All that is lacking; O(jobs) while something is undone, else O(1).
    [[nodiscard]] rms::Needs open_needs() const;

    void add(rms::Configuration whole);
    // The last whole takes its index.
    rms::Configuration remove(std::size_t index);
    // Takes the machines away that are not needed, and wholes that have none left.
    void trim(rms::Meter& meter);

private:
    void count(const rms::Configuration& whole, std::int64_t sign);

    const rms::Problem* problem_;  // not owned
    rms::Deployment wholes_;
    IdVector<rms::JobId, rms::Need> needs_;
    rms::Room room_;
    std::int64_t open_jobs_ = 0;
    std::int64_t cost_ = 0;
    double slack_ = 0;
};

// The job's speed on all its machines of one whole.
[[nodiscard]] std::int64_t speed_on(const rms::Problem& problem, const rms::Configuration& whole,
                                    rms::JobId job);

}  // namespace tangram::planner::pipeline::genetic
