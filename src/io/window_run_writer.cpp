#include <fmt/format.h>

#include <iterator>
#include <numeric>
#include <utility>

#include "base/amount_text.h"
#include "io/goodput_text.h"
#include "io/json_text.h"
#include "io/prediction_text.h"
#include "io/window_run_file.h"

namespace tangram::io {
namespace {

using window::TenantId;
using window::rolling::Decision;
using window::rolling::RunOptions;
using window::rolling::Verdict;
using window::rolling::WindowRun;

Rate sum_of(const std::vector<Rate>& rates) {
    return std::accumulate(rates.begin(), rates.end(), Rate{});
}

class Writer {
public:
    Writer(const window::Scenario& scenario, const WindowRunReport& report)
        : scenario_(scenario), report_(report) {}

    std::string write() {
        const window::rolling::Run& run = report_.run;
        add("{{\n  \"format\": \"tangram/window-run\",\n  \"version\": 1,\n");
        add("  \"scenario\": {},\n  \"engine\": {},\n", quoted_json(scenario_.name),
            quoted_json(report_.engine));
        add("  \"slot_s\": {},\n  \"window_slots\": {},\n", decimal_text(scenario_.slot.count(), 9),
            scenario_.window_slots);
        add_options();
        add("  \"goodput\": {},\n  \"decisions\": {{", amount(run.goodput));
        for (const Verdict verdict : {Verdict::kFollowed, Verdict::kKept, Verdict::kLate}) {
            add("\"{}\": {}, ", name(verdict), count(run, verdict));
        }
        add("\"{}\": {}}},\n", name(Verdict::kNoSchedule), count(run, Verdict::kNoSchedule));
        add("  \"reproducible\": {},\n  \"windows\": [", run.reproducible);
        for (std::size_t i = 0; i < run.windows.size(); ++i) {
            add("{}\n    {{", i == 0 ? "" : ",");
            add_window(run.windows[i], i);
            add("\n    }}");
        }
        add("\n  ],\n  \"timing\": {{\"seconds\": {:.3f}", report_.seconds);
        constexpr std::pair<const char*, std::int64_t> kQuantiles[] = {
            {"p50", 500'000}, {"p99", 990'000}, {"max", 1'000'000}};
        for (const auto& [label, quantile] : kQuantiles) {
            add(", \"decision_{}_s\": {:.6f}", label, decision_seconds(run, Share{quantile}));
        }
        add("}}\n}}\n");
        return std::move(out_);
    }

private:
    template <typename... Parts>
    void add(fmt::format_string<Parts...> format, Parts&&... parts) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Parts>(parts)...);
    }
    [[nodiscard]] std::string amount(window::Goodput goodput) const {
        return goodput_text(goodput, scenario_.slot);
    }

    void add_options() {
        const RunOptions& options = report_.options;
        add("  \"options\": {{\n    \"every\": {}, \"forecast\": \"{}\", \"lag\": {}, "
            "\"noise\": {}, \"missed_bursts\": {},\n",
            options.every, name(options.forecast.method), options.forecast.lag,
            share_text(options.forecast.noise), share_text(options.bursts.missed));
        add("    \"duration_bias\": {}, \"duration_noise\": {}, \"accuracy_bias\": {}, "
            "\"accuracy_noise\": {},\n",
            share_text(options.error.slots_bias), share_text(options.error.slots_noise),
            share_text(options.error.accuracy_bias), share_text(options.error.accuracy_noise));
        add("    \"hysteresis\": {}, \"work\": {}, \"work_per_slot\": {}, \"real_time\": {}, "
            "\"seed\": {}\n  }},\n",
            options.hysteresis ? share_text(*options.hysteresis) : "null",
            options.search.work_budget,
            options.work_per_slot ? std::to_string(*options.work_per_slot) : "null",
            options.real_time, options.search.seed);
    }

    void add_window(const WindowRun& window, std::size_t index) {
        add("\n      \"goodput\": {},\n      \"violations\": [", amount(window.evaluation.goodput));
        for (std::size_t i = 0; i < window.evaluation.violations.size(); ++i) {
            add("{}{}", i == 0 ? "" : ", ", quoted_json(window.evaluation.violations[i]));
        }
        add("],\n      \"tenants\": [");
        for (const TenantId id : window.truth.tenants.ids()) {
            add("{}\n        {{", id.index() == 0 ? "" : ",");
            add_tenant(window.truth.tenants[id], window.evaluation.tenants[id]);
            add_prediction(window, id, index);
            add("}}");
        }
        add("\n      ],\n      \"decisions\": [");
        for (std::size_t i = 0; i < window.decisions.size(); ++i) {
            add("{}\n        {{", i == 0 ? "" : ",");
            add_decision(window.decisions[i]);
            add("}}");
        }
        add("\n      ]");
    }

    void add_tenant(const window::Tenant& tenant, const window::TenantAccount& account) {
        add("\"name\": {}, \"goodput\": {}, \"asked_requests\": {}, \"served_requests\": {}, ",
            quoted_json(tenant.name), amount(account.goodput),
            requests_text(sum_of(tenant.rates), scenario_.slot),
            requests_text(sum_of(account.served), scenario_.slot));
        add("\"accuracy\": [");
        for (std::size_t slot = 0; slot < account.accuracy.size(); ++slot) {
            if (slot > 0 && account.accuracy[slot] == account.accuracy[slot - 1]) continue;
            add("{}{{\"from\": {}, \"accuracy\": {}}}", slot == 0 ? "" : ", ", slot,
                share_text(account.accuracy[slot]));
        }
        add("], \"floor\": {}, \"floor_kept\": {}, \"switching_slots\": {}, "
            "\"switching_loss\": {}",
            share_text(tenant.floor), account.floor_kept, account.switching_slots,
            amount(account.switching_loss));
    }

    // Of the retraining that the tenant began in this window.
    void add_prediction(const WindowRun& window, TenantId id, std::size_t index) {
        const window::Episode& episode = scenario_.tenants[id].episodes[index];
        for (const window::Stint& stint : window.executed.stints) {
            if (stint.tenant != id || !stint.retraining) continue;
            if (const auto* prediction = episode.prediction_of(*stint.retraining)) {
                add(", \"predicted\": {}", prediction_text(*prediction));
            }
        }
    }

    void add_decision(const Decision& decision) {
        add("\"slot\": {}, \"verdict\": \"{}\", \"without_floors\": {}, \"expected\": {}, "
            "\"work\": {}",
            decision.slot, name(decision.verdict), decision.without_floors,
            amount(decision.expected), decision.work);
    }

    const window::Scenario& scenario_;
    const WindowRunReport& report_;
    std::string out_;
};

}  // namespace

std::string write_window_run(const window::Scenario& scenario, const WindowRunReport& report) {
    return Writer(scenario, report).write();
}

}  // namespace tangram::io
