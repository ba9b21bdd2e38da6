#include "report/fleet_terminal.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/headline.h"
#include "report/text.h"

namespace tangram::report {
namespace {

constexpr Color kIdle{0xD8, 0xDD, 0xE3};

enum class Line { kName, kProfile, kSetting };

class TerminalPicture {
public:
    TerminalPicture(const Fleet& fleet, const TerminalOptions& options)
        : fleet_(fleet),
          options_(options),
          width_(std::clamp(options.width, 40, 160)),
          selection_(select(fleet, options.limits)) {
        std::size_t most = 1;
        for (const GpuGroup& group : fleet_.groups) most = std::max(most, group.ids.size());
        count_width_ = most == 1 ? 0 : columns(grouped(static_cast<long long>(most))) + 3;
        code_width_ = 1;
        for (const std::size_t service : selection_.services) {
            code_width_ = std::max(code_width_, columns(code_of(service)));
        }
    }

    std::string draw() {
        add_line(bold(fit_columns(headline(fleet_), width_), options_.color));
        add_line(faint(fit_columns(subline(fleet_), width_), options_.color));
        std::size_t next = 0;
        for (std::size_t model = 0; model < fleet_.models.size(); ++model) {
            const std::size_t first = next;
            while (next < selection_.groups.size() &&
                   fleet_.groups[selection_.groups[next]].model == static_cast<int>(model)) {
                ++next;
            }
            if (fleet_.models[model].gpus > 0) draw_model(model, first, next);
        }
        draw_services();
        return std::move(text_);
    }

private:
    void add_line(const std::string& line) {
        text_ += line;
        text_ += '\n';
    }

    [[nodiscard]] std::string code_of(std::size_t service) const {
        return letter_code(static_cast<std::size_t>(selection_.order[service]));
    }

    [[nodiscard]] Color ground_of(std::size_t service) const {
        return kPalette[service_style(static_cast<std::size_t>(selection_.order[service])).color];
    }

    void draw_model(std::size_t model, std::size_t first, std::size_t last) {
        const ModelSummary& summary = fleet_.models[model];
        std::int64_t layouts = 0;
        for (const GpuGroup& group : fleet_.groups) layouts += group.model == int(model);
        const std::string note =
            fmt::format("  {}, {} of {} memory slices", counted(summary.gpus, "GPU"),
                        counted(layouts, "layout"), summary.memory_slices);
        const std::string name = fit_columns(printable(summary.name), width_ - columns(note));
        add_line("");
        add_line(bold(name, options_.color) + note);
        std::int64_t drawn = 0;
        for (std::size_t i = first; i < last; ++i) {
            draw_group(fleet_.groups[selection_.groups[i]], summary.memory_slices);
            drawn += std::ssize(fleet_.groups[selection_.groups[i]].ids);
        }
        const std::int64_t hidden = layouts - static_cast<std::int64_t>(last - first);
        if (hidden > 0) {
            add_line(fmt::format("… and {} ({})", counted(summary.gpus - drawn, "more GPU"),
                                 counted(hidden, "layout")));
        }
    }

    // Lines of cells, `cell` columns per memory slice: name and profile with setting, or the
    // setting on a line of its own where some instance is too narrow for both.
    void draw_group(const GpuGroup& group, int slices) {
        const int cell = std::max(1, (width_ - count_width_ - 1) / slices);
        const bool narrow = std::ranges::any_of(group.pieces, [&](const Piece& piece) {
            return columns(piece.profile + " " + setting_of(piece)) >= piece.size * cell;
        });
        if (group.status != "ok") {
            const std::string line = group.status + ": " + printable(id_list(group, 4));
            add_line(colored(fit_columns(line, width_), kTerminalAlarm, options_.color));
        }
        std::string margin = count_width_ == 0 ? ""
                                               : pad_columns(grouped(std::ssize(group.ids)) + " × ",
                                                             count_width_, true);
        for (const Line line : {Line::kName, Line::kProfile, Line::kSetting}) {
            if (line == Line::kSetting && !narrow) continue;
            add_line(margin + cells(group, slices, cell, line, narrow));
            margin.assign(static_cast<std::size_t>(count_width_), ' ');
        }
        add_line("");
    }

    [[nodiscard]] std::string cells(const GpuGroup& group, int slices, int cell, Line line,
                                    bool narrow) const {
        std::string text;
        int slice = 0;
        for (const Piece& piece : group.pieces) {
            text += empty_cells(piece.start - slice, cell);
            text += piece_cells(piece, cell, words_of(piece, line, narrow), line == Line::kName);
            slice = piece.start + piece.size;
        }
        return text + empty_cells(slices - slice, cell) + (plain() ? "|" : "");
    }

    static std::string setting_of(const Piece& piece) {
        std::string text;
        if (piece.batch > 0) text = fmt::format("{}×{}", piece.batch, piece.processes);
        if (piece.phase != "serving" && piece.service >= 0) text += " " + printable(piece.phase);
        return text;
    }

    [[nodiscard]] std::string words_of(const Piece& piece, Line line, bool narrow) const {
        if (line == Line::kSetting) return setting_of(piece);
        if (line == Line::kProfile) {
            return printable(piece.profile) + (narrow ? "" : " " + setting_of(piece));
        }
        if (piece.service < 0) return "idle";
        const auto service = static_cast<std::size_t>(piece.service);
        return code_of(service) + " " + printable(fleet_.services[service].name);
    }

    [[nodiscard]] bool plain() const { return options_.color == ColorMode::kNone; }

    [[nodiscard]] std::string empty_cells(int slices, int cell) const {
        std::string text;
        for (int i = 0; i < slices; ++i) {
            text += plain() ? "|" + pad_columns("", cell - 1)
                            : faint(pad_columns("·", cell), options_.color);
        }
        return text;
    }

    [[nodiscard]] std::string piece_cells(const Piece& piece, int cell, const std::string& words,
                                          bool strong) const {
        const std::string text = pad_columns(words, piece.size * cell - 1);
        if (plain()) return "|" + text;
        // The gap to the next piece is the terminal's own ground.
        const Color ground =
            piece.service < 0 ? kIdle : ground_of(static_cast<std::size_t>(piece.service));
        return on_ground(text, ground, options_.color, strong) + " ";
    }

    void draw_services() {
        if (fleet_.services.empty()) return;
        int name_width = 7;
        for (const std::size_t i : selection_.services) {
            name_width = std::max(name_width, columns(fleet_.services[i].name));
        }
        constexpr int kFigures = 11 + 11 + 10;  // rate, capacity, headroom
        const int swatch = code_width_ + 2;
        name_width = std::min(name_width, width_ - kFigures - swatch - 1);
        add_line(faint(pad_columns("", swatch + 1) + pad_columns("service", name_width) +
                           pad_columns("rate", 11, true) + pad_columns("capacity", 11, true) +
                           pad_columns("headroom", 10, true),
                       options_.color));
        for (const std::size_t i : selection_.services) {
            const ServiceSummary& service = fleet_.services[i];
            const std::string code = pad_columns(" " + code_of(i), swatch);
            const std::string headroom = pad_columns(headroom_text(service), 10, true);
            add_line(on_ground(code, ground_of(i), options_.color, true) + " " +
                     pad_columns(printable(service.name), name_width) +
                     pad_columns(figure(service.rate_rps), 11, true) +
                     pad_columns(figure(service.capacity_rps), 11, true) +
                     (service.short_of_rate() ? colored(headroom, kTerminalAlarm, options_.color)
                                              : headroom));
        }
        draw_hidden_services();
    }

    void draw_hidden_services() {
        if (selection_.hidden_services == 0) return;
        const ServiceSummary& tightest = fleet_.services[selection_.tightest_hidden];
        const std::string line =
            fmt::format("… and {} more; least headroom among them: {}, {}",
                        counted(static_cast<long long>(selection_.hidden_services), "service"),
                        printable(tightest.name), headroom_text(tightest));
        add_line(fit_columns(line, width_));
    }

    const Fleet& fleet_;
    const TerminalOptions& options_;
    int width_;
    Selection selection_;
    int count_width_ = 0;  // "12 × "
    int code_width_ = 1;
    std::string text_;
};

}  // namespace

std::string fleet_terminal(const Fleet& fleet, const TerminalOptions& options) {
    return TerminalPicture(fleet, options).draw();
}

}  // namespace tangram::report
