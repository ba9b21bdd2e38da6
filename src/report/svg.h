// A small writer of SVG: boxes, texts that fit them, groups with tooltips. Output depends on the
// calls alone; coordinates are printed with one decimal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/style.h"

namespace tangram::report {

struct Box {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
};

struct Point {
    double x = 0;
    double y = 0;
};

enum class Anchor { kStart, kMiddle, kEnd };

struct TextStyle {
    double size = 12;
    bool bold = false;
    Color color = kInk;
    Anchor anchor = Anchor::kStart;
};

class Svg {
public:
    // `fill` is a colour or url(#pattern); `stroke` empty: no outline.
    void box(const Box& box, std::string_view fill, double radius = 0, std::string_view stroke = {},
             bool dashed = false, double opacity = 1);
    void line(double x1, double y1, double x2, double y2, std::string_view stroke);
    // Through the points in order; `area` closes and fills what they enclose.
    void polyline(const std::vector<Point>& points, std::string_view stroke, double width = 1);
    void area(const std::vector<Point>& points, std::string_view fill, double opacity = 1);
    // Baseline at y. The text is escaped; the caller has made it fit.
    void text(double x, double y, std::string_view content, const TextStyle& style = {});
    // A text cut to `width`; if that cuts something, the whole text as its tooltip.
    void fitted_text(double x, double y, double width, std::string_view content,
                     const TextStyle& style = {});
    void open_group(std::string_view tooltip);
    void close_group();
    // Defines what fill_of(style) names, once.
    void define_fill(const ServiceStyle& style);

    // A tile of marks without a ground, to lay over a box.
    void define_hatch(std::string_view name, Color marks);

    // The whole document. `title` and `description` are for screen readers and tabs.
    [[nodiscard]] std::string document(double width, double height, std::string_view title,
                                       std::string_view description) const;

private:
    std::string definitions_;
    std::string body_;
};

// The fill of a service's boxes: its colour, or the texture that define_fill defines.
[[nodiscard]] std::string fill_of(const ServiceStyle& style);

}  // namespace tangram::report
