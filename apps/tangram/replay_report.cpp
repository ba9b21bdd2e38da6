#include "replay_report.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <vector>

#include "planner/planner.h"
#include "report/text.h"
#include "report/text_table.h"

namespace tangram::app {
namespace {

using controller::Policy;
using controller::ReplayOptions;

std::string percent(Share share) {
    return report::percent(static_cast<double>(share.count()) / static_cast<double>(kSharePerOne));
}

double gpu_hours(const controller::ReplayRun& run) {
    return static_cast<double>(run.reading.gpu_time) / 3.6e12;
}

std::string policy_text(const ReplayOptions& options) {
    if (options.policy != Policy::kForecast) return std::string(name(options.policy));
    return std::string(forecast::name(options.forecast.method));
}

std::string frontier(const io::ReplayReport& report) {
    const std::vector<report::TableColumn> columns = {
        {"policy"},        {"headroom", true}, {"safety", true},  {"GPU-hours", true},
        {"of peak", true}, {"unserved", true}, {"dip", true},     {"peak GPUs", true},
        {"moves", true},   {"forced", true},   {"started", true}, {"slice-s", true},
        {"moving", true}};
    std::optional<double> peak;
    std::vector<std::vector<std::string>> rows;
    for (const io::ReplayEntry& entry : report.entries) {
        const controller::ReplayRun& run = entry.run;
        const bool is_static = entry.options.policy == Policy::kStaticPeak;
        if (!run.began) {
            rows.push_back({policy_text(entry.options), "", "", "fleet too small"});
            rows.back().resize(columns.size());
            continue;
        }
        const double hours = gpu_hours(run);
        if (is_static) peak = hours;
        rows.push_back(
            {policy_text(entry.options), is_static ? "" : percent(entry.options.decide.headroom),
             is_static ? "" : percent(entry.options.safety), fmt::format("{:.1f}", hours),
             peak && *peak > 0 ? report::percent(hours / *peak) : "",
             fmt::format("{:.3f} %",
                         static_cast<double>(unserved_share(run.reading).count()) / 1e4),
             percent(run.reading.worst_dip), report::grouped(run.reading.peak_gpus),
             report::grouped(run.transitions), report::grouped(run.forced),
             report::grouped(run.started),
             report::grouped(run.restart.count() / planner::kSliceTimePerSecond),
             fmt::format("{} s", run.in_transition / std::chrono::seconds(1))});
    }
    std::string text = report::text_table(columns, rows, report::TableStyle::kTerminal);
    return text;
}

// The fewest GPU-hours of each policy whose unserved share is within the limit; of equal ones the
// first. Policies in the order of the report, without the static peak.
std::string within(const io::ReplayReport& report, Share unserved) {
    std::vector<std::string> policies;
    std::map<std::string, const io::ReplayEntry*> fewest;
    for (const io::ReplayEntry& entry : report.entries) {
        if (entry.options.policy == Policy::kStaticPeak || !entry.run.began) continue;
        const std::string policy = policy_text(entry.options);
        const auto [at, is_new] = fewest.try_emplace(policy, nullptr);
        if (is_new) policies.push_back(policy);
        if (unserved_share(entry.run.reading) > unserved) continue;
        const io::ReplayEntry*& best = at->second;
        if (best == nullptr || entry.run.reading.gpu_time < best->run.reading.gpu_time) {
            best = &entry;
        }
    }
    const io::ReplayEntry* perfect = fewest[std::string(name(Policy::kPerfect))];
    std::string text;
    for (const std::string& policy : policies) {
        const io::ReplayEntry* best = fewest[policy];
        if (best == nullptr) {
            text += fmt::format("  {}: none of these\n", policy);
            continue;
        }
        const double hours = gpu_hours(best->run);
        text += fmt::format("  {}: {:.1f} GPU-hours (headroom {}, safety {})", policy, hours,
                            percent(best->options.decide.headroom), percent(best->options.safety));
        if (perfect != nullptr && best != perfect) {
            text += fmt::format(", {:+.1f} % of the perfect forecast's",
                                100 * (hours / gpu_hours(perfect->run) - 1));
        }
        text += '\n';
    }
    return text.empty() ? text : fmt::format("at most {} unserved:\n", percent(unserved)) + text;
}

}  // namespace

std::string replay_report(const io::ReplayReport& report, Share unserved) {
    std::string text = frontier(report) + within(report, unserved);
    text += fmt::format("{}, {} of {} s after {} known before; durations {}; {:.1f} s\n",
                        report::counted(static_cast<long long>(report.services), "service"),
                        report::counted(static_cast<long long>(report.steps), "step"),
                        report.step / std::chrono::seconds(1), report.past_steps,
                        report::printable(report.durations), report.seconds);
    return text;
}

}  // namespace tangram::app
