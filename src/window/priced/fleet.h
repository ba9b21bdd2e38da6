// A schedule of all GPUs under change: what every GPU does, and what that is worth.
//
// Instances are taken out and put in; gain() is what all of that adds to the worth, and keep() or
// undo() decides about it. A change costs what it touches: of a tenant's capacity, what is taken
// and given back is not looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "window/priced/gpu_pricing.h"
#include "window/priced/question.h"
#include "window/schedule.h"

namespace tangram::window::priced {

// A request that a floor asks for and nobody serves costs this much worth: more than any accuracy,
// so that floors come first. Millionths.
inline constexpr double kFloorWorth = 4.0 * static_cast<double>(kSharePerOne);

[[nodiscard]] inline bool serves(const Held& held) { return held.ready < held.until; }

class Fleet {
public:
    using Column = std::vector<Held>;  // what one GPU does, in no order

    // All GPUs empty but for the retrainings that run at the start. Keeps a reference.
    explicit Fleet(const Question& question);
    // Replaces everything. A tenant may retrain once on all GPUs together. O(slots x (instances +
    // tenants)).
    void load(std::vector<Column> columns);

    // Replaces what the GPU does; keeps it. As load().
    void put(std::size_t gpu, const Column& column);
    // Takes away all it does but the retrainings that run at the start.
    void clear(std::size_t gpu);

    // Numbers of GPUs are those of Window::gpus.
    [[nodiscard]] const Column& column(std::size_t gpu) const { return columns_[gpu]; }
    [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
    [[nodiscard]] const Site& site(std::size_t gpu) const;
    [[nodiscard]] const std::vector<Start>& starts(std::size_t gpu) const;
    // A tenant's capacity on all GPUs: [tenant][slot], 1/1000 request/s.
    [[nodiscard]] const std::vector<double>& supply() const { return supply_; }
    [[nodiscard]] Step step(std::size_t tenant) const { return steps_[tenant]; }
    // Requests (rate x slots) short of the floor.
    [[nodiscard]] double shortage(std::size_t tenant) const;

    // Takes out an instance, by its number; the last one gets that number. O(1).
    Held take(std::size_t gpu, std::size_t index);
    // Puts in an instance, where room must be. A tenant may retrain once. O(1).
    void give(std::size_t gpu, const Held& held);
    // Cuts back whatever serves in the slices and slots of `held`; what is left after it has to
    // warm up again. False if a retraining is in the way. O(instances on the GPU).
    [[nodiscard]] bool make_room(std::size_t gpu, const Held& held);
    // Makes room for an instance that serves and puts it in, as one with those of its tenant in the
    // same place right before and after. False if it would end before it serves, or there is no
    // room. O(instances on the GPU).
    [[nodiscard]] bool serve(std::size_t gpu, Held held);

    // What the changes since the last keep() or undo() add to the worth; then one of these two must
    // follow. O(changes^2 + slots whose capacity changes).
    [[nodiscard]] double gain();
    void keep();
    void undo();

    // Goodput less what missed floors cost; of what was kept.
    [[nodiscard]] double worth() const { return worth_; }
    // The GPUs changed by what was kept since the last call, ascending.
    [[nodiscard]] std::vector<std::size_t> changed();
    [[nodiscard]] std::uint64_t work() const { return work_; }

    [[nodiscard]] Schedule schedule() const;

private:
    struct Shift {  // of a tenant's capacity
        std::size_t tenant = 0;
        std::size_t from = 0;
        std::size_t until = 0;
        double capacity = 0;
    };
    [[nodiscard]] bool overlap(const Held& a, const Held& b) const;  // in slices
    void save(std::size_t gpu);
    void supply(const Held& held, double sign);
    void set_step(std::size_t tenant, Step step);
    void cancel();
    double apply(const Shift& shift);
    void forget();
    [[nodiscard]] double above(std::size_t tenant, Step step) const;
    [[nodiscard]] double floor_cost(std::size_t tenant) const;

    const Question* question_;
    std::vector<std::size_t> sites_;   // by GPU
    std::vector<std::size_t> places_;  // by GPU: its number in the site
    std::vector<int> sizes_;           // by type: memory slices
    std::vector<Column> columns_;
    std::vector<double> supply_;  // [tenant][slot]
    std::vector<Step> steps_;     // by tenant
    std::vector<double> served_;  // by tenant: rate x slots
    double worth_ = 0;
    // Since the last keep() or undo():
    std::vector<Shift> shifts_;
    bool applied_ = false;  // the shifts, to supply_ and served_
    double gain_ = 0;
    std::vector<std::pair<std::size_t, Step>> replaced_;  // by tenant: its step before
    std::vector<std::size_t> touched_;                    // GPUs
    std::vector<Column> saved_;                           // by place in touched_: before
    std::vector<bool> changed_;                           // by GPU
    std::uint64_t work_ = 0;
};

}  // namespace tangram::window::priced
