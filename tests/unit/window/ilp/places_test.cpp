// The limits over groups of placements against every legal layout of real GPUs.
#include "window/ilp/places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/builtin_catalogue.h"

namespace tangram::window::ilp {
namespace {

bool kept(const PlaceLimit& limit, const std::vector<int>& counts) {
    int sum = 0;
    for (const WeightedGroup& part : limit.groups) sum += part.weight * counts[part.group];
    return sum <= limit.room;
}

bool all_kept(const Places& places, const std::vector<int>& counts) {
    return std::all_of(places.limits.begin(), places.limits.end(),
                       [&](const PlaceLimit& limit) { return kept(limit, counts); });
}

// Counts only grow along the way, so what breaks a limit is given up.
void find_counts(const Places& places, std::size_t group, std::vector<int>& counts,
                 std::set<std::vector<int>>& found) {
    if (group == counts.size()) {
        found.insert(counts);
        return;
    }
    for (int n = 0; n <= static_cast<int>(places.groups[group].starts.size()); ++n) {
        counts[group] = n;
        if (all_kept(places, counts)) find_counts(places, group + 1, counts, found);
    }
    counts[group] = 0;
}

std::set<std::vector<int>> counts_of_layouts(const Places& places, const gpu::GpuModel& model,
                                             const gpu::RuleSet& rules,
                                             std::span<const gpu::ProfileId> profiles) {
    std::set<std::vector<int>> all;
    for (const gpu::Layout& layout : gpu::enumerate_layouts(model, rules, profiles)) {
        std::vector<int> counts(places.groups.size());
        for (const gpu::Placement& placement : layout.placements()) {
            ++counts[places.group_of(placement).value()];
        }
        all.insert(std::move(counts));
    }
    return all;
}

void expect_equal(const char* name, const char* rule_set, bool base_only) {
    const gpu::GpuModel& model = support::builtin_gpu(name);
    const gpu::RuleSet rules = support::builtin_rules(rule_set);
    const auto profiles = base_only ? model.base_profiles() : model.all_profiles();
    const Places places = places_of(model, rules, profiles);
    std::set<std::vector<int>> found;
    std::vector<int> counts(places.groups.size());
    find_counts(places, 0, counts, found);
    EXPECT_EQ(found, counts_of_layouts(places, model, rules, profiles)) << name << " " << rule_set;
}

TEST(Places, LimitsAllowExactlyTheLegalLayouts) {
    for (const char* name : {"A30", "A100-SXM4-80GB", "H100-SXM5-80GB"}) {
        for (const char* rules : {"current", "paper-2021"}) {
            expect_equal(name, rules, true);
            expect_equal(name, rules, false);
        }
    }
}

TEST(Places, NeighboursUnderEveryLargerPlacementAreOneGroup) {
    const gpu::GpuModel& model = support::builtin_gpu("A100-SXM4-80GB");
    const Places places =
        places_of(model, support::builtin_rules("current"), model.base_profiles());
    // 1g by two, the last one alone; three 2g, two 3g, 4g, 7g.
    EXPECT_EQ(places.groups.size(), 11U);
    EXPECT_EQ(places.groups[0].starts, (std::vector<int>{0, 1}));
    EXPECT_EQ(places.limits.size(), 4U);  // one for each pair of slices
    EXPECT_FALSE(places.group_of({places.groups[0].profile, 7}).has_value());
}

TEST(Places, WithoutSmallProfilesTwoPlacementsAreOneGroup) {
    const gpu::GpuModel& model = support::builtin_gpu("A100-SXM4-80GB");
    const std::vector<gpu::ProfileId> profiles{model.find_profile("3g.40gb"),
                                               model.find_profile("7g.80gb")};
    const Places places = places_of(model, support::builtin_rules("current"), profiles);
    ASSERT_EQ(places.groups.size(), 2U);
    EXPECT_EQ(places.groups[0].starts, (std::vector<int>{0, 4}));
    ASSERT_EQ(places.limits.size(), 1U);
    EXPECT_EQ(places.limits[0], (PlaceLimit{2, {{0, 1}, {1, 2}}}));
}

}  // namespace
}  // namespace tangram::window::ilp
