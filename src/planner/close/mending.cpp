#include "planner/close/mending.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "planner/close/holdings.h"
#include "planner/deployed_names.h"
#include "planner/place/ground.h"

namespace tangram::planner::close {
namespace {

__extension__ using Wide = __int128;

class Mending {
public:
    Mending(const Question& question, const std::vector<Slot>& slots, Placed& placed)
        : question_(question),
          model_(*question.model),
          slots_(slots),
          placed_(placed),
          holdings_(model_, placed),
          by_type_(model_.types.size()) {
        for (std::size_t i = 0; i < slots.size(); ++i) {
            by_type_[slots[i].type.index()].push_back(i);
        }
    }

    void run() {
        for (const ServiceId s : model_.demands.ids()) {
            if (!place::needs_pins(model_.demands[s]) || frozen(s)) continue;
            for (int changes = 0; changes < kMostChanges && holdings_.lacks(s) > 0; ++changes) {
                std::optional<Change> best;
                look_at_idle(s, best);
                look_at_exchanges(s, best);
                if (!best) break;
                make(*best);
            }
        }
    }

private:
    static constexpr int kMostChanges = 1'000;  // of one service

    // The service of `from` goes to `to`, and who is there to `from`; without `from` one more.
    struct Change {
        ServiceId service;
        std::optional<std::size_t> from;
        std::size_t to = 0;
        std::int64_t restart = 0;
        std::int64_t mends = 0;
    };

    [[nodiscard]] bool frozen(ServiceId s) const {
        const auto& frozen = question_.fleet->frozen_services;
        return std::ranges::find(frozen, s) != frozen.end();
    }

    [[nodiscard]] PlacedInstance& at(std::size_t slot) {
        return placed_[slots_[slot].gpu].instances[slots_[slot].instance];
    }

    [[nodiscard]] const Option* option_of(ServiceId s, std::size_t slot) const {
        return option_on(model_, s, slots_[slot].type);
    }

    // What it costs that the service is there.
    [[nodiscard]] std::int64_t start(ServiceId s, std::size_t slot) const {
        if (!s.valid() || slots_[slot].seat == s) return 0;
        const auto option = static_cast<std::size_t>(option_of(s, slot) - model_.options.data());
        return question_.weights[option];
    }

    void move(ServiceId s, std::optional<std::size_t> from, std::optional<std::size_t> to) {
        if (!s.valid() || !place::needs_pins(model_.demands[s])) return;
        const std::int64_t throughput = option_of(s, from ? *from : *to)->throughput.count();
        if (from) holdings_.remove(s, slots_[*from].gpu, throughput);
        if (to) holdings_.add(s, slots_[*to].gpu, throughput);
    }

    [[nodiscard]] std::int64_t lacks(ServiceId s) const {
        return s.valid() && place::needs_pins(model_.demands[s]) ? holdings_.lacks(s) : 0;
    }

    void take_if_better(const Change& change, std::optional<Change>& best) const {
        if (change.mends <= 0) return;
        if (best && Wide{change.restart} * best->mends >= Wide{best->restart} * change.mends) {
            return;
        }
        best = change;
    }

    void look_at_idle(ServiceId s, std::optional<Change>& best) {
        const std::int64_t before = holdings_.lacks(s);
        for (const Option& option : model_.options_of(s)) {
            for (const std::size_t to : by_type_[option.type.index()]) {
                if (at(to).service.valid()) continue;
                move(s, std::nullopt, to);
                take_if_better({s, std::nullopt, to, start(s, to), before - holdings_.lacks(s)},
                               best);
                move(s, to, std::nullopt);
            }
        }
    }

    void look_at_exchanges(ServiceId s, std::optional<Change>& best) {
        for (const Option& option : model_.options_of(s)) {
            const std::vector<std::size_t>& alike = by_type_[option.type.index()];
            for (const std::size_t from : alike) {
                if (at(from).service != s || !holdings_.crowded(s, slots_[from].gpu)) continue;
                for (const std::size_t to : alike) {
                    if (slots_[to].gpu != slots_[from].gpu) look_at(s, from, to, best);
                }
            }
        }
    }

    void look_at(ServiceId s, std::size_t from, std::size_t to, std::optional<Change>& best) {
        const ServiceId other = at(to).service;
        if (other == s) return;
        const std::int64_t mine = holdings_.lacks(s);
        const std::int64_t theirs = lacks(other);
        move(s, from, to);
        move(other, to, from);
        const std::int64_t mends = mine - holdings_.lacks(s) + theirs - lacks(other);
        const bool harmless = holdings_.lacks(s) <= mine && lacks(other) <= theirs;
        move(other, from, to);
        move(s, to, from);
        if (!harmless) return;
        const std::int64_t restart =
            start(s, to) + start(other, from) - start(s, from) - start(other, to);
        take_if_better({s, from, to, restart, mends}, best);
    }

    void put(ServiceId s, std::size_t slot) {
        at(slot).service = s;
        at(slot).stays = s.valid() && slots_[slot].seat == s;
    }

    void make(const Change& change) {
        const ServiceId other = at(change.to).service;
        move(change.service, change.from, change.to);
        if (change.from) move(other, change.to, change.from);
        put(change.service, change.to);
        if (change.from) put(other, *change.from);
    }

    const Question& question_;
    const PlanningModel& model_;
    const std::vector<Slot>& slots_;
    Placed& placed_;
    Holdings holdings_;
    std::vector<std::vector<std::size_t>> by_type_;  // into slots_
};

}  // namespace

void mend(const Question& question, const std::vector<Slot>& slots, Placed& placed) {
    Mending(question, slots, placed).run();
}

}  // namespace tangram::planner::close
