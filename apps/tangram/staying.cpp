#include "staying.h"

#include <fmt/format.h>

#include <utility>

#include "io/deployment_file.h"

namespace tangram::app {

std::vector<Option> stay_options(StaySettings& settings) {
    constexpr std::int64_t kSlackMax = 1'000'000;
    return {file("current",
                 "the deployment (or plan) that runs now: of all plans of the best cost, take the "
                 "one that restarts least",
                 settings.current),
            whole_number("slack", "N",
                         "with --current: the plan may cost N GPUs of the cheapest kind more, if "
                         "less restarts then",
                         0, kSlackMax, settings.slack),
            texts("freeze", "NAME",
                  "with --current: this service, or this GPU, stays exactly as it is; may be given "
                  "several times",
                  settings.wishes.frozen),
            texts("lost", "GPU",
                  "with --current: plan around this GPU; it counts against the fleet; may "
                  "be given several times",
                  settings.wishes.lost)};
}

Result<std::optional<Staying>> read_staying(const StaySettings& settings,
                                            const std::string& planner,
                                            workload::Problem& problem) {
    if (settings.current.empty()) {
        const char* option = settings.slack > 0                ? "--slack"
                             : !settings.wishes.frozen.empty() ? "--freeze"
                             : !settings.wishes.lost.empty()   ? "--lost"
                                                               : nullptr;
        if (option == nullptr) return std::optional<Staying>{};
        return invalid_input("means something only with --current", option);
    }
    if (planner != "exact") {
        return invalid_input(fmt::format("only the planner exact stays close, not {}", planner),
                             "--current");
    }
    Result<deployment::Deployment> current = io::read_deployment(settings.current);
    if (!current) return current.error();
    Staying staying{*std::move(current), settings.slack, settings.wishes, {}, problem};
    Result<std::vector<std::string>> lost =
        planner::close::lost_gpus(problem, staying.current, settings.wishes);
    if (!lost) return lost.error();
    staying.lost = *std::move(lost);
    problem = planner::close::without_lost(problem, staying.current, staying.lost);
    return std::optional(std::move(staying));
}

}  // namespace tangram::app
