// Reads any file of ours strictly and says what it is.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/problem_file.h"

namespace tangram::io {

struct ValidFile {
    std::string format;   // "tangram/problem", "performance table", "infeasible combinations", ...
    std::string summary;  // "11 services, 1 GPU model, 1733 operating points"
    std::vector<std::string> warnings;
};

// By content: a problem or window scenario (with the files it names), deployment, plan, catalogue,
// window schedule, performance table, list of infeasible combinations or rates over time. Errors
// are those of the readers, or say that the file is none of these.
[[nodiscard]] Result<ValidFile> validate_file(const std::filesystem::path& path,
                                              const ProblemContext& context);

}  // namespace tangram::io
