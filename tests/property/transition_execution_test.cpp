// Graphs that the checker accepts, carried out a thousand times with failures: no promise is ever
// broken, and every state on the way is a legal deployment from which a next transition can start.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "base/random.h"
#include "deployment/checker.h"
#include "deployment/diff.h"
#include "support/large_transition.h"
#include "support/random_transition.h"
#include "support/soak.h"
#include "transition/check/check.h"
#include "transition/execute.h"

namespace tangram::transition {
namespace {

using deployment::ServiceNameId;
using test::ms;
using test::SmallTransition;

CheckOptions random_options(Random& random) {
    CheckOptions options;
    options.spare_gpus = 1;
    if (random.below(5) == 0) options.margin = Share{200'000};
    if (random.below(5) == 0) options.dips["a"] = Share{random.between(1, 10) * 100'000};
    return options;
}

bool keeps_promises(const SmallTransition& t, const CheckOptions& options) {
    const auto report = check_transition(t.problem, t.current, t.graph, options);
    return std::ranges::all_of(report.violations, [](const TransitionViolation& violation) {
        return violation.fault == TransitionFault::kReached;
    });
}

// Adds arcs, in the order of the steps' numbers, until every order keeps the promises. False if not
// even that one does.
bool make_safe(SmallTransition& t, const CheckOptions& options, Random& random) {
    const std::size_t steps = t.graph.steps.size();
    t.finished();
    for (int tries = 0; tries < 40; ++tries) {
        if (keeps_promises(t, options)) return true;
        for (std::size_t n = 0; n < steps / 2 && steps > 1; ++n) {
            const std::size_t after = 1 + random.below(steps - 1);
            t.arc(StepId{random.below(after)}, StepId{after});
        }
    }
    for (std::size_t i = 1; i < steps; ++i) t.arc(StepId{i - 1}, StepId{i});
    return keeps_promises(t, options);
}

ExecuteOptions random_execution(const CheckOptions& promises, Random& random) {
    ExecuteOptions options;
    options.seed = random.next();
    options.fastest = 0.1;
    options.slowest = 3;
    options.margin = promises.margin;
    options.dips = promises.dips;
    for (int kind = 0; kind <= static_cast<int>(StepKind::kRelease); ++kind) {
        if (random.below(2) == 0) continue;
        options.failures[static_cast<StepKind>(kind)] = {random.unit() / 3, random.unit() / 6,
                                                         random.unit() / 8};
    }
    if (random.below(4) == 0) options.cut_at = ms(static_cast<double>(random.below(20'000)));
    if (random.below(8) == 0) options.lost["gpu-0"] = ms(static_cast<double>(random.below(9'000)));
    return options;
}

Durations random_durations(Random& random) {
    Durations durations;
    durations.retries = static_cast<int>(random.below(3));
    durations.timeout = random.below(3) == 0 ? Duration{} : ms(4'000);
    durations.starts_per_node = static_cast<int>(random.below(3));
    return durations;
}

void expect_legal(const workload::Problem& problem, const deployment::Deployment& state) {
    for (const auto& violation : deployment::check(problem, state).violations) {
        EXPECT_NE(violation.kind, deployment::ViolationKind::kIllegalLayout)
            << violation.place << ": " << violation.message;
        EXPECT_NE(violation.kind, deployment::ViolationKind::kUnknownName) << violation.message;
    }
}

// Nothing about the state itself is wrong; that what it is amid has no steps is.
void expect_current(const workload::Problem& problem, const deployment::Deployment& state) {
    StepGraph empty;
    empty.from = deployment::fingerprint(state);
    empty.gpus_at_most = 100;
    for (const auto& violation : check_transition(problem, state, empty, {}).violations) {
        if (violation.fault == TransitionFault::kReached) continue;
        EXPECT_EQ(violation.fault, TransitionFault::kBadGraph) << violation.message;
        EXPECT_TRUE(violation.message.ends_with("steps are missing")) << violation.message;
    }
}

TEST(TransitionExecution, OfASafeGraphKeepsEveryPromise) {
    std::size_t runs = 0;
    std::size_t complete = 0;
    for (std::uint64_t seed = 1; runs < test::soaked(1'000); ++seed) {
        SmallTransition t = test::random_transition(seed);
        Random random(seed + 2'000'000);
        const CheckOptions promises = random_options(random);
        if (!make_safe(t, promises, random)) continue;
        SCOPED_TRACE("seed " + std::to_string(seed));
        for (Step& step : t.graph.steps)
            step.duration = ms(static_cast<double>(random.below(3'000)));
        const auto report = check_transition(t.problem, t.current, t.graph, promises);
        for (int repeat = 0; repeat < 3; ++repeat, ++runs) {
            ExecuteOptions options = random_execution(promises, random);
            const Durations durations = random_durations(random);
            options.watch = [&](Duration, const deployment::Deployment& state) {
                expect_legal(t.problem, state);
            };
            const Execution run = execute(t.problem, t.current, t.graph, durations, options);
            ASSERT_TRUE(run.breaches.empty()) << run.breaches[0];
            for (const ServiceNameId id : t.graph.services.ids()) {
                ASSERT_GE(run.lowest[id], report.lowest[id]);
            }
            expect_current(t.problem, run.state);
            if (!run.complete) continue;
            ++complete;
            const auto diff = deployment::diff(report.reached, run.state);
            EXPECT_TRUE(diff.gpus.empty());
        }
        if (testing::Test::HasFailure()) return;
    }
    EXPECT_GT(complete, runs / 20);
    EXPECT_LT(complete, runs);
}

// Without the arcs that keep the promises, some of many runs break one.
TEST(TransitionExecution, OfAnUnsafeGraphBreaksSome) {
    auto made = test::LargeTransitionBuilder(24, 6, workload::Spread::kNone, false).run(0);
    std::erase_if(made.graph.arcs, [](const Arc& arc) { return arc.after.index() % 6 == 3; });
    ExecuteOptions options;
    options.fastest = 0.5;
    EXPECT_FALSE(execute(made.problem, made.current, made.graph, {}, options).breaches.empty());
}

TEST(TransitionExecution, OfALargeGraphKeepsEveryPromise) {
    const auto made = test::LargeTransitionBuilder(80, 16, workload::Spread::kNode, true).run(100);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Random random(seed);
        ExecuteOptions options = random_execution({}, random);
        const Execution run =
            execute(made.problem, made.current, made.graph, random_durations(random), options);
        EXPECT_TRUE(run.breaches.empty()) << run.breaches[0];
        expect_legal(made.problem, run.state);
        expect_current(made.problem, run.state);
    }
}

}  // namespace
}  // namespace tangram::transition
