// Fitting text into boxes, and figures as people read them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tangram::report {

// Columns a terminal needs: wide characters count two, combining marks none.
[[nodiscard]] int columns(std::string_view utf8);
// At most `width` columns, cut with an ellipsis where it is too long.
[[nodiscard]] std::string fit_columns(std::string_view utf8, int width);
// fit_columns, then filled with spaces to exactly `width` columns.
[[nodiscard]] std::string pad_columns(std::string_view utf8, int width, bool align_right = false);

// Pixels a text needs at a font size: advances of DejaVu Sans, wider than Helvetica, Arial and the
// usual system fonts, so that what fits by this measure fits with any of them.
[[nodiscard]] double pixels(std::string_view utf8, double font_size, bool bold = false);
// At most `width` pixels, cut with an ellipsis; empty if not even that fits.
[[nodiscard]] std::string fit_pixels(std::string_view utf8, double width, double font_size,
                                     bool bold = false);
// The same, cut in the middle: names often differ at their end only.
[[nodiscard]] std::string fit_pixels_middle(std::string_view utf8, double width, double font_size,
                                            bool bold = false);
// As many lines as needed, at most `max_lines`, the last one cut with an ellipsis. Breaks after
// punctuation where that does not cost a line.
[[nodiscard]] std::vector<std::string> wrap_pixels(std::string_view utf8, double width,
                                                   double font_size, bool bold, int max_lines);

// Control characters (escape sequences among them) as U+FFFD: safe for a terminal and for XML.
[[nodiscard]] std::string printable(std::string_view utf8);
// For XML text and attributes: & < > " ' as entities, on top of printable().
[[nodiscard]] std::string xml_escaped(std::string_view utf8);

// 1234567.8 -> "1,234,568", 12.34 -> "12.3", 0.0123 -> "0.0123": at least three digits.
[[nodiscard]] std::string figure(double value);
// 12 -> "12", 12.5 -> "12.5": a cost or a count of GPUs, up to six decimals, none superfluous.
[[nodiscard]] std::string amount(double value);
// 0.0769 -> "7.7 %", with a true minus sign.
[[nodiscard]] std::string percent(double share);
// 1234567 -> "1,234,567"
[[nodiscard]] std::string grouped(long long count);
// "1 GPU", "12 GPUs", thousands separated.
[[nodiscard]] std::string counted(long long count, std::string_view noun);

}  // namespace tangram::report
