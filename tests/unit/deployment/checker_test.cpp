// One valid deployment and every way to spoil it: each must be found, of the right kind, at the
// right place. And what is not wrong must not be reported.
#include "deployment/checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "support/small_problem.h"

namespace tangram::deployment {
namespace {

using test::ms;
using test::rps;
using test::SmallProblem;
using workload::Spread;

// Names for the indices of the deployment below.
constexpr GpuIndex kGpu0{0}, kGpu1{1}, kGpu2{2};
constexpr RunPointId kApart{0}, kLarge{1}, kBoth{2}, kSmall{3};
constexpr ServiceNameId kA{0}, kB{1}, kC{2};

struct Case {
    workload::Problem problem;
    Deployment deployment;
};

workload::Problem valid_problem() {
    SmallProblem small;
    small.edit().rules = small.edit().catalogue->rule_set("paper-2021").value();
    small.edit().latency_rule = perf::LatencyRule::kTwoBatches;
    small.row("ma", "2g", 100, 20, {.batch = 4, .processes = 2, .memory_mib = 20'000});
    small.row("ma", "2g", 120, 30, {.batch = 8, .processes = 3, .memory_mib = 20'001});
    small.row("mb", "3g", 200, 24, {.batch = 8, .memory_mib = 30'000});
    small.row("mb", "3g", 210, 24, {.batch = 9, .memory_mib = 30'000, .estimated = true});
    small.row("mb", "4g", 205, 20, {.batch = 8});
    small.row("mb", "3g", 190, 20, {.batch = 8, .precision = "int8", .memory_mib = 30'000});
    small.row("mb", "2g", 190, 20, {.batch = 8, .memory_mib = 10'000});
    small.row("mc", "1g", 10, 5).row("mc", "1g", 10, 5, {.gpu = "Four"});
    small.row("mc", "7g", 10, 5);
    small.fleet("Seven", 3, 2);
    auto& a = small.service("a", "ma", 210, 50);
    a.max_processes = 2;
    a.max_wait = ms(10);
    a.min_replicas = 2;
    a.spread = Spread::kNode;
    a.survive_gpu = Share{470'000};
    a.survive_node = Share{470'000};
    auto& b = small.service("b", "mb", 180, 50);
    b.precision = "fp16";
    b.allow_profiles = {"3g", "7g"};
    b.allow_gpus = {small.edit().catalogue->find("Seven").value()};
    small.service("c", "mc", 10, 50).max_utilization = Share{250'000};
    perf::Infeasible failing;
    failing.gpu = "Seven";
    failing.model = small.table().intern_model("mc");
    failing.profile = "7g";
    small.table().add_infeasible(failing);
    return small.build();
}

RunPoint point(const char* model, int batch, int processes, double throughput, double latency) {
    RunPoint point;
    point.model = model;
    point.precision = "fp16";
    point.batch = batch;
    point.processes = processes;
    point.throughput = rps(throughput);
    point.metric = "latency_ms";
    point.latency = ms(latency);
    point.source = "test";
    return point;
}

// gpu-0: 2g a, 2g a, 3g b; gpu-1: 2g a, 3 x 1g c; gpu-2 (the other node): 2g a, 1g c.
Deployment valid_deployment() {
    Deployment d;
    d.models = {{"Seven", 8, {{"1g", 1, 1}, {"2g", 2, 2}, {"3g", 4, 3}}}};
    d.services = IdVector<ServiceNameId, DeployedService>(
        {{"a", rps(210)}, {"b", rps(180)}, {"c", rps(10)}});
    d.points =
        IdVector<RunPointId, RunPoint>({point("ma", 4, 2, 100, 20), point("mb", 8, 1, 200, 24),
                                        point("ma", 4, 2, 100, 20), point("mc", 1, 1, 10, 5)});
    d.points[kApart].max_wait = ms(10);
    d.points[kApart].memory_known = true;
    d.points[kLarge].memory_known = true;
    d.gpus = IdVector<GpuIndex, DeployedGpu>({
        {"gpu-0",
         0,
         "node-0",
         GpuStatus::kOk,
         {{1, 0, kA, kApart}, {1, 2, kA, kBoth}, {2, 4, kB, kLarge}}},
        {"gpu-1",
         0,
         "node-0",
         GpuStatus::kOk,
         {{1, 0, kA, kApart}, {0, 4, kC, kSmall}, {0, 5, kC, kSmall}, {0, 6, kC, kSmall}}},
        {"gpu-2", 0, "node-1", GpuStatus::kOk, {{1, 4, kA, kApart}, {0, 0, kC, kSmall}}},
    });
    d.claimed_gpus = 3;
    d.claimed_cost = Cost{3 * kCostPerUnit};
    return d;
}

std::string text(const CheckReport& report) {
    std::string all;
    for (const Violation& violation : report.violations) {
        all += std::string(name(violation.kind)) + " | " + violation.place + " | " +
               violation.message + "\n";
    }
    return all;
}

TEST(Checker, AcceptsAValidDeployment) {
    const CheckReport report = check(valid_problem(), valid_deployment());
    EXPECT_TRUE(report.ok()) << text(report);
    EXPECT_THAT(report.notes, testing::ElementsAre("memory unknown for mc: 4 instances"));
}

// The only 3g instance on the estimated row of batch 9.
Case on_an_estimate(bool stated, bool allowed) {
    Case made{valid_problem(), valid_deployment()};
    made.problem.allow_estimates = allowed;
    RunPoint& run = made.deployment.points[kLarge];
    run.batch = 9;
    run.throughput = rps(210);
    run.estimated = stated;
    return made;
}

TEST(Checker, AcceptsEstimatesWhereTheyAreAllowedAndStated) {
    const Case good = on_an_estimate(true, true);
    const CheckReport report = check(good.problem, good.deployment);
    EXPECT_TRUE(report.ok()) << text(report);
    EXPECT_THAT(report.notes, testing::Contains("1 instance rests on estimated performance"));
    EXPECT_EQ(estimated_instances(good.deployment), 1);
    EXPECT_EQ(estimated_instances(valid_deployment()), 0);
}

TEST(Checker, RefusesEstimatesThatAreHiddenOrNotAllowed) {
    const Case hidden = on_an_estimate(false, true);
    EXPECT_EQ(text(check(hidden.problem, hidden.deployment)),
              "misstated | gpu-0 slice 4 | stated as measured, an estimate\n");
    const Case refused = on_an_estimate(true, false);
    EXPECT_EQ(text(check(refused.problem, refused.deployment)),
              "not-allowed | gpu-0 slice 4 | the operating point is an estimate, and estimates are "
              "not allowed\n");
    const Case both = on_an_estimate(false, false);
    EXPECT_EQ(check(both.problem, both.deployment).violations.size(), 2U);
}

struct Mutation {
    const char* what;
    ViolationKind kind;
    const char* place;
    std::function<void(Case&)> spoil;
    const char* message = "";  // must be part of the message
};

Instance& instance(Case& c, GpuIndex gpu, std::size_t i) {
    return c.deployment.gpus[gpu].instances[i];
}
workload::Service& service(Case& c, std::size_t i) {
    return c.problem.services[workload::ServiceId{i}];
}

std::vector<Mutation> layout_mutations() {
    using enum ViolationKind;
    return {
        {"an illegal start", kIllegalLayout, "gpu-0 slice 1",
         [](Case& c) { instance(c, kGpu0, 0).start = 1; }, "only at 0, 2, 4"},
        {"a negative start", kIllegalLayout, "gpu-2 slice -1",
         [](Case& c) { instance(c, kGpu2, 1).start = -1; }, ""},
        {"a start beyond the GPU", kIllegalLayout, "gpu-2 slice 99",
         [](Case& c) { instance(c, kGpu2, 1).start = 99; }, ""},
        {"overlap", kIllegalLayout, "gpu-0 slice 2",
         [](Case& c) { instance(c, kGpu0, 0).start = 2; }, "slice 2 is taken"},
        {"partial overlap", kIllegalLayout, "gpu-1 slice 5",
         [](Case& c) { instance(c, kGpu1, 0).start = 4; }, "slice"},
        {"two in one place", kIllegalLayout, "gpu-1 slice 6",
         [](Case& c) { instance(c, kGpu1, 2).start = 6; }, "slice 6 is taken"},
        {"too many of a profile", kIllegalLayout, "gpu-1",
         [](Case& c) {
             for (int i = 0; i < 5; ++i) {
                 c.deployment.gpus[kGpu1].instances.push_back({0, i, {}, {}, Phase::kIdle});
             }
         },
         "8 instances of 1g, at most 7"},
        {"profiles the rules keep apart", kIllegalLayout, "gpu-0",
         [](Case& c) {
             c.deployment.models[0].profiles.push_back({"4g", 4, 4});
             c.deployment.gpus[kGpu0].instances.push_back({3, 0, {}, {}, Phase::kIdle});
         },
         "paper-2021 forbids"},
        {"an unknown GPU model", kUnknownName, "GPU model Sieben",
         [](Case& c) { c.deployment.models[0].name = "Sieben"; }, ""},
        {"an unknown profile", kUnknownName, "GPU model Seven",
         [](Case& c) { c.deployment.models[0].profiles[1].name = "5g"; }, "5g"},
        {"a profile number out of range", kUnknownName, "gpu-1 slice 4",
         [](Case& c) { instance(c, kGpu1, 1).profile = 7; }, ""},
        {"a negative profile number", kUnknownName, "gpu-1 slice 4",
         [](Case& c) { instance(c, kGpu1, 1).profile = -1; }, ""},
        {"a model number out of range", kUnknownName, "gpu-1",
         [](Case& c) { c.deployment.gpus[kGpu1].model = 3; }, ""},
    };
}

// A mutation of one operating point.
std::function<void(Case&)> edit(RunPointId id, std::function<void(RunPoint&)> change) {
    return [id, change = std::move(change)](Case& c) { change(c.deployment.points[id]); };
}

std::vector<Mutation> point_mutations() {
    using enum ViolationKind;
    return {
        {"an unknown service", kUnknownName, "service z",
         [](Case& c) { c.deployment.services[kB].name = "z"; }, ""},
        {"a service number out of range", kUnknownName, "gpu-0 slice 4",
         [](Case& c) { instance(c, kGpu0, 2).service = ServiceNameId{9}; }, ""},
        {"a service without a point", kUnknownName, "gpu-0 slice 4",
         [](Case& c) { instance(c, kGpu0, 2).point = {}; }, "no operating point"},
        {"a point number out of range", kUnknownName, "gpu-0 slice 4",
         [](Case& c) { instance(c, kGpu0, 2).point = RunPointId{9}; }, ""},
        {"another model's point", kUnknownName, "gpu-1 slice 0",
         [](Case& c) { instance(c, kGpu1, 0).service = kB; }, "runs model ma"},
        {"a batch size nobody measured", kUnknownName, "gpu-0 slice 4",
         edit(kLarge, [](RunPoint& p) { p.batch = 7; }), "batch 7"},
        {"processes nobody measured", kUnknownName, "gpu-0 slice 4",
         edit(kLarge, [](RunPoint& p) { p.processes = 2; }), ""},
        {"a model nobody measured", kUnknownName, "gpu-0 slice 4",
         edit(kLarge, [](RunPoint& p) { p.model = "mz"; }), ""},
        {"another source", kUnknownName, "gpu-0 slice 4",
         edit(kLarge, [](RunPoint& p) { p.source = "hearsay"; }), ""},
    };
}

std::vector<Mutation> statement_mutations() {
    using enum ViolationKind;
    return {
        {"throughput overstated", kMisstated, "gpu-0 slice 4",
         edit(kLarge, [](RunPoint& p) { p.throughput = Rate{200'001}; }),
         "states 200.001 requests/s, the table has 200"},
        {"latency understated", kMisstated, "gpu-0 slice 4",
         edit(kLarge, [](RunPoint& p) { p.latency = ms(23); }), "23 ms"},
        {"another metric", kMisstated, "gpu-0 slice 4",
         edit(kLarge, [](RunPoint& p) { p.metric = "ttft_ms"; }), ""},
        {"called an estimate", kMisstated, "gpu-0 slice 4",
         edit(kLarge, [](RunPoint& p) { p.estimated = true; }), ""},
        {"memory called known", kMisstated, "gpu-2 slice 0",
         edit(kSmall, [](RunPoint& p) { p.memory_known = true; }), ""},
        {"an estimate in use", kNotAllowed, "gpu-0 slice 4",
         edit(kLarge,
              [](RunPoint& p) {
                  p.batch = 9;
                  p.throughput = rps(210);
                  p.estimated = true;
              }),
         "estimate"},
        {"another precision", kNotAllowed, "gpu-0 slice 4",
         edit(kLarge,
              [](RunPoint& p) {
                  p.precision = "int8";
                  p.throughput = rps(190);
                  p.latency = ms(20);
              }),
         "int8"},
    };
}

std::vector<Mutation> limit_mutations() {
    using enum ViolationKind;
    return {
        {"a longer wait than allowed", kLatency, "gpu-1 slice 0",
         edit(kApart, [](RunPoint& p) { p.max_wait = ms(10) + Duration{1}; }), "may wait"},
        {"more memory than there is", kMemory, "gpu-1 slice 0",
         edit(kApart,
              [](RunPoint& p) {
                  p.batch = 8;
                  p.processes = 3;
              }),
         "needs 20001 MiB, 2g has 20000"},
        {"more processes than allowed", kProcesses, "gpu-1 slice 0",
         [](Case& c) { service(c, 0).max_processes = 1; }, "2 processes, service a allows 1"},
        {"a profile outside allow", kNotAllowed, "gpu-0 slice 4",
         [](Case& c) { service(c, 1).allow_profiles = {"7g"}; }, "does not allow 3g"},
        {"a GPU model outside allow", kNotAllowed, "gpu-0 slice 4",
         [](Case& c) { service(c, 1).allow_gpus = {c.problem.catalogue->find("Four").value()}; },
         "does not allow Seven"},
        {"a combination that fails", kMemory, "gpu-2 slice 0",
         [](Case& c) { c.deployment.models[0].profiles[0].name = "7g"; }, "one that fails"},
        {"an objective a nanosecond too strict", kLatency, "gpu-0 slice 4",
         [](Case& c) { service(c, 1).slo[0].max = ms(48) - Duration{1}; }, "two-batches"},
        {"a statistic nobody measured", kLatency, "gpu-0 slice 4",
         [](Case& c) { service(c, 1).slo[0].percentile = 99; }, "not measured"},
        {"a stricter rule", kLatency, "gpu-0 slice 4",
         [](Case& c) { c.problem.latency_rule = perf::LatencyRule::kParvaGpu; }, "parvagpu"},
    };
}

std::vector<Mutation> service_mutations() {
    using enum ViolationKind;
    return {
        {"an instance less", kCapacity, "service b",
         [](Case& c) { c.deployment.gpus[kGpu0].instances.pop_back(); },
         "capacity 0 requests/s for a rate of 180"},
        {"a rate a thousandth too high", kCapacity, "service b",
         [](Case& c) { service(c, 1).rate = Rate{200'001}; }, "200.001"},
        {"utilisation above its limit", kCapacity, "service c",
         [](Case& c) { service(c, 2).rate = Rate{10'001}; }, "at most 0.25 utilised"},
        {"a draining replica", kCapacity, "service b",
         [](Case& c) { instance(c, kGpu0, 2).phase = Phase::kDraining; }, ""},
        {"a lost GPU", kCapacity, "service b",
         [](Case& c) { c.deployment.gpus[kGpu0].status = GpuStatus::kLost; }, ""},
        {"a service nobody runs", kCapacity, "service c",
         [](Case& c) {
             for (DeployedGpu& gpu : c.deployment.gpus) {
                 std::erase_if(gpu.instances, [](const Instance& i) { return i.service == kC; });
             }
         },
         ""},
        {"too few replicas", kReplicas, "service c",
         [](Case& c) { service(c, 2).min_replicas = 5; }, "4 replicas, at least 5"},
        {"too few GPUs", kSpread, "service a",
         [](Case& c) {
             service(c, 0).spread = Spread::kGpu;
             service(c, 0).min_replicas = 4;
         },
         "replicas on 3 different GPUs, at least 4"},
        {"too few nodes", kSpread, "service a", [](Case& c) { service(c, 0).min_replicas = 3; },
         "replicas on 2 different nodes"},
        {"nodes that are not named", kSpread, "service a",
         [](Case& c) { c.deployment.gpus[kGpu2].node.clear(); }, "replicas on 1 different nodes"},
        {"too little after the loss of a GPU", kSurvive, "service a",
         [](Case& c) { service(c, 0).survive_gpu = Share{960'000}; },
         "200 requests/s left after the loss of a GPU"},
        {"too little after the loss of a node", kSurvive, "service a",
         [](Case& c) { service(c, 0).survive_node = Share{480'000}; },
         "100 requests/s left after the loss of a node"},
    };
}

std::vector<Mutation> fleet_mutations() {
    using enum ViolationKind;
    const auto name_gpus = [](Case& c) {
        const workload::FleetEntryId entry{0};
        c.problem.nodes = {{"node-0", {{"gpu-0", entry}, {"gpu-1", entry}}},
                           {"node-1", {{"gpu-2", entry}}}};
    };
    return {
        {"an id twice", kDuplicateGpu, "gpu-0",
         [](Case& c) { c.deployment.gpus[kGpu1].id = "gpu-0"; }, ""},
        {"more GPUs than there are", kFleet, "GPU model Seven",
         [](Case& c) { c.problem.fleet[workload::FleetEntryId{0}].count = 2; },
         "3 used, the fleet has 2"},
        {"GPUs the fleet does not have", kFleet, "GPU model Four",
         [](Case& c) {
             c.deployment.models.push_back({"Four", 4, {{"1g", 1, 1}}});
             c.deployment.gpus.push_back({"gpu-3", 1, "", GpuStatus::kOk, {{0, 0, kC, kSmall}}});
         },
         "1 used, the fleet has none"},
        {"too many GPUs on a node", kFleet, "node node-0",
         [](Case& c) { c.deployment.gpus[kGpu2].node = "node-0"; }, "3 GPUs, a node has 2"},
        {"more nodes than there are", kFleet, "GPU model Seven",
         [](Case& c) { c.deployment.gpus[kGpu1].node = "node-7"; }, "on 3 nodes, there are 2"},
        {"nodes nobody knows", kFleet, "node node-1",
         [](Case& c) { c.problem.fleet[workload::FleetEntryId{0}].gpus_per_node.reset(); },
         "knows no nodes"},
        {"a GPU no node has", kFleet, "gpu-9",
         [=](Case& c) {
             name_gpus(c);
             c.deployment.gpus[kGpu1].id = "gpu-9";
         },
         "no node has this GPU"},
        {"a GPU on another node", kFleet, "gpu-1",
         [=](Case& c) {
             name_gpus(c);
             c.deployment.gpus[kGpu1].node = "node-1";
         },
         "is on node node-0"},
        {"a GPU of another model", kFleet, "gpu-2",
         [=](Case& c) {
             name_gpus(c);
             workload::FleetEntry four;
             four.model = c.problem.catalogue->find("Four").value();
             c.problem.nodes[1].gpus[0].entry = c.problem.fleet.push_back(four);
         },
         "is a Four"},
        {"a wrong number of GPUs", kMisstated, "totals",
         [](Case& c) { c.deployment.claimed_gpus = 2; }, "states 2 GPUs, lists 3"},
        {"a wrong cost", kMisstated, "totals",
         [](Case& c) { c.deployment.claimed_cost = Cost{2'999'999}; }, "states cost 2.999999"},
        {"a GPU more than stated", kMisstated, "totals",
         [](Case& c) { c.deployment.gpus.push_back({"gpu-3", 0, "node-1", GpuStatus::kOk, {}}); },
         "states 3 GPUs, lists 4"},
    };
}

class EveryMutation : public testing::TestWithParam<Mutation> {};

TEST_P(EveryMutation, IsFound) {
    const Mutation& mutation = GetParam();
    Case c{valid_problem(), valid_deployment()};
    mutation.spoil(c);
    const CheckReport report = check(c.problem, c.deployment);
    const bool found = std::ranges::any_of(report.violations, [&](const Violation& violation) {
        return violation.kind == mutation.kind && violation.place == mutation.place &&
               violation.message.find(mutation.message) != std::string::npos;
    });
    EXPECT_TRUE(found) << mutation.what << ": expected " << name(mutation.kind) << " | "
                       << mutation.place << " | ..." << mutation.message << "..., got\n"
                       << text(report);
}

INSTANTIATE_TEST_SUITE_P(Layout, EveryMutation, testing::ValuesIn(layout_mutations()));
INSTANTIATE_TEST_SUITE_P(Point, EveryMutation, testing::ValuesIn(point_mutations()));
INSTANTIATE_TEST_SUITE_P(Statement, EveryMutation, testing::ValuesIn(statement_mutations()));
INSTANTIATE_TEST_SUITE_P(Limit, EveryMutation, testing::ValuesIn(limit_mutations()));
INSTANTIATE_TEST_SUITE_P(Service, EveryMutation, testing::ValuesIn(service_mutations()));
INSTANTIATE_TEST_SUITE_P(Fleet, EveryMutation, testing::ValuesIn(fleet_mutations()));

TEST(Checker, ReportsEveryViolation) {
    Case c{valid_problem(), valid_deployment()};
    c.deployment.points[kSmall].throughput = rps(11);
    const CheckReport report = check(c.problem, c.deployment);
    EXPECT_EQ(report.violations.size(), 4U) << text(report);
    EXPECT_FALSE(report.ok());
}

TEST(Checker, CountsCapacityByTheTableNotByTheClaim) {
    Case c{valid_problem(), valid_deployment()};
    c.deployment.points[kLarge].throughput = rps(500);
    service(c, 1).rate = rps(300);
    EXPECT_THAT(text(check(c.problem, c.deployment)),
                testing::HasSubstr("capacity | service b | capacity 200 requests/s"));
}

TEST(Checker, HoldsAPartialDeploymentToWhatItPromises) {
    Case c{valid_problem(), valid_deployment()};
    service(c, 1).rate = rps(300);  // b has 200
    EXPECT_FALSE(check(c.problem, c.deployment).ok());
    c.deployment.services[kB].served = rps(200);
    const CheckReport report = check(c.problem, c.deployment);
    EXPECT_TRUE(report.ok());
    ASSERT_EQ(report.shortages.size(), 1U);
    EXPECT_EQ(report.shortages[0].service, "b");
    EXPECT_EQ(report.shortages[0].asked, rps(300));
    EXPECT_EQ(report.shortages[0].served, rps(200));
    c.deployment.services[kB].served = rps(201);
    EXPECT_FALSE(check(c.problem, c.deployment).ok());
    // More than is asked for promises nothing new.
    c.deployment.services[kB].served = rps(400);
    EXPECT_FALSE(check(c.problem, c.deployment).ok());
}

TEST(Checker, NotesHighUtilisation) {
    Case c{valid_problem(), valid_deployment()};
    service(c, 1).rate = rps(190);
    EXPECT_EQ(check(c.problem, c.deployment).notes.size(), 1U) << "exactly 0.95 is fine";
    service(c, 1).rate = Rate{190'001};
    const CheckReport report = check(c.problem, c.deployment);
    EXPECT_TRUE(report.ok());
    EXPECT_THAT(report.notes, testing::Contains("utilisation above 0.95: 1 service: b (0.950)"));
}

TEST(Checker, CountsReadyReplicasAndIgnoresIdleInstances) {
    Case c{valid_problem(), valid_deployment()};
    instance(c, kGpu0, 2).phase = Phase::kReady;
    c.deployment.gpus[kGpu2].instances.push_back({0, 1, {}, {}, Phase::kIdle});
    EXPECT_TRUE(check(c.problem, c.deployment).ok());
}

TEST(Checker, TakesTheRowTheDeploymentMeans) {
    // Two rows that differ in what a run point does not say.
    SmallProblem small;
    perf::OperatingPoint row;
    row.gpu = "Seven";
    row.profile = "1g";
    row.model = small.table().intern_model("m");
    const auto metric = small.table().intern_metric("latency_ms");
    for (const auto& [scenario, throughput] : {std::pair{"One", 10.0}, std::pair{"Many", 20.0}}) {
        row.scenario = scenario;
        row.throughput = rps(throughput);
        row.measures = {{metric, "mean", ms(5)}};
        small.point_row(row);
    }
    small.service("s", "m", 20, 50);
    Deployment d;
    d.models = {{"Seven", 8, {{"1g", 1, 1}}}};
    d.services.push_back({"s", rps(20)});
    RunPoint run = point("m", 1, 1, 20, 5);
    run.precision.clear();
    run.source.clear();
    d.points.push_back(run);
    d.gpus.push_back({"g", 0, "", GpuStatus::kOk, {{0, 0, kA, RunPointId{0}}}});
    const CheckReport report = check(small.build(), d);
    EXPECT_TRUE(report.ok()) << text(report);
}

// Which sets of media profiles one GPU may hold.
TEST(Checker, KnowsThatMediaEnginesAreOneSet) {
    gpu::GpuModel model = test::test_gpu("Media", 4, {});
    const std::pair<const char*, gpu::Media> kinds[] = {{"1g", gpu::Media::kPlain},
                                                        {"1g+me", gpu::Media::kMe},
                                                        {"1g+me.all", gpu::Media::kMeAll},
                                                        {"1g-me", gpu::Media::kNoMe}};
    for (const auto& [name, media] : kinds) {
        gpu::MigProfile profile = test::test_profile(1, 1, {0, 1, 2, 3}, 6'000);
        profile.name = profile.nvml_enum = name;
        profile.media = media;
        model.profiles.push_back(std::move(profile));
    }
    workload::Problem problem;
    auto catalogue = gpu::Catalogue::make({model}, {{"current", {}}});
    ASSERT_TRUE(catalogue.has_value());
    problem.catalogue = std::make_shared<const gpu::Catalogue>(std::move(*catalogue));
    problem.table = std::make_shared<const perf::PerformanceTable>();
    problem.fleet.push_back({gpu::GpuModelId{0}, {}, Cost{1}, {}});
    const auto legal = [&](std::vector<int> profiles) {
        Deployment d;
        d.models = {
            {"Media", 4, {{"1g", 1, 1}, {"1g+me", 1, 1}, {"1g+me.all", 1, 1}, {"1g-me", 1, 1}}}};
        d.gpus.push_back({"g", 0, "", GpuStatus::kOk, {}});
        for (std::size_t i = 0; i < profiles.size(); ++i) {
            d.gpus[kGpu0].instances.push_back({profiles[i], static_cast<int>(i), {}, {}, {}});
        }
        return check(problem, d).ok();
    };
    constexpr int kPlain = 0, kMe = 1, kMeAll = 2, kNoMe = 3;
    EXPECT_TRUE(legal({kPlain, kMe, kNoMe, kPlain}));
    EXPECT_TRUE(legal({kMeAll, kNoMe, kNoMe, kNoMe}));
    EXPECT_FALSE(legal({kMe, kMe}));
    EXPECT_FALSE(legal({kMe, kMeAll}));
    EXPECT_FALSE(legal({kMeAll, kMeAll}));
    EXPECT_FALSE(legal({kMeAll, kPlain}));
}

TEST(Checker, HasANameForEveryKind) {
    EXPECT_EQ(name(ViolationKind::kIllegalLayout), "illegal-layout");
    EXPECT_EQ(name(ViolationKind::kFleet), "fleet");
}

}  // namespace
}  // namespace tangram::deployment
