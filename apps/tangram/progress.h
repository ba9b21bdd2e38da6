// One line on the standard error of a terminal while a plan or schedule is searched; gone at the
// end.
#pragma once

#include <chrono>
#include <string>

#include "base/quantity.h"
#include "session.h"

namespace tangram::app {

class Progress {
public:
    Progress(const Session& session, std::string engine);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // At most ten times a second.
    void show(Cost best, Cost bound);
    void show(double best, double bound);  // goodput

private:
    void show(const std::string& best, const std::string& bound);
    [[nodiscard]] bool due() const { return shown_ && std::chrono::steady_clock::now() >= next_; }

    std::string engine_;
    bool shown_;          // whether this session shows progress at all
    bool dirty_ = false;  // something stands on the line
    std::chrono::steady_clock::time_point next_;
};

}  // namespace tangram::app
