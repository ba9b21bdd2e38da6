// Holds the answers about one instance against the best known values and against each other.
#pragma once

#include <optional>
#include <string>

#include "answers.h"
#include "instances.h"

namespace tangram::bench {

struct Verdict {
    std::string remark;  // empty: nothing to say
    bool error = false;  // somebody is wrong: the engine, or the list
};

class Judge {
public:
    explicit Judge(const Instance& listed) : known_(listed), listed_(listed) {}

    // Also learns from the answer: a better plan that was checked, a better bound of our own.
    Verdict judge(const Answer& answer);

    [[nodiscard]] const Instance& known() const { return known_; }
    [[nodiscard]] bool learned() const;

private:
    [[nodiscard]] std::string contradiction(const Answer& answer) const;
    [[nodiscard]] std::string comment(const Answer& answer) const;
    void learn(const Answer& answer);

    Instance known_;
    Instance listed_;
    std::optional<Cost> lp_bound_;      // of this run
    std::optional<Cost> priced_bound_;  // of this run
};

}  // namespace tangram::bench
