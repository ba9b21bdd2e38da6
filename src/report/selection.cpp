#include "report/selection.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace tangram::report {
namespace {

std::vector<std::size_t> by_importance(const std::vector<GpuGroup>& groups) {
    std::vector<std::size_t> order(groups.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) {
        return std::tuple(groups[i].status == "ok", -std::ssize(groups[i].ids));
    });
    return order;
}

// Services of the group that are not shown yet, each once.
std::vector<std::size_t> new_services(const GpuGroup& group, const std::vector<bool>& shown) {
    std::vector<std::size_t> found;
    for (const Piece& piece : group.pieces) {
        if (piece.service < 0) continue;
        const auto service = static_cast<std::size_t>(piece.service);
        if (!shown[service] && std::ranges::find(found, service) == found.end()) {
            found.push_back(service);
        }
    }
    return found;
}

void note_hidden(const Fleet& fleet, const std::vector<bool>& shown, Selection& selection) {
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if (shown[i]) continue;
        const double headroom = fleet.services[i].headroom();
        if (selection.hidden_services == 0 ||
            headroom < fleet.services[selection.tightest_hidden].headroom()) {
            selection.tightest_hidden = i;
        }
        ++selection.hidden_services;
    }
}

}  // namespace

Selection select(const Fleet& fleet, const Limits& limits) {
    Selection selection;
    std::vector<bool> shown(fleet.services.size(), false);
    std::size_t count = 0;
    bool full = false;
    for (const std::size_t i : by_importance(fleet.groups)) {
        const GpuGroup& group = fleet.groups[i];
        const std::vector<std::size_t> added = new_services(group, shown);
        full = full || selection.groups.size() == limits.layouts ||
               count + added.size() > limits.services;
        if (full) {
            selection.hidden_gpus += std::ssize(group.ids);
            ++selection.hidden_layouts;
            continue;
        }
        selection.groups.push_back(i);
        for (const std::size_t service : added) shown[service] = true;
        count += added.size();
    }
    std::ranges::sort(selection.groups);
    for (std::size_t i = 0; i < shown.size() && count < limits.services; ++i) {
        if (!shown[i]) ++count;
        shown[i] = true;
    }
    selection.order.assign(shown.size(), -1);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if (!shown[i]) continue;
        selection.order[i] = std::ssize(selection.services);
        selection.services.push_back(i);
    }
    note_hidden(fleet, shown, selection);
    return selection;
}

}  // namespace tangram::report
