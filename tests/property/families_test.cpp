// The named families of random problems: the same on every machine, and what their names say.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "io/files.h"
#include "io/performance_csv.h"
#include "planner/planning_model.h"
#include "support/builtin_catalogue.h"
#include "workload/generator.h"
#include "workload/synthetic_table.h"

namespace tangram::workload {
namespace {

std::shared_ptr<const perf::PerformanceTable> measured() {
    static const auto table = [] {
        const std::filesystem::path path = std::filesystem::path(TANGRAM_SOURCE_DIR) /
                                           "examples/data/profiles/parvagpu_inference.csv";
        auto read = std::make_shared<perf::PerformanceTable>();
        std::vector<std::string> warnings;
        const auto done =
            io::read_performance_csv(io::read_file(path).value(), path.string(), *read, warnings);
        CHECK(done.has_value(), done.error().text());
        return read;
    }();
    return table;
}

Problem draw(std::string_view family, std::size_t services, std::uint64_t seed) {
    static const auto catalogue =
        std::make_shared<const gpu::Catalogue>(support::builtin_catalogue());
    GeneratorOptions options = family_options(family).value();
    options.services = services;
    options.seed = seed;
    return generate(options, catalogue, derive_table(family, *catalogue, measured())).value();
}

// FNV-1a over what planners see of it: what is drawn, the table, the fleet.
std::uint64_t fingerprint(const Problem& problem) {
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto mix = [&hash](std::int64_t value) {
        for (int byte = 0; byte < 8; ++byte) {
            hash ^= (static_cast<std::uint64_t>(value) >> (8 * byte)) & 0xff;
            hash *= 0x100000001b3;
        }
    };
    const planner::PlanningModel model = planner::build_planning_model(problem).value();
    for (const planner::Demand& demand : model.demands) {
        mix(demand.required.count());
        mix(demand.option_count);
    }
    for (const planner::Option& option : model.options) mix(option.throughput.count());
    for (const planner::PartitionChoice& partition : model.partitions) mix(partition.cost.count());
    for (const planner::EntryLimit& entry : model.entries) mix(entry.cap.value_or(-1));
    return hash;
}

// A changed fingerprint makes the published best values (bench/instances) those of other problems:
// a new law needs a new name.
TEST(Families, DrawThePublishedProblems) {
    const std::map<std::string, std::uint64_t, std::less<>> published = {
        {"plain", 217766522453991255U},
        {"rates-x10", 11060263255984356884U},
        {"rates-x250", 1192927260616522222U},
        {"tiny-rates", 11542532924115913198U},
        {"one-process", 2608794321466639907U},
        {"tight-latency", 14318412455639678778U},
        {"normal-1", 17208158457152807234U},
        {"normal-2", 14427141361586166541U},
        {"lognormal-1", 9141910996833379820U},
        {"lognormal-2", 11628060443896781917U},
        {"giant", 500322222658175191U},
        {"large-profiles", 3040958726611622014U},
        {"plain-capped", 10524333212837645024U},
        {"irregular", 7739003075965599485U},
        {"no-1g", 5229390080041640318U},
        {"mixed-2", 5240252561787070550U},
        {"mixed-3", 14795561264825629617U},
        {"mixed-2-capped", 11368075548173976955U},
        {"mixed-3-capped", 10864165062059396707U},
    };
    for (const std::string_view family : generator_families()) {
        const std::uint64_t drawn = fingerprint(draw(family, 50, 1));
        EXPECT_NE(fingerprint(draw(family, 50, 2)), drawn) << family;
        const auto expected = published.find(family);
        if (expected == published.end() || expected->second != drawn) {
            ADD_FAILURE() << "{\"" << family << "\", " << drawn << "U} is not what is published";
        }
    }
}

TEST(Families, CanBePlanned) {
    for (const std::string_view family : generator_families()) {
        for (const std::uint64_t seed : {1U, 2U, 3U}) {
            const Problem problem = draw(family, 200, seed);
            const auto model = planner::build_planning_model(problem);
            EXPECT_TRUE(model.has_value()) << family << ": " << model.error().text();
        }
    }
}

double mean_rps(const Problem& problem) {
    double sum = 0;
    for (const Service& service : problem.services) {
        sum += static_cast<double>(service.rate.count());
    }
    return sum / kRatePerRps / static_cast<double>(problem.services.size());
}

// Truncation at zero moves the second mean up by a hundredth or two.
TEST(Families, NormalRatesHaveTheMeanAskedFor) {
    EXPECT_NEAR(mean_rps(draw("normal-1", 20'000, 1)), 800, 10);
    EXPECT_NEAR(mean_rps(draw("normal-2", 20'000, 1)), 2'400, 100);
}

TEST(Families, OneGiant) {
    const Problem problem = draw("giant", 100, 1);
    std::int64_t others = 0;
    for (const ServiceId s : problem.services.ids()) {
        if (s != ServiceId{0}) others += problem.services[s].rate.count();
    }
    EXPECT_GT(problem.services[ServiceId{0}].rate.count(), others);
}

TEST(Families, LargeProfilesRefuseTheSmall) {
    const Problem problem = draw("large-profiles", 100, 1);
    std::map<std::string, int> smallest;
    for (const Service& service : problem.services) ++smallest[service.allow_profiles.at(0)];
    EXPECT_EQ(smallest.size(), 3U);
    EXPECT_GT(smallest["1g.10gb"], 10);
    EXPECT_GT(smallest["2g.20gb"], 10);
    EXPECT_GT(smallest["3g.40gb"], 10);
}

TEST(Families, AnExplicitCountWins) {
    GeneratorOptions options = family_options("plain-capped").value();
    options.gpus = 7;
    const auto catalogue = std::make_shared<const gpu::Catalogue>(support::builtin_catalogue());
    const Problem problem = generate(options, catalogue, measured()).value();
    EXPECT_EQ(problem.fleet[FleetEntryId{0}].count, 7);
}

}  // namespace
}  // namespace tangram::workload
