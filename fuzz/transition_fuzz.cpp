// Any bytes as a transition: a step graph or an error. A graph is written and read again, and must
// be the same text the second time; neither the checker nor the picture may crash on it.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "catalogue_data.h"
#include "io/catalogue.h"
#include "io/transition_file.h"
#include "report/step_chart.h"
#include "report/step_svg.h"
#include "report/step_terminal.h"
#include "transition/check/check.h"

namespace {

tangram::workload::Problem empty_problem() {
    using namespace tangram;
    workload::Problem problem;
    problem.catalogue = std::make_shared<const gpu::Catalogue>(
        io::read_catalogue(catalogue_json(), "catalogue.json").value());
    problem.rules = problem.catalogue->rule_set("current").value();
    problem.table = std::make_shared<const perf::PerformanceTable>();
    return problem;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tangram;
    static const workload::Problem problem = empty_problem();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto chart = report::read_step_chart(text)) {
        (void)report::step_svg(*chart);
        (void)report::step_terminal(*chart);
    }
    transition::Way way;
    way.found = true;
    auto first = io::parse_transition(text, "fuzz");
    if (!first) return 0;
    way.graph = *std::move(first);
    (void)transition::check_transition(problem, {}, way.graph, {});
    const std::string written = io::write_transition(way, {}, nullptr);
    auto second = io::parse_transition(written, "again");
    CHECK(second.has_value(), second.error().text());
    way.graph = *std::move(second);
    CHECK(io::write_transition(way, {}, nullptr) == written, written);
    return 0;
}
