#include "report/step_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "report/style.h"
#include "report/svg.h"
#include "report/text.h"
#include "report/time_axis.h"

namespace tangram::report {
namespace {

constexpr double kWidth = 1200;
constexpr double kMargin = 32;
constexpr double kNames = 120;  // left of the time axis
constexpr double kContent = kWidth - 2 * kMargin;
constexpr double kChart = kContent - kNames;
constexpr double kSlice = 7;  // height of one memory slice
constexpr double kTitleSize = 22;
constexpr double kTextSize = 12;
constexpr double kSmallSize = 10;
constexpr std::string_view kDriver = "#8C959F";  // the driver's own steps

// How a kind of step is drawn: in the service's colour so strong, or as the driver's.
struct Look {
    std::string_view kind;
    double strength;  // 0: the driver's
    std::string_view meaning;
};
constexpr std::array<Look, 5> kLooks{{{"drain", 0.35, "drain: it answers what it has"},
                                      {"start", 0.6, "start: the model is loaded"},
                                      {"route", 1, "route: requests reach it"},
                                      {"stop", 0.2, "stop"},
                                      {"create", 0, "create, destroy, apply: the driver"}}};

double strength_of(const std::string& kind) {
    const auto look = std::ranges::find(kLooks, kind, &Look::kind);
    return look == kLooks.end() ? 0 : look->strength;
}

class Picture {
public:
    Picture(const StepChart& chart, const StepSvgLimits& limits)
        : chart_(chart), limits_(limits), axis_(kMargin + kNames, kChart, chart.makespan_s) {}

    std::string draw() {
        y_ = kMargin + kTitleSize;
        svg_.fitted_text(kMargin, y_, kContent, headline(chart_), {kTitleSize, true});
        y_ += 26;
        if (!chart_.found) {
            for (const std::string& obstacle : chart_.obstacles) draw_note(obstacle);
        } else if (chart_.steps > 0) {
            draw_legend();
            axis_.draw_times(svg_, y_);
            y_ += 8;
            draw_gpus();
            draw_curves();
        }
        return svg_.document(kWidth, y_ + kMargin, headline(chart_), "");
    }

private:
    [[nodiscard]] double x_of(double seconds) const { return axis_.x_of(seconds); }

    void draw_note(const std::string& words) {
        svg_.fitted_text(kMargin, y_, kContent, words, {kTextSize, false, kQuiet});
        y_ += 20;
    }

    void draw_legend() {
        double x = kMargin;
        for (const Look& look : kLooks) {
            const std::string fill = look.strength > 0 ? hex(kPalette[4]) : std::string(kDriver);
            svg_.box({x, y_ - 9, 14, 10}, fill, 2, {}, false,
                     look.strength > 0 ? look.strength : 1);
            svg_.text(x + 20, y_, look.meaning, {kSmallSize + 1, false, kQuiet});
            x += 20 + pixels(look.meaning, kSmallSize + 1) + 24;
        }
        svg_.text(x, y_, "dashed: for the time between", {kSmallSize + 1, false, kQuiet});
        y_ += 22;
    }

    void draw_gpus() {
        const std::size_t shown = std::min(chart_.gpus.size(), limits_.gpus);
        for (std::size_t i = 0; i < shown; ++i) draw_gpu(chart_.gpus[i]);
        if (shown < chart_.gpus.size()) {
            y_ += 12;
            draw_note(
                fmt::format("… and {} more with steps",
                            counted(static_cast<long long>(chart_.gpus.size() - shown), "GPU")));
        }
        y_ += 14;
    }

    void draw_gpu(const GpuLane& lane) {
        const double height = kSlice * lane.memory_slices;
        svg_.box({x_of(0), y_, kChart, height}, hex(kEmpty), 2);
        svg_.fitted_text(kMargin, y_ + height / 2 + 4, kNames - 10, lane.id, {kTextSize, true});
        for (const StepBar& bar : lane.bars) draw_bar(lane, bar);
        y_ += height + 6;
    }

    void draw_bar(const GpuLane& lane, const StepBar& bar) {
        const int size = bar.size > 0 ? bar.size : lane.memory_slices;
        const double width = std::max(x_of(bar.end_s) - x_of(bar.begin_s), 1.0);
        const Box box{x_of(bar.begin_s), y_ + kSlice * bar.start, width, kSlice * size - 1};
        const double strength = strength_of(bar.kind);
        const bool colored = bar.service >= 0 && strength > 0;
        const Color color = colored ? color_of(bar.service) : kInk;
        svg_.open_group(
            fmt::format("{}: {} s to {} s", bar.text, figure(bar.begin_s), figure(bar.end_s)));
        svg_.box(box, colored ? hex(color) : std::string(kDriver), 1,
                 bar.temporary ? hex(kInk) : std::string(), bar.temporary, colored ? strength : 1);
        if (bar.kind == "start" && bar.service >= 0 && box.height >= kSmallSize) {
            const std::string& name = chart_.services[static_cast<std::size_t>(bar.service)].name;
            svg_.text(box.x + 3, box.y + box.height / 2 + kSmallSize / 3,
                      fit_pixels(name, width - 6, kSmallSize), {kSmallSize});
        }
        svg_.close_group();
    }

    [[nodiscard]] static Color color_of(int service) {
        return kPalette[service_style(static_cast<std::size_t>(service)).color];
    }

    void draw_curves() {
        std::size_t shown = 0;
        std::size_t hidden = 0;
        for (std::size_t s = 0; s < chart_.services.size(); ++s) {
            if (chart_.services[s].changes.size() < 2) continue;
            if (shown == limits_.services) {
                ++hidden;
                continue;
            }
            if (shown++ == 0) {
                y_ += 8;
                svg_.text(kMargin, y_, "Capacity over time; the line is the floor", {15, true});
                y_ += 14;
            }
            draw_curve(s);
        }
        if (hidden > 0) {
            y_ += 8;
            draw_note(fmt::format("… and {} more whose capacity changes",
                                  counted(static_cast<long long>(hidden), "service")));
        }
    }

    void draw_curve(std::size_t index) {
        constexpr double kHeight = 34;
        const ServiceCurve& curve = chart_.services[index];
        double most = curve.floor_rps;
        double least = curve.changes.front().capacity_rps;
        for (const CapacityChange& change : curve.changes) {
            most = std::max(most, change.capacity_rps);
            least = std::min(least, change.capacity_rps);
        }
        const auto height_of = [&](double rps) { return kHeight * rps / std::max(most, 1e-9); };
        svg_.open_group(fmt::format("{}: floor {} requests/s, least {}", curve.name,
                                    figure(curve.floor_rps), figure(least)));
        svg_.fitted_text(kMargin, y_ + kHeight / 2 + 4, kNames - 10, curve.name, {kTextSize});
        for (std::size_t i = 0; i < curve.changes.size(); ++i) {
            const double begin = curve.changes[i].time_s;
            const double end =
                i + 1 < curve.changes.size() ? curve.changes[i + 1].time_s : chart_.makespan_s;
            const double height = height_of(curve.changes[i].capacity_rps);
            svg_.box({x_of(begin), y_ + kHeight - height, x_of(end) - x_of(begin), height},
                     hex(color_of(static_cast<int>(index))), 0, {}, false, 0.6);
        }
        const double floor = y_ + kHeight - height_of(curve.floor_rps);
        svg_.line(x_of(0), floor, x_of(chart_.makespan_s), floor,
                  least < curve.floor_rps - 5e-4 ? hex(kAlarm) : hex(kInk));
        svg_.line(x_of(0), y_ + kHeight, x_of(chart_.makespan_s), y_ + kHeight, hex(kRule));
        svg_.close_group();
        y_ += kHeight + 10;
    }

    const StepChart& chart_;
    const StepSvgLimits& limits_;
    TimeAxis axis_;
    Svg svg_;
    double y_ = 0;
};

}  // namespace

std::string step_svg(const StepChart& chart, const StepSvgLimits& limits) {
    return Picture(chart, limits).draw();
}

}  // namespace tangram::report
