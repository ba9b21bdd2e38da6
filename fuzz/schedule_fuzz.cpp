// Any bytes as a window schedule: a schedule or an error. Stints that fit a small scenario are
// judged, written and read again, and must come back as they were.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "catalogue_data.h"
#include "io/catalogue.h"
#include "io/scenario_file.h"
#include "io/schedule_file.h"

namespace {

using namespace tangram;

constexpr std::string_view kScenario =
    "{format: tangram/window-scenario, version: 1, name: s, slot_s: 0.5, window_s: 3, "
    "gpus: [{model: A30, count: 2}], switching: {load_s: 1}, tenants: ["
    "{name: a, model: m, capacity: {1g.6gb: 30, 2g.12gb: 60}, accuracy: 0.5, "
    "arrivals: [1, 20, 30, 40, 50, 60], "
    "retraining: [{name: r, profile: 2g.12gb, seconds: 1, accuracy: 0.9}]}, "
    "{name: b, model: n, capacity: {1g.6gb: 10}, accuracy: 0.8, arrivals: [9, 8, 7, 6, 5, 4]}], "
    "running: [{gpu: a30-24gb-0, profile: 1g.6gb, start: 0, tenant: b}]}";

window::Scenario small_scenario() {
    io::ProblemContext context;
    context.catalogue = std::make_shared<const gpu::Catalogue>(
        io::read_catalogue(catalogue_json(), "catalogue.json").value());
    // Its braces are YAML's: a comment in front keeps it from being read as JSON.
    const std::string yaml = "# a scenario\n" + std::string(kScenario);
    return io::parse_scenario(yaml, "small", "", context).value().scenario;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const window::Scenario scenario = small_scenario();
    static const window::Window window = window::first_window(scenario);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto first = io::parse_schedule(text, "fuzz");
    if (!first) return 0;
    auto schedule = io::schedule_of(*first, window, "fuzz");
    if (!schedule) return 0;
    window::Outcome outcome;
    outcome.status = window::Status::kFeasible;
    outcome.engine = "fuzz";
    outcome.evaluation = window::evaluate(window, *schedule);
    outcome.goodput = outcome.evaluation.goodput;
    outcome.schedule = *std::move(schedule);
    const std::string written = io::write_schedule(scenario, 0, window, outcome);
    const auto second = io::parse_schedule(written, "again");
    CHECK(second.has_value(), second.error().text());
    CHECK(second->goodput == outcome.goodput, written);
    const auto again = io::schedule_of(*second, window, "again");
    CHECK(again.has_value(), again.error().text());
    CHECK(again->stints == outcome.schedule->stints, written);
    return 0;
}
