// The scenario file: which tenants share which GPUs over windows that follow each other, what they
// are asked for, how their models get better and worse, how long switching takes. YAML or JSON, by
// content; docs/schema/window-scenario.schema.json describes it.
//
// Times are in seconds. Retrainings, switching and what is left of it are rounded up to slots,
// rates up and capacities down to 1/1000, shares down to 10^-6.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/problem_file.h"
#include "window/scenario.h"

namespace tangram::io {

struct ScenarioFile {
    window::Scenario scenario;
    std::string catalogue;  // the file it refers to; empty: the built-in one alone
    std::vector<std::string> warnings;
};

// Errors say file, line or JSON pointer, field, what was found and what was expected: the form,
// names (with the nearest known ones), numbers and their limits, models no profile can serve within
// the objective, whatever window::validate refuses. Time linear in the sizes of the files.
[[nodiscard]] Result<ScenarioFile> read_scenario(const std::filesystem::path& path,
                                                 const ProblemContext& context);
// The same from text; references are relative to `folder`, errors name `file`.
[[nodiscard]] Result<ScenarioFile> parse_scenario(std::string_view text, const std::string& file,
                                                  const std::filesystem::path& folder,
                                                  const ProblemContext& context);

// YAML that reads back as the same scenario and needs neither tables nor CSV files: capacities and
// rates stand in it. Every kind must have a GPU. O(size).
[[nodiscard]] std::string write_scenario(const ScenarioFile& file);

}  // namespace tangram::io
