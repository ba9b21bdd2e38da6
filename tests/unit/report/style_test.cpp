#include "report/style.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tangram::report {
namespace {

TEST(Style, CodesAreLettersAndDistinct) {
    EXPECT_EQ(letter_code(0), "A");
    EXPECT_EQ(letter_code(25), "Z");
    EXPECT_EQ(letter_code(26), "AA");
    EXPECT_EQ(letter_code(51), "AZ");
    EXPECT_EQ(letter_code(52), "BA");
    EXPECT_EQ(letter_code(701), "ZZ");
    EXPECT_EQ(letter_code(702), "AAA");
    std::set<std::string> codes;
    for (std::size_t i = 0; i < 20'000; ++i) codes.insert(letter_code(i));
    EXPECT_EQ(codes.size(), 20'000U);
}

TEST(Style, ColourAndTextureAreDistinctForTheFirstFortyTwo) {
    std::set<std::pair<std::size_t, Texture>> looks;
    for (std::size_t i = 0; i < kPalette.size() * kTextures; ++i) {
        const ServiceStyle style = service_style(i);
        EXPECT_TRUE(looks.emplace(style.color, style.texture).second) << i;
    }
    EXPECT_EQ(service_style(kPalette.size() * kTextures).color, 0U);
    EXPECT_EQ(service_style(6).texture, Texture::kSolid);
    EXPECT_EQ(service_style(7).texture, Texture::kRising);
}

TEST(Style, ContrastAsWcagDefinesIt) {
    EXPECT_NEAR(contrast({0, 0, 0}, {255, 255, 255}), 21, 1e-9);
    EXPECT_NEAR(contrast({255, 255, 255}, {0, 0, 0}), 21, 1e-9);
    EXPECT_NEAR(contrast({0x77, 0x77, 0x77}, {255, 255, 255}), 4.48, 0.01);
}

TEST(Style, TextIsReadableOnEveryColourAndOnItsTexture) {
    for (const Color ground : kPalette) {
        const Color text = text_on(ground);
        EXPECT_GE(contrast(text, ground), 4.5) << hex(ground);
        EXPECT_GE(contrast(text, texture_marks(ground)), 4.5) << hex(ground);
        EXPECT_GE(contrast(ground, texture_marks(ground)), 1.25) << hex(ground);
    }
}

// Luminance alone, or hue as dichromats see it, must tell neighbours apart: simulate the two common
// forms (Viénot, Brettel and Mollon 1999) and ask for a distance.
TEST(Style, PaletteSurvivesColourBlindness) {
    constexpr double kMatrices[2][9] = {
        {0.11238, 0.88762, 0.0, 0.11238, 0.88762, 0.0, 0.00401, -0.00401, 1.0},   // protan
        {0.29275, 0.70725, 0.0, 0.29275, 0.70725, 0.0, -0.02234, 0.02234, 1.0}};  // deutan
    for (const auto& m : kMatrices) {
        const auto seen = [&m](Color c) {
            return std::array<double, 3>{m[0] * c.red + m[1] * c.green + m[2] * c.blue,
                                         m[3] * c.red + m[4] * c.green + m[5] * c.blue,
                                         m[6] * c.red + m[7] * c.green + m[8] * c.blue};
        };
        for (std::size_t i = 0; i < kPalette.size(); ++i) {
            for (std::size_t k = i + 1; k < kPalette.size(); ++k) {
                const auto a = seen(kPalette[i]);
                const auto b = seen(kPalette[k]);
                double far = 0;
                for (std::size_t j = 0; j < 3; ++j) far = std::max(far, std::abs(a[j] - b[j]));
                EXPECT_GE(far, 20) << i << " and " << k;
            }
        }
    }
}

TEST(Style, Hex) { EXPECT_EQ(hex({0x0A, 0xB0, 0xFF}), "#0AB0FF"); }

}  // namespace
}  // namespace tangram::report
