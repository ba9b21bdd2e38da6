#include "window/baseline/effort.h"

namespace tangram::window::baseline {

bool Effort::over() {
    if (!stopped_.empty()) return true;
    if (work_ >= options_.work_budget) {
        stopped_ = "work budget";
    } else if (options_.cancelled && options_.cancelled()) {
        stopped_ = "interrupted";
    } else if (options_.deadline && std::chrono::steady_clock::now() > *options_.deadline) {
        stopped_ = "deadline";
    }
    return !stopped_.empty();
}

void Effort::report(Outcome& outcome, const std::string& ended) const {
    outcome.work = work_;
    outcome.stop_reason = stopped_.empty() ? ended : stopped_;
    outcome.reproducible = stopped_.empty() || stopped_ == "work budget";
    outcome.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

}  // namespace tangram::window::baseline
