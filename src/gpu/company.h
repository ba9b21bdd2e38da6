// Which profiles may share a GPU: media engines and rule sets. The part of legality that is neither
// about slices nor about how many.
#pragma once

#include <string>
#include <vector>

#include "gpu/catalogue.h"
#include "gpu/gpu_model.h"

namespace tangram::gpu {

// Keeps no reference to its arguments.
class Company {
public:
    // O(profiles^2 x pairs of the rule set).
    Company(const GpuModel& model, const RuleSet& rules);

    // Whether one instance of `a` and one more of `b` may be on one GPU; symmetric.
    [[nodiscard]] bool allows(ProfileId a, ProfileId b) const {
        return quarrels_[a.index() * width_ + b.index()].empty();
    }
    // Why not; empty if they may.
    [[nodiscard]] const std::string& quarrel(ProfileId a, ProfileId b) const {
        return quarrels_[a.index() * width_ + b.index()];
    }

private:
    std::size_t width_;
    std::vector<std::string> quarrels_;
};

}  // namespace tangram::gpu
