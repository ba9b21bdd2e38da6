#include "io/import/parvagpu.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "io/csv.h"
#include "io/object_reader.h"
#include "io/performance_csv.h"

namespace tangram::io {
namespace {

namespace fs = std::filesystem;
__extension__ using Wide = __int128;  // products of two 64-bit counts

constexpr std::string_view kAbsent = "N/A";

// One row of a scenario file: absent where it says N/A.
using Amounts = std::vector<std::optional<std::int64_t>>;

class Importer {
public:
    Importer(const ParvaGpuScenario& scenario, const ProblemContext& context)
        : scenario_(scenario), context_(context) {}

    Result<ProblemFile> run();

private:
    Result<void> read_table();
    Result<void> set_fleet();
    Result<Amounts> read_row(const fs::path& path, const NumberRule& rule) const;
    Result<Amounts> decode(const CsvRow& row, const std::string& place,
                           const NumberRule& rule) const;
    Result<void> add_services(const Amounts& rates, const Amounts& limits);
    [[nodiscard]] workload::Service service(perf::ModelId model, std::int64_t rate,
                                            std::int64_t limit) const;
    [[nodiscard]] std::string reference() const;

    const ParvaGpuScenario& scenario_;
    const ProblemContext& context_;
    ProblemFile result_;
    std::vector<perf::ModelId> models_;  // by name
    perf::MetricId metric_;
};

Result<void> Importer::read_table() {
    const Result<std::string> text = context_.read(scenario_.profiles);
    if (!text) return text.error();
    auto table = std::make_shared<perf::PerformanceTable>();
    Result<void> read =
        read_performance_csv(*text, scenario_.profiles.string(), *table, result_.warnings);
    if (!read) return read.error();
    for (const perf::ModelId model : table->models().ids()) models_.push_back(model);
    std::ranges::sort(models_, {}, [&](perf::ModelId model) { return table->models()[model]; });
    metric_ = table->find_metric("latency_ms");
    if (!metric_.valid()) {
        return invalid_input("there is no column latency_ms, which the scenarios limit",
                             scenario_.profiles.string());
    }
    result_.problem.table = std::move(table);
    return {};
}

Result<void> Importer::set_fleet() {
    workload::Problem& problem = result_.problem;
    problem.catalogue = context_.catalogue;
    const Result<gpu::GpuModelId> gpu = problem.catalogue->find(scenario_.gpu);
    if (!gpu) return gpu.error();
    workload::FleetEntry entry;
    entry.model = *gpu;
    problem.fleet.push_back(entry);
    Result<gpu::RuleSet> rules = problem.catalogue->rule_set("current");
    if (!rules) return rules.error();
    problem.rules = std::move(*rules);
    problem.latency_rule = scenario_.latency_rule;
    result_.references.profiles = {reference()};
    return {};
}

// Relative to the problem's folder, so that both can move together.
std::string Importer::reference() const {
    const fs::path table = fs::weakly_canonical(fs::absolute(scenario_.profiles));
    if (!scenario_.output) return table.generic_string();
    const fs::path folder = fs::weakly_canonical(fs::absolute(*scenario_.output).parent_path());
    return table.lexically_proximate(folder).generic_string();
}

Result<Amounts> Importer::decode(const CsvRow& row, const std::string& place,
                                 const NumberRule& rule) const {
    if (row.fields.size() != models_.size()) {
        return invalid_input(
            fmt::format("found {} columns, expected {}: one per model of {}", row.fields.size(),
                        models_.size(), scenario_.profiles.string()),
            place);
    }
    Amounts amounts;
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
        if (row.fields[i] == kAbsent) {
            amounts.emplace_back();
            continue;
        }
        const Decimal decimal = parse_decimal(row.fields[i], rule.digits, rule.rounding);
        if (decimal.fault || decimal.count < rule.min || decimal.count > rule.max) {
            return invalid_input(fmt::format("column {} ({}): found \"{}\", expected {}, or N/A",
                                             i + 1, result_.problem.table->models()[models_[i]],
                                             row.fields[i], rule.expected),
                                 place);
        }
        amounts.emplace_back(decimal.count);
    }
    return amounts;
}

Result<Amounts> Importer::read_row(const fs::path& path, const NumberRule& rule) const {
    const Result<std::string> text = context_.read(path);
    if (!text) return text.error();
    std::optional<Amounts> wanted;
    int rows = 0;
    // Every row is decoded, so that a broken file is not accepted for one good row.
    Result<void> read = read_csv(*text, path.string(), [&](const CsvRow& row) -> Result<void> {
        Result<Amounts> amounts = decode(row, fmt::format("{}:{}", path.string(), row.line), rule);
        if (!amounts) return amounts.error();
        if (++rows == scenario_.scenario) wanted = std::move(*amounts);
        return {};
    });
    if (!read) return read.error();
    if (!wanted) {
        return invalid_input(fmt::format("there is no scenario {}; the file has {}, from 1 on",
                                         scenario_.scenario, rows),
                             path.string());
    }
    return std::move(*wanted);
}

workload::Service Importer::service(perf::ModelId model, std::int64_t rate,
                                    std::int64_t limit) const {
    workload::Service service;
    const std::string& name = result_.problem.table->models()[model];
    service.name = name.substr(0, name.find('('));
    service.model = model;
    const Wide scaled = Wide{rate} * scenario_.scale_millionths;
    service.rate = Rate{static_cast<std::int64_t>((scaled + 999'999) / 1'000'000)};
    service.slo = {{metric_, Duration{limit}, std::nullopt}};
    service.max_processes = scenario_.max_processes;
    return service;
}

Result<void> Importer::add_services(const Amounts& rates, const Amounts& limits) {
    std::unordered_set<std::string> names;
    for (std::size_t i = 0; i < models_.size(); ++i) {
        const std::string& model = result_.problem.table->models()[models_[i]];
        if (rates[i].has_value() != limits[i].has_value()) {
            return invalid_input(fmt::format("scenario {}, column {} ({}): N/A in one file only",
                                             scenario_.scenario, i + 1, model),
                                 scenario_.rates.string() + " and " + scenario_.latencies.string());
        }
        if (!rates[i]) continue;
        workload::Service added = service(models_[i], *rates[i], *limits[i]);
        if (added.rate.count() > kRateRule.max) {
            return invalid_input(fmt::format("the scaled rate of {} is beyond 10^12 requests per "
                                             "second",
                                             model),
                                 scenario_.rates.string());
        }
        if (added.name.empty() || !names.insert(added.name).second) {
            return invalid_input(fmt::format("no service can be named after the model \"{}\": the "
                                             "name without parentheses is empty or taken",
                                             model),
                                 scenario_.profiles.string());
        }
        result_.problem.services.push_back(std::move(added));
    }
    if (result_.problem.services.empty()) {
        return invalid_input(fmt::format("scenario {} has no service", scenario_.scenario),
                             scenario_.rates.string());
    }
    return {};
}

Result<ProblemFile> Importer::run() {
    CHECK(scenario_.scale_millionths > 0);
    if (Result<void> table = read_table(); !table) return table.error();
    if (Result<void> fleet = set_fleet(); !fleet) return fleet.error();
    const Result<Amounts> rates = read_row(scenario_.rates, kRateRule);
    if (!rates) return rates.error();
    const Result<Amounts> limits = read_row(scenario_.latencies, kLimitMsRule);
    if (!limits) return limits.error();
    if (Result<void> services = add_services(*rates, *limits); !services) return services.error();
    return std::move(result_);
}

}  // namespace

Result<ProblemFile> import_parvagpu(const ParvaGpuScenario& scenario,
                                    const ProblemContext& context) {
    return Importer(scenario, context).run();
}

}  // namespace tangram::io
