#include "report/window_terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "report/text.h"
#include "report/text_table.h"

namespace tangram::report {
namespace {

constexpr int kNames = 18;

// Where nothing is, where an instance is created, where one serves or retrains.
struct Cell {
    int tenant = -1;
    enum class State { kFree, kCreated, kServes, kRetrains } state = State::kFree;
    friend bool operator==(const Cell&, const Cell&) = default;
};

using Row = std::vector<Cell>;

// One letter for every tenant, as far as letters go.
char letter_of(std::size_t tenant) {
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    return tenant < kLetters.size() ? kLetters[tenant] : '?';
}

class Picture {
public:
    Picture(const WindowChart& chart, const WindowTerminalOptions& options)
        : chart_(chart),
          options_(options),
          width_(std::clamp(options.width, 60, 200)),
          columns_(width_ - kNames - 1) {}

    std::string draw() {
        add_line(bold(fit_columns(printable(headline(chart_)), width_), options_.color));
        add_line(faint(fit_columns(printable(subline(chart_)), width_), options_.color));
        if (chart_.goodput) {
            draw_gpus();
            draw_tenants();
        }
        return std::move(text_);
    }

private:
    void add_line(const std::string& line) {
        text_ += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }

    // The moment in the middle of a column.
    [[nodiscard]] double time_of(int column) const {
        return (column + 0.5) / columns_ * chart_.length_s();
    }

    void draw_gpus() {
        add_line("");
        std::size_t shown = 0;
        std::size_t hidden = 0;
        for (const WindowLane& lane : chart_.gpus) {
            const std::vector<Row> rows = rows_of(lane);
            for (std::size_t first = 0; first < rows.size();) {
                std::size_t last = first;
                while (last + 1 < rows.size() && rows[last + 1] == rows[first]) ++last;
                if (shown < options_.lines) {
                    ++shown;
                    add_line(name_of(lane, first, last) + " " + cells(rows[first]));
                } else {
                    ++hidden;
                }
                first = last + 1;
            }
        }
        if (hidden > 0) {
            add_line(fmt::format("… and {}", counted(static_cast<long long>(hidden), "more line")));
        }
        add_line(pad_columns("", kNames) + " " + times());
        add_line(faint(fit_columns("A serves   A/A/ retrains   . is created and loads", width_),
                       options_.color));
    }

    [[nodiscard]] std::vector<Row> rows_of(const WindowLane& lane) const {
        std::vector<Row> rows(static_cast<std::size_t>(lane.memory_slices),
                              Row(static_cast<std::size_t>(columns_)));
        for (const StintBar& bar : lane.bars) {
            for (int column = 0; column < columns_; ++column) {
                const double time = time_of(column);
                if (time < bar.begin_s || time >= bar.end_s) continue;
                Cell cell{static_cast<int>(bar.tenant), Cell::State::kServes};
                if (time < bar.ready_s) cell.state = Cell::State::kCreated;
                if (bar.retrains) cell.state = Cell::State::kRetrains;
                for (int i = bar.start; i < bar.start + bar.size; ++i) {
                    rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(column)] = cell;
                }
            }
        }
        return rows;
    }

    static std::string name_of(const WindowLane& lane, std::size_t first, std::size_t last) {
        const std::string place =
            first == last ? fmt::format(" {}", first) : fmt::format(" {}-{}", first, last);
        return pad_columns(printable(lane.id), kNames - columns(place)) + place;
    }

    // Cells of one look together, so that a line has few escape sequences.
    [[nodiscard]] std::string cells(const Row& row) const {
        std::string line;
        for (std::size_t begin = 0; begin < row.size();) {
            std::size_t end = begin;
            std::string run;
            while (end < row.size() && row[end] == row[begin]) {
                run += character(row[end], end);
                ++end;
            }
            line += colored_run(run, row[begin]);
            begin = end;
        }
        return line;
    }

    static char character(const Cell& cell, std::size_t column) {
        if (cell.state == Cell::State::kFree) return ' ';
        if (cell.state == Cell::State::kCreated) return '.';
        if (cell.state == Cell::State::kRetrains && column % 2 == 1) return '/';
        return letter_of(static_cast<std::size_t>(cell.tenant));
    }

    [[nodiscard]] std::string colored_run(const std::string& run, const Cell& cell) const {
        if (cell.state == Cell::State::kFree) return run;
        const Color color = color_of(static_cast<std::size_t>(cell.tenant));
        return cell.state == Cell::State::kCreated ? colored(run, color, options_.color)
                                                   : on_ground(run, color, options_.color);
    }

    static Color color_of(std::size_t tenant) { return kPalette[service_style(tenant).color]; }

    // "0          50         100 s" below the cells.
    [[nodiscard]] std::string times() const {
        std::string line;
        constexpr int kParts = 4;
        for (int i = 0; i <= kParts; ++i) {
            std::string words = amount(chart_.length_s() * i / kParts);
            if (i == kParts) words += " s";
            const int middle = columns_ * i / kParts - (i == 0 ? 0 : columns(words) / 2);
            const int at = std::min(middle, columns_ - columns(words));
            line = pad_columns(line, at);
            line += words;
        }
        return line;
    }

    void draw_tenants() {
        add_line("");
        const std::size_t shown = std::min(chart_.tenants.size(), options_.tenants);
        for (std::size_t i = 0; i < shown; ++i) {
            const TenantCurves& tenant = chart_.tenants[i];
            const double most =
                std::max(tenant.asked_rps.empty() ? 0.0 : std::ranges::max(tenant.asked_rps), 1e-9);
            const std::string letter =
                on_ground(fmt::format(" {} ", letter_of(i)), color_of(i), options_.color, true);
            add_line(letter + " " + pad_columns("load", kNames - 4) + " " +
                     bars(tenant.asked_rps, most));
            add_line(pad_columns("    capacity", kNames) + " " + bars(tenant.capacity_rps, most));
        }
        if (shown < chart_.tenants.size()) {
            const auto hidden = static_cast<long long>(chart_.tenants.size() - shown);
            add_line(fmt::format("… and {}", counted(hidden, "more tenant")));
        }
        add_line("");
        text_ += table();
        for (const WindowLane& lane : chart_.gpus) {
            for (const StintBar& bar : lane.bars) {
                if (bar.predicted.empty()) continue;
                add_line(fit_columns(
                    printable(chart_.tenants[bar.tenant].name + " predicted: " + bar.predicted),
                    width_));
            }
        }
    }

    // A series as eighths of a line, the mean of what a column stands for; full from `most` on.
    [[nodiscard]] std::string bars(const std::vector<double>& series, double most) const {
        static constexpr std::array<std::string_view, 9> kEighths = {" ", "▁", "▂", "▃", "▄",
                                                                     "▅", "▆", "▇", "█"};
        std::string line;
        const auto wide = static_cast<std::size_t>(columns_);
        for (std::size_t column = 0; column < wide && !series.empty(); ++column) {
            const std::size_t begin = column * series.size() / wide;
            const std::size_t end = std::max((column + 1) * series.size() / wide, begin + 1);
            double sum = 0;
            for (std::size_t t = begin; t < end; ++t) sum += series[t];
            const double share = sum / static_cast<double>(end - begin) / most;
            // What is more than nothing is seen.
            const double eighths = std::clamp(std::ceil(share * 8 - 1e-9), 0.0, 8.0);
            line += kEighths[static_cast<std::size_t>(eighths)];
        }
        return line;
    }

    [[nodiscard]] std::string table() const {
        std::vector<std::vector<std::string>> rows;
        const auto percent_of = [](double share) { return fmt::format("{:.1f} %", share * 100); };
        for (std::size_t i = 0; i < chart_.tenants.size(); ++i) {
            const TenantCurves& tenant = chart_.tenants[i];
            std::string accuracy;
            for (std::size_t t = 0; t < tenant.accuracy.size(); ++t) {
                if (t > 0 && tenant.accuracy[t] == tenant.accuracy[t - 1]) continue;
                if (t > 0) accuracy += " → ";
                accuracy += percent_of(tenant.accuracy[t]);
            }
            rows.push_back({std::string(1, letter_of(i)), fit_columns(tenant.name, 24),
                            figure(tenant.goodput), percent_of(tenant.served_share), accuracy,
                            grouped(tenant.switching_slots)});
        }
        return text_table({{""},
                           {"tenant"},
                           {"goodput", true},
                           {"served", true},
                           {"accuracy", true},
                           {"switching slots", true}},
                          rows, TableStyle::kTerminal);
    }

    const WindowChart& chart_;
    const WindowTerminalOptions& options_;
    int width_;
    int columns_;  // of time
    std::string text_;
};

}  // namespace

std::string window_terminal(const WindowChart& chart, const WindowTerminalOptions& options) {
    return Picture(chart, options).draw();
}

}  // namespace tangram::report
