// Walks over the legal layouts of one GPU model.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "gpu/company.h"
#include "gpu/layout.h"

namespace tangram::gpu {
namespace {

// One place an instance could take, with its memory slices as bits.
struct Candidate {
    Placement placement;
    std::uint64_t slices = 0;
};

static_assert(kMemorySlicesMax <= 64, "memory slices are bits of one word");

std::uint64_t slices_of(int size, int start) {
    const std::uint64_t ones = size >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << size) - 1;
    return ones << start;
}

// In ascending order of (start, profile).
std::vector<Candidate> candidates_of(const GpuModel& model, std::span<const ProfileId> profiles) {
    std::vector<Candidate> candidates;
    for (const ProfileId profile : profiles) {
        for (const int start : model.profiles[profile].starts) {
            candidates.push_back(
                {{profile, start}, slices_of(model.profiles[profile].size, start)});
        }
    }
    std::ranges::sort(candidates, {}, [](const Candidate& candidate) {
        return std::pair{candidate.placement.start, candidate.placement.profile};
    });
    return candidates;
}

// A legal set of placements that grows and shrinks at its end.
class Stack {
public:
    Stack(const GpuModel& model, const RuleSet& rules)
        : model_(&model), company_(model, rules), counts_(model.profiles.size(), 0) {}

    [[nodiscard]] bool fits(const Candidate& candidate) const {
        const ProfileId profile = candidate.placement.profile;
        if ((occupied_ & candidate.slices) != 0 ||
            counts_[profile.index()] >= model_->profiles[profile].max_instances) {
            return false;
        }
        return std::ranges::all_of(placements_, [&](const Placement& other) {
            return company_.allows(profile, other.profile);
        });
    }
    void push(const Candidate& candidate) {
        occupied_ |= candidate.slices;
        ++counts_[candidate.placement.profile.index()];
        placements_.push_back(candidate.placement);
    }
    void pop(const Candidate& candidate) {
        occupied_ &= ~candidate.slices;
        --counts_[candidate.placement.profile.index()];
        placements_.pop_back();
    }
    [[nodiscard]] const std::vector<Placement>& placements() const { return placements_; }

private:
    const GpuModel* model_;
    Company company_;
    std::uint64_t occupied_ = 0;
    std::vector<int> counts_;
    std::vector<Placement> placements_;
};

// Calls visit(placements, maximal) for every legal layout. Placements are added in ascending order,
// so each set is met exactly once; every rule survives the removal of a placement, so nothing legal
// lies behind an illegal prefix.
template <typename Visit>
void walk(Stack& stack, std::span<const Candidate> candidates, std::size_t from,
          const Visit& visit) {
    const bool maximal = std::ranges::none_of(
        candidates, [&](const Candidate& candidate) { return stack.fits(candidate); });
    visit(stack.placements(), maximal);
    for (std::size_t i = from; i < candidates.size(); ++i) {
        if (stack.fits(candidates[i])) {
            stack.push(candidates[i]);
            walk(stack, candidates, i + 1, visit);
            stack.pop(candidates[i]);
        }
    }
}

}  // namespace

std::vector<Layout> enumerate_layouts(const GpuModel& model, const RuleSet& rules,
                                      std::span<const ProfileId> profiles) {
    std::vector<Layout> layouts;
    Stack stack(model, rules);
    walk(stack, candidates_of(model, profiles), 0,
         [&](const std::vector<Placement>& placements, bool) {
             layouts.push_back(Layout(placements));
         });
    return layouts;
}

std::vector<Layout> maximal_layouts(const GpuModel& model, const RuleSet& rules,
                                    std::span<const ProfileId> profiles) {
    std::vector<Layout> layouts;
    Stack stack(model, rules);
    walk(stack, candidates_of(model, profiles), 0,
         [&](const std::vector<Placement>& placements, bool maximal) {
             if (maximal) {
                 layouts.push_back(Layout(placements));
             }
         });
    return layouts;
}

}  // namespace tangram::gpu
