// Random small step graphs: what the checker says of all orders against all states, one by one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "support/large_transition.h"
#include "support/order_brute_force.h"
#include "support/small_transition.h"
#include "transition/check/check.h"

namespace tangram::transition {
namespace {

using deployment::Phase;
using deployment::ServiceNameId;
using test::OrderBruteForce;
using test::OrderFacts;
using test::OrderState;
using test::ServiceFacts;
using test::SmallTransition;
using enum StepKind;

constexpr std::size_t kStatesMax = 6'000;

std::size_t soaked(std::size_t count) {
    const char* soak = std::getenv("TANGRAM_SOAK");
    return soak == nullptr ? count : count * std::strtoull(soak, nullptr, 10);
}

// A step before it has a number.
struct Planned {
    StepKind kind;
    std::size_t gpu;
    std::string profile;
    int start;
    std::string service;
};
using Chain = std::vector<Planned>;

// A random deployment on a few GPUs, and for each placement something that may happen to it.
class Generator {
public:
    explicit Generator(std::uint64_t seed) : random_(seed), made_(rate(), rate()) {}

    SmallTransition run() {
        const auto gpus = static_cast<std::size_t>(random_.between(2, 4));
        for (std::size_t g = 0; g < gpus; ++g) fill(g);
        if (chance(40)) add_spare(gpus);
        promise();
        merge();
        return std::move(made_);
    }

private:
    bool chance(int percent) { return random_.between(1, 100) <= percent; }
    double rate() { return 100.0 * static_cast<double>(random_.between(1, 8)); }
    std::string service() { return chance(75) ? "a" : "b"; }

    void fill(std::size_t gpu) {
        made_.gpu("gpu-" + std::to_string(gpu),
                  chance(85) ? "node-" + std::to_string(gpu / 2) : "");
        if (chance(5)) last_status() = deployment::GpuStatus::kExcluded;
        const bool excluded = last_status() == deployment::GpuStatus::kExcluded;
        std::vector<Chain> chains;
        bool empties = true;
        for (int start = 0; start < 8;) {
            const std::string profile = start < 7 && chance(30) ? "1g" : start < 6 ? "2g" : "";
            if (profile.empty()) break;
            const bool fits = profile == "1g" || start % 2 == 0;
            if (!fits || chance(55)) {
                ++start;
                continue;
            }
            empties &= old_instance(gpu, profile, start, excluded, chains);
            start += profile == "1g" ? 1 : 2;
        }
        if (!excluded && made_.current.gpus.raw().back().instances.empty()) {
            made_.holds("1g", 6, "");
            empties = false;
        }
        if (!excluded && chance(35)) {
            newcomer(gpu, chance(20) ? "3g" : "2g", chance(50) ? 0 : 4, chains);
            empties = false;
        }
        add(chains, gpu, empties && !chains.empty() && chance(70));
    }

    deployment::GpuStatus& last_status() {
        return made_.current.gpus[deployment::GpuIndex{made_.current.gpus.size() - 1}].status;
    }

    // Whether the placement is empty in the end.
    bool old_instance(std::size_t gpu, const std::string& profile, int start, bool excluded,
                      std::vector<Chain>& chains) {
        const std::string old = service();
        const auto of = [&](StepKind kind, const std::string& service) {
            return Planned{kind, gpu, profile, start, service};
        };
        Chain chain;
        const auto dice = random_.between(0, excluded ? 69 : 99);
        const auto way = random_.between(0, excluded ? 1 : 3);
        bool empty = false;
        if (dice < 70) {
            made_.holds(profile, start, old);
            if (way >= 1) chain = {of(kDrain, old), of(kStop, old)};
            if (way == 1) chain.push_back(of(kDestroy, ""));
            if (way == 1) empty = true;
            if (way == 2) {
                const std::string next = service();
                chain.push_back(of(kStart, next));
                chain.push_back(of(kRoute, next));
            }
        } else if (dice < 78) {
            made_.holds(profile, start, old, Phase::kReady);
            chain = way < 3 ? Chain{of(kRoute, old)} : Chain{of(kDrain, old), of(kStop, old)};
        } else if (dice < 86) {
            made_.holds(profile, start, old, Phase::kDraining);
            chain = way < 2 ? Chain{of(kRoute, old)} : Chain{of(kDrain, old), of(kStop, old)};
        } else {
            made_.holds(profile, start);
            const std::string next = service();
            if (way > 0) chain = {of(kStart, next), of(kRoute, next)};
            if (way == 1) chain.insert(chain.end(), {of(kDrain, next), of(kStop, next)});
        }
        chains.push_back(chain);
        return empty;
    }

    void newcomer(std::size_t gpu, const std::string& profile, int start,
                  std::vector<Chain>& chains) {
        const std::string next = service();
        const auto taken = [&](const deployment::Instance& instance) {
            return instance.start == start && instance.profile == made_.number_of(profile);
        };
        if (std::ranges::any_of(made_.current.gpus.raw().back().instances, taken)) return;
        Chain chain = {{kCreate, gpu, profile, start, ""}};
        if (chance(85)) {
            chain.push_back({kStart, gpu, profile, start, next});
            chain.push_back({kRoute, gpu, profile, start, next});
        }
        chains.push_back(chain);
    }

    // A GPU that is not used yet, for good or for a while.
    void add_spare(std::size_t gpu) {
        made_.gpu("gpu-" + std::to_string(gpu), "node-1").unused();
        const std::string next = service();
        const bool passing = chance(40);
        Chain chain = {{kAcquire, gpu, "", 0, ""}, {kCreate, gpu, "2g", 0, ""}};
        if (chance(70)) {
            chain.push_back({kStart, gpu, "2g", 0, next});
            chain.push_back({kRoute, gpu, "2g", 0, next});
            if (passing) chain.push_back({kDrain, gpu, "2g", 0, next});
            if (passing) chain.push_back({kStop, gpu, "2g", 0, next});
        }
        if (passing) chain.push_back({kDestroy, gpu, "2g", 0, ""});
        if (passing) chain.push_back({kRelease, gpu, "", 0, ""});
        chains_.push_back(chain);
    }

    void add(std::vector<Chain>& chains, std::size_t gpu, bool release) {
        std::erase_if(chains, [](const Chain& chain) { return chain.empty(); });
        if (release) released_.emplace_back(gpu, chains.size());
        for (Chain& chain : chains) chains_.push_back(std::move(chain));
    }

    void promise() {
        for (std::size_t s = 0; s < 2; ++s) {
            workload::Service& service = made_.service(s);
            service.min_replicas = static_cast<int>(random_.between(1, 3));
            service.spread = chance(50)   ? workload::Spread::kGpu
                             : chance(50) ? workload::Spread::kNode
                                          : workload::Spread::kNone;
            if (chance(50)) service.survive_gpu = Share{random_.between(1, 10) * 100'000};
            if (chance(50)) service.survive_node = Share{random_.between(1, 10) * 100'000};
            if (chance(15)) {
                made_.current.services[ServiceNameId{s}].floor = test::rps(rate());
            }
        }
    }

    // A random order of all steps, in which arcs point forward.
    void merge() {
        std::vector<std::size_t> next(chains_.size(), 0);
        std::vector<std::vector<StepId>> numbers(chains_.size());
        std::size_t left = 0;
        for (const Chain& chain : chains_) left += chain.size();
        while (left > 0) {
            const std::size_t c = random_.below(chains_.size());
            if (next[c] == chains_[c].size()) continue;
            const Planned& p = chains_[c][next[c]++];
            numbers[c].push_back(made_.step(p.kind, p.gpu, p.profile, p.start, p.service));
            --left;
        }
        for (const auto& chain : numbers) made_.chain(chain);
        for (const auto& [gpu, count] : released_) add_release(gpu);
        const int percent = static_cast<int>(random_.between(0, 60));
        const std::size_t steps = made_.graph.steps.size();
        for (std::size_t after = 0; after < steps; ++after) {
            for (std::size_t before = 0; before < after; ++before) {
                if (chance(percent / 4)) made_.arc(StepId{before}, StepId{after});
            }
        }
    }

    void add_release(std::size_t gpu) {
        const StepId release = made_.step(kRelease, gpu);
        for (std::size_t i = 0; i < release.index(); ++i) {
            if (made_.graph.steps[StepId{i}].gpu.index() == gpu) made_.arc(StepId{i}, release);
        }
    }

    Random random_;
    SmallTransition made_;
    std::vector<Chain> chains_;
    std::vector<std::pair<std::size_t, std::size_t>> released_;
};

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
    for (std::uint64_t seed = 1; tally.graphs < soaked(1'200); ++seed) {
        SmallTransition t = Generator(seed).run();
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
        EXPECT_GT(tally.faults[fault], 10U) << name(fault);
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
    for (std::uint64_t seed = 1; graphs < soaked(600); ++seed) {
        SmallTransition t = Generator(seed).run();
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
    EXPECT_GT(promises, 100U);
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
