#include "planner/pipeline/rms/task.h"

#include <algorithm>

namespace tangram::planner::pipeline::rms {

Task whole_task(const Problem& problem) {
    Task task;
    task.room = problem.room();
    for (const Need& job : problem.jobs()) {
        if (job.open()) task.needs.push_back(job);
    }
    return task;
}

Need* find(Needs& needs, JobId job) {
    const auto found = std::ranges::lower_bound(needs, job, {}, &Need::job);
    return found != needs.end() && found->job == job ? &*found : nullptr;
}

void apply(const Problem& problem, const Configuration& configuration, std::int64_t count,
           Task& task) {
    const MachineSet& set = problem.sets()[configuration.set];
    task.room[set.pool] -= count;
    bool met = false;
    for (std::size_t i = 0; i < configuration.jobs.size(); ++i) {
        if (!configuration.jobs[i].valid()) continue;
        Need* need = find(task.needs, configuration.jobs[i]);
        if (need == nullptr) continue;
        need->amount -= count * problem.speed(need->job, set.machines[i]);
        need->machines -= count;
        met = met || !need->open();
    }
    if (met) std::erase_if(task.needs, [](const Need& need) { return !need.open(); });
}

double worth(const Problem& problem, const Needs& needs) {
    double sum = 0;
    for (const Need& need : needs) sum += problem.worth(need);
    return sum;
}

double slack(const Problem& problem, const Configuration& configuration) {
    const MachineSet& set = problem.sets()[configuration.set];
    double all = 0;
    double idle = 0;
    for (std::size_t i = 0; i < configuration.jobs.size(); ++i) {
        const double size = problem.size(set.machines[i]);
        all += size;
        if (!configuration.jobs[i].valid()) idle += size;
    }
    return all > 0 ? idle * idle / (all * all) * problem.weight(configuration.set) : 0;
}

}  // namespace tangram::planner::pipeline::rms
