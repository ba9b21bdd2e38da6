#include "planner/explain/what_if.h"

#include <gtest/gtest.h>

#include "support/small_problem.h"

namespace tangram::planner::explain {
namespace {

using test::ms;
using test::rps;
using test::SmallProblem;
using workload::ServiceId;

workload::Problem two_services() {
    SmallProblem small;
    small.row("bert", "1g", 10, 30);
    small.service("bert", "bert", 100.001, 200);
    workload::Service& chat = small.service("chat", "bert", 50, 400);
    chat.slo.push_back({small.table().intern_metric("itl_ms"), ms(40), std::nullopt});
    return small.build();
}

WhatIf rate(const char* service, bool relative, std::int64_t amount) {
    return {WhatIfField::kRate, service, "", relative, amount, "the change"};
}
WhatIf slo(const char* service, const char* metric, bool relative, std::int64_t amount) {
    return {WhatIfField::kSlo, service, metric, relative, amount, "the change"};
}

std::string fault(const WhatIf& what_if) {
    const auto changed = explain::apply(two_services(), {what_if});
    return changed ? "" : changed.error().text();
}

TEST(WhatIfApply, ChangesRates) {
    const auto changed =
        explain::apply(two_services(), {rate("bert", true, 200'000), rate("chat", false, 900'000)});
    // 120.0012 rounded up.
    EXPECT_EQ(changed->services[ServiceId{0}].rate, Rate{120'002});
    EXPECT_EQ(changed->services[ServiceId{1}].rate, rps(900));
}

TEST(WhatIfApply, ChangesComeInOrderAndTheOriginalStays) {
    const workload::Problem original = two_services();
    const auto changed =
        explain::apply(original, {rate("*", false, 1'000), rate("*", true, 1'000'000)});
    EXPECT_EQ(changed->services[ServiceId{0}].rate, rps(2));
    EXPECT_EQ(changed->services[ServiceId{1}].rate, rps(2));
    EXPECT_EQ(original.services[ServiceId{0}].rate, rps(100.001));
}

TEST(WhatIfApply, ChangesObjectives) {
    const auto changed = explain::apply(
        two_services(), {slo("bert", "", true, -100'000), slo("chat", "", true, 500'000),
                         slo("chat", "itl_ms", false, 25'000'000)});
    EXPECT_EQ(changed->services[ServiceId{0}].slo[0].max, ms(180));
    EXPECT_EQ(changed->services[ServiceId{1}].slo[0].max, ms(600));
    EXPECT_EQ(changed->services[ServiceId{1}].slo[1].max, ms(25));
    // A third of a nanosecond is not given away.
    const auto less = explain::apply(two_services(),
                                     {slo("bert", "", false, 10), slo("bert", "", true, -333'333)});
    EXPECT_EQ(less->services[ServiceId{0}].slo[0].max, Duration{6});
}

TEST(WhatIfApply, RefusesWhatMakesNoSense) {
    EXPECT_NE(fault(rate("brt", true, 1)).find("no service brt; nearest: bert"), std::string::npos);
    EXPECT_NE(fault(rate("bert", true, -1'500'000)), "");
    EXPECT_NE(fault(rate("bert", false, -1)), "");
    EXPECT_NE(fault(rate("bert", true, INT64_MAX)), "");
    EXPECT_NE(fault(slo("bert", "", true, -1'000'000)), "");
    EXPECT_NE(fault(slo("bert", "", false, 0)), "");
    EXPECT_NE(fault(slo("bert", "ttft_ms", true, 1)).find("no objective on ttft_ms"),
              std::string::npos);
    EXPECT_NE(fault(slo("chat", "", false, 5)).find("as in slo.latency_ms:chat"),
              std::string::npos);
    EXPECT_EQ(fault(rate("bert", true, -1'000'000)), "");  // no load at all is a question
}

}  // namespace
}  // namespace tangram::planner::explain
