#include "report/window_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "report/style.h"
#include "report/svg.h"
#include "report/text.h"
#include "report/time_axis.h"

namespace tangram::report {
namespace {

constexpr double kWidth = 1200;
constexpr double kMargin = 32;
constexpr double kNames = 170;  // left of the time axis
constexpr double kContent = kWidth - 2 * kMargin;
constexpr double kChart = kContent - kNames;
constexpr double kSlice = 12;  // height of one memory slice
constexpr double kLoad = 64;   // height of a tenant's load
constexpr double kSteps = 26;  // and of its accuracy
constexpr double kTitleSize = 22;
constexpr double kHeadingSize = 15;
constexpr double kTextSize = 12;
constexpr double kSmallSize = 10;
constexpr double kFaint = 0.3;  // of what does not serve yet
constexpr std::string_view kHatch = "retraining";

// At most one value per pixel, the mean of the slots it stands for.
std::vector<double> sampled(const std::vector<double>& series) {
    constexpr auto kMost = static_cast<std::size_t>(kChart);
    if (series.size() <= kMost) return series;
    std::vector<double> means;
    for (std::size_t i = 0; i < kMost; ++i) {
        const std::size_t begin = i * series.size() / kMost;
        const std::size_t end = (i + 1) * series.size() / kMost;
        double sum = 0;
        for (std::size_t t = begin; t < end; ++t) sum += series[t];
        means.push_back(sum / static_cast<double>(end - begin));
    }
    return means;
}

double most_of(const std::vector<double>& series) {
    return series.empty() ? 0 : std::ranges::max(series);
}

class Picture {
public:
    Picture(const WindowChart& chart, const WindowSvgLimits& limits)
        : chart_(chart), limits_(limits), axis_(kMargin + kNames, kChart, chart.length_s()) {
        for (std::size_t i = 0; i < chart.tenants.size(); ++i) svg_.define_fill(service_style(i));
        svg_.define_hatch(kHatch, kInk);
        low_ = 1;
        for (const TenantCurves& tenant : chart.tenants) {
            for (const double accuracy : tenant.accuracy) {
                low_ = std::min(low_, accuracy);
                high_ = std::max(high_, accuracy);
            }
        }
        // Room above and below the steps, and a span even where nothing changes.
        low_ -= 0.02;
        high_ += 0.02;
    }

    std::string draw() {
        y_ = kMargin + kTitleSize;
        svg_.fitted_text(kMargin, y_, kContent, headline(chart_), {kTitleSize, true});
        y_ += 24;
        svg_.fitted_text(kMargin, y_, kContent, subline(chart_), {kTextSize, false, kQuiet});
        y_ += 32;
        if (chart_.goodput) {
            draw_gpus();
            draw_tenants();
        }
        return svg_.document(kWidth, y_ + kMargin - 8, headline(chart_), subline(chart_));
    }

private:
    void draw_hidden(std::size_t hidden, std::string_view noun) {
        if (hidden == 0) return;
        y_ += 12;
        svg_.text(kMargin, y_,
                  fmt::format("… and {}", counted(static_cast<long long>(hidden),
                                                  fmt::format("more {}", noun))),
                  {kTextSize, false, kQuiet});
        y_ += 8;
    }

    void draw_gpus() {
        svg_.text(kMargin, y_, "Memory slices", {kHeadingSize, true});
        draw_key();
        axis_.draw_times(svg_, y_);
        y_ += 8;
        const std::size_t shown = std::min(chart_.gpus.size(), limits_.gpus);
        for (std::size_t i = 0; i < shown; ++i) draw_gpu(chart_.gpus[i]);
        draw_hidden(chart_.gpus.size() - shown, "GPU");
        y_ += 26;
    }

    // How a tenant's stints look, beside the heading.
    void draw_key() {
        const ServiceStyle style = service_style(0);
        double x = kMargin + kNames;
        const auto entry = [&](std::string_view words, double opacity, bool hatched) {
            const Box box{x, y_ - 10, 26, 12};
            svg_.box(box, fill_of(style), 2, {}, false, opacity);
            if (hatched) svg_.box(box, fmt::format("url(#{})", kHatch), 2);
            svg_.text(x + 33, y_, words, {kTextSize, false, kQuiet});
            x += 33 + pixels(words, kTextSize) + 28;
        };
        entry("is created and loads", kFaint, false);
        entry("serves", 1, false);
        entry("retrains", 1, true);
        y_ += 24;
    }

    void draw_gpu(const WindowLane& lane) {
        const double height = kSlice * lane.memory_slices;
        svg_.box({axis_.x_of(0), y_, kChart, height}, hex(kEmpty), 2);
        axis_.draw_grid(svg_, y_, y_ + height);
        svg_.fitted_text(kMargin, y_ + height / 2 + 4, kNames - 12, lane.id, {kTextSize, true});
        for (const StintBar& bar : lane.bars) draw_bar(bar);
        y_ += height + 8;
    }

    void draw_bar(const StintBar& bar) {
        const ServiceStyle style = service_style(bar.tenant);
        const std::string fill = fill_of(style);
        const double top = y_ + kSlice * bar.start;
        const double left = axis_.x_of(bar.begin_s);
        const double ready = axis_.x_of(bar.ready_s);
        // A gap to what follows, as long as something is seen.
        const double right = std::max(axis_.x_of(bar.end_s) - 1, left + 0.5);
        const double height = kSlice * bar.size - 1;
        svg_.open_group(in_words(bar));
        if (ready > left) {
            svg_.box({left, top, std::min(ready, right) - left, height}, fill, 0, {}, false,
                     kFaint);
        }
        if (ready < right) {
            const Box box{ready, top, right - ready, height};
            svg_.box(box, fill, 1);
            if (bar.retrains) svg_.box(box, fmt::format("url(#{})", kHatch), 1);
            draw_label(bar, box);
        }
        svg_.close_group();
    }

    [[nodiscard]] std::string in_words(const StintBar& bar) const {
        const std::string what =
            bar.retrains ? "retrains" : fmt::format("serves from {} s", figure(bar.ready_s));
        return fmt::format("{} on {}: {}, {} s to {} s{}{}", chart_.tenants[bar.tenant].name,
                           bar.profile, what, figure(bar.begin_s), figure(bar.end_s),
                           bar.predicted.empty() ? "" : "; predicted: ", bar.predicted);
    }

    // Name and profile, or the code where only that fits; on a plate of the tenant's colour where
    // there are marks behind.
    void draw_label(const StintBar& bar, const Box& box) {
        const ServiceStyle style = service_style(bar.tenant);
        const Color ground = kPalette[style.color];
        const double room = box.width - 10;
        const std::string full = fmt::format("{}{} {}", chart_.tenants[bar.tenant].name,
                                             bar.retrains ? " retrains" : "", bar.profile);
        std::string words = pixels(full, kSmallSize) <= room ? full : style.code;
        if (pixels(words, kSmallSize) > room || box.height < kSmallSize - 2) return;
        const double base = box.y + box.height / 2 + kSmallSize * 0.36;
        if (bar.retrains || style.texture != Texture::kSolid) {
            svg_.box({box.x + 3, base - kSmallSize * 0.86, pixels(words, kSmallSize) + 4, 11},
                     hex(ground), 2);
        }
        svg_.text(box.x + 5, base, words, {kSmallSize, false, text_on(ground)});
    }

    void draw_tenants() {
        svg_.text(kMargin, y_, "Tenants", {kHeadingSize, true});
        svg_.text(kMargin + kNames, y_,
                  "filled: served; pale: capacity to spare; red: asked and not served; the line "
                  "below: accuracy of the model that serves",
                  {kTextSize, false, kQuiet});
        y_ += 24;
        axis_.draw_times(svg_, y_);
        y_ += 8;
        const std::size_t shown = std::min(chart_.tenants.size(), limits_.tenants);
        for (std::size_t i = 0; i < shown; ++i) draw_tenant(i);
        draw_hidden(chart_.tenants.size() - shown, "tenant");
    }

    void draw_tenant(std::size_t index) {
        const TenantCurves& tenant = chart_.tenants[index];
        const std::vector<double> asked = sampled(tenant.asked_rps);
        const double most = std::max(most_of(asked) * 1.15, 1e-9);
        draw_words(index, most_of(asked));
        svg_.box({axis_.x_of(0), y_, kChart, kLoad}, hex(kEmpty), 2);
        axis_.draw_grid(svg_, y_, y_ + kLoad);
        std::vector<double> capacity = sampled(tenant.capacity_rps);
        std::vector<double> served;
        for (std::size_t t = 0; t < capacity.size(); ++t) {
            served.push_back(std::min(asked[t], capacity[t]));
            // What is to spare need not be seen to its end.
            capacity[t] = std::min(capacity[t], most);
        }
        const std::string fill = fill_of(service_style(index));
        draw_between(served, capacity, most, fill, kFaint);
        draw_between(std::vector<double>(served.size()), served, most, fill, 1);
        draw_between(served, asked, most, hex(kAlarm), 0.6);
        svg_.polyline(outline(asked, most), hex(kInk));
        y_ += kLoad + 3;
        draw_accuracy(index);
        y_ += kSteps + 14;
    }

    // The corners of a curve of steps, from left to right.
    [[nodiscard]] std::vector<Point> outline(const std::vector<double>& series, double most) const {
        std::vector<Point> points;
        const double slot = kChart / static_cast<double>(std::max<std::size_t>(series.size(), 1));
        for (std::size_t t = 0; t < series.size(); ++t) {
            if (t > 0 && series[t] == series[t - 1]) continue;
            const double x = axis_.x_of(0) + slot * static_cast<double>(t);
            if (t > 0) points.push_back({x, points.back().y});
            points.push_back({x, y_ + kLoad * (1 - series[t] / most)});
        }
        if (!points.empty()) points.push_back({axis_.x_of(0) + kChart, points.back().y});
        return points;
    }

    void draw_between(const std::vector<double>& low, const std::vector<double>& high, double most,
                      std::string_view fill, double opacity) {
        if (low == high) return;
        std::vector<Point> points = outline(low, most);
        std::vector<Point> back = outline(high, most);
        points.insert(points.end(), back.rbegin(), back.rend());
        svg_.area(points, fill, opacity);
    }

    void draw_words(std::size_t index, double asked_most) {
        const TenantCurves& tenant = chart_.tenants[index];
        const ServiceStyle style = service_style(index);
        const double room = kNames - 12;
        svg_.box({kMargin, y_ + 3, 26, 14}, fill_of(style), 3);
        if (style.texture == Texture::kSolid) {
            svg_.text(kMargin + 13, y_ + 14, style.code,
                      {kSmallSize, true, text_on(kPalette[style.color]), Anchor::kMiddle});
        }
        svg_.fitted_text(kMargin + 33, y_ + 14, room - 33, tenant.name, {kTextSize, true});
        const auto line = [&](double below, const std::string& words) {
            svg_.fitted_text(kMargin, y_ + below, room, words, {kSmallSize, false, kQuiet});
        };
        line(32, "served " + percent(tenant.served_share));
        line(46, fmt::format("load up to {} requests/s", figure(asked_most)));
        line(60, "goodput " + figure(tenant.goodput));
        line(kLoad + 3 + kSteps / 2 + 4, "accuracy");
    }

    void draw_accuracy(std::size_t index) {
        const std::vector<double>& series = chart_.tenants[index].accuracy;
        svg_.box({axis_.x_of(0), y_, kChart, kSteps}, hex(kEmpty), 2);
        axis_.draw_grid(svg_, y_, y_ + kSteps);
        const auto height_of = [&](double accuracy) {
            return y_ + kSteps * (1 - (accuracy - low_) / (high_ - low_));
        };
        std::vector<Point> points;
        for (std::size_t t = 0; t < series.size(); ++t) {
            if (t > 0 && series[t] == series[t - 1]) continue;
            const double x = axis_.x_of(static_cast<double>(t) * chart_.slot_s);
            if (t > 0) points.push_back({x, points.back().y});
            points.push_back({x, height_of(series[t])});
            // Below the line in the upper half, above it in the lower.
            const bool high = points.back().y < y_ + kSteps / 2;
            const std::string words = fmt::format("{:.1f} %", series[t] * 100);
            const double last = axis_.x_of(0) + kChart - pixels(words, kSmallSize) - 4;
            svg_.text(std::min(x + 4, last), points.back().y + (high ? 11 : -4), words,
                      {kSmallSize});
        }
        if (points.empty()) return;
        points.push_back({axis_.x_of(chart_.length_s()), points.back().y});
        svg_.polyline(points, hex(kPalette[4]), 2);
    }

    const WindowChart& chart_;
    const WindowSvgLimits& limits_;
    TimeAxis axis_;
    Svg svg_;
    double low_ = 1, high_ = 0;  // of all accuracies
    double y_ = 0;
};

}  // namespace

std::string window_svg(const WindowChart& chart, const WindowSvgLimits& limits) {
    return Picture(chart, limits).draw();
}

}  // namespace tangram::report
