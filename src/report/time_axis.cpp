#include "report/time_axis.h"

#include <algorithm>
#include <cmath>

#include "report/text.h"

namespace tangram::report {
namespace {

constexpr double kSize = 10;

double tick_of(double span) {
    const double rough = span / 8;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (rough <= factor * power) return factor * power;
    }
    return 10 * power;
}

}  // namespace

TimeAxis::TimeAxis(double left, double width, double seconds)
    : left_(left), width_(width), seconds_(std::max(seconds, 1e-9)), tick_(tick_of(seconds_)) {}

void TimeAxis::draw_times(Svg& svg, double y) const {
    for (int i = 0; i * tick_ <= seconds_ * (1 + 1e-6); ++i) {
        svg.text(x_of(i * tick_), y, amount(i * tick_) + " s",
                 {kSize, false, kQuiet, i > 0 ? Anchor::kMiddle : Anchor::kStart});
    }
}

void TimeAxis::draw_grid(Svg& svg, double top, double bottom) const {
    for (int i = 1; i * tick_ <= seconds_ * (1 + 1e-6); ++i) {
        const double x = x_of(i * tick_);
        svg.line(x, top, x, bottom, hex(kRule));
    }
}

}  // namespace tangram::report
