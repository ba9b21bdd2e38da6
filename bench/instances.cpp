#include "instances.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "io/csv.h"
#include "io/decimal.h"
#include "io/files.h"

namespace tangram::bench {
namespace {

constexpr std::string_view kHeader =
    "name,family,services,seed,scenario,scale,processes,cost,bound";
constexpr int kCostDecimals = 6;

// The fields of one row, by column; the first fault is kept.
class RowReader {
public:
    RowReader(const io::CsvRow& row, std::string place) : row_(row), place_(std::move(place)) {}

    [[nodiscard]] std::string text(std::size_t column) const { return row_.fields[column]; }

    // 0 for an empty field.
    std::int64_t number(std::size_t column, int decimals = 0) {
        const std::string& field = row_.fields[column];
        if (field.empty()) return 0;
        const io::Decimal decimal = io::parse_decimal(field, decimals);
        if (decimal.fault || decimal.count < 0) fail("'" + field + "' is not such a number");
        return decimal.count;
    }

    void fail(std::string message) {
        if (!error_) error_ = invalid_input(std::move(message), place_);
    }
    [[nodiscard]] Result<void> end() const {
        return error_ ? Result<void>(*error_) : Result<void>();
    }

private:
    const io::CsvRow& row_;
    std::string place_;
    std::optional<Error> error_;
};

Instance read_row(RowReader& row) {
    Instance instance;
    instance.name = row.text(0);
    instance.family = row.text(1);
    instance.services = static_cast<std::size_t>(row.number(2));
    instance.seed = static_cast<std::uint64_t>(row.number(3));
    instance.scenario = static_cast<int>(row.number(4));
    instance.scale = static_cast<int>(row.number(5));
    instance.processes = static_cast<int>(row.number(6));
    if (!row.text(7).empty()) instance.cost = Cost{row.number(7, kCostDecimals)};
    instance.bound = Cost{row.number(8, kCostDecimals)};
    const bool scenario = instance.scenario >= 1 && instance.scenario <= 6 && instance.scale >= 1 &&
                          instance.processes >= 1 && instance.family.empty();
    const bool family =
        !instance.family.empty() && instance.services >= 1 && instance.scenario == 0;
    if (scenario == family) row.fail("neither a family with services nor a scenario 1 to 6");
    if (instance.cost && instance.bound > *instance.cost) row.fail("the bound is above the cost");
    return instance;
}

std::string row_text(const Instance& instance) {
    const std::string what =
        instance.family.empty()
            ? fmt::format(",,,{},{},{}", instance.scenario, instance.scale, instance.processes)
            : fmt::format("{},{},{},,,", instance.family, instance.services, instance.seed);
    const std::string cost = instance.cost ? fmt::format("{}", cost_units(*instance.cost)) : "";
    return fmt::format("{},{},{},{}\n", instance.name, what, cost, cost_units(instance.bound));
}

}  // namespace

std::filesystem::path instances_path() {
    return TANGRAM_SOURCE_DIR "/bench/instances/instances.csv";
}

std::vector<Instance> read_instances(const std::filesystem::path& path) {
    const std::string text = or_exit(io::read_file(path));
    std::vector<Instance> instances;
    std::set<std::string> names;
    const auto columns = 1 + std::ranges::count(kHeader, ',');
    const auto visit = [&](const io::CsvRow& fields) -> Result<void> {
        RowReader row(fields, path.string() + ":" + std::to_string(fields.line));
        if (std::ssize(fields.fields) != columns) {
            row.fail(fmt::format("expected {}", kHeader));
            return row.end();
        }
        if (fields.line == 1) return {};
        Instance instance = read_row(row);
        if (!names.insert(instance.name).second) row.fail("a second " + instance.name);
        instances.push_back(std::move(instance));
        return row.end();
    };
    if (const Result<void> read = io::read_csv(text, path.string(), visit); !read) {
        exit_with(read.error());
    }
    return instances;
}

void write_instances(const std::filesystem::path& path, const std::vector<Instance>& instances) {
    std::string text = fmt::format("{}\n", kHeader);
    for (const Instance& instance : instances) text += row_text(instance);
    const Result<void> written = io::write_file_atomically(path, text);
    if (!written) exit_with(written.error());
}

workload::Problem problem_of(const Inputs& inputs, const Instance& instance) {
    if (instance.family.empty()) {
        return scenario_problem(inputs, instance.scenario, instance.scale, instance.processes);
    }
    return family_problem(inputs, instance.family, instance.services, instance.seed);
}

}  // namespace tangram::bench
