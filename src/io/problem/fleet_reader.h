// The `gpus` and `nodes` of a problem file.
#pragma once

#include "io/object_reader.h"
#include "workload/problem.h"

namespace tangram::io {

// Fills problem.fleet and problem.nodes; problem.catalogue must be there.
void read_fleet(const ObjectReader& file, workload::Problem& problem, FirstError& error);

// Whether every GPU of the fleet belongs to a node.
[[nodiscard]] bool has_nodes(const workload::Problem& problem);

}  // namespace tangram::io
