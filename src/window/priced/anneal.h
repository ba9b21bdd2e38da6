// Looks for good schedules: simulated annealing by small changes (changes.h), pass after pass.
//
// A change is kept if the fleet is then worth more, or else with probability exp(-loss /
// temperature). In a pass the temperature falls from what an instance is worth in a fraction of a
// slot to nearly nothing; every pass begins with the best fleet so far. What many GPUs do together
// and when whose model is retrained moves at once, which no search GPU by GPU can do.
// Source: Kirkpatrick, Gelatt and Vecchi, "Optimization by simulated annealing" (1983); changes and
// passes are ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/random.h"
#include "window/priced/changes.h"
#include "window/priced/fleet.h"
#include "window/priced/response.h"

namespace tangram::window::priced {

class Annealing {
public:
    // Keeps a reference. `stopped` is polled now and then; from when it is true on, a pass ends
    // with the best it has.
    Annealing(const Question& question, std::uint64_t seed, std::function<bool()> stopped);
    Annealing(const Annealing&) = delete;
    Annealing& operator=(const Annealing&) = delete;

    // Which retrainings the bound's prices bring forth, by tenant: they are tried more often.
    void like(std::vector<std::vector<Likely>> likely) { changes_.like(std::move(likely)); }
    // A fleet to begin with, if it is better than the best: filled GPU by GPU with this share of
    // `prices` held in reserve, then improved until no GPU alone can do better.
    void build(const Prices& prices, double share);
    // Goes on from this fleet if it is better than the best.
    void adopt(const Fleet& fleet);
    // One pass; `worth`: about what the best schedule is worth. The first passes are shorter.
    // `redrawn`: it begins with retrainings drawn among the likely ones.
    void pass(double worth, bool redrawn = false);

    [[nodiscard]] const Fleet& best() const { return best_; }
    // Passes of full length since the best was found.
    [[nodiscard]] int failures() const { return failures_; }
    // A change's steps count as 16: unlike those of prices, they are not made eight at a time.
    [[nodiscard]] std::uint64_t work() const {
        return 16 * (work_ + fleet_.work()) + response_.work();
    }

private:
    void begin(bool redrawn);
    void cool(double worth, std::uint64_t changes);

    const Question& question_;
    std::function<bool()> stopped_;
    Random random_;
    Changes changes_;
    Response response_;
    Fleet fleet_;
    Fleet best_;
    std::vector<Fleet::Column> columns_;  // of the best fleet of a pass
    int passes_ = 0;
    int failures_ = 0;
    std::uint64_t work_ = 0;
};

}  // namespace tangram::window::priced
