#include "planner/pipeline/rms/problem.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace tangram::planner::pipeline::rms {
namespace {

// Dividing by a cost of 0 would make free wholes infinitely good; they are as good as very cheap.
double weight_of(const MachineSet& set) {
    return static_cast<double>(std::max<std::int64_t>(set.cost, 1));
}

}  // namespace

Problem::Problem(Description description)
    : in_(std::move(description)), sizes_(in_.machine_types, 0) {
    CHECK(in_.speeds.size() == in_.jobs.size() * in_.machine_types);
    std::vector<std::int64_t> count(in_.machine_types);
    for (const MachineSetId m : in_.sets.ids()) {
        const MachineSet& set = in_.sets[m];
        least_weight_ = m.index() == 0 ? weight_of(set) : std::min(least_weight_, weight_of(set));
        std::ranges::fill(count, 0);
        for (const MachineTypeId k : set.machines) ++count[k.index()];
        for (const MachineTypeId k : set.machines) {
            const double share = weight_of(set) / static_cast<double>(count[k.index()]);
            sizes_[k] = sizes_[k] > 0 ? std::min(sizes_[k], share) : share;
        }
    }
    // Large machines are given away first: the small ones fill what is left.
    for (MachineSet& set : in_.sets) {
        std::ranges::sort(set.machines, [this](MachineTypeId a, MachineTypeId b) {
            return std::pair{-sizes_[a], a} < std::pair{-sizes_[b], b};
        });
    }
    for (const Need& job : in_.jobs) {
        price(job.job);
        const auto inverse = [](std::int64_t need) {
            return need > 0 ? 1.0 / static_cast<double>(need) : 0.0;
        };
        shares_.push_back({inverse(job.amount), inverse(job.machines)});
    }
}

void Problem::price(JobId job) {
    double per_speed = 0;
    double per_machine = 0;
    for (const MachineSet& set : in_.sets) {
        double total = 0;
        for (const MachineTypeId k : set.machines) total += static_cast<double>(speed(job, k));
        if (total <= 0) continue;
        const double cost = weight_of(set) / total;
        if (per_speed == 0 || cost < per_speed) per_speed = cost;
    }
    for (const MachineTypeId k : sizes_.ids()) {
        if (speed(job, k) == 0 || sizes_[k] == 0) continue;
        if (per_machine == 0 || sizes_[k] < per_machine) per_machine = sizes_[k];
    }
    work_worth_.push_back(per_speed);
    machine_worth_.push_back(per_machine);
}

double Problem::weight(MachineSetId set) const { return weight_of(in_.sets[set]); }

double Problem::rest(const Need& need) const {
    const Shares& shares = shares_[need.job];
    return std::max(
        {need.amount > 0 ? static_cast<double>(need.amount) * shares.per_amount : 0.0,
         need.machines > 0 ? static_cast<double>(need.machines) * shares.per_machine : 0.0});
}

double Problem::worth(const Need& need) const {
    double worth = 0;
    if (need.amount > 0) worth = static_cast<double>(need.amount) * work_worth_[need.job];
    if (need.machines > 0) {
        worth = std::max(worth, static_cast<double>(need.machines) * machine_worth_[need.job]);
    }
    return worth;
}

std::optional<JobId> Problem::impossible_job() const {
    for (const Need& job : in_.jobs) {
        if (!job.open()) continue;
        // In floating point with a margin: this is a proof of impossibility.
        double amount = 0;
        double machines = 0;
        for (const PoolId pool : in_.room.ids()) {
            double most_speed = 0;
            double most_machines = 0;
            for (const MachineSet& set : in_.sets) {
                if (set.pool != pool) continue;
                double speed_here = 0;
                double machines_here = 0;
                for (const MachineTypeId k : set.machines) {
                    speed_here += static_cast<double>(speed(job.job, k));
                    machines_here += speed(job.job, k) > 0 ? 1 : 0;
                }
                most_speed = std::max(most_speed, speed_here);
                most_machines = std::max(most_machines, machines_here);
            }
            amount += most_speed * static_cast<double>(in_.room[pool]);
            machines += most_machines * static_cast<double>(in_.room[pool]);
        }
        constexpr double kMargin = 1 + 1e-9;
        if (amount * kMargin < static_cast<double>(job.amount) ||
            machines * kMargin < static_cast<double>(job.machines)) {
            return job.job;
        }
    }
    return std::nullopt;
}

}  // namespace tangram::planner::pipeline::rms
