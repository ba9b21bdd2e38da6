#include "planner/pipeline/genetic/individual.h"

#include <algorithm>
#include <utility>

namespace tangram::planner::pipeline::genetic {

using rms::Configuration;
using rms::JobId;
using rms::Need;

Individual::Individual(const rms::Problem& problem, const rms::Task& task)
    : problem_(&problem), needs_(problem.jobs().size()), room_(task.room) {
    for (const JobId job : needs_.ids()) needs_[job].job = job;
    for (const Need& need : task.needs) {
        needs_[need.job] = need;
        if (need.open()) ++open_jobs_;
    }
}

rms::Fitness Individual::fitness() const {
    return {open_jobs_ > 0 ? rms::worth(*problem_, open_needs()) : 0, cost_, slack_};
}

rms::Needs Individual::open_needs() const {
    rms::Needs open;
    if (open_jobs_ == 0) return open;
    for (const Need& need : needs_) {
        if (need.open()) open.push_back(need);
    }
    return open;
}

void Individual::count(const Configuration& whole, std::int64_t sign) {
    const rms::MachineSet& set = problem_->sets()[whole.set];
    for (std::size_t i = 0; i < whole.jobs.size(); ++i) {
        if (!whole.jobs[i].valid()) continue;
        Need& need = needs_[whole.jobs[i]];
        const bool before = need.open();
        need.amount -= sign * problem_->speed(need.job, set.machines[i]);
        need.machines -= sign;
        open_jobs_ += static_cast<int>(need.open()) - static_cast<int>(before);
    }
    room_[set.pool] -= sign;
    cost_ += sign * set.cost;
    slack_ += static_cast<double>(sign) * rms::slack(*problem_, whole);
}

void Individual::add(Configuration whole) {
    count(whole, 1);
    wholes_.push_back(std::move(whole));
}

Configuration Individual::remove(std::size_t index) {
    Configuration whole = std::move(wholes_[index]);
    if (index + 1 != wholes_.size()) wholes_[index] = std::move(wholes_.back());
    wholes_.pop_back();
    count(whole, -1);
    return whole;
}

void Individual::trim(rms::Meter& meter) {
    for (std::size_t at = wholes_.size(); at-- > 0;) {
        Configuration& whole = wholes_[at];
        const rms::MachineSet& set = problem_->sets()[whole.set];
        meter.spend(2 * whole.jobs.size());
        for (std::size_t i = 0; i < whole.jobs.size(); ++i) {
            const JobId job = whole.jobs[i];
            if (!job.valid()) continue;
            Need& need = needs_[job];
            const std::int64_t speed = problem_->speed(job, set.machines[i]);
            if (need.amount + speed > 0 || need.machines >= 0) continue;
            slack_ -= rms::slack(*problem_, whole);
            whole.jobs[i] = JobId{};
            slack_ += rms::slack(*problem_, whole);
            need.amount += speed;
            ++need.machines;
        }
        if (std::ranges::none_of(whole.jobs, [](JobId job) { return job.valid(); })) remove(at);
    }
}

std::int64_t speed_on(const rms::Problem& problem, const Configuration& whole, JobId job) {
    const rms::MachineSet& set = problem.sets()[whole.set];
    std::int64_t speed = 0;
    for (std::size_t i = 0; i < whole.jobs.size(); ++i) {
        if (whole.jobs[i] == job) speed += problem.speed(job, set.machines[i]);
    }
    return speed;
}

}  // namespace tangram::planner::pipeline::genetic
