#include "io/goodput_text.h"

#include <fmt/format.h>

#include <limits>
#include <string_view>

#include "base/check.h"

namespace tangram::io {
namespace {

__extension__ using Wide = __int128;  // products of two 64-bit counts

constexpr std::int64_t kE15 = 1'000'000'000'000'000;
constexpr std::int64_t kE18 = 1'000'000'000'000'000'000;

// amount / 10^digits of an amount that is not negative.
std::string wide_text(Wide amount, std::int64_t unit, int digits) {
    CHECK(amount >= 0);
    std::string text = fmt::format("{}.{:0{}}", static_cast<std::int64_t>(amount / unit),
                                   static_cast<std::int64_t>(amount % unit), digits);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

}  // namespace

// 10^-3 requests per second x 10^-6 x 10^-9 seconds.
std::string goodput_text(window::Goodput goodput, Duration slot) {
    return wide_text(Wide{goodput.count()} * slot.count(), kE18, 18);
}

std::string requests_text(Rate summed, Duration slot) {
    return wide_text(Wide{summed.count()} * slot.count() * 1'000, kE15, 15);
}

window::Goodput read_goodput(Value value, Duration slot, FirstError& error) {
    CHECK(slot.count() > 0);
    if (error) return {};
    const std::string_view text = value.is(Kind::kNumber) ? value.text() : "";
    const std::size_t point = text.find('.');
    const bool plain = text.find_first_not_of("0123456789.") == std::string_view::npos;
    const Decimal whole = parse_decimal(text.substr(0, point), 0);
    const Decimal part = point == std::string_view::npos
                             ? Decimal{}
                             : parse_decimal(text.substr(point), 18, Rounding::kDown);
    if (plain && !whole.fault && !part.fault) {
        const Wide amount = Wide{whole.count} * kE18 + part.count;
        const Wide count = (amount + slot.count() / 2) / slot.count();
        if (count <= std::numeric_limits<std::int64_t>::max()) {
            return window::Goodput{static_cast<std::int64_t>(count)};
        }
    }
    error.report(value.expected("a number of accurate requests, as digits with a point"));
    return {};
}

std::int64_t gap_millionths(window::Goodput goodput, window::Goodput bound) {
    if (goodput >= bound || bound.count() <= 0) return 0;
    const Wide missing = Wide{bound.count()} - goodput.count();
    return static_cast<std::int64_t>((missing * 1'000'000 + bound.count() - 1) / bound.count());
}

}  // namespace tangram::io
