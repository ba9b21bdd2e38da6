// Reconfigurable Machine Scheduling (MIG-serving, arXiv 2109.11067): jobs whose speed depends on
// the machine that runs them, and machines that come in sets, because a whole (here: one GPU) can
// be reconfigured from one set into another. Asked: wholes of least cost so that every job gets the
// speed it needs. Nothing here knows what a whole is or why its sets are the legal ones.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "base/id.h"

namespace tangram::planner::pipeline::rms {

using JobId = Id<struct JobTag>;
using MachineTypeId = Id<struct MachineTypeTag>;
using MachineSetId = Id<struct MachineSetTag>;
using PoolId = Id<struct PoolTag>;  // wholes of one kind, of which there may be only so many

// What a job still lacks. Amounts are in the unit of speeds; either may fall below 0.
struct Need {
    JobId job;
    std::int64_t amount = 0;
    std::int64_t machines = 0;  // so many more have to run it, however fast they are

    [[nodiscard]] bool open() const { return amount > 0 || machines > 0; }
    friend bool operator==(const Need&, const Need&) = default;
};

// One set a whole of `pool` can be reconfigured into; any part of it may stay idle.
struct MachineSet {
    PoolId pool;
    std::int64_t cost = 0;  // of the whole, >= 0
    std::vector<MachineTypeId> machines;
};

// How many more wholes each pool has.
using Room = IdVector<PoolId, std::int64_t>;
inline constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max() / 4;

struct Description {
    std::size_t machine_types = 0;
    IdVector<JobId, Need> jobs;        // what each needs in all; job ids ascending
    std::vector<std::int64_t> speeds;  // [job * machine_types + type]; 0: cannot run there
    IdVector<MachineSetId, MachineSet> sets;
    Room room;
};

// A description with what every search asks of it again and again. Immutable.
//
// Worth: what work costs at best. One unit of a job's work is worth the least cost per speed that a
// whole given to this job alone reaches; a machine asked for by number is worth the least share of
// a whole. Worths of different jobs can be added, and hardly exceed the cost of what does the work.
class Problem {
public:
    explicit Problem(Description description);

    [[nodiscard]] const IdVector<JobId, Need>& jobs() const { return in_.jobs; }
    [[nodiscard]] const IdVector<MachineSetId, MachineSet>& sets() const { return in_.sets; }
    [[nodiscard]] const Room& room() const { return in_.room; }
    [[nodiscard]] std::size_t machine_types() const { return in_.machine_types; }
    [[nodiscard]] std::int64_t speed(JobId job, MachineTypeId type) const {
        return in_.speeds[job.index() * in_.machine_types + type.index()];
    }
    // The least share of a whole's cost that one machine of the type takes.
    [[nodiscard]] double size(MachineTypeId type) const { return sizes_[type]; }
    // The cost to divide by: never 0.
    [[nodiscard]] double weight(MachineSetId set) const;
    [[nodiscard]] double least_weight() const { return least_weight_; }

    // 1 - c of the job's completion c: what is lacking as a share of what it needs in all, in
    // [0,1].
    [[nodiscard]] double rest(const Need& need) const;
    // What all of the need is worth.
    [[nodiscard]] double worth(const Need& need) const;
    // u: what one machine would do of it, as a share of what the job needs in all; of its machines
    // where they hold it back more than its amount does. 0 if nothing.
    [[nodiscard]] double utility(const Need& need, MachineTypeId type) const {
        const std::int64_t speed = this->speed(need.job, type);
        if (speed == 0) return 0;
        const Shares& shares = shares_[need.job];
        const auto lacking = static_cast<double>(need.amount > 0 ? need.amount : 0);
        const auto machines = static_cast<double>(need.machines > 0 ? need.machines : 0);
        if (machines * shares.per_machine > lacking * shares.per_amount) return shares.per_machine;
        return std::min(lacking, static_cast<double>(speed)) * shares.per_amount;
    }
    // Nearly done: what is lacking is worth at most half of the cheapest whole.
    [[nodiscard]] bool nearly_done(const Need& need) const {
        return worth(need) <= least_weight_ / 2;
    }

    // A job that cannot be done even if it had every whole to itself, if there is one.
    [[nodiscard]] std::optional<JobId> impossible_job() const;

private:
    struct Shares {
        double per_amount = 0;  // 1 / what the job needs in all
        double per_machine = 0;
    };

    void price(JobId job);

    Description in_;
    double least_weight_ = 1;
    IdVector<JobId, Shares> shares_;
    IdVector<MachineTypeId, double> sizes_;
    IdVector<JobId, double> work_worth_;
    IdVector<JobId, double> machine_worth_;
};

}  // namespace tangram::planner::pipeline::rms
