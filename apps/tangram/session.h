// One run of the program: its settings, its streams, its colours. Standard output carries the
// answer, standard error everything else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "report/ansi.h"

namespace tangram::app {

struct Settings {
    std::string output;     // -o; empty: standard output
    std::string catalogue;  // a file that extends the built-in GPU catalogue
    std::string color = "auto";
    bool json = false;
    bool quiet = false;
};

class Session {
public:
    Settings settings;

    // Colours for standard output: those asked for; with `auto` those of a terminal, unless
    // NO_COLOR is set.
    [[nodiscard]] report::ColorMode color() const;
    // Columns of the terminal; 100 where there is none.
    [[nodiscard]] int width() const;
    // Whether progress is shown: standard error is a terminal, and not quiet.
    [[nodiscard]] bool shows_progress() const;

    // To standard error.
    void error(const Error& error) const;
    void warning(std::string_view text) const;  // not if quiet
    void warnings(const std::vector<std::string>& texts) const;
    void note(std::string_view text) const;  // not if quiet

    // The answer: to -o or standard output.
    [[nodiscard]] Result<void> deliver(std::string_view answer) const;
    // To a file, complete or not at all.
    [[nodiscard]] Result<void> write(const std::string& path, std::string_view content) const;
    // To standard output. Fails if it cannot take it.
    [[nodiscard]] Result<void> print(std::string_view text) const;
};

// Fails if one of `outputs` cannot become a file: its folder is missing, it is a folder, it is one
// of the inputs, which would be lost, or another output. Asked before long work; nothing is
// created.
[[nodiscard]] Result<void> check_outputs(const std::vector<std::string>& outputs,
                                         const std::vector<std::string>& inputs);

}  // namespace tangram::app
