#include "options.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/amount_text.h"
#include "io/decimal.h"

namespace tangram::app {
namespace {

std::string range_text(std::int64_t min, std::int64_t max) {
    if (max == std::numeric_limits<std::int64_t>::max()) return fmt::format("{} or more", min);
    return fmt::format("{} to {}", min, max);
}

// The text as a whole number within bounds.
std::optional<std::int64_t> whole(std::string_view text, std::int64_t min, std::int64_t max) {
    const io::Decimal decimal = io::parse_decimal(text, 0);
    if (decimal.fault || decimal.count < min || decimal.count > max) return std::nullopt;
    return decimal.count;
}

Option duration(std::string name, std::string value, std::string meaning, int digits,
                std::string_view unit, std::optional<Duration>& target) {
    Option option{
        .name = std::move(name), .value = std::move(value), .meaning = std::move(meaning)};
    option.bounds = "more than 0";
    option.set = [&target, digits, unit](std::string_view text) -> std::string {
        const io::Decimal decimal = io::parse_decimal(text, digits, io::Rounding::kDown);
        if (decimal.fault || decimal.count <= 0) {
            return fmt::format("a number of {} above 0", unit);
        }
        target = Duration{decimal.count};
        return {};
    };
    return option;
}

}  // namespace

Option flag(std::string name, std::string meaning, bool& target) {
    Option option{.name = std::move(name), .meaning = std::move(meaning)};
    option.set = [&target](std::string_view) {
        target = true;
        return std::string{};
    };
    return option;
}

Option text(std::string name, std::string value, std::string meaning, std::string& target) {
    Option option{
        .name = std::move(name), .value = std::move(value), .meaning = std::move(meaning)};
    option.preset = target;
    option.set = [&target](std::string_view given) -> std::string {
        if (given.empty()) return "a text that is not empty";
        target = given;
        return {};
    };
    return option;
}

Option file(std::string name, std::string meaning, std::string& target) {
    Option option = text(std::move(name), "FILE", std::move(meaning), target);
    option.completes = Completes::kFile;
    return option;
}

Option texts(std::string name, std::string value, std::string meaning,
             std::vector<std::string>& target) {
    Option option{
        .name = std::move(name), .value = std::move(value), .meaning = std::move(meaning)};
    option.repeats = true;
    option.set = [&target](std::string_view given) -> std::string {
        if (given.empty()) return "a text that is not empty";
        target.emplace_back(given);
        return {};
    };
    return option;
}

Option files(std::string name, std::string meaning, std::vector<std::string>& target) {
    Option option{.name = std::move(name), .value = "FILE", .meaning = std::move(meaning)};
    option.completes = Completes::kFile;
    option.repeats = true;
    option.set = [&target](std::string_view given) -> std::string {
        if (given.empty()) return "a file";
        target.emplace_back(given);
        return {};
    };
    return option;
}

Option output_file(std::string name, std::string meaning, std::string& target) {
    Option option = file(std::move(name), std::move(meaning), target);
    option.writes = true;
    return option;
}

Option choice(std::string name, std::string value, std::string meaning,
              std::vector<std::string> choices, std::string& target) {
    Option option = text(std::move(name), std::move(value), std::move(meaning), target);
    option.choices = std::move(choices);
    option.completes = Completes::kChoice;
    option.set = [&target, choices = option.choices](std::string_view given) -> std::string {
        if (std::ranges::find(choices, given) == choices.end()) {
            return fmt::format("one of {}", fmt::join(choices, ", "));
        }
        target = given;
        return {};
    };
    return option;
}

Option whole_number(std::string name, std::string value, std::string meaning, std::int64_t min,
                    std::int64_t max, std::int64_t& target) {
    Option option{
        .name = std::move(name), .value = std::move(value), .meaning = std::move(meaning)};
    option.bounds = range_text(min, max);
    option.preset = fmt::to_string(target);
    option.set = [&target, min, max](std::string_view given) -> std::string {
        const std::optional<std::int64_t> number = whole(given, min, max);
        if (!number) return "a whole number, " + range_text(min, max);
        target = *number;
        return {};
    };
    return option;
}

Option whole_number(std::string name, std::string value, std::string meaning, std::int64_t min,
                    std::int64_t max, std::optional<std::int64_t>& target) {
    Option option{
        .name = std::move(name), .value = std::move(value), .meaning = std::move(meaning)};
    option.bounds = range_text(min, max);
    option.set = [&target, min, max](std::string_view given) -> std::string {
        target = whole(given, min, max);
        return target ? "" : "a whole number, " + range_text(min, max);
    };
    return option;
}

Option threads_option(std::int64_t& target) {
    constexpr std::int64_t kThreadsMax = 1024;
    return whole_number("threads", "N", "threads; never change the answer", 1, kThreadsMax, target);
}

Option seconds(std::string name, std::string meaning, std::optional<Duration>& target) {
    return duration(std::move(name), "SECONDS", std::move(meaning), 9, "seconds", target);
}

Option milliseconds_option(std::string name, std::string meaning, std::optional<Duration>& target) {
    return duration(std::move(name), "MS", std::move(meaning), 6, "milliseconds", target);
}

Option factor(std::string name, std::string meaning, Share& target) {
    constexpr std::int64_t kMax = 1'000'000 * kSharePerOne;
    Option option{.name = std::move(name), .value = "X", .meaning = std::move(meaning)};
    option.bounds = "more than 0, at most 1000000";
    option.preset = share_text(target);
    option.set = [&target](std::string_view given) -> std::string {
        const io::Decimal decimal = io::parse_decimal(given, 6);
        if (decimal.fault || decimal.count <= 0 || decimal.count > kMax) {
            return "a number above 0 and at most 1000000, with at most 6 decimals";
        }
        target = Share{decimal.count};
        return {};
    };
    return option;
}

Option percentage(std::string name, std::string meaning, Share& target) {
    constexpr int kPlaces = 4;  // of per cent in millionths
    Option option{.name = std::move(name), .value = "PERCENT", .meaning = std::move(meaning)};
    option.bounds = "more than 0, at most 100";
    option.preset = decimal_text(target.count(), kPlaces);
    option.set = [&target](std::string_view given) -> std::string {
        const io::Decimal decimal = io::parse_decimal(given, kPlaces);
        if (decimal.fault || decimal.count <= 0 || decimal.count > kSharePerOne) {
            return "a number above 0 and at most 100, with at most 4 decimals";
        }
        target = Share{decimal.count};
        return {};
    };
    return option;
}

Option percentage_or_none(std::string name, std::string meaning, std::int64_t percent_max,
                          std::function<void(Share)> take) {
    static constexpr int kPlaces = 4;  // of per cent in millionths
    Option option{.name = std::move(name), .value = "PERCENT", .meaning = std::move(meaning)};
    option.bounds = fmt::format("0 to {}", percent_max);
    option.set = [percent_max, take = std::move(take)](std::string_view given) -> std::string {
        const io::Decimal decimal = io::parse_decimal(given, kPlaces);
        if (decimal.fault || decimal.count < 0 ||
            decimal.count > percent_max * kSharePerOne / 100) {
            return fmt::format("a number from 0 to {}, with at most {} decimals", percent_max,
                               kPlaces);
        }
        take(Share{decimal.count});
        return {};
    };
    return option;
}

Option percentage_or_none(std::string name, std::string meaning, Share& target) {
    constexpr std::int64_t kMost = 1'000;
    Option option = percentage_or_none(std::move(name), std::move(meaning), kMost,
                                       [&target](Share given) { target = given; });
    option.preset = decimal_text(target.count(), 4);
    return option;
}

Option lettered(char letter, Option option) {
    option.letter = letter;
    return option;
}

Option required(Option option) {
    option.required = true;
    return option;
}

}  // namespace tangram::app
