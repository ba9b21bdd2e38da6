// A schedule of all GPUs under change: what every GPU does, what each tenant gets from all of them,
// and what that is worth. The search (search.h) takes one GPU's schedule out and puts another in.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "window/priced/gpu_pricing.h"
#include "window/priced/question.h"
#include "window/schedule.h"

namespace tangram::window::priced {

// A request that a floor asks for and nobody serves costs this much worth: more than any accuracy,
// so that floors come first. Millionths.
inline constexpr double kFloorWorth = 4.0 * static_cast<double>(kSharePerOne);

class Fleet {
public:
    // All GPUs empty but for the retrainings that run at the start. Keeps a reference.
    explicit Fleet(const Question& question);

    // Numbers of GPUs are those of Window::gpus.
    [[nodiscard]] std::size_t site(std::size_t gpu) const { return sites_[gpu]; }
    [[nodiscard]] const std::vector<Start>& starts(std::size_t gpu) const;
    [[nodiscard]] const std::vector<Held>& column(std::size_t gpu) const { return columns_[gpu]; }

    // Replaces what the GPU does. A tenant may retrain once on all GPUs together. O(slots x
    // (instances + tenants concerned)).
    void put(std::size_t gpu, std::vector<Held> column);

    // Takes away all it does but the retrainings that run at the start.
    void clear(std::size_t gpu);

    // Goodput less what missed floors cost.
    [[nodiscard]] double worth() const;
    // Of the tenant, per slot, 1/1000 request/s.
    [[nodiscard]] const double* supply(std::size_t tenant) const;
    [[nodiscard]] Step step(std::size_t tenant) const { return steps_[tenant]; }
    [[nodiscard]] double accuracy(std::size_t tenant, std::size_t slot) const;
    // Requests (rate x slots) short of the floor.
    [[nodiscard]] double shortage(std::size_t tenant) const { return shortages_[tenant]; }

    [[nodiscard]] Schedule schedule() const;

private:
    void add(const std::vector<Held>& column, double sign);
    void account(std::size_t tenant);

    const Question* question_;
    std::vector<std::size_t> sites_;   // by GPU
    std::vector<std::size_t> places_;  // by GPU: its number in the site
    std::vector<std::vector<Held>> columns_;
    std::vector<double> supply_;  // [tenant][slot]
    std::vector<Step> steps_;
    std::vector<double> worths_;
    std::vector<double> shortages_;
};

}  // namespace tangram::window::priced
