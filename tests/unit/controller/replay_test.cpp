#include "controller/replay.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "controller/expect.h"
#include "unit/controller/controller_support.h"

namespace tangram::controller {
namespace {

using test::record;
using test::rps;
using test::test_durations;
using test::TwoServices;

constexpr ServiceId kA{0};

ReplayRun replayed(const TwoServices& two, const Recording& recording, Policy policy,
                   ReplayOptions options = {}) {
    options.policy = policy;
    const auto run = replay(two.problem, recording, test_durations(), options);
    CHECK(run.has_value(), run.error().text());
    return *run;
}

TEST(Replay, AConstantRateMovesNothing) {
    const TwoServices two;
    for (const Policy policy : {Policy::kStaticPeak, Policy::kReactive, Policy::kPerfect}) {
        const ReplayRun run = replayed(two, record({20, 20, 20, 20}, {30, 30, 30, 30}), policy);
        EXPECT_EQ(run.transitions, 0);
        EXPECT_EQ(whole_requests(run.reading.asked), 4 * 600 * 50);
        EXPECT_TRUE(run.reading.unserved == 0);
        EXPECT_EQ(static_cast<std::int64_t>(run.reading.gpu_time), 2'400'000'000'000);
    }
}

// A rate that doubles is seen one step late: in that step 600 s x the difference are unserved, and
// in the next one as much as the transition takes.
TEST(Replay, ReactingIsLate) {
    const TwoServices two;
    const Recording recording = record({70, 140, 140, 140}, {60, 60, 60, 60});
    ReplayOptions options;
    options.decide.headroom = Share{};
    const ReplayRun late = replayed(two, recording, Policy::kReactive, options);
    ASSERT_EQ(late.steps.size(), 4U);
    EXPECT_EQ(late.steps[1].unserved, 600 * 70);
    EXPECT_TRUE(late.steps[2].went);
    // At most as long as two cold replicas on one GPU take: create 1 s each, start 10 s, route 1 s.
    EXPECT_GT(late.steps[2].unserved, 0);
    EXPECT_LE(late.steps[2].unserved, 13 * 70);
    EXPECT_EQ(late.steps[3].unserved, 0);

    options.seen_after = {};
    const ReplayRun now = replayed(two, recording, Policy::kReactive, options);
    EXPECT_EQ(now.steps[1].unserved, late.steps[2].unserved);
    const ReplayRun perfect = replayed(two, recording, Policy::kPerfect, options);
    EXPECT_TRUE(perfect.reading.unserved == 0);
}

// Seen after two minutes: so long the rise is not served, then as long as a transition takes.
TEST(Replay, DecidesWhenTheRateIsSeen) {
    const TwoServices two;
    const Recording recording = record({70, 140, 140, 140}, {60, 60, 60, 60});
    ReplayOptions options;
    options.decide.headroom = Share{};
    options.seen_after = {};
    const ReplayRun at_once = replayed(two, recording, Policy::kReactive, options);
    options.seen_after = std::chrono::minutes(2);
    const ReplayRun later = replayed(two, recording, Policy::kReactive, options);
    EXPECT_EQ(later.steps[1].unserved, at_once.steps[1].unserved + 120 * 70);
    EXPECT_EQ(later.steps[2].unserved, 0);
    EXPECT_TRUE(replayed(two, recording, Policy::kPerfect, options).reading.unserved == 0);
}

// What a service gives up it takes back sooner, if that is not too long ago.
TEST(Replay, ModelsStayWarmFromOneTransitionToTheNext) {
    const TwoServices two;
    const Recording recording =
        record({140, 20, 20, 140, 20, 20, 140}, {20, 20, 20, 20, 20, 20, 20});
    ReplayOptions options;
    options.policy = Policy::kReactive;
    options.seen_after = {};
    options.decide.headroom = Share{};
    transition::Durations durations = test_durations();
    const auto lived = [&](Duration stays_warm) {
        durations.stays_warm = stays_warm;
        return replay(two.problem, recording, durations, options).value().reading.unserved;
    };
    // Longer than a day is for ever; twenty minutes lie between two stays.
    EXPECT_TRUE(lived(std::chrono::hours(24)) == lived({}));
    EXPECT_LT(lived({}), lived(std::chrono::minutes(1)));
}

// The peak is planned for once, and nothing is ever unserved.
TEST(Replay, StaticPeakServesAllOnTheMostGpus) {
    const TwoServices two;
    const Recording recording = record({20, 200, 20, 20, 20}, {20, 20, 200, 20, 20});
    const ReplayRun peak = replayed(two, recording, Policy::kStaticPeak);
    const ReplayRun perfect = replayed(two, recording, Policy::kPerfect);
    EXPECT_TRUE(peak.reading.unserved == 0);
    EXPECT_EQ(peak.transitions, 0);
    EXPECT_LT(static_cast<double>(perfect.reading.gpu_time),
              static_cast<double>(peak.reading.gpu_time));
}

// A transition that takes longer than a step leaves nothing to decide until it has ended.
TEST(Replay, NothingStartsBeforeATransitionHasEnded) {
    const TwoServices two;
    transition::Durations slow = test_durations();
    slow.cold_start = std::chrono::minutes(25);
    ReplayOptions options;
    options.policy = Policy::kReactive;
    options.seen_after = {};
    const auto run =
        replay(two.problem, record({70, 140, 300, 300, 300, 300}, {60, 60, 60, 60, 60, 60}), slow,
               options);
    ASSERT_TRUE(run.has_value()) << run.error().text();
    EXPECT_TRUE(run->steps[1].went);
    EXPECT_FALSE(run->steps[2].decided);
    EXPECT_FALSE(run->steps[3].decided);
    EXPECT_TRUE(run->steps[4].went);
    EXPECT_EQ(run->transitions, 2);
}

TEST(Replay, ThePastIsKnownAndNotReplayed) {
    const TwoServices two;
    const Recording recording = record({140, 140, 20, 20}, {60, 60, 20, 20}, 2);
    const ReplayRun run = replayed(two, recording, Policy::kReactive);
    ASSERT_EQ(run.steps.size(), 2U);
    EXPECT_EQ(whole_requests(run.reading.asked), 2 * 600 * 40);
    // It begins with what the last rates asked for.
    EXPECT_GT(run.reading.peak_gpus, 1);
}

TEST(Replay, AFleetThatCannotBegin) {
    const TwoServices two(20, 20, 1);
    ReplayOptions options;
    const auto run = replay(two.problem, record({500, 1}, {1, 1}), test_durations(), options);
    ASSERT_TRUE(run.has_value());
    EXPECT_FALSE(run->began);
    EXPECT_TRUE(run->steps.empty());
    // Later the fleet does what it can.
    const auto later = replay(two.problem, record({1, 500}, {1, 1}), test_durations(), options);
    ASSERT_TRUE(later.has_value());
    EXPECT_TRUE(later->began);
    EXPECT_EQ(later->steps.size(), 2U);
}

// Errors so far were 0, 5, 10, 0 (a fall counts as none): their median is 0, all of them are
// within 10.
TEST(Expect, SafetyIsAQuantileOfTheErrors) {
    const Recording recording = record({10, 10, 15, 25, 20, 20}, {1, 1, 1, 1, 1, 1}, 5);
    ReplayOptions options;
    options.policy = Policy::kReactive;
    options.safety = Share{1'000'000};
    EXPECT_EQ(Expecter(recording, options).at(5, 2).rates[kA][1], rps(30));
    options.safety = Share{500'000};
    EXPECT_EQ(Expecter(recording, options).at(5, 2).rates[kA][0], rps(20));
    options.seen_after = std::chrono::minutes(1);
    options.safety = Share{1'000'000};
    const Expectation seen = Expecter(recording, options).at(5, 2);
    EXPECT_EQ(seen.gone, std::chrono::minutes(1));
    EXPECT_EQ(seen.rates[kA][0], rps(20));
    EXPECT_EQ(seen.rates[kA][1], rps(30));
}

// Whatever the rates do: nothing is lost or served twice, all that serves is paid for, and the same
// again gives the same again.
TEST(Replay, RandomDaysAddUp) {
    Random random(11);
    for (int round = 0; round < 5; ++round) {
        std::vector<double> a, b;
        for (int i = 0; i < 12; ++i) {
            a.push_back(static_cast<double>(random.below(200)));
            b.push_back(static_cast<double>(random.below(200)));
        }
        const TwoServices two;
        ReplayOptions options;
        options.seen_after = std::chrono::minutes(5 * (round % 3));
        options.forecast.method = forecast::Method::kQuantile;
        for (const Policy policy :
             {Policy::kStaticPeak, Policy::kReactive, Policy::kForecast, Policy::kPerfect}) {
            const ReplayRun run = replayed(two, record(a, b, 2), policy, options);
            EXPECT_TRUE(run.reading.asked == run.reading.served + run.reading.unserved);
            EXPECT_EQ(run.steps.size(), 10U);
            std::int64_t unserved = 0;
            for (const StepRecord& step : run.steps) unserved += step.unserved;
            EXPECT_NEAR(static_cast<double>(unserved),
                        static_cast<double>(whole_requests(run.reading.unserved)), 10);
            const ReplayRun again = replayed(two, record(a, b, 2), policy, options);
            EXPECT_TRUE(again.reading.gpu_time == run.reading.gpu_time);
            EXPECT_TRUE(again.reading.unserved == run.reading.unserved);
            EXPECT_EQ(again.work, run.work);
        }
    }
}

// Knowing what comes for as long as a transition takes, nothing is ever unserved: it is ready
// before it is needed, and on the way no service sinks below what it is asked.
TEST(Replay, WhoKnowsTheFutureServesItAll) {
    Random random(3);
    for (int round = 0; round < 5; ++round) {
        std::vector<double> a, b;
        for (int i = 0; i < 12; ++i) {
            a.push_back(static_cast<double>(random.below(150)));
            b.push_back(static_cast<double>(random.below(150)));
        }
        const TwoServices two;
        const ReplayRun run = replayed(two, record(a, b), Policy::kPerfect);
        EXPECT_TRUE(run.reading.unserved == 0) << round;
        EXPECT_EQ(run.no_way, 0);
    }
}

}  // namespace
}  // namespace tangram::controller
