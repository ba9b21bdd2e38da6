// What is on each GPU while moves are written down: who is there, who has been there, where there
// is room.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "transition/baseline/payments.h"
#include "transition/baseline/script.h"

namespace tangram::transition::baseline {

struct Guest {
    Occupant who;
    std::optional<std::size_t> came_with;  // the move that brought it; nothing: there before
    bool temporary = false;
};

class Racks {
public:
    explicit Racks(Ground& ground);

    [[nodiscard]] const std::vector<Guest>& guests(GpuIndex gpu) const { return guests_[gpu]; }
    [[nodiscard]] bool has_room(const Occupant& who) const;
    [[nodiscard]] bool can_take(const Occupant& who) const { return payments_.can_take(who); }
    // In use: before, or acquired since.
    [[nodiscard]] bool used(GpuIndex gpu) const { return used_[gpu]; }
    // A GPU that is in neither deployment.
    GpuIndex add_gpu(int model);

    // has_room(). The GPU is acquired where needed.
    void arrive(const Occupant& who, bool temporary);
    // can_take(). The guest with this place on its GPU.
    void depart(const Occupant& who);
    // Empty, and nobody comes any more.
    void release(GpuIndex gpu);

    [[nodiscard]] Script finish() { return std::move(script_); }

private:
    struct Past {
        Occupant who;
        std::size_t left_with = 0;
        bool waited_for = false;  // by somebody who needs its slices
    };

    [[nodiscard]] bool crowded_by(const Occupant& who) const;
    [[nodiscard]] bool take_over(const Occupant& who, Move& move);

    Ground& ground_;
    Payments payments_;
    Script script_;
    IdVector<GpuIndex, std::vector<Guest>> guests_;
    IdVector<GpuIndex, std::vector<Past>> past_;
    IdVector<GpuIndex, bool> used_;
    IdVector<GpuIndex, std::optional<std::size_t>> acquired_with_;
};

}  // namespace tangram::transition::baseline
