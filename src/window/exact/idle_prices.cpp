#include "window/exact/idle_prices.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace tangram::window::exact {
namespace {

constexpr std::array kHalves{Half::kLeft, Half::kRight};

std::size_t block_of(const Space& space, Half half) {
    return half == Half::kLeft ? space.tree().left : space.tree().right;
}

// By half and slot: idle blocks less those that begin to serve within a warm-up.
class Slack {
public:
    Slack(const Window& window, Space& space, const std::vector<GpuState>& course,
          const IdleCosts& costs)
        : window_(window), space_(space), costs_(costs) {
        for (auto& of : slack_) of.resize(course.size());
        for (std::size_t t = 0; t < course.size(); ++t) {
            const GpuState& now = course[t];
            if (now.server || now.hold) {
                if (t > 0 && now.server && course[t - 1].server != now.server) {
                    begin_whole(static_cast<int>(t), space.servers()[*now.server].tenant);
                }
                continue;
            }
            for (const Half half : kHalves) {
                of(half)[t] += space.state_of(block_of(space, half), at(now, half)).idle;
                const bool halves = t > 0 && !course[t - 1].server && !course[t - 1].hold;
                if (!halves) continue;
                begin(static_cast<int>(t), half, at(course[t - 1], half), at(now, half));
            }
        }
    }
    [[nodiscard]] std::vector<double>& of(Half half) {
        return slack_[static_cast<std::size_t>(half)];
    }

private:
    static const Reached& at(const GpuState& state, Half half) {
        return half == Half::kLeft ? state.left : state.right;
    }

    void take_off(int slot, Half half, TenantId tenant, int blocks) {
        const int first = std::max(0, slot - window_.tenants[tenant].warm_up);
        for (int t = first; t < slot; ++t) of(half)[static_cast<std::size_t>(t)] -= blocks;
    }

    void begin_whole(int slot, TenantId tenant) {
        for (const Half half : kHalves) {
            take_off(slot, half, tenant, space_.leaves(block_of(space_, half)));
        }
    }

    // What begins on the cheapest way; nothing where states of different courses meet, or
    // retrainings start or end.
    void begin(int slot, Half half, const Reached& before, const Reached& now) {
        if (before.holds != now.holds) return;
        const Moves& moves = space_.moves(block_of(space_, half), before.holds, 0, 0);
        std::vector<Value> costs;
        costs_.begins(moves.taken, half, slot, costs);
        const Taken* least = nullptr;
        Value cost = 0;
        const auto from = static_cast<std::size_t>(before.state);
        for (std::size_t i = moves.to.first[from]; i < moves.to.first[from + 1]; ++i) {
            if (moves.to.items[i] != now.state) continue;
            const std::size_t taken = moves.to.taken[i];
            const Value of_it = costs.empty() ? 0 : costs[taken];
            if (least != nullptr && of_it >= cost) continue;
            least = &moves.taken[taken];
            cost = of_it;
        }
        for (std::size_t i = 0; least != nullptr && i < least->size(); ++i) {
            if ((*least)[i] != 0) take_off(slot, half, TenantId(i), (*least)[i]);
        }
    }

    const Window& window_;
    Space& space_;
    const IdleCosts& costs_;
    std::array<std::vector<double>, 2> slack_;
};

void fit(const Space& space, IdlePrices& prices) {
    double all = 0;
    for (const Half half : kHalves) {
        const std::vector<Value>& of = prices.of(half);
        all += space.leaves(block_of(space, half)) * std::accumulate(of.begin(), of.end(), 0.0);
    }
    const double part = kValueMax / 2.0 / all;
    if (part >= 1) return;
    for (const Half half : kHalves) {
        for (Value& price : prices.of(half)) price = static_cast<Value>(price * part);
    }
}

}  // namespace

IdleCosts::IdleCosts(const Window& window, IdlePrices prices)
    : prices_(std::move(prices)), left_sums_{0}, right_sums_{0} {
    for (const Tenant& tenant : window.tenants) warm_ups_.push_back(tenant.warm_up);
    for (const Value price : prices_.left) left_sums_.push_back(left_sums_.back() + price);
    for (const Value price : prices_.right) right_sums_.push_back(right_sums_.back() + price);
}

Value IdleCosts::begin(Half half, TenantId tenant, int slot) const {
    if (none()) return 0;
    const std::vector<Value>& sums = half == Half::kLeft ? left_sums_ : right_sums_;
    const int first = std::max(0, slot - warm_ups_[tenant.index()]);
    return sums[static_cast<std::size_t>(slot)] - sums[static_cast<std::size_t>(first)];
}

void IdleCosts::begins(std::span<const Taken> taken, Half half, int slot,
                       std::vector<Value>& out) const {
    out.clear();
    if (none()) return;
    for (const Taken& it : taken) {
        Value sum = 0;
        for (std::size_t i = 0; i < it.size(); ++i) {
            if (it[i] != 0) sum += it[i] * begin(half, TenantId(i), slot);
        }
        out.push_back(sum);
    }
}

Value IdleCosts::begin_whole(const Space& space, std::size_t server, int slot) const {
    const TenantId tenant = space.servers()[server].tenant;
    return space.leaves(space.tree().left) * begin(Half::kLeft, tenant, slot) +
           space.leaves(space.tree().right) * begin(Half::kRight, tenant, slot);
}

void lower(const Window& window, Space& space, const std::vector<GpuState>& course, double fall,
           IdlePrices& prices) {
    for (const Half half : kHalves) prices.of(half).resize(course.size());
    const IdleCosts costs(window, prices);
    Slack slack(window, space, course, costs);
    double length = 0;
    for (const Half half : kHalves) {
        for (std::size_t t = 0; t < course.size(); ++t) {
            double& it = slack.of(half)[t];
            if (prices.of(half)[t] == 0) it = std::min(it, 0.0);
            length += it * it;
        }
    }
    if (length == 0) return;
    for (const Half half : kHalves) {
        for (std::size_t t = 0; t < course.size(); ++t) {
            const double price = prices.of(half)[t] - fall / length * slack.of(half)[t];
            prices.of(half)[t] = static_cast<Value>(std::clamp(price, 0.0, kValueMax / 2.0));
        }
    }
    fit(space, prices);
}

}  // namespace tangram::window::exact
