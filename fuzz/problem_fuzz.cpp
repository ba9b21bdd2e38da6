// Any bytes as a problem file over a small table: a problem or an error. A problem is written and
// read again, and must be the same text the second time.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "catalogue_data.h"
#include "io/catalogue.h"
#include "io/problem_file.h"

namespace {

using namespace tangram;

constexpr std::string_view kTable =
    "gpu,model,precision,profile,batch,procs,throughput_rps,latency_ms,ttft_ms,latency_kind\n"
    "A100-80GB,m,fp16,1g.10gb,8,1,400,20,1,mean\n"
    "A100-80GB,m,fp16,2g.20gb,8,2,900,18,,p99\n"
    "A30,n,fp16,1g.6gb,4,1,150,26,5,mean\n"
    "A30,n,fp32,1g.6gb,4,1,80,50,9,mean\n";

io::ProblemContext context() {
    static const auto catalogue = std::make_shared<const gpu::Catalogue>(
        io::read_catalogue(catalogue_json(), "catalogue.json").value());
    io::ProblemContext context;
    context.catalogue = catalogue;
    context.read = [](const std::filesystem::path& path) -> Result<std::string> {
        if (path == "t.csv") return std::string(kTable);
        if (path == "c.json") return std::string(catalogue_json());
        return Error{ErrorCode::kNotFound, "no such file", path.string()};
    };
    return context;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto first = io::parse_problem(text, "fuzz", "", context());
    if (!first) return 0;
    const std::string yaml = io::write_problem_yaml(first->problem, first->references);
    const auto second = io::parse_problem(yaml, "again", "", context());
    CHECK(second.has_value(), second.error().text());
    CHECK(io::write_problem_yaml(second->problem, second->references) == yaml, yaml);
    const std::string json = io::write_problem_json(first->problem, first->references);
    const auto third = io::parse_problem(json, "again", "", context());
    CHECK(third.has_value(), third.error().text());
    CHECK(io::write_problem_yaml(third->problem, third->references) == yaml, yaml);
    return 0;
}
