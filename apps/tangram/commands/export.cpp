#include <memory>

#include "commands/commands.h"
#include "inputs.h"
#include "io/deployment_file.h"
#include "io/export/mig_parted.h"
#include "io/export/nvidia_smi.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

struct Arguments {
    std::string deployment;
    std::string format;
};

Result<Exit> run(const Arguments& arguments, Session& session) {
    const auto catalogue = load_catalogue(session);
    if (!catalogue) return catalogue.error();
    const Result<deployment::Deployment> deployment = io::read_deployment(arguments.deployment);
    if (!deployment) return deployment.error();
    const Result<std::string> exported = arguments.format == "nvidia-smi"
                                             ? io::export_nvidia_smi(*deployment, **catalogue)
                                             : io::export_mig_parted(*deployment, **catalogue);
    if (!exported) return exported.error();
    const Result<void> printed = session.deliver(*exported);
    if (!printed) return printed.error();
    return Exit::kDone;
}

}  // namespace

Command export_deployment() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "export";
    command.summary = "Write a deployment in the form other tools take";
    command.details =
        "nvidia-smi: a shell script that creates every instance at its exact place; it only "
        "prints the commands unless run with --apply. mig-parted: a configuration for NVIDIA's "
        "MIG manager, which cannot fix placements; comments say where that matters.";
    command.arguments = {required(
        file("DEPLOYMENT", "a deployment, or a plan that contains one", arguments->deployment))};
    command.options = {required(choice("format", "FORMAT", "what to write",
                                       {"nvidia-smi", "mig-parted"}, arguments->format))};
    command.examples = {
        {"tangram export plan.json --format nvidia-smi -o cut.sh",
         "A script of placement-exact commands."},
        {"tangram export plan.json --format mig-parted", "A configuration for mig-parted."}};
    command.json = false;
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
