#include "report/fleet_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "report/headline.h"
#include "report/style.h"
#include "report/svg.h"
#include "report/text.h"

namespace tangram::report {
namespace {

constexpr double kWidth = 1200;
constexpr double kMargin = 32;
constexpr double kContent = kWidth - 2 * kMargin;
constexpr double kTitleSize = 24;
constexpr double kHeadingSize = 15;
constexpr double kTextSize = 12;
constexpr double kSmallSize = 11;
constexpr double kRadius = 4;
constexpr std::size_t kDetailedLayouts = 48;  // more are drawn with codes only
constexpr std::size_t kServicesOnTop = 24;    // more are listed below the GPUs
constexpr std::size_t kIdsInTooltip = 40;

constexpr std::string_view kEmptyLine = "#C4CAD1";
constexpr std::string_view kFrame = "#57606A";

// How GPUs are set: many columns of low bars, or two of high ones with every label.
struct Grid {
    int columns = 2;
    double gap = 24;
    double header = 20;  // words above a bar
    double bar = 66;
    double pitch = 106;  // from one row to the next
    bool labels = true;

    [[nodiscard]] double card_width() const { return (kContent - gap * (columns - 1)) / columns; }
};
constexpr Grid kDetailedGrid{};
constexpr Grid kCompactGrid{4, 20, 17, 26, 56, false};

// What is written on an instance, and the colour under it where there is a texture.
struct Label {
    std::string name;
    std::string code;
    Color color;
    std::optional<Color> plate;
};

class FleetPicture {
public:
    FleetPicture(const Fleet& fleet, const SvgOptions& options)
        : fleet_(fleet),
          selection_(select(fleet, options.limits)),
          grid_(selection_.groups.size() > kDetailedLayouts ? kCompactGrid : kDetailedGrid) {
        for (const std::size_t service : selection_.services) svg_.define_fill(style_of(service));
    }

    std::string draw() {
        draw_title();
        const bool services_on_top = selection_.services.size() <= kServicesOnTop;
        if (services_on_top) draw_services();
        draw_gpus();
        if (!services_on_top) draw_services();
        return svg_.document(kWidth, y_ + kMargin - 8, headline(fleet_), subline(fleet_));
    }

private:
    [[nodiscard]] ServiceStyle style_of(std::size_t service) const {
        return service_style(static_cast<std::size_t>(selection_.order[service]));
    }

    void draw_title() {
        y_ = kMargin + kTitleSize;
        svg_.fitted_text(kMargin, y_, kContent, headline(fleet_), {kTitleSize, true});
        const std::string line = subline(fleet_);
        if (!line.empty()) {
            y_ += 24;
            svg_.fitted_text(kMargin, y_, kContent, line, {kTextSize, false, kQuiet});
        }
        y_ += 16;
    }

    // A heading with a rule above it; `note` stands quietly beside it.
    void draw_heading(const std::string& words, const std::string& note) {
        svg_.line(kMargin, y_ + 0.5, kWidth - kMargin, y_ + 0.5, hex(kRule));
        y_ += 30;
        const std::string shown = fit_pixels(words, kContent / 2, kHeadingSize, true);
        svg_.text(kMargin, y_, shown, {kHeadingSize, true});
        const double x = kMargin + pixels(shown, kHeadingSize, true) + 14;
        svg_.fitted_text(x, y_, kWidth - kMargin - x, note, {kTextSize, false, kQuiet});
        y_ += 18;
    }

    void draw_services() {
        if (fleet_.services.empty()) return;
        draw_heading("Services",
                     "rate asked → capacity placed, in requests/s; bar: capacity in use; headroom");
        const int columns = selection_.services.size() <= 12 ? 2 : 3;
        const double gap = 40;
        const double width = (kContent - gap * (columns - 1)) / columns;
        const std::size_t count = selection_.services.size();
        const std::size_t rows =
            (count + static_cast<std::size_t>(columns) - 1) / static_cast<std::size_t>(columns);
        const double pitch = 24;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t column = i / rows;
            const std::size_t row = i % rows;
            const double x = kMargin + static_cast<double>(column) * (width + gap);
            const double y = y_ + static_cast<double>(row) * pitch;
            draw_service(selection_.services[i], {x, y, width, 18});
        }
        y_ += static_cast<double>(rows) * pitch;
        if (selection_.hidden_services > 0) draw_hidden_services();
        y_ += 14;
    }

    void draw_hidden_services() {
        y_ += 14;
        const ServiceSummary& tightest = fleet_.services[selection_.tightest_hidden];
        const std::string words = fmt::format(
            "… and {} more; the least headroom among them has {}, {}",
            counted(std::ssize(fleet_.services) - std::ssize(selection_.services), "service"),
            tightest.name, headroom_text(tightest));
        svg_.fitted_text(kMargin, y_, kContent, words, {kTextSize, false, kQuiet});
    }

    // Swatch with code · name ......... rate → capacity  [bar]  headroom
    void draw_service(std::size_t index, const Box& box) {
        const ServiceSummary& service = fleet_.services[index];
        const ServiceStyle style = style_of(index);
        svg_.open_group(fmt::format("{}: {} requests/s asked, capacity {}, {}", service.name,
                                    figure(service.rate_rps), figure(service.capacity_rps),
                                    counted(service.instances, "instance")));
        svg_.box({box.x, box.y, 34, box.height}, fill_of(style), kRadius);
        const double base = box.y + 13;
        const Color ground = kPalette[style.color];
        Label code{"", style.code, text_on(ground), std::nullopt};
        if (style.texture != Texture::kSolid) code.plate = ground;
        draw_word(box.x + 17 - pixels(style.code, kSmallSize, true) / 2, base, style.code, code,
                  true);
        const double right = box.x + box.width;
        const double bar_width = box.width > 500 ? 140 : 44;
        const double percent_width = 62;
        const Color color = service.short_of_rate() ? kAlarm : kInk;
        svg_.text(right, base, headroom_text(service),
                  {kTextSize, service.short_of_rate(), color, Anchor::kEnd});
        draw_headroom({right - percent_width - bar_width, box.y + 4, bar_width, 10}, service);
        const double figures_end = right - percent_width - bar_width - 10;
        const std::string figures = rate_and_capacity(service);
        svg_.text(figures_end, base, figures, {kTextSize, false, kQuiet, Anchor::kEnd});
        const double name_start = box.x + 42;
        const double room = figures_end - pixels(figures, kTextSize) - 10 - name_start;
        svg_.text(name_start, base, fit_pixels_middle(service.name, room, kTextSize));
        svg_.close_group();
    }

    // The whole box is the larger of rate and capacity; filled is the rate, framed the capacity.
    void draw_headroom(const Box& box, const ServiceSummary& service) {
        const double whole = std::max({service.rate_rps, service.capacity_rps, 1e-9});
        const double rate = box.width * service.rate_rps / whole;
        const double capacity = box.width * service.capacity_rps / whole;
        svg_.box(box, hex(kEmpty), 2);
        svg_.box({box.x, box.y, std::max(std::min(rate, capacity), 0.5), box.height}, "#8C959F", 2);
        if (capacity < rate) {
            svg_.box({box.x + capacity, box.y, rate - capacity, box.height}, hex(kAlarm), 2);
        }
    }

    void draw_gpus() {
        std::size_t next = 0;
        for (std::size_t model = 0; model < fleet_.models.size(); ++model) {
            const std::size_t first = next;
            while (next < selection_.groups.size() &&
                   fleet_.groups[selection_.groups[next]].model == static_cast<int>(model)) {
                ++next;
            }
            if (fleet_.models[model].gpus > 0) draw_model(model, first, next);
        }
    }

    void draw_model(std::size_t model, std::size_t first, std::size_t last) {
        const ModelSummary& summary = fleet_.models[model];
        std::int64_t layouts = 0;
        for (const GpuGroup& group : fleet_.groups) layouts += group.model == int(model);
        draw_heading(summary.name,
                     fmt::format("{}, {}; a GPU is drawn as its {} memory slices, grey where no "
                                 "instance holds them{}",
                                 counted(summary.gpus, "GPU"), counted(layouts, "layout"),
                                 summary.memory_slices,
                                 grid_.labels ? "; 32 × 3: batch 32 in 3 processes" : ""));
        std::int64_t drawn = 0;
        const auto columns = static_cast<std::size_t>(grid_.columns);
        for (std::size_t i = first; i < last; ++i) {
            const std::size_t column = (i - first) % columns;
            const std::size_t row = (i - first) / columns;
            const GpuGroup& group = fleet_.groups[selection_.groups[i]];
            draw_group(
                group,
                {kMargin + static_cast<double>(column) * (grid_.card_width() + grid_.gap),
                 y_ + static_cast<double>(row) * grid_.pitch, grid_.card_width(), grid_.bar});
            drawn += std::ssize(group.ids);
        }
        const std::size_t rows = (last - first + columns - 1) / columns;
        y_ += static_cast<double>(rows) * grid_.pitch;
        const std::int64_t hidden = layouts - static_cast<std::int64_t>(last - first);
        if (hidden > 0) {
            y_ += 6;
            const std::string words =
                fmt::format("… and {} ({})", counted(summary.gpus - drawn, "more GPU"),
                            counted(hidden, "layout"));
            svg_.text(kMargin, y_, words, {kTextSize, false, kQuiet});
            y_ += 18;
        }
    }

    void draw_group(const GpuGroup& group, const Box& card) {
        const bool ok = group.status == "ok";
        svg_.open_group(id_list(group, kIdsInTooltip) + (ok ? "" : " · " + group.status));
        draw_group_header(group, card);
        const Box bar{card.x, card.y + grid_.header, card.width, grid_.bar};
        const int slices = fleet_.models[static_cast<std::size_t>(group.model)].memory_slices;
        draw_empty_slices(group, bar, slices);
        for (const Piece& piece : group.pieces) {
            const double slice = bar.width / slices;
            draw_piece(
                group, piece,
                {bar.x + piece.start * slice + 1, bar.y, piece.size * slice - 2, bar.height});
        }
        if (!ok) {
            svg_.box({bar.x - 3, bar.y - 3, bar.width + 6, bar.height + 6}, "none", kRadius + 3,
                     hex(kAlarm), true);
        }
        svg_.close_group();
    }

    // "× 12  gpu-0, gpu-1, …" above the bar.
    void draw_group_header(const GpuGroup& group, const Box& card) {
        const double base = card.y + 12;
        double x = card.x + 1;
        if (group.ids.size() > 1) {
            const std::string count = grouped(std::ssize(group.ids)) + " ×";
            svg_.text(x, base, count, {kTextSize, true});
            x += pixels(count, kTextSize, true) + 8;
        }
        if (group.status != "ok") {
            svg_.text(x, base, group.status, {kSmallSize, true, kAlarm});
            x += pixels(group.status, kSmallSize, true) + 8;
        }
        const double room = card.x + card.width - x;
        const std::string names = fit_pixels(id_list(group, 8), room, kSmallSize);
        if (!names.empty()) svg_.text(x, base, names, {kSmallSize, false, kQuiet});
    }

    void draw_empty_slices(const GpuGroup& group, const Box& bar, int slices) {
        std::vector<bool> held(static_cast<std::size_t>(slices), false);
        for (const Piece& piece : group.pieces) {
            const auto first = static_cast<std::size_t>(piece.start);
            for (std::size_t i = 0; i < static_cast<std::size_t>(piece.size); ++i) {
                held[first + i] = true;
            }
        }
        const double width = bar.width / slices;
        for (int i = 0; i < slices; ++i) {
            if (held[static_cast<std::size_t>(i)]) continue;
            svg_.open_group(
                fmt::format("memory slice {} of {}: held by no instance", i + 1, slices));
            svg_.box({bar.x + i * width + 1.5, bar.y + 0.5, width - 3, bar.height - 1}, hex(kEmpty),
                     kRadius, kEmptyLine, true);
            svg_.close_group();
        }
    }

    void draw_piece(const GpuGroup& group, const Piece& piece, const Box& box) {
        svg_.open_group(piece_in_words(fleet_, group, piece));
        Label label{"idle", "", kInk, std::nullopt};
        if (piece.service < 0) {
            svg_.box({box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1}, hex(kPaper),
                     kRadius, kFrame);
        } else {
            const auto service = static_cast<std::size_t>(piece.service);
            const ServiceStyle style = style_of(service);
            const Color ground = kPalette[style.color];
            svg_.box(box, fill_of(style), kRadius);
            label = {fleet_.services[service].name, style.code, text_on(ground), std::nullopt};
            if (style.texture != Texture::kSolid) label.plate = ground;
        }
        if (piece.phase != "serving") {
            svg_.box({box.x + 1.5, box.y + 1.5, box.width - 3, box.height - 3}, "none", kRadius,
                     hex(label.color), true);
        }
        if (grid_.labels) {
            draw_full_labels(piece, box, label);
        } else {
            draw_short_label(box, label);
        }
        svg_.close_group();
    }

    // A text that is put on a plate of its ground's colour where there is a texture behind it.
    void draw_word(double x, double base, const std::string& word, const Label& label, bool bold) {
        if (word.empty()) return;
        if (label.plate) {
            svg_.box({x - 3, base - 10.5, pixels(word, kSmallSize, bold) + 6, 14},
                     hex(*label.plate), 2);
        }
        svg_.text(x, base, word, {kSmallSize, bold, label.color});
    }

    // The code, and the name where there is room for more than a stub of it.
    void draw_short_label(const Box& box, const Label& label) {
        const double base = box.y + box.height / 2 + 4;
        const double left = box.x + 5;
        const double room = box.width - 9;
        const bool idle = label.code.empty();
        const std::string first =
            fit_pixels(idle ? label.name : label.code, room, kSmallSize, !idle);
        const double used = pixels(first, kSmallSize, true) + 6;
        const std::string rest = idle ? "" : fit_pixels_middle(label.name, room - used, kSmallSize);
        if (columns(rest) >= std::min(5, columns(label.name))) {
            draw_word(left + used, base, rest, label, false);
        }
        draw_word(left, base, first, label, !idle);
    }

    // Name from the top, profile and setting from the bottom, code in the lower right corner.
    void draw_full_labels(const Piece& piece, const Box& box, const Label& label) {
        const double room = box.width - 9;
        const double left = box.x + 5;
        const double bottom = box.y + box.height - 7;
        double base = box.y + 14;
        for (const std::string& line : wrap_pixels(label.name, room, kSmallSize, true, 2)) {
            draw_word(left, base, line, label, true);
            base += 13;
        }
        const double code_width = pixels(label.code, kSmallSize, true);
        std::string last;
        if (piece.batch > 0) last = fmt::format("{} × {}", piece.batch, piece.processes);
        const bool in_transit = piece.phase != "serving" && piece.phase != "idle";
        if (in_transit) last += (last.empty() ? "" : " · ") + piece.phase;
        last = fit_pixels(last, room - code_width - 4, kSmallSize);
        draw_word(left, bottom - (last.empty() ? 0 : 13),
                  fit_pixels(piece.profile, room, kSmallSize), label, false);
        draw_word(left, bottom, last, label, false);
        draw_word(box.x + box.width - 5 - code_width, bottom, label.code, label, true);
    }

    const Fleet& fleet_;
    Selection selection_;
    Grid grid_;
    Svg svg_;
    double y_ = 0;  // where the next thing starts
};

}  // namespace

std::string fleet_svg(const Fleet& fleet, const SvgOptions& options) {
    return FleetPicture(fleet, options).draw();
}

}  // namespace tangram::report
