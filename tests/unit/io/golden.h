// Outputs as files in tests/golden/io: compared byte for byte, written with
// TANGRAM_UPDATE_GOLDEN=1.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "io/files.h"

namespace tangram::test {

inline std::filesystem::path golden_path(const std::string& name) {
    return std::filesystem::path(TANGRAM_SOURCE_DIR) / "tests/golden/io" / name;
}

inline void expect_golden(const std::string& name, const std::string& text) {
    const std::filesystem::path path = golden_path(name);
    if (std::getenv("TANGRAM_UPDATE_GOLDEN") != nullptr) {
        ASSERT_TRUE(io::write_file_atomically(path, text).has_value());
    }
    const auto expected = io::read_file(path);
    ASSERT_TRUE(expected.has_value()) << path << ": run with TANGRAM_UPDATE_GOLDEN=1";
    EXPECT_EQ(text, *expected) << path;
}

}  // namespace tangram::test
