// Colours of a terminal: escape sequences for 24-bit or 256 colours, or none at all.
#pragma once

#include <string>
#include <string_view>

#include "report/style.h"

namespace tangram::report {

enum class ColorMode { kNone, k256, kTrueColor };

inline constexpr Color kTerminalAlarm = kPalette[5];  // vermilion: seen on dark and light grounds

// The text on a ground, in a colour that is read on it, then back to normal. kNone: the bare text.
[[nodiscard]] std::string on_ground(std::string_view text, Color ground, ColorMode mode,
                                    bool bold = false);
[[nodiscard]] std::string colored(std::string_view text, Color color, ColorMode mode);
[[nodiscard]] std::string bold(std::string_view text, ColorMode mode);
[[nodiscard]] std::string faint(std::string_view text, ColorMode mode);

// The nearest of the 6 x 6 x 6 colours and 24 greys that every 256-colour terminal shows alike.
[[nodiscard]] int nearest_of_256(Color color);

}  // namespace tangram::report
