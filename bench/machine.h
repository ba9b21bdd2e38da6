// What a figure needs to be believed: the machine, the program's commit, the solver's version.
#pragma once

#include <string>

namespace tangram::bench {

// One Markdown line: processor, cores, memory, the last minute's load, commit (with "+" if the tree
// was changed), solver.
[[nodiscard]] std::string machine_line();

// Peak resident memory of this process so far, in MiB.
[[nodiscard]] double peak_memory_mib();

}  // namespace tangram::bench
