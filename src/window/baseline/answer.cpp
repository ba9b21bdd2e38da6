#include "window/baseline/answer.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace tangram::window::baseline {

Outcome answer(const Window& window, std::string_view engine, Schedule schedule,
               const Effort& effort, std::string note) {
    Outcome outcome;
    outcome.evaluation = evaluate(window, schedule);
    const auto missed =
        std::ranges::count(outcome.evaluation.tenants, false, &TenantAccount::floor_kept);
    const auto& violations = outcome.evaluation.violations;
    CHECK(violations.size() == static_cast<std::size_t>(missed),
          violations.empty() ? "" : violations.front());
    outcome.status = Status::kFeasible;
    outcome.schedule = std::move(schedule);
    outcome.goodput = outcome.evaluation.goodput;
    outcome.engine = engine;
    outcome.note = std::move(note) + floors_missed(outcome.evaluation);
    effort.report(outcome, "heuristic");
    return outcome;
}

void require_valid(const Window& window) {
    const Result<void> valid = validate(window);
    CHECK(valid.has_value(), valid ? "" : valid.error().text());
}

std::string floors_missed(const Evaluation& evaluation) {
    const auto missed = std::ranges::count(evaluation.tenants, false, &TenantAccount::floor_kept);
    if (missed == 0) return "";
    return "; tenants that get less than their floor: " + std::to_string(missed);
}

}  // namespace tangram::window::baseline
