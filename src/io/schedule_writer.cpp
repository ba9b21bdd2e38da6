#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "base/amount_text.h"
#include "base/check.h"
#include "io/goodput_text.h"
#include "io/json_text.h"
#include "io/prediction_text.h"
#include "io/schedule_file.h"

namespace tangram::io {
namespace {

using window::Outcome;
using window::Scenario;
using window::Stint;
using window::TenantId;
using window::Window;

__extension__ using Wide = __int128;  // products of two 64-bit counts

Rate sum_of(const std::vector<Rate>& rates) {
    return std::accumulate(rates.begin(), rates.end(), Rate{});
}

// Rounded down; all of nothing is all.
Share share_of(Rate served, Rate asked) {
    if (asked.count() == 0) return Share{kSharePerOne};
    return Share{static_cast<std::int64_t>(Wide{served.count()} * kSharePerOne / asked.count())};
}

class Writer {
public:
    Writer(const Scenario& scenario, std::size_t index, const Window& window,
           const Outcome& outcome)
        : scenario_(scenario), index_(index), window_(window), outcome_(outcome) {
        CHECK(scenario.tenants.size() == window.tenants.size());
    }

    std::string write();

private:
    template <typename... Parts>
    void add(fmt::format_string<Parts...> format, Parts&&... parts) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Parts>(parts)...);
    }
    void add_figures();
    void add_violations();
    void add_tenant(TenantId id);
    void add_accuracy(const std::vector<Share>& accuracy);
    void add_schedule();
    void add_stint(const Stint& stint);
    void add_retraining(const Stint& stint);
    [[nodiscard]] std::string seconds_text(int slots) const {
        return decimal_text((window_.slot * slots).count(), 9);
    }
    [[nodiscard]] std::string amount_text(window::Goodput goodput) const {
        return goodput_text(goodput, window_.slot);
    }

    const Scenario& scenario_;
    std::size_t index_;
    const Window& window_;
    const Outcome& outcome_;
    std::string out_;
};

void Writer::add_figures() {
    const auto& bound = outcome_.bound;
    const bool answered = outcome_.status != window::Status::kUnknown;
    add("  \"status\": \"{}\",\n", name(outcome_.status));
    add("  \"goodput\": {},\n", answered ? amount_text(outcome_.goodput) : "null");
    add("  \"bound\": {},\n", bound ? amount_text(*bound) : "null");
    add("  \"gap\": {},\n",
        answered && bound ? decimal_text(gap_millionths(outcome_.goodput, *bound), 6) : "null");
    add("  \"engine\": {},\n  \"stop_reason\": {},\n", quoted_json(outcome_.engine),
        quoted_json(outcome_.stop_reason));
    add("  \"note\": {},\n  \"work\": {},\n  \"reproducible\": {},\n", quoted_json(outcome_.note),
        outcome_.work, outcome_.reproducible);
}

void Writer::add_violations() {
    add("  \"violations\": [");
    for (std::size_t i = 0; i < outcome_.evaluation.violations.size(); ++i) {
        add("{}{}", i == 0 ? "" : ", ", quoted_json(outcome_.evaluation.violations[i]));
    }
    add("],\n");
}

void Writer::add_accuracy(const std::vector<Share>& accuracy) {
    add("[");
    for (std::size_t slot = 0; slot < accuracy.size(); ++slot) {
        if (slot > 0 && accuracy[slot] == accuracy[slot - 1]) continue;
        add("{}{{\"from\": {}, \"accuracy\": {}}}", slot == 0 ? "" : ", ", slot,
            share_text(accuracy[slot]));
    }
    add("]");
}

void Writer::add_tenant(TenantId id) {
    const window::Tenant& tenant = window_.tenants[id];
    const window::TenantAccount& account = outcome_.evaluation.tenants[id];
    const Rate asked = sum_of(tenant.rates);
    const Rate served = sum_of(account.served);
    add("{{\"name\": {}, \"model\": {}, \"goodput\": {}, ", quoted_json(tenant.name),
        quoted_json(scenario_.tenants[id].model), amount_text(account.goodput));
    add("\"asked_requests\": {}, \"served_requests\": {}, \"served_share\": {}, ",
        requests_text(asked, window_.slot), requests_text(served, window_.slot),
        share_text(share_of(served, asked)));
    add("\"floor\": {}, \"floor_kept\": {}, \"accuracy\": ", share_text(tenant.floor),
        account.floor_kept);
    add_accuracy(account.accuracy);
    add(", \"switching_slots\": {}, \"switching_loss\": {}}}", account.switching_slots,
        amount_text(account.switching_loss));
}

void Writer::add_retraining(const Stint& stint) {
    if (stint.use != window::Use::kRetrain) return;
    if (stint.retraining) {
        const window::Retraining& choice =
            window_.tenants[stint.tenant].retrainings[*stint.retraining];
        add(", \"retraining\": {{\"choice\": {}, \"name\": {}, \"accuracy\": {}", *stint.retraining,
            quoted_json(choice.name), share_text(choice.accuracy));
        const window::Episode& episode = scenario_.tenants[stint.tenant].episodes[index_];
        if (const auto* prediction = episode.prediction_of(*stint.retraining)) {
            add(", \"predicted\": {}", prediction_text(*prediction));
        }
        add("}}");
    } else if (stint.running) {
        add(", \"retraining\": {{\"accuracy\": {}}}",
            share_text(window_.running[*stint.running].accuracy));
    }
}

void Writer::add_stint(const Stint& stint) {
    const gpu::GpuModel& model = window_.model(stint.gpu);
    const gpu::MigProfile& profile = model.profiles[stint.placement.profile];
    add("{{\"gpu\": {}, \"gpu_model\": {}, \"profile\": {}, \"start\": {}, \"size\": {}, ",
        quoted_json(window_.gpus[stint.gpu].id), quoted_json(model.name), quoted_json(profile.name),
        stint.placement.start, profile.size);
    add("\"tenant\": {}, \"model\": {}, \"use\": \"{}\", ",
        quoted_json(window_.tenants[stint.tenant].name),
        quoted_json(scenario_.tenants[stint.tenant].model),
        stint.use == window::Use::kServe ? "serve" : "retrain");
    add("\"from\": {}, \"ready\": {}, \"until\": {}", stint.from, stint.ready, stint.until);
    if (stint.running) {
        add(", \"running\": {}", *stint.running);
    } else {
        add(", \"create_at_s\": {}", seconds_text(stint.from));
    }
    add(", \"use_from_s\": {}, \"destroy_at_s\": {}", seconds_text(stint.ready),
        seconds_text(stint.until));
    add_retraining(stint);
    add("}}");
}

void Writer::add_schedule() {
    if (!outcome_.schedule) {
        add("  \"schedule\": null,\n");
        return;
    }
    add("  \"schedule\": [");
    bool first = true;
    for (const Stint& stint : outcome_.schedule->stints) {
        add("{}", first ? "\n    " : ",\n    ");
        add_stint(stint);
        first = false;
    }
    add("{}],\n", first ? "" : "\n  ");
}

std::string Writer::write() {
    add("{{\n  \"format\": \"tangram/window-schedule\",\n  \"version\": 1,\n");
    add("  \"scenario\": {},\n  \"window\": {},\n", quoted_json(scenario_.name), index_);
    add("  \"slot_s\": {},\n  \"slots\": {},\n", seconds_text(1), window_.slots);
    add_figures();
    add_violations();
    add("  \"tenants\": [");
    for (const TenantId id : outcome_.evaluation.tenants.ids()) {
        add("{}\n    ", id.index() == 0 ? "" : ",");
        add_tenant(id);
    }
    add("{}],\n", outcome_.evaluation.tenants.empty() ? "" : "\n  ");
    add_schedule();
    add("  \"timing\": {{\"seconds\": {:.6f}}}\n}}\n", std::max(outcome_.seconds, 0.0));
    return std::move(out_);
}

}  // namespace

std::string write_schedule(const Scenario& scenario, std::size_t index, const Window& window,
                           const Outcome& outcome) {
    return Writer(scenario, index, window, outcome).write();
}

}  // namespace tangram::io
