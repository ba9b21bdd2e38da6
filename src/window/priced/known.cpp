#include "window/priced/known.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace tangram::window::priced {

namespace {

// Absent if no instance like that counts: it serves nobody, or its retraining brings nothing.
std::optional<Held> held_of(const Question& question, const Fleet& fleet, const Stint& stint) {
    const std::size_t gpu = stint.gpu.index();
    const TenantTerms& tenant = question.tenants[stint.tenant.index()];
    Held held{.placement = stint.placement,
              .tenant = stint.tenant.index(),
              .type = question.type_of(fleet.site(gpu).kind, stint.placement.profile),
              .from = static_cast<std::size_t>(stint.from),
              .ready = static_cast<std::size_t>(stint.ready),
              .until = static_cast<std::size_t>(stint.until),
              .choice = {},
              .running = {}};
    if (held.type == question.types.size()) return {};
    if (stint.running) {
        const auto start = std::ranges::find(fleet.starts(gpu), *stint.running, &Start::index);
        held.running = static_cast<std::size_t>(start - fleet.starts(gpu).begin());
    }
    if (stint.use == Use::kServe) {
        const bool any = tenant.capacity[held.type] > 0 && serves(held);
        return any ? std::optional(held) : std::nullopt;
    }
    held.ready = held.until;
    if (stint.running) return held;
    const auto choice = std::ranges::find(tenant.choices, *stint.retraining, &Choice::index);
    if (choice == tenant.choices.end()) return {};
    held.choice = static_cast<std::size_t>(choice - tenant.choices.begin());
    return held;
}

bool fits(const Question& question, std::size_t tree, const Fleet::Column& column) {
    return std::ranges::all_of(column, [&](const Held& held) {
        return std::ranges::any_of(question.trees[tree].blocks, [&](const Block& block) {
            return block.start == held.placement.start &&
                   std::ranges::find(block.profiles, held.placement.profile) !=
                       block.profiles.end();
        });
    });
}

}  // namespace

std::optional<Fleet> fleet_of(const Question& question, const Schedule& schedule) {
    Fleet fleet(question);
    std::vector<Fleet::Column> columns(question.window->gpus.size());
    for (const Stint& stint : schedule.stints) {
        const std::optional<Held> held = held_of(question, fleet, stint);
        if (held) columns[stint.gpu.index()].push_back(*held);
    }
    for (std::size_t gpu = 0; gpu < columns.size(); ++gpu) {
        const bool fit = std::ranges::any_of(fleet.site(gpu).trees, [&](std::size_t tree) {
            return fits(question, tree, columns[gpu]);
        });
        if (!fit) return {};
    }
    fleet.load(std::move(columns));
    return fleet;
}

}  // namespace tangram::window::priced
