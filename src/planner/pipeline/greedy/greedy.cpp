#include "planner/pipeline/greedy/greedy.h"

#include <algorithm>
#include <queue>
#include <utility>

#include "planner/pipeline/rms/configure.h"

namespace tangram::planner::pipeline::greedy {
namespace {

using rms::Candidate;
using rms::Configurator;
using rms::JobId;
using rms::MachineTypeId;
using rms::Need;
using rms::Needs;

constexpr std::size_t kSharing = 2;

class Search {
public:
    Search(const rms::Problem& problem, const rms::Task& task, rms::Meter& meter)
        : problem_(problem),
          meter_(meter),
          needs_(problem.jobs().size()),
          room_(task.room),
          configurator_(problem),
          heaps_(problem.machine_types()) {
        for (const Need& need : task.needs) {
            needs_[need.job] = need;
            for (std::size_t k = 0; k < heaps_.size(); ++k) push(MachineTypeId{k}, need.job);
        }
    }

    Answer run() {
        Answer answer;
        while (!meter_.out()) {
            const std::vector<Candidate> best =
                configurator_.best(shortlist(), room_, kSharing, 1, meter_);
            if (best.empty()) break;
            const rms::Configuration& configuration = best.front().configuration;
            const std::int64_t count = repetitions(configuration);
            take(configuration, count);
            answer.held.push_back({configuration, count});
        }
        answer.rest.room = std::move(room_);
        for (const Need& need : needs_) {
            if (need.job.valid() && need.open()) answer.rest.needs.push_back(need);
        }
        return answer;
    }

private:
    using Entry = std::pair<double, std::uint32_t>;  // gain, -job

    [[nodiscard]] double gain(MachineTypeId type, JobId job) const {
        const Need& need = needs_[job];
        return need.open() ? problem_.rest(need) * problem_.utility(need, type) : 0;
    }

    void push(MachineTypeId type, JobId job) {
        const double now = gain(type, job);
        if (now > 0) heaps_[type].emplace(now, ~static_cast<std::uint32_t>(job.index()));
    }

    // The jobs that gain most from each type, by ascending id.
    Needs shortlist() {
        std::vector<JobId> jobs;
        for (std::size_t k = 0; k < heaps_.size(); ++k) add_best(MachineTypeId{k}, jobs);
        std::ranges::sort(jobs);
        const auto repeated = std::ranges::unique(jobs);
        jobs.erase(repeated.begin(), repeated.end());
        Needs needs;
        needs.reserve(jobs.size());
        for (const JobId job : jobs) needs.push_back(needs_[job]);
        return needs;
    }

    void add_best(MachineTypeId type, std::vector<JobId>& jobs) {
        constexpr std::size_t kEach = 12;
        auto& heap = heaps_[type];
        std::vector<JobId> fresh;
        while (!heap.empty() && fresh.size() < kEach) {
            const auto [old, complement] = heap.top();
            const JobId job{~complement};
            heap.pop();
            meter_.spend(8);
            // Entries of an earlier state have a later one elsewhere, equal ones come together.
            if (gain(type, job) != old || (!fresh.empty() && fresh.back() == job)) continue;
            fresh.push_back(job);
        }
        for (const JobId job : fresh) push(type, job);
        jobs.insert(jobs.end(), fresh.begin(), fresh.end());
    }

    // How often a configuration can be taken before another may be better: while it covers a small
    // part of what each of its jobs lacks.
    [[nodiscard]] std::int64_t repetitions(const rms::Configuration& configuration) const {
        constexpr std::int64_t kPart = 16;
        const rms::MachineSet& set = problem_.sets()[configuration.set];
        std::int64_t count = room_[set.pool];
        for (const JobId job : configuration.jobs) {
            if (!job.valid()) continue;
            std::int64_t speed = 0;
            std::int64_t machines = 0;
            for (std::size_t i = 0; i < configuration.jobs.size(); ++i) {
                if (configuration.jobs[i] != job) continue;
                speed += problem_.speed(job, set.machines[i]);
                ++machines;
            }
            const Need& need = needs_[job];
            if (need.amount > 0) count = std::min(count, need.amount / speed / kPart);
            if (need.machines > 0) count = std::min(count, need.machines / machines / kPart);
        }
        return std::max<std::int64_t>(count, 1);
    }

    void take(const rms::Configuration& configuration, std::int64_t count) {
        const rms::MachineSet& set = problem_.sets()[configuration.set];
        room_[set.pool] -= count;
        for (std::size_t i = 0; i < configuration.jobs.size(); ++i) {
            if (!configuration.jobs[i].valid()) continue;
            Need& need = needs_[configuration.jobs[i]];
            need.amount -= count * problem_.speed(need.job, set.machines[i]);
            need.machines -= count;
        }
        for (std::size_t i = 0; i < configuration.jobs.size(); ++i) {
            const JobId job = configuration.jobs[i];
            if (!job.valid() || (i > 0 && job == configuration.jobs[i - 1])) continue;
            for (std::size_t k = 0; k < heaps_.size(); ++k) push(MachineTypeId{k}, job);
        }
    }

    const rms::Problem& problem_;
    rms::Meter& meter_;
    IdVector<JobId, Need> needs_;
    rms::Room room_;
    Configurator configurator_;
    IdVector<MachineTypeId, std::priority_queue<Entry>> heaps_;
};

}  // namespace

Answer search(const rms::Problem& problem, const rms::Task& task, rms::Meter& meter) {
    return Search(problem, task, meter).run();
}

}  // namespace tangram::planner::pipeline::greedy
