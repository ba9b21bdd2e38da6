#include "window/baseline/oracle_prices.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "window/baseline/stints.h"

namespace tangram::window::baseline {
namespace {

__extension__ using Wide = __int128;

constexpr int kRounds = 300;
// Steps as parts of a slot's share of the bound; how much a step shrinks after some rounds without
// a better bound; how much of the surplus is new in a round.
constexpr double kStep = 0.1;
constexpr double kShrink = 0.8;
constexpr int kPatientRounds = 5;
constexpr double kNew = 0.1;
constexpr std::uint64_t kWork = 2'000'000'000;

// A profile of a kind of GPU.
struct Type {
    KindId kind;
    gpu::ProfileId profile;
    std::int64_t most = 0;  // instances there can be at all
};

// The best instances to rent in one slot.
class Rental {
public:
    struct Item {
        std::size_t type = 0;
        std::int64_t capacity = 0;
        std::int64_t price = 0;
        std::int64_t most = 0;
    };

    // Maximises accuracy x min(rate, capacity) - price over counts of the items.
    std::int64_t solve(std::vector<Item>& items, std::int64_t rate, std::int64_t accuracy) {
        std::ranges::sort(items, [](const Item& a, const Item& b) {
            const Wide left = Wide{a.price} * b.capacity;
            const Wide right = Wide{b.price} * a.capacity;
            return left != right ? left < right : a.type < b.type;
        });
        items_ = &items;
        accuracy_ = accuracy;
        best_ = 0;
        counts_.assign(items.size(), 0);
        best_counts_ = counts_;
        descend(0, rate, rate * accuracy);
        return best_;
    }
    [[nodiscard]] const std::vector<std::int64_t>& counts() const { return best_counts_; }
    [[nodiscard]] std::int64_t nodes() const { return nodes_; }

private:
    // `most`: the value if what is left of the rate were served for nothing.
    void descend(std::size_t depth, std::int64_t left, std::int64_t most) {
        ++nodes_;
        const std::int64_t value = most - left * accuracy_;
        if (value > best_) {
            best_ = value;
            best_counts_ = counts_;
        }
        if (left == 0 || depth == items_->size()) return;
        const Item& item = (*items_)[depth];
        if (most - static_cast<std::int64_t>(Wide{left} * item.price / item.capacity) <= best_) {
            return;
        }
        std::int64_t count = std::min(item.most, (left + item.capacity - 1) / item.capacity);
        for (; count >= 0; --count) {
            counts_[depth] = count;
            descend(depth + 1, std::max(std::int64_t{0}, left - count * item.capacity),
                    most - count * item.price);
        }
        counts_[depth] = 0;
    }

    std::vector<Item>* items_ = nullptr;
    std::int64_t accuracy_ = 0;
    std::int64_t best_ = 0;
    std::int64_t nodes_ = 0;
    std::vector<std::int64_t> counts_;
    std::vector<std::int64_t> best_counts_;
};

class Prices {
public:
    Prices(const Window& window, Effort& effort)
        : window_(window), effort_(effort), slots_(static_cast<std::size_t>(window.slots)) {
        const auto layouts = layouts_of(window);
        for (const KindId kind : window.kinds.ids()) {
            gpus_.push_back(std::ranges::count(window.gpus, kind, &Gpu::kind));
            std::set<std::vector<int>> partitions;
            for (const gpu::Layout& layout : layouts[kind]) {
                partitions.insert(gpu::profile_counts(window.model(kind), layout));
            }
            add_types(kind, partitions);
            partitions_.push_back({partitions.begin(), partitions.end()});
        }
        prices_.assign(slots_, std::vector<std::int64_t>(types_.size(), 0));
        smooth_.assign(slots_, std::vector<double>(types_.size(), 0.0));
    }

    Goodput improve() {
        const std::uint64_t before = effort_.work();
        std::int64_t best = evaluate();
        double step = kStep;
        int since = 0;
        for (int round = 1; round < kRounds && effort_.work() - before < kWork; ++round) {
            if (effort_.over()) break;
            move(step);
            const std::int64_t bound = evaluate();
            if (bound < best) {
                best = bound;
                since = 0;
            } else if (++since == kPatientRounds) {
                step *= kShrink;
                since = 0;
            }
        }
        return Goodput{best};
    }

private:
    void add_types(KindId kind, const std::set<std::vector<int>>& partitions) {
        for (const gpu::ProfileId profile : window_.model(kind).profiles.ids()) {
            std::int64_t most = 0;
            for (const std::vector<int>& counts : partitions) {
                most = std::max(most, gpus_[kind] * counts[profile.index()]);
            }
            if (most > 0) types_.push_back({kind, profile, most});
        }
    }

    // What the GPUs fetch in a slot; their instances go into `surplus`.
    std::int64_t let(std::size_t slot) {
        std::int64_t sum = 0;
        for (const KindId kind : window_.kinds.ids()) {
            std::int64_t best = -1;
            const std::vector<int>* dearest = nullptr;
            for (const std::vector<int>& counts : partitions_[kind]) {
                std::int64_t price = 0;
                for (std::size_t k = 0; k < types_.size(); ++k) {
                    if (types_[k].kind != kind) continue;
                    price += prices_[slot][k] * counts[types_[k].profile.index()];
                }
                if (price > best) {
                    best = price;
                    dearest = &counts;
                }
            }
            if (dearest == nullptr) continue;
            sum += gpus_[kind] * best;
            for (std::size_t k = 0; k < types_.size(); ++k) {
                if (types_[k].kind != kind) continue;
                surplus_[slot][k] += gpus_[kind] * (*dearest)[types_[k].profile.index()];
            }
        }
        return sum;
    }

    // The bound at the present prices; leaves supply less demand in `surplus_`.
    std::int64_t evaluate() {
        surplus_.assign(slots_, std::vector<std::int64_t>(types_.size(), 0));
        value_.assign(slots_, 0);
        std::int64_t bound = 0;
        for (std::size_t t = 0; t < slots_; ++t) {
            value_[t] = let(t);
            bound += value_[t];
        }
        for (const TenantId tenant : window_.tenants.ids()) bound += best_plan(tenant);
        return bound;
    }

    // What the tenant gains in each slot with a model of this accuracy.
    struct Stay {
        std::vector<std::int64_t> before;  // before[t]: in slots [0, t)
        std::vector<std::vector<std::int64_t>> rented;
    };
    Stay stay(TenantId id, Share accuracy) {
        const Tenant& tenant = window_.tenants[id];
        Stay stay{{0}, {}};
        std::vector<Rental::Item> items;
        const std::int64_t nodes = rental_.nodes();
        for (std::size_t t = 0; t < slots_; ++t) {
            items.clear();
            for (std::size_t k = 0; k < types_.size(); ++k) {
                const Rate capacity = tenant.capacity[types_[k].kind][types_[k].profile];
                if (capacity == Rate{}) continue;
                items.push_back({k, capacity.count(), prices_[t][k], types_[k].most});
            }
            stay.before.push_back(stay.before.back() +
                                  rental_.solve(items, tenant.rates[t].count(), accuracy.count()));
            std::vector<std::int64_t> rented(types_.size(), 0);
            for (std::size_t j = 0; j < items.size(); ++j) {
                rented[items[j].type] = rental_.counts()[j];
            }
            stay.rented.push_back(std::move(rented));
        }
        effort_.spend(5 * (rental_.nodes() - nodes) + static_cast<std::int64_t>(slots_));
        return stay;
    }

    // A retraining in the slots [start, end), and what is served before and after its end.
    struct Plan {
        std::int64_t value = 0;
        std::optional<std::size_t> type;
        std::size_t start = 0;
        std::size_t end = 0;
        std::size_t model = 0;  // index of the stay after it
    };

    std::int64_t best_plan(TenantId id) {
        const Tenant& tenant = window_.tenants[id];
        std::vector<Share> accuracies{tenant.accuracy};
        std::vector<Stay> stays;
        stays.push_back(stay(id, tenant.accuracy));
        Plan best{stays[0].before[slots_], {}, slots_, slots_, 0};
        // One that runs is `forced`: from the first slot on.
        const auto consider = [&](KindId kind, gpu::ProfileId profile, Share accuracy, int length,
                                  bool forced) {
            std::size_t model = 0;
            while (model < accuracies.size() && accuracies[model] != accuracy) ++model;
            if (model == accuracies.size()) {
                accuracies.push_back(accuracy);
                stays.push_back(stay(id, accuracy));
            }
            take_best_start(stays, kind, profile, length, model, forced, best);
        };
        if (const auto ongoing = ongoing_retraining(window_, id)) {
            consider(window_.gpus[ongoing->gpu].kind, ongoing->placement.profile, ongoing->accuracy,
                     std::min(ongoing->left, window_.slots), true);
        } else {
            for (const Retraining& one : tenant.retrainings) {
                if (one.accuracy <= tenant.accuracy || one.slots >= window_.slots) continue;
                consider(one.kind, one.profile, one.accuracy, one.slots, false);
            }
        }
        demand(stays, best);
        return best.value;
    }

    void take_best_start(const std::vector<Stay>& stays, KindId kind, gpu::ProfileId profile,
                         int length, std::size_t model, bool forced, Plan& best) const {
        std::size_t type = 0;
        while (type < types_.size() &&
               (types_[type].kind != kind || types_[type].profile != profile)) {
            ++type;
        }
        if (type == types_.size()) return;  // there is no such GPU
        const auto d = static_cast<std::size_t>(length);
        std::int64_t rent = 0;
        for (std::size_t t = 0; t < d; ++t) rent += prices_[t][type];
        for (std::size_t start = 0; start + d <= slots_; ++start) {
            const std::int64_t value = stays[0].before[start + d] - rent +
                                       stays[model].before[slots_] - stays[model].before[start + d];
            if (forced || value > best.value) best = {value, type, start, start + d, model};
            if (forced || start + d == slots_) return;
            rent += prices_[start + d][type] - prices_[start][type];
        }
    }

    // Takes what the plan rents from the surplus.
    void demand(const std::vector<Stay>& stays, const Plan& plan) {
        for (std::size_t t = 0; t < slots_; ++t) {
            const Stay& stay = stays[t < plan.end ? 0 : plan.model];
            for (std::size_t k = 0; k < types_.size(); ++k) surplus_[t][k] -= stay.rented[t][k];
            if (plan.type && t >= plan.start && t < plan.end) --surplus_[t][*plan.type];
            value_[t] += stay.before[t + 1] - stay.before[t];
        }
    }

    // A step against the surplus in every slot: what is short becomes dearer. The surplus is
    // smoothed over rounds, because each round's is that of one layout (the volume algorithm's
    // idea, Barahona and Anbil 2000).
    void move(double step) {
        for (std::size_t t = 0; t < slots_; ++t) {
            double norm = 0;
            for (std::size_t k = 0; k < types_.size(); ++k) {
                double& smooth = smooth_[t][k];
                smooth += kNew * (static_cast<double>(surplus_[t][k]) - smooth);
                norm += smooth * smooth;
            }
            const double scale = step * static_cast<double>(value_[t]) / std::max(norm, 1.0);
            for (std::size_t k = 0; k < types_.size(); ++k) {
                const double price = static_cast<double>(prices_[t][k]) - scale * smooth_[t][k];
                prices_[t][k] = static_cast<std::int64_t>(std::max(0.0, price));
            }
        }
    }

    const Window& window_;
    Effort& effort_;
    std::size_t slots_;
    IdVector<KindId, std::int64_t> gpus_;
    IdVector<KindId, std::vector<std::vector<int>>> partitions_;  // counts by profile
    std::vector<Type> types_;
    std::vector<std::vector<std::int64_t>> prices_;   // by slot and type
    std::vector<std::vector<std::int64_t>> surplus_;  // by slot and type
    std::vector<std::vector<double>> smooth_;
    std::vector<std::int64_t> value_;  // by slot: its part of the bound
    Rental rental_;
};

}  // namespace

Goodput bound_by_prices(const Window& window, Effort& effort) {
    return Prices(window, effort).improve();
}

}  // namespace tangram::window::baseline
