#include "io/what_if.h"

#include <gtest/gtest.h>

namespace tangram::io {
namespace {

using planner::explain::WhatIf;
using planner::explain::WhatIfField;

std::string fault(std::string_view text) {
    const auto parsed = parse_what_if(text);
    return parsed ? "" : parsed.error().text();
}

TEST(WhatIfParse, ReadsRelativeAndAbsoluteValues) {
    const auto parsed = parse_what_if("rate:bert=+20%,slo:vgg16=-10.5%,rate:x=900.25,slo:y=12.5");
    ASSERT_TRUE(parsed.has_value()) << parsed.error().text();
    ASSERT_EQ(parsed->size(), 4U);
    const std::vector<WhatIf>& all = *parsed;
    EXPECT_EQ(all[0].field, WhatIfField::kRate);
    EXPECT_EQ(all[0].service, "bert");
    EXPECT_TRUE(all[0].relative);
    EXPECT_EQ(all[0].amount, 200'000);
    EXPECT_EQ(all[0].text, "rate:bert=+20%");
    EXPECT_EQ(all[1].field, WhatIfField::kSlo);
    EXPECT_EQ(all[1].amount, -105'000);
    EXPECT_TRUE(all[1].metric.empty());
    EXPECT_FALSE(all[2].relative);
    EXPECT_EQ(all[2].amount, 900'250);
    EXPECT_EQ(all[3].amount, 12'500'000);
}

TEST(WhatIfParse, ReadsMetricsStarsAndOddNames) {
    const auto parsed = parse_what_if("slo.ttft_ms:*=400,rate:team:bert=v2=+5%");
    ASSERT_TRUE(parsed.has_value()) << parsed.error().text();
    EXPECT_EQ((*parsed)[0].metric, "ttft_ms");
    EXPECT_EQ((*parsed)[0].service, "*");
    EXPECT_EQ((*parsed)[1].service, "team:bert=v2");
}

TEST(WhatIfParse, ErrorsSayWhatWasFoundAndExpected) {
    for (const char* text : {"",
                             ",",
                             "rate:bert=+20%,",
                             "rate",
                             "rate:bert",
                             "rate=5",
                             "rate:=5",
                             "speed:bert=5",
                             "slo.:bert=5",
                             "rate:bert=",
                             "rate:bert=20%",
                             "rate:bert=+20",
                             "rate:bert=-20",
                             "rate:bert=+%",
                             "rate:bert=nan",
                             "rate:bert=+inf%",
                             "rate:bert=1.0001",
                             "rate:bert=+0.00001%",
                             "rate:bert=99999999999999999999",
                             "rate:bert=++5%"}) {
        EXPECT_NE(fault(text).find("--what-if: "), std::string::npos) << text;
    }
    EXPECT_NE(fault("speed:bert=5").find("found field \"speed\", expected rate, slo or slo.METRIC"),
              std::string::npos);
    EXPECT_NE(fault("rate:bert=+20").find("signed percentage"), std::string::npos);
}

}  // namespace
}  // namespace tangram::io
