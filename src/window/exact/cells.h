// What all tenants may be doing on one GPU at once, and what leads where: the states of a window in
// which nobody remembers since when a retraining runs. A cell is a matrix of values, one per state
// of the left and of the right half, for one way in which every tenant has not yet retrained, is
// retraining, or has; cells are made when first asked for, and stay.
#pragma once

#include <compare>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "window/exact/plans.h"
#include "window/exact/space.h"

namespace tangram::window::exact {

// By tenant: 0 before, group + 1 during, -(index of the accuracy + 1) after its retraining.
using Modes = std::vector<int>;
constexpr bool runs(int mode) { return mode > 0; }
constexpr std::size_t group_of(int mode) { return static_cast<std::size_t>(mode - 1); }

inline constexpr std::size_t kNoCell = static_cast<std::size_t>(-1);

// From one slot to the next; retrainings go on.
struct Step {
    std::size_t halves = kNoCell;   // where the halves, or the emptied GPU, come to
    std::size_t servers = kNoCell;  // where an instance on all of it comes to that serves
    std::size_t hold = kNoCell;     // or that goes on being held
    std::size_t server = 0;         // of those of the whole GPU, the one a hold becomes
    const Moves* left = nullptr;    // of halves
    const Moves* right = nullptr;
};

// Within a slot: a retraining takes an idle block, or ends and gives its block up.
struct Change {
    enum class Where { kLeft, kRight, kWhole };
    std::size_t tenant = 0, group = 0;
    std::size_t choice = 0;  // as which it ends
    Where where = Where::kWhole;
    const Moves* moves = nullptr;  // of a half
    std::size_t to = kNoCell;
};

// Which cell it is, whatever the warm-ups.
struct CellKey {
    enum class Kind { kHalves, kServers, kHold };  // the latter two: on the whole GPU
    Modes modes;
    Kind kind = Kind::kHalves;
    Holds left = 0, right = 0;
    std::size_t hold = 0;  // of the whole GPU
    friend auto operator<=>(const CellKey&, const CellKey&) = default;
};

struct Cell : CellKey {
    const Table* left_table = nullptr;
    const Table* right_table = nullptr;
    std::size_t worth = 0;             // equal: every slot is worth the same
    std::vector<std::size_t> running;  // tenants that retrain
    [[nodiscard]] Holds holds() const;
};

// Not thread-safe; what it is made from is kept.
class Cells {
public:
    Cells(const Window& window, Space& space, const Plans& plans);

    [[nodiscard]] std::size_t size() const { return cells_.size(); }
    [[nodiscard]] const Cell& operator[](std::size_t index) const { return cells_[index]; }
    // How many different worths there are.
    [[nodiscard]] std::size_t worths() const { return worths_.size(); }
    // The cell in which nobody retrains yet.
    std::size_t halves(Holds left, Holds right);
    std::size_t servers();
    std::size_t hold(std::size_t hold);

    // `ends`: holds of no retraining in question.
    const Step& step(std::size_t cell, Holds ends);
    // Of every tenant that has not retrained, tenant by tenant.
    const std::vector<Change>& takes(std::size_t cell);
    // Of every tenant that retrains, tenant by tenant.
    const std::vector<Change>& releases(std::size_t cell);
    // The cell of the same modes with nothing, or a server, on it.
    std::size_t emptied(std::size_t cell);
    std::size_t served(std::size_t cell);

    // Servers that take the whole GPU.
    [[nodiscard]] const std::vector<std::size_t>& whole_servers() const { return whole_servers_; }
    // Distinct accuracies a tenant may end with, as weights.
    [[nodiscard]] const std::vector<std::int64_t>& accuracies(std::size_t tenant) const {
        return accuracies_[tenant];
    }
    [[nodiscard]] Space& space() { return space_; }

private:
    std::size_t find(const Modes& modes, Cell::Kind kind, Holds left, Holds right,
                     std::size_t hold);
    void add_takes(std::size_t cell, std::size_t tenant, std::vector<Change>& out);
    void add_releases(std::size_t cell, std::size_t tenant, std::vector<Change>& out);

    Space& space_;
    const Plans& plans_;
    std::vector<std::size_t> whole_servers_;
    std::vector<std::vector<std::int64_t>> accuracies_;
    std::deque<Cell> cells_;
    std::map<CellKey, std::size_t> index_;
    std::map<std::tuple<Modes, Cell::Kind, Holds, Holds>, std::size_t> worths_;
    // By cell.
    std::vector<std::map<Holds, Step>> steps_;
    std::vector<std::optional<std::vector<Change>>> takes_, releases_;
};

}  // namespace tangram::window::exact
