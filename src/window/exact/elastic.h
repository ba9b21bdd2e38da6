// A bound for all plans at once: retrainings are elastic. The dynamic program itself says when each
// of them starts and ends, on what and how good the model is afterwards, but it does not remember
// since when one runs, nor for how long it means to; so it may end early or late. What that gains
// or costs is priced: to start on a profile at s costs p(s), and who ends at e with a choice that
// takes d slots gets p(e - d) back. Who runs for d slots is even, whatever the potentials p, so the
// most that any elastic course is worth is never below a true one.
//
// A sweep forward and one backward tell the same for every single start and end. Potentials are
// then moved so that each start looks as good as the best end that belongs to it, which never makes
// the bound worse (min-sum diffusion, Kovalevsky and Koval 1975; here between the starts and ends
// of each tenant).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "window/exact/cells.h"
#include "window/exact/idle_prices.h"
#include "window/exact/matrix.h"
#include "window/exact/plans.h"
#include "window/exact/relaxation.h"
#include "window/exact/rewards.h"
#include "window/exact/spare.h"
#include "window/exact/start.h"
#include "window/exact/trace.h"
#include "window/exact/useful.h"

namespace tangram::window::exact {

// By tenant, by choice, and then by slot.
template <typename T>
using BySlot = std::vector<std::vector<std::vector<T>>>;

// Plans in question: for every tenant a set of starts, or to go without.
struct OpenPlans {
    BySlot<char> starts;
    std::vector<char> none;
};
// No plan is in question.
[[nodiscard]] OpenPlans nothing_open(const Plans& plans);
// Puts what every tenant does in `plan` in question.
void open_up(OpenPlans& open, const Plan& plan);

// What the best course through a cell in a slot is worth, and through every state looked at.
struct Through {
    Value best = kNever;
    UsefulStates states;
    std::vector<Value> left, right;  // by state
};

// No plan in question is worth more, nor one with this start, or none; kNever if there is none.
// Of plans worth more than `least` this holds, others may be worth more.
struct ElasticBounds {
    Value least = kNever;
    Value all = kNever;
    BySlot<Value> start;
    BySlot<Value> end;  // by the end, filed under the start that belongs to it
    std::vector<Value> none;
    std::vector<std::vector<Through>> cells;  // by cell of this level, and slot
    std::vector<GpuState> course;             // by slot; of several best courses any one's
};

// Of one group of choices (Plans::groups).
struct Potential {
    std::vector<Value> start;  // what to start in a slot costs
    // What its slices would be worth up to a slot if switching were free. Earned while it runs,
    // paid back at the end: values stay in range.
    std::vector<Value> worth;
};
// By tenant and group. Values must be at most kValueMax / 2 in all, for potentials to stay in
// range.
using Potentials = std::vector<std::vector<Potential>>;
// What a sweep charges.
struct Prices {
    Potentials potentials;
    IdlePrices idle;  // none where warm-ups are not cut
};
[[nodiscard]] Potentials first_potentials(Relaxation& relaxation, const Rewards& rewards,
                                          const Plans& plans);
// Moves the potentials after a sweep.
void balance(const ElasticBounds& bounds, const Plans& plans, Potentials& potentials);

// Not thread-safe; what it is made from is kept.
class Elastic {
public:
    // `memory_max`: bytes for values, about; with less they are made again more often.
    Elastic(const Window& window, Space& space, const Rewards& rewards, const Start& start,
            const Plans& plans, std::size_t memory_max);

    // O(slots x moves x what tenants may be doing), forward and backward. Nothing if `stop` says
    // so.
    [[nodiscard]] std::optional<ElasticBounds> sweep(const OpenPlans& open, const Prices& prices,
                                                     const Useful& useful,
                                                     const std::function<bool()>& stop);
    // What a sweep says to be of use where more than `least` is asked for.
    [[nodiscard]] Useful useful(const ElasticBounds& bounds, Value least) const;
    // Its `all` alone: forward only.
    [[nodiscard]] std::optional<Value> most(const OpenPlans& open, const Prices& prices,
                                            const Useful& useful,
                                            const std::function<bool()>& stop);
    // Frees the memory of what can be made again.
    void forget();
    // Elementary steps so far, those for the tables of the space included.
    [[nodiscard]] std::uint64_t work() const { return work_ + space_.work(); }

private:
    // By cell, at the start of a slot after everything has started; empty if nothing leads there.
    // Rows are states of the left half in even slots, else of the right one.
    using Values = std::vector<std::vector<Value>>;
    static bool turned(int slot) { return slot % 2 != 0; }
    // Of what the rows are; columns are of the other one.
    static Half rows_of(int slot) { return turned(slot) ? Half::kRight : Half::kLeft; }
    static Half columns_of(int slot) { return turned(slot) ? Half::kLeft : Half::kRight; }

    void ask(const OpenPlans& open, const Prices& prices, const Useful& useful);
    // States of the halves that may be of use; of a cell on the whole GPU, one row.
    [[nodiscard]] Axes axes(std::size_t cell, int slot);
    [[nodiscard]] const UsefulStates* useful_of(std::size_t cell, int slot);
    std::vector<Value>& at(Values& values, std::size_t cell, int slot);
    std::vector<Value>& unfilled(Values& values, std::size_t cell, int slot);
    void recycle(Values& values);
    [[nodiscard]] bool wanted(std::size_t cell, int slot);
    [[nodiscard]] Value price(const Change& take, int slot) const;
    [[nodiscard]] Value paid_back(const Change& release, int slot) const;
    [[nodiscard]] bool starts_at(const Change& take, int slot) const;
    [[nodiscard]] bool ends_at(const Change& release, int slot) const;
    [[nodiscard]] bool goes_on(const Cell& cell, int slot) const;
    void rewarded(std::size_t cell, int slot, std::span<const Value> values,
                  std::vector<Value>& out);
    [[nodiscard]] const std::vector<Value>& worth(const Cell& cell, int slot);

    void begin(Values& values);
    void forward(const Values& before, int slot, Values& after);
    void move(std::size_t from, const Step& step, std::span<const Value> values, int slot,
              Values& after);
    void move_halves(std::size_t from, const Step& step, std::span<const Value> values, int slot,
                     Values& after);
    void spread(Value value, std::size_t cell, int slot, Values& after);
    void serve_at_once(Values& values, int slot);
    void start(Values& values, int slot);
    void release(Values& values, int slot);
    void take(std::size_t from, const Change& it, std::span<const Value> values, int slot);
    void change(const Change& it, const Lists& lists, std::span<const Value> values,
                const Axes& from, const Axes& to, int slot);
    void change_on(std::size_t from, const Change& it, std::span<const Value> values, int slot);

    void backward(const Values& before, int slot, Values& to_come, Values& out);
    void serve_at_once_back(Values& to_come, int slot);
    void start_back(const Values& values, int slot, Values& to_come, ElasticBounds& bounds);
    void take_back(std::size_t index, const Change& it, int slot, Values& to_come);
    void note_start(const Change& take, int slot, Value through, ElasticBounds& bounds) const;
    void release_back(const Values& values, int slot, Values& to_come, ElasticBounds& bounds);
    void change_back(std::size_t to, const Change& it, std::span<const Value> later, int slot);
    [[nodiscard]] bool move_back(std::size_t to, const Step& step, int slot, Values& to_come,
                                 std::vector<Value>& out);
    [[nodiscard]] Value spread_back(const Values& to_come, std::size_t cell, int slot);
    void note_cells(const Values& values, int slot, const Values& to_come, ElasticBounds& bounds);
    [[nodiscard]] GpuState best_state(std::size_t cell, const Through& through, int slot) const;
    void finish(const Values& values, Values& to_come, ElasticBounds& bounds);
    [[nodiscard]] ElasticBounds nothing_known() const;
    [[nodiscard]] bool over(const Cell& cell) const;

    // Calls visit(index) for all states of an empty cell whose slices have been idle for `age`
    // slots.
    template <typename Visit>
    void each_idle(std::size_t cell, int age, int slot, const Visit& visit) {
        const Axes of = axes(cell, slot);
        const Table& rows = *(turned(slot) ? cells_[cell].right_table : cells_[cell].left_table);
        const Table& columns = *(turned(slot) ? cells_[cell].left_table : cells_[cell].right_table);
        for (std::size_t row = 0; row < of.rows.size(); ++row) {
            if (rows.states[of.rows[row]].free_age < age) continue;
            for (std::size_t column = 0; column < of.columns.size(); ++column) {
                if (columns.states[of.columns[column]].free_age < age) continue;
                visit(row * of.columns.size() + column);
            }
        }
    }
    // And for all states of one that was empty the moment before.
    template <typename Visit>
    void each_fresh(std::size_t cell, int slot, const Visit& visit) {
        const BlockTree& tree = space_.tree();
        const Axes of = axes(cell, slot);
        const std::vector<int>& rows = space_.fresh(turned(slot) ? tree.right : tree.left, 0);
        const std::vector<int>& columns = space_.fresh(turned(slot) ? tree.left : tree.right, 0);
        for (std::size_t row = 0; row < of.rows.size(); ++row) {
            if (!std::ranges::binary_search(rows, of.rows[row])) continue;
            for (std::size_t column = 0; column < of.columns.size(); ++column) {
                if (!std::ranges::binary_search(columns, of.columns[column])) continue;
                visit(row * of.columns.size() + column);
            }
        }
    }
    [[nodiscard]] Value best_idle(std::size_t cell, std::span<const Value> values, int age,
                                  int slot);

    const Window& window_;
    Space& space_;
    const Rewards& rewards_;
    const Start& start_;
    const Plans& plans_;
    std::size_t memory_max_;
    Cells cells_;
    Timeline base_;
    std::vector<std::vector<std::vector<Value>>> worth_;  // by worth and slot; by class
    const OpenPlans* open_ = nullptr;
    const Potentials* potentials_ = nullptr;
    IdleCosts costs_;
    std::vector<std::vector<int>> last_start_;  // in question; -1 if none
    std::vector<int> last_of_tenant_;
    const Useful* useful_ = nullptr;
    std::vector<const std::vector<UsefulStates>*> useful_of_;  // by cell, as far as looked up
    States all_;                                               // 0, 1, 2, ...
    std::vector<Value> moved_, turned_, changed_, rewarded_;   // scratch
    std::vector<Value> row_costs_, column_costs_;              // scratch
    Kernels kernels_;
    Spare spare_;
    std::uint64_t work_ = 0;
};

}  // namespace tangram::window::exact
