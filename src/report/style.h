// How services are told apart: a colour, a texture and a short code. Colours are those of Okabe and
// Ito ("Color universal design", 2008), which people with any common colour vision tell apart; from
// the eighth service on textures are added, and the code is unique for any number of services.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace tangram::report {

struct Color {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    friend bool operator==(const Color&, const Color&) = default;
};

enum class Texture { kSolid, kRising, kDots, kHorizontal, kFalling, kVertical };
inline constexpr std::size_t kTextures = 6;

inline constexpr std::array<Color, 7> kPalette{{
    {0x56, 0xB4, 0xE9},  // sky blue
    {0xE6, 0x9F, 0x00},  // orange
    {0x00, 0x9E, 0x73},  // bluish green
    {0xF0, 0xE4, 0x42},  // yellow
    {0x00, 0x72, 0xB2},  // blue
    {0xE0, 0x6A, 0x0C},  // vermilion, lighter than theirs so that dark text is read on it
    {0xCC, 0x79, 0xA7},  // reddish purple
}};

inline constexpr Color kInk{0x1B, 0x1F, 0x24};    // text on light ground
inline constexpr Color kPaper{0xFF, 0xFF, 0xFF};  // ground, and text on dark colours
inline constexpr Color kQuiet{0x57, 0x60, 0x6A};  // secondary text; contrast 6.3 on paper
inline constexpr Color kAlarm{0xB4, 0x23, 0x18};
inline constexpr Color kEmpty{0xF3, 0xF4, 0xF6};  // the ground of what holds nothing
inline constexpr Color kRule{0xD8, 0xDD, 0xE3};

struct ServiceStyle {
    std::size_t color = 0;  // index into kPalette
    Texture texture = Texture::kSolid;
    std::string code;  // A, B, ... Z, AA, AB, ...
};

// The style of the n-th service that is drawn.
[[nodiscard]] ServiceStyle service_style(std::size_t n);
// A, B, ... Z, AA, ...: bijective base 26.
[[nodiscard]] std::string letter_code(std::size_t n);

// Contrast ratio of two colours, 1 to 21 (WCAG 2.1, relative luminance).
[[nodiscard]] double contrast(Color a, Color b);
// Ink or paper, whichever is read better on `ground`; at least 4.5 on every palette colour.
[[nodiscard]] Color text_on(Color ground);
// The colour of a texture's marks on `ground`: seen beside it, and text is still read on them.
[[nodiscard]] Color texture_marks(Color ground);
// "#RRGGBB"
[[nodiscard]] std::string hex(Color color);

}  // namespace tangram::report
