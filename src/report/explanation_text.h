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
    // False: per profile the chosen operating point, and of each kind of refusal the fastest that
    // would have been better. True: every one that was judged.
    bool all_points = false;
};

// Errors: not that format. Ends with a newline.
[[nodiscard]] Result<std::string> explanation_text(std::string_view json,
                                                   const ExplanationTextOptions& options = {});

}  // namespace tangram::report
