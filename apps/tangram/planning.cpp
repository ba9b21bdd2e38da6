#include "planning.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "interrupt.h"
#include "planner/assembly.h"
#include "planner/close/close.h"
#include "planner/partial/partial.h"
#include "planner/planner.h"
#include "progress.h"

namespace tangram::app {
namespace {

constexpr std::int64_t kGpusMax = 1'000'000'000;

std::vector<std::string> planner_choices() {
    const std::vector<std::string_view> names = planner::planner_names();
    return {names.begin(), names.end()};
}

planner::PlanOptions plan_options(const PlanSettings& settings, Progress& progress) {
    planner::PlanOptions options;
    options.seed = static_cast<std::uint64_t>(settings.seed);
    options.work_budget = static_cast<std::uint64_t>(settings.work_budget);
    options.threads = static_cast<int>(settings.threads);
    if (settings.deadline) {
        // Far beyond any run, so that adding it cannot overflow.
        constexpr Duration kLongest = std::chrono::hours(24 * 365);
        options.deadline =
            std::chrono::steady_clock::now() + std::min(*settings.deadline, kLongest);
    }
    options.cancelled = [] { return Interrupt::pending(); };
    options.progress = [&progress](Cost best, Cost bound) { progress.show(best, bound); };
    return options;
}

void stay_close(const Staying& staying, const planner::close::CurrentFleet& current,
                const planner::PlanOptions& search, Planned& planned) {
    planner::close::CloseOptions options;
    options.slack_gpus = staying.slack;
    options.search = search;
    planner::close::Target target =
        planner::close::stay_close(planned.model, current, planned.outcome, options);
    planned.outcome = std::move(target.outcome);
    planned.deployment = std::move(target.deployment);
}

// The first few violations, as one sentence.
Error refused_by_checker(const deployment::CheckReport& report) {
    constexpr std::size_t kShown = 3;
    std::string text =
        fmt::format("the checker refuses the plan, {} violations:", report.violations.size());
    for (std::size_t i = 0; i < std::min(kShown, report.violations.size()); ++i) {
        const deployment::Violation& violation = report.violations[i];
        text +=
            fmt::format(" {}: {}: {};", violation.place, name(violation.kind), violation.message);
    }
    return {ErrorCode::kInternal, text + " please report this problem file", {}};
}

}  // namespace

PlanSettings::PlanSettings()
    : work_budget(static_cast<std::int64_t>(planner::PlanOptions{}.work_budget)) {}

std::vector<Option> planning_options(PlanSettings& settings, bool with_planner) {
    constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
    std::vector<Option> options;
    if (with_planner) {
        options.push_back(choice("planner", "NAME", "how to plan; exact proves what it claims",
                                 planner_choices(), settings.planner));
    }
    options.push_back(whole_number("gpus", "N", "plan for N GPUs instead of the fleet's count", 0,
                                   kGpusMax, settings.gpus));
    options.push_back(whole_number("seed", "N", "seed of the search", 0, kAny, settings.seed));
    options.push_back(threads_option(settings.threads));
    options.push_back(whole_number("work-budget", "N",
                                   "elementary steps after which the best plan so far is taken", 1,
                                   kAny, settings.work_budget));
    options.push_back(seconds("deadline",
                              "end the search after so many seconds; the answer may then differ "
                              "from run to run",
                              settings.deadline));
    options.push_back(allow_estimates_option(settings.allow_estimates));
    return options;
}

Option allow_estimates_option(bool& target) {
    return flag("allow-estimates",
                "take operating points that tables mark as estimated; they stay marked", target);
}

Exit Planned::exit() const {
    switch (outcome.status) {
        case planner::Status::kOptimal:
        case planner::Status::kFeasible:
            return Exit::kDone;
        case planner::Status::kInfeasible:
        case planner::Status::kPartial:
            return Exit::kNo;
        case planner::Status::kUnknown:
            break;
    }
    // A planner of bounds has done its work without a plan.
    return outcome.stop_reason == "bound only" ? Exit::kDone : Exit::kLimit;
}

Result<void> limit_gpus(workload::Problem& problem, const std::optional<std::int64_t>& gpus) {
    if (!gpus) return {};
    if (problem.fleet.size() != 1) {
        return invalid_input(fmt::format("the fleet has {} kinds of GPUs; set their counts in the "
                                         "problem file",
                                         problem.fleet.size()),
                             "--gpus");
    }
    if (!problem.nodes.empty()) {
        return invalid_input("the problem names its GPUs one by one under `nodes`", "--gpus");
    }
    problem.fleet[workload::FleetEntryId{0}].count = gpus;
    return {};
}

namespace {

planner::Outcome serve_what_fits(const planner::PlanningModel& model,
                                 const planner::Planner& engine,
                                 const planner::PlanOptions& options) {
    planner::Outcome outcome = planner::partial::serve_what_fits(model, engine, options);
    outcome.partial->cures = planner::partial::find_cures(model, engine, options);
    return outcome;
}

// The deployment itself says what it does not serve.
void state_shortfalls(const planner::Partial& partial, deployment::Deployment& deployment) {
    for (const planner::Shortfall& shortfall : partial.shortfalls) {
        deployment.services[deployment::ServiceNameId{shortfall.service.index()}].served =
            shortfall.served;
    }
}

}  // namespace

Result<Planned> make_plan(const workload::Problem& problem, const PlanSettings& settings,
                          const Session& session, const Staying* staying) {
    Result<planner::PlanningModel> model = planner::build_planning_model(problem);
    if (!model) return model.error();
    planner::close::CurrentFleet current;
    if (staying != nullptr) {
        auto read =
            planner::close::read_current(*model, staying->current, staying->lost, staying->wishes);
        if (!read) return read.error();
        current = *std::move(read);
    }
    const std::unique_ptr<planner::Planner> engine = planner::make_planner(settings.planner);
    CHECK(engine != nullptr, settings.planner);

    Planned planned;
    planned.model = *std::move(model);
    {
        const Interrupt::Deferred best_so_far;
        Progress progress(session, settings.planner);
        const planner::PlanOptions options = plan_options(settings, progress);
        planned.outcome = engine->plan(planned.model, options);
        if (settings.serve_what_fits && planned.outcome.status == planner::Status::kInfeasible) {
            planned.outcome = serve_what_fits(planned.model, *engine, options);
        } else if (staying != nullptr) {
            stay_close(*staying, current, options, planned);
        }
    }
    if (!planned.outcome.plan) return planned;

    if (!planned.deployment) {
        planned.deployment =
            planner::assemble(planner::plan_model_of(planned.outcome, planned.model),
                              *planned.outcome.plan)
                .deployment;
    }
    if (planned.outcome.partial) state_shortfalls(*planned.outcome.partial, *planned.deployment);
    planned.check =
        deployment::check(staying != nullptr ? staying->whole : problem, *planned.deployment);
    if (!planned.check.ok()) return refused_by_checker(planned.check);
    return planned;
}

}  // namespace tangram::app
