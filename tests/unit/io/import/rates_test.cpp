#include "io/import/rates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A series of `service` with a sample each second from `start` on, in whole requests per second.
PrometheusSeries series(const std::string& service, const std::vector<std::int64_t>& values,
                        std::int64_t start = 0) {
    PrometheusSeries made;
    made.labels = {{"job", "x"}, {"service", service}};
    for (const std::int64_t value : values) {
        made.samples.push_back({start++ * 1'000'000'000, value * 1'000'000});
    }
    return made;
}

workload::Problem problem(const std::vector<std::string>& names) {
    workload::Problem made;
    for (const std::string& name : names) {
        workload::Service service;
        service.name = name;
        service.rate = Rate{7'000};
        made.services.push_back(service);
    }
    return made;
}

struct Filled {
    std::vector<std::int64_t> rates;  // thousandths
    std::vector<std::string> warnings;
    std::string error;
};

Filled fill(std::vector<PrometheusSeries> all, const RateImport& how = {},
            const std::vector<std::string>& names = {"a"}) {
    workload::Problem asked = problem(names);
    PrometheusAnswer answer;
    answer.series = std::move(all);
    const auto done = fill_rates(answer, "q.json", how, asked);
    Filled filled;
    filled.error = test::error_of(done);
    if (done) filled.warnings = *done;
    for (const workload::Service& service : asked.services) {
        filled.rates.push_back(service.rate.count());
    }
    return filled;
}

RateImport quantile(std::int64_t millionths) {
    RateImport how;
    how.quantile = Share{millionths};
    return how;
}

TEST(FillRates, TheNearestRank) {
    std::vector<std::int64_t> values;
    for (std::int64_t value = 20; value >= 1; --value) values.push_back(value);
    EXPECT_EQ(fill({series("a", values)}, quantile(950'000)).rates[0], 19'000);
    EXPECT_EQ(fill({series("a", values)}, quantile(950'001)).rates[0], 20'000);
    EXPECT_EQ(fill({series("a", values)}, quantile(1'000'000)).rates[0], 20'000);
    EXPECT_EQ(fill({series("a", values)}, quantile(500'000)).rates[0], 10'000);
    EXPECT_EQ(fill({series("a", values)}, quantile(1)).rates[0], 1'000);
    EXPECT_EQ(fill({series("a", {5})}, quantile(950'000)).rates[0], 5'000);
}

TEST(FillRates, SeriesOfOneServiceAreAddedUpBeforeTheQuantileIsTaken) {
    // Each alone peaks at 9; together they never exceed 10.
    const Filled filled =
        fill({series("a", {9, 1, 5}), series("a", {1, 9, 5})}, quantile(1'000'000));
    EXPECT_THAT(filled.rates, ElementsAre(10'000));
    EXPECT_TRUE(filled.warnings.empty());
}

TEST(FillRates, TimesThatOneSeriesLacksAreSaid) {
    const Filled filled = fill({series("a", {9, 9, 9}), series("a", {3, 3}, 2), series("b", {1})},
                               quantile(1'000'000), {"a", "b"});
    EXPECT_THAT(filled.rates, ElementsAre(12'000, 1'000));
    // 0, 1 and 3 s have one series of two.
    EXPECT_THAT(filled.warnings, ElementsAre("q.json: some series lack samples at times others "
                                             "have; the sums there are of what there is: a (3)"));
}

TEST(FillRates, ScaleAndUnitAreExactAndRoundedUp) {
    PrometheusSeries exact = series("a", {3});
    RateImport how;
    how.seconds = 60;
    EXPECT_EQ(fill({exact}, how).rates[0], 50);
    how.scale_millionths = 1'000'001;
    EXPECT_EQ(fill({exact}, how).rates[0], 51);
    how.scale_millionths = 500'000;
    EXPECT_EQ(fill({exact}, how).rates[0], 25);
    exact.samples[0].millionths = 1;
    EXPECT_EQ(fill({exact}).rates[0], 1);
    exact.samples[0].millionths = 0;
    EXPECT_EQ(fill({exact}).rates[0], 0);
}

TEST(FillRates, TooMuchIsRefused) {
    PrometheusSeries most = series("a", {1'000'000'000'000});
    EXPECT_EQ(fill({most}).rates[0], 1'000'000'000'000'000);
    const Filled filled = fill({most, most, series("b", {1})}, {}, {"b", "a"});
    EXPECT_EQ(filled.error, "q.json: the rate of a is beyond 10^12 requests per second");
    EXPECT_THAT(filled.rates, ElementsAre(7'000, 7'000));
    RateImport how;
    how.scale_millionths = 1'000'000'000'000;
    EXPECT_THAT(fill({most}, how).error, HasSubstr("beyond"));
}

TEST(FillRates, AServiceWithoutSamplesIsAnErrorUnlessItMayKeepItsRate) {
    PrometheusSeries nothing = series("b", {});
    nothing.skipped = 2;
    const std::vector<PrometheusSeries> all = {series("a", {1}), nothing};
    const std::vector<std::string> names = {"a", "b", "c"};
    const Filled refused = fill(all, {}, names);
    EXPECT_EQ(refused.error,
              "q.json: no samples for 2 services: b, c; expected a series whose label \"service\" "
              "is the service's name (--keep-missing keeps the rate)");
    EXPECT_THAT(refused.rates, ElementsAre(7'000, 7'000, 7'000));
    RateImport how;
    how.keep_missing = true;
    const Filled kept = fill(all, how, names);
    EXPECT_THAT(kept.rates, ElementsAre(1'000, 7'000, 7'000));
    EXPECT_THAT(kept.warnings,
                ElementsAre("q.json: 2 samples skipped: NaN or infinite",
                            "q.json: no samples for 2 services: b, c; kept as it was"));
}

TEST(FillRates, LabelsNameTheServices) {
    RateImport how;
    how.label = "app";
    EXPECT_EQ(fill({series("a", {1})}, how).error,
              "q.json: no series has the label \"app\" that names the service; labels found: job, "
              "service");
    PrometheusSeries bare;
    EXPECT_THAT(fill({bare}).error, HasSubstr("no series has a label"));
    const Filled filled = fill({series("a", {1}), bare, series("z", {1}), series("A", {1})});
    EXPECT_THAT(filled.rates, ElementsAre(1'000));
    EXPECT_THAT(filled.warnings,
                ElementsAre("q.json: 1 series without the label \"service\" not used",
                            "q.json: series of no service of the problem not used: A, z"));
}

TEST(FillRates, LongListsAreCut) {
    std::vector<std::string> names;
    for (int i = 10; i < 25; ++i) names.push_back("s" + std::to_string(i));
    EXPECT_THAT(fill({series("s10", {1})}, {}, names).error,
                HasSubstr("no samples for 14 services: s11, s12, s13, s14, s15, s16, s17, s18, "
                          "s19, s20 and 4 more;"));
}

}  // namespace
}  // namespace tangram::io
