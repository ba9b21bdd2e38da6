#include "io/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "catalogue_data.h"
#include "io/deployment_file.h"
#include "unit/io/golden.h"
#include "unit/io/io_support.h"
#include "unit/io/scenario_support.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using test::MemoryFiles;
using testing::HasSubstr;

Result<ValidFile> validate(const std::string& text, MemoryFiles files = {}) {
    files.add("file", text);
    return validate_file("file", files.context());
}
std::string verdict(const std::string& text) {
    const auto valid = validate(text);
    return valid ? valid->format + ": " + valid->summary : valid.error().text();
}

TEST(ValidateFile, KnowsEveryFormat) {
    EXPECT_EQ(verdict(test::problem_text(test::service_text())),
              "tangram/problem: 1 service, 1 GPU model, 4 operating points");
    EXPECT_EQ(verdict(write_deployment(test::small_deployment())),
              "tangram/deployment: 2 GPUs, 4 instances, 2 services");
    EXPECT_THAT(verdict(std::string(catalogue_json())), HasSubstr("tangram/catalogue: "));
    EXPECT_EQ(verdict(test::scenario_text(test::tenant_text(test::kPlainTenant))),
              "tangram/window-scenario: 1 tenant, 1 GPU, 1 window of 10 slots");
    EXPECT_EQ(verdict(read_file(test::golden_path("schedule.json")).value()),
              "tangram/window-schedule: optimal, 4 stints");
    EXPECT_EQ(verdict(std::string(test::kTable)),
              "performance table: 2 models, 4 operating points");
    EXPECT_EQ(verdict("source,gpu,model,profile,gpc,batch,procs\nt,A30,m,1g.6gb,1,1,5\n"),
              "infeasible combinations: 1 combination");
    const std::string rates = "# format: tangram/rates, version: 1\ntime_s,service,rate_rps\n";
    EXPECT_EQ(verdict(rates + "0,a,1\n60,a,2\n"), "tangram/rates: 1 service, 2 steps of 60 s");
    EXPECT_THAT(verdict(rates), HasSubstr("file:2: found no rates"));
}

TEST(ValidateFile, SaysWhatIsWrong) {
    EXPECT_THAT(verdict("format: tangram/problm\n"),
                HasSubstr("file:1: format: found \"tangram/problm\", expected one of: "
                          "tangram/problem, tangram/deployment, tangram/plan, tangram/catalogue, "
                          "tangram/window-scenario, tangram/window-schedule; "
                          "nearest: tangram/problem"));
    EXPECT_THAT(verdict("a: 1\n"), HasSubstr("\"format\" is missing"));
    EXPECT_THAT(verdict("profiles: [a, b]\n"), HasSubstr("\"format\" is missing"));
    EXPECT_THAT(verdict("hello\n"), HasSubstr("expected an object"));
    EXPECT_THAT(verdict("a,b,c\n1,2,3\n"), HasSubstr("file:1"));
    EXPECT_THAT(verdict(std::string("\x7F"
                                    "ELF\0\1",
                                    6)),
                HasSubstr("binary"));
    EXPECT_THAT(verdict(" \n"), HasSubstr("empty"));
    EXPECT_THAT(verdict("{\"format\": \"tangram/plan\", \"version\": 1}"), HasSubstr("is missing"));
    EXPECT_EQ(validate_file("none", MemoryFiles().context()).error().code, ErrorCode::kNotFound);
}

TEST(ValidateFile, PassesWarningsOn) {
    const auto valid = validate(
        "gpu,model,profile,batch,procs,throughput_rps,latency_ms\n"
        "A30,m,1g.6gb,1,,5,1\n");
    ASSERT_TRUE(valid.has_value()) << valid.error().text();
    EXPECT_FALSE(valid->warnings.empty());
}

}  // namespace
}  // namespace tangram::io
