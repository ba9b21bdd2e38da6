// Strict decoding of a tree of values: fields by name, typed, with limits; an unknown field, a
// missing one or a wrong value is an error that says where, what was found and what was expected.
//
// The first error wins; after it the getters return harmless defaults, so that readers read
// straight through and ask once at the end:
//
//   FirstError error;
//   ObjectReader gpu(value, error, {"model", "count"});
//   entry.name = gpu.text("model");
//   entry.count = gpu.optional_integer("count", 0, 1'000'000);
//   if (error) return *error.error;
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/quantity.h"
#include "base/result.h"
#include "io/decimal.h"
#include "io/value.h"

namespace tangram::io {

struct FirstError {
    std::optional<Error> error;

    explicit operator bool() const { return error.has_value(); }
    void report(Error found) {
        if (!error) error = std::move(found);
    }
};

// What a number may be. Limits are in counts of 10^-digits.
struct NumberRule {
    int digits = 0;
    Rounding rounding = Rounding::kExact;
    std::int64_t min = 0;
    std::int64_t max = 0;
    std::string_view expected;  // "a number of requests per second, 0 to 10^12"
};

// Requests per second: more than three decimals are rounded up, so that no load is lost.
inline constexpr NumberRule kRateRule{3, Rounding::kUp, 0, 1'000'000'000'000'000,
                                      "requests per second, 0 to 10^12"};
// The same of a capacity: rounded down.
inline constexpr NumberRule kThroughputRule{3, Rounding::kDown, 0, 1'000'000'000'000'000,
                                            "requests per second, 0 to 10^12"};
// Milliseconds to nanoseconds, at most 10^9 ms.
inline constexpr NumberRule kLimitMsRule{6, Rounding::kDown, 1, 1'000'000'000'000'000,
                                         "milliseconds, more than 0 and at most 10^9"};
inline constexpr NumberRule kWaitMsRule{6, Rounding::kUp, 0, 1'000'000'000'000'000,
                                        "milliseconds, 0 to 10^9"};
// Cost units to millionths.
inline constexpr NumberRule kCostRule{
    6, Rounding::kExact, 1, 1'000'000'000'000,
    "a cost, more than 0 and at most 10^6, with at most 6 decimals"};
// Of a whole fleet.
inline constexpr NumberRule kTotalCostRule{6, Rounding::kExact, 0, 9'000'000'000'000'000'000,
                                           "a cost, 0 to 9 x 10^12, with at most 6 decimals"};
// A share to millionths.
inline constexpr NumberRule kShareRule{6, Rounding::kDown, 1, kSharePerOne,
                                       "a share, more than 0 and at most 1"};

// Of one value. 0, false or "" with an error.
[[nodiscard]] std::int64_t read_number(Value value, const NumberRule& rule, FirstError& error);
[[nodiscard]] std::int64_t read_integer(Value value, std::int64_t min, std::int64_t max,
                                        FirstError& error);
// Not empty, no control characters.
[[nodiscard]] std::string read_text(Value value, FirstError& error);
[[nodiscard]] bool read_bool(Value value, FirstError& error);
// 0.5 or "50%"; the rule's limits are in millionths.
[[nodiscard]] Share read_share(Value value, FirstError& error, const NumberRule& rule = kShareRule);
// Whether it is an array; reports if not.
bool expect_array(Value value, FirstError& error);
bool expect_object(Value value, FirstError& error);
// The index of the value's text among `words`; 0 with an error, which lists them.
[[nodiscard]] std::size_t read_word(Value value, std::span<const std::string_view> words,
                                    FirstError& error);

class ObjectReader {
public:
    // `known`: every field there may be. Reports if the value is no object or has another field.
    // O(members x known). The names must outlive the reader.
    ObjectReader(Value value, FirstError& error, std::initializer_list<std::string_view> known);

    [[nodiscard]] Value value() const { return value_; }
    // The field if it is there; null counts as absent.
    [[nodiscard]] std::optional<Value> find(std::string_view name) const;
    // Reports if it is not there.
    [[nodiscard]] std::optional<Value> require(std::string_view name);

    // Required fields.
    [[nodiscard]] std::string text(std::string_view name);
    [[nodiscard]] std::string free_text(std::string_view name);  // may be empty
    [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);
    [[nodiscard]] std::uint64_t unsigned_integer(std::string_view name);  // of 64 bits
    [[nodiscard]] std::int64_t number(std::string_view name, const NumberRule& rule);
    [[nodiscard]] bool boolean(std::string_view name);
    // An array; nothing with an error.
    [[nodiscard]] std::optional<Value> array(std::string_view name);

    // Reads every element of a required array; stops at the first error.
    template <typename Read>
    void each(std::string_view name, Read read) {
        const auto list = array(name);
        if (!list) return;
        for (const Value element : *list) {
            if (error_) return;
            read(element);
        }
    }

    // Optional fields.
    [[nodiscard]] std::optional<std::string> optional_text(std::string_view name);
    [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view name,
                                                               std::int64_t min, std::int64_t max);
    [[nodiscard]] std::optional<std::int64_t> optional_number(std::string_view name,
                                                              const NumberRule& rule);

private:
    Value value_;
    FirstError& error_;
};

// Checks and skips `format: <expected>` and `version: 1`.
void expect_format(ObjectReader& object, std::string_view expected, FirstError& error);

}  // namespace tangram::io
