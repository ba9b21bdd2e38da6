#include "io/problem_file.h"

#include <fmt/format.h>

#include <set>

#include "io/catalogue.h"
#include "io/object_reader.h"
#include "io/parse.h"
#include "io/performance_csv.h"
#include "io/problem/fleet_reader.h"
#include "io/problem/service_reader.h"

namespace tangram::io {
namespace {

namespace fs = std::filesystem;

class ProblemReader {
public:
    ProblemReader(const fs::path& folder, const ProblemContext& context)
        : folder_(folder), context_(context) {}

    Result<ProblemFile> read(Value root);

private:
    void read_catalogue_file(const ObjectReader& file);
    void read_rules(const ObjectReader& file);
    void read_tables(ObjectReader& file);
    void read_table_files(Value list, std::vector<std::string>& references,
                          perf::PerformanceTable& table);
    // What the file the value names says; nothing with an error.
    std::optional<std::string> referenced(Value value, std::string& reference, fs::path& path);
    void warn_of_unknown_gpus();

    fs::path folder_;
    const ProblemContext& context_;
    ProblemFile result_;
    FirstError error_;
};

std::optional<std::string> ProblemReader::referenced(Value value, std::string& reference,
                                                     fs::path& path) {
    reference = read_text(value, error_);
    if (error_) return std::nullopt;
    path = folder_ / reference;
    Result<std::string> text = context_.read(path);
    if (!text) {
        error_.report(value.error(text.error().text()));
        return std::nullopt;
    }
    return std::move(*text);
}

void ProblemReader::read_catalogue_file(const ObjectReader& file) {
    result_.problem.catalogue = context_.catalogue;
    const auto field = file.find("catalogue");
    if (!field) return;
    fs::path path;
    const auto text = referenced(*field, result_.references.catalogue, path);
    if (!text) return;
    const Result<gpu::Catalogue> extra = read_catalogue(*text, path.string());
    if (!extra) {
        error_.report(extra.error());
        return;
    }
    Result<gpu::Catalogue> both = context_.catalogue->extended_by(*extra);
    if (!both) {
        error_.report(field->error(both.error().message));
        return;
    }
    result_.problem.catalogue = std::make_shared<const gpu::Catalogue>(std::move(*both));
}

void ProblemReader::read_rules(const ObjectReader& file) {
    workload::Problem& problem = result_.problem;
    const auto rules_field = file.find("rules");
    const std::string rules_name = rules_field ? read_text(*rules_field, error_) : "current";
    if (error_) return;
    if (const Result<gpu::RuleSet> rules = problem.catalogue->rule_set(rules_name)) {
        problem.rules = *rules;
    } else {
        error_.report((rules_field ? *rules_field : file.value()).error(rules.error().message));
    }
    if (const auto field = file.find("latency_rule")) {
        const std::string name = read_text(*field, error_);
        const Result<perf::LatencyRule> rule = perf::parse_latency_rule(name);
        if (rule) {
            problem.latency_rule = *rule;
        } else {
            error_.report(field->error(rule.error().message +
                                       (name == "tail" ? " (`tail` is not available yet)" : "")));
        }
    }
    if (const auto field = file.find("max_utilization")) {
        problem.max_utilization = read_share(*field, error_);
    }
}

void ProblemReader::read_table_files(Value list, std::vector<std::string>& references,
                                     perf::PerformanceTable& table) {
    if (!expect_array(list, error_)) return;
    for (const Value value : list) {
        fs::path path;
        const auto text = referenced(value, references.emplace_back(), path);
        if (!text) return;
        const Result<void> read =
            read_performance_csv(*text, path.string(), table, result_.warnings);
        if (!read) {
            error_.report(read.error());
            return;
        }
    }
}

void ProblemReader::read_tables(ObjectReader& file) {
    auto table = std::make_shared<perf::PerformanceTable>();
    if (const auto list = file.array("profiles")) {
        if (list->size() == 0) error_.report(list->expected("at least one performance table"));
        read_table_files(*list, result_.references.profiles, *table);
    }
    if (const auto list = file.find("infeasible"); list && !error_) {
        read_table_files(*list, result_.references.infeasible, *table);
    }
    result_.problem.table = std::move(table);
}

void ProblemReader::warn_of_unknown_gpus() {
    std::set<std::string> names;
    for (const perf::OperatingPoint& point : result_.problem.table->points()) {
        names.insert(point.gpu);
    }
    for (const std::string& name : names) {
        if (const auto model = result_.problem.catalogue->find(name); !model) {
            result_.warnings.push_back("rows of the tables are not used: " + model.error().message);
        }
    }
}

Result<ProblemFile> ProblemReader::read(Value root) {
    ObjectReader file(root, error_,
                      {"format", "version", "gpus", "nodes", "rules", "catalogue", "profiles",
                       "infeasible", "latency_rule", "max_utilization", "services"});
    if (!error_) expect_format(file, "tangram/problem", error_);
    // Files are opened only once the problem's own form is known to be right so far.
    const auto services = file.array("services");
    if (!error_) read_catalogue_file(file);
    if (!error_) read_rules(file);
    if (!error_) read_fleet(file, result_.problem, error_);
    if (!error_) read_tables(file);
    if (!error_) ServiceReader(result_.problem, error_).read(*services);
    if (error_) return *error_.error;
    warn_of_unknown_gpus();
    return std::move(result_);
}

}  // namespace

Result<ProblemFile> parse_problem(std::string_view text, const std::string& file,
                                  const fs::path& folder, const ProblemContext& context) {
    const Result<Document> document = parse_yaml_or_json(text, file);
    if (!document) return document.error();
    return ProblemReader(folder, context).read(document->root());
}

Result<ProblemFile> read_problem(const fs::path& path, const ProblemContext& context) {
    const Result<std::string> text = context.read(path);
    if (!text) return text.error();
    return parse_problem(*text, path.string(), path.parent_path(), context);
}

}  // namespace tangram::io
