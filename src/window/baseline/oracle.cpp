#include "window/baseline/oracle.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "window/baseline/answer.h"
#include "window/baseline/oracle_boxes.h"
#include "window/baseline/oracle_prices.h"

namespace tangram::window::baseline {
namespace {

class Oracle : public Engine {
public:
    [[nodiscard]] std::string_view name() const override { return "oracle"; }

    [[nodiscard]] Result<Outcome> plan(const Window& window,
                                       const Options& options) const override {
        require_valid(window);
        Effort effort(options);
        Outcome outcome;
        outcome.engine = name();
        outcome.status = Status::kFeasible;
        std::optional<FreeSwitching> found;
        if (window.gpus.size() == 1) found = search_boxes(window, effort);
        outcome.bound = bound_by_prices(window, effort);
        if (found) {
            outcome.bound = std::min(*outcome.bound, found->bound);
            outcome.evaluation = std::move(found->evaluation);
            outcome.note =
                "no switching cost: a bound, not a schedule" + floors_missed(outcome.evaluation);
        } else {
            outcome.evaluation = evaluate(window, {});
            outcome.evaluation.violations.clear();
            outcome.evaluation.goodput = *outcome.bound;
            outcome.note =
                "no switching cost: a bound from prices, not a schedule; tenants apart "
                "are not known";
        }
        outcome.goodput = outcome.evaluation.goodput;
        effort.report(outcome, "heuristic");
        return outcome;
    }
};

}  // namespace

std::unique_ptr<Engine> make_oracle() { return std::make_unique<Oracle>(); }

}  // namespace tangram::window::baseline
