#include "controller/replay.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "controller/course.h"
#include "controller/expect.h"
#include "deployment/warm.h"

namespace tangram::controller {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"static-peak", "reactive", "forecast",
                                                    "perfect"};

class Replayer {
public:
    Replayer(const workload::Problem& problem, const Recording& recording,
             const transition::Durations& durations, const ReplayOptions& options)
        : problem_(problem),
          recording_(recording),
          durations_(durations),
          options_(options),
          expecter_(recording, options),
          meter_(problem.services.size()) {
        // As far as savings are counted.
        const auto steps = static_cast<int>(options.decide.horizon / recording.step);
        ahead_ = std::max({steps, options.decide.steps_covered, 1});
    }

    Result<ReplayRun> run() {
        const Result<void> begun = begin();
        if (!begun) return begun.error();
        if (!run_.began) return std::move(run_);
        for (std::size_t step = recording_.first; step < recording_.steps(); ++step) {
            const Result<void> lived = live(step);
            if (!lived) return lived.error();
        }
        run_.reading = meter_.reading();
        return std::move(run_);
    }

private:
    [[nodiscard]] Duration start_of(std::size_t step) const {
        return recording_.step * static_cast<std::int64_t>(step - recording_.first);
    }

    [[nodiscard]] IdVector<ServiceId, Rate> peaks() const {
        IdVector<ServiceId, Rate> peaks;
        for (const std::vector<Rate>& rates : recording_.rates) {
            peaks.push_back(*std::max_element(rates.begin() + static_cast<long>(recording_.first),
                                              rates.end()));
        }
        return peaks;
    }

    Result<void> begin() {
        CHECK(recording_.step > Duration{} && recording_.first < recording_.steps());
        const bool peak = options_.policy == Policy::kStaticPeak;
        const IdVector<ServiceId, Rate> rates =
            peak ? peaks() : rates_to_plan(expecter_.at(recording_.first, ahead_), options_.decide);
        auto first = first_deployment(problem_, rates, options_.decide.search);
        if (!first) return first.error();
        if (!*first) return {};
        run_.began = true;
        current_ = **std::move(first);
        const auto capacities = capacities_of(problem_, current_);
        for (const ServiceId s : capacities.ids()) meter_.add_capacity(s, capacities[s]);
        meter_.add_gpus(gpus_of(current_));
        return {};
    }

    Result<void> live(std::size_t step) {
        StepRecord& record = run_.steps.emplace_back();
        const Wide before = meter_.reading().unserved;
        follow_course(start_of(step));
        for (const ServiceId s : recording_.rates.ids()) {
            meter_.set_rate(s, recording_.rates[s][step]);
            record.asked += recording_.rates[s][step];
        }
        if (options_.seen_after < recording_.step) {
            follow_course(start_of(step) + options_.seen_after);
        }
        const bool free = options_.policy != Policy::kStaticPeak && busy_until_ <= meter_.now();
        // The plan it begins with is for this moment.
        if (free && step > recording_.first) {
            const Result<void> done = ask(step, record);
            if (!done) return done.error();
        }
        follow_course(start_of(step + 1));
        record.unserved = whole_requests(meter_.reading().unserved - before);
        record.gpus = meter_.gpus();
        return {};
    }

    // Time goes on to `until`, with what the transition under way changes before that.
    void follow_course(Duration until) {
        for (; next_ < course_.size() && began_ + course_[next_].at < until; ++next_) {
            const CourseChange& change = course_[next_];
            meter_.advance(began_ + change.at);
            if (change.service.valid()) meter_.add_capacity(change.service, change.capacity);
            meter_.add_gpus(change.gpus);
        }
        meter_.advance(until);
    }

    Result<void> ask(std::size_t step, StepRecord& record) {
        deployment::let_pass(current_, meter_.now() - current_at_, durations_.stays_warm);
        current_at_ = meter_.now();
        const Expectation expected = expecter_.at(step, ahead_);
        Result<Decision> decision =
            decide(problem_, current_, expected, durations_, options_.decide);
        if (!decision) return decision.error();
        record.decided = true;
        record.reason = decision->reason;
        record.went = decision->goes;
        ++run_.decisions;
        run_.work += decision->work;
        run_.no_plan += decision->reason == Reason::kNoPlan ? 1 : 0;
        run_.no_way += decision->reason == Reason::kNoWay ? 1 : 0;
        if (decision->goes) go(*decision);
        return {};
    }

    void go(Decision& decision) {
        transition::Way& way = *decision.way;
        ++run_.transitions;
        run_.forced += decision.reason == Reason::kShortage ? 1 : 0;
        run_.started += way.started;
        run_.restart += way.restart;
        run_.in_transition += way.makespan;
        run_.longest_transition = std::max(run_.longest_transition, way.makespan);
        finish_course();
        course_ = course_of(problem_, way.graph);
        next_ = 0;
        began_ = meter_.now();
        busy_until_ = began_ + way.makespan;
        current_ = std::move(way.reached);
        current_at_ = busy_until_;
    }

    // What happens in this very moment, before anything new.
    void finish_course() {
        for (; next_ < course_.size(); ++next_) {
            CHECK(began_ + course_[next_].at <= meter_.now(), "a transition that has not ended");
            const CourseChange& change = course_[next_];
            if (change.service.valid()) meter_.add_capacity(change.service, change.capacity);
            meter_.add_gpus(change.gpus);
        }
    }

    const workload::Problem& problem_;
    const Recording& recording_;
    const transition::Durations& durations_;
    const ReplayOptions& options_;
    Expecter expecter_;
    Meter meter_;
    int ahead_ = 1;
    deployment::Deployment current_;
    Duration current_at_{};             // what is warm in it is counted up to here
    std::vector<CourseChange> course_;  // of the transition under way, or the last one
    std::size_t next_ = 0;              // change in it
    Duration began_{}, busy_until_{};
    ReplayRun run_;
};

}  // namespace

std::string_view name(Policy policy) { return kNames[static_cast<std::size_t>(policy)]; }

Result<ReplayRun> replay(const workload::Problem& problem, const Recording& recording,
                         const transition::Durations& durations, const ReplayOptions& options) {
    return Replayer(problem, recording, durations, options).run();
}

}  // namespace tangram::controller
