#include "io/rates_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/import/trace.h"
#include "support/small_problem.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using test::error_of;
using test::rps;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kStart = "# format: tangram/rates, version: 1\ntime_s,service,rate_rps\n";

std::string refusal(const std::string& rows) {
    return error_of(parse_rates(kStart + rows, "r.csv"));
}

TEST(RatesFile, IsReadAndWrittenAlike) {
    const std::string text =
        "# format: tangram/rates, version: 1\n# from somewhere\n#\ntime_s,service,rate_rps\n"
        "-60,\"a,b\",1.5\n-60,c,0\n0,\"a,b\",2\n0,c,3.25\n";
    const auto rates = parse_rates(text, "r.csv");
    ASSERT_TRUE(rates.has_value()) << rates.error().text();
    EXPECT_THAT(rates->notes, ElementsAre("from somewhere", ""));
    EXPECT_EQ(rates->begin_s, -60);
    EXPECT_EQ(rates->step_s, 60);
    EXPECT_THAT(rates->services, ElementsAre("a,b", "c"));
    EXPECT_EQ(rates->rates[1][1], rps(3.25));
    const auto again = parse_rates(write_rates(*rates), "again.csv");
    ASSERT_TRUE(again.has_value()) << again.error().text();
    EXPECT_EQ(again->rates, rates->rates);
    EXPECT_EQ(again->notes, rates->notes);
}

TEST(RatesFile, ColumnsMayBeInAnyOrderAndServicesToo) {
    const auto rates = parse_rates(
        "# format: tangram/rates, version: 1\r\nservice,rate_rps,time_s\r\na,1,0\r\nb,2,0\r\n"
        "b,4,10\r\na,3,10\r\n",
        "r.csv");
    ASSERT_TRUE(rates.has_value()) << rates.error().text();
    EXPECT_EQ(rates->rates[0][1], rps(3));
    EXPECT_EQ(rates->rates[1][1], rps(4));
}

TEST(RatesFile, RefusalsNameTheLine) {
    EXPECT_THAT(error_of(parse_rates("time_s,service,rate_rps\n", "r.csv")),
                HasSubstr("r.csv:1: found \"time_s,service,rate_rps\", expected \"# format"));
    EXPECT_THAT(error_of(parse_rates("# format: tangram/rates, version: 1\ntime_s,service\n", "r")),
                HasSubstr("r:2: no column rate_rps"));
    EXPECT_THAT(refusal("0,a,-1\n1,a,1\n"), HasSubstr("r.csv:3: column rate_rps: found \"-1\""));
    EXPECT_THAT(refusal("0,a,nan\n"), HasSubstr("r.csv:3"));
    EXPECT_THAT(refusal("0,a,-0\n"), HasSubstr("r.csv:3"));
    EXPECT_THAT(refusal("0,a,\n"), HasSubstr("r.csv:3"));
    EXPECT_THAT(refusal("0.5,a,1\n"), HasSubstr("whole seconds"));
    EXPECT_THAT(refusal("0,,1\n"), HasSubstr("a name"));
    EXPECT_THAT(refusal("0,a,1\n0,a,1\n"), HasSubstr("r.csv:4: a second rate of service \"a\""));
    EXPECT_THAT(refusal("0,a,1\n0,b,1\n1,a,1\n2,a,1\n"),
                HasSubstr("r.csv:6: no rate of service \"b\" at time 1"));
    EXPECT_THAT(refusal("0,a,1\n1,b,1\n"), HasSubstr("has no rate at the times before"));
    EXPECT_THAT(refusal("0,a,1\n1,a,1\n3,a,1\n"), HasSubstr("r.csv:5: time 3 is 2 s after"));
    EXPECT_THAT(refusal("1,a,1\n0,a,1\n"), HasSubstr("time 0 follows time 1"));
    EXPECT_THAT(refusal("0,a,1\n"), HasSubstr("at least two"));
    EXPECT_THAT(refusal("-2,a,1\n-1,a,1\n"), HasSubstr("below 0 only"));
    EXPECT_THAT(refusal(""), HasSubstr("found no rates"));
}

workload::Problem two_services() {
    test::SmallProblem small;
    small.row("m", "1g", 10, 20);
    small.service("x", "m", 10, 100);
    small.service("y", "m", 40, 100);
    return small.build();
}

TEST(RatesFile, ARecordingHasTheProblemsServices) {
    const workload::Problem problem = two_services();
    const auto rates =
        parse_rates(kStart + "-60,y,1\n-60,x,2\n0,y,3\n0,x,4\n60,y,5\n60,x,6\n", "r.csv").value();
    const auto recording = recording_of(rates, problem, "r.csv");
    ASSERT_TRUE(recording.has_value());
    EXPECT_EQ(recording->first, 1U);
    EXPECT_EQ(recording->step, std::chrono::minutes(1));
    EXPECT_EQ(recording->rates[workload::ServiceId{0}][2], rps(6));
    const auto more = parse_rates(kStart + "0,y,1\n0,x,2\n0,xx,2\n1,y,3\n1,x,4\n1,xx,1\n", "r.csv");
    EXPECT_THAT(error_of(recording_of(*more, problem, "r.csv")), HasSubstr("no service \"xx\""));
    const auto less = parse_rates(kStart + "0,y,1\n1,y,3\n", "r.csv");
    EXPECT_THAT(error_of(recording_of(*less, problem, "r.csv")), HasSubstr("service \"x\""));
}

// The busier client is the first service; means from time 0 on are the services' rates.
TEST(Trace, ServegenClientsAreRankedAndScaled) {
    const auto trace = read_servegen(
        "service,client_chunk,t_s,requests_per_s,iat_cv\n"
        "l,2,0,9,1\nl,2,600,1,1\nl,2,1200,3,1\nl,10,0,1,1\nl,10,600,2,1\nl,10,1200,4,1\n"
        "l,3,600,9,1\n",
        "t.csv");
    ASSERT_TRUE(trace.has_value()) << trace.error().text();
    const auto rates =
        map_trace(*trace, two_services(), {600, 1'200, 600, Share{900'000}}, "t.csv");
    ASSERT_TRUE(rates.has_value()) << rates.error().text();
    EXPECT_EQ(rates->begin_s, -600);
    EXPECT_THAT(rates->rates[0], ElementsAre(rps(3.333), rps(6.667), rps(13.333)));
    EXPECT_THAT(rates->rates[1], ElementsAre(rps(180), rps(20), rps(60)));
    EXPECT_THAT(rates->notes, testing::Contains("x = l/0010"));
    EXPECT_THAT(error_of(map_trace(*trace, two_services(), {600, 1'800, 0}, "t.csv")),
                HasSubstr("within 0 to 1800 s"));
    EXPECT_THAT(error_of(map_trace(*trace, two_services(), {0, 600, 0}, "t.csv")), "");
    EXPECT_THAT(error_of(map_trace(*trace, two_services(), {600, 600, 600, Share{1'000'000}}, "t")),
                "");
    EXPECT_THAT(error_of(read_servegen("service,client_chunk,t_s,requests_per_s\nl,1,5,1\n", "t")),
                HasSubstr("t:2: column t_s"));
}

TEST(Trace, AzureFunctionsHaveAColumnPerMinute) {
    const auto trace = read_azure_functions(
        "HashOwner,HashFunction,Trigger,480,481,482\no,f1,http,1,2,3\no,f2,http,5,5,5\n", "t.csv");
    ASSERT_TRUE(trace.has_value()) << trace.error().text();
    EXPECT_EQ(trace->begin_s, 28'800);
    EXPECT_EQ(trace->step_s, 60);
    const auto rates = map_trace(*trace, two_services(), {28'800, 180, 0}, "t.csv");
    ASSERT_TRUE(rates.has_value()) << rates.error().text();
    EXPECT_THAT(rates->rates[0], ElementsAre(rps(10), rps(10), rps(10)));
    EXPECT_THAT(rates->rates[1], ElementsAre(rps(20), rps(40), rps(60)));
    EXPECT_THAT(error_of(read_azure_functions("HashFunction,480,482\nf,1,1\n", "t")),
                HasSubstr("do not follow"));
    EXPECT_THAT(error_of(read_azure_functions("HashFunction,480\nf,x\n", "t")), HasSubstr("t:2"));
}

}  // namespace
}  // namespace tangram::io
