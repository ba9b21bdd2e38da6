#include "report/window_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "report/text.h"

namespace tangram::report {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kNothing = "–";

std::optional<double> number(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end()) return std::nullopt;
    return found->get<double>();
}

SwitchingFigures switching_of(const Json& json) { return {json.at("slots"), json.at("loss")}; }

EngineBar read_engine(const Json& json) {
    EngineBar bar;
    json.at("engine").get_to(bar.engine);
    json.at("status").get_to(bar.status);
    bar.note = json.value("note", "");
    if (json.contains("timing")) bar.seconds = json.at("timing").at("seconds").get<double>();
    bar.goodput = number(json, "goodput");
    if (!bar.goodput) {
        if (bar.note.empty()) bar.note = "no schedule: " + json.value("stop_reason", "unknown");
        return bar;
    }
    bar.gap = number(json, "gap");
    bar.served_share = number(json, "served_share");
    if (!bar.served_share) return bar;
    bar.mean_accuracy = json.at("mean_accuracy").get<double>();
    bar.retrained = json.at("retrained").get<double>();
    bar.switching = switching_of(json.at("switching"));
    bar.on_demand_goodput = number(json, "on_demand_goodput");
    if (bar.on_demand_goodput) bar.on_demand = switching_of(json.at("on_demand_switching"));
    return bar;
}

ComparedWindow read_window(const Json& json) {
    ComparedWindow window;
    json.at("scenario").get_to(window.scenario);
    window.size = fmt::format("{} on {}, {} of {} s", counted(json.at("tenants"), "tenant"),
                              counted(json.at("gpus"), "GPU"), counted(json.at("slots"), "slot"),
                              amount(json.at("slot_s")));
    window.bound = number(json, "bound");
    for (const Json& engine : json.at("engines")) window.engines.push_back(read_engine(engine));
    return window;
}

std::string share_cell(const std::optional<double>& share) {
    return share ? fmt::format("{:.2f} %", *share * 100) : std::string(kNothing);
}

std::string count_cell(const std::optional<double>& count) {
    return count ? grouped(static_cast<long long>(*count)) : std::string(kNothing);
}

std::string seconds_cell(const std::optional<double>& seconds) {
    return seconds ? fmt::format("{:.2f}", *seconds) : std::string(kNothing);
}

std::vector<std::string> cells(const EngineBar& bar) {
    if (!bar.goodput) {
        std::vector<std::string> row(9, std::string(kNothing));
        row[0] = bar.engine;
        row[8] = seconds_cell(bar.seconds);
        return row;
    }
    const auto slots = [&](const std::optional<SwitchingFigures>& switching) {
        return count_cell(switching ? std::optional(switching->slots) : std::nullopt);
    };
    return {bar.engine,
            figure(*bar.goodput) + (bar.status == "optimal" ? " *" : ""),
            share_cell(bar.gap),
            share_cell(bar.served_share),
            share_cell(bar.mean_accuracy),
            count_cell(bar.retrained),
            slots(bar.served_share ? std::optional(bar.switching) : std::nullopt),
            slots(bar.on_demand),
            seconds_cell(bar.seconds)};
}

std::string heading(const ComparedWindow& window, TableStyle style) {
    const std::string words = printable(window.scenario + ": " + window.size);
    return style == TableStyle::kMarkdown ? "### " + words + "\n\n" : words + "\n";
}

// A line each; in Markdown, a list.
std::string remarks(const std::vector<std::string>& lines, TableStyle style) {
    const bool markdown = style == TableStyle::kMarkdown;
    std::string text = markdown && !lines.empty() ? "\n" : "";
    for (const std::string& line : lines) text += (markdown ? "- " : "") + line + "\n";
    return text;
}

std::string table_of(const ComparedWindow& window, TableStyle style) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> lines;
    const auto optimal = [](const EngineBar& bar) { return bar.status == "optimal"; };
    if (std::ranges::any_of(window.engines, optimal)) lines.emplace_back("with *: proven optimal");
    if (window.bound) lines.push_back("no schedule is worth more than " + figure(*window.bound));
    for (const EngineBar& bar : window.engines) {
        rows.push_back(cells(bar));
        if (!bar.note.empty()) lines.push_back(bar.engine + ": " + printable(bar.note));
    }
    std::string text = heading(window, style);
    text += text_table({{"engine"},
                        {"goodput", true},
                        {"gap", true},
                        {"served", true},
                        {"accuracy", true},
                        {"retrained", true},
                        {"switching", true},
                        {"on demand", true},
                        {"seconds", true}},
                       rows, style);
    return text + remarks(lines, style);
}

// What one engine reaches over all windows.
struct Totals {
    std::vector<double> of_bound;    // goodput / bound
    std::vector<double> best_above;  // best / goodput - 1
    double slots = 0, on_demand_slots = 0;
    double loss = 0, on_demand_loss = 0;
};

// By linear interpolation between the sorted values; `values` is not empty.
double quantile(const std::vector<double>& values, double share) {
    const double place = share * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(place);
    const std::size_t high = std::min(low + 1, values.size() - 1);
    return values[low] + (place - static_cast<double>(low)) * (values[high] - values[low]);
}

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

void count(const ComparedWindow& window, const EngineBar& bar, Totals& totals) {
    if (!bar.goodput) return;
    if (window.bound.value_or(0) > 0) totals.of_bound.push_back(*bar.goodput / *window.bound);
    if (*bar.goodput > 0 && window.best() > 0)
        totals.best_above.push_back(window.best() / *bar.goodput - 1);
    if (!bar.on_demand) return;
    totals.slots += bar.switching.slots;
    totals.loss += bar.switching.loss;
    totals.on_demand_slots += bar.on_demand->slots;
    totals.on_demand_loss += bar.on_demand->loss;
}

std::string removed_cell(double ahead, double on_demand) {
    return on_demand > 0 ? percent(1 - ahead / on_demand) : std::string(kNothing);
}

std::string table_of_all(const WindowsChart& chart, TableStyle style) {
    std::vector<std::string> engines;
    std::map<std::string, Totals> totals;
    for (const ComparedWindow& window : chart.windows) {
        for (const EngineBar& bar : window.engines) {
            if (!totals.contains(bar.engine)) engines.push_back(bar.engine);
            count(window, bar, totals[bar.engine]);
        }
    }
    std::vector<std::vector<std::string>> rows;
    for (const std::string& engine : engines) {
        Totals& all = totals[engine];
        std::ranges::sort(all.best_above);
        std::vector<std::string> row = {engine, grouped(std::ssize(all.best_above))};
        row.push_back(all.of_bound.empty() ? std::string(kNothing)
                                           : share_cell(mean(all.of_bound)));
        for (const double share : {0.25, 0.5, 0.75}) {
            row.push_back(all.best_above.empty() ? std::string(kNothing)
                                                 : percent(quantile(all.best_above, share)));
        }
        row.push_back(all.best_above.empty() ? std::string(kNothing)
                                             : percent(mean(all.best_above)));
        row.push_back(removed_cell(all.slots, all.on_demand_slots));
        row.push_back(removed_cell(all.loss, all.on_demand_loss));
        rows.push_back(std::move(row));
    }
    const std::string words = fmt::format("all {} windows", chart.windows.size());
    return (style == TableStyle::kMarkdown ? "### " + words + "\n\n" : words + "\n") +
           text_table({{"engine"},
                       {"windows", true},
                       {"of bound", true},
                       {"best above: 25 %", true},
                       {"50 %", true},
                       {"75 %", true},
                       {"mean", true},
                       {"fewer slots", true},
                       {"less lost", true}},
                      rows, style) +
           remarks({"best above: by how much each window's best engine exceeds this one, quartiles",
                    "fewer slots, less lost: of switching, because instances are created ahead"},
                   style);
}

}  // namespace

double ComparedWindow::best() const {
    double best = 0;
    for (const EngineBar& bar : engines) {
        if (bar.has_schedule()) best = std::max(best, *bar.goodput);
    }
    return best;
}

Result<WindowsChart> read_windows_chart(std::string_view json) {
    try {
        const Json root = Json::parse(json);
        if (root.at("format") != "tangram/window-comparison" || root.at("version") != 1) {
            return invalid_input("this is no tangram/window-comparison of version 1");
        }
        WindowsChart chart;
        for (const Json& window : root.at("windows")) chart.windows.push_back(read_window(window));
        return chart;
    } catch (const Json::exception& error) {
        return invalid_input(error.what());
    }
}

std::string windows_table(const WindowsChart& chart, TableStyle style) {
    std::string text;
    for (const ComparedWindow& window : chart.windows) {
        text += (text.empty() ? "" : "\n") + table_of(window, style);
    }
    if (chart.windows.size() > 1) text += "\n" + table_of_all(chart, style);
    return text;
}

}  // namespace tangram::report
