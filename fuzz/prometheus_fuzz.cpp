// Any bytes as an answer of Prometheus: an error, or series in order; two services are filled from
// it, or keep their rates.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "io/import/rates.h"
#include "io/object_reader.h"

namespace {

using namespace tangram;

void check_series(const io::PrometheusSeries& series) {
    for (std::size_t i = 0; i < series.samples.size(); ++i) {
        CHECK(series.samples[i].millionths >= 0);
        CHECK(i == 0 || series.samples[i - 1].time_ns < series.samples[i].time_ns);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto answer = io::read_prometheus_json(text, "answer.json");
    if (!answer) return 0;
    CHECK(!answer->series.empty());
    for (const io::PrometheusSeries& series : answer->series) check_series(series);
    workload::Problem problem;
    for (const char* name : {"a", "b"}) {
        workload::Service service;
        service.name = name;
        problem.services.push_back(service);
    }
    io::RateImport how;
    how.keep_missing = size % 2 == 0;
    how.scale_millionths = 1'500'000;
    const bool filled = io::fill_rates(*answer, "answer.json", how, problem).has_value();
    for (const workload::Service& service : problem.services) {
        CHECK(service.rate.count() >= 0 && service.rate.count() <= io::kRateRule.max);
        CHECK(filled || service.rate.count() == 0);
    }
    return 0;
}
