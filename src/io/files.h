// Whole files in and out. Reading has a limit; what is written appears complete or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tangram::io {

inline constexpr std::uint64_t kFileBytesMax = 1'000'000'000;

// All bytes of a file or pipe. Fails if there is none (kNotFound), if it cannot be read, is a
// folder, longer than `bytes_max`, or empty. Errors have the path as context.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::uint64_t bytes_max = kFileBytesMax);

// Writes a temporary file in the same folder, flushes it to the disk and renames it over `path`,
// keeping the permissions of a file that was there. On failure nothing is left behind and what was
// there stays. A link is followed: the file it points to is replaced. Pipes and devices are written
// to directly.
[[nodiscard]] Result<void> write_file_atomically(const std::filesystem::path& path,
                                                 std::string_view content);

}  // namespace tangram::io
