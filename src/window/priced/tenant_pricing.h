// What a tenant would take if every instance had a price: per slot and accuracy the best set of
// instances, and from these the worth of every plan (no retraining, or one of them at some slot).
//
// For a set n of instances, n_k of type k, a slot is worth accuracy x min(rate, sum n_k capacity_k)
// less sum n_k price_k. Only whole instances are sold: that bounds better than capacity at a price
// per unit. Sets in which no instance can be spared at the peak are listed once, and a set is
// looked at only in slots in which it has no instance to spare: slots are kept in order of their
// rates, so that these come first. Where there are too many sets, capacity is sold in fractions,
// which is worth at least as much, so the bound stays one.
// Source: ours (a Lagrangian relaxation; see docs/design/0013-windows-of-many-gpus.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "window/priced/question.h"

namespace tangram::window::priced {

inline constexpr std::size_t kSetsMax = 16'384;      // of instances listed per tenant
inline constexpr std::size_t kSetsPerSlotMax = 768;  // looked at, on average

class TenantPricing {
public:
    // Keeps a reference to `question`.
    TenantPricing(const Question& question, std::size_t tenant);

    // `prices`: [type][slot], whole numbers >= 0; `bonus`: worth of a request served beyond its
    // accuracy (a floor's price), millionths, >= 0. O(sets x slots x accuracies).
    void price(const double* prices, double bonus);

    // The most the tenant has with this plan. After price(). O(1).
    [[nodiscard]] double worth(Step step) const;
    // Adds weight x the instances it takes to `demand`, [type][slot], and returns
    // weight x the requests they serve.
    double add_demand(Step step, double weight, double* demand) const;

    [[nodiscard]] std::uint64_t work() const { return work_; }

private:
    struct Set {
        std::size_t parent = 0;  // set 0 is empty
        std::size_t type = 0;    // that it has more than its parent
        std::size_t depth = 0;   // how many instances it has
        double capacity = 0;
        std::size_t slots = 0;  // how many ask for more than the parent's capacity
    };
    // What is best per slot at one accuracy; slots in falling order of their rates, but for `sums`.
    struct Level {
        double accuracy = 0;
        std::vector<double> worth;
        std::vector<double> set;   // its number
        std::vector<double> sums;  // of worth before a slot
    };

    void sort_slots();
    void list_sets();
    void add_levels();
    void offer(const Set& set, std::size_t number, double bonus);
    void offer_fractions(double bonus);
    [[nodiscard]] const Level& level(double accuracy) const;

    const Question& question_;
    const TenantTerms& tenant_;
    std::vector<std::size_t> order_;  // slots by falling rate
    std::vector<std::size_t> rank_;   // by slot: its place in that order
    std::vector<double> rates_;       // in that order
    std::vector<double> prices_;      // [type][place in that order]
    std::vector<Set> sets_;           // a parent right before its children's first; depth first
    bool fractions_ = false;
    std::vector<Level> levels_;
    std::vector<std::vector<double>> costs_;  // [depth][place]: of the set at hand
    std::uint64_t work_ = 0;
};

}  // namespace tangram::window::priced
