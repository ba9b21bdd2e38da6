#include <fmt/format.h>

#include <algorithm>

#include "report/style.h"
#include "report/svg.h"
#include "report/text.h"
#include "report/window_comparison.h"

namespace tangram::report {
namespace {

constexpr double kWidth = 1200;
constexpr double kMargin = 32;
constexpr double kNames = 110;    // left of the bars
constexpr double kFigures = 360;  // right of them
constexpr double kContent = kWidth - 2 * kMargin;
constexpr double kBars = kContent - kNames - kFigures;
constexpr double kPitch = 24;
constexpr double kTitleSize = 22;
constexpr double kHeadingSize = 15;
constexpr double kTextSize = 12;

class Picture {
public:
    explicit Picture(const WindowsChart& chart, std::size_t windows_max)
        : chart_(chart), windows_max_(windows_max) {}

    std::string draw() {
        const std::string title = "Goodput by engine";
        const std::string line =
            "requests served within their objective × accuracy; pale: lost where the same "
            "instances are created on demand, not ahead; line: no schedule is worth more";
        y_ = kMargin + kTitleSize;
        svg_.text(kMargin, y_, title, {kTitleSize, true});
        y_ += 24;
        svg_.fitted_text(kMargin, y_, kContent, line, {kTextSize, false, kQuiet});
        y_ += 32;
        const std::size_t shown = std::min(chart_.windows.size(), windows_max_);
        for (std::size_t i = 0; i < shown; ++i) draw_window(chart_.windows[i]);
        if (shown < chart_.windows.size()) {
            const auto hidden = static_cast<long long>(chart_.windows.size() - shown);
            svg_.text(kMargin, y_, fmt::format("… and {}", counted(hidden, "more window")),
                      {kTextSize, false, kQuiet});
            y_ += 20;
        }
        return svg_.document(kWidth, y_ + kMargin - 20, title, line);
    }

private:
    void draw_window(const ComparedWindow& window) {
        const std::string name = fit_pixels(window.scenario, kContent / 2, kHeadingSize, true);
        svg_.text(kMargin, y_, name, {kHeadingSize, true});
        const double x = kMargin + pixels(name, kHeadingSize, true) + 14;
        svg_.fitted_text(x, y_, kWidth - kMargin - x, window.size, {kTextSize, false, kQuiet});
        y_ += 14;
        double whole = std::max(window.bound.value_or(0), 1e-9);
        for (const EngineBar& bar : window.engines) {
            whole = std::max(whole, bar.goodput.value_or(0));
        }
        const double top = y_;
        for (std::size_t i = 0; i < window.engines.size(); ++i) {
            draw_engine(window.engines[i], whole, service_style(i));
            y_ += kPitch;
        }
        if (window.bound) {
            const double right = kMargin + kNames + kBars * *window.bound / whole;
            svg_.open_group("no schedule is worth more than " + figure(*window.bound));
            svg_.line(right, top - 2, right, y_ - 4, hex(kInk));
            svg_.close_group();
        }
        y_ += 30;
    }

    void draw_engine(const EngineBar& bar, double whole, const ServiceStyle& style) {
        svg_.define_fill(style);
        const double base = y_ + 13;
        const double left = kMargin + kNames;
        svg_.fitted_text(kMargin, base, kNames - 10, bar.engine, {kTextSize, true});
        svg_.box({left, y_, kBars, kPitch - 6}, hex(kEmpty), 2);
        if (!bar.goodput) {
            const std::string why = bar.note.empty() ? bar.status : bar.note;
            svg_.fitted_text(left + 8, base, kBars - 16, why, {kTextSize, false, kQuiet});
            return;
        }
        svg_.box({left, y_, kBars * *bar.goodput / whole, kPitch - 6}, fill_of(style), 2, {}, false,
                 bar.on_demand_goodput ? 0.4 : 1);
        if (bar.on_demand_goodput) {
            svg_.box({left, y_, kBars * *bar.on_demand_goodput / whole, kPitch - 6}, fill_of(style),
                     2);
        }
        svg_.fitted_text(left + kBars + 14, base, kFigures - 14, figures_of(bar),
                         {kTextSize, false, kQuiet});
    }

    static std::string figures_of(const EngineBar& bar) {
        std::string text = figure(*bar.goodput);
        if (bar.status == "optimal") {
            text += ", optimal";
        } else if (bar.gap) {
            text += fmt::format(", gap {:.2f} %", *bar.gap * 100);
        }
        if (!bar.served_share) return text;
        return text + fmt::format("; served {:.1f} %, accuracy {:.1f} %", *bar.served_share * 100,
                                  *bar.mean_accuracy * 100);
    }

    const WindowsChart& chart_;
    std::size_t windows_max_;
    Svg svg_;
    double y_ = 0;
};

}  // namespace

std::string windows_svg(const WindowsChart& chart, std::size_t windows_max) {
    return Picture(chart, windows_max).draw();
}

}  // namespace tangram::report
