#include "inputs.h"

#include <utility>

#include "catalogue_data.h"
#include "io/catalogue.h"
#include "io/files.h"
#include "io/performance_csv.h"

namespace tangram::app {

Result<std::shared_ptr<const gpu::Catalogue>> load_catalogue(const Session& session) {
    Result<gpu::Catalogue> built_in = io::read_catalogue(catalogue_json(), "built-in catalogue");
    if (!built_in) return Error{ErrorCode::kInternal, built_in.error().text(), {}};
    const std::string& path = session.settings.catalogue;
    if (path.empty()) return std::make_shared<const gpu::Catalogue>(*std::move(built_in));

    const Result<std::string> text = io::read_file(path);
    if (!text) return text.error();
    const Result<gpu::Catalogue> extra = io::read_catalogue(*text, path);
    if (!extra) return extra.error();
    Result<gpu::Catalogue> both = built_in->extended_by(*extra);
    if (!both) return invalid_input(both.error().text(), path);
    return std::make_shared<const gpu::Catalogue>(*std::move(both));
}

Result<io::ProblemFile> load_problem(const Session& session, const std::string& path) {
    Result<std::shared_ptr<const gpu::Catalogue>> catalogue = load_catalogue(session);
    if (!catalogue) return catalogue.error();
    io::ProblemContext context;
    context.catalogue = *std::move(catalogue);
    Result<io::ProblemFile> problem = io::read_problem(path, context);
    if (problem) session.warnings(problem->warnings);
    return problem;
}

Error in_file(const std::string& path, const Error& error) {
    if (error.code == ErrorCode::kInternal) return error;
    return {error.code, error.text(), path};
}

Result<perf::PerformanceTable> load_table(const Session& session,
                                          const std::vector<std::string>& files) {
    perf::PerformanceTable table;
    std::vector<std::string> warnings;
    for (const std::string& path : files) {
        const Result<void> read = io::read_performance_file(path, table, warnings);
        if (!read) return read.error();
    }
    session.warnings(warnings);
    return table;
}

std::string reference(const std::string& file, const std::string& output) {
    namespace fs = std::filesystem;
    std::error_code fault;
    const fs::path whole = fs::absolute(file, fault).lexically_normal();
    if (output.empty()) return whole.string();
    const fs::path folder = fs::absolute(output, fault).lexically_normal().parent_path();
    const fs::path relative = whole.lexically_relative(folder);
    return relative.empty() ? whole.string() : relative.string();
}

io::ProblemReferences moved_references(const io::ProblemReferences& references,
                                       const std::string& problem, const std::string& output) {
    namespace fs = std::filesystem;
    const auto move = [&](std::string& file) {
        if (file.empty() || fs::path(file).is_absolute()) return;
        file = reference((fs::path(problem).parent_path() / file).string(), output);
    };
    io::ProblemReferences moved = references;
    for (std::string& file : moved.profiles) move(file);
    for (std::string& file : moved.infeasible) move(file);
    move(moved.catalogue);
    return moved;
}

Result<Exit> deliver_problem(const Session& session, const workload::Problem& problem,
                             const io::ProblemReferences& references) {
    const Result<void> printed =
        session.deliver(session.settings.json ? io::write_problem_json(problem, references)
                                              : io::write_problem_yaml(problem, references));
    if (!printed) return printed.error();
    return Exit::kDone;
}

}  // namespace tangram::app
