// Files the commands read, and the problem files they write, through io.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "command.h"
#include "deployment/deployment.h"
#include "gpu/catalogue.h"
#include "io/problem_file.h"
#include "perf/performance_table.h"
#include "session.h"

namespace tangram::app {

// The built-in catalogue, extended by --catalogue if given.
[[nodiscard]] Result<std::shared_ptr<const gpu::Catalogue>> load_catalogue(const Session& session);

// With the session's catalogue; warnings go to standard error.
[[nodiscard]] Result<io::ProblemFile> load_problem(const Session& session, const std::string& path);

// The error with the file it is about in front; a fault of ours as it is.
[[nodiscard]] Error in_file(const std::string& path, const Error& error);

// A table from CSV files of measurements and of infeasible combinations.
[[nodiscard]] Result<perf::PerformanceTable> load_table(const Session& session,
                                                        const std::vector<std::string>& files);

// How a file written to `output` names `file`: relative to its folder; absolute where the output is
// standard output (""), which has no folder.
[[nodiscard]] std::string reference(const std::string& file, const std::string& output);

// The references of the problem in `problem`, as a file written to `output` has them; absolute ones
// stay as they are.
[[nodiscard]] io::ProblemReferences moved_references(const io::ProblemReferences& references,
                                                     const std::string& problem,
                                                     const std::string& output);

// The problem to where the session's answers go: YAML, or JSON with --json.
[[nodiscard]] Result<Exit> deliver_problem(const Session& session, const workload::Problem& problem,
                                           const io::ProblemReferences& references);

}  // namespace tangram::app
