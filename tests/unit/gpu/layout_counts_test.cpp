// Every layout of every GPU model, counted and compared with an independent brute force.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gpu/layout.h"
#include "support/builtin_catalogue.h"

namespace tangram::gpu {
namespace {

using support::builtin_catalogue;
using support::builtin_gpu;
using support::builtin_rules;

using Profiles = std::vector<ProfileId>;

// One placement as the brute force sees it: a bit mask and the profile it belongs to.
struct Piece {
    ProfileId profile;
    int start;
    std::uint64_t mask;
};

std::vector<Piece> pieces_of(const GpuModel& model, const Profiles& profiles) {
    std::vector<Piece> pieces;
    for (const ProfileId profile : profiles) {
        for (const int start : model.profiles[profile].starts) {
            std::uint64_t mask = 0;
            for (int slice = start; slice < start + model.profiles[profile].size; ++slice) {
                mask |= std::uint64_t{1} << slice;
            }
            pieces.push_back({profile, start, mask});
        }
    }
    return pieces;
}

// The legality rules written down once more, on whole sets and without any pruning.
bool legal(const GpuModel& model, bool paper_rules, const std::vector<Piece>& set) {
    std::uint64_t taken = 0;
    int media_holders = 0;
    int all_media = 0;
    int without_media = 0;
    bool three = false;
    bool four = false;
    for (const Piece& piece : set) {
        if ((taken & piece.mask) != 0) {
            return false;
        }
        taken |= piece.mask;
        const MigProfile& profile = model.profiles[piece.profile];
        const std::string& name = profile.name;
        const auto same = std::ranges::count(set, piece.profile,
                                             [](const Piece& other) { return other.profile; });
        if (same > profile.max_instances) {
            return false;
        }
        all_media += name.ends_with("+me.all") ? 1 : 0;
        media_holders += name.find("+me") != std::string::npos ? 1 : 0;
        without_media += name.ends_with("-me") ? 1 : 0;
        three = three || profile.nvml_enum == "3_SLICE";
        four = four || profile.nvml_enum == "4_SLICE";
    }
    const bool crowded = all_media > 0 && without_media + 1 != static_cast<int>(set.size());
    return media_holders <= 1 && !crowded && !(paper_rules && three && four);
}

using Set = std::set<std::pair<int, std::size_t>>;  // (start, profile)

Set as_set(const std::vector<Piece>& pieces) {
    Set set;
    for (const Piece& piece : pieces) {
        set.emplace(piece.start, piece.profile.index());
    }
    return set;
}

Set as_set(const Layout& layout) {
    Set set;
    for (const Placement& placement : layout.placements()) {
        set.emplace(placement.start, placement.profile.index());
    }
    return set;
}

// All sets without overlap, legal or not, by taking or leaving each piece in turn.
void disjoint_sets(const std::vector<Piece>& pieces, std::size_t from, std::uint64_t taken,
                   std::vector<Piece>& chosen, std::vector<std::vector<Piece>>& result) {
    if (from == pieces.size()) {
        result.push_back(chosen);
        return;
    }
    disjoint_sets(pieces, from + 1, taken, chosen, result);
    if ((taken & pieces[from].mask) == 0) {
        chosen.push_back(pieces[from]);
        disjoint_sets(pieces, from + 1, taken | pieces[from].mask, chosen, result);
        chosen.pop_back();
    }
}

void compare_with_brute_force(const GpuModel& model, const std::string& rules_name,
                              const Profiles& profiles) {
    const RuleSet rules = builtin_rules(rules_name);
    std::vector<std::vector<Piece>> candidates;
    std::vector<Piece> chosen;
    disjoint_sets(pieces_of(model, profiles), 0, 0, chosen, candidates);
    std::set<Set> expected;
    for (const std::vector<Piece>& candidate : candidates) {
        const bool allowed = legal(model, rules_name == "paper-2021", candidate);
        std::vector<Placement> placements;
        for (const Piece& piece : candidate) {
            placements.push_back({piece.profile, piece.start});
        }
        EXPECT_EQ(Layout::make(model, rules, placements).has_value(), allowed);
        if (allowed) {
            expected.insert(as_set(candidate));
        }
    }
    std::set<Set> found;
    for (const Layout& layout : enumerate_layouts(model, rules, profiles)) {
        EXPECT_TRUE(found.insert(as_set(layout)).second) << "met twice";
    }
    EXPECT_EQ(found, expected);

    std::set<Set> maximal;
    for (const Set& set : expected) {
        const bool contained = std::ranges::any_of(expected, [&](const Set& other) {
            return other.size() > set.size() && std::ranges::includes(other, set);
        });
        if (!contained) {
            maximal.insert(set);
        }
    }
    std::set<Set> found_maximal;
    for (const Layout& layout : maximal_layouts(model, rules, profiles)) {
        found_maximal.insert(as_set(layout));
    }
    EXPECT_EQ(found_maximal, maximal);
}

// Plain profiles and the 1g with twice the memory.
Profiles with_double_memory(const GpuModel& model) {
    Profiles profiles = model.base_profiles();
    for (const ProfileId id : model.all_profiles()) {
        if (model.profiles[id].extra_memory) {
            profiles.push_back(id);
        }
    }
    return profiles;
}

TEST(LayoutCounts, EverySevenSliceGpu) {
    int seen = 0;
    for (const GpuModel& model : builtin_catalogue().models()) {
        if (model.memory_slices != 8) {
            continue;
        }
        SCOPED_TRACE(model.name);
        ++seen;
        const RuleSet current = builtin_rules("current");
        const RuleSet paper = builtin_rules("paper-2021");
        EXPECT_EQ(count_layouts(model, current, model.base_profiles()),
                  (LayoutCounts{19, 14, 298}));
        EXPECT_EQ(count_layouts(model, paper, model.base_profiles()), (LayoutCounts{18, 13, 297}));
        EXPECT_EQ(count_layouts(model, current, with_double_memory(model)),
                  (LayoutCounts{78, 38, 723}));
        EXPECT_EQ(count_layouts(model, current, model.all_profiles()),
                  (LayoutCounts{239, 64, 2319}));
    }
    EXPECT_EQ(seen, 13);
}

TEST(LayoutCounts, A30) {
    const GpuModel& model = builtin_gpu("A30");
    for (const char* rules : {"current", "paper-2021"}) {
        EXPECT_EQ(count_layouts(model, builtin_rules(rules), model.base_profiles()),
                  (LayoutCounts{5, 4, 26}));
        EXPECT_EQ(count_layouts(model, builtin_rules(rules), model.all_profiles()),
                  (LayoutCounts{17, 8, 76}));
    }
}

TEST(LayoutCounts, TwelveSlices) {
    const GpuModel& model = builtin_gpu("RTX-PRO-6000-96GB");
    EXPECT_EQ(model.memory_slices, 12);
    EXPECT_EQ(count_layouts(model, builtin_rules("current"), model.base_profiles()),
              (LayoutCounts{5, 4, 26}));
    EXPECT_EQ(count_layouts(model, builtin_rules("current"), model.all_profiles()),
              (LayoutCounts{302, 64, 717}));
}

TEST(LayoutCounts, UnknownGeometryHasTheEmptyLayoutOnly) {
    for (const char* name : {"RTX-PRO-5000-48GB", "RTX-PRO-4500-32GB", "Thor"}) {
        const GpuModel& model = builtin_gpu(name);
        EXPECT_FALSE(model.geometry_known());
        EXPECT_EQ(enumerate_layouts(model, builtin_rules("current"), model.all_profiles()).size(),
                  1U);
    }
}

TEST(BruteForce, BaseProfilesOfEveryModelUnderBothRuleSets) {
    for (const GpuModel& model : builtin_catalogue().models()) {
        if (!model.geometry_known()) {
            continue;
        }
        SCOPED_TRACE(model.name);
        compare_with_brute_force(model, "current", model.base_profiles());
        compare_with_brute_force(model, "paper-2021", model.base_profiles());
    }
}

TEST(BruteForce, AllProfilesOfEachGeometry) {
    for (const char* name : {"A30", "A100-SXM4-80GB", "RTX-PRO-6000-96GB"}) {
        SCOPED_TRACE(name);
        const GpuModel& model = builtin_gpu(name);
        compare_with_brute_force(model, "current", model.all_profiles());
        compare_with_brute_force(model, "paper-2021", model.all_profiles());
    }
}

// On real GPUs placements alone keep to max_instances; data of users may say otherwise.
TEST(BruteForce, FewerInstancesThanPlacements) {
    for (const char* name : {"A100-SXM4-80GB", "RTX-PRO-6000-96GB"}) {
        GpuModel model = builtin_gpu(name);
        std::vector<MigProfile> profiles = model.profiles.raw();
        for (MigProfile& profile : profiles) {
            profile.max_instances = std::min(profile.max_instances, 2);
        }
        model.profiles = IdVector<ProfileId, MigProfile>(std::move(profiles));
        compare_with_brute_force(model, "current", model.base_profiles());
    }
}

TEST(Partitions, EachHasItsLayoutAndNoneContainsAnother) {
    for (const GpuModel& model : builtin_catalogue().models()) {
        SCOPED_TRACE(model.name);
        const RuleSet rules = builtin_rules("current");
        const auto partitions = maximal_partitions(model, rules, model.all_profiles());
        for (const Partition& a : partitions) {
            EXPECT_EQ(profile_counts(model, a.layout), a.counts);
            for (const Partition& b : partitions) {
                const bool contained =
                    std::ranges::equal(a.counts, b.counts, [](int x, int y) { return x <= y; });
                EXPECT_TRUE(&a == &b || !contained);
            }
        }
        // Whatever a layout holds, some partition holds too.
        for (const Layout& layout : enumerate_layouts(model, rules, model.all_profiles())) {
            const std::vector<int> counts = profile_counts(model, layout);
            EXPECT_TRUE(std::ranges::any_of(partitions, [&](const Partition& partition) {
                return std::ranges::equal(counts, partition.counts,
                                          [](int x, int y) { return x <= y; });
            }));
        }
    }
}

std::string counts_text(const GpuModel& model, const Partition& partition) {
    std::string text;
    for (const ProfileId id : model.base_profiles()) {
        text += std::to_string(partition.counts[id.index()]);
    }
    return text;
}

TEST(Partitions, LargestFirstInAFixedOrder) {
    const GpuModel& model = builtin_gpu("A100-SXM4-80GB");
    std::vector<std::string> found;
    for (const Partition& partition :
         maximal_partitions(model, builtin_rules("current"), model.base_profiles())) {
        found.push_back(counts_text(model, partition));
    }
    // Counts of 1g 2g 3g 4g 7g; 3g+2g+1g and 3g+1g+1g+1g fit into 3g+2g+1g+1g and 3g+1g+1g+1g+1g.
    EXPECT_EQ(found,
              (std::vector<std::string>{"00001", "00110", "11010", "30010", "00200", "02100",
                                        "21100", "40100", "13000", "32000", "51000", "70000"}));
}

TEST(Partitions, CanonicalLayoutsPutLargeInstancesFirst) {
    const GpuModel& model = builtin_gpu("A100-SXM4-80GB");
    const ProfileId one = model.find_profile("1g.10gb");
    const ProfileId two = model.find_profile("2g.20gb");
    const ProfileId three = model.find_profile("3g.40gb");
    for (const Partition& partition :
         maximal_partitions(model, builtin_rules("current"), model.base_profiles())) {
        if (counts_text(model, partition) == "21100") {
            const std::vector<Placement> expected = {{two, 0}, {one, 2}, {one, 3}, {three, 4}};
            EXPECT_EQ(partition.layout.placements(), expected);
        }
        if (counts_text(model, partition) == "32000") {
            const std::vector<Placement> expected = {
                {two, 0}, {two, 2}, {one, 4}, {one, 5}, {one, 6}};
            EXPECT_EQ(partition.layout.placements(), expected);
        }
    }
}

TEST(Partitions, OnlyTheProfilesAskedFor) {
    const GpuModel& model = builtin_gpu("A100-SXM4-80GB");
    const Profiles profiles = {model.find_profile("3g.40gb"), model.find_profile("4g.40gb")};
    const auto partitions = maximal_partitions(model, builtin_rules("paper-2021"), profiles);
    ASSERT_EQ(partitions.size(), 2U);
    EXPECT_EQ(counts_text(model, partitions[0]), "00010");
    EXPECT_EQ(counts_text(model, partitions[1]), "00200");
}

}  // namespace
}  // namespace tangram::gpu
