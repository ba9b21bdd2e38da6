// From text to a tree of values. Strict: what cannot be meant is refused, not repaired.
//
// Refused in both: text that is not UTF-8, NUL bytes, two members of one name, more than
// kDepthMax levels, more than kValuesMax values. A byte order mark and CRLF are accepted.
// JSON (RFC 8259): nothing may follow the value; a number beyond the range of a double is refused.
// YAML: at most kYamlBytesMax; one document; no anchors, aliases or tags; plain scalars have the
// types of the YAML 1.2 core schema; only scalars name fields. yaml-cpp's events are used, not its
// nodes: those take some 500 bytes each and follow aliases.
//
// `file` is the name errors show. Time linear in the text; the tree keeps a copy of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/value.h"

namespace tangram::io {

inline constexpr int kDepthMax = 64;
inline constexpr std::size_t kValuesMax = 20'000'000;
// YAML is read some fifteen times slower than JSON: beyond this one would wait for minutes.
inline constexpr std::size_t kYamlBytesMax = 64'000'000;

[[nodiscard]] Result<Document> parse_json(std::string_view text, const std::string& file);
[[nodiscard]] Result<Document> parse_yaml(std::string_view text, std::string file);

// JSON if the first character that is no white space is { or [, else YAML.
[[nodiscard]] Result<Document> parse_yaml_or_json(std::string_view text, std::string file);
[[nodiscard]] bool looks_like_json(std::string_view text);

// Fails on empty text, NUL bytes and text that is not UTF-8: what every text file of ours must
// pass. Returns the text without a byte order mark.
[[nodiscard]] Result<std::string_view> check_text(std::string_view text, const std::string& file);

}  // namespace tangram::io
