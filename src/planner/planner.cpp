#include "planner/planner.h"

#include <array>
#include <string_view>
#include <utility>

#include "planner/apart.h"
#include "planner/baseline/baseline.h"
#include "planner/baseline/parvagpu.h"
#include "planner/compact/compact.h"
#include "planner/exact.h"
#include "planner/pipeline/planners.h"
#include "planner/prepaid.h"

namespace tangram::planner {
namespace {

using Make = std::unique_ptr<Planner> (*)();

// A planner of counts, whose replicas are then kept apart as asked.
class KeepingApart : public Planner {
public:
    explicit KeepingApart(std::unique_ptr<Planner> counts) : counts_(std::move(counts)) {}

    [[nodiscard]] std::string_view name() const override { return counts_->name(); }
    [[nodiscard]] Outcome plan(const PlanningModel& model,
                               const PlanOptions& options) const override {
        Outcome outcome = ensure_apart(
            model, counts_->plan(model, options),
            [&](const PlanningModel& asked, const PlanOptions& rest) {
                return counts_->plan(asked, rest);
            },
            options);
        outcome.engine = name();
        return outcome;
    }

private:
    std::unique_ptr<Planner> counts_;
};

std::unique_ptr<Planner> compact_planner() {
    return std::make_unique<KeepingApart>(std::make_unique<compact::CompactPlanner>());
}

template <pipeline::Method method>
std::unique_ptr<Planner> pipeline_planner() {
    return std::make_unique<KeepingApart>(
        prepaying(std::make_unique<pipeline::PipelinePlanner>(method)));
}

std::unique_ptr<Planner> parvagpu() {
    return std::make_unique<KeepingApart>(prepaying(std::make_unique<baseline::ParvaGpuPlanner>()));
}

std::unique_ptr<Planner> lp_bound() { return std::make_unique<compact::LpBoundPlanner>(); }

template <baseline::Cut cut>
std::unique_ptr<Planner> fixed_cut() {
    return std::make_unique<baseline::FixedCutPlanner>(cut, make_exact_planner());
}

struct Entry {
    std::string_view name;
    Make make;
};

constexpr std::array kPlanners{
    Entry{"exact", make_exact_planner},
    Entry{"compact", compact_planner},
    Entry{"greedy", pipeline_planner<pipeline::Method::kGreedy>},
    Entry{"tree-search", pipeline_planner<pipeline::Method::kTreeSearch>},
    Entry{"genetic", pipeline_planner<pipeline::Method::kGenetic>},
    Entry{"pipeline", pipeline_planner<pipeline::Method::kPipeline>},
    Entry{"parvagpu", parvagpu},
    Entry{"whole-gpu", fixed_cut<baseline::Cut::kWhole>},
    Entry{"all-1g", fixed_cut<baseline::Cut::kSmallest>},
    Entry{"static-4-2-1", fixed_cut<baseline::Cut::kStatic421>},
    Entry{"lp-bound", lp_bound},
};

}  // namespace

std::unique_ptr<Planner> make_planner(std::string_view name) {
    for (const Entry& entry : kPlanners) {
        if (entry.name == name) return entry.make();
    }
    return nullptr;
}

std::vector<std::string_view> planner_names() {
    std::vector<std::string_view> names;
    for (const Entry& entry : kPlanners) names.push_back(entry.name);
    return names;
}

}  // namespace tangram::planner
