#include "report/svg.h"

#include <fmt/format.h>

#include <iterator>

#include "report/text.h"

namespace tangram::report {
namespace {

// 12.0 -> "12", 12.25 -> "12.2": short and the same everywhere.
std::string n(double value) {
    std::string text = fmt::format("{:.1f}", value);
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text == "-0" ? "0" : text;
}

std::string path_of(const std::vector<Point>& points) {
    std::string path;
    for (const Point& point : points) {
        path += fmt::format("{}{} {}", path.empty() ? 'M' : 'L', n(point.x), n(point.y));
    }
    return path;
}

std::string_view marks_of(Texture texture) {
    switch (texture) {
        case Texture::kSolid:
            return "";
        case Texture::kRising:
            return R"(<path d="M-2 2l4-4M0 10L10 0M8 12l4-4" )";
        case Texture::kFalling:
            return R"(<path d="M-2 8l4 4M0 0l10 10M8-2l4 4" )";
        case Texture::kHorizontal:
            return R"(<path d="M0 2.5h10M0 7.5h10" )";
        case Texture::kVertical:
            return R"(<path d="M2.5 0v10M7.5 0v10" )";
        case Texture::kDots:
            return R"(<path d="M2.5 2.5h.01M7.5 7.5h.01" )";
    }
    return "";
}

std::string texture_name(const ServiceStyle& style) {
    return fmt::format("t{}-{}", style.color, static_cast<int>(style.texture));
}

}  // namespace

std::string fill_of(const ServiceStyle& style) {
    return style.texture == Texture::kSolid ? hex(kPalette[style.color])
                                            : "url(#" + texture_name(style) + ")";
}

void Svg::box(const Box& box, std::string_view fill, double radius, std::string_view stroke,
              bool dashed, double opacity) {
    body_ += fmt::format(R"(<rect x="{}" y="{}" width="{}" height="{}" fill="{}")", n(box.x),
                         n(box.y), n(box.width), n(box.height), fill);
    if (radius > 0) body_ += fmt::format(R"( rx="{}")", n(radius));
    if (!stroke.empty()) body_ += fmt::format(R"( stroke="{}")", stroke);
    if (dashed) body_ += R"( stroke-dasharray="3 2")";
    if (opacity < 1) body_ += fmt::format(R"( opacity="{}")", n(opacity));
    body_ += "/>\n";
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view stroke) {
    body_ +=
        fmt::format(R"(<path d="M{} {}L{} {}" stroke="{}"/>)", n(x1), n(y1), n(x2), n(y2), stroke);
    body_ += '\n';
}

void Svg::polyline(const std::vector<Point>& points, std::string_view stroke, double width) {
    body_ += fmt::format(R"(<path d="{}" fill="none" stroke="{}")", path_of(points), stroke);
    if (width != 1) body_ += fmt::format(R"( stroke-width="{}")", n(width));
    body_ += "/>\n";
}

void Svg::area(const std::vector<Point>& points, std::string_view fill, double opacity) {
    body_ += fmt::format(R"(<path d="{}z" fill="{}")", path_of(points), fill);
    if (opacity < 1) body_ += fmt::format(R"( opacity="{}")", n(opacity));
    body_ += "/>\n";
}

void Svg::text(double x, double y, std::string_view content, const TextStyle& style) {
    body_ += fmt::format(R"(<text x="{}" y="{}" font-size="{}" fill="{}")", n(x), n(y),
                         n(style.size), hex(style.color));
    if (style.bold) body_ += R"( font-weight="bold")";
    if (style.anchor != Anchor::kStart) {
        body_ +=
            style.anchor == Anchor::kEnd ? R"( text-anchor="end")" : R"( text-anchor="middle")";
    }
    body_ += fmt::format(">{}</text>\n", xml_escaped(content));
}

void Svg::fitted_text(double x, double y, double width, std::string_view content,
                      const TextStyle& style) {
    const std::string shown = fit_pixels(content, width, style.size, style.bold);
    const bool cut = shown != content;
    if (cut) open_group(content);
    if (!shown.empty()) text(x, y, shown, style);
    if (cut) close_group();
}

void Svg::open_group(std::string_view tooltip) {
    body_ += fmt::format("<g><title>{}</title>\n", xml_escaped(tooltip));
}

void Svg::close_group() { body_ += "</g>\n"; }

void Svg::define_fill(const ServiceStyle& style) {
    const std::string start = fmt::format(R"(<pattern id="{}")", texture_name(style));
    if (style.texture == Texture::kSolid || definitions_.find(start) != std::string::npos) return;
    const Color ground = kPalette[style.color];
    const bool dots = style.texture == Texture::kDots;
    definitions_ +=
        fmt::format(R"({} width="10" height="10" patternUnits="userSpaceOnUse">)"
                    R"(<path d="M0 0h10v10H0z" fill="{}"/>)"
                    R"({}stroke="{}" stroke-width="{}" stroke-linecap="{}"/></pattern>)"
                    "\n",
                    start, hex(ground), marks_of(style.texture), hex(texture_marks(ground)),
                    dots ? "3.4" : "2", dots ? "round" : "square");
}

void Svg::define_hatch(std::string_view name, Color marks) {
    definitions_ +=
        fmt::format(R"(<pattern id="{}" width="10" height="10" patternUnits="userSpaceOnUse">)"
                    R"({}stroke="{}" stroke-width="2" stroke-linecap="square"/></pattern>)"
                    "\n",
                    name, marks_of(Texture::kRising), hex(marks));
}

std::string Svg::document(double width, double height, std::string_view title,
                          std::string_view description) const {
    std::string text = fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" )"
        R"(viewBox="0 0 {0} {1}" role="img" aria-labelledby="t d")"
        "\n"
        R"( font-family="Inter, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif">)"
        "\n",
        n(width), n(height));
    text += fmt::format("<title id=\"t\">{}</title>\n<desc id=\"d\">{}</desc>\n",
                        xml_escaped(title), xml_escaped(description));
    if (!definitions_.empty()) text += "<defs>\n" + definitions_ + "</defs>\n";
    text +=
        fmt::format("<path d=\"M0 0h{}v{}H0z\" fill=\"{}\"/>\n", n(width), n(height), hex(kPaper));
    return text + body_ + "</svg>\n";
}

}  // namespace tangram::report
