#include "window/baseline/oracle_boxes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <utility>
#include <vector>

#include "base/check.h"
#include "window/baseline/course.h"
#include "window/baseline/free_slots.h"
#include "window/baseline/stints.h"

namespace tangram::window::baseline {
namespace {

constexpr std::uint64_t kWork = 200'000'000;  // a second or two

// What is known of one tenant's plan: nothing, no retraining, or one that starts in [first, last].
struct Range {
    bool open = true;
    std::optional<std::size_t> retraining;
    int first = 0;
    int last = 0;
};
using Box = std::vector<Range>;  // by tenant

// From a slot on, a tenant is in a condition.
struct Phase {
    int from = 0;
    Condition condition;
};

struct Open {
    std::int64_t bound = 0;
    std::size_t number = 0;
    Box box;
    // The largest bound first, of equal ones the oldest.
    friend bool operator<(const Open& a, const Open& b) {
        return std::pair{a.bound, b.number} < std::pair{b.bound, a.number};
    }
};

class BoxSearch {
public:
    BoxSearch(const Window& window, Effort& effort, FreeSlots& slots)
        : window_(window), effort_(effort), slots_(slots) {
        for (const TenantId id : window.tenants.ids()) {
            ongoing_.push_back(ongoing_retraining(window, id));
            useful_.push_back(useful(id));
        }
    }

    FreeSwitching search() {
        const std::uint64_t before = effort_.work();
        Box root(window_.tenants.size());
        for (const TenantId id : window_.tenants.ids()) {
            root[id.index()].open = !useful_[id].empty();
        }
        Box none(window_.tenants.size(), Range{.open = false, .retraining = {}});
        try_plan(none);
        CHECK(found_);
        push(std::move(root));
        std::int64_t bound = best_;
        while (!open_.empty()) {
            bound = std::max(best_, open_.top().bound);
            if (bound == best_ || effort_.work() - before > kWork || effort_.over()) break;
            const Box box = open_.top().box;
            open_.pop();
            try_plan(earliest(box));
            split(box);
            bound = best_;
        }
        return {Goodput{bound}, account()};
    }

private:
    // Retrainings that may pay: they end in the window, are better than none, and no other on the
    // same profile is as good and as short. None for a tenant that retrains already.
    [[nodiscard]] std::vector<std::size_t> useful(TenantId id) const {
        const Tenant& tenant = window_.tenants[id];
        std::vector<std::size_t> useful;
        for (std::size_t i = 0; i < tenant.retrainings.size() && !ongoing_[id]; ++i) {
            const Retraining& one = tenant.retrainings[i];
            if (one.kind != window_.gpus[GpuId{0}].kind || one.slots >= window_.slots ||
                one.accuracy <= tenant.accuracy) {
                continue;
            }
            const auto beaten = [&](std::size_t j) {
                const Retraining& other = tenant.retrainings[j];
                return other.profile == one.profile && other.slots <= one.slots &&
                       other.accuracy >= one.accuracy;
            };
            if (std::ranges::any_of(useful, beaten)) continue;
            useful.push_back(i);
        }
        return useful;
    }

    // The conditions a tenant may count on at best.
    [[nodiscard]] std::vector<Phase> phases(TenantId id, const Range& range) const {
        const Tenant& tenant = window_.tenants[id];
        const Condition idle{gpu::ProfileId{}, tenant.accuracy};
        if (const auto& ongoing = ongoing_[id]) {
            return {{0, {ongoing->placement.profile, tenant.accuracy}},
                    {ongoing->left, {gpu::ProfileId{}, ongoing->accuracy}}};
        }
        std::vector<Phase> phases{{0, idle}};
        if (range.open) {
            for (const std::size_t i : useful_[id]) {
                const Retraining& one = tenant.retrainings[i];
                phases.push_back({one.slots, {gpu::ProfileId{}, one.accuracy}});
            }
            std::ranges::stable_sort(phases, {}, &Phase::from);
            for (std::size_t i = 1; i < phases.size(); ++i) {
                Share& accuracy = phases[i].condition.second;
                accuracy = std::max(accuracy, phases[i - 1].condition.second);
            }
        } else if (range.retraining) {
            const Retraining& one = tenant.retrainings[*range.retraining];
            const int end = range.first + one.slots;
            if (range.last < end) {
                phases.push_back({range.last, {one.profile, tenant.accuracy}});
            }
            phases.push_back({end, {gpu::ProfileId{}, one.accuracy}});
        }
        return phases;
    }

    // Calls visit(from, until, conditions) for each stretch of slots with the same conditions.
    template <typename Visit>
    void walk(const Box& box, const Visit& visit) {
        std::vector<std::vector<Phase>> all;
        std::vector<int> turns{window_.slots};
        for (const TenantId id : window_.tenants.ids()) {
            all.push_back(phases(id, box[id.index()]));
            for (const Phase& phase : all.back()) {
                turns.push_back(std::min(phase.from, window_.slots));
            }
        }
        std::ranges::sort(turns);
        for (std::size_t k = 0; k + 1 < turns.size(); ++k) {
            if (turns[k] == turns[k + 1]) continue;
            Conditions conditions;
            for (const std::vector<Phase>& mine : all) {
                auto phase = mine.end() - 1;
                while (phase->from > turns[k]) --phase;
                conditions.push_back(phase->condition);
            }
            visit(turns[k], turns[k + 1], conditions);
        }
    }

    // Nothing if two retrainings of the box cannot be on the GPU together.
    std::optional<std::int64_t> bound_of(const Box& box) {
        std::int64_t sum = 0;
        bool possible = true;
        walk(box, [&](int from, int until, const Conditions& conditions) {
            const std::vector<std::int64_t>& sums = slots_.sums(conditions);
            if (sums.empty()) {
                possible = false;
            } else {
                sum += sums[static_cast<std::size_t>(until)] - sums[static_cast<std::size_t>(from)];
            }
        });
        effort_.spend(static_cast<std::int64_t>(100 * box.size()));
        if (!possible) return std::nullopt;
        return sum;
    }

    void push(Box box) {
        const std::optional<std::int64_t> bound = bound_of(box);
        if (bound && *bound > best_) open_.push({*bound, pushed_++, std::move(box)});
    }

    // The plan of a box in which everybody starts as early as it may; who is open does without.
    [[nodiscard]] static Box earliest(Box box) {
        for (Range& range : box) {
            range.open = false;
            range.last = range.first;
        }
        return box;
    }

    void try_plan(const Box& plan) {
        const std::optional<std::int64_t> value = bound_of(plan);
        if (!value || (found_ && *value <= best_)) return;
        found_ = true;
        best_ = *value;
        best_plan_ = plan;
    }

    // By the retraining of the first tenant for whom that is open, else by the widest interval of
    // starts, weighed with what is asked of the tenant.
    void split(const Box& box) {
        for (const TenantId id : window_.tenants.ids()) {
            if (!box[id.index()].open) continue;
            Box child = box;
            Range& range = child[id.index()];
            range.open = false;
            push(child);
            for (const std::size_t i : useful_[id]) {
                range.retraining = i;
                range.last = window_.slots - window_.tenants[id].retrainings[i].slots;
                push(child);
            }
            return;
        }
        std::size_t widest = 0;
        for (std::size_t i = 1; i < box.size(); ++i) {
            if (box[i].last - box[i].first > box[widest].last - box[widest].first) widest = i;
        }
        const auto& [open, retraining, first, last] = box[widest];
        if (first == last) return;  // a plan, which has been tried
        Box child = box;
        child[widest].last = first + (last - first) / 2;
        push(child);
        child[widest].first = child[widest].last + 1;
        child[widest].last = last;
        push(std::move(child));
    }

    // The best plan, tenant by tenant.
    Evaluation account() {
        Evaluation evaluation;
        evaluation.tenants = IdVector<TenantId, TenantAccount>(window_.tenants.size());
        evaluation.goodput = Goodput{best_};
        walk(best_plan_, [&](int from, int until, const Conditions& conditions) {
            for (int t = from; t < until; ++t) {
                const std::vector<Rate> capacity = slots_.capacity(conditions, t);
                for (const TenantId id : window_.tenants.ids()) {
                    TenantAccount& account = evaluation.tenants[id];
                    const Rate asked = window_.tenants[id].rates[static_cast<std::size_t>(t)];
                    account.capacity.push_back(capacity[id.index()]);
                    account.served.push_back(std::min(asked, capacity[id.index()]));
                    account.accuracy.push_back(conditions[id.index()].second);
                    account.goodput +=
                        Goodput{account.served.back().count() * account.accuracy.back().count()};
                }
            }
        });
        for (const TenantId id : window_.tenants.ids()) {
            TenantAccount& account = evaluation.tenants[id];
            Rate served;
            for (const Rate rate : account.served) served += rate;
            account.floor_kept = keeps_floor(window_.tenants[id], served);
        }
        return evaluation;
    }

    const Window& window_;
    Effort& effort_;
    FreeSlots& slots_;
    IdVector<TenantId, std::optional<Ongoing>> ongoing_;
    IdVector<TenantId, std::vector<std::size_t>> useful_;
    std::priority_queue<Open> open_;
    std::size_t pushed_ = 0;
    bool found_ = false;
    std::int64_t best_ = 0;
    Box best_plan_;
};

}  // namespace

std::optional<FreeSwitching> search_boxes(const Window& window, Effort& effort) {
    FreeSlots slots(window, effort);
    if (!slots.manageable()) return std::nullopt;
    return BoxSearch(window, effort, slots).search();
}

}  // namespace tangram::window::baseline
