#include "io/import/prometheus_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using testing::HasSubstr;

std::string matrix(const std::string& result) {
    return R"({"status": "success", "data": {"resultType": "matrix", "result": [)" + result + "]}}";
}

std::string one_series(const std::string& values) {
    return matrix(R"({"metric": {"service": "a"}, "values": [)" + values + "]}");
}

PrometheusAnswer read(const std::string& text) {
    auto answer = read_prometheus_json(text, "q.json");
    EXPECT_TRUE(answer.has_value()) << test::error_of(answer);
    return answer ? *answer : PrometheusAnswer{};
}

std::string error(const std::string& text) {
    return test::error_of(read_prometheus_json(text, "q.json"));
}

TEST(PrometheusJson, SeriesWithLabelsAndSamples) {
    const PrometheusAnswer answer = read(matrix(
        R"({"metric": {"__name__": "r", "service": "a"}, "values": [[1435781430.781, "1.5"], )"
        R"([1435781445.781, "0.0000001"]]}, {"metric": {}, "values": []})"));
    ASSERT_EQ(answer.series.size(), 2U);
    const PrometheusSeries& first = answer.series[0];
    EXPECT_EQ(first.label("service"), "a");
    EXPECT_EQ(first.label("pod"), "");
    ASSERT_EQ(first.samples.size(), 2U);
    EXPECT_EQ(first.samples[0].time_ns, 1'435'781'430'781'000'000);
    EXPECT_EQ(first.samples[0].millionths, 1'500'000);
    EXPECT_EQ(first.samples[1].millionths, 1);  // rounded up
    EXPECT_TRUE(answer.series[1].samples.empty());
}

TEST(PrometheusJson, AnInstantQueryIsOneSample) {
    const PrometheusAnswer answer =
        read(R"({"status": "success", "warnings": ["partial"], "data": {"resultType": "vector",
                "result": [{"metric": {"service": "a"}, "value": [1, "2"]}]}})");
    ASSERT_EQ(answer.series.size(), 1U);
    EXPECT_EQ(answer.series[0].samples[0].millionths, 2'000'000);
    EXPECT_THAT(answer.warnings,
                testing::ElementsAre("q.json: /warnings/0: Prometheus warns: \"partial\""));
}

TEST(PrometheusJson, WhatIsNoNumberIsSkippedAndCounted) {
    const PrometheusAnswer answer =
        read(one_series(R"([1, "NaN"], [2, "+Inf"], [3, "4"], [5, "-Inf"], [6, "-0"])"));
    EXPECT_EQ(answer.series[0].skipped, 3U);
    ASSERT_EQ(answer.series[0].samples.size(), 2U);
    EXPECT_EQ(answer.series[0].samples[1].millionths, 0);
}

TEST(PrometheusJson, AFailedQueryIsShown) {
    EXPECT_EQ(error(R"({"status": "error", "errorType": "bad_data", "error": "1:3: parse error"})"),
              "q.json: /status: the query failed: errorType \"bad_data\", error \"1:3: parse "
              "error\"");
    EXPECT_THAT(error(R"({"status": "error"})"), HasSubstr("errorType nothing"));
    EXPECT_THAT(error(R"({"status": "fine"})"), HasSubstr("found \"fine\", expected \"success\""));
}

TEST(PrometheusJson, AnotherFormIsRefused) {
    EXPECT_EQ(error("{}"), "q.json: the field \"status\" is missing");
    EXPECT_EQ(error(R"({"status": "success"})"), "q.json: the field \"data\" is missing");
    EXPECT_THAT(error("[]"), HasSubstr("found a list, expected an object"));
    EXPECT_THAT(error(R"({"status": "success", "data": {"resultType": "scalar", "result": []}})"),
                HasSubstr("/data/resultType: found \"scalar\", expected one of: matrix, vector"));
    EXPECT_EQ(error(matrix("")),
              "q.json: /data/result: the query found no series: nothing matched in its range");
    EXPECT_EQ(error(matrix(R"({"metric": {}})")),
              "q.json: /data/result/0: the field \"values\" is missing");
    EXPECT_THAT(error(matrix(R"({"metric": {}, "histograms": []})")),
                HasSubstr("found a native histogram"));
    EXPECT_THAT(error(matrix(R"({"metric": {"service": 3}, "values": []})")),
                HasSubstr("/data/result/0/metric/service: found 3"));
}

TEST(PrometheusJson, WrongSamplesAreRefusedWithTheirPlace) {
    EXPECT_EQ(error(one_series(R"([1, "1"], [2, "-3"])")),
              "q.json: /data/result/0/values/1/1: found \"-3\", expected a rate from 0 to 10^12, "
              "NaN or +Inf");
    for (const char* value : {R"("fast")", R"("")", R"("1e13")", R"("1e999999")", R"("-1e-30")"}) {
        EXPECT_THAT(error(one_series("[1, " + std::string(value) + "]")),
                    HasSubstr("expected a rate from 0"))
            << value;
    }
    for (const char* sample : {"[1]", "[1, 2]", R"(["1", "2"])", R"([1, "2", 3])", "3", "{}"}) {
        EXPECT_THAT(error(one_series(sample)), HasSubstr("expected a time in seconds and a number"))
            << sample;
    }
    EXPECT_THAT(error(one_series(R"([2, "1"], [2, "1"])")),
                HasSubstr("values/1/0: found 2, expected a time after"));
    EXPECT_THAT(error(one_series(R"([1e300, "1"])")), HasSubstr("since 1970"));
}

}  // namespace
}  // namespace tangram::io
