#include "io/problem/reference_reader.h"

#include <memory>
#include <set>
#include <utility>

#include "io/catalogue.h"
#include "io/performance_csv.h"

namespace tangram::io {

namespace fs = std::filesystem;

std::optional<std::string> ReferenceReader::referenced(Value value, std::string& reference,
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

void ReferenceReader::read_catalogue_file(const ObjectReader& file) {
    problem_.catalogue = context_.catalogue;
    const auto field = file.find("catalogue");
    if (!field) return;
    fs::path path;
    const auto text = referenced(*field, references_.catalogue, path);
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
    problem_.catalogue = std::make_shared<const gpu::Catalogue>(std::move(*both));
}

void ReferenceReader::read_rules(const ObjectReader& file) {
    const auto rules_field = file.find("rules");
    const std::string rules_name = rules_field ? read_text(*rules_field, error_) : "current";
    if (error_) return;
    if (const Result<gpu::RuleSet> rules = problem_.catalogue->rule_set(rules_name)) {
        problem_.rules = *rules;
    } else {
        error_.report((rules_field ? *rules_field : file.value()).error(rules.error().message));
    }
    if (const auto field = file.find("latency_rule")) {
        const std::string name = read_text(*field, error_);
        const Result<perf::LatencyRule> rule = perf::parse_latency_rule(name);
        if (rule) {
            problem_.latency_rule = *rule;
        } else {
            error_.report(field->error(rule.error().message +
                                       (name == "tail" ? " (`tail` is not available yet)" : "")));
        }
    }
}

void ReferenceReader::read_table_files(Value list, std::vector<std::string>& references,
                                       perf::PerformanceTable& table) {
    if (!expect_array(list, error_)) return;
    for (const Value value : list) {
        fs::path path;
        const auto text = referenced(value, references.emplace_back(), path);
        if (!text) return;
        const Result<void> read = read_performance_csv(*text, path.string(), table, warnings_);
        if (!read) {
            error_.report(read.error());
            return;
        }
    }
}

void ReferenceReader::read_tables(const ObjectReader& file) {
    auto table = std::make_shared<perf::PerformanceTable>();
    if (const auto list = file.find("profiles")) {
        if (list->size() == 0) error_.report(list->expected("at least one performance table"));
        read_table_files(*list, references_.profiles, *table);
    }
    if (const auto list = file.find("infeasible"); list && !error_) {
        read_table_files(*list, references_.infeasible, *table);
    }
    problem_.table = std::move(table);
}

std::vector<std::string> ReferenceReader::warnings() const {
    std::vector<std::string> warnings = warnings_;
    std::set<std::string> names;
    for (const perf::OperatingPoint& point : problem_.table->points()) names.insert(point.gpu);
    for (const std::string& name : names) {
        if (const auto model = problem_.catalogue->find(name); !model) {
            warnings.push_back("rows of the tables are not used: " + model.error().message);
        }
    }
    return warnings;
}

}  // namespace tangram::io
