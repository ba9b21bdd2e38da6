// An explanation (format tangram/explanation) in words and tables for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tangram::report {

struct ExplanationTextOptions {
    std::size_t max_services = 50;  // the costliest; the rest is counted
    std::size_t max_partitions = 30;
    bool points = true;  // every operating point that was judged, with its reason
};

// Errors: not that format. Ends with a newline.
[[nodiscard]] Result<std::string> explanation_text(std::string_view json,
                                                   const ExplanationTextOptions& options = {});

}  // namespace tangram::report
