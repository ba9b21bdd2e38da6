#include "planner/pipeline/tree_search/tree_search.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "planner/pipeline/rms/configure.h"
#include "planner/pipeline/tree_search/configuration_pool.h"

namespace tangram::planner::pipeline::tree_search {
namespace {

using rms::Candidate;
using rms::Configuration;
using rms::Needs;
using rms::PoolId;
using rms::Refilled;
using rms::Room;
using rms::Task;

constexpr std::size_t kChildren = 10;
constexpr std::size_t kDrawn = 5;
constexpr std::size_t kHorizon = 12;     // wholes of a simulation
constexpr std::size_t kJobsAtMost = 48;  // beyond, a sample of them
constexpr double kExploration = 0.15;

struct Child {
    Configuration configuration;
    std::size_t node = 0;  // 0: not visited yet
    int visits = 0;
    double total = 0;  // of the rewards
};

struct Node {
    Task task;
    bool expanded = false;
    std::vector<Child> children;
};

class TreeSearch {
public:
    TreeSearch(const rms::Problem& problem, const Settings& settings)
        : problem_(problem), settings_(settings), configurator_(problem), pool_(problem) {
        std::int64_t least = rms::kUnlimited;
        for (const rms::MachineSet& set : problem.sets()) least = std::min(least, set.cost);
        least_cost_ = static_cast<double>(least);
    }

    Refilled run(Task task, std::int64_t cost_limit, Random& random, rms::Meter& meter);

private:
    struct Path {
        std::vector<std::pair<std::size_t, std::size_t>> edges;  // node, child
        rms::Deployment deployment;
        std::int64_t cost = 0;
        double slack = 0;
    };

    void simulate(std::int64_t cost_limit, Random& random, rms::Meter& meter);
    void expand(Node& node, Random& random, rms::Meter& meter);
    void add_children(Node& node, const Needs& drawn, rms::Meter& meter);
    [[nodiscard]] std::size_t choose(const Node& node) const;
    void roll_out(Task& task, std::int64_t cost_limit, Path& path, Random& random,
                  rms::Meter& meter);
    [[nodiscard]] std::optional<Configuration> next_whole(const Task& task, Random& random,
                                                          rms::Meter& meter);
    [[nodiscard]] std::optional<Configuration> from_pool(std::uint64_t kind, const Task& task,
                                                         rms::Meter& meter);
    [[nodiscard]] static Room only(const Room& room, PoolId pool);
    [[nodiscard]] Needs draw(const Needs& needs, std::size_t count, Random& random) const;
    [[nodiscard]] bool hopeless(const Task& task, const Path& path, std::int64_t cost_limit) const;
    void extend(const Configuration& configuration, Path& path) const;
    void finish(const Task& task, std::int64_t cost_limit, Path& path, rms::Meter& meter);
    [[nodiscard]] std::size_t most_promising(const Node& root) const;

    const rms::Problem& problem_;
    Settings settings_;
    rms::Configurator configurator_;
    ConfigurationPool pool_;
    std::vector<Node> nodes_;
    double least_cost_ = 0;         // of a whole
    double lowest_ = 0;             // least value seen in this tree
    std::optional<Refilled> best_;  // complete, of this tree
};

Needs TreeSearch::draw(const Needs& needs, std::size_t count, Random& random) const {
    if (needs.size() <= count) return needs;
    std::vector<std::size_t> order(needs.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (std::size_t i = 0; i < count; ++i) {
        std::swap(order[i], order[i + random.below(order.size() - i)]);
    }
    std::ranges::sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count));
    Needs drawn;
    for (std::size_t i = 0; i < count; ++i) drawn.push_back(needs[order[i]]);
    return drawn;
}

void TreeSearch::extend(const Configuration& configuration, Path& path) const {
    path.deployment.push_back(configuration);
    path.cost += problem_.sets()[configuration.set].cost;
    path.slack += rms::slack(problem_, configuration);
}

Room TreeSearch::only(const Room& room, PoolId pool) {
    Room masked(room.size(), 0);
    masked[pool] = room[pool];
    return masked;
}

// Ten configurations for the drawn jobs: for all of them in each pool, each alone, and neighbouring
// pairs.
void TreeSearch::add_children(Node& node, const Needs& drawn, rms::Meter& meter) {
    std::vector<Candidate> found;
    const auto add = [&](const Needs& jobs, const Room& room, std::size_t most) {
        for (Candidate& candidate : configurator_.best(jobs, room, kDrawn, most, meter)) {
            if (configurator_.fill_idle(node.task.needs, candidate.configuration, meter)) {
                candidate.score =
                    configurator_.score(candidate.configuration, node.task.needs, meter);
            }
            const bool known = std::ranges::any_of(found, [&](const Candidate& other) {
                return other.configuration == candidate.configuration;
            });
            if (!known) found.push_back(std::move(candidate));
        }
    };
    const Room& room = node.task.room;
    for (const PoolId pool : room.ids()) add(drawn, only(room, pool), 4);
    for (std::size_t i = 0; i < drawn.size() && drawn.size() > 1; ++i) {
        add({drawn[i]}, room, 1);
        if (i + 1 < drawn.size() && drawn.size() > 2) add({drawn[i], drawn[i + 1]}, room, 2);
    }
    std::ranges::stable_sort(found, std::greater{}, &Candidate::score);
    // The best of each pool stays: scores say little about what fits the end of the task.
    std::vector<bool> pool_seen(room.size(), false);
    for (Candidate& candidate : found) {
        const std::size_t pool = problem_.sets()[candidate.configuration.set].pool.index();
        if (node.children.size() >= kChildren && pool_seen[pool]) continue;
        pool_seen[pool] = true;
        node.children.push_back({std::move(candidate.configuration), 0, 0, 0});
    }
}

void TreeSearch::expand(Node& node, Random& random, rms::Meter& meter) {
    node.expanded = true;
    if (node.task.needs.empty()) return;
    add_children(node, draw(node.task.needs, kDrawn, random), meter);
}

// Children are visited once in order of score, then by UCT on the share of the best value.
std::size_t TreeSearch::choose(const Node& node) const {
    int visits = 0;
    for (const Child& child : node.children) visits += child.visits;
    std::size_t best = 0;
    double best_bound = -1;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const Child& child = node.children[i];
        if (child.visits == 0) return i;
        const double bound =
            child.total / child.visits + kExploration * std::sqrt(std::log(visits) / child.visits);
        if (bound <= best_bound) continue;
        best = i;
        best_bound = bound;
    }
    return best;
}

std::optional<Configuration> TreeSearch::from_pool(std::uint64_t kind, const Task& task,
                                                   rms::Meter& meter) {
    const Configuration* best = nullptr;
    double best_score = 0;
    for (const Configuration& configuration : pool_.of(kind)) {
        if (task.room[problem_.sets()[configuration.set].pool] <= 0) continue;
        const double score = configurator_.score(configuration, task.needs, meter);
        if (score <= best_score) continue;
        best = &configuration;
        best_score = score;
    }
    return best == nullptr ? std::nullopt : std::optional(*best);
}

std::optional<Configuration> TreeSearch::next_whole(const Task& task, Random& random,
                                                    rms::Meter& meter) {
    const std::uint64_t kind = pool_.kind(task.needs);
    meter.spend(10 * task.needs.size());
    // The pool serves once it is full, and now and then a new configuration is looked at.
    if (pool_.full(kind) && random.below(4) != 0) {
        if (auto known = from_pool(kind, task, meter)) return known;
    }
    const std::size_t count = 1 + random.below(kDrawn);
    const Needs drawn = draw(task.needs, count, random);
    // Now and then another kind of whole than the one that scores best.
    const bool any_pool = task.room.size() == 1 || random.below(3) != 0;
    const PoolId pool{any_pool ? 0 : random.below(task.room.size())};
    std::vector<Candidate> found =
        configurator_.best(drawn, any_pool ? task.room : only(task.room, pool), kDrawn, 3, meter);
    if (found.empty() && !any_pool) found = configurator_.best(drawn, task.room, kDrawn, 3, meter);
    if (found.empty()) return std::nullopt;
    Configuration chosen = std::move(found[random.below(found.size())].configuration);
    configurator_.fill_idle(task.needs, chosen, meter);
    pool_.remember(kind, chosen);
    return chosen;
}

// Not a bound: jobs that suit each other may take less than each is worth.
bool TreeSearch::hopeless(const Task& task, const Path& path, std::int64_t cost_limit) const {
    constexpr double kOfWorth = 0.8;
    const double least = std::max(least_cost_, kOfWorth * rms::worth(problem_, task.needs));
    return static_cast<double>(path.cost) + least > static_cast<double>(cost_limit);
}

void TreeSearch::roll_out(Task& task, std::int64_t cost_limit, Path& path, Random& random,
                          rms::Meter& meter) {
    while (!task.needs.empty() && path.deployment.size() < kHorizon &&
           !hopeless(task, path, cost_limit)) {
        const auto whole = next_whole(task, random, meter);
        if (!whole) return;
        rms::apply(problem_, *whole, 1, task);
        extend(*whole, path);
    }
}

// Values the path, remembers it if it is complete and better, and tells the nodes on it.
void TreeSearch::finish(const Task& task, std::int64_t cost_limit, Path& path, rms::Meter& meter) {
    const double undone = rms::worth(problem_, task.needs);
    meter.spend(20 + 8 * path.deployment.size());
    const double value = static_cast<double>(path.cost) + undone - path.slack / 2;
    if (undone <= 0 && path.cost <= cost_limit) {
        const rms::Fitness fitness{0, path.cost, path.slack};
        if (!best_ || fitness.better_than(best_->fitness)) {
            best_ = Refilled{std::move(path.deployment), fitness};
        }
    }
    if (lowest_ <= 0 || value < lowest_) lowest_ = value;
    const double reward = value > 0 ? lowest_ / value : 1;
    for (const auto& [node, child] : path.edges) {
        ++nodes_[node].children[child].visits;
        nodes_[node].children[child].total += reward;
    }
}

void TreeSearch::simulate(std::int64_t cost_limit, Random& random, rms::Meter& meter) {
    Path path;
    std::size_t at = 0;
    while (true) {
        if (!nodes_[at].expanded) {
            expand(nodes_[at], random, meter);
            if (at != 0) break;
        }
        if (nodes_[at].children.empty()) break;
        const std::size_t chosen = choose(nodes_[at]);
        path.edges.emplace_back(at, chosen);
        extend(nodes_[at].children[chosen].configuration, path);
        std::size_t next = nodes_[at].children[chosen].node;
        if (next == 0) {
            next = nodes_.size();
            Node node;
            node.task = nodes_[at].task;
            rms::apply(problem_, nodes_[at].children[chosen].configuration, 1, node.task);
            nodes_[at].children[chosen].node = next;
            nodes_.push_back(std::move(node));
            at = next;
            break;
        }
        at = next;
        if (path.cost > cost_limit || path.deployment.size() >= kHorizon) break;
    }
    Task task = nodes_[at].task;
    roll_out(task, cost_limit, path, random, meter);
    finish(task, cost_limit, path, meter);
}

std::size_t TreeSearch::most_promising(const Node& root) const {
    std::size_t best = 0;
    const auto mean = [](const Child& child) {
        return child.visits > 0 ? child.total / child.visits : 0;
    };
    for (std::size_t i = 1; i < root.children.size(); ++i) {
        if (mean(root.children[i]) > mean(root.children[best])) best = i;
    }
    return best;
}

Refilled TreeSearch::run(Task task, std::int64_t cost_limit, Random& random, rms::Meter& meter) {
    Refilled result;
    while (!task.needs.empty() && !meter.out()) {
        const bool sample = task.needs.size() > kJobsAtMost;
        nodes_.assign(1, {});
        nodes_[0].task = sample ? Task{draw(task.needs, kJobsAtMost, random), task.room} : task;
        lowest_ = 0;
        best_.reset();
        const std::int64_t left = cost_limit - result.fitness.cost;
        const int simulations = sample ? settings_.simulations / 3 : settings_.simulations;
        for (int i = 0; i < simulations && !meter.out(); ++i) {
            simulate(best_ ? best_->fitness.cost : left, random, meter);
            // Cheaper than what was erased: good enough, others will go on from there.
            if (best_ && best_->fitness.cost < left && left < rms::kUnlimited / 2) break;
        }
        rms::Deployment chosen;
        if (best_ && !sample) {
            chosen = std::move(best_->deployment);
        } else if (!nodes_[0].children.empty()) {
            chosen.push_back(nodes_[0].children[most_promising(nodes_[0])].configuration);
        }
        if (chosen.empty() || left < 0) break;
        for (Configuration& whole : chosen) {
            rms::apply(problem_, whole, 1, task);
            result.fitness.cost += problem_.sets()[whole.set].cost;
            result.fitness.slack += rms::slack(problem_, whole);
            result.deployment.push_back(std::move(whole));
        }
    }
    result.fitness.undone = rms::worth(problem_, task.needs);
    return result;
}

}  // namespace

rms::Refill make_refill(const rms::Problem& problem, const Settings& settings) {
    auto search = std::make_shared<TreeSearch>(problem, settings);
    return [search](const Task& task, std::int64_t cost_limit, Random& random, rms::Meter& meter) {
        return search->run(task, cost_limit, random, meter);
    };
}

}  // namespace tangram::planner::pipeline::tree_search
