#include "support/window_brute_force.h"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/check.h"

namespace tangram::test {
namespace {

using window::Activity;
using window::Goodput;
using window::GpuId;
using window::Retraining;
using window::Running;
using window::Schedule;
using window::Stint;
using window::Tenant;
using window::TenantId;
using window::Use;
using window::Window;

constexpr int kServes = -1;   // Piece::retraining
constexpr int kCarried = -2;  // ... of the retraining that runs at the start

// An instance in a slot.
struct Piece {
    GpuId gpu;
    gpu::Placement placement;
    TenantId tenant;
    int retraining = kServes;
    int left = 0;  // slots until it serves or the retraining ends; -1: it has served
    int running = -1;
    std::uint64_t place = 0;  // one bit for each placement on its GPU
    friend auto operator<=>(const Piece&, const Piece&) = default;
};

struct Progress {
    std::int64_t accuracy = 0;
    bool retrained = false;
    std::int64_t served = 0;  // up to what the floor asks for
    friend auto operator<=>(const Progress&, const Progress&) = default;
};

struct State {
    std::vector<Piece> pieces;  // sorted
    std::vector<Progress> tenants;
    friend auto operator<=>(const State&, const State&) = default;
};

struct Best {
    Goodput goodput;
    const State* before = nullptr;  // in the slot before
};
using Layer = std::map<State, Best>;

class BruteForce {
public:
    explicit BruteForce(const Window& window) : window_(window), legal_(window.kinds.size()) {
        for (const GpuId gpu : window.gpus.ids()) {
            const gpu::GpuModel& model = window.model(gpu);
            for (const gpu::ProfileId profile : model.profiles.ids()) {
                for (const int start : model.profiles[profile].starts) {
                    add_newcomers(gpu, {profile, start});
                }
            }
        }
        for (const Tenant& tenant : window.tenants) {
            std::int64_t asked = 0;
            for (const Rate rate : tenant.rates) asked += rate.count();
            floors_.push_back((asked * tenant.floor.count() + kSharePerOne - 1) / kSharePerOne);
        }
    }

    std::optional<WindowOptimum> run() {
        layers_.resize(static_cast<std::size_t>(window_.slots));
        decide(beginning(), {}, 0);
        for (int t = 0; t + 1 < window_.slots; ++t) {
            for (const auto& [state, best] : layers_[static_cast<std::size_t>(t)]) {
                decide(after(state, t), {best.goodput + reward(state, t), &state}, t + 1);
            }
        }
        std::optional<WindowOptimum> optimum;
        const State* last = nullptr;
        for (const auto& [state, best] : layers_.back()) {
            const Goodput goodput = best.goodput + reward(state, window_.slots - 1);
            if (!floors_kept(after(state, window_.slots - 1))) continue;
            if (optimum && goodput <= optimum->goodput) continue;
            optimum = {goodput, {}};
            last = &state;
        }
        if (optimum) optimum->schedule = schedule_to(last);
        return optimum;
    }

private:
    [[nodiscard]] std::uint64_t place(GpuId gpu, gpu::Placement placement) const {
        const gpu::GpuModel& model = window_.model(gpu);
        int bit = 0;
        for (const gpu::ProfileId profile : model.profiles.ids()) {
            for (const int start : model.profiles[profile].starts) {
                if (placement == gpu::Placement{profile, start}) return std::uint64_t{1} << bit;
                CHECK(++bit < 64);
            }
        }
        return 0;
    }

    // What can be created at a place.
    void add_newcomers(GpuId gpu, gpu::Placement placement) {
        const std::uint64_t at = place(gpu, placement);
        const window::KindId kind = window_.gpus[gpu].kind;
        for (const TenantId id : window_.tenants.ids()) {
            const Tenant& tenant = window_.tenants[id];
            if (tenant.capacity[kind][placement.profile] > Rate{}) {
                newcomers_.push_back({gpu, placement, id, kServes, tenant.warm_up, -1, at});
            }
            for (std::size_t r = 0; r < tenant.retrainings.size(); ++r) {
                const Retraining& retraining = tenant.retrainings[r];
                if (retraining.kind != kind || retraining.profile != placement.profile) continue;
                newcomers_.push_back(
                    {gpu, placement, id, static_cast<int>(r), retraining.slots, -1, at});
            }
        }
    }

    [[nodiscard]] State beginning() const {
        State state;
        for (const Tenant& tenant : window_.tenants) {
            state.tenants.push_back({tenant.accuracy.count(), false, 0});
        }
        for (std::size_t i = 0; i < window_.running.size(); ++i) {
            const Running& running = window_.running[i];
            const bool retrains = running.activity == Activity::kRetraining;
            state.pieces.push_back({running.gpu, running.placement, running.tenant,
                                    retrains ? kCarried : kServes,
                                    running.activity == Activity::kServing ? -1 : running.left,
                                    static_cast<int>(i), place(running.gpu, running.placement)});
            if (retrains) state.tenants[running.tenant.index()].retrained = true;
        }
        return state;
    }

    // Every state of slot t that a decision makes of `before` goes into its layer.
    void decide(const State& before, const Best& best, int t) {
        std::vector<Piece> fixed;
        std::vector<Piece> loose;
        for (const Piece& piece : before.pieces) {
            (piece.retraining == kServes ? loose : fixed).push_back(piece);
        }
        create(before, best, t, 0, fixed, loose);
    }

    void create(const State& before, const Best& best, int t, std::size_t next,
                std::vector<Piece>& there, const std::vector<Piece>& loose) {
        if (next == newcomers_.size()) {
            keep(before, best, t, there, loose, 0, {});
            return;
        }
        create(before, best, t, next + 1, there, loose);
        const Piece& newcomer = newcomers_[next];
        const bool retrains = newcomer.retraining != kServes;
        if (t + newcomer.left + (retrains ? 0 : 1) > window_.slots) return;
        const auto retrains_too = [&](const Piece& piece) {
            return piece.tenant == newcomer.tenant && piece.retraining != kServes;
        };
        if (retrains && (before.tenants[newcomer.tenant.index()].retrained ||
                         std::ranges::any_of(there, retrains_too))) {
            return;
        }
        there.push_back(newcomer);
        if (legal(there, newcomer.gpu)) create(before, best, t, next + 1, there, loose);
        there.pop_back();
    }

    // `there`: what stays and what is new. Keeps as much of what may go as is legal.
    void keep(const State& before, const Best& best, int t, std::vector<Piece>& there,
              const std::vector<Piece>& loose, std::size_t next,
              const std::vector<Piece>& dropped) {
        if (next < loose.size()) {
            there.push_back(loose[next]);
            const bool fits = legal(there, loose[next].gpu);
            if (fits) keep(before, best, t, there, loose, next + 1, dropped);
            there.pop_back();
            const std::span rest(loose.begin() + static_cast<std::ptrdiff_t>(next), loose.end());
            if (legal(there, loose[next].gpu, rest)) return;  // nothing is in the way
            std::vector<Piece> more = dropped;
            more.push_back(loose[next]);
            keep(before, best, t, there, loose, next + 1, more);
            return;
        }
        for (const Piece& piece : dropped) {
            there.push_back(piece);
            const bool fits = legal(there, piece.gpu);
            there.pop_back();
            if (fits) return;  // it need not have gone
        }
        State state{there, before.tenants};
        if (!new_ones_needed(state, t)) return;
        std::ranges::sort(state.pieces);
        const auto [at, added] =
            layers_[static_cast<std::size_t>(t)].try_emplace(std::move(state), best);
        if (!added && best.goodput > at->second.goodput) at->second = best;
    }

    // Whether all that serve for the first time do more than the rest could.
    [[nodiscard]] bool new_ones_needed(const State& state, int t) const {
        const std::vector<std::int64_t> all = capacities(state);
        return std::ranges::all_of(state.pieces, [&](const Piece& piece) {
            if (piece.retraining != kServes || piece.left != 0 || piece.running >= 0) return true;
            const Rate asked = window_.tenants[piece.tenant].rates[static_cast<std::size_t>(t)];
            return all[piece.tenant.index()] - capacity(piece) < asked.count();
        });
    }

    // Of the pieces on the GPU, with `more` of them.
    bool legal(std::span<const Piece> pieces, GpuId gpu, std::span<const Piece> more = {}) {
        std::uint64_t places = 0;
        for (const std::span<const Piece> some : {pieces, more}) {
            for (const Piece& piece : some) {
                if (piece.gpu != gpu) continue;
                if ((places & piece.place) != 0) return false;
                places |= piece.place;
            }
        }
        const auto [at, added] = legal_[window_.gpus[gpu].kind.index()].try_emplace(places, false);
        if (!added) return at->second;
        std::vector<gpu::Placement> placements;
        for (const std::span<const Piece> some : {pieces, more}) {
            for (const Piece& piece : some) {
                if (piece.gpu == gpu) placements.push_back(piece.placement);
            }
        }
        at->second =
            gpu::Layout::make(window_.model(gpu), window_.rules, std::move(placements)).has_value();
        return at->second;
    }

    [[nodiscard]] std::int64_t capacity(const Piece& piece) const {
        return window_.tenants[piece.tenant]
            .capacity[window_.gpus[piece.gpu].kind][piece.placement.profile]
            .count();
    }

    // Of each tenant.
    [[nodiscard]] std::vector<std::int64_t> capacities(const State& state) const {
        std::vector<std::int64_t> capacities(state.tenants.size(), 0);
        for (const Piece& piece : state.pieces) {
            if (piece.retraining != kServes || piece.left > 0) continue;
            capacities[piece.tenant.index()] += capacity(piece);
        }
        return capacities;
    }

    [[nodiscard]] std::vector<std::int64_t> served(const State& state, int t) const {
        std::vector<std::int64_t> served = capacities(state);
        for (const TenantId id : window_.tenants.ids()) {
            const Rate asked = window_.tenants[id].rates[static_cast<std::size_t>(t)];
            served[id.index()] = std::min(served[id.index()], asked.count());
        }
        return served;
    }

    [[nodiscard]] Goodput reward(const State& state, int t) const {
        Goodput sum;
        const std::vector<std::int64_t> each = served(state, t);
        for (std::size_t i = 0; i < each.size(); ++i) {
            sum += Goodput{each[i] * state.tenants[i].accuracy};
        }
        return sum;
    }

    // The state in which slot t leaves the GPUs.
    [[nodiscard]] State after(const State& state, int t) const {
        State next{{}, state.tenants};
        const std::vector<std::int64_t> each = served(state, t);
        for (std::size_t i = 0; i < each.size(); ++i) {
            next.tenants[i].served = std::min(next.tenants[i].served + each[i], floors_[i]);
        }
        for (Piece piece : state.pieces) {
            piece.left = std::max(-1, piece.left - 1);
            Progress& tenant = next.tenants[piece.tenant.index()];
            if (piece.retraining != kServes) tenant.retrained = true;
            if (piece.retraining == kServes || piece.left > 0) {
                next.pieces.push_back(piece);
            } else {
                tenant.accuracy = improved(piece).count();
            }
        }
        return next;
    }

    [[nodiscard]] Share improved(const Piece& piece) const {
        if (piece.running >= 0) {
            return window_.running[static_cast<std::size_t>(piece.running)].accuracy;
        }
        return window_.tenants[piece.tenant]
            .retrainings[static_cast<std::size_t>(piece.retraining)]
            .accuracy;
    }

    [[nodiscard]] bool floors_kept(const State& end) const {
        for (std::size_t i = 0; i < floors_.size(); ++i) {
            if (end.tenants[i].served < floors_[i]) return false;
        }
        return true;
    }

    // Follows the states back to the beginning, then each instance from its creation to its end.
    [[nodiscard]] Schedule schedule_to(const State* last) const {
        std::vector<const State*> states(static_cast<std::size_t>(window_.slots));
        for (std::size_t t = states.size(); t > 0; --t) {
            states[t - 1] = last;
            last = layers_[t - 1].at(*last).before;
        }
        Schedule schedule;
        std::map<Piece, std::size_t> going_on;  // pieces as they will be in this slot, their stints
        for (std::size_t t = 0; t < states.size(); ++t) {
            std::map<Piece, std::size_t> next;
            for (Piece piece : states[t]->pieces) {
                const auto [at, is_new] = going_on.try_emplace(piece, schedule.stints.size());
                if (is_new) schedule.stints.push_back(stint(piece, static_cast<int>(t)));
                schedule.stints[at->second].until = static_cast<int>(t) + 1;
                piece.left = std::max(-1, piece.left - 1);
                next.emplace(piece, at->second);
            }
            going_on = std::move(next);
        }
        sort_stints(schedule);
        return schedule;
    }

    // As it begins in slot t.
    static Stint stint(const Piece& piece, int t) {
        Stint stint{piece.gpu,
                    piece.placement,
                    piece.tenant,
                    Use::kServe,
                    t,
                    t + std::max(0, piece.left),
                    t,
                    {},
                    {}};
        if (piece.retraining != kServes) {
            stint.use = Use::kRetrain;
            stint.ready = t;
        }
        if (piece.retraining >= 0) stint.retraining = static_cast<std::size_t>(piece.retraining);
        if (piece.running >= 0) stint.running = static_cast<std::size_t>(piece.running);
        return stint;
    }

    const Window& window_;
    std::vector<Piece> newcomers_;
    std::vector<std::int64_t> floors_;
    std::vector<Layer> layers_;
    std::vector<std::unordered_map<std::uint64_t, bool>> legal_;  // by kind and places
};

}  // namespace

std::optional<WindowOptimum> window_brute_force(const Window& window) {
    return BruteForce(window).run();
}

}  // namespace tangram::test
