// Scenarios for the tests of files: one A100, two tenants, ten slots.
#pragma once

#include <string>

#include "io/scenario_file.h"
#include "unit/io/io_support.h"

namespace tangram::test {

// One tenant with these fields behind name, model and accuracy.
inline std::string tenant_text(const std::string& fields, const std::string& name = "photos") {
    return "  - {name: " + name + ", model: resnet50, accuracy: 0.7, " + fields + "}\n";
}
inline const std::string kArrivals = "arrivals: [{from_s: 0, rps: 100}]";
inline const std::string kPlainTenant = "capacity: {1g.10gb: 40}, " + kArrivals;

// Around these tenants, with others at the top level.
inline std::string scenario_text(const std::string& tenants, const std::string& top = {}) {
    return "format: tangram/window-scenario\nversion: 1\nname: s\nslot_s: 1\nwindow_s: 10\n"
           "gpus: [{model: A100-80GB}]\n" +
           top + "tenants:\n" + tenants;
}

// Everything a scenario may say, but several GPU models.
inline const std::string kFullScenario =
    "format: tangram/window-scenario\nversion: 1\nname: full\nsources: [measured, made up]\n"
    "slot_s: 0.5\nwindow_s: 3\nwindows: 2\n"
    "gpus: [{model: A100-80GB, count: 2}, {model: A100-SXM4-80GB, ids: [spare]}]\n"
    "rules: paper-2021\nprofiles: [t.csv]\nlatency_rule: mean\n"
    "switching: {drain_s: 1, destroy_s: 0.2, create_s: 0.2, load_s: 3}\n"
    "tenants:\n"
    "  - name: photos\n    model: resnet50\n    slo: {latency_ms: 25}\n    max_processes: 2\n"
    "    arrivals: {file: load.csv, column: photos, from_s: 1, past_s: 1, scale: 1.5}\n"
    "    accuracy: 70%\n    floor: 0.5\n    switching: {load_s: 4, first_inference_s: 1}\n"
    "    retraining:\n"
    "      - {name: short, profile: 3g.40gb, seconds: 1.2, accuracy: 0.8}\n"
    "      - {name: long, seconds: {2g.20gb: 2.5, 3g.40gb: 2}, accuracy: 90%}\n"
    "    later: [{drop: 0.1, retraining: [{name: again, profile: 1g.10gb, seconds: 1, "
    "accuracy: 0.9}]}]\n"
    "  - name: search\n    model: anything\n    capacity: {1g.10gb: 10.5, 7g.80gb: 90}\n"
    "    arrivals: [{from_s: 0, rps: 5}, {from_s: 1, rps: 50.0001}, {from_s: 5.5, rps: 0}]\n"
    "    past: [1, 2.5]\n    accuracy: 0\n"
    "running:\n"
    "  - {gpu: a100-80gb-0, profile: 2g.20gb, start: 0, tenant: photos}\n"
    "  - {gpu: a100-80gb-0, profile: 3g.40gb, start: 4, tenant: search, activity: retraining, "
    "left_s: 0.7, accuracy: 0.6}\n"
    "  - {gpu: spare, profile: 1g.10gb, start: 6, tenant: search, activity: creating, left_s: 1}\n";

inline const std::string kLoad =
    "note,photos\na,9\nb,1\nc,2\nd,3\ne,4\nf,5\ng,6\nh,7\ni,8\nj,9\nk,10\nl,11\nm,12\nn,13\n";

inline Result<io::ScenarioFile> parse_scenario(const std::string& text) {
    MemoryFiles files;
    files.add("load.csv", kLoad);
    return io::parse_scenario(text, "s.yaml", "", files.context());
}

}  // namespace tangram::test
