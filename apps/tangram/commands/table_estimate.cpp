#include "perf/table_estimate.h"

#include <fmt/format.h>

#include <memory>

#include "commands/commands.h"
#include "inputs.h"
#include "io/performance_writer.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

struct Arguments {
    std::string table;
    std::string from;
    std::string to;
};

Result<gpu::GpuModelId> find(const gpu::Catalogue& catalogue, const std::string& name,
                             const char* option) {
    Result<gpu::GpuModelId> model = catalogue.find(name);
    if (!model) return invalid_input(model.error().text(), option);
    return model;
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    const auto catalogue = load_catalogue(session);
    if (!catalogue) return catalogue.error();
    const auto from = find(**catalogue, arguments.from, "--from");
    if (!from) return from.error();
    const auto to = find(**catalogue, arguments.to, "--to");
    if (!to) return to.error();
    const auto table = load_table(session, {arguments.table});
    if (!table) return table.error();
    const auto estimate = perf::estimate_table(*table, **catalogue, *from, *to);
    if (!estimate) return in_file(arguments.table, estimate.error());
    session.warnings(estimate->warnings);
    const Result<void> printed = session.deliver(io::write_performance_csv(estimate->table));
    if (!printed) return printed.error();
    session.note(fmt::format("{} estimated operating points for {}: not measurements",
                             estimate->table.points().size(), (*catalogue)->model(*to).name));
    return Exit::kDone;
}

}  // namespace

Command table_estimate() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "table estimate";
    command.summary = "Estimate a performance table for a GPU model nobody measured";
    command.details =
        "An estimate, not a measurement. Every batch and number of processes measured on --from "
        "is carried over to every plain profile of --to from the profile with the nearest number "
        "of SMs; throughput is multiplied, and latency divided, by the smaller of two ratios: "
        "SMs, and memory bandwidth (the instance's share by memory slices). Clocks, caches and "
        "what an SM of another architecture does are not known to it. A row whose memory is "
        "unknown goes only where there is as much memory as where it ran.\n\n"
        "Every row is marked estimated; plans use it only with --allow-estimates and stay marked. "
        "A GPU model with unknown SMs or bandwidth is refused.";
    command.arguments = {required(file("FILE", "the measured table", arguments->table))};
    command.options = {
        required(text("from", "GPU", "the GPU model that was measured", arguments->from)),
        required(text("to", "GPU", "the GPU model to estimate for", arguments->to))};
    command.examples = {
        {"tangram table estimate examples/data/profiles/parvagpu_inference.csv "
         "--from A100-80GB --to H100-SXM -o h100-estimate.csv",
         "What the A100's measurements may mean on an H100."}};
    command.json = false;
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
