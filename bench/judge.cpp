#include "judge.h"

#include <fmt/format.h>

#include <algorithm>

namespace tangram::bench {

Verdict Judge::judge(const Answer& answer) {
    if (answer.engine == "lp-bound") lp_bound_ = answer.bound;
    if (answer.engine == "priced-bound") priced_bound_ = answer.bound;
    const std::string fault = contradiction(answer);
    if (!fault.empty()) return {"ERROR: " + fault, true};
    const std::string remark = comment(answer);
    learn(answer);
    return {remark, false};
}

std::string Judge::contradiction(const Answer& answer) const {
    if (!answer.faults.empty()) return answer.faults.front();
    if (answer.infeasible && known_.cost) return "says infeasible, but a plan is known";
    if (answer.cost && *answer.cost < known_.bound) {
        return fmt::format("costs less than the bound {}", cost_units(known_.bound));
    }
    if (answer.bound && known_.cost && *answer.bound > *known_.cost) {
        return fmt::format("the bound is above a plan of {}", cost_units(*known_.cost));
    }
    const bool listed_proven = listed_.cost && *listed_.cost == listed_.bound;
    if (answer.engine == "exact" && listed_proven && answer.cost != listed_.cost) {
        return fmt::format("misses the proven optimum {}", cost_units(*listed_.cost));
    }
    if (lp_bound_ && priced_bound_ && *priced_bound_ < *lp_bound_) {
        return "the priced bound is below the linear relaxation's";
    }
    return {};
}

std::string Judge::comment(const Answer& answer) const {
    if (answer.cost && listed_.cost && *answer.cost < *listed_.cost) {
        return fmt::format("beats the best known {}", cost_units(*listed_.cost));
    }
    const bool proven_before = listed_.cost && *listed_.cost == listed_.bound;
    if (answer.engine == "exact" && answer.bound && *answer.bound < listed_.bound) {
        return fmt::format("{} the bound {}", proven_before ? "does not prove" : "misses",
                           cost_units(listed_.bound));
    }
    if (answer.bound && listed_.bound > Cost{} && *answer.bound > listed_.bound) {
        return fmt::format("beats the best known bound {}", cost_units(listed_.bound));
    }
    return {};
}

void Judge::learn(const Answer& answer) {
    if (answer.plan_checked && answer.cost && (!known_.cost || *answer.cost < *known_.cost)) {
        known_.cost = answer.cost;
    }
    // Bounds of other solvers hold if their tolerances do: not for the list.
    const bool ours =
        answer.engine == "exact" || answer.engine == "lp-bound" || answer.engine == "priced-bound";
    if (ours && answer.bound) known_.bound = std::max(known_.bound, *answer.bound);
}

bool Judge::learned() const { return known_.cost != listed_.cost || known_.bound != listed_.bound; }

}  // namespace tangram::bench
