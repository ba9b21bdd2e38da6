#include "io/window_ground.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>
#include <vector>

#include "base/amount_text.h"
#include "io/json_text.h"

namespace tangram::io {
namespace {

void add_rates(std::string& out, std::string_view key, const std::vector<Rate>& rates) {
    fmt::format_to(std::back_inserter(out), ", \"{}\": [", key);
    for (std::size_t t = 0; t < rates.size(); ++t) out += (t == 0 ? "" : ", ") + rps_text(rates[t]);
    out += ']';
}

}  // namespace

std::string write_window_ground(const window::Window& window,
                                const window::Evaluation& evaluation) {
    std::string out = "{\n  \"format\": \"tangram/window-ground\",\n  \"version\": 1,\n";
    out += "  \"gpus\": [";
    for (const window::GpuId id : window.gpus.ids()) {
        fmt::format_to(std::back_inserter(out), "{}\n    {{\"id\": {}, \"memory_slices\": {}}}",
                       id.index() == 0 ? "" : ",", quoted_json(window.gpus[id].id),
                       window.model(id).memory_slices.value_or(0));
    }
    out += "\n  ],\n  \"tenants\": [";
    for (const window::TenantId id : window.tenants.ids()) {
        fmt::format_to(std::back_inserter(out), "{}\n    {{\"name\": {}",
                       id.index() == 0 ? "" : ",", quoted_json(window.tenants[id].name));
        add_rates(out, "asked_rps", window.tenants[id].rates);
        if (!evaluation.tenants.empty()) {
            add_rates(out, "capacity_rps", evaluation.tenants[id].capacity);
        }
        out += '}';
    }
    return out + "\n  ]\n}\n";
}

}  // namespace tangram::io
