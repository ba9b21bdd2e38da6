// Plans and deployments as JSON text, for tests of pictures.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace tangram::test {

// A plan of `gpus` A100s. GPU i holds a 4g and a 3g if i is even, else three 1g from the far end;
// services take turns; each asks for 100 requests/s.
inline nlohmann::json sample_plan(int gpus, int services) {
    using Json = nlohmann::json;
    Json deployment{
        {"format", "tangram/deployment"}, {"version", 1}, {"gpus_total", gpus}, {"cost", gpus}};
    deployment["models"] = {{{"name", "A100-SXM4-80GB"},
                             {"memory_slices", 8},
                             {"profiles",
                              {{{"name", "1g.10gb"}, {"size", 1}, {"compute_slices", 1}},
                               {{"name", "3g.40gb"}, {"size", 4}, {"compute_slices", 3}},
                               {{"name", "4g.40gb"}, {"size", 4}, {"compute_slices", 4}}}}}};
    deployment["services"] = Json::array();
    for (int i = 0; i < services; ++i) {
        deployment["services"].push_back(
            {{"name", "service-" + std::to_string(i)}, {"rate_rps", 100}});
    }
    deployment["points"] = {
        {{"batch", 8}, {"processes", 2}, {"throughput_rps", 60.5}, {"latency_ms", 12}},
        {{"batch", 32}, {"processes", 3}, {"throughput_rps", 400}, {"latency_ms", 50}}};
    deployment["gpus"] = Json::array();
    int next = 0;
    const auto instance = [&](const char* profile, int start, int point) {
        return Json{{"profile", profile},
                    {"start", start},
                    {"service", "service-" + std::to_string(next++ % services)},
                    {"point", point},
                    {"phase", "serving"}};
    };
    for (int i = 0; i < gpus; ++i) {
        Json gpu{{"id", "gpu-" + std::to_string(i)}, {"model", "A100-SXM4-80GB"}, {"status", "ok"}};
        if (i % 2 == 0) {
            gpu["instances"] = {instance("4g.40gb", 0, 1), instance("3g.40gb", 4, 1)};
        } else {
            gpu["instances"] = {instance("1g.10gb", 4, 0), instance("1g.10gb", 5, 0),
                                instance("1g.10gb", 6, 0)};
        }
        deployment["gpus"].push_back(std::move(gpu));
    }
    return {{"format", "tangram/plan"},
            {"version", 1},
            {"status", "optimal"},
            {"gpus", gpus},
            {"cost", gpus},
            {"bound", gpus},
            {"gap", 0},
            {"engine", "exact"},
            {"formulation", "priced"},
            {"deployment", std::move(deployment)}};
}

}  // namespace tangram::test
