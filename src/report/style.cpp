#include "report/style.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tangram::report {
namespace {

double linear(std::uint8_t channel) {
    const double value = channel / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(Color color) {
    return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
}

// `percent` of `b`, the rest of `a`.
Color mix(Color a, Color b, int percent) {
    const auto channel = [percent](std::uint8_t from, std::uint8_t to) {
        return static_cast<std::uint8_t>((from * (100 - percent) + to * percent + 50) / 100);
    };
    return {channel(a.red, b.red), channel(a.green, b.green), channel(a.blue, b.blue)};
}

}  // namespace

std::string letter_code(std::size_t n) {
    std::string code;
    for (std::size_t rest = n + 1; rest > 0; rest = (rest - 1) / 26) {
        code.insert(code.begin(), static_cast<char>('A' + (rest - 1) % 26));
    }
    return code;
}

ServiceStyle service_style(std::size_t n) {
    return {n % kPalette.size(), static_cast<Texture>(n / kPalette.size() % kTextures),
            letter_code(n)};
}

double contrast(Color a, Color b) {
    const double first = luminance(a) + 0.05;
    const double second = luminance(b) + 0.05;
    return std::max(first, second) / std::min(first, second);
}

Color text_on(Color ground) {
    return contrast(ground, kInk) >= contrast(ground, kPaper) ? kInk : kPaper;
}

Color texture_marks(Color ground) {
    if (text_on(ground) == kPaper) return mix(ground, Color{}, 42);
    // White marks are lost on a colour that is nearly white itself.
    return luminance(ground) > 0.6 ? mix(ground, Color{}, 25) : mix(ground, kPaper, 50);
}

std::string hex(Color color) {
    return fmt::format("#{:02X}{:02X}{:02X}", color.red, color.green, color.blue);
}

}  // namespace tangram::report
