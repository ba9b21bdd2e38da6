#include "window/ilp/places.h"

#include <algorithm>

#include "gpu/company.h"

namespace tangram::window::ilp {
namespace {

// Which placements exclude which: a symmetric matrix without a diagonal.
class Exclusions {
public:
    Exclusions(const gpu::GpuModel& model, const gpu::RuleSet& rules,
               const std::vector<gpu::Placement>& placements)
        : count_(placements.size()), excludes_(count_ * count_, false) {
        const gpu::Company company(model, rules);
        for (std::size_t a = 0; a < count_; ++a) {
            for (std::size_t b = 0; b < count_; ++b) {
                const gpu::Placement& one = placements[a];
                const gpu::Placement& other = placements[b];
                const bool apart = one.start + model.profiles[one.profile].size <= other.start ||
                                   other.start + model.profiles[other.profile].size <= one.start;
                excludes_[a * count_ + b] =
                    a != b && (!apart || !company.allows(one.profile, other.profile) ||
                               (one.profile == other.profile &&
                                model.profiles[one.profile].max_instances == 1));
            }
        }
    }

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] bool operator()(std::size_t a, std::size_t b) const {
        return excludes_[a * count_ + b];
    }
    [[nodiscard]] bool same(std::size_t a, std::size_t b) const {
        for (std::size_t c = 0; c < count_; ++c) {
            if ((*this)(a, c) != (*this)(b, c)) return false;
        }
        return true;
    }
    // Adds, in order, whatever excludes all that are there.
    [[nodiscard]] std::vector<std::size_t> grown(std::vector<std::size_t> clique) const {
        for (std::size_t c = 0; c < count_; ++c) {
            if (std::all_of(clique.begin(), clique.end(),
                            [&](std::size_t member) { return (*this)(c, member); })) {
                clique.push_back(c);
            }
        }
        std::sort(clique.begin(), clique.end());
        return clique;
    }

private:
    std::size_t count_;
    std::vector<bool> excludes_;
};

// Maximal cliques that together hold every two placements that exclude each other, and every
// placement.
std::vector<std::vector<std::size_t>> cliques(const gpu::GpuModel& model,
                                              const std::vector<gpu::Placement>& placements,
                                              const Exclusions& excludes) {
    std::vector<std::vector<std::size_t>> found;
    const auto add = [&](std::vector<std::size_t> seed) {
        const bool held = std::any_of(found.begin(), found.end(), [&](const auto& clique) {
            return std::includes(clique.begin(), clique.end(), seed.begin(), seed.end());
        });
        if (!held) found.push_back(excludes.grown(std::move(seed)));
    };
    for (int slice = 0; slice < model.memory_slices.value_or(0); ++slice) {
        std::vector<std::size_t> seed;
        for (std::size_t p = 0; p < placements.size(); ++p) {
            const int start = placements[p].start;
            const int end = start + model.profiles[placements[p].profile].size;
            if (start <= slice && slice < end) seed.push_back(p);
        }
        if (!seed.empty()) add(std::move(seed));
    }
    for (std::size_t a = 0; a < placements.size(); ++a) {
        for (std::size_t b = a + 1; b < placements.size(); ++b) {
            if (excludes(a, b)) add({a, b});
        }
    }
    return found;
}

// The group of each placement. A group of several stays out of the way of other groups of several:
// beside each other "all of one or all of the other" would be no linear row.
std::vector<std::size_t> grouped(const std::vector<gpu::Placement>& placements,
                                 const Exclusions& excludes,
                                 std::vector<std::vector<std::size_t>>& members) {
    std::vector<std::size_t> group_of(placements.size());
    for (std::size_t p = 0; p < placements.size(); ++p) {
        bool lonely = false;
        for (std::size_t q = 0; q < p; ++q) {
            lonely = lonely || (excludes(p, q) && members[group_of[q]].size() > 1);
        }
        std::size_t g = 0;
        while (g < members.size() &&
               (lonely || placements[members[g].front()].profile != placements[p].profile ||
                !excludes.same(members[g].front(), p))) {
            ++g;
        }
        if (g == members.size()) members.emplace_back();
        members[g].push_back(p);
        group_of[p] = g;
    }
    return group_of;
}

}  // namespace

std::optional<std::size_t> Places::group_of(const gpu::Placement& placement) const {
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const std::vector<int>& starts = groups[g].starts;
        if (groups[g].profile == placement.profile &&
            std::find(starts.begin(), starts.end(), placement.start) != starts.end()) {
            return g;
        }
    }
    return std::nullopt;
}

Places places_of(const gpu::GpuModel& model, const gpu::RuleSet& rules,
                 std::span<const gpu::ProfileId> profiles) {
    std::vector<gpu::Placement> placements;
    for (const gpu::ProfileId profile : profiles) {
        for (const int start : model.profiles[profile].starts) {
            placements.push_back({profile, start});
        }
    }
    const Exclusions excludes(model, rules, placements);
    std::vector<std::vector<std::size_t>> members;
    const std::vector<std::size_t> group_of = grouped(placements, excludes, members);

    Places places;
    for (const std::vector<std::size_t>& group : members) {
        places.groups.push_back({placements[group.front()].profile, {}});
        for (const std::size_t p : group)
            places.groups.back().starts.push_back(placements[p].start);
    }
    for (const std::vector<std::size_t>& clique : cliques(model, placements, excludes)) {
        PlaceLimit limit{.room = 1, .groups = {}};
        for (const std::size_t p : clique) {
            limit.room = std::max(limit.room, static_cast<int>(members[group_of[p]].size()));
        }
        for (const std::size_t p : clique) {
            const auto size = static_cast<int>(members[group_of[p]].size());
            limit.groups.push_back({group_of[p], limit.room / size});
        }
        std::sort(limit.groups.begin(), limit.groups.end());
        places.limits.push_back(std::move(limit));
    }
    for (const gpu::ProfileId profile : profiles) {
        const gpu::MigProfile& data = model.profiles[profile];
        if (static_cast<int>(data.starts.size()) <= data.max_instances) continue;
        PlaceLimit limit{.room = data.max_instances, .groups = {}};
        for (std::size_t g = 0; g < places.groups.size(); ++g) {
            if (places.groups[g].profile == profile) limit.groups.push_back({g, 1});
        }
        places.limits.push_back(std::move(limit));
    }
    std::sort(places.limits.begin(), places.limits.end());
    const auto same = std::unique(places.limits.begin(), places.limits.end());
    places.limits.erase(same, places.limits.end());
    return places;
}

}  // namespace tangram::window::ilp
