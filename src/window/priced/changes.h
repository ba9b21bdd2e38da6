// Small changes to a fleet's schedule, drawn at random: an instance gets more slots, another tenant
// or smaller parts in its stead; a new one is put in; what two alike blocks do is swapped; a
// retraining is moved, or changes places with another one. What is in the way is cut back, and what
// served beside a slot that falls idle goes on in it.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "base/random.h"
#include "window/priced/descent.h"
#include "window/priced/fleet.h"
#include "window/priced/question.h"

namespace tangram::window::priced {

class Changes {
public:
    // Keeps references.
    Changes(const Question& question, Random& random);

    // Changes use instances of the GPU's `tree`, a number into Question::trees, only.
    void use(std::size_t gpu, std::size_t tree) { trees_[gpu] = tree; }
    // Whether all of the GPU's instances are in the tree.
    [[nodiscard]] bool fits(const Fleet& fleet, std::size_t gpu, std::size_t tree) const;

    // Which retrainings the bound's prices bring forth, by tenant: they are tried more often.
    void like(std::vector<std::vector<Likely>> likely) { likely_ = std::move(likely); }
    // Draws all retrainings anew, as likely as they are; none that cannot be put in.
    void redraw(Fleet& fleet);

    // Draws a change and makes it. False if it cannot be made: the fleet is then to be undone.
    // O(instances on a GPU).
    [[nodiscard]] bool draw(Fleet& fleet);

private:
    // Where an instance can be.
    struct Place {
        gpu::Placement placement;
        std::size_t type = 0;
        std::size_t block = 0;
    };
    // A block of a GPU.
    struct Spot {
        std::size_t gpu = 0;
        const Block* block = nullptr;
    };
    [[nodiscard]] const BlockTree& blocks(std::size_t gpu) const;
    [[nodiscard]] std::size_t block_of(std::size_t gpu, const Held& held) const;
    [[nodiscard]] int size(std::size_t gpu, const Held& held) const;
    [[nodiscard]] std::size_t draw_length();
    [[nodiscard]] std::optional<std::size_t> draw_tenant(std::size_t type);
    // The number of one that serves.
    [[nodiscard]] std::optional<std::size_t> draw_server(const Fleet& fleet, std::size_t gpu);

    [[nodiscard]] bool reach(Fleet& fleet, std::size_t gpu);
    [[nodiscard]] bool hand_over(Fleet& fleet, std::size_t gpu);
    [[nodiscard]] bool insert(Fleet& fleet, std::size_t gpu);
    [[nodiscard]] bool recut(Fleet& fleet, std::size_t gpu);

    [[nodiscard]] bool swap_blocks(Fleet& fleet, std::size_t gpu);
    [[nodiscard]] std::optional<Spot> draw_alike(std::size_t gpu, std::size_t block);
    [[nodiscard]] bool swap_tails(Fleet& fleet, const Spot& one, const Spot& two, std::size_t slot);
    [[nodiscard]] bool lift(Fleet& fleet, const Spot& spot, std::size_t slot, Fleet::Column& tail);
    void lay(Fleet& fleet, std::size_t gpu, const Fleet::Column& tail, int offset);

    // A retraining that was taken out, and its GPU.
    using Gone = std::pair<std::size_t, Held>;
    [[nodiscard]] bool move_retraining(Fleet& fleet, std::size_t gpu);
    [[nodiscard]] std::optional<Likely> draw_likely(std::size_t tenant, double all);
    [[nodiscard]] bool host_likely(Fleet& fleet, std::size_t gpu, std::size_t tenant);
    [[nodiscard]] bool exchange_retrainings(Fleet& fleet);
    [[nodiscard]] std::optional<Gone> take_retraining(Fleet& fleet, std::size_t tenant) const;
    [[nodiscard]] bool host(Fleet& fleet, std::size_t gpu, std::size_t tenant, std::size_t choice,
                            gpu::Placement placement, std::size_t from) const;
    [[nodiscard]] bool host_instead(Fleet& fleet, std::size_t tenant, const Gone& gone);
    [[nodiscard]] std::optional<gpu::Placement> draw_placement(std::size_t gpu, std::size_t type);
    [[nodiscard]] std::size_t draw_start(const Fleet& fleet, std::size_t gpu,
                                         const std::optional<Gone>& gone);
    void refill(Fleet& fleet, std::size_t target, const Gone& gone) const;
    void fill(Fleet& fleet, std::size_t gpu, const Held& idle) const;

    const Question& question_;
    Random& random_;
    std::vector<std::vector<Place>> places_;   // by tree
    std::vector<std::size_t> trees_;           // by GPU
    std::vector<std::vector<Likely>> likely_;  // by tenant
};

}  // namespace tangram::window::priced
