#include "io/problem_file.h"

#include <utility>

#include "io/object_reader.h"
#include "io/parse.h"
#include "io/problem/fleet_reader.h"
#include "io/problem/reference_reader.h"
#include "io/problem/service_reader.h"

namespace tangram::io {
namespace {

namespace fs = std::filesystem;

Result<ProblemFile> read_problem_tree(Value root, const fs::path& folder,
                                      const ProblemContext& context) {
    FirstError error;
    workload::Problem problem;
    ReferenceReader rest(folder, context, problem, error);
    ObjectReader file(root, error,
                      {"format", "version", "gpus", "nodes", "rules", "catalogue", "profiles",
                       "infeasible", "latency_rule", "max_utilization", "services"});
    if (!error) expect_format(file, "tangram/problem", error);
    // Files are opened only once the problem's own form is known to be right so far.
    const auto services = file.array("services");
    if (!error) rest.read_catalogue_file(file);
    if (!error) rest.read_rules(file);
    if (const auto limit = file.find("max_utilization"); limit && !error) {
        problem.max_utilization = read_share(*limit, error);
    }
    if (!error) read_fleet(file, problem, error);
    if (!error && file.array("profiles")) rest.read_tables(file);
    if (!error) ServiceReader(problem, error).read(*services);
    if (error) return *error.error;
    std::vector<std::string> warnings = rest.warnings();
    return ProblemFile{std::move(problem), rest.references(), std::move(warnings)};
}

}  // namespace

Result<ProblemFile> parse_problem(std::string_view text, const std::string& file,
                                  const fs::path& folder, const ProblemContext& context) {
    const Result<Document> document = parse_yaml_or_json(text, file);
    if (!document) return document.error();
    return read_problem_tree(document->root(), folder, context);
}

Result<ProblemFile> read_problem(const fs::path& path, const ProblemContext& context) {
    const Result<std::string> text = context.read(path);
    if (!text) return text.error();
    return parse_problem(*text, path.string(), path.parent_path(), context);
}

}  // namespace tangram::io
