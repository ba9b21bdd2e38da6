#include "window/exact/search.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace tangram::window::exact {
namespace {

// Boxes wider than this are split before they are bounded more tightly.
constexpr int kNarrow = 3;
// A plan is looked for in the most promising box after this many boxes, and again whenever they are
// twice as many.
constexpr std::uint64_t kFirstDive = 8;

// Of the first plan's search.
constexpr int kClimbPasses = 2;
constexpr int kClimbStarts = 8;

int width(const TenantBox& it) { return it.choice >= 0 ? it.last - it.first : 0; }

std::size_t widest(const Box& box) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < box.size(); ++i) {
        if (width(box[i]) > width(box[best])) best = i;
    }
    return best;
}

std::optional<std::size_t> open_tenant(const Box& box) {
    for (std::size_t i = 0; i < box.size(); ++i) {
        if (box[i].choice == TenantBox::kOpen) return i;
    }
    return std::nullopt;
}

std::pair<Box, Box> halves(const Box& box) {
    const std::size_t tenant = widest(box);
    std::pair<Box, Box> both{box, box};
    const int middle = box[tenant].first + width(box[tenant]) / 2;
    both.first[tenant].last = middle;
    both.second[tenant].first = middle + 1;
    return both;
}

}  // namespace

Full::Full(const Window& window, GpuId gpu, const BlockTree& tree, const Plans& plans,
           const Rewards& rewards, int warm_up_max, std::size_t memory_max)
    : space(window, gpu, tree, plans.holds(), warm_up_max),
      stepper(space, rewards),
      start(window, gpu, plans.hold_of_running(), space),
      sweep(stepper, plans, start, window.slots, memory_max) {}

Shortened::Shortened(const Window& window, GpuId gpu, const BlockTree& tree, const Plans& plans,
                     const Rewards& rewards, int warm_up_max, Surroundings& longer, Future future)
    : space(window, gpu, tree, plans.holds(), warm_up_max),
      stepper(space, rewards),
      start(window, gpu, plans.hold_of_running(), space),
      sweep(stepper, start, window.slots, longer, future) {}

Search::Search(const Plans& plans, Relaxation& relaxation,
               std::vector<std::unique_ptr<Shortened>>& shortened, Full& full,
               const Options& options)
    : plans_(plans),
      relaxation_(relaxation),
      shortened_(shortened),
      full_(full),
      levels_(shortened.size() + 1),
      options_(options) {}

std::uint64_t Search::work() const {
    std::uint64_t sum = relaxation_.work() + full_.stepper.work() + numbers_;
    for (const auto& level : shortened_) sum += level->stepper.work();
    return sum;
}

bool Search::stopped() {
    if (work() > options_.work_budget) {
        found_.stop_reason = "work budget";
    } else if (options_.deadline && std::chrono::steady_clock::now() >= *options_.deadline) {
        found_.stop_reason = "deadline";
    } else if (options_.cancelled && options_.cancelled()) {
        found_.stop_reason = "interrupted";
    }
    return !found_.stop_reason.empty();
}

// Level 0 costs nothing to switch; of the last one a single plan's is its value.
std::int64_t Search::bound_at(std::size_t level, const Box& box) {
    const Timeline timeline = plans_.timeline(box);
    if (level == 0) return relaxation_.bound(timeline);
    const std::int64_t value = level < levels_ ? shortened_[level - 1]->sweep.value(timeline)
                                               : full_.sweep.value(timeline);
    const std::int64_t bound = value < 0 ? -1 : full_.stepper.rewards().units_of(value);
    const bool single = level == levels_ && !open_tenant(box) && width(box[widest(box)]) == 0;
    if (single && bound > found_.value) {
        found_.value = bound;
        found_.plan = box;
    }
    return bound;
}

void Search::push(Node node) {
    if (node.bound <= found_.value) return;
    node.number = numbers_++;
    queue_.push(std::move(node));
}

void Search::expand(const Node& node) {
    const std::size_t tenant = *open_tenant(node.box);
    const int choices = static_cast<int>(plans_.choices(tenant).size());
    for (int choice = TenantBox::kNone; choice < choices; ++choice) {
        Box box = node.box;
        box[tenant] = choice == TenantBox::kNone ? TenantBox{TenantBox::kNone, 0, 0}
                                                 : plans_.all_starts(tenant, choice);
        const std::int64_t bound = std::min(node.bound, bound_at(0, box));
        push({std::move(box), bound, 0, 0});
    }
}

void Search::split(const Node& node) {
    auto [first, second] = halves(node.box);
    for (Box* box : {&first, &second}) {
        const std::int64_t bound = std::min(node.bound, bound_at(0, *box));
        push({std::move(*box), bound, 0, 0});
    }
}

void Search::tighten(Node node) {
    node.bound = std::min(node.bound, bound_at(node.level + 1, node.box));
    ++node.level;
    push(std::move(node));
}

// Follows the better half down to one plan and evaluates it.
void Search::dive(Box box) {
    while (const auto tenant = open_tenant(box)) {
        std::pair<std::int64_t, Box> best{-2, {}};
        const int choices = static_cast<int>(plans_.choices(*tenant).size());
        for (int choice = TenantBox::kNone; choice < choices; ++choice) {
            box[*tenant] = choice == TenantBox::kNone ? TenantBox{TenantBox::kNone, 0, 0}
                                                      : plans_.all_starts(*tenant, choice);
            const std::int64_t bound = bound_at(0, box);
            if (bound > best.first) best = {bound, box};
        }
        box = std::move(best.second);
    }
    while (width(box[widest(box)]) > 0) {
        auto [first, second] = halves(box);
        box = bound_at(1, first) >= bound_at(1, second) ? first : second;
    }
    // In full only if nothing cheaper says that it is not worth it.
    for (std::size_t level = 1; level <= levels_; ++level) {
        if (bound_at(level, box) <= found_.value) return;
    }
}

// Puts `option` in place of what the tenant does if that is better at this level.
bool Search::improve(Box& box, std::int64_t& value, std::size_t level, std::size_t tenant,
                     const TenantBox& option) {
    if (stopped()) return false;
    const TenantBox before = std::exchange(box[tenant], option);
    const std::int64_t other = before == option ? value : bound_at(level, box);
    if (other > value) {
        value = other;
        return true;
    }
    box[tenant] = before;
    return false;
}

// A first plan: tenant by tenant the best way to retrain among a few starts, then smaller and
// smaller moves of the starts. With shortened warm-ups; the result is evaluated in full.
void Search::climb() {
    const std::size_t rough = 1, fine = std::min<std::size_t>(2, levels_);
    Box box = plans_.nothing();
    std::int64_t value = bound_at(rough, box);
    for (int pass = 0; pass < kClimbPasses; ++pass) {
        for (std::size_t tenant = 0; tenant < box.size(); ++tenant) {
            improve(box, value, rough, tenant, {TenantBox::kNone, 0, 0});
            const int choices = static_cast<int>(plans_.choices(tenant).size());
            for (int choice = 0; choice < choices; ++choice) {
                const int last = plans_.all_starts(tenant, choice).last;
                for (int i = 0; i < kClimbStarts; ++i) {
                    const int start = last * i / kClimbStarts;
                    improve(box, value, rough, tenant, {choice, start, start});
                }
            }
        }
    }
    value = bound_at(fine, box);
    for (int step = kClimbStarts; step > 0; step /= 2) {
        for (std::size_t tenant = 0; tenant < box.size(); ++tenant) {
            for (const int move : {-step, step}) {
                TenantBox option = box[tenant];
                if (option.choice < 0) continue;
                option.first = option.last = std::clamp(
                    option.first + move, 0, plans_.all_starts(tenant, option.choice).last);
                improve(box, value, fine, tenant, option);
            }
        }
    }
    (void)bound_at(levels_, box);
}

Found Search::run(const std::vector<Box>& known,
                  const std::function<void(std::int64_t, std::int64_t)>& progress) {
    (void)bound_at(levels_, plans_.nothing());
    for (const Box& plan : known) (void)bound_at(levels_, plan);
    Box everything = plans_.everything();
    const std::int64_t all = bound_at(0, everything);
    climb();
    push({std::move(everything), all, 0, 0});
    std::uint64_t popped = 0, next_dive = kFirstDive;
    while (!queue_.empty() && queue_.top().bound > found_.value) {
        if (stopped()) break;
        Node node = queue_.top();
        queue_.pop();
        if (progress) progress(found_.value, node.bound);
        if (++popped == next_dive) {
            dive(node.box);
            next_dive *= 2;
        }
        const int wide = width(node.box[widest(node.box)]);
        if (open_tenant(node.box)) {
            expand(node);
        } else if (node.level == 0 || (wide <= kNarrow && node.level < levels_)) {
            tighten(std::move(node));
        } else if (wide > 0) {
            split(node);
        }
    }
    found_.bound = queue_.empty() ? found_.value : std::max(found_.value, queue_.top().bound);
    if (found_.stop_reason.empty()) found_.stop_reason = "proven";
    found_.work = work();
    return found_;
}

}  // namespace tangram::window::exact
