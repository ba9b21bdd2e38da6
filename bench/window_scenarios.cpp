#include "window_scenarios.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "base/random.h"
#include "io/csv.h"
#include "io/files.h"

namespace tangram::bench {
namespace {

using window::KindId;
using window::ScenarioTenant;
using Row = WindowScenarios::Row;

constexpr std::size_t kPast = 200;    // slots before the window, for forecasts
constexpr double kLightSeconds = 15;  // Ekya's retrainings on a whole GPU, at most
constexpr double kFullSeconds = 60;
constexpr int kProcessesMax = 3;
constexpr double kMinuteSeconds = 60;
constexpr double kServegenSeconds = 600;
constexpr double kBurstMemory = 0.9;
constexpr double kBurstDeviation = 0.3;
constexpr double kRequestsMin = 200;  // stretches of the LLM trace with fewer are too thin

struct ModelFacts {
    std::string_view name;
    int slo_ms;                 // ParvaGPU's scenario S2, rounded down
    double weights_mb;          // fp32
    std::string_view training;  // the table ...
    std::string_view trained;   // ... the model in it that comes closest ...
    std::string_view batch;     // ... and its batch
};
constexpr ModelFacts kModels[] = {
    {"resnet50", 204, 98, "migperf", "resnet50", "32"},
    {"densenet121", 183, 31, "miso", "resnet_train", "256"},
    {"inceptionv3", 418, 104, "miso", "resnet_train", "512"},
    {"mobilenetv2", 167, 14, "miso", "mobilenet_train", "512"},
    {"vgg16", 399, 528, "miso", "resnet_train", "512"},
    {"bert-large(seq128)", 6434, 1340, "migperf", "bert-base(seq128)", "32"},
};

struct Law {
    std::string_view name;
    double accuracy_min, accuracy_max;  // before
    double gain_min, gain_max;
    double tau;                   // epochs
    double epoch_min, epoch_max;  // seconds on a whole GPU
    int light, full;              // epochs
};
constexpr Law kLaws[] = {{"gentle", 0.60, 0.75, 0.08, 0.20, 10, 0.8, 1.6, 10, 30},
                         {"harsh", 0.30, 0.50, 0.30, 0.45, 5, 1.0, 3.0, 5, 15}};

const ModelFacts& facts_of(std::string_view model) {
    const auto* const found = std::ranges::find(kModels, model, &ModelFacts::name);
    if (found == std::end(kModels)) exit_with(invalid_input("no model " + std::string(model)));
    return *found;
}

std::vector<Row> read_rows(const std::filesystem::path& path) {
    const std::string text = or_exit(io::read_file(path));
    std::vector<std::string> names;
    std::vector<Row> rows;
    const auto read = io::read_csv(text, path.string(), [&](const io::CsvRow& row) {
        if (names.empty()) {
            names = row.fields;
            return Result<void>();
        }
        if (row.fields.size() != names.size()) {
            return Result<void>(
                invalid_input(fmt::format("{} fields under {} columns at {}:{}", row.fields.size(),
                                          names.size(), path.string(), row.line)));
        }
        Row cells;
        for (std::size_t i = 0; i < names.size(); ++i) cells[names[i]] = row.fields[i];
        rows.push_back(std::move(cells));
        return Result<void>();
    });
    if (!read) exit_with(read.error());
    return rows;
}

double number(const Row& row, const std::string& column) {
    const auto cell = row.find(column);
    if (cell == row.end()) exit_with(invalid_input("no column " + column));
    char* end = nullptr;
    const double value = std::strtod(cell->second.c_str(), &end);
    if (cell->second.empty() || *end != '\0' || !std::isfinite(value)) {
        exit_with(invalid_input("'" + cell->second + "' in column " + column + " is no number"));
    }
    return value;
}

double between(Random& random, double low, double high) {
    return low + (high - low) * random.unit();
}
Share share_of(double value) {
    return Share{std::llround(value * static_cast<double>(kSharePerOne))};
}
Duration seconds_of(double value) { return Duration{std::llround(value * 1e9)}; }

// Values `step` seconds apart, by the second from `begin` on.
std::vector<double> interpolated(const std::vector<double>& values, double step, double begin,
                                 std::size_t seconds) {
    std::vector<double> line;
    for (std::size_t t = 0; t < seconds; ++t) {
        const double at = (begin + static_cast<double>(t)) / step;
        const auto i = static_cast<std::size_t>(at);
        const double part = at - std::floor(at);
        line.push_back(values.at(i) * (1 - part) + values.at(i + 1) * part);
    }
    return line;
}

std::vector<double> smoothed(const std::vector<double>& values, std::size_t begin,
                             std::size_t seconds) {
    std::vector<double> line;
    for (std::size_t t = begin; t < begin + seconds; ++t) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(t);
        line.push_back(std::accumulate(first, first + 5, 0.0) / 5);
    }
    return line;
}

void add_bursts(std::vector<double>& line, Random& random) {
    double state = kBurstDeviation * random.normal();
    const double fresh = kBurstDeviation * std::sqrt(1 - kBurstMemory * kBurstMemory);
    for (double& value : line) {
        value *= std::exp(state - kBurstDeviation * kBurstDeviation / 2);
        state = kBurstMemory * state + fresh * random.normal();
    }
}

// One retraining of a whole GPU's time.
struct Choice {
    std::string name;
    double seconds = 0;
    double accuracy = 0;
};
struct Drift {
    double accuracy = 0;  // before
    std::vector<Choice> choices;
};

Drift generated_drift(const Law& law, Random& random) {
    Drift drift{between(random, law.accuracy_min, law.accuracy_max), {}};
    const double gain = between(random, law.gain_min, law.gain_max);
    const double epoch = between(random, law.epoch_min, law.epoch_max);
    for (const int epochs : {law.light, law.full}) {
        drift.choices.push_back({fmt::format("{} epochs", epochs), epoch * epochs,
                                 drift.accuracy + gain * (1 - std::exp(-epochs / law.tau))});
    }
    return drift;
}

// The networks of Ekya's configurations 3 to 5 are the same: they start from one accuracy.
Drift ekya_drift(const std::vector<Row>& gains, Random& random) {
    std::set<std::pair<std::string, std::string>> windows;
    for (const Row& row : gains) windows.emplace(row.at("city"), row.at("window(task_id)"));
    const auto drawn =
        std::next(windows.begin(), static_cast<std::ptrdiff_t>(random.below(windows.size())));
    Drift drift;
    for (const double limit : {kLightSeconds, kFullSeconds}) {
        std::optional<Choice> best;
        for (const Row& row : gains) {
            if (row.at("city") != drawn->first || row.at("window(task_id)") != drawn->second ||
                number(row, "hp_id") < 3) {
                continue;
            }
            drift.accuracy = number(row, "acc_before");
            const Choice choice{row.at("epochs") + " epochs of " + row.at("subsample"),
                                number(row, "retrain_time_s"), number(row, "acc_after")};
            if (choice.seconds > limit || choice.accuracy <= drift.accuracy) continue;
            if (!best || std::pair(choice.accuracy, -choice.seconds) >
                             std::pair(best->accuracy, -best->seconds)) {
                best = choice;
            }
        }
        if (!best) continue;
        if (drift.choices.empty() || best->accuracy > drift.choices.back().accuracy) {
            drift.choices.push_back(*best);
        }
    }
    return drift;
}

// Rounded figures: NVML creates and destroys in 0.2 s, a first inference takes 1 to 3.6 s, and
// weights load at about 0.5 GB/s after 2 s of start.
window::Switching switching_of(const ModelFacts& facts) {
    return {.drain = seconds_of(0.5),
            .destroy = seconds_of(0.2),
            .create = seconds_of(0.2),
            .load = seconds_of(2 + 0.002 * facts.weights_mb),
            .first_inference = seconds_of(2)};
}

IdVector<gpu::ProfileId, Rate> capacities(const perf::PerformanceTable& table,
                                          const gpu::GpuModel& gpu, const ModelFacts& facts) {
    IdVector<gpu::ProfileId, Rate> capacities(gpu.profiles.size());
    const auto base = gpu.base_profiles();
    const perf::ModelId model = table.find_model(facts.name);
    if (!model.valid()) exit_with(invalid_input("no table of " + std::string(facts.name)));
    for (const perf::OperatingPointId id : table.points_of(model)) {
        const perf::OperatingPoint& point = table.point(id);
        const gpu::ProfileId profile = gpu.find_profile(point.profile);
        if (std::ranges::find(base, profile) == base.end() || point.processes > kProcessesMax ||
            point.measures.empty() ||
            2 * point.measures.front().value > std::chrono::milliseconds(facts.slo_ms)) {
            continue;
        }
        capacities[profile] = std::max(capacities[profile], point.throughput);
    }
    return capacities;
}

// By compute slices; 0 where nothing was measured.
std::map<int, double> training_speeds(const std::vector<Row>& rows, const ModelFacts& facts) {
    std::map<int, double> speeds;
    for (const Row& row : rows) {
        if (row.at("model") != facts.trained || row.at("batch") != facts.batch) continue;
        speeds[static_cast<int>(number(row, "gpc"))] = number(row, "throughput_rps");
    }
    if (!speeds.contains(7)) exit_with(invalid_input("no training of " + std::string(facts.name)));
    return speeds;
}

std::vector<window::Retraining> retrainings(const gpu::GpuModel& gpu, const Drift& drift,
                                            const std::map<int, double>& speeds,
                                            const window::Switching& switching, int slots) {
    std::vector<window::Retraining> retrainings;
    for (const Choice& choice : drift.choices) {
        for (const gpu::ProfileId profile : gpu.base_profiles()) {
            const auto speed = speeds.find(gpu.profiles[profile].compute_slices);
            if (speed == speeds.end()) continue;
            const double setting_up = static_cast<double>(switching.sum().count()) / 1e9;
            const double seconds = setting_up + choice.seconds * speeds.at(7) / speed->second;
            if (seconds > slots) continue;
            retrainings.push_back({choice.name, KindId{0}, profile,
                                   static_cast<int>(std::ceil(seconds)),
                                   share_of(choice.accuracy)});
        }
    }
    return retrainings;
}

// The largest base profile of which `tenants` fit on one GPU.
gpu::ProfileId even_part(const gpu::GpuModel& gpu, std::size_t tenants) {
    gpu::ProfileId best;
    for (const gpu::ProfileId profile : gpu.base_profiles()) {
        const gpu::MigProfile& candidate = gpu.profiles[profile];
        if (candidate.starts.size() < tenants) continue;
        if (!best.valid() || candidate.compute_slices > gpu.profiles[best].compute_slices) {
            best = profile;
        }
    }
    if (!best.valid()) exit_with(invalid_input("too many tenants for an even cut"));
    return best;
}

}  // namespace

std::filesystem::path window_grid_path() {
    return std::filesystem::path(TANGRAM_SOURCE_DIR) / "bench/instances/window_grid.csv";
}

std::vector<std::string> window_models() {
    std::vector<std::string> names;
    for (const ModelFacts& facts : kModels) names.emplace_back(facts.name);
    return names;
}

std::vector<WindowCell> read_window_grid(const std::filesystem::path& path) {
    std::vector<WindowCell> cells;
    for (const Row& row : read_rows(path)) {
        WindowCell cell{row.at("name"),
                        static_cast<std::size_t>(number(row, "gpus")),
                        {},
                        row.at("law"),
                        row.at("trace"),
                        static_cast<int>(number(row, "load_percent")),
                        static_cast<std::uint64_t>(number(row, "seed"))};
        std::string models = row.at("models") + "+";
        for (std::size_t end = models.find('+'); end != std::string::npos; end = models.find('+')) {
            cell.models.emplace_back(facts_of(models.substr(0, end)).name);
            models.erase(0, end + 1);
        }
        cells.push_back(std::move(cell));
    }
    return cells;
}

std::vector<WindowCell> drawn_cells(const std::vector<WindowCell>& cells, std::size_t count) {
    if (count == 0 || count >= cells.size()) return cells;
    std::vector<std::size_t> indices(cells.size());
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    Random(1).shuffle(std::span(indices));
    indices.resize(count);
    std::ranges::sort(indices);
    std::vector<WindowCell> some;
    for (const std::size_t i : indices) some.push_back(cells[i]);
    return some;
}

WindowScenarios::WindowScenarios(const std::filesystem::path& data)
    : inputs_(load_inputs()), gains_(read_rows(data / "retraining/ekya_retraining_windows.csv")) {
    for (const char* table : {"miso", "migperf"}) {
        training_[table] = read_rows(data / "retraining" / (std::string(table) + "_training.csv"));
    }
    for (const Row& row : read_rows(data / "traces/azure_llm_code_rps.csv")) {
        llm_.push_back(number(row, "requests"));
    }
    const auto minutes = read_rows(data / "traces/azure2019_top20_per_minute.csv");
    for (const auto& [column, cell] : minutes.at(0)) {
        if (column == "minute_of_day") continue;
        std::vector<double> line;
        for (const Row& row : minutes) line.push_back(number(row, column));
        // About one a second in every minute, or a stretch of it may be empty.
        if (std::ranges::min(line) >= 30) functions_.push_back(std::move(line));
    }
    for (const Row& row : read_rows(data / "traces/servegen_language_m-large_rate.csv")) {
        servegen_.push_back(number(row, "requests_per_s"));
    }
}

std::vector<double> WindowScenarios::shape(std::string_view trace, std::size_t seconds,
                                           Random& random) const {
    if (trace == "azure-llm") {
        for (;;) {
            const std::size_t begin = random.below(llm_.size() - seconds - 5);
            std::vector<double> line = smoothed(llm_, begin, seconds);
            const double sum = std::accumulate(line.begin() + kPast, line.end(), 0.0);
            if (sum >= kRequestsMin) return line;
        }
    }
    if (trace == "azure-functions") {
        const auto& line = functions_[random.below(functions_.size())];
        const double last = kMinuteSeconds * static_cast<double>(line.size() - 2);
        const double begin = random.unit() * (last - static_cast<double>(seconds));
        return interpolated(line, kMinuteSeconds, begin, seconds);
    }
    if (trace != "servegen") exit_with(invalid_input("no trace " + std::string(trace)));
    const double last = kServegenSeconds * static_cast<double>(servegen_.size() - 2);
    const double begin = random.unit() * (last - static_cast<double>(seconds));
    std::vector<double> line = interpolated(servegen_, kServegenSeconds, begin, seconds);
    add_bursts(line, random);
    return line;
}

ScenarioTenant WindowScenarios::tenant(const WindowCell& cell, std::size_t index,
                                       const gpu::GpuModel& gpu, Random& random) const {
    const ModelFacts& facts = facts_of(cell.models[index]);
    ScenarioTenant tenant;
    tenant.name = fmt::format("{}-{}", facts.name, index);
    tenant.model = facts.name;
    tenant.switching = switching_of(facts);
    tenant.capacity.push_back(capacities(*inputs_.table, gpu, facts));

    const auto* const law = std::ranges::find(kLaws, cell.law, &Law::name);
    if (law == std::end(kLaws) && cell.law != "ekya") exit_with(invalid_input("law " + cell.law));
    const Drift drift =
        law == std::end(kLaws) ? ekya_drift(gains_, random) : generated_drift(*law, random);
    tenant.accuracy = share_of(drift.accuracy);
    const auto speeds = training_speeds(training_.at(std::string(facts.training)), facts);
    tenant.episodes.push_back(
        {Share{}, retrainings(gpu, drift, speeds, tenant.switching, cell.slots)});

    const auto slots = static_cast<std::size_t>(cell.slots);
    const std::vector<double> line = shape(cell.trace, kPast + slots, random);
    const double mean = std::accumulate(line.begin() + kPast, line.end(), 0.0) / cell.slots;
    const gpu::ProfileId part = even_part(gpu, cell.models.size() / cell.gpus);
    const auto even = static_cast<double>(tenant.capacity[KindId{0}][part].count());
    for (std::size_t t = 0; t < line.size(); ++t) {
        const Rate rate{std::llround(line[t] / mean * even * cell.load_percent / 100)};
        (t < kPast ? tenant.past : tenant.rates).push_back(rate);
    }
    return tenant;
}

window::Scenario WindowScenarios::make(const WindowCell& cell) const {
    window::Scenario scenario;
    scenario.name = cell.name;
    scenario.sources = {"capacity: ParvaGPU (SC'24 artifact, MIT)",
                        cell.law == "ekya" ? "accuracy: Ekya's cities" : "accuracy: generated",
                        "speed of retraining by slice: MISO or MIGPerf (MIT)",
                        "arrivals: " + cell.trace, "switching: rounded figures of our own"};
    scenario.catalogue = inputs_.catalogue;
    scenario.rules = or_exit(inputs_.catalogue->rule_set("current"));
    scenario.kinds.push_back(or_exit(inputs_.catalogue->find("A100-SXM4-80GB")));
    const gpu::GpuModel& gpu = inputs_.catalogue->model(scenario.kinds[KindId{0}]);
    scenario.slot = std::chrono::seconds(1);
    scenario.window_slots = cell.slots;
    for (std::size_t g = 0; g < cell.gpus; ++g) {
        scenario.gpus.push_back({fmt::format("gpu-{}", g), KindId{0}});
    }
    Random random(cell.seed);
    const gpu::ProfileId part = even_part(gpu, cell.models.size() / cell.gpus);
    for (std::size_t i = 0; i < cell.models.size(); ++i) {
        scenario.tenants.push_back(tenant(cell, i, gpu, random));
        scenario.running.push_back({window::GpuId{i % cell.gpus},
                                    {part, gpu.profiles[part].starts[i / cell.gpus]},
                                    window::TenantId{i}});
    }
    if (const auto valid = window::validate(window::first_window(scenario)); !valid) {
        exit_with(valid.error());
    }
    return scenario;
}

}  // namespace tangram::bench
