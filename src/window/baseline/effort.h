// How much an engine has worked, and whether it may go on.
#pragma once

#include <cstdint>
#include <string>

#include "window/engine.h"

namespace tangram::window::baseline {

class Effort {
public:
    // Keeps a reference to `options`.
    explicit Effort(const Options& options) : options_(options) {}

    void spend(std::int64_t units) { work_ += static_cast<std::uint64_t>(units); }
    // Looks at the budget, the deadline and whoever may cancel; once over it stays over.
    [[nodiscard]] bool over();
    [[nodiscard]] std::uint64_t work() const { return work_; }
    // Writes work, stop_reason (`ended` unless it was stopped), reproducible and seconds.
    void report(Outcome& outcome, const std::string& ended) const;

private:
    const Options& options_;
    std::uint64_t work_ = 0;
    std::string stopped_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace tangram::window::baseline
