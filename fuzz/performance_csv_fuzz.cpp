// Any bytes as a performance table: an error or a table whose points keep the promises of the
// reader, and checks and summaries that do not mind what is in it.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "catalogue_data.h"
#include "io/catalogue.h"
#include "io/performance_csv.h"
#include "perf/table_check.h"
#include "perf/table_summary.h"

namespace {

using namespace tangram;

const gpu::Catalogue& catalogue() {
    static const gpu::Catalogue built_in =
        io::read_catalogue(catalogue_json(), "catalogue.json").value();
    return built_in;
}

void check_points(const perf::PerformanceTable& table) {
    for (const perf::OperatingPoint& point : table.points()) {
        CHECK(point.throughput.count() > 0);
        CHECK(point.batch >= 1 && point.processes >= 1);
        CHECK(!point.gpu.empty() && !point.profile.empty());
        for (const perf::Measure& measure : point.measures) {
            CHECK(measure.value.count() > 0);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    perf::PerformanceTable table;
    std::vector<std::string> warnings;
    const bool read =
        io::read_performance_csv(std::string_view(text), "table.csv", table, warnings).has_value();
    std::istringstream stream(text);
    perf::PerformanceTable streamed;
    const bool also = io::read_performance_csv(stream, "table.csv", streamed, warnings).has_value();
    CHECK(read == also);
    if (!read) {
        return 0;
    }
    CHECK(table.points().size() == streamed.points().size());
    check_points(table);
    static_cast<void>(perf::check_table(table, catalogue()));
    static_cast<void>(perf::coverage(table));
    static_cast<void>(perf::best_points(table, {}));
    return 0;
}
