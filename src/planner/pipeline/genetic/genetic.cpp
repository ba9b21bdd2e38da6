#include "planner/pipeline/genetic/genetic.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "planner/pipeline/genetic/individual.h"
#include "planner/pipeline/genetic/operators.h"

namespace tangram::planner::pipeline::genetic {
namespace {

// One line of descent: parent, then child, then the child's child.
struct Line {
    Individual individual;
    rms::Refill refill;
    Random random;
    std::uint64_t work = 0;  // of the last round
    bool stopped = false;
};

class Search {
public:
    Search(const rms::Problem& problem, const rms::Task& task, const rms::MakeRefill& make_refill,
           const Settings& settings, rms::Meter& meter)
        : problem_(problem), settings_(settings), meter_(meter) {
        Random random(settings.seed);
        for (int i = 0; i < settings.population; ++i) {
            lines_.push_back(
                {Individual(problem, task), make_refill(problem), random.split(), 0, false});
        }
    }

    Answer run(const rms::Deployment& start) {
        for (Line& line : lines_) {
            for (const rms::Configuration& whole : start) line.individual.add(whole);
        }
        round(complete);
        rms::Fitness best = best_line().individual.fitness();
        int idle_rounds = 0;
        while (idle_rounds < settings_.rounds_without_gain && !stopped_ && !meter_.out()) {
            round([this](Line& line, rms::Meter& meter) { descend(line, meter); });
            const rms::Fitness now = best_line().individual.fitness();
            const bool gained =
                now.undone != best.undone ? now.undone < best.undone : now.cost < best.cost;
            idle_rounds = gained ? 0 : idle_rounds + 1;
            best = now;
            if (gained && settings_.progress) settings_.progress(best);
            select();
        }
        return {best_line().individual.wholes(), best, idle_rounds >= settings_.rounds_without_gain,
                stopped_};
    }

private:
    // Lines are independent, and each has an equal share of the work that is left.
    template <typename Work>
    void round(const Work& work) {
        const std::uint64_t share = meter_.left() / lines_.size();
        parallel_chunks(lines_.size(), 1, settings_.threads,
                        [&](std::size_t begin, std::size_t, int) {
                            rms::Meter meter(share, meter_.stop());
                            work(lines_[begin], meter);
                            lines_[begin].work = meter.spent();
                            lines_[begin].stopped = meter.stopped();
                        });
        for (const Line& line : lines_) {
            meter_.spend(line.work);
            stopped_ = stopped_ || line.stopped;
        }
    }

    static void complete(Line& line, rms::Meter& meter) {
        const rms::Task task{line.individual.open_needs(), line.individual.room()};
        if (task.needs.empty()) return;
        for (rms::Configuration& whole :
             line.refill(task, rms::kUnlimited, line.random, meter).deployment) {
            line.individual.add(std::move(whole));
        }
        line.individual.trim(meter);
    }

    // A round's children: more for larger deployments, of which each changes but a few wholes.
    void descend(Line& line, rms::Meter& meter) const {
        const std::size_t children = 24 + line.individual.wholes().size() / 2;
        for (std::size_t i = 0; i < children && !meter.out(); ++i) {
            const bool merge = line.random.below(10) == 0;
            cross(merge ? Crossover::kMergeInstances : Crossover::kEraseAndRefill, problem_,
                  line.refill, line.individual, line.random, meter);
            for (int m = 0; m < 2; ++m) mutate(problem_, line.individual, line.random);
        }
        line.individual.trim(meter);
    }

    [[nodiscard]] const Line& best_line() const {
        std::size_t best = 0;
        for (std::size_t i = 1; i < lines_.size(); ++i) {
            if (lines_[i].individual.fitness().better_than(lines_[best].individual.fitness())) {
                best = i;
            }
        }
        return lines_[best];
    }

    void select() {
        std::size_t worst = 0;
        for (std::size_t i = 1; i < lines_.size(); ++i) {
            if (lines_[worst].individual.fitness().better_than(lines_[i].individual.fitness())) {
                worst = i;
            }
        }
        lines_[worst].individual = Individual(best_line().individual);
    }

    const rms::Problem& problem_;
    const Settings& settings_;
    rms::Meter& meter_;
    std::vector<Line> lines_;
    bool stopped_ = false;
};

}  // namespace

Answer search(const rms::Problem& problem, const rms::Task& task, const rms::Deployment& start,
              const rms::MakeRefill& make_refill, const Settings& settings, rms::Meter& meter) {
    return Search(problem, task, make_refill, settings, meter).run(start);
}

}  // namespace tangram::planner::pipeline::genetic
