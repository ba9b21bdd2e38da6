#include "session.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "interrupt.h"
#include "io/files.h"

namespace tangram::app {
namespace {

namespace fs = std::filesystem;

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : value;
}

void print_error(std::string_view kind, std::string_view text) {
    fmt::print(stderr, "tangram: {}: {}\n", kind, text);
}

bool same_file(const fs::path& a, const fs::path& b) {
    std::error_code fault;
    if (fs::is_regular_file(a, fault) && fs::equivalent(a, b, fault)) return true;
    const bool device = fs::exists(a, fault) && !fs::is_regular_file(a, fault);
    return !device && fs::weakly_canonical(fs::absolute(a, fault), fault) ==
                          fs::weakly_canonical(fs::absolute(b, fault), fault);
}

Result<void> check_output(const std::string& path, const std::vector<std::string>& others) {
    std::error_code fault;
    const fs::path target(path);
    if (fs::is_directory(target, fault)) return invalid_input("this is a folder", path);
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    if (!fs::is_directory(folder, fault)) {
        return invalid_input(fmt::format("there is no folder \"{}\"", folder.string()), path);
    }
    for (const std::string& other : others) {
        if (same_file(target, other)) {
            return invalid_input("this file has another part to play here and would be lost", path);
        }
    }
    return {};
}

}  // namespace

report::ColorMode Session::color() const {
    if (settings.color == "never") return report::ColorMode::kNone;
    const bool terminal = ::isatty(STDOUT_FILENO) != 0 && settings.output.empty();
    const bool wanted = terminal && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
    if (settings.color == "auto" && !wanted) return report::ColorMode::kNone;
    const std::string_view depth = variable("COLORTERM");
    return depth == "truecolor" || depth == "24bit" ? report::ColorMode::kTrueColor
                                                    : report::ColorMode::k256;
}

int Session::width() const {
    winsize size{};
    const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 100;
}

bool Session::shows_progress() const { return !settings.quiet && ::isatty(STDERR_FILENO) != 0; }

void Session::error(const Error& error) const {
    print_error(error.code == ErrorCode::kInternal ? "internal error" : "error", error.text());
}

void Session::warning(std::string_view text) const {
    if (!settings.quiet) print_error("warning", text);
}

void Session::warnings(const std::vector<std::string>& texts) const {
    for (const std::string& text : texts) warning(text);
}

void Session::note(std::string_view text) const {
    if (!settings.quiet) fmt::print(stderr, "{}\n", text);
}

Result<void> Session::deliver(std::string_view answer) const {
    return settings.output.empty() ? print(answer) : write(settings.output, answer);
}

Result<void> Session::write(const std::string& path, std::string_view content) const {
    const Interrupt::Deferred whole_file;
    return io::write_file_atomically(path, content);
}

Result<void> Session::print(std::string_view text) const {
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (written && std::fflush(stdout) == 0) return {};
    return invalid_input("cannot write: " + std::generic_category().message(errno),
                         "standard output");
}

Result<void> check_outputs(const std::vector<std::string>& outputs,
                           const std::vector<std::string>& inputs) {
    std::vector<std::string> others = inputs;
    for (const std::string& path : outputs) {
        const Result<void> good = check_output(path, others);
        if (!good) return good;
        others.push_back(path);
    }
    return {};
}

}  // namespace tangram::app
