#include "io/object_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/nearest.h"

namespace tangram::io {
namespace {

bool is_known(std::string_view name, std::initializer_list<std::string_view> known) {
    return std::ranges::find(known, name) != known.end();
}

Error unknown_field(Value member, std::initializer_list<std::string_view> known) {
    const std::vector<std::string> names(known.begin(), known.end());
    std::string hint = nearest_hint(member.key(), names);
    if (hint.empty()) hint = fmt::format(", expected one of: {}", fmt::join(names, ", "));
    return member.error("unknown field" + hint);
}

// What is wrong with a number beyond "expected ...".
std::string remark(const Value& value, const Decimal& decimal, const NumberRule& rule) {
    if (value.is(Kind::kText) && is_decimal(value.text())) return "; write it without quotes";
    if (decimal.fault == DecimalFault::kTooPrecise && rule.digits > 0) {
        return fmt::format("; it has more than {} decimals", rule.digits);
    }
    return "";
}

bool has_control_characters(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

std::int64_t read_number(Value value, const NumberRule& rule, FirstError& error) {
    Decimal decimal{0, DecimalFault::kNotANumber};
    if (value.is(Kind::kNumber)) {
        decimal = parse_decimal(value.text(), rule.digits, rule.rounding);
    }
    if (!decimal.fault && decimal.count >= rule.min && decimal.count <= rule.max) {
        return decimal.count;
    }
    error.report(value.expected(std::string(rule.expected) + remark(value, decimal, rule)));
    return 0;
}

std::int64_t read_integer(Value value, std::int64_t min, std::int64_t max, FirstError& error) {
    const std::string expected = fmt::format("a whole number from {} to {}", min, max);
    return read_number(value, {0, Rounding::kExact, min, max, expected}, error);
}

std::string read_text(Value value, FirstError& error) {
    if (!value.is(Kind::kText)) {
        const bool scalar = value.is(Kind::kNumber) || value.is(Kind::kBool);
        error.report(value.expected(scalar ? "text; put it in quotes" : "text"));
        return {};
    }
    if (value.text().empty() || has_control_characters(value.text())) {
        error.report(value.expected("text that is not empty and has no control characters"));
        return {};
    }
    return std::string(value.text());
}

bool read_bool(Value value, FirstError& error) {
    if (value.is(Kind::kBool)) return value.boolean();
    error.report(value.expected("true or false"));
    return false;
}

Share read_share(Value value, FirstError& error, const NumberRule& rule) {
    if (!value.is(Kind::kText) || !value.text().ends_with('%')) {
        return Share{read_number(value, rule, error)};
    }
    // Per cent to millionths is four decimals.
    std::string_view percent = value.text();
    percent.remove_suffix(1);
    const Decimal decimal = parse_decimal(percent, 4, Rounding::kDown);
    if (decimal.fault || decimal.count < rule.min || decimal.count > rule.max) {
        error.report(value.expected(fmt::format("{}, or in per cent", rule.expected)));
        return Share{0};
    }
    return Share{decimal.count};
}

bool expect_array(Value value, FirstError& error) {
    if (value.is(Kind::kArray)) return true;
    error.report(value.expected("a list"));
    return false;
}

bool expect_object(Value value, FirstError& error) {
    if (value.is(Kind::kObject)) return true;
    error.report(value.expected("an object (fields with names)"));
    return false;
}

std::size_t read_word(Value value, std::span<const std::string_view> words, FirstError& error) {
    const auto found = value.is(Kind::kText) ? std::ranges::find(words, value.text()) : words.end();
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    std::string hint;
    if (value.is(Kind::kText)) {
        hint = nearest_hint(value.text(), std::vector<std::string>(words.begin(), words.end()));
    }
    error.report(value.expected(fmt::format("one of: {}{}", fmt::join(words, ", "), hint)));
    return 0;
}

ObjectReader::ObjectReader(Value value, FirstError& error,
                           std::initializer_list<std::string_view> known)
    : value_(value), error_(error) {
    if (!expect_object(value, error)) return;
    for (const Value member : value) {
        if (!is_known(member.key(), known)) {
            error.report(unknown_field(member, known));
            return;
        }
    }
}

std::optional<Value> ObjectReader::find(std::string_view name) const {
    const std::optional<Value> field = value_.find(name);
    return field && !field->is(Kind::kNull) ? field : std::nullopt;
}

std::optional<Value> ObjectReader::require(std::string_view name) {
    const std::optional<Value> field = find(name);
    if (!field) {
        error_.report(value_.error(fmt::format("the field \"{}\" is missing", name)));
    }
    return field;
}

std::string ObjectReader::text(std::string_view name) {
    const std::optional<Value> field = require(name);
    return field ? read_text(*field, error_) : std::string{};
}

std::string ObjectReader::free_text(std::string_view name) {
    const std::optional<Value> field = require(name);
    if (!field || (field->is(Kind::kText) && field->text().empty())) return {};
    return read_text(*field, error_);
}

std::uint64_t ObjectReader::unsigned_integer(std::string_view name) {
    const std::optional<Value> field = require(name);
    if (!field) return 0;
    std::uint64_t number = 0;
    const std::string_view text = field->is(Kind::kNumber) ? field->text() : "";
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size() || text.empty()) {
        error_.report(field->expected("a whole number of 64 bits"));
    }
    return number;
}

std::int64_t ObjectReader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
    const std::optional<Value> field = require(name);
    return field ? read_integer(*field, min, max, error_) : 0;
}

std::int64_t ObjectReader::number(std::string_view name, const NumberRule& rule) {
    const std::optional<Value> field = require(name);
    return field ? read_number(*field, rule, error_) : 0;
}

bool ObjectReader::boolean(std::string_view name) {
    const std::optional<Value> field = require(name);
    return field && read_bool(*field, error_);
}

std::optional<Value> ObjectReader::array(std::string_view name) {
    const std::optional<Value> field = require(name);
    return field && expect_array(*field, error_) ? field : std::nullopt;
}

std::optional<std::string> ObjectReader::optional_text(std::string_view name) {
    const std::optional<Value> field = find(name);
    return field ? std::optional(read_text(*field, error_)) : std::nullopt;
}

std::optional<std::int64_t> ObjectReader::optional_integer(std::string_view name, std::int64_t min,
                                                           std::int64_t max) {
    const std::optional<Value> field = find(name);
    return field ? std::optional(read_integer(*field, min, max, error_)) : std::nullopt;
}

std::optional<std::int64_t> ObjectReader::optional_number(std::string_view name,
                                                          const NumberRule& rule) {
    const std::optional<Value> field = find(name);
    return field ? std::optional(read_number(*field, rule, error_)) : std::nullopt;
}

void expect_format(ObjectReader& object, std::string_view expected, FirstError& error) {
    const std::optional<Value> format = object.require("format");
    if (format && (!format->is(Kind::kText) || format->text() != expected)) {
        error.report(format->expected(expected));
    }
    const std::optional<Value> version = object.require("version");
    if (version && (!version->is(Kind::kNumber) || version->text() != "1")) {
        error.report(version->expected("1, the version this program reads"));
    }
}

}  // namespace tangram::io
