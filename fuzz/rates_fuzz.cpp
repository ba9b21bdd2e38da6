// Any bytes as rates over time, and as the traces they are made from: an error, or rates that are
// written and read alike.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "io/import/trace.h"
#include "io/rates_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tangram;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto rates = io::parse_rates(text, "fuzz.csv");
    if (rates) {
        const auto again = io::parse_rates(io::write_rates(*rates), "again.csv");
        CHECK(again.has_value(), again.error().text());
        CHECK(again->rates == rates->rates && again->services == rates->services);
        CHECK(again->begin_s == rates->begin_s && again->step_s == rates->step_s);
    }
    for (const auto& trace :
         {io::read_servegen(text, "fuzz.csv"), io::read_azure_functions(text, "fuzz.csv")}) {
        if (!trace) continue;
        for (const io::TraceSource& source : trace->sources) {
            CHECK(source.amounts.size() == trace->sources.front().amounts.size());
        }
    }
    return 0;
}
