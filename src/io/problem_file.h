// The problem file: which services, on which fleet, measured how. YAML or JSON, by content.
//
// Beyond the form of the file this checks all that can be known without planning: names (services
// twice, unknown models, GPUs, profiles, rule sets, metrics; with the nearest known name), that a
// model measured in two precisions says which, that an asked-for percentile was measured, that node
// constraints have nodes. Rates are rounded up to 1/1000, limits on latency down to 1 ns.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gpu/catalogue.h"
#include "io/files.h"
#include "workload/problem.h"

namespace tangram::io {

struct ProblemContext {
    // The built-in catalogue; a problem's `catalogue: FILE` extends it.
    std::shared_ptr<const gpu::Catalogue> catalogue;
    // How files the problem names are read.
    std::function<Result<std::string>(const std::filesystem::path&)> read =
        [](const std::filesystem::path& path) { return read_file(path); };
};

// Files a problem refers to, as it writes them.
struct ProblemReferences {
    std::vector<std::string> profiles;
    std::vector<std::string> infeasible;
    std::string catalogue;  // empty: the built-in one alone
};

struct ProblemFile {
    workload::Problem problem;
    ProblemReferences references;
    std::vector<std::string> warnings;
};

// Errors say file, line or JSON pointer, field, what was found and what was expected. Time linear
// in the sizes of the files.
[[nodiscard]] Result<ProblemFile> read_problem(const std::filesystem::path& path,
                                               const ProblemContext& context);
// The same from text; references are relative to `folder`, errors name `file`.
[[nodiscard]] Result<ProblemFile> parse_problem(std::string_view text, const std::string& file,
                                                const std::filesystem::path& folder,
                                                const ProblemContext& context);

// A file that reads back as the same problem. YAML for people; JSON is ten times faster to read.
[[nodiscard]] std::string write_problem_yaml(const workload::Problem& problem,
                                             const ProblemReferences& references);
[[nodiscard]] std::string write_problem_json(const workload::Problem& problem,
                                             const ProblemReferences& references);

}  // namespace tangram::io
