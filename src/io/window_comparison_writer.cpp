#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/amount_text.h"
#include "io/goodput_text.h"
#include "io/json_text.h"
#include "io/window_comparison_file.h"
#include "window/summary.h"

namespace tangram::io {
namespace {

using window::Goodput;
using window::Outcome;
using window::Summary;
using window::Window;

std::optional<Goodput> best_bound(const WindowEntries& entries) {
    std::optional<Goodput> best;
    for (const EngineEntry& entry : entries.engines) {
        if (!entry.outcome || !entry.outcome->bound) continue;
        best = std::min(best.value_or(*entry.outcome->bound), *entry.outcome->bound);
    }
    return best;
}

// Whether the evaluation says what each tenant has; some know the sum alone.
bool told_apart(const Outcome& outcome) {
    Goodput sum;
    for (const window::TenantAccount& account : outcome.evaluation.tenants) sum += account.goodput;
    return sum == outcome.goodput;
}

class Writer {
public:
    std::string write(const WindowComparison& comparison) {
        add("{{\n  \"format\": \"tangram/window-comparison\",\n  \"version\": 1,\n");
        add("  \"windows\": [");
        for (const WindowEntries& entries : comparison.windows) {
            out_ += &entries == comparison.windows.data() ? "\n    {" : ",\n    {";
            add_window(entries);
            out_ += "\n    }";
        }
        add("\n  ],\n  \"timing\": {{\"seconds\": {:.3f}}}\n}}\n", comparison.seconds);
        return std::move(out_);
    }

private:
    template <typename... Parts>
    void add(fmt::format_string<Parts...> format, Parts&&... parts) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Parts>(parts)...);
    }

    void add_window(const WindowEntries& entries) {
        const Window& window = entries.window;
        const std::optional<Goodput> bound = best_bound(entries);
        add("\n      \"scenario\": {},\n", quoted_json(entries.scenario));
        add("      \"gpus\": {}, \"tenants\": {}, \"slots\": {}, \"slot_s\": {},\n",
            window.gpus.size(), window.tenants.size(), window.slots,
            decimal_text(window.slot.count(), 9));
        if (bound) add("      \"bound\": {},\n", goodput_text(*bound, window.slot));
        add("      \"engines\": [");
        for (const EngineEntry& entry : entries.engines) {
            out_ += &entry == entries.engines.data() ? "\n        {" : ",\n        {";
            add("\n          \"engine\": {},\n", quoted_json(entry.engine));
            if (entry.outcome) {
                add_outcome(window, entry, bound);
            } else {
                add("          \"status\": \"refused\",\n          \"note\": {}\n        }}",
                    quoted_json(entry.refusal));
            }
        }
        out_ += "\n      ]";
    }

    void add_outcome(const Window& window, const EngineEntry& entry,
                     const std::optional<Goodput>& bound) {
        const Outcome& outcome = *entry.outcome;
        add("          \"status\": \"{}\",\n", name(outcome.status));
        if (outcome.status != window::Status::kUnknown) add_figures(window, entry, bound);
        if (outcome.bound) {
            add("          \"bound\": {},\n", goodput_text(*outcome.bound, window.slot));
        }
        add("          \"stop_reason\": {}, \"note\": {},\n", quoted_json(outcome.stop_reason),
            quoted_json(outcome.note));
        add("          \"work\": {}, \"reproducible\": {}, \"timing\": {{\"seconds\": {:.6f}}}\n",
            outcome.work, outcome.reproducible, outcome.seconds);
        out_ += "        }";
    }

    void add_figures(const Window& window, const EngineEntry& entry,
                     const std::optional<Goodput>& bound) {
        const Outcome& outcome = *entry.outcome;
        add("          \"goodput\": {},\n", goodput_text(outcome.goodput, window.slot));
        if (bound && outcome.schedule) {
            add("          \"gap\": {},\n",
                decimal_text(gap_millionths(outcome.goodput, *bound), 6));
        }
        if (!told_apart(outcome)) return;
        const Summary summary = summarise(window, outcome.evaluation);
        add("          \"served_share\": {}, \"mean_accuracy\": {}, \"retrained\": {},\n",
            share_text(summary.served), share_text(summary.accuracy), summary.retrained);
        add_switching("switching", window, summary);
        if (!entry.on_demand) return;
        add("          \"on_demand_goodput\": {},\n",
            goodput_text(entry.on_demand->goodput, window.slot));
        add_switching("on_demand_switching", window, summarise(window, *entry.on_demand));
    }

    void add_switching(std::string_view key, const Window& window, const Summary& summary) {
        add("          \"{}\": {{\"slots\": {}, \"loss\": {}}},\n", key, summary.switching_slots,
            goodput_text(summary.switching_loss, window.slot));
    }

    std::string out_;
};

}  // namespace

std::string write_window_comparison(const WindowComparison& comparison) {
    return Writer().write(comparison);
}

}  // namespace tangram::io
