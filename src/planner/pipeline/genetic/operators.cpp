#include "planner/pipeline/genetic/operators.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/check.h"

namespace tangram::planner::pipeline::genetic {
namespace {

using rms::Configuration;
using rms::JobId;
using rms::MachineSetId;
using rms::MachineTypeId;
using rms::Need;

bool share_a_job(const Configuration& a, const Configuration& b) {
    return std::ranges::any_of(a.jobs, [&b](JobId job) {
        return job.valid() && std::ranges::find(b.jobs, job) != b.jobs.end();
    });
}

// The first whole to erase: of three drawn the one with most idle.
std::size_t draw_first(const rms::Problem& problem, const Individual& individual, Random& random) {
    std::size_t best = random.below(individual.wholes().size());
    for (int i = 0; i < 2; ++i) {
        const std::size_t other = random.below(individual.wholes().size());
        if (rms::slack(problem, individual.wholes()[other]) >
            rms::slack(problem, individual.wholes()[best])) {
            best = other;
        }
    }
    return best;
}

// A further one: half of the time one that shares a job with the first, if a few draws meet one.
std::size_t draw_next(const Configuration& first, const Individual& individual, Random& random) {
    std::size_t next = random.below(individual.wholes().size());
    if (random.below(2) == 0) return next;
    for (int i = 0; i < 8 && !share_a_job(first, individual.wholes()[next]); ++i) {
        next = random.below(individual.wholes().size());
    }
    return next;
}

// Erased wholes and those that took their place, so that a child can be taken back: first all are
// erased, then others added, which are therefore the individual's last ones.
class Child {
public:
    explicit Child(Individual& individual)
        : individual_(individual), before_(individual.fitness()) {}

    void erase(std::size_t index) {
        DCHECK(added_ == 0);
        erased_.push_back(individual_.remove(index));
    }
    [[nodiscard]] const rms::Deployment& erased() const { return erased_; }

    void refill(const rms::Refill& refill, Random& random, rms::Meter& meter) {
        rms::Task task{needs(), individual_.room()};
        // Where something is undone, more may be spent than was.
        const std::int64_t limit =
            before_.complete() ? before_.cost - individual_.cost() : rms::kUnlimited;
        for (Configuration& whole : refill(task, limit, random, meter).deployment) {
            add(std::move(whole));
        }
    }
    void add(Configuration whole) {
        individual_.add(std::move(whole));
        ++added_;
    }

    // False if the parent was better and is back.
    bool keep_or_take_back() {
        if (!before_.better_than(individual_.fitness())) return true;
        for (; added_ > 0; --added_) individual_.remove(individual_.wholes().size() - 1);
        for (; !erased_.empty(); erased_.pop_back()) individual_.add(std::move(erased_.back()));
        CHECK(individual_.cost() == before_.cost, "a child taken back left a trace");
        return false;
    }

private:
    // By ascending job: of the erased wholes, and whatever was undone before.
    [[nodiscard]] rms::Needs needs() const {
        if (!before_.complete()) return individual_.open_needs();
        rms::Needs needs;
        for (const Configuration& whole : erased_) {
            for (const JobId job : whole.jobs) {
                if (job.valid() && individual_.need(job).open()) {
                    needs.push_back(individual_.need(job));
                }
            }
        }
        std::ranges::sort(needs, {}, &Need::job);
        const auto repeated = std::ranges::unique(needs, {}, &Need::job);
        needs.erase(repeated.begin(), repeated.end());
        return needs;
    }

    Individual& individual_;
    rms::Fitness before_;
    rms::Deployment erased_;
    int added_ = 0;
};

// Erases `most` wholes or all there are.
void erase_some(const rms::Problem& problem, std::size_t most, Individual& individual, Child& child,
                Random& random) {
    if (individual.wholes().empty()) return;
    const std::size_t first = draw_first(problem, individual, random);
    child.erase(first);
    const Configuration around = child.erased().back();
    for (std::size_t i = 1; i < most && !individual.wholes().empty(); ++i) {
        child.erase(draw_next(around, individual, random));
    }
}

// The smallest set that holds `machines` and a larger machine than `least` for `job`.
class Merger {
public:
    Merger(const rms::Problem& problem, const Configuration& whole, JobId job)
        : problem_(problem), old_(problem.sets()[whole.set]) {
        for (std::size_t i = 0; i < whole.jobs.size(); ++i) {
            if (!whole.jobs[i].valid()) continue;
            if (whole.jobs[i] == job) {
                least_ = std::max(least_, problem.size(old_.machines[i]));
            } else {
                kept_.emplace_back(old_.machines[i], whole.jobs[i]);
            }
        }
        job_ = job;
    }

    // All ways, in order of sets and machines.
    [[nodiscard]] std::vector<Configuration> ways() const {
        std::vector<Configuration> ways;
        for (const MachineSetId m : problem_.sets().ids()) {
            const rms::MachineSet& set = problem_.sets()[m];
            if (set.pool != old_.pool) continue;
            for (std::size_t i = 0; i < set.machines.size(); ++i) {
                if (i > 0 && set.machines[i] == set.machines[i - 1]) continue;
                if (auto way = with_larger(m, i)) ways.push_back(*std::move(way));
            }
        }
        return ways;
    }

private:
    [[nodiscard]] std::optional<Configuration> with_larger(MachineSetId m, std::size_t at) const {
        const rms::MachineSet& set = problem_.sets()[m];
        if (problem_.size(set.machines[at]) <= least_ ||
            problem_.speed(job_, set.machines[at]) == 0) {
            return std::nullopt;
        }
        Configuration way{m, std::vector<JobId>(set.machines.size())};
        way.jobs[at] = job_;
        for (const auto& [type, job] : kept_) {
            std::size_t i = 0;
            while (i < way.jobs.size() && (set.machines[i] != type || way.jobs[i].valid())) ++i;
            if (i == way.jobs.size()) return std::nullopt;
            way.jobs[i] = job;
        }
        return way;
    }

    const rms::Problem& problem_;
    const rms::MachineSet& old_;
    JobId job_;
    double least_ = 0;
    std::vector<std::pair<MachineTypeId, JobId>> kept_;
};

}  // namespace

std::string_view name(Crossover crossover) {
    switch (crossover) {
        case Crossover::kEraseAndRefill:
            return "erase-and-refill";
        case Crossover::kMergeInstances:
            return "merge-instances";
    }
    return {};
}

std::optional<Configuration> merge_machines(const rms::Problem& problem, const Configuration& whole,
                                            Random& random) {
    std::vector<Configuration> ways;
    for (std::size_t i = 0; i < whole.jobs.size(); ++i) {
        const JobId job = whole.jobs[i];
        if (!job.valid()) continue;
        const auto here = whole.jobs.begin() + static_cast<std::ptrdiff_t>(i);
        const bool first = std::find(whole.jobs.begin(), here, job) == here;
        if (!first || std::find(here + 1, whole.jobs.end(), job) == whole.jobs.end()) continue;
        std::ranges::move(Merger(problem, whole, job).ways(), std::back_inserter(ways));
    }
    if (ways.empty()) return std::nullopt;
    return std::move(ways[random.below(ways.size())]);
}

bool cross(Crossover crossover, const rms::Problem& problem, const rms::Refill& refill,
           Individual& individual, Random& random, rms::Meter& meter) {
    constexpr std::size_t kErasedAtMost = 6;
    Child child(individual);
    std::optional<Configuration> merged;
    if (crossover == Crossover::kMergeInstances) {
        if (individual.wholes().empty()) return false;
        const std::size_t at = random.below(individual.wholes().size());
        merged = merge_machines(problem, individual.wholes()[at], random);
        if (!merged) return false;
        child.erase(at);
    }
    const std::size_t count = 2 + random.below(kErasedAtMost - 1);
    erase_some(problem, count, individual, child, random);
    if (merged) child.add(*std::move(merged));
    child.refill(refill, random, meter);
    return child.keep_or_take_back();
}

bool mutate(const rms::Problem& problem, Individual& individual, Random& random) {
    if (individual.wholes().size() < 2) return false;
    const std::size_t a = random.below(individual.wholes().size());
    const std::size_t b = random.below(individual.wholes().size());
    if (a == b) return false;
    Configuration one = individual.wholes()[a];
    Configuration other = individual.wholes()[b];
    const auto& one_machines = problem.sets()[one.set].machines;
    const auto& other_machines = problem.sets()[other.set].machines;
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0; i < one.jobs.size(); ++i) {
        for (std::size_t j = 0; j < other.jobs.size(); ++j) {
            if (one_machines[i] == other_machines[j] && one.jobs[i] != other.jobs[j]) {
                pairs.emplace_back(i, j);
            }
        }
    }
    if (pairs.empty()) return false;
    const auto [i, j] = pairs[random.below(pairs.size())];
    const double before = rms::slack(problem, one) + rms::slack(problem, other);
    std::swap(one.jobs[i], other.jobs[j]);
    if (rms::slack(problem, one) + rms::slack(problem, other) < before) return false;
    // The later index first, so that the earlier one stays where it is.
    individual.remove(std::max(a, b));
    individual.remove(std::min(a, b));
    individual.add(std::move(one));
    individual.add(std::move(other));
    return true;
}

}  // namespace tangram::planner::pipeline::genetic
