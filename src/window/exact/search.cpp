#include "window/exact/search.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tangram::window::exact {
namespace {

// The cheaper levels: warm-ups, and at most so many sweeps. The next level costs some ten times as
// much.
struct Short {
    int warm_up, sweeps_max;
};
constexpr Short kShort[] = {{1, 12}, {3, 12}};
// With full warm-ups a node is split when a sweep has closed less than this part of the gap and put
// aside less than this part of what was open.
constexpr double kProgress = 0.2;
constexpr int kSweepsMax = 6;
// A level of short warm-ups is left after so many sweeps in which the bound has fallen by less than
// this part of the gap. A step that did not lower the bound makes the next shorter.
constexpr int kPatience = 2;
constexpr double kFall = 0.05;
constexpr double kShorter = 0.7;
// Levels on which plans are settled before they are tried.
constexpr std::size_t kSettled = 2;
// A plan better by less than this part is not looked for: half of what counts as optimal.
constexpr std::int64_t kEnough = 2'000'000;
// From values back to a schedule: two sweeps and some matching, in evaluations.
constexpr int kWayBack = 3;

// What a tenant may do: its starts, and to go without.
std::size_t count(const OpenPlans& open, std::size_t tenant) {
    std::size_t sum = open.none[tenant] != 0 ? 1 : 0;
    for (const auto& starts : open.starts[tenant]) {
        sum += static_cast<std::size_t>(std::ranges::count(starts, 1));
    }
    return sum;
}

bool contains(const OpenPlans& open, const Plan& plan) {
    for (std::size_t i = 0; i < plan.size(); ++i) {
        const bool none = plan[i].choice == Chosen::kNone;
        if (none ? open.none[i] == 0
                 : open.starts[i][static_cast<std::size_t>(plan[i].choice)]
                              [static_cast<std::size_t>(plan[i].start)] == 0) {
            return false;
        }
    }
    return true;
}

Value of_start(const ElasticBounds& bounds, std::size_t tenant, std::size_t choice,
               std::size_t start) {
    return std::min(bounds.start[tenant][choice][start], bounds.end[tenant][choice][start]);
}

// A tenant's best start in question, and the most through it; kNone and kNever if there is none.
std::pair<Value, Chosen> best_start(const OpenPlans& open, const ElasticBounds& bounds,
                                    std::size_t tenant) {
    std::pair<Value, Chosen> best{kNever, {}};
    for (std::size_t c = 0; c < open.starts[tenant].size(); ++c) {
        for (std::size_t s = 0; s < open.starts[tenant][c].size(); ++s) {
            const Value value = of_start(bounds, tenant, c, s);
            if (open.starts[tenant][c][s] == 0 || value <= best.first) continue;
            best = {value, {static_cast<int>(c), static_cast<int>(s)}};
        }
    }
    return best;
}

// Every tenant's best start, or to go without.
Plan most_promising(const OpenPlans& open, const ElasticBounds& bounds) {
    Plan plan(open.none.size());
    for (std::size_t i = 0; i < plan.size(); ++i) {
        const auto [value, start] = best_start(open, bounds, i);
        if (open.none[i] == 0 || value > bounds.none[i]) plan[i] = start;
    }
    return plan;
}

// Of plans of which there is one.
Plan only(const OpenPlans& open) {
    Plan plan(open.none.size());
    for (std::size_t i = 0; i < plan.size(); ++i) {
        for (std::size_t c = 0; c < open.starts[i].size(); ++c) {
            const auto start = std::ranges::find(open.starts[i][c], 1);
            if (start == open.starts[i][c].end()) continue;
            plan[i] = {static_cast<int>(c), static_cast<int>(start - open.starts[i][c].begin())};
        }
    }
    return plan;
}

}  // namespace

Search::Level::Level(const Window& window, GpuId gpu, const BlockTree& tree, const Plans& plans,
                     const Rewards& rewards, int warm_up_max, std::size_t memory_max)
    : space(window, gpu, tree, plans.holds(), warm_up_max),
      start(window, gpu, plans.hold_of_running(), space),
      elastic(window, space, rewards, start, plans, memory_max) {}

Search::Search(const Window& window, GpuId gpu, const BlockTree& tree, const Plans& plans,
               Relaxation& relaxation, const Rewards& rewards, const Options& options)
    : window_(window),
      plans_(plans),
      rewards_(rewards),
      options_(options),
      stop_([this] { return stopped(); }),
      first_{first_potentials(relaxation, rewards, plans), {}} {
    const int longest = longest_warm_up(window);
    const auto add = [&](int warm_up) {
        levels_.push_back(std::make_unique<Level>(window, gpu, tree, plans, rewards, warm_up,
                                                  options.memory_mib_max << 20));
    };
    for (const Short& it : kShort) {
        if (it.warm_up < longest) add(it.warm_up);
    }
    add(longest);
    found_.bound = relaxation.bound(plans.largest_weights());
}

std::int64_t Search::units(Value value) const { return value < 0 ? -1 : rewards_.units_of(value); }

bool Search::stopped() {
    std::uint64_t work = numbers_;
    for (const auto& level : levels_) work += level->elastic.work();
    found_.work = work;
    if (work > options_.work_budget) {
        found_.stop_reason = "work budget";
    } else if (options_.deadline &&
               std::chrono::steady_clock::now() + way_back_ >= *options_.deadline) {
        found_.stop_reason = "deadline";
    } else if (options_.cancelled && options_.cancelled()) {
        found_.stop_reason = "interrupted";
    }
    return !found_.stop_reason.empty();
}

// Looks only where `node` says that something better may be.
void Search::try_plan(const Plan& plan, const Node& node) {
    if (evaluated_.contains(plan) || !contains(node.open, plan)) return;
    if (node.level + 1 == levels_.size()) {
        evaluate(plan, node.useful);
        return;
    }
    OpenPlans open = nothing_open(plans_);
    open_up(open, plan);
    Level& level = *levels_[node.level];
    const Useful passed = along(plan, plans_, node.useful);
    const auto most = level.elastic.most(open, node.prices, passed, stop_);
    if (!most || units(*most) <= enough()) return;
    evaluate(plan, lengthened(passed, level.space, levels_.back()->space));
}

// `useful`: what may lead to something better. False if stopped.
bool Search::evaluate(const Plan& plan, const Useful& useful) {
    if (!evaluated_.insert(plan).second) return true;
    OpenPlans open = nothing_open(plans_);
    open_up(open, plan);
    const auto began = std::chrono::steady_clock::now();
    const auto value = levels_.back()->elastic.most(open, first_, useful, stop_);
    if (!value) return false;
    // The first one made the tables; later ones tell how long it is without.
    if (useful.everything()) way_back_ = kWayBack * (std::chrono::steady_clock::now() - began);
    if (units(*value) > found_.value) {
        found_.value = units(*value);
        found_.plan = plan;
    }
    return true;
}

// Better plans than this are worth looking for.
std::int64_t Search::enough() const { return found_.value + found_.value / kEnough; }

// The largest value that stands for no more than that.
Value Search::least_better() const {
    Value low = -1, high = kValueMax;
    while (low + 1 < high) {
        const Value middle = low + (high - low) / 2;
        (units(middle) <= enough() ? low : high) = middle;
    }
    return low;
}

void Search::push(Node node) {
    if (node.bound <= enough()) return;
    node.number = numbers_++;
    queue_.push_back(std::move(node));
    std::ranges::push_heap(queue_, Less{});
}

// Drops what is not better than the best plan; how many starts remain.
std::size_t Search::put_aside(OpenPlans& open, const ElasticBounds& bounds) const {
    std::size_t left = 0;
    for (std::size_t i = 0; i < open.none.size(); ++i) {
        if (units(bounds.none[i]) <= enough()) open.none[i] = 0;
        for (std::size_t c = 0; c < open.starts[i].size(); ++c) {
            auto& starts = open.starts[i][c];
            for (std::size_t s = 0; s < starts.size(); ++s) {
                if (units(of_start(bounds, i, c, s)) <= enough()) starts[s] = 0;
            }
        }
        left += count(open, i);
    }
    return left;
}

// The tenant with most left to decide decides half of it: whether the most promising choice is the
// one, or else in which half of its starts.
void Search::split(const Node& node, const ElasticBounds& bounds) {
    std::size_t tenant = 0;
    for (std::size_t i = 1; i < node.open.none.size(); ++i) {
        if (count(node.open, i) > count(node.open, tenant)) tenant = i;
    }
    const auto& starts = node.open.starts[tenant];
    const int choice = most_promising(node.open, bounds)[tenant].choice;
    Node inside = node, outside = node;
    const std::size_t all = count(node.open, tenant);
    const std::size_t of_choice = choice < 0 ? 1
                                             : static_cast<std::size_t>(std::ranges::count(
                                                   starts[static_cast<std::size_t>(choice)], 1));
    if (of_choice < all) {
        for (std::size_t c = 0; c < starts.size(); ++c) {
            auto& open = (static_cast<int>(c) == choice ? outside : inside).open.starts[tenant][c];
            std::ranges::fill(open, 0);
        }
        (choice < 0 ? outside : inside).open.none[tenant] = 0;
    } else {
        auto& first = inside.open.starts[tenant][static_cast<std::size_t>(choice)];
        auto& second = outside.open.starts[tenant][static_cast<std::size_t>(choice)];
        std::size_t seen = 0;
        for (std::size_t s = 0; s < first.size(); ++s) {
            if (first[s] == 0) continue;
            (2 * seen++ < all ? second : first)[s] = 0;
        }
    }
    for (Node* half : {&inside, &outside}) {
        Value best = half->open.none[tenant] != 0 ? bounds.none[tenant] : kNever;
        for (std::size_t c = 0; c < starts.size(); ++c) {
            for (std::size_t s = 0; s < starts[c].size(); ++s) {
                if (half->open.starts[tenant][c][s] == 0) continue;
                best = std::max(best, of_start(bounds, tenant, c, s));
            }
        }
        half->bound = std::min(half->bound, units(best));
        half->sweeps = 0;
        push(std::move(*half));
    }
}

// Each tenant in turn does what is best beside the others, as far as the shortest warm-ups tell.
Plan Search::settled(Plan plan, const Prices& prices) {
    std::size_t unchanged = 0;
    for (std::size_t k = 0; unchanged < plan.size() && k < 3 * plan.size(); ++k) {
        const std::size_t i = k % plan.size();
        OpenPlans open = nothing_open(plans_);
        open_up(open, plan);
        open.none[i] = 1;
        for (auto& starts : open.starts[i]) std::ranges::fill(starts, 1);
        const auto bounds = levels_.front()->elastic.sweep(open, prices, {}, stop_);
        if (!bounds) break;
        const Plan better = most_promising(open, *bounds);
        unchanged = better == plan ? unchanged + 1 : 0;
        plan = better;
    }
    return plan;
}

// The most promising plan; at first on each level also those in which one tenant does otherwise.
void Search::try_plans(const Node& node, const ElasticBounds& bounds) {
    const Plan plan = most_promising(node.open, bounds);
    try_plan(plan, node);
    if (node.sweeps > 0) return;
    if (node.level < kSettled && levels_.size() > 1) {
        try_plan(settled(plan, node.prices), node);
        if (found_.plan) try_plan(settled(*found_.plan, node.prices), node);
    }
    for (std::size_t i = 0; i < plan.size(); ++i) {
        Plan other = plan;
        other[i] = {};
        if (plan[i] == other[i]) other[i] = best_start(node.open, bounds, i).second;
        try_plan(other, node);
    }
}

// One sweep; then the node waits for the next one, on this level or the one above, or is split.
void Search::advance(Node node) {
    std::size_t before = 0;
    bool single = true;
    for (std::size_t i = 0; i < node.open.none.size(); ++i) {
        const std::size_t of_tenant = count(node.open, i);
        if (of_tenant == 0) return;
        single = single && of_tenant == 1;
        before += of_tenant;
    }
    if (single) {
        if (!evaluate(only(node.open), {})) push(std::move(node));
        return;
    }
    const bool full = node.level + 1 == levels_.size();
    const auto bounds =
        levels_[node.level]->elastic.sweep(node.open, node.prices, node.useful, stop_);
    if (!bounds) return push(std::move(node));
    const double gap_before = static_cast<double>(node.bound - found_.value);
    node.bound = std::min(node.bound, units(bounds->all));
    try_plans(node, *bounds);
    if (node.bound <= enough()) return;
    const std::size_t left = put_aside(node.open, *bounds);
    node.useful = levels_[node.level]->elastic.useful(*bounds, least_better());
    balance(*bounds, plans_, node.prices.potentials);
    ++node.sweeps;
    if (full) {
        const bool progress =
            node.sweeps == 1 ||
            (node.sweeps < kSweepsMax &&
             (static_cast<double>(left) < (1 - kProgress) * static_cast<double>(before) ||
              static_cast<double>(node.bound - found_.value) < (1 - kProgress) * gap_before));
        if (!progress) return split(node, *bounds);
    } else {
        descend(node, *bounds);
    }
    push(std::move(node));
}

// Prices of idle slices, one step further; to the next level where that brings nothing any more.
void Search::descend(Node& node, const ElasticBounds& bounds) {
    Descent& it = node.descent;
    Level& level = *levels_[node.level];
    const double excess = static_cast<double>(bounds.all) - static_cast<double>(least_better());
    const double fallen = static_cast<double>(it.lowest) - static_cast<double>(bounds.all);
    it.stale = fallen > kFall * excess ? 0 : it.stale + 1;
    if (fallen > 0) {
        it.lowest = bounds.all;
        it.best = node.prices.idle;
    } else {
        it.step *= kShorter;
    }
    if (it.stale < kPatience && node.sweeps < kShort[node.level].sweeps_max) {
        lower(window_, level.space, bounds.course, it.step * excess, node.prices.idle);
        return;
    }
    level.elastic.forget();
    Level& next = *levels_[++node.level];
    node.useful = lengthened(node.useful, level.space, next.space);
    node.prices.idle = node.level + 1 == levels_.size() ? IdlePrices{} : std::move(it.best);
    node.descent = {};
    node.sweeps = 0;
}

Found Search::run(const std::vector<Plan>& known) {
    evaluate(plans_.nothing(), {});
    for (const Plan& plan : known) evaluate(plan, {});
    Node root{.open = nothing_open(plans_), .prices = first_, .bound = found_.bound};
    for (std::size_t i = 0; i < plans_.tenants(); ++i) {
        root.open.none[i] = 1;
        for (auto& starts : root.open.starts[i]) std::ranges::fill(starts, 1);
    }
    push(std::move(root));
    while (!queue_.empty() && queue_.front().bound > enough() && !stopped()) {
        std::ranges::pop_heap(queue_, Less{});
        Node node = std::move(queue_.back());
        queue_.pop_back();
        if (options_.progress) options_.progress(Goodput{found_.value}, Goodput{node.bound});
        advance(std::move(node));
    }
    const std::int64_t root_bound = found_.bound;
    found_.bound = std::min(root_bound, enough());  // of what was put aside
    if (!queue_.empty()) found_.bound = std::max(found_.bound, queue_.front().bound);
    if (found_.stop_reason.empty()) found_.stop_reason = "proven";
    // The search ends when just enough time is left, unless the first plan took most of it.
    found_.in_time =
        !options_.deadline || std::chrono::steady_clock::now() + way_back_ / 2 < *options_.deadline;
    return found_;
}

}  // namespace tangram::window::exact
