#include "cp_sat.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "inputs.h"
#include "io/files.h"

namespace tangram::bench {
namespace {

constexpr std::string_view kPython = TANGRAM_SOURCE_DIR "/build/venv/bin/python3";

std::string output_of(const std::string& command) {
    const auto close = [](std::FILE* file) { pclose(file); };
    const std::unique_ptr<std::FILE, decltype(close)> pipe(popen(command.c_str(), "r"), close);
    std::string output;
    std::array<char, 4096> buffer{};
    while (pipe && std::fgets(buffer.data(), buffer.size(), pipe.get())) output += buffer.data();
    return output;
}

Cost cost_from(double units) { return Cost{std::llround(units * kCostPerUnit)}; }

}  // namespace

std::string cp_sat_version() {
    std::string version = output_of(
        fmt::format("'{}' -c 'import ortools; print(ortools.__version__)' 2>&-", kPython));
    return version.substr(0, version.find('\n'));
}

std::optional<CpSatAnswer> solve_by_cp_sat(const std::string& model, double limit_seconds) {
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / fmt::format("tangram-bench-{}.json", getpid());
    if (const auto written = io::write_file_atomically(path, model); !written) {
        exit_with(written.error());
    }
    const std::string line =
        output_of(fmt::format("'{}' '{}/bench/cp_sat.py' '{}' --limit {}", kPython,
                              TANGRAM_SOURCE_DIR, path.string(), limit_seconds));
    std::filesystem::remove(path);
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (json.is_discarded()) return std::nullopt;
    CpSatAnswer answer;
    answer.status = json.at("status");
    if (!json.at("cost").is_null()) answer.cost = cost_from(json.at("cost"));
    answer.bound = cost_from(json.at("bound"));
    answer.seconds = json.at("seconds");
    return answer;
}

}  // namespace tangram::bench
