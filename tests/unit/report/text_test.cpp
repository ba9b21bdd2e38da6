#include "report/text.h"

#include <gtest/gtest.h>

namespace tangram::report {
namespace {

TEST(Text, ColumnsCountWhatATerminalShows) {
    EXPECT_EQ(columns("bert"), 4);
    EXPECT_EQ(columns("é×…"), 3);
    EXPECT_EQ(columns("日本"), 4);
    EXPECT_EQ(columns("e\u0301"), 1);
    EXPECT_EQ(columns(""), 0);
}

TEST(Text, FitColumnsCutsWithAnEllipsis) {
    EXPECT_EQ(fit_columns("densenet", 8), "densenet");
    EXPECT_EQ(fit_columns("densenet", 7), "densen…");
    EXPECT_EQ(fit_columns("densenet", 1), "…");
    EXPECT_EQ(fit_columns("densenet", 0), "");
    EXPECT_EQ(fit_columns("日本語", 5), "日本…");
    EXPECT_EQ(pad_columns("ab", 4), "ab  ");
    EXPECT_EQ(pad_columns("ab", 4, true), "  ab");
    EXPECT_EQ(columns(pad_columns("日本語", 4)), 4);
}

TEST(Text, FitPixelsNeverExceedsTheWidth) {
    const std::string name = "a-rather-long-service-name(seq128)";
    for (double width = 0; width < 300; width += 3.7) {
        for (const bool bold : {false, true}) {
            EXPECT_LE(pixels(fit_pixels(name, width, 11, bold), 11, bold), width);
            EXPECT_LE(pixels(fit_pixels_middle(name, width, 11, bold), 11, bold), width);
            for (const std::string& line : wrap_pixels(name, width, 11, bold, 2)) {
                if (width > 12) {
                    EXPECT_LE(pixels(line, 11, bold), width);
                }
            }
        }
    }
    EXPECT_EQ(fit_pixels("vgg16", 100, 11), "vgg16");
}

TEST(Text, MiddleCutKeepsBothEnds) {
    EXPECT_EQ(fit_pixels_middle("vgg16", 100, 11), "vgg16");
    const std::string cut = fit_pixels_middle("service-1439", 60, 11);
    EXPECT_TRUE(cut.starts_with("se"));
    EXPECT_TRUE(cut.ends_with("39"));
    EXPECT_NE(cut.find("…"), std::string::npos);
}

TEST(Text, WrapBreaksBetweenAWordAndItsNumber) {
    const double room = pixels("densenet1", 11, true);
    EXPECT_EQ(wrap_pixels("densenet121", room, 11, true, 2),
              (std::vector<std::string>{"densenet", "121"}));
    EXPECT_EQ(wrap_pixels("a", room, 11, true, 2), std::vector<std::string>{"a"});
    EXPECT_EQ(wrap_pixels("abcdefghijklmnopqrstuvwxyz", room, 11, true, 2).size(), 2U);
    EXPECT_TRUE(wrap_pixels("", room, 11, true, 2).empty());
}

TEST(Text, NothingDangerousReachesATerminalOrXml) {
    EXPECT_EQ(printable("a\x1b[31mb\n"), "a\xEF\xBF\xBD[31mb\xEF\xBF\xBD");
    EXPECT_EQ(printable("x\u202Ey"), "x\xEF\xBF\xBDy");  // would turn the rest around
    EXPECT_EQ(xml_escaped("<a href=\"b\" & 'c'>"),
              "&lt;a href=&quot;b&quot; &amp; &#39;c&#39;&gt;");
    EXPECT_EQ(printable("truncated \xE2\x82"), printable("truncated \xE2\x82"));
}

TEST(Text, Figures) {
    EXPECT_EQ(figure(1234567.8), "1,234,568");
    EXPECT_EQ(figure(100), "100");
    EXPECT_EQ(figure(12.34), "12.3");
    EXPECT_EQ(figure(1.5), "1.5");
    EXPECT_EQ(figure(0), "0");
    EXPECT_EQ(figure(-12.34), "−12.3");
    EXPECT_EQ(amount(12), "12");
    EXPECT_EQ(amount(12.5), "12.5");
    EXPECT_EQ(amount(1234.25), "1,234.25");
    EXPECT_EQ(amount(0), "0");
    EXPECT_EQ(counted(1, "GPU"), "1 GPU");
    EXPECT_EQ(counted(1200, "GPU"), "1,200 GPUs");
    EXPECT_EQ(counted(0, "GPU"), "0 GPUs");
    EXPECT_EQ(grouped(-1234), "−1,234");
}

TEST(Text, PercentsNeverRoundAGapAway) {
    EXPECT_EQ(percent(0), "0 %");
    EXPECT_EQ(percent(0.0001), "<0.1 %");
    EXPECT_EQ(percent(0.0769), "7.7 %");
    EXPECT_EQ(percent(-0.25), "−25.0 %");
    EXPECT_EQ(percent(12), "1,200 %");
}

}  // namespace
}  // namespace tangram::report
