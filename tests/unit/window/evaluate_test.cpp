// A schedule worth what a hand can compute, every way to break it, and stints that hold anything.
#include "window/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "base/random.h"
#include "support/small_window.h"

namespace tangram::window {
namespace {

using test::per_second;
using test::share;
using test::SmallWindow;
using test::worth;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr TenantId kA{0}, kB{1};

// a retrains in [3, 7) while it serves with one slice, then with three; b serves with another.
SmallWindow legal() {
    SmallWindow w("A30", 10);
    w.tenant("a", 250, 2).retraining("2g.12gb", 4, 0.8).retraining("1g.6gb", 9, 0.6);
    w.tenant("b", 100, 1);
    w.runs("b", "1g.6gb", 1, Activity::kCreating, 3);
    w.continues(0, 10);
    w.serves("a", "1g.6gb", 0, 0, 2, 10);
    w.retrains("a", "2g.12gb", 2, 3, 7);
    w.serves("a", "2g.12gb", 2, 7, 9, 10);
    return w;
}

TEST(Evaluate, CountsExactly) {
    const SmallWindow w = legal();
    const Evaluation evaluation = evaluate(w.window, w.schedule);
    EXPECT_THAT(evaluation.violations, IsEmpty());
    const TenantAccount& a = evaluation.tenants[kA];
    EXPECT_EQ(a.capacity[1], Rate{});
    EXPECT_EQ(a.capacity[2], per_second(100));
    EXPECT_EQ(a.capacity[9], per_second(300));
    EXPECT_EQ(a.served[9], per_second(250));
    EXPECT_EQ(a.accuracy[6], share(0.5));
    EXPECT_EQ(a.accuracy[7], share(0.8));
    EXPECT_EQ(a.goodput, worth(100, 0.5, 5) + worth(100, 0.8, 2) + worth(250, 0.8));
    // Slots 0, 1: one slice comes; 7, 8: two come, of which 150 requests/s have use.
    EXPECT_EQ(a.switching_slots, 4);
    EXPECT_EQ(a.switching_loss, worth(100, 0.5, 2) + worth(150, 0.8, 2));
    EXPECT_EQ(evaluation.tenants[kB].goodput, worth(100, 0.5, 7));
    EXPECT_EQ(evaluation.tenants[kB].switching_slots, 3);
    EXPECT_EQ(evaluation.goodput, a.goodput + worth(100, 0.5, 7));
}

TEST(Evaluate, OnDemandTheyAreCreatedWhenTheyAreWanted) {
    const SmallWindow w = legal();
    const Evaluation evaluation = evaluate(w.window, w.schedule, Creation::kOnDemand);
    const TenantAccount& a = evaluation.tenants[kA];
    EXPECT_EQ(a.capacity[2], per_second(100)) << "nobody could have created it earlier";
    EXPECT_EQ(a.capacity[9], per_second(100)) << "two slots of warm-up do not fit";
    EXPECT_EQ(a.goodput, worth(100, 0.5, 5) + worth(100, 0.8, 3));
    EXPECT_EQ(a.switching_slots, 3);
    EXPECT_EQ(a.switching_loss, worth(100, 0.5, 2) + worth(150, 0.8));
    EXPECT_EQ(evaluation.tenants[kB].goodput, worth(100, 0.5, 7)) << "it was being created";
}

TEST(Evaluate, ALateInstanceServesFromWhenItIsReady) {
    SmallWindow w = legal();
    w.schedule.stints[1].ready = 6;
    EXPECT_EQ(evaluate(w.window, w.schedule).tenants[kA].capacity[5], Rate{});
    w.schedule.stints[1].ready = std::numeric_limits<int>::max();
    for (const Creation creation : {Creation::kAhead, Creation::kOnDemand}) {
        const Evaluation evaluation = evaluate(w.window, w.schedule, creation);
        EXPECT_THAT(evaluation.violations, IsEmpty()) << "a creation may be given up";
        EXPECT_EQ(evaluation.tenants[kA].capacity[8], Rate{});
    }
}

TEST(Evaluate, ARetrainingThatRunsImprovesTheRest) {
    SmallWindow w("A30", 10);
    w.tenant("a", 100).runs("a", "2g.12gb", 2, Activity::kRetraining, 4, 0.9);
    w.continues(0, 4);
    w.serves("a", "1g.6gb", 0, 0, 0, 10);
    EXPECT_EQ(evaluate(w.window, w.schedule).goodput, worth(100, 0.5, 4) + worth(100, 0.9, 6));
    w.window.running[0].left = 11;
    EXPECT_THAT(evaluate(w.window, w.schedule).violations, ElementsAre(HasSubstr("to its end")));
    w.schedule.stints[0].until = 10;
    EXPECT_THAT(evaluate(w.window, w.schedule).violations, IsEmpty());
    EXPECT_EQ(evaluate(w.window, w.schedule).goodput, worth(100, 0.5, 10));
}

TEST(Evaluate, CapacityOfNothingIsLegalAndWorthless) {
    SmallWindow w("A30", 4);
    w.tenant("a", 100);
    for (Rate& rate : w.last().capacity[KindId{0}]) rate = Rate{};
    w.serves("a", "4g.24gb", 0, 0, 0, 4);
    EXPECT_THAT(evaluate(w.window, w.schedule).violations, IsEmpty());
    EXPECT_EQ(evaluate(w.window, w.schedule).goodput, Goodput{});
}

TEST(Evaluate, FloorsAreKeptToTheLastRequest) {
    SmallWindow w("A30", 4);
    w.tenant("a", 400).serves("a", "1g.6gb", 0, 1, 1, 4);
    w.last().floor = Share{187'500};
    EXPECT_TRUE(evaluate(w.window, w.schedule).tenants[kA].floor_kept);
    w.last().floor = Share{187'501};
    const Evaluation evaluation = evaluate(w.window, w.schedule);
    EXPECT_FALSE(evaluation.tenants[kA].floor_kept);
    EXPECT_THAT(evaluation.violations, ElementsAre(HasSubstr("its floor of 0.187501")));
    EXPECT_EQ(evaluation.goodput, worth(100, 0.5, 3)) << "it is worth something all the same";
}

struct Broken {
    const char* says;
    std::function<void(SmallWindow&)> spoil;
};

TEST(Evaluate, NamesWhatIsBroken) {
    constexpr std::size_t kContinued = 0, kServing = 1, kRetraining = 2;
    const std::vector<Broken> cases{
        {"GPU that does not exist", [](auto& w) { w.schedule.stints[kServing].gpu = GpuId{1}; }},
        {"GPU that does not exist", [](auto& w) { w.schedule.stints[kServing].gpu = {}; }},
        {"tenant that does not exist",
         [](auto& w) { w.schedule.stints[kServing].tenant = TenantId{2}; }},
        {"slot -1: its slots", [](auto& w) { w.schedule.stints[kServing].from = -1; }},
        {"not within the window", [](auto& w) { w.schedule.stints[kServing].until = 11; }},
        {"not within the window", [](auto& w) { w.schedule.stints[kServing].until = 0; }},
        {"of no known use", [](auto& w) { w.schedule.stints[kServing].use = static_cast<Use>(7); }},
        {"GPU gpu-0, tenant a, slot 0: it serves before it has warmed up",
         [](auto& w) { w.schedule.stints[kServing].ready = 1; }},
        {"serves before",
         [](auto& w) { w.schedule.stints[kServing].ready = std::numeric_limits<int>::min(); }},
        {"serves and names", [](auto& w) { w.schedule.stints[kServing].retraining = 0; }},
        {"may only start at", [](auto& w) { w.schedule.stints[kServing].placement.start = 9; }},
        {"no such profile", [](auto& w) { w.schedule.stints[kServing].placement.profile = {}; }},
        {"slot 0: illegal layout on A30: 1g.6gb at 1 and 1g.6gb at 1 overlap",
         [](auto& w) { w.schedule.stints[kServing].placement.start = 1; }},
        {"slot 6: illegal layout", [](auto& w) { w.serves("b", "1g.6gb", 2, 6, 7, 8); }},
        {"what does not run", [](auto& w) { w.schedule.stints[kContinued].running = 1; }},
        {"what another stint continues", [](auto& w) { w.continues(0, 3); }},
        {"runs elsewhere", [](auto& w) { w.schedule.stints[kContinued].placement.start = 3; }},
        {"another tenant's", [](auto& w) { w.schedule.stints[kContinued].tenant = kA; }},
        {"from slot 0 on", [](auto& w) { w.schedule.stints[kContinued].from = 1; }},
        {"continues an instance and names",
         [](auto& w) { w.schedule.stints[kContinued].retraining = 0; }},
        {"serves at another slot", [](auto& w) { w.schedule.stints[kContinued].ready = 2; }},
        {"does not retrain", [](auto& w) { w.schedule.stints[kContinued].use = Use::kRetrain; }},
        {"none of its tenant's retrainings",
         [](auto& w) { w.schedule.stints[kRetraining].retraining.reset(); }},
        {"none of its tenant's retrainings",
         [](auto& w) { w.schedule.stints[kRetraining].retraining = 2; }},
        {"for another profile", [](auto& w) { w.schedule.stints[kRetraining].retraining = 1; }},
        {"takes another time", [](auto& w) { w.schedule.stints[kRetraining].until = 6; }},
        {"ready when it begins", [](auto& w) { w.schedule.stints[kRetraining].ready = 4; }},
        {"retrains twice", [](auto& w) { w.retrains("a", "2g.12gb", 0, 6, 10); }},
        {"is not continued",
         [](auto& w) {
             w.window.running[0].activity = Activity::kRetraining,
             w.schedule.stints.erase(w.schedule.stints.begin());
         }},
        {"is a retraining", [](auto& w) { w.window.running[0].activity = Activity::kRetraining; }},
    };
    for (const Broken& broken : cases) {
        SmallWindow w = legal();
        broken.spoil(w);
        const Evaluation evaluation = evaluate(w.window, w.schedule);
        ASSERT_THAT(evaluation.violations, testing::Contains(HasSubstr(broken.says)));
        EXPECT_EQ(evaluation.goodput, Goodput{}) << broken.says;
        EXPECT_EQ(evaluation.tenants.size(), 2U);
    }
}

TEST(Evaluate, ARunningRetrainingIsTheOneOfTheWindow) {
    SmallWindow w("A30", 10);
    w.tenant("a", 100).retraining("1g.6gb", 2, 0.9);
    w.runs("a", "2g.12gb", 2, Activity::kRetraining, 4, 0.9);
    w.continues(0, 4);
    EXPECT_THAT(evaluate(w.window, w.schedule).violations, IsEmpty());
    w.retrains("a", "1g.6gb", 0, 6, 8);
    EXPECT_THAT(evaluate(w.window, w.schedule).violations, ElementsAre(HasSubstr("twice")));
}

TEST(Evaluate, RuleSetsAndMixedGpusAreObeyed) {
    SmallWindow w("A100-SXM4-80GB", 4, 2);
    w.tenant("a", 100);
    w.serves("a", "4g.40gb", 0, 0, 0, 4);
    w.serves("a", "3g.40gb", 4, 2, 2, 4).gpu = GpuId{1};
    EXPECT_THAT(evaluate(w.window, w.schedule).violations, IsEmpty());
    w.schedule.stints[1].gpu = GpuId{0};
    EXPECT_THAT(evaluate(w.window, w.schedule).violations, IsEmpty());
    w.window.rules = support::builtin_rules("paper-2021");
    EXPECT_THAT(evaluate(w.window, w.schedule).violations, ElementsAre(HasSubstr("slot 2")));
}

// Whatever stints hold, they are judged; those of one GPU at one time are too many soon.
TEST(Evaluate, SurvivesAnyStints) {
    Random random(1);
    const std::vector<std::int64_t> odd{
        std::numeric_limits<int>::min(), -1, 0, 1, 2, 3, 7, 9, 10, 11,
        std::numeric_limits<int>::max()};
    const auto any = [&] { return static_cast<int>(odd[random.below(odd.size())]); };
    const auto index = [&] { return static_cast<std::size_t>(random.below(4)); };
    for (int round = 0; round < 3'000; ++round) {
        SmallWindow w = legal();
        for (std::uint64_t n = random.below(6); n > 0; --n) {
            Stint stint{GpuId{index() / 2},
                        {gpu::ProfileId{index() * 3}, any()},
                        TenantId{index()},
                        static_cast<Use>(index()),
                        any(),
                        any(),
                        any(),
                        {},
                        {}};
            if (index() == 0) stint.retraining = static_cast<std::size_t>(any());
            if (index() == 0) stint.running = static_cast<std::size_t>(any());
            w.schedule.stints.push_back(stint);
        }
        for (const Creation creation : {Creation::kAhead, Creation::kOnDemand}) {
            const Evaluation evaluation = evaluate(w.window, w.schedule, creation);
            if (evaluation.violations.empty()) continue;
            EXPECT_EQ(evaluation.goodput, Goodput{});
        }
    }
    SmallWindow crowd("A30", 10);
    crowd.tenant("a", 1);
    for (int n = 0; n < 10'000; ++n) crowd.serves("a", "1g.6gb", n % 4, 0, 0, 10);
    EXPECT_THAT(evaluate(crowd.window, crowd.schedule).violations, testing::SizeIs(1));
}

}  // namespace
}  // namespace tangram::window
