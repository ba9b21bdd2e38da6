// The bound: prices under which tenants and GPUs part, and the least of what they then earn.
//
// Two things couple the GPUs: a tenant's capacity is the sum over all of them, and a tenant
// retrains once. Both get prices: y[i,k,t] >= 0 for an instance of type k that serves tenant i in
// slot t, and for hosting a retraining. For any y, any profit u_i = V_i(none) + e_i with e_i >= 0,
// V_i(none) the worth of the best i can do without retraining, and any price n_i >= 0 of its floor,
//   sum_i (u_i - n_i floor_i) + sum_g G_g(y, max(0, V_i(plan) - u_i) for hosting i's plan)
// bounds the goodput: V by TenantPricing, G by GpuPricing. The payments follow from u, one number
// per tenant, because they can only do harm above V - u and do not help below. Stepping along e,
// not u, keeps profits in line with prices as these move. All of it is exact arithmetic in whole
// numbers, so every round gives a bound, however the prices were found. Source: ours;
// docs/design/0013-windows-of-many-gpus.md.
#pragma once

#include <cstdint>
#include <vector>

#include "window/priced/gpu_pricing.h"
#include "window/priced/question.h"
#include "window/priced/tenant_pricing.h"

namespace tangram::window::priced {

// What the bound is a function of; rounded to whole numbers when it is evaluated.
struct Multipliers {
    std::vector<double> instance;  // y: [tenant][type][slot]
    std::vector<double> extra;     // e: [tenant]; >= 0
    std::vector<double> floor;     // n: [tenant]
};

// What one evaluation says.
struct Round {
    double bound = 0;                          // in grids
    Multipliers slope;                         // a subgradient
    std::vector<std::vector<Held>> schedules;  // per site, under the relaxed rules
};

class Bound {
public:
    // Keeps a reference to `question`.
    explicit Bound(const Question& question);

    // Moves `at` to whole numbers within their limits and evaluates there.
    [[nodiscard]] Round evaluate(Multipliers& at);
    // The prices of the last evaluation.
    [[nodiscard]] const Prices& prices() const { return prices_; }
    [[nodiscard]] std::uint64_t work() const;

private:
    double price_tenant(std::size_t tenant, Multipliers& at);
    void add_schedule(const std::vector<Held>& schedule, double count, Round& round);
    void add_demands(Round& round);

    const Question& question_;
    std::vector<double> most_;  // price_max of every cell
    Prices prices_;
    std::vector<TenantPricing> tenants_;
    std::vector<std::size_t> relaxed_;  // trees that are the relaxed one of a site
    std::vector<GpuPricing> pricings_;  // of these
    struct Hosted {
        Step step;
        double count = 0;
    };
    std::vector<std::vector<Hosted>> hosted_;  // by tenant, in the last round
};

// The worth of an instance in a slot if every request it can serve were worth the tenant's best
// accuracy: prices above it buy nothing.
[[nodiscard]] double price_max(const Question& question, std::size_t tenant, std::size_t type,
                               std::size_t slot);

}  // namespace tangram::window::priced
