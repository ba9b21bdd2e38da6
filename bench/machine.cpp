#include "machine.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <thread>

#include "lp/model.h"

namespace tangram::bench {
namespace {

std::string processor() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    }
    return "unknown processor";
}

std::string first_line_of(const std::string& command) {
    const auto close = [](std::FILE* file) { pclose(file); };
    const std::unique_ptr<std::FILE, decltype(close)> pipe(popen(command.c_str(), "r"), close);
    std::string line(200, '\0');
    if (!pipe || !std::fgets(line.data(), static_cast<int>(line.size()), pipe.get())) return {};
    line.resize(line.find_first_of("\n\0"));
    return line;
}

}  // namespace

std::string machine_line() {
    const double memory_gib = static_cast<double>(sysconf(_SC_PHYS_PAGES)) *
                              static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 30);
    const std::string git = "git -C '" TANGRAM_SOURCE_DIR "' ";
    std::string commit = first_line_of(git + "rev-parse --short HEAD 2>/dev/null");
    if (!first_line_of(git + "status --porcelain -uno 2>/dev/null").empty()) commit += "+";
    double load = 0;
    getloadavg(&load, 1);
    return fmt::format(
        "Machine: {}, {} cores, {:.0f} GiB, load {:.1f} at the start. Commit: {}. Solver: {}.",
        processor(), std::thread::hardware_concurrency(), memory_gib, load,
        commit.empty() ? "unknown" : commit, lp::solver_version());
}

double peak_memory_mib() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

}  // namespace tangram::bench
