// The JSON that Prometheus answers a query with (HTTP API: /api/v1/query_range, and /api/v1/query
// as a series of one sample): {"status": "success", "data": {"resultType": "matrix", "result":
// [{"metric": {LABEL: VALUE, ...}, "values": [[SECONDS, "NUMBER"], ...]}, ...]}}.
// Fields Prometheus adds beside these are ignored; its own warnings are passed on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tangram::io {

struct PrometheusSample {
    std::int64_t time_ns = 0;     // since 1970
    std::int64_t millionths = 0;  // of the query's unit; further decimals are rounded up
};

struct PrometheusSeries {
    std::vector<std::pair<std::string, std::string>> labels;  // in the order of the file
    std::vector<PrometheusSample> samples;                    // times ascend strictly
    std::size_t skipped = 0;                                  // samples that are NaN or infinite

    // The label's value; empty without the label, as Prometheus itself has it.
    [[nodiscard]] std::string_view label(std::string_view name) const;
};

struct PrometheusAnswer {
    std::vector<PrometheusSeries> series;  // at least one
    std::vector<std::string> warnings;
};

// Errors name file and place. Refused: an answer with status "error" (with what Prometheus said), a
// result that is neither matrix nor vector or is empty, native histograms, times out of order, text
// that is no number, negative numbers and those beyond 10^12. Time linear in the text.
[[nodiscard]] Result<PrometheusAnswer> read_prometheus_json(std::string_view text,
                                                            const std::string& file);

}  // namespace tangram::io
