// Looks for good schedules: fleets built from the bound's prices, then one or two GPUs at a time
// given up and filled again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/random.h"
#include "window/priced/fleet.h"
#include "window/priced/response.h"

namespace tangram::window::priced {

class Search {
public:
    // Keeps a reference. `stopped` is polled between GPUs; from when it is true on, whatever runs
    // ends with what it has.
    Search(const Question& question, std::uint64_t seed, std::function<bool()> stopped);

    // A fleet filled GPU by GPU with this share of `prices` held in reserve, then improved until no
    // GPU alone can do better.
    void build(const Prices& prices, double share);
    // Remembers which retrainings the bound's schedules host: wishes to try.
    void note(const std::vector<std::vector<Held>>& schedules);
    // Gives up GPUs and fills them again. Some hundred of these in a row without success say that
    // the search is at its end.
    void perturb(const Prices& prices);

    [[nodiscard]] const Fleet& best() const { return best_; }
    [[nodiscard]] int failures() const { return failures_; }  // since the last success
    [[nodiscard]] std::uint64_t work() const { return response_.work(); }

private:
    [[nodiscard]] bool near(const Fleet& fleet) const;
    void settle(Fleet& fleet, Grain grain);
    [[nodiscard]] std::size_t draw_start(std::size_t tenant);
    [[nodiscard]] std::optional<Wish> draw_wish();
    [[nodiscard]] std::vector<double> draw_weights();
    [[nodiscard]] std::optional<std::size_t> host(std::size_t tenant) const;
    void offer(Fleet fleet);

    const Question& question_;
    std::function<bool()> stopped_;
    Response response_;
    Random random_;
    std::vector<std::vector<Wish>> wishes_;  // by tenant
    Fleet best_;
    Fleet current_;
    int failures_ = 0;
};

}  // namespace tangram::window::priced
