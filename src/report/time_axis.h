// Time from left to right in a picture: where a moment is drawn, and the ticks below or above.
#pragma once

#include "report/svg.h"

namespace tangram::report {

class TimeAxis {
public:
    // `seconds` from `left` on over `width` pixels; at least a nanosecond.
    TimeAxis(double left, double width, double seconds);

    [[nodiscard]] double x_of(double seconds) const { return left_ + width_ * seconds / seconds_; }
    // 1, 2 or 5 times a power of ten, so that some eight fit.
    [[nodiscard]] double tick() const { return tick_; }
    // The ticks' times, baseline at `y`.
    void draw_times(Svg& svg, double y) const;
    // A faint upright line at every tick but the first.
    void draw_grid(Svg& svg, double top, double bottom) const;

private:
    double left_, width_, seconds_, tick_;
};

}  // namespace tangram::report
