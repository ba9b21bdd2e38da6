#include <fmt/format.h>

#include <algorithm>

#include "transition/check/conditions.h"

namespace tangram::transition::check_parts {

void check_gpus(const Case& question) {
    std::int64_t before = 0;
    std::int64_t after = 0;
    for (const GpuId gpu : question.names.gpus.ids()) {
        if (!question.names.gpus[gpu].ok()) continue;
        before += question.story.gpus[gpu].used_before ? 1 : 0;
        after += question.story.gpus[gpu].used_after ? 1 : 0;
    }
    const Orders& orders = question.orders;
    const Balance balance{std::vector<Wide>(orders.acquires().size(), 1),
                          std::vector<Wide>(orders.releases().size(), 1), orders.released()};
    const Worst found = worst(balance);
    const Wide most = before + found.loss;
    const Wide limit = Wide{std::max(before, after)} +
                       std::max<std::int64_t>(question.context.options.spare_gpus, 0);
    const bool beyond = most > limit;
    if (!beyond && most <= question.context.graph.gpus_at_most) return;
    std::vector<StepId> started;
    for (const std::size_t i : found.losses) started.push_back(orders.acquires()[i]);
    const auto number = static_cast<std::int64_t>(most);
    question.context.violate(
        TransitionFault::kGpus, "GPUs in use",
        beyond ? fmt::format("{} at a time, at most {}: {} before, {} at the end, {} to spare",
                             number, static_cast<std::int64_t>(limit), before, after,
                             question.context.options.spare_gpus)
               : fmt::format("{} at a time, the graph claims at most {}", number,
                             question.context.graph.gpus_at_most),
        question.dag.started(started));
}

}  // namespace tangram::transition::check_parts
