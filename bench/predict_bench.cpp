#include "predict_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "inputs.h"
#include "io/csv_table.h"
#include "io/files.h"
#include "machine.h"
#include "window/predict/accuracy.h"
#include "window/predict/duration.h"

namespace tangram::bench {
namespace {

using namespace window::predict;

double share(Share part) {
    return static_cast<double>(part.count()) / static_cast<double>(kSharePerOne);
}
double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

// Columns of a table by name, as text.
class Table {
public:
    explicit Table(const std::string& path) {
        const std::string text = or_exit(io::read_file(path));
        std::optional<io::CsvHeader> header;
        const auto visit = [&](const io::CsvRow& row) -> Result<void> {
            if (!header) {
                Result<io::CsvHeader> read = io::CsvHeader::make(row, path);
                if (!read) return read.error();
                header = *std::move(read);
                return {};
            }
            rows_.push_back(row.fields);
            return header->check(row);
        };
        if (const Result<void> read = io::read_csv(text, path, visit); !read) {
            exit_with(read.error());
        }
        for (std::size_t i = 0; header && i < header->names().size(); ++i) {
            columns_[header->names()[i]] = i;
        }
    }
    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    [[nodiscard]] const std::string& text(std::size_t row, const std::string& column) const {
        const auto at = columns_.find(column);
        if (at == columns_.end()) exit_with(invalid_input("no column " + column));
        return rows_[row][at->second];
    }
    [[nodiscard]] double number(std::size_t row, const std::string& column) const {
        return std::stod(text(row, column));
    }

private:
    std::map<std::string, std::size_t> columns_;
    std::vector<std::vector<std::string>> rows_;
};

// One configuration in one window of one city, trained for several numbers of epochs.
struct Case {
    std::string city, configuration;
    std::vector<Checkpoint> checkpoints;  // 0 first
    std::vector<TimedRun> runs;
    std::map<int, std::pair<double, double>> theirs;  // epochs -> accuracy, seconds
    double their_profiling_s = 0;                     // of all configurations of the window
};

std::vector<Case> cases_of(const Table& table) {
    std::map<std::array<std::string, 3>, Case> cases;
    for (std::size_t row = 0; row < table.size(); ++row) {
        Case& one = cases[{table.text(row, "city"), table.text(row, "window(task_id)"),
                           table.text(row, "hp_id")}];
        const auto accuracy = [&](const std::string& column) {
            return Share{std::llround(table.number(row, column) * 1e6)};
        };
        if (one.checkpoints.empty()) one.checkpoints.push_back({0, accuracy("acc_before")});
        one.city = table.text(row, "city");
        one.configuration = table.text(row, "hp_id");
        const int epochs = std::stoi(table.text(row, "epochs"));
        const double time = table.number(row, "retrain_time_s");
        one.checkpoints.push_back({epochs, accuracy("acc_after")});
        one.runs.push_back({epochs, Duration{std::llround(time * 1e9)}});
        one.theirs[epochs] = {table.number(row, "pred_acc_after"),
                              table.number(row, "pred_retrain_time_s")};
        one.their_profiling_s = table.number(row, "microprofile_time_s");
    }
    std::vector<Case> all;
    for (auto& [key, one] : cases) {
        std::ranges::sort(one.checkpoints, {}, &Checkpoint::epochs);
        std::ranges::sort(one.runs, {}, &TimedRun::epochs);
        all.push_back(std::move(one));
    }
    return all;
}

struct Errors {
    std::vector<double> errors, widths;
    int within = 0;
    void add(double error) { errors.push_back(error); }
    void add(double expected, double low, double high, double truth, double unit) {
        errors.push_back((expected - truth) / unit);
        widths.push_back((high - low) / unit);
        if (low <= truth && truth <= high) ++within;
    }
    [[nodiscard]] std::string mean_and_bias() const {
        double all = 0, bias = 0;
        for (const double error : errors) {
            all += std::abs(error);
            bias += error;
        }
        const auto count = static_cast<double>(errors.size());
        return fmt::format("{:.3f} | {:+.3f}", all / count, bias / count);
    }
    [[nodiscard]] std::string ranges() const {
        double width = 0;
        for (const double one : widths) width += one;
        const auto count = static_cast<double>(errors.size());
        return fmt::format("{:.0f} % | {:.3f}", 100 * within / count, width / count);
    }
};

// What the other cities showed: nothing of a city is used to predict for it.
template <typename Item>
std::vector<std::vector<Item>> elsewhere(const std::vector<Case>& cases, const Case& one,
                                         std::vector<Item> Case::* member) {
    std::vector<std::vector<Item>> past;
    for (const Case& other : cases) {
        if (other.city != one.city && other.configuration == one.configuration) {
            past.push_back(other.*member);
        }
    }
    return past;
}

void print_accuracy(const std::vector<Case>& cases, std::size_t profiled, bool with_history) {
    std::map<int, std::array<Errors, 3>> by_epochs;  // ours, the last measured, theirs
    for (const Case& one : cases) {
        const AccuracyHistory history =
            with_history ? accuracy_history(elsewhere(cases, one, &Case::checkpoints))
                         : AccuracyHistory{};
        const auto measured = std::span(one.checkpoints).first(profiled);
        for (const Checkpoint& truth :
             std::span(one.checkpoints).subspan(std::max<std::size_t>(1, profiled))) {
            auto& [ours, last, theirs] = by_epochs[truth.epochs];
            const AccuracyRange range = predict_accuracy(measured, truth.epochs, history);
            const double real = share(truth.accuracy);
            ours.add(share(range.expected), share(range.low), share(range.high), real, 1);
            if (profiled > 0) last.add(share(measured.back().accuracy) - real);
            theirs.add(one.theirs.at(truth.epochs).first - real);
        }
    }
    constexpr std::array<std::string_view, 4> kProfiled = {"nothing", "before", "before, 5",
                                                           "before, 5, 15"};
    for (const auto& [epochs, errors] : by_epochs) {
        const auto& [ours, last, theirs] = errors;
        fmt::print("| {} | {} | {} | {} | {} | {} | {} |\n", kProfiled[profiled],
                   with_history ? "other cities" : "default", epochs, ours.mean_and_bias(),
                   ours.ranges(), profiled > 0 ? last.mean_and_bias() : "| ",
                   theirs.mean_and_bias());
    }
}

void print_duration(const std::vector<Case>& cases, std::size_t profiled) {
    std::map<int, std::array<Errors, 2>> by_epochs;
    for (const Case& one : cases) {
        const SetupHistory history = setup_history(elsewhere(cases, one, &Case::runs));
        for (const TimedRun& truth : std::span(one.runs).subspan(profiled)) {
            auto& [ours, theirs] = by_epochs[truth.epochs];
            const DurationRange range =
                predict_duration(std::span(one.runs).first(profiled), truth.epochs, history);
            const double real = seconds(truth.time);
            ours.add(seconds(range.expected), seconds(range.low), seconds(range.high), real, real);
            theirs.add(one.theirs.at(truth.epochs).second / real - 1);
        }
    }
    for (const auto& [epochs, errors] : by_epochs) {
        fmt::print("| {} | {} | {} | {} | {} |\n", profiled == 1 ? "5" : "5, 15", epochs,
                   errors[0].mean_and_bias(), errors[0].ranges(), errors[1].mean_and_bias());
    }
}

// The speed of each model and batch on each profile, as a share of the whole GPU's.
using Speeds = std::map<std::string, std::map<std::string, std::vector<double>>>;

Speeds speeds_of(const Table& table) {
    std::map<std::pair<std::string, std::string>, std::map<std::string, double>> measured;
    for (std::size_t row = 0; row < table.size(); ++row) {
        if (table.text(row, "latency_kind") != "mean_iteration") continue;
        measured[{table.text(row, "model"), table.text(row, "batch")}][table.text(row, "profile")] =
            table.number(row, "throughput_rps");
    }
    Speeds speeds;
    for (const auto& [key, by_profile] : measured) {
        const auto whole = by_profile.find("7g.40gb");
        if (whole == by_profile.end()) continue;
        for (const auto& [profile, speed] : by_profile) {
            if (profile != whole->first) {
                speeds[profile][key.first].push_back(speed / whole->second);
            }
        }
    }
    return speeds;
}

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

void print_speeds(const Speeds& speeds) {
    for (const auto& [profile, by_model] : speeds) {
        Errors others, own;
        for (const auto& [model, shares] : by_model) {
            std::vector<double> elsewhere;
            for (const auto& [other, theirs] : by_model) {
                if (other != model) elsewhere.push_back(mean(theirs));
            }
            for (const double real : shares) {
                others.add(mean(elsewhere) / real - 1);
                own.add(mean(shares) / real - 1);
            }
        }
        fmt::print("| {} | {} | {} | {} |\n", profile, others.errors.size(), others.mean_and_bias(),
                   own.mean_and_bias());
    }
}

void print_costs(const std::vector<Case>& cases) {
    double ours = 0, theirs = 0;
    for (const Case& one : cases) {
        ours += seconds(one.runs.front().time);
        theirs += one.their_profiling_s;
    }
    constexpr double kConfigurations = 6;
    const double windows = static_cast<double>(cases.size()) / kConfigurations;
    fmt::print(
        "\nProfiling all six configurations of a window: 5 epochs of each {:.0f} s, "
        "Ekya's own {:.0f} s.\n",
        ours / windows, theirs / kConfigurations / windows);
}

}  // namespace

int run_predict_bench(const PredictBench& options) {
    const std::vector<Case> cases = cases_of(Table(options.retrainings));
    fmt::print(
        "{}\nAccuracy after so many epochs; {} retrainings. Errors are shares of 1.\n\n"
        "| profiled | history | epochs | error | bias | within 90 % | width | last measured: "
        "error | bias | Ekya's: error | bias |\n|---|---|---|---|---|---|---|---|---|---|---|\n",
        machine_line(), cases.size());
    for (std::size_t profiled = 0; profiled < 4; ++profiled) {
        print_accuracy(cases, profiled, true);
    }
    for (std::size_t profiled = 1; profiled < 4; ++profiled) {
        print_accuracy(cases, profiled, false);
    }
    fmt::print(
        "\nDuration. Errors are shares of the real one.\n\n"
        "| profiled | epochs | error | bias | within 90 % | width | Ekya's: error | bias |\n"
        "|---|---|---|---|---|---|---|---|\n");
    print_duration(cases, 1);
    print_duration(cases, 2);
    print_costs(cases);
    fmt::print(
        "\nSpeed on a slice as a share of the whole GPU's, taken from other models or from "
        "the same one at other batch sizes. Errors are shares of the real one.\n\n"
        "| profile | measured | others: error | bias | own: error | bias |\n"
        "|---|---|---|---|---|---|\n");
    print_speeds(speeds_of(Table(options.speeds)));
    return 0;
}

}  // namespace tangram::bench
