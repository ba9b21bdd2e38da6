// The deployment file: numbered GPUs, the instances on them and what each runs, as JSON with one
// line per GPU, service and operating point, so that files can be compared line by line. Numbers
// are printed from the integers behind them, exactly.
//
// Reading is strict about form and names (every reference resolves) and silent about legality: an
// overlapping placement is read as it stands, for the checker to report. Wherever a deployment is
// read, a plan that contains one is accepted.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "deployment/deployment.h"
#include "io/object_reader.h"

namespace tangram::io {

[[nodiscard]] std::string write_deployment(const deployment::Deployment& deployment);

// Errors: form, unknown names, a plan without a deployment. O(size).
[[nodiscard]] Result<deployment::Deployment> read_deployment(const std::filesystem::path& path);
[[nodiscard]] Result<deployment::Deployment> parse_deployment(std::string_view text,
                                                              const std::string& file);

// As files write them: "serving", "ok".
[[nodiscard]] std::string_view name(deployment::Phase phase);
[[nodiscard]] std::string_view name(deployment::GpuStatus status);

// Parts of plan files: appends the deployment as one JSON value, its inner lines indented by
// `indent` more spaces; decodes the value of a deployment.
void append_deployment(std::string& out, const deployment::Deployment& deployment, int indent);
[[nodiscard]] deployment::Deployment decode_deployment(Value value, FirstError& error);

}  // namespace tangram::io
