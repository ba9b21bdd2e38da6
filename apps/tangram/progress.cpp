#include "progress.h"

#include <fmt/format.h>

#include <cstdio>
#include <limits>
#include <utility>

#include "base/amount_text.h"
#include "report/text.h"

namespace tangram::app {
namespace {

constexpr std::chrono::milliseconds kStep{100};

// Planners that have no plan yet pass the largest cost there is.
std::string best_text(Cost best) {
    const bool none = best.count() <= 0 || best.count() == std::numeric_limits<std::int64_t>::max();
    return none ? "none yet" : cost_text(best);
}

}  // namespace

Progress::Progress(const Session& session, std::string engine)
    : engine_(std::move(engine)),
      shown_(session.shows_progress()),
      // Short searches end before there is anything to tell.
      next_(std::chrono::steady_clock::now() + 5 * kStep) {}

Progress::~Progress() {
    if (dirty_) fmt::print(stderr, "\r\033[K");
}

void Progress::show(Cost best, Cost bound) {
    if (due()) show(best_text(best), cost_text(bound));
}

void Progress::show(double best, double bound) {
    if (due()) show(report::figure(best), report::figure(bound));
}

void Progress::show(const std::string& best, const std::string& bound) {
    fmt::print(stderr, "\r\033[K{}: best {}, bound {}", engine_, best, bound);
    std::fflush(stderr);
    dirty_ = true;
    next_ = std::chrono::steady_clock::now() + kStep;
}

}  // namespace tangram::app
