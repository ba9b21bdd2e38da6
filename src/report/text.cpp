#include "report/text.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>

namespace tangram::report {
namespace {

constexpr std::string_view kEllipsis = "…";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Character {
    char32_t code = 0;
    std::string_view bytes;
};

// The text's characters. Lead bytes decide the length; malformed tails count as one character each.
std::vector<Character> characters(std::string_view utf8) {
    std::vector<Character> result;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        std::size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        length = std::min(length, utf8.size() - i);
        char32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            code = (code << 6) | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
        }
        result.push_back({code, utf8.substr(i, length)});
        i += length;
    }
    return result;
}

bool in(char32_t code, char32_t first, char32_t last) { return code >= first && code <= last; }

// Unicode East Asian Width and combining marks, by blocks: enough for names.
int columns_of(char32_t code) {
    if (in(code, 0x300, 0x36F) || in(code, 0x200B, 0x200F) || in(code, 0xFE00, 0xFE0F)) return 0;
    const bool wide = in(code, 0x1100, 0x115F) || in(code, 0x2E80, 0xA4CF) ||
                      in(code, 0xAC00, 0xD7A3) || in(code, 0xF900, 0xFAFF) ||
                      in(code, 0xFE30, 0xFE6F) || in(code, 0xFF00, 0xFF60) ||
                      in(code, 0x1F300, 0x1FAFF) || in(code, 0x20000, 0x3FFFD);
    return wide ? 2 : 1;
}

// Advance widths of DejaVu Sans for U+0020 to U+007E, in thousandths of the font size.
constexpr std::array<std::int16_t, 95> kAdvance{
    318,  401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,  // space-/
    636,  636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,  // 0-?
    1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,  // @-O
    603,  787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,  // P-_
    500,  613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,  // `-o
    635,  635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838};      // p-~

double advance(char32_t code, bool bold) {
    if (in(code, 0x20, 0x7E)) {
        // DejaVu Sans Bold is at most 14 % wider, letter by letter, but for i, j and l.
        const double width = kAdvance[code - 0x20] / 1000.0;
        return bold ? width * 1.14 : width;
    }
    return columns_of(code) * 1.0;
}

// The longest prefix for which `width_of` sums to at most `width`, an ellipsis included if cut.
template <typename WidthOf>
std::string fit(std::string_view utf8, double width, double ellipsis, const WidthOf& width_of) {
    double used = 0;
    std::size_t kept = 0;  // bytes that fit beside an ellipsis
    std::size_t end = 0;
    for (const Character& character : characters(utf8)) {
        used += width_of(character.code);
        end += character.bytes.size();
        if (used + ellipsis <= width) kept = end;
    }
    if (used <= width) return std::string(utf8);
    if (ellipsis > width) return {};
    return std::string(utf8.substr(0, kept)) + std::string(kEllipsis);
}

// After punctuation, and between a word and its number.
bool may_break(std::string_view text, std::size_t at) {
    const char before = text[at - 1];
    if (std::string_view("-_. /:)").find(before) != std::string_view::npos) return true;
    const auto digit = [](char letter) { return letter >= '0' && letter <= '9'; };
    return at < text.size() && !digit(before) && digit(text[at]);
}

std::string with_separators(std::string digits) {
    for (std::ptrdiff_t at = std::ssize(digits) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), ",");
    }
    return digits;
}

}  // namespace

int columns(std::string_view utf8) {
    int sum = 0;
    for (const Character& character : characters(utf8)) sum += columns_of(character.code);
    return sum;
}

std::string fit_columns(std::string_view utf8, int width) {
    return fit(utf8, width, 1, [](char32_t code) { return columns_of(code); });
}

std::string pad_columns(std::string_view utf8, int width, bool align_right) {
    std::string text = fit_columns(utf8, width);
    const std::string blank(static_cast<std::size_t>(std::max(0, width - columns(text))), ' ');
    return align_right ? blank + text : text + blank;
}

double pixels(std::string_view utf8, double font_size, bool bold) {
    double sum = 0;
    for (const Character& character : characters(utf8)) sum += advance(character.code, bold);
    return sum * font_size;
}

std::string fit_pixels(std::string_view utf8, double width, double font_size, bool bold) {
    return fit(utf8, width, pixels(kEllipsis, font_size, bold),
               [&](char32_t code) { return advance(code, bold) * font_size; });
}

std::string fit_pixels_middle(std::string_view utf8, double width, double font_size, bool bold) {
    if (pixels(utf8, font_size, bold) <= width) return std::string(utf8);
    const std::vector<Character> all = characters(utf8);
    double used = pixels(kEllipsis, font_size, bold);
    if (used > width) return {};
    std::size_t head = 0;
    std::size_t tail = all.size();
    // Alternately from both ends, as long as the next character fits.
    for (bool front = true; head < tail; front = !front) {
        used += advance(all[front ? head : tail - 1].code, bold) * font_size;
        if (used > width) break;
        if (front) {
            ++head;
        } else {
            --tail;
        }
    }
    std::string text;
    for (std::size_t i = 0; i < head; ++i) text += all[i].bytes;
    text += kEllipsis;
    for (std::size_t i = tail; i < all.size(); ++i) text += all[i].bytes;
    return text;
}

std::vector<std::string> wrap_pixels(std::string_view utf8, double width, double font_size,
                                     bool bold, int max_lines) {
    std::vector<std::string> lines;
    std::string_view rest = utf8;
    while (!rest.empty()) {
        if (std::ssize(lines) + 1 == max_lines || pixels(rest, font_size, bold) <= width) {
            lines.push_back(fit_pixels(rest, width, font_size, bold));
            break;
        }
        double used = 0;
        std::size_t end = 0;
        std::size_t soft_end = 0;  // after the last punctuation that fits
        for (const Character& character : characters(rest)) {
            used += advance(character.code, bold) * font_size;
            if (used > width) break;
            end += character.bytes.size();
            if (may_break(rest, end)) soft_end = end;
        }
        const bool soft_is_enough = soft_end > 0 && std::ssize(lines) + 2 == max_lines &&
                                    pixels(rest.substr(soft_end), font_size, bold) <= width;
        const std::size_t cut = soft_is_enough ? soft_end : std::max<std::size_t>(end, 1);
        lines.emplace_back(rest.substr(0, cut));
        rest.remove_prefix(cut);
    }
    return lines;
}

std::string printable(std::string_view utf8) {
    std::string result;
    for (const Character& character : characters(utf8)) {
        const char32_t code = character.code;
        const bool control = code < 0x20 || in(code, 0x7F, 0x9F) || code == 0xFFFE ||
                             code == 0xFFFF || in(code, 0xD800, 0xDFFF) ||
                             in(code, 0x202A, 0x202E) || in(code, 0x2066, 0x2069);
        result += control ? kReplacement : character.bytes;
    }
    return result;
}

std::string xml_escaped(std::string_view utf8) {
    std::string result;
    for (const char letter : printable(utf8)) {
        switch (letter) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\'':
                result += "&#39;";
                break;
            default:
                result += letter;
        }
    }
    return result;
}

std::string figure(double value) {
    const double size = std::abs(value);
    const std::string sign = value < 0 ? "−" : "";
    if (size >= 100) return sign + with_separators(fmt::format("{:.0f}", size));
    if (size >= 10) return sign + fmt::format("{:.1f}", size);
    return sign + fmt::format("{:.3g}", size);
}

std::string amount(double value) {
    std::string text = fmt::format("{:.6f}", std::abs(value));
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    const std::size_t dot = std::min(text.find('.'), text.size());
    return (value < 0 && text != "0" ? "−" : "") + with_separators(text.substr(0, dot)) +
           text.substr(dot);
}

std::string percent(double share) {
    const double value = std::abs(share) * 100;
    // A gap that is not zero must not be printed as zero.
    const std::string text = value == 0       ? "0"
                             : value < 0.05   ? "<0.1"
                             : value >= 99.95 ? with_separators(fmt::format("{:.0f}", value))
                                              : fmt::format("{:.1f}", value);
    return (share < 0 ? "−" : "") + text + " %";
}

std::string grouped(long long count) {
    return (count < 0 ? "−" : "") + with_separators(fmt::format("{}", std::abs(count)));
}

std::string counted(long long count, std::string_view noun) {
    return fmt::format("{} {}{}", grouped(count), noun, count == 1 ? "" : "s");
}

}  // namespace tangram::report
