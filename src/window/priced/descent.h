// Lowers the bound: steps along averaged subgradients, each price at its own pace.
//
// A subgradient of this bound is rough: alike GPUs answer alike, so that all of them jump from one
// tenant to the next. Averages over rounds, divided by how much a slope varies, step well all the
// same. Prices of one tenant and slot mostly move together: most of a step is shared by all its
// types of instances. Source: Kingma and Ba, "Adam" (2015), arXiv 1412.6980; the shared step ours.
#pragma once

#include <cstddef>
#include <vector>

#include "window/priced/bound.h"

namespace tangram::window::priced {

// A retraining that this share of the bound's newest schedules hosts.
struct Likely {
    std::size_t choice = 0;  // into TenantTerms::choices
    std::size_t from = 0;
    double share = 0;
};

class Descent {
public:
    // Keeps a reference. Starts from prices that a fair share of the GPUs would suggest.
    explicit Descent(const Question& question);

    // One evaluation and one step. O(a pricing of all tenants and kinds of GPUs).
    void round();
    [[nodiscard]] bool finished() const;

    [[nodiscard]] double bound() const { return best_; }            // the least so far, in grids
    [[nodiscard]] const Prices& prices() const { return prices_; }  // that gave it
    [[nodiscard]] int rounds() const { return rounds_; }
    // By tenant: what the best schedules do, as far as prices know.
    [[nodiscard]] std::vector<std::vector<Likely>> likely() const;
    [[nodiscard]] std::uint64_t work() const { return bound_.work(); }

private:
    // A running average of a slope and of its square.
    struct Moments {
        double mean = 0;
        double square = 0;
    };
    [[nodiscard]] double length() const;  // of a step, in parts of the greatest price
    [[nodiscard]] double pace(Moments& moments, double slope) const;
    void note_hosted(const Round& round);
    void step_prices(std::size_t tenant, const Round& round, double length);

    const Question& question_;
    Bound bound_;
    Multipliers at_;
    std::vector<double> scale_;        // of a price: its maximum
    std::vector<double> extra_scale_;  // of a tenant's extra profit
    std::vector<Moments> instance_;
    std::vector<Moments> shared_;  // [tenant][slot]
    std::vector<Moments> extra_;
    std::vector<Moments> floor_;
    std::vector<std::vector<double>> hosted_;  // by tenant: average of [choice][first slot]
    double best_;
    Prices prices_;
    double halving_;
    int rounds_ = 0;
    // The averages start at 0; this is how much of them are slopes by now.
    double mean_part_ = 0;
    double square_part_ = 0;
};

}  // namespace tangram::window::priced
