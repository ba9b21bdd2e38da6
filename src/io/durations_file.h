// How long the steps of a transition take: {format: tangram/durations, version: 1, name,
// granularity, create_s, ...}, YAML or JSON, as docs/schema/durations.schema.json describes it; and
// the presets that come with the library (src/transition/presets.json).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "transition/durations.h"

namespace tangram::io {

// Strict. Times that are absent are 0; those that the granularity does not use are refused.
[[nodiscard]] Result<transition::Durations> parse_durations(std::string_view text,
                                                            const std::string& file);
[[nodiscard]] Result<transition::Durations> read_durations(const std::filesystem::path& path);

// The presets: "driver", "cli", "kubernetes".
[[nodiscard]] Result<std::vector<transition::Durations>> parse_presets(std::string_view text,
                                                                       const std::string& file);

}  // namespace tangram::io
