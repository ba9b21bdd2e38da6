#include "base/nearest.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace tangram {
namespace {

constexpr std::size_t kLongestName = 200;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// How far `candidate` is from `text`, or nothing if it is too far to be meant. A name that goes on
// where the text stops is nearer than any misspelling; one that has it inside is next.
std::optional<std::size_t> distance_if_near(std::string_view text, std::string_view candidate) {
    const std::size_t distance = edit_distance(text, candidate);
    const std::size_t inside =
        text.size() < 2 ? std::string::npos : lower_case(candidate).find(lower_case(text));
    if (inside != std::string::npos) {
        return std::min<std::size_t>(distance, inside == 0 ? 0 : 1);
    }
    // A name of a few letters would otherwise be near every other short name.
    if (distance > std::max<std::size_t>(2, text.size() / 3) || distance >= text.size()) {
        return std::nullopt;
    }
    return distance;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string lower_case(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), lower);
    return result;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last, last(b.size() + 1), row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + changed});
            const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                                 lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        before_last = std::exchange(last, row);
    }
    return last[b.size()];
}

std::vector<std::string> nearest(std::string_view text, std::span<const std::string> candidates,
                                 std::size_t limit) {
    if (text.size() > kLongestName) {
        return {};
    }
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const std::string& candidate : candidates) {
        if (candidate.size() > kLongestName) {
            continue;
        }
        if (const auto distance = distance_if_near(text, candidate)) {
            found.emplace_back(*distance, candidate);
        }
    }
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
    std::vector<std::string> names;
    for (std::size_t i = 0; i < found.size() && i < limit; ++i) {
        names.push_back(std::move(found[i].second));
    }
    return names;
}

std::string nearest_hint(std::string_view text, std::span<const std::string> candidates) {
    std::string hint;
    for (const std::string& name : nearest(text, candidates)) {
        hint += (hint.empty() ? "; nearest: " : ", ") + name;
    }
    return hint;
}

}  // namespace tangram
