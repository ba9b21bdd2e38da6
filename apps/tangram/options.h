// Options as records: name, meaning, bounds and default, said once. Parsing, --help, the man page,
// shell completion and docs/cli.md are all made from them.
//
// A record is bound to the variable it sets, which must outlive it; the variable's value when the
// record is made is the default.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/quantity.h"

namespace tangram::app {

// What a shell offers for a value.
enum class Completes { kNothing, kFile, kChoice };

struct Option {
    std::string name;     // "seed" is typed --seed; of an argument: "PROBLEM"
    char letter = 0;      // 'o' is typed -o; 0: none
    std::string value;    // "N", "FILE"; empty: a flag
    std::string meaning;  // a sentence without its full stop
    std::string bounds;   // "1 to 1024"; empty: none
    std::string preset;   // the default as text; empty: none
    std::vector<std::string> choices;
    Completes completes = Completes::kNothing;
    bool required = false;
    bool repeats = false;  // takes several values
    bool writes = false;   // names a file that will be written
    // Sets the variable. Returns what was expected if the text is wrong, else "".
    std::function<std::string(std::string_view text)> set;

    [[nodiscard]] bool is_flag() const { return value.empty(); }
};

[[nodiscard]] Option flag(std::string name, std::string meaning, bool& target);
[[nodiscard]] Option text(std::string name, std::string value, std::string meaning,
                          std::string& target);
[[nodiscard]] Option file(std::string name, std::string meaning, std::string& target);
[[nodiscard]] Option files(std::string name, std::string meaning, std::vector<std::string>& target);
// Texts, none of them empty.
[[nodiscard]] Option texts(std::string name, std::string value, std::string meaning,
                           std::vector<std::string>& target);
// A file that the command writes.
[[nodiscard]] Option output_file(std::string name, std::string meaning, std::string& target);
[[nodiscard]] Option choice(std::string name, std::string value, std::string meaning,
                            std::vector<std::string> choices, std::string& target);
[[nodiscard]] Option whole_number(std::string name, std::string value, std::string meaning,
                                  std::int64_t min, std::int64_t max, std::int64_t& target);
[[nodiscard]] Option whole_number(std::string name, std::string value, std::string meaning,
                                  std::int64_t min, std::int64_t max,
                                  std::optional<std::int64_t>& target);
// How many threads a search may use.
[[nodiscard]] Option threads_option(std::int64_t& target);
// A decimal number of a unit: 10^9 ns for seconds, 10^6 for milliseconds. More than 0.
[[nodiscard]] Option seconds(std::string name, std::string meaning,
                             std::optional<Duration>& target);
[[nodiscard]] Option milliseconds_option(std::string name, std::string meaning,
                                         std::optional<Duration>& target);
// A positive factor in millionths.
[[nodiscard]] Option factor(std::string name, std::string meaning, Share& target);
// A share typed in per cent.
[[nodiscard]] Option percentage(std::string name, std::string meaning, Share& target);
// The same, 0 included, up to `percent_max`; `take` is called for each that is given.
[[nodiscard]] Option percentage_or_none(std::string name, std::string meaning,
                                        std::int64_t percent_max, std::function<void(Share)> take);
// Up to 1000.
[[nodiscard]] Option percentage_or_none(std::string name, std::string meaning, Share& target);

// The record with a letter, or one that must be given.
[[nodiscard]] Option lettered(char letter, Option option);
[[nodiscard]] Option required(Option option);

}  // namespace tangram::app
