#include "report/headline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "report/text.h"

namespace tangram::report {
namespace {

// The number at the end of a name; -1 if there is none, or one with leading zeros or too long.
std::int64_t trailing_number(std::string_view name) {
    const std::size_t digits = name.size() - 1 - name.find_last_not_of("0123456789");
    const std::string_view number = name.substr(name.size() - digits);
    if (number.empty() || number.size() > 18 || (number.size() > 1 && number[0] == '0')) return -1;
    std::int64_t value = 0;
    for (const char digit : number) value = value * 10 + (digit - '0');
    return value;
}

// True for gpu-9 and gpu-10.
bool follows(const std::string& name, const std::string& next) {
    const std::int64_t number = trailing_number(name);
    const std::int64_t number_of_next = trailing_number(next);
    if (number < 0 || number_of_next != number + 1) return false;
    const auto stem = [](const std::string& text, std::int64_t value) {
        return std::string_view(text).substr(0, text.size() - fmt::to_string(value).size());
    };
    return stem(name, number) == stem(next, number_of_next);
}

}  // namespace

std::string headline(const Fleet& fleet) {
    const std::string status = fleet.status.value_or("");
    if (!fleet.has_deployment) {
        return status == "infeasible" ? "No plan fits the fleet" : "No plan was found";
    }
    std::string gpus = counted(fleet.gpus, "GPU");
    if (status == "optimal") return gpus + ", proven optimal";
    if (status == "feasible") {
        const std::string bound = amount(fleet.bound.value_or(0));
        return fmt::format("{}, not proven: no plan costs less than {}", gpus, bound);
    }
    if (status == "partial") return gpus + ", the fleet is too small: what fits is served";
    return gpus;
}

std::string subline(const Fleet& fleet) {
    std::string line;
    const auto add = [&line](const std::string& part) {
        line += line.empty() ? part : " · " + part;
    };
    if (fleet.cost) add("cost " + amount(*fleet.cost));
    if (fleet.bound) add("bound " + amount(*fleet.bound));
    if (fleet.gap && fleet.has_deployment) add("gap " + percent(*fleet.gap));
    if (fleet.has_deployment) {
        add(fmt::format("{} on {}", counted(std::ssize(fleet.services), "service"),
                        counted(fleet.instances, "instance")));
    }
    if (fleet.estimated_instances > 0) {
        add(fmt::format("{} of {} on estimated performance", fleet.estimated_instances,
                        counted(fleet.instances, "instance")));
    }
    if (!fleet.engine.empty()) {
        const bool detail = !fleet.formulation.empty() && fleet.formulation != fleet.engine;
        add("engine " + fleet.engine + (detail ? " (" + fleet.formulation + ")" : ""));
    }
    return line;
}

std::string rate_and_capacity(const ServiceSummary& service) {
    return figure(service.rate_rps) + " → " + figure(service.capacity_rps);
}

std::string headroom_text(const ServiceSummary& service) {
    if (service.rate_rps <= 0) return "no load";
    const double headroom = service.headroom();
    if (std::abs(headroom) < 5e-4) return service.short_of_rate() ? "> −0.1 %" : "< 0.1 %";
    return (headroom > 0 ? "+" : "") + percent(headroom);
}

std::string id_list(const GpuGroup& group, std::size_t limit) {
    std::string text;
    std::size_t shown = 0;
    for (std::size_t runs = 0; runs < limit && shown < group.ids.size(); ++runs) {
        std::size_t last = shown;
        while (last + 1 < group.ids.size() && follows(group.ids[last], group.ids[last + 1])) ++last;
        if (last == shown + 1) last = shown;  // two are named, not abbreviated
        if (!text.empty()) text += ", ";
        text += group.ids[shown];
        if (last > shown) text += " … " + group.ids[last];
        shown = last + 1;
    }
    if (shown < group.ids.size()) {
        text += fmt::format(" and {} more", group.ids.size() - shown);
    }
    return text;
}

std::string piece_in_words(const Fleet& fleet, const GpuGroup& group, const Piece& piece) {
    const auto model = static_cast<std::size_t>(group.model);
    std::string text =
        piece.service < 0 ? "idle" : fleet.services[static_cast<std::size_t>(piece.service)].name;
    text += " · " + piece.profile;
    if (piece.batch > 0) {
        text += fmt::format(" · batch {} × {} process{}", piece.batch, piece.processes,
                            piece.processes == 1 ? "" : "es");
    }
    if (piece.estimated) text += " · estimated performance";
    const int slices = fleet.models[model].memory_slices;
    text += piece.size == 1 ? fmt::format(" · memory slice {} of {}", piece.start + 1, slices)
                            : fmt::format(" · memory slices {}–{} of {}", piece.start + 1,
                                          piece.start + piece.size, slices);
    const bool said = piece.phase == "serving" || (piece.service < 0 && piece.phase == "idle");
    if (!said) text += " · " + piece.phase;
    return text;
}

}  // namespace tangram::report
