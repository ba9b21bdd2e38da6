// Best-first search over boxes of retraining plans. A box is bounded first as if switching cost
// nothing, then by the dynamic program with warm-ups cut to 1, 2, 3 slots, then in full; wide boxes
// are split, narrow ones bounded more tightly; single plans are evaluated exactly.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "window/engine.h"
#include "window/exact/plans.h"
#include "window/exact/relaxation.h"
#include "window/exact/sweep.h"

namespace tangram::window::exact {

// The dynamic program in full.
struct Full {
    Full(const Window& window, GpuId gpu, const BlockTree& tree, const Plans& plans,
         const Rewards& rewards, int warm_up_max, std::size_t memory_max);
    Space space;
    Stepper stepper;
    Start start;
    Sweep sweep;
};

// The same with warm-ups of at most so many slots while somebody may retrain.
struct Shortened {
    Shortened(const Window& window, GpuId gpu, const BlockTree& tree, const Plans& plans,
              const Rewards& rewards, int warm_up_max, Surroundings& longer, Future future);
    Space space;
    Stepper stepper;
    Start start;
    ShortSweep sweep;
};

struct Found {
    std::optional<Box> plan;  // a single one, the best evaluated
    std::int64_t value = -1;  // its units, at most so much too many as rounding adds
    std::int64_t bound = 0;   // units no plan exceeds
    std::string stop_reason;
    std::uint64_t work = 0;
};

class Search {
public:
    // `shortened`: the loosest first.
    Search(const Plans& plans, Relaxation& relaxation,
           std::vector<std::unique_ptr<Shortened>>& shortened, Full& full, const Options& options);
    // Starts from `known`, single plans.
    [[nodiscard]] Found run(const std::vector<Box>& known,
                            const std::function<void(std::int64_t, std::int64_t)>& progress);

private:
    struct Node {
        Box box;
        std::int64_t bound = 0;
        std::size_t level = 0;  // levels it has been bounded with
        std::uint64_t number = 0;
    };
    struct Less {
        bool operator()(const Node& a, const Node& b) const {
            return a.bound != b.bound ? a.bound < b.bound : a.number > b.number;
        }
    };
    void push(Node node);
    void expand(const Node& node);
    void split(const Node& node);
    void tighten(Node node);
    void dive(Box box);
    void climb();
    bool improve(Box& box, std::int64_t& value, std::size_t level, std::size_t tenant,
                 const TenantBox& option);
    [[nodiscard]] std::int64_t bound_at(std::size_t level, const Box& box);
    [[nodiscard]] bool stopped();
    [[nodiscard]] std::uint64_t work() const;

    const Plans& plans_;
    Relaxation& relaxation_;
    std::vector<std::unique_ptr<Shortened>>& shortened_;
    Full& full_;
    std::size_t levels_;  // of the dynamic program
    const Options& options_;
    std::priority_queue<Node, std::vector<Node>, Less> queue_;
    std::uint64_t numbers_ = 0;
    Found found_;
};

}  // namespace tangram::window::exact
