// Any bytes as a window scenario over a small table: a scenario or an error. A scenario is written
// and read again, and must be the same text the second time; its first window must be one.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "catalogue_data.h"
#include "io/catalogue.h"
#include "io/scenario_file.h"

namespace {

using namespace tangram;

constexpr std::string_view kTable =
    "gpu,model,precision,profile,batch,procs,throughput_rps,latency_ms,latency_kind\n"
    "A100-80GB,m,fp16,1g.10gb,8,1,400,20,mean\n"
    "A100-80GB,m,fp16,2g.20gb,8,2,900,18,p99\n"
    "A30,n,fp16,1g.6gb,4,1,150,26,mean\n";

io::ProblemContext context() {
    static const auto catalogue = std::make_shared<const gpu::Catalogue>(
        io::read_catalogue(catalogue_json(), "catalogue.json").value());
    io::ProblemContext context;
    context.catalogue = catalogue;
    context.read = [](const std::filesystem::path& path) -> Result<std::string> {
        if (path == "t.csv") return std::string(kTable);
        if (path == "load.csv") return std::string("a,b\n1,x\n2.5,y\n3,z\n4,z\n5,z\n6,z\n");
        if (path == "c.json") return std::string(catalogue_json());
        return Error{ErrorCode::kNotFound, "no such file", path.string()};
    };
    return context;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto first = io::parse_scenario(text, "fuzz", "", context());
    if (!first) return 0;
    // A few bytes may ask for millions of rates: those need not be written out.
    const window::Scenario& scenario = first->scenario;
    if (scenario.tenants.size() * scenario.tenants.raw().front().rates.size() > 10'000) return 0;
    CHECK(window::validate(window::first_window(scenario)).has_value());
    const std::string yaml = io::write_scenario(*first);
    const auto second = io::parse_scenario(yaml, "again", "", context());
    CHECK(second.has_value(), second.error().text());
    CHECK(io::write_scenario(*second) == yaml, yaml);
    return 0;
}
