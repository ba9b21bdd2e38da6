#include "planner/close/matching.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "unit/planner/close/replan.h"

namespace tangram::planner::close {
namespace {

test::RandomShape shape() {
    test::RandomShape shape;
    shape.services_max = 5;
    shape.instances_max = 3;
    return shape;
}

std::int64_t kept(const Replan& replan, const CurrentGpu& current, const PlacedGpu& planned) {
    if (std::ranges::count(current.entries, planned.entry) == 0) return 0;
    std::int64_t sum = 0;
    for (const PlacedInstance& one : planned.instances) {
        if (std::ranges::count(current.seats, Seat{one.placement, one.service, false}) == 0) {
            continue;
        }
        sum += replan.weights[option_at(replan.model, planned.entry, one)];
    }
    return sum;
}

// The most that can stay of the plan's GPUs from `next` on; every assignment is tried.
std::int64_t most_kept(const Replan& replan, const Placed& placed, std::size_t next,
                       std::set<std::size_t>& taken) {
    if (next == placed.size()) return 0;
    std::int64_t best = most_kept(replan, placed, next + 1, taken);
    for (std::size_t g = 0; g < replan.fleet.gpus.size(); ++g) {
        const std::int64_t here = kept(replan, replan.fleet.gpus[g], placed[next]);
        if (here == 0 || !taken.insert(g).second) continue;
        best = std::max(best, here + most_kept(replan, placed, next + 1, taken));
        taken.erase(g);
    }
    return best;
}

TEST(Matching, NoAssignmentKeepsMore) {
    int alike_gpus = 0;
    int kept_some = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const Replan replan(seed, shape());
        if (!replan.outcome.plan || replan.fleet.gpus.size() > 8) continue;
        const Placed placed =
            matched(replan.model, replan.fleet, replan.weights, *replan.outcome.plan);
        if (placed.size() > 8) continue;
        std::int64_t all = 0;
        std::set<std::size_t> gpus;
        for (const PlacedGpu& gpu : placed) {
            if (gpu.current) {
                EXPECT_TRUE(gpus.insert(*gpu.current).second) << seed;
            }
            for (const PlacedInstance& one : gpu.instances) {
                if (!one.service.valid()) continue;
                all += replan.weights[option_at(replan.model, gpu.entry, one)];
            }
        }
        std::set<std::size_t> taken;
        const std::int64_t restart = restart_of(replan.model, replan.weights, placed);
        EXPECT_EQ(all - restart, most_kept(replan, placed, 0, taken)) << seed;
        alike_gpus += alike(replan.fleet).size() < replan.fleet.gpus.size() ? 1 : 0;
        kept_some += restart < all ? 1 : 0;
    }
    EXPECT_GT(alike_gpus, 20);
    EXPECT_GT(kept_some, 50);
}

TEST(Matching, NamesAreGivenOnce) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        Replan replan(seed, shape());
        if (!replan.outcome.plan || replan.fleet.gpus.empty()) continue;
        // The first GPU is lost: its name may not be used again.
        const std::string lost = replan.fleet.gpus.front().id;
        replan.fleet.gpus.erase(replan.fleet.gpus.begin());
        std::set<std::string> names;
        for (const PlacedGpu& gpu :
             as_assembled(replan.model, replan.fleet, *replan.outcome.plan)) {
            EXPECT_TRUE(names.insert(gpu.id).second) << seed << ": " << gpu.id;
            EXPECT_TRUE(gpu.id != lost || !replan.model.problem->nodes.empty()) << seed;
            if (gpu.current) {
                EXPECT_EQ(gpu.id, replan.fleet.gpus[*gpu.current].id) << seed;
            }
        }
    }
}

TEST(Matching, AlikeGpusDifferInNothingThatMatters) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const Replan replan(seed, shape());
        std::set<std::size_t> seen;
        for (const auto& group : alike(replan.fleet)) {
            const CurrentGpu& first = replan.fleet.gpus[group.front()];
            for (const std::size_t g : group) {
                EXPECT_TRUE(seen.insert(g).second) << seed;
                EXPECT_EQ(replan.fleet.gpus[g].entries, first.entries) << seed;
                EXPECT_EQ(replan.fleet.gpus[g].seats, first.seats) << seed;
            }
        }
        EXPECT_EQ(seen.size(), replan.fleet.gpus.size()) << seed;
    }
}

}  // namespace
}  // namespace tangram::planner::close
