#include "report/step_terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "report/text.h"

namespace tangram::report {
namespace {

constexpr int kNames = 34;

char letter_of(const std::string& kind) {
    static const std::map<std::string, char> letters = {
        {"drain", 'd'}, {"stop", 'x'},  {"destroy", 'x'}, {"create", 'c'}, {"start", 'S'},
        {"route", 'R'}, {"apply", 'A'}, {"acquire", '+'}, {"release", '-'}};
    const auto known = letters.find(kind);
    return known == letters.end() ? '?' : known->second;
}

struct Line {
    std::string name;
    std::vector<const StepBar*> bars;
};

// Of one GPU: a line per place and service, in order of the place and time.
std::vector<Line> lines_of(const StepChart& chart, const GpuLane& lane) {
    std::map<std::tuple<int, int, int>, Line> lines;  // place, size, service
    std::map<std::pair<int, int>, int> tenant;        // of a place: who was there last
    for (const StepBar& bar : lane.bars) {
        int service = bar.service;
        const std::pair place(bar.start, bar.size);
        if (service >= 0) tenant[place] = service;
        // The driver's steps go with who is, or will be, on the instance.
        if (service < 0 && bar.kind == "destroy" && tenant.contains(place)) {
            service = tenant[place];
        }
        if (service < 0 && bar.kind == "create") {
            const auto next = std::ranges::find_if(lane.bars, [&](const StepBar& other) {
                return other.service >= 0 && other.begin_s >= bar.end_s &&
                       other.start == bar.start && other.size == bar.size;
            });
            if (next != lane.bars.end()) service = next->service;
        }
        Line& line = lines[{bar.size == 0 ? -1 : bar.start, bar.size, service}];
        line.bars.push_back(&bar);
        const std::string who =
            service >= 0 ? chart.services[static_cast<std::size_t>(service)].name : "";
        line.name = bar.size == 0 ? lane.id
                                  : fmt::format("{} {}-{} {}", lane.id, bar.start,
                                                bar.start + bar.size - 1, who);
    }
    std::vector<Line> result;
    for (auto& [key, line] : lines) result.push_back(std::move(line));
    return result;
}

std::string drawn(const Line& line, double makespan, int columns) {
    std::string row(static_cast<std::size_t>(columns), ' ');
    for (const StepBar* bar : line.bars) {
        const auto column = [&](double time) {
            return static_cast<int>(std::floor(time / std::max(makespan, 1e-9) * columns));
        };
        const int begin = std::min(column(bar->begin_s), columns - 1);
        const int end = std::max(begin + 1, std::min(column(bar->end_s), columns));
        for (int c = begin; c < end; ++c) row[static_cast<std::size_t>(c)] = letter_of(bar->kind);
    }
    return row;
}

}  // namespace

std::string step_terminal(const StepChart& chart, const StepTerminalOptions& options) {
    const int width = std::clamp(options.width, 60, 200);
    std::string out = bold(fit_columns(printable(headline(chart)), width), options.color) + "\n";
    for (const std::string& obstacle : chart.obstacles) {
        out += fit_columns("  " + printable(obstacle), width) + "\n";
    }
    if (!chart.found || chart.steps == 0) return out;
    const int columns = width - kNames - 1;
    std::size_t shown = 0;
    std::size_t hidden = 0;
    for (const GpuLane& lane : chart.gpus) {
        for (const Line& line : lines_of(chart, lane)) {
            if (shown == options.lines) {
                ++hidden;
                continue;
            }
            ++shown;
            out += pad_columns(printable(line.name), kNames) + " " +
                   drawn(line, chart.makespan_s, columns) + "\n";
        }
    }
    if (hidden > 0)
        out += fmt::format("… and {}\n", counted(static_cast<long long>(hidden), "more line"));
    out += faint(fit_columns("c create  S start  R route  d drain  x stop, destroy  A apply  "
                             "+ - GPU taken, released",
                             width),
                 options.color) +
           "\n";
    return out;
}

}  // namespace tangram::report
