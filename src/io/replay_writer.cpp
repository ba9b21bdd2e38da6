#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/amount_text.h"
#include "io/json_text.h"
#include "io/replay_file.h"

namespace tangram::io {
namespace {

using controller::DecideOptions;
using controller::Policy;
using controller::ReplayOptions;
using controller::ReplayRun;

constexpr int kSharePlaces = 6;

std::string seconds_text(Duration duration) { return decimal_text(duration.count(), 9); }

// Nanoseconds of GPUs, in thousandths of a GPU-hour.
std::string hours_text(controller::Wide gpu_time) {
    constexpr controller::Wide kThousandth = 3'600'000'000;
    return decimal_text(static_cast<std::int64_t>((gpu_time + kThousandth / 2) / kThousandth), 3);
}

class Writer {
public:
    explicit Writer(const ReplayReport& report) : report_(report) {}

    std::string write() {
        add("{{\n  \"format\": \"tangram/replay\",\n  \"version\": 1,\n");
        add("  \"step_s\": {},\n  \"steps\": {},\n  \"past_steps\": {},\n  \"services\": {},\n",
            seconds_text(report_.step), report_.steps, report_.past_steps, report_.services);
        add("  \"durations\": {},\n  \"runs\": [", quoted_json(report_.durations));
        for (std::size_t i = 0; i < report_.entries.size(); ++i) {
            out_ += i == 0 ? "\n    {" : ",\n    {";
            add_entry(report_.entries[i]);
            out_ += "\n    }";
        }
        add("\n  ],\n  \"timing\": {{\"seconds\": {:.3f}}}\n}}\n", report_.seconds);
        return std::move(out_);
    }

private:
    template <typename... Parts>
    void add(fmt::format_string<Parts...> format, Parts&&... parts) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Parts>(parts)...);
    }

    void add_entry(const ReplayEntry& entry) {
        add("\n      \"policy\": \"{}\",\n", name(entry.options.policy));
        if (entry.options.policy != Policy::kStaticPeak) add_options(entry.options);
        add("      \"began\": {},\n", entry.run.began);
        if (entry.run.began) add_run(entry.run);
        add("      \"timing\": {{\"seconds\": {:.3f}}},\n      \"by_step\": [", entry.seconds);
        bool first = true;
        for (const controller::StepRecord& step : entry.run.steps) {
            add("{}\n        {{\"asked_rps\": {}, \"unserved_requests\": {}, \"gpus\": {}",
                first ? "" : ",", rps_text(step.asked), step.unserved, step.gpus);
            if (step.decided) {
                add(", \"goes\": {}, \"reason\": \"{}\"", step.went, name(step.reason));
            }
            out_ += '}';
            first = false;
        }
        out_ += "]";
    }

    void add_options(const ReplayOptions& options) {
        const auto share = [](Share one) { return decimal_text(one.count(), kSharePlaces); };
        const DecideOptions& decide = options.decide;
        if (options.policy == Policy::kForecast) {
            add("      \"forecaster\": \"{}\",\n", forecast::name(options.forecast.method));
        }
        add("      \"headroom\": {}, \"trigger\": {}, \"safety\": {}, \"seen_after_s\": {},\n",
            share(decide.headroom), share(decide.trigger), share(options.safety),
            seconds_text(std::min(options.seen_after, report_.step)));
        add("      \"lag\": {}, \"noise\": {}, \"steps_covered\": {}, \"horizon_s\": {},\n",
            options.forecast.lag, share(options.forecast.noise), decide.steps_covered,
            seconds_text(decide.horizon));
        add("      \"restart_weight\": {}, \"unserved_weight\": {}, \"slack_gpus\": {},\n",
            share(decide.weights.restart), share(decide.weights.unserved), decide.slack_gpus);
    }

    void add_run(const ReplayRun& run) {
        const controller::Meter::Reading& reading = run.reading;
        add("      \"gpu_hours\": {}, \"peak_gpus\": {},\n", hours_text(reading.gpu_time),
            reading.peak_gpus);
        add("      \"asked_requests\": {}, \"served_requests\": {}, \"unserved_requests\": {},\n",
            controller::whole_requests(reading.asked), controller::whole_requests(reading.served),
            controller::whole_requests(reading.unserved));
        add("      \"unserved_share\": {}, \"worst_dip\": {}, \"short_s\": {},\n",
            decimal_text(controller::unserved_share(reading).count(), kSharePlaces),
            decimal_text(reading.worst_dip.count(), kSharePlaces),
            seconds_text(reading.short_time));
        add("      \"decisions\": {}, \"transitions\": {}, \"forced\": {}, \"no_plan\": {}, "
            "\"no_way\": {},\n",
            run.decisions, run.transitions, run.forced, run.no_plan, run.no_way);
        add("      \"started\": {}, \"restart_slice_seconds\": {},\n", run.started,
            decimal_text(run.restart.count(), 3));
        add("      \"in_transition_s\": {}, \"longest_transition_s\": {}, \"work\": {},\n",
            seconds_text(run.in_transition), seconds_text(run.longest_transition), run.work);
    }

    const ReplayReport& report_;
    std::string out_;
};

}  // namespace

std::string write_replay(const ReplayReport& report) { return Writer(report).write(); }

}  // namespace tangram::io
