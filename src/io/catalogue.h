// GPU catalogues from JSON: {"format": "tangram/catalogue", "version": 1, "rule_sets": [...],
// "gpus": [...]}, as docs/schema/catalogue.schema.json describes it. The built-in one
// (src/gpu/catalogue.json) and a user's extension have the same format.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "gpu/catalogue.h"

namespace tangram::io {

// Strict: unknown and missing fields, wrong types, duplicate names and impossible geometry are
// errors that name the place. `place` is the file's name in messages. O(size).
[[nodiscard]] Result<gpu::Catalogue> read_catalogue(std::string_view json_text,
                                                    const std::string& place);

}  // namespace tangram::io
