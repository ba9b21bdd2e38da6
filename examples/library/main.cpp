// Uses the installed library: reads a problem, plans it, checks the plan, prints it.
#include <cstdio>
#include <iostream>
#include <memory>

#include "catalogue_data.h"
#include "deployment/checker.h"
#include "io/catalogue.h"
#include "io/problem_file.h"
#include "planner/assembly.h"
#include "planner/planner.h"

int main(int argc, char** argv) {
    if (argc != 2) return std::fprintf(stderr, "usage: example PROBLEM\n"), 2;
    const auto fail = [](const tangram::Error& error) {
        std::cerr << error.text() << '\n';
        return 2;
    };
    auto catalogue = tangram::io::read_catalogue(tangram::catalogue_json(), "catalogue");
    if (!catalogue) return fail(catalogue.error());
    tangram::io::ProblemContext context;
    context.catalogue = std::make_shared<tangram::gpu::Catalogue>(*std::move(catalogue));
    const auto file = tangram::io::read_problem(argv[1], context);
    if (!file) return fail(file.error());

    const auto model = tangram::planner::build_planning_model(file->problem);
    if (!model) return fail(model.error());
    const auto outcome = tangram::planner::make_planner("exact")->plan(*model, {});
    std::cout << "status " << name(outcome.status) << '\n';
    if (!outcome.plan) return 1;
    const auto deployment = tangram::planner::assemble(*model, *outcome.plan).deployment;
    const auto report = tangram::deployment::check(file->problem, deployment);
    std::cout << deployment.gpus.size() << " GPUs, bound " << cost_units(outcome.bound) << ", "
              << (report.ok() ? "valid" : "not valid") << '\n';
    return report.ok() ? 0 : 3;
}
