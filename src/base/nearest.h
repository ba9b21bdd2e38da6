// Suggestions for misspelt names: "unknown GPU model; nearest: A100-SXM4-80GB".
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tangram {

// Letters, digits and punctuation compared without regard to ASCII case.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

// The text with ASCII capitals in lower case: the key of case-insensitive tables.
[[nodiscard]] std::string lower_case(std::string_view text);

// Fewest insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`,
// ignoring ASCII case (optimal string alignment). O(|a| |b|) time, O(|b|) space.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// Up to `limit` candidates that `text` may have meant, nearest first, ties in alphabetical order:
// those that start with it, that contain it, or at an edit distance of at most a third of the
// length (2 at least). Texts over 200 bytes have none: nobody misspells those.
[[nodiscard]] std::vector<std::string> nearest(std::string_view text,
                                               std::span<const std::string> candidates,
                                               std::size_t limit = 3);

// "; nearest: a, b" or, when nothing is near, "": to be put behind an error message.
[[nodiscard]] std::string nearest_hint(std::string_view text,
                                       std::span<const std::string> candidates);

}  // namespace tangram
