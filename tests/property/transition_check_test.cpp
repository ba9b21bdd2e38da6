// Random small step graphs: what the checker says of all orders against all states, one by one.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "support/large_transition.h"
#include "support/order_brute_force.h"
#include "support/random_transition.h"
#include "support/small_transition.h"
#include "support/soak.h"
#include "transition/check/check.h"

namespace tangram::transition {
namespace {

using deployment::ServiceNameId;
using test::OrderBruteForce;
using test::OrderFacts;
using test::OrderState;
using test::ServiceFacts;
using test::SmallTransition;

constexpr std::size_t kStatesMax = 6'000;

// What has to be kept, computed here once more.
struct Floors {
    std::int64_t capacity = 0, replicas = 0, gpus = 0, nodes = 0, without_gpu = 0, without_node = 0;
    bool recovers = false;
};

std::int64_t scaled(std::int64_t amount, std::int64_t millionths) {
    return (amount * millionths + 999'999) / 1'000'000;
}

Floors floors_of(const SmallTransition& t, const CheckOptions& options, std::size_t s,
                 const ServiceFacts& now) {
    const workload::Service& service = t.problem.services[workload::ServiceId{s}];
    const auto recorded = t.current.services[ServiceNameId{s}].floor.value_or(Rate{}).count();
    const auto dip = options.dips.find(service.name);
    const std::int64_t kept = 1'000'000 - (dip == options.dips.end() ? 0 : dip->second.count());
    const auto asked = service.rate.count() / 1'000 * (1'000'000 + options.margin.count()) / 1'000;
    const std::int64_t replicas = service.min_replicas;
    const auto after_loss = [&](std::int64_t left, std::optional<Share> share) {
        if (!share) return std::int64_t{-1};
        return scaled(std::min(left, scaled(service.rate.count(), share->count())), kept);
    };
    Floors floors;
    floors.capacity = scaled(std::min(asked, std::max(now.capacity, recorded)), kept);
    floors.recovers = now.capacity < floors.capacity;
    floors.replicas = scaled(std::min(now.replicas, replicas), kept);
    floors.gpus = floors.nodes = -1;
    if (service.spread == workload::Spread::kGpu) {
        floors.gpus = scaled(std::min(now.gpus, replicas), kept);
    }
    if (service.spread == workload::Spread::kNode) {
        floors.nodes = scaled(std::min(now.nodes, replicas), kept);
    }
    floors.without_gpu = after_loss(now.without_gpu, service.survive_gpu);
    floors.without_node = after_loss(now.without_node, service.survive_node);
    return floors;
}

using Fault = std::pair<TransitionFault, std::string>;  // and the service, or nothing

// The promises of one state that are broken.
class Judge {
public:
    Judge(const SmallTransition& t, const CheckOptions& options, const OrderBruteForce& all)
        : services_(t.graph.services.raw()) {
        const OrderFacts now = all.facts({});
        for (std::size_t s = 0; s < services_.size(); ++s) {
            floors_.push_back(floors_of(t, options, s, now.services[s]));
        }
        // A spare that stays acquired without anything on it is used by nobody.
        std::int64_t used_after = 0;
        for (const auto& gpu :
             check_transition(t.problem, t.current, t.graph, options).reached.gpus) {
            used_after += gpu.status == deployment::GpuStatus::kOk ? 1 : 0;
        }
        gpus_ = std::max(now.gpus_in_use, used_after) + options.spare_gpus;
    }

    [[nodiscard]] std::set<Fault> broken(const OrderFacts& facts) const {
        std::set<Fault> faults;
        for (std::size_t s = 0; s < services_.size(); ++s) {
            const ServiceFacts& f = facts.services[s];
            const Floors& floors = floors_[s];
            const auto note = [&](bool is_broken, TransitionFault fault) {
                if (is_broken) faults.emplace(fault, "service " + services_[s]);
            };
            note(f.capacity < floors.capacity && (f.drained || !floors.recovers),
                 TransitionFault::kFloor);
            note(f.replicas < floors.replicas, TransitionFault::kReplicas);
            note(f.gpus < floors.gpus || f.nodes < floors.nodes, TransitionFault::kSpread);
            note(f.without_gpu < floors.without_gpu || f.without_node < floors.without_node,
                 TransitionFault::kSurvival);
        }
        if (facts.gpus_in_use > gpus_) faults.emplace(TransitionFault::kGpus, "");
        if (!facts.legal_layouts) faults.emplace(TransitionFault::kLayout, "");
        return faults;
    }

private:
    std::vector<std::string> services_;
    std::vector<Floors> floors_;
    std::int64_t gpus_ = 0;
};

Fault fault_of(const TransitionViolation& violation) {
    const bool of_service = violation.place.starts_with("service ");
    return {violation.fault, of_service ? violation.place : ""};
}

struct Tally {
    std::size_t graphs = 0, too_large = 0;
    std::map<TransitionFault, std::size_t> faults;
};

void compare(SmallTransition& t, const CheckOptions& options, Tally& tally) {
    const OrderBruteForce all(t.problem, t.current, t.finished());
    const Judge judge(t, options, all);
    std::set<Fault> expected;
    std::vector<std::int64_t> lowest(2, std::numeric_limits<std::int64_t>::max());
    const bool complete = all.each_state(
        [&](OrderState state) {
            const OrderFacts facts = all.facts(state);
            expected.merge(judge.broken(facts));
            for (std::size_t s = 0; s < 2; ++s) {
                lowest[s] = std::min(lowest[s], facts.services[s].capacity);
            }
        },
        kStatesMax);
    if (!complete) {
        ++tally.too_large;
        return;
    }
    const TransitionReport report = check_transition(t.problem, t.current, t.graph, options);
    std::set<Fault> found;
    for (const TransitionViolation& violation : report.violations) {
        ASSERT_NE(violation.fault, TransitionFault::kBadGraph)
            << violation.place << ": " << violation.message;
        ASSERT_NE(violation.fault, TransitionFault::kStale);
        if (violation.fault == TransitionFault::kReached) continue;
        found.insert(fault_of(violation));
        const auto state = all.after(violation.interleaving, violation.running);
        ASSERT_TRUE(state.has_value()) << violation.message;
        EXPECT_TRUE(judge.broken(all.facts(*state)).contains(fault_of(violation)))
            << name(violation.fault) << " " << violation.place << ": " << violation.message;
    }
    for (const Fault& fault : expected) {
        EXPECT_TRUE(found.contains(fault)) << "missed " << name(fault.first) << " " << fault.second;
        ++tally.faults[fault.first];
    }
    for (const Fault& fault : found) {
        EXPECT_TRUE(expected.contains(fault))
            << "false " << name(fault.first) << " " << fault.second;
    }
    for (std::size_t s = 0; s < 2; ++s) {
        EXPECT_EQ(report.lowest[ServiceNameId{s}].count(), lowest[s]);
    }
    ++tally.graphs;
}

CheckOptions random_options(Random& random) {
    CheckOptions options;
    options.spare_gpus = random.between(0, 1);
    if (random.below(5) == 0) options.margin = Share{200'000};
    if (random.below(5) == 0) options.dips["a"] = Share{random.between(1, 10) * 100'000};
    return options;
}

TEST(TransitionCheck, SaysOfAllOrdersWhatEnumerationSays) {
    Tally tally;
    for (std::uint64_t seed = 1; tally.graphs < test::soaked(800); ++seed) {
        SmallTransition t = test::random_transition(seed);
        if (t.graph.steps.size() > 14) continue;
        Random random(seed + 1'000'000);
        const CheckOptions options = random_options(random);
        SCOPED_TRACE("seed " + std::to_string(seed));
        compare(t, options, tally);
        if (testing::Test::HasFailure()) return;
    }
    for (const auto& [fault, count] : tally.faults) {
        RecordProperty(std::string(name(fault)), static_cast<int>(count));
    }
    for (const TransitionFault fault :
         {TransitionFault::kFloor, TransitionFault::kReplicas, TransitionFault::kSpread,
          TransitionFault::kSurvival, TransitionFault::kLayout, TransitionFault::kGpus}) {
        EXPECT_GT(tally.faults[fault], test::soaked(10)) << name(fault);
    }
}

bool keeps_promises(const SmallTransition& t, const CheckOptions& options) {
    const auto report = check_transition(t.problem, t.current, t.graph, options);
    return std::ranges::all_of(report.violations, [](const TransitionViolation& violation) {
        return violation.fault == TransitionFault::kReached;
    });
}

// The graph with its arcs made as many as its steps' order allows, and then as few as possible.
// False if not even one step after the other keeps the promises.
bool only_necessary_arcs(SmallTransition& t, const CheckOptions& options, std::size_t& given) {
    const std::size_t steps = t.graph.steps.size();
    for (std::size_t i = 1; i < steps; ++i) {
        for (std::size_t j = 0; j < i; ++j) t.arc(StepId{j}, StepId{i});
    }
    if (!keeps_promises(t, options)) return false;
    for (std::size_t a = t.graph.arcs.size(); a-- > 0;) {
        const Arc arc = t.graph.arcs[a];
        t.graph.arcs.erase(t.graph.arcs.begin() + static_cast<std::ptrdiff_t>(a));
        if (keeps_promises(t, options)) continue;
        t.graph.arcs.insert(t.graph.arcs.begin() + static_cast<std::ptrdiff_t>(a), arc);
    }
    given = t.graph.arcs.size();
    return true;
}

bool some_state_breaks(SmallTransition& t, const CheckOptions& options) {
    const OrderBruteForce all(t.problem, t.current, t.graph);
    const Judge judge(t, options, all);
    bool broken = false;
    all.each_state([&](OrderState s) { broken |= !judge.broken(all.facts(s)).empty(); },
                   50 * kStatesMax);
    return broken;
}

TEST(TransitionCheck, FindsEveryNecessaryArcThatIsMissing) {
    std::size_t graphs = 0;
    std::size_t promises = 0;
    for (std::uint64_t seed = 1; graphs < test::soaked(600); ++seed) {
        SmallTransition t = test::random_transition(seed);
        if (t.graph.steps.size() > 11) continue;
        Random random(seed + 1'000'000);
        const CheckOptions options = random_options(random);
        std::size_t arcs = 0;
        t.finished();
        if (!only_necessary_arcs(t, options, arcs)) continue;
        SCOPED_TRACE("seed " + std::to_string(seed));
        ASSERT_FALSE(some_state_breaks(t, options));
        for (std::size_t a = 0; a < arcs; ++a) {
            SmallTransition without = t;
            without.graph.arcs.erase(without.graph.arcs.begin() + static_cast<std::ptrdiff_t>(a));
            const auto report =
                check_transition(without.problem, without.current, without.graph, options);
            ASSERT_FALSE(report.ok());
            if (report.violations[0].fault == TransitionFault::kBadGraph) continue;
            EXPECT_TRUE(some_state_breaks(without, options));
            ++promises;
        }
        ++graphs;
    }
    EXPECT_GT(promises, test::soaked(100));
}

TEST(TransitionCheck, AcceptsALargeTransitionAndNoneWithAnArcLess) {
    auto made = test::LargeTransitionBuilder(240, 48, workload::Spread::kNode, true).run(800);
    const auto check = [&] {
        return check_transition(made.problem, made.current, made.graph, CheckOptions{});
    };
    const TransitionReport report = check();
    ASSERT_TRUE(report.ok()) << report.violations[0].place << report.violations[0].message;
    // Between a route and the drain it pays for; then there is nothing else to wait for.
    const auto pays = [&](const Arc& arc) {
        return arc.after.index() == 9 && arc.reason == ArcReason::kOrder;
    };
    ASSERT_EQ(std::erase_if(made.graph.arcs, pays), 1U);
    std::erase_if(made.graph.arcs, [](const Arc& a) { return a.reason != ArcReason::kOrder; });
    EXPECT_FALSE(check().ok());
}

}  // namespace
}  // namespace tangram::transition
