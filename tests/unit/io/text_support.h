// What the tests of parsers share: parse or fail, and the message of an error.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/result.h"
#include "io/parse.h"

namespace tangram::test {

inline io::Document yaml(std::string_view text) {
    auto document = io::parse_yaml(text, "f.yaml");
    CHECK(document.has_value(), std::string(text) + ": " + document.error().text());
    return std::move(*document);
}

inline io::Document json(std::string_view text) {
    auto document = io::parse_json(text, "f.json");
    CHECK(document.has_value(), std::string(text) + ": " + document.error().text());
    return std::move(*document);
}

// "" if there is none.
template <typename T>
std::string error_of(const Result<T>& result) {
    return result ? "" : result.error().text();
}

}  // namespace tangram::test
