#include "report/ansi.h"

#include <fmt/format.h>

#include <array>
#include <limits>

namespace tangram::report {
namespace {

constexpr std::array<int, 6> kCubeLevels{0, 95, 135, 175, 215, 255};

int distance(Color color, int red, int green, int blue) {
    const int dr = color.red - red;
    const int dg = color.green - green;
    const int db = color.blue - blue;
    return dr * dr + dg * dg + db * db;
}

std::size_t nearest_level(int channel) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < kCubeLevels.size(); ++i) {
        if (std::abs(kCubeLevels[i] - channel) < std::abs(kCubeLevels[best] - channel)) best = i;
    }
    return best;
}

// `plane` is 38 for the text, 48 for the ground.
std::string select_color(Color color, int plane, ColorMode mode) {
    if (mode == ColorMode::k256) return fmt::format("{};5;{}", plane, nearest_of_256(color));
    return fmt::format("{};2;{};{};{}", plane, color.red, color.green, color.blue);
}

std::string wrapped(std::string_view codes, std::string_view text, ColorMode mode) {
    if (mode == ColorMode::kNone || text.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", codes, text);
}

}  // namespace

int nearest_of_256(Color color) {
    const std::size_t red = nearest_level(color.red);
    const std::size_t green = nearest_level(color.green);
    const std::size_t blue = nearest_level(color.blue);
    int best = static_cast<int>(16 + 36 * red + 6 * green + blue);
    int error = distance(color, kCubeLevels[red], kCubeLevels[green], kCubeLevels[blue]);
    for (int i = 0; i < 24; ++i) {
        const int grey = 8 + 10 * i;
        if (const int e = distance(color, grey, grey, grey); e < error) {
            error = e;
            best = 232 + i;
        }
    }
    return best;
}

std::string on_ground(std::string_view text, Color ground, ColorMode mode, bool bold) {
    const std::string codes =
        select_color(ground, 48, mode) + ";" + select_color(text_on(ground), 38, mode);
    return wrapped(bold ? "1;" + codes : codes, text, mode);
}

std::string colored(std::string_view text, Color color, ColorMode mode) {
    return wrapped(select_color(color, 38, mode), text, mode);
}

std::string bold(std::string_view text, ColorMode mode) { return wrapped("1", text, mode); }

std::string faint(std::string_view text, ColorMode mode) { return wrapped("2", text, mode); }

}  // namespace tangram::report
