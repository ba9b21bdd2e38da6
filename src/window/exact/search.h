// The search for the best retraining plan. Elastic sweeps bound all plans in question at once and
// every start of every choice for itself; starts whose bound does not exceed the best plan found
// are put aside, and so are the states no better course leads through. Warm-ups are cut at first,
// which makes sweeps cheap, with prices of idle slices for what that forgets, and are full in the
// end. What is then still open is split, best bound first.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "window/engine.h"
#include "window/exact/elastic.h"
#include "window/exact/plans.h"
#include "window/exact/relaxation.h"

namespace tangram::window::exact {

struct Found {
    std::optional<Plan> plan;  // the best evaluated
    std::int64_t value = -1;   // its units, at most so much too many as rounding adds
    std::int64_t bound = 0;    // units no plan exceeds
    std::string stop_reason;
    std::uint64_t work = 0;
    bool in_time = true;  // to write the plan's schedule before the deadline
};

// How prices of idle slices move on a level of short warm-ups.
struct Descent {
    IdlePrices best;
    Value lowest = kValueMax;  // the bound with these
    double step = 0.5;
    int stale = 0;  // sweeps since it fell
};

// Plans in question, and what is known about them.
struct Node {
    OpenPlans open;
    Prices prices;
    Descent descent;  // of this level
    Useful useful;
    std::int64_t bound = 0;    // units
    std::size_t level = 0;     // of the sweeps
    int sweeps = 0;            // on this level
    std::uint64_t number = 0;  // in order of appearance
};

class Search {
public:
    // What it is made from is kept.
    Search(const Window& window, GpuId gpu, const BlockTree& tree, const Plans& plans,
           Relaxation& relaxation, const Rewards& rewards, const Options& options);
    // Starts from `known`.
    [[nodiscard]] Found run(const std::vector<Plan>& known);
    // With warm-ups in full.
    [[nodiscard]] Space& space() { return levels_.back()->space; }
    [[nodiscard]] const Start& start() const { return levels_.back()->start; }

private:
    struct Level {
        Level(const Window& window, GpuId gpu, const BlockTree& tree, const Plans& plans,
              const Rewards& rewards, int warm_up_max, std::size_t memory_max);
        Space space;
        Start start;
        Elastic elastic;
    };
    struct Less {
        bool operator()(const Node& a, const Node& b) const {
            return a.bound != b.bound ? a.bound < b.bound : a.number > b.number;
        }
    };
    bool evaluate(const Plan& plan, const Useful& useful);
    void try_plan(const Plan& plan, const Node& node);
    void advance(Node node);
    void try_plans(const Node& node, const ElasticBounds& bounds);
    [[nodiscard]] Plan settled(Plan plan, const Prices& prices);
    void descend(Node& node, const ElasticBounds& bounds);
    void push(Node node);
    void split(const Node& node, const ElasticBounds& bounds);
    std::size_t put_aside(OpenPlans& open, const ElasticBounds& bounds) const;
    [[nodiscard]] std::int64_t units(Value value) const;
    [[nodiscard]] std::int64_t enough() const;
    [[nodiscard]] Value least_better() const;
    [[nodiscard]] bool stopped();

    const Window& window_;
    const Plans& plans_;
    const Rewards& rewards_;
    const Options& options_;
    std::function<bool()> stop_;
    std::vector<std::unique_ptr<Level>> levels_;
    Prices first_;
    std::chrono::steady_clock::duration way_back_{};  // how long a schedule takes to write, about
    std::vector<Node> queue_;                         // a heap: nodes are large, and moved
    std::uint64_t numbers_ = 0;
    std::set<Plan> evaluated_;
    Found found_;
};

}  // namespace tangram::window::exact
