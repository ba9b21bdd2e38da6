// The best schedule of one GPU when every instance in service and every retraining has a price.
//
// Exact, by recursion over blocks and intervals. S_b(s, e), the most block b can earn in [s, e)
// with nothing in it at s and e, is the best sequence of stretches [s, m): either one instance
// fills the block, U_b(s, m), or the block is split, the sum of S_c(s, m) over its children c:
//   F_b(s, m) = max(U_b(s, m), sum_c S_c(s, m)),   S_b(s, e) = max_m F_b(s, m) + S_b(m, e).
// U_b(s, m) is the best of: nothing; a tenant's service in [s + warm_up, m); a retraining that
// lasts m - s slots. Only the row s = 0 knows what runs at the start. A stretch that earns no more
// than the shorter ones before it put together is skipped: S_b is superadditive, so nothing is
// lost. Source: ours.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "window/priced/question.h"

namespace tangram::window::priced {

// Whole numbers >= 0 in units of the question's grid.
struct Prices {
    std::vector<double> instance;              // per instance and slot: [tenant][type][slot]
    std::vector<std::vector<double>> hosting;  // per tenant: [choice][first slot]
};

// One instance in a GPU's schedule. Retrainings that run at the start are among them.
struct Held {
    gpu::Placement placement;
    std::size_t tenant = 0;
    std::size_t type = 0;
    std::size_t from = 0;
    std::size_t ready = 0;  // it serves from here on; = until if it does not serve
    std::size_t until = 0;
    std::optional<std::size_t> choice;   // into TenantTerms::choices
    std::optional<std::size_t> running;  // into the site's starts
};

class GpuPricing {
public:
    // Keeps references to both. `apart`: blocks of one shape may have different prices, each block
    // gets tables of its own. `stride`: stretches begin and end at its multiples only, which is
    // faster by its cube and no longer exact. Memory: memory(...) bytes.
    GpuPricing(const Question& question, const Tree& tree, bool apart = false,
               std::size_t stride = 1);
    [[nodiscard]] static double memory(const Question& question, const BlockTree& tree, bool apart);

    // Fills the tables of all blocks. O(shapes x slots^3) at worst, mostly far less.
    void price(const Prices& prices);
    // The most a GPU that starts like this earns. O(starts x slots^2).
    [[nodiscard]] double best(const std::vector<Start>& starts);

    // One block after the other, children first, each at prices of its own.
    void price_block(std::size_t block, const Prices& prices, const std::vector<Start>& starts);
    // A schedule of the block, and of all in it, that earns the most; ties by time and tenant. For
    // the starts last priced or asked about.
    [[nodiscard]] std::vector<Held> schedule(std::size_t block,
                                             const std::vector<Start>& starts) const;
    [[nodiscard]] std::vector<Held> schedule(const std::vector<Start>& starts) const {
        return schedule(tree_.blocks.size() - 1, starts);
    }

    [[nodiscard]] std::uint64_t work() const { return work_; }

private:
    using Row = std::vector<double>;
    using Starts = std::vector<Start>;

    // What tenants pay for the use of a block; those who pay nothing are left out.
    struct Service {
        std::size_t tenant = 0;
        std::size_t profile = 0;  // of the block's
        Row sums;                 // of the prices before a slot
        Row points;               // the same before a point
    };
    struct Hosting {
        std::size_t tenant = 0;
        std::size_t profile = 0;
        std::size_t choice = 0;
        std::size_t slots = 0;
        Row pay;  // by first slot
    };
    struct Offers {
        std::vector<Service> services;
        std::vector<Hosting> hostings;
    };

    // Times are counted in points, `stride` slots apart; the last one is the window's end.
    [[nodiscard]] std::size_t slot(std::size_t point) const {
        return std::min(point * stride_, slots_);
    }
    [[nodiscard]] std::size_t point_at_or_after(std::size_t slot) const {
        return (slot + stride_ - 1) / stride_;
    }
    [[nodiscard]] std::size_t last() const { return width_ - 1; }
    [[nodiscard]] std::size_t source(std::size_t block) const;  // whose tables it uses
    [[nodiscard]] bool whole(std::size_t block) const { return block + 1 == tree_.blocks.size(); }
    [[nodiscard]] const double* table(std::size_t block, std::size_t from) const;
    void take_offers(std::size_t block, const Prices& prices);
    // U_b(from, .) and F_b(from, .) into `stretch_`.
    void use_row(std::size_t block, std::size_t from);
    void stretch_row(std::size_t block, std::size_t from);
    void fill(std::size_t block);
    void fill_row(std::size_t block, std::size_t from);
    // S_b(0, .) where something runs at the start; `started_` holds it.
    void start_block(std::size_t block, const Starts& starts);

    // S_b, and the sum over the children; both know what runs at the start.
    [[nodiscard]] double worth(std::size_t block, std::size_t from, std::size_t until) const;
    [[nodiscard]] double split(std::size_t block, std::size_t from, std::size_t until) const;
    [[nodiscard]] Held best_use(std::size_t block, std::size_t from, std::size_t until,
                                const Starts& starts, double& most) const;
    void take_running(std::size_t block, std::size_t until, const Starts& starts, Held& use,
                      double& most) const;
    [[nodiscard]] double running_sum(std::size_t block, const Start& start, std::size_t from,
                                     std::size_t until) const;
    void trace(std::size_t block, std::size_t from, std::size_t until, const Starts& starts,
               std::vector<Held>& out) const;

    const Question& question_;
    const Tree& tree_;
    bool apart_;
    std::size_t slots_;
    std::size_t stride_;
    std::size_t width_;               // points
    std::vector<Row> tables_;         // [block]: S(s, e); none of the whole GPU
    std::vector<Offers> offers_;      // [block]
    Row rest_;                        // of the whole GPU: the most from a point to the end
    std::vector<std::size_t> first_;  // of the whole GPU: where the first stretch of that ends
    std::vector<Row> started_;        // [block]: row 0, empty where nothing runs
    std::vector<bool> pinned_;        // [block]: a retraining that runs at the start fills it
    Row stretch_;
    Row split_;
    std::uint64_t work_ = 0;
};

}  // namespace tangram::window::priced
