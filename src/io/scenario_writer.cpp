#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "base/amount_text.h"
#include "io/json_text.h"
#include "io/scenario_file.h"

namespace tangram::io {
namespace {

using window::Activity;
using window::GpuId;
using window::KindId;
using window::Retraining;
using window::Scenario;
using window::ScenarioTenant;
using window::Switching;

constexpr std::size_t kLineMax = 100;

std::string seconds_text(Duration time) { return decimal_text(time.count(), 9); }

class Writer {
public:
    explicit Writer(const ScenarioFile& file) : file_(file), scenario_(file.scenario) {}

    std::string write();

private:
    template <typename... Parts>
    void add(fmt::format_string<Parts...> format, Parts&&... parts) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Parts>(parts)...);
    }
    void add_head();
    void add_gpus();
    void add_tenant(const ScenarioTenant& tenant);
    void add_rates(std::string_view name, const std::vector<Rate>& rates);
    void add_retrainings(std::string_view indent, const window::Episode& episode);
    void add_profiled(const Retraining& retraining, const window::predict::Prediction& prediction);
    void add_running();
    [[nodiscard]] const gpu::GpuModel& model(KindId kind) const {
        return scenario_.catalogue->model(scenario_.kinds[kind]);
    }
    [[nodiscard]] std::string slots_text(int slots) const {
        return seconds_text(scenario_.slot * slots);
    }
    [[nodiscard]] std::string capacity_text(const ScenarioTenant& tenant) const;
    // {"3g.40gb": 60}, below the GPU model's name if there are several.
    [[nodiscard]] std::string by_profile(KindId kind, const std::string& figures) const {
        if (scenario_.kinds.size() == 1) return figures;
        return fmt::format("{}: {{{}}}", quoted_json(model(kind).name), figures);
    }
    [[nodiscard]] std::string on_profile(const Retraining& where, const std::string& figure) const {
        const std::string& profile = model(where.kind).profiles[where.profile].name;
        return by_profile(where.kind, fmt::format("{}: {}", quoted_json(profile), figure));
    }

    const ScenarioFile& file_;
    const Scenario& scenario_;
    std::string out_;
};

std::string Writer::capacity_text(const ScenarioTenant& tenant) const {
    std::vector<std::string> kinds;
    for (const KindId kind : scenario_.kinds.ids()) {
        std::vector<std::string> figures;
        for (const gpu::ProfileId profile : model(kind).profiles.ids()) {
            const Rate rate = tenant.capacity[kind][profile];
            // One is named even if none can serve.
            const bool last = profile.index() + 1 == model(kind).profiles.size();
            if (rate.count() == 0 && !(last && figures.empty())) continue;
            figures.push_back(fmt::format("{}: {}", quoted_json(model(kind).profiles[profile].name),
                                          rps_text(rate)));
        }
        kinds.push_back(by_profile(kind, fmt::format("{}", fmt::join(figures, ", "))));
    }
    return fmt::format("{{{}}}", fmt::join(kinds, ", "));
}

void Writer::add_rates(std::string_view name, const std::vector<Rate>& rates) {
    add("    {}: [", name);
    std::size_t column = name.size() + 7;
    for (std::size_t i = 0; i < rates.size(); ++i) {
        const std::string rate = rps_text(rates[i]) + (i + 1 == rates.size() ? "]" : ",");
        if (column + rate.size() + 1 > kLineMax) {
            out_ += "\n     ";
            column = 5;
        }
        add("{}{}", column == 5 || i > 0 ? " " : "", rate);
        column += rate.size() + 1;
    }
    out_ += rates.empty() ? "]\n" : "\n";
}

void Writer::add_retrainings(std::string_view indent, const window::Episode& episode) {
    add("{}retraining:{}\n", indent, episode.retrainings.empty() ? " []" : "");
    for (std::size_t i = 0; i < episode.retrainings.size(); ++i) {
        const Retraining& each = episode.retrainings[i];
        add("{}  - {{name: {}, ", indent, quoted_json(each.name));
        if (const auto* prediction = episode.prediction_of(i)) {
            add_profiled(each, *prediction);
            continue;
        }
        add("seconds: {{{}}}, accuracy: {}}}\n", on_profile(each, slots_text(each.slots)),
            share_text(each.accuracy));
    }
}

// What was measured, from which the same is predicted again.
void Writer::add_profiled(const Retraining& retraining,
                          const window::predict::Prediction& prediction) {
    add("epochs: {}, profiled: [", prediction.epochs);
    for (std::size_t i = 0; i < prediction.measured.size(); ++i) {
        const auto& [epochs, accuracy] = prediction.measured[i];
        add("{}{{epochs: {}, accuracy: {}", i == 0 ? "" : ", ", epochs, share_text(accuracy));
        const auto run =
            std::ranges::find(prediction.timed, epochs, &window::predict::TimedRun::epochs);
        if (run != prediction.timed.end()) {
            add(", seconds: {{{}}}", on_profile(retraining, seconds_text(run->time)));
        }
        add("}}");
    }
    add("]}}\n");
}

void Writer::add_tenant(const ScenarioTenant& tenant) {
    add("  - name: {}\n    model: {}\n    capacity: {}\n", quoted_json(tenant.name),
        quoted_json(tenant.model), capacity_text(tenant));
    add_rates("arrivals", tenant.rates);
    if (!tenant.past.empty()) add_rates("past", tenant.past);
    const Switching& times = tenant.switching;
    add("    switching: {{drain_s: {}, destroy_s: {}, create_s: {}, load_s: {}, "
        "first_inference_s: {}}}\n",
        seconds_text(times.drain), seconds_text(times.destroy), seconds_text(times.create),
        seconds_text(times.load), seconds_text(times.first_inference));
    add("    accuracy: {}\n    floor: {}\n", share_text(tenant.accuracy), share_text(tenant.floor));
    add_retrainings("    ", tenant.episodes.front());
    if (tenant.episodes.size() > 1) add("    later:\n");
    for (std::size_t i = 1; i < tenant.episodes.size(); ++i) {
        add("      - drop: {}\n", share_text(tenant.episodes[i].drop));
        add_retrainings("        ", tenant.episodes[i]);
    }
}

void Writer::add_gpus() {
    add("gpus:\n");
    for (std::size_t i = 0; i < scenario_.gpus.size();) {
        const KindId kind = scenario_.gpus[GpuId{i}].kind;
        std::vector<std::string> ids;
        for (; i < scenario_.gpus.size() && scenario_.gpus[GpuId{i}].kind == kind; ++i) {
            ids.push_back(quoted_json(scenario_.gpus[GpuId{i}].id));
        }
        add("  - {{model: {}, ids: [{}]}}\n", quoted_json(model(kind).name), fmt::join(ids, ", "));
    }
}

void Writer::add_running() {
    if (scenario_.running.empty()) return;
    add("running:\n");
    for (const window::Running& each : scenario_.running) {
        const window::Gpu& gpu = scenario_.gpus[each.gpu];
        add("  - {{gpu: {}, profile: {}, start: {}, tenant: {}", quoted_json(gpu.id),
            quoted_json(model(gpu.kind).profiles[each.placement.profile].name),
            each.placement.start, quoted_json(scenario_.tenants[each.tenant].name));
        if (each.activity == Activity::kCreating) {
            add(", activity: creating, left_s: {}", slots_text(each.left));
        } else if (each.activity == Activity::kRetraining) {
            add(", activity: retraining, left_s: {}, accuracy: {}", slots_text(each.left),
                share_text(each.accuracy));
        }
        add("}}\n");
    }
}

void Writer::add_head() {
    add("format: tangram/window-scenario\nversion: 1\nname: {}\n", quoted_json(scenario_.name));
    if (!scenario_.sources.empty()) add("sources:\n");
    for (const std::string& source : scenario_.sources) add("  - {}\n", quoted_json(source));
    add("slot_s: {}\nwindow_s: {}\nwindows: {}\n", seconds_text(scenario_.slot),
        slots_text(scenario_.window_slots), scenario_.windows);
    add("rules: {}\n", quoted_json(scenario_.rules.name));
    if (!file_.catalogue.empty()) add("catalogue: {}\n", quoted_json(file_.catalogue));
}

std::string Writer::write() {
    add_head();
    add_gpus();
    add("tenants:\n");
    for (const ScenarioTenant& tenant : scenario_.tenants) add_tenant(tenant);
    add_running();
    return std::move(out_);
}

}  // namespace

std::string write_scenario(const ScenarioFile& file) { return Writer(file).write(); }

}  // namespace tangram::io
