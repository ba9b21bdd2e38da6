// A bound for all plans at once: retrainings are elastic. The dynamic program itself says when each
// of them starts and ends, on what and how good the model is afterwards, but it does not remember
// since when one runs; so it may end early or late. What that gains or costs is priced: a choice
// that takes d slots has a potential p by slot; to start at s costs p(s + d) - p(s), and slot t of
// running earns p(t + 1) - p(t). Who runs for d slots is even, whatever the potentials, so the most
// that any elastic course is worth is never below a true one.
//
// A sweep forward and one backward tell the same for every single start of every choice. Potentials
// are then moved so that each start looks as good as the end that belongs to it, which never makes
// the bound worse (min-sum diffusion, Kovalevsky and Koval 1975; here between the starts and ends
// of each tenant).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "window/exact/cells.h"
#include "window/exact/plans.h"
#include "window/exact/relaxation.h"
#include "window/exact/rewards.h"
#include "window/exact/start.h"

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

// Slots in which a cell may be part of something better than the best plan found, by cell; all may
// while this is empty.
using Useful = std::map<CellKey, std::vector<char>>;

// No plan in question is worth more, nor one with this start, or none; kNever if there is none.
struct ElasticBounds {
    Value all = kNever;
    BySlot<Value> start;
    BySlot<Value> end;  // by the end, filed under the start that belongs to it
    std::vector<Value> none;
    std::vector<std::vector<Value>> cells;  // by cell of this level, and slot
};

// Values must be at most kValueMax / 2 in all, for potentials to stay in range.
using Potentials = BySlot<Value>;
// What the slices of each choice would be worth if switching were free.
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
    [[nodiscard]] std::optional<ElasticBounds> sweep(const OpenPlans& open,
                                                     const Potentials& potentials,
                                                     const Useful& useful,
                                                     const std::function<bool()>& stop);
    // What a sweep says to be of use where more than `least` is asked for.
    [[nodiscard]] Useful useful(const ElasticBounds& bounds, Value least) const;
    // Its `all` alone: forward only.
    [[nodiscard]] std::optional<Value> most(const OpenPlans& open, const Potentials& potentials,
                                            const std::function<bool()>& stop);
    // Elementary steps so far, those for the tables of the space included.
    [[nodiscard]] std::uint64_t work() const { return work_ + space_.work(); }

private:
    // By cell, at the start of a slot after everything has started; empty if nothing leads there.
    // Rows are states of the left half in even slots, else of the right one.
    using Values = std::vector<std::vector<Value>>;
    struct Shape {
        std::size_t rows = 0, columns = 0;
    };
    // Which running tenants of a cell may, and which must, end in a slot; other holds that do.
    struct Endings {
        bool possible = true;
        unsigned must = 0, may = 0;
        Holds others = 0;
        // Calls visit(ending, others) for every set of tenants.
        template <typename Visit>
        void each(const Visit& visit) const {
            for (unsigned some = may; possible; some = (some - 1) & may) {
                visit(some | must, others);
                if (some == 0) break;
            }
        }
    };
    static bool turned(int slot) { return slot % 2 != 0; }

    void ask(const OpenPlans& open, const Potentials& potentials, const Useful& useful);
    [[nodiscard]] Shape shape(const Cell& cell, int slot) const;
    std::vector<Value>& at(Values& values, std::size_t cell);
    std::vector<Value>& unfilled(Values& values, std::size_t cell);
    void recycle(Values& values);
    [[nodiscard]] bool wanted(std::size_t cell, int slot);
    [[nodiscard]] Value price(std::size_t tenant, std::size_t choice, int slot) const;
    [[nodiscard]] bool starts_at(const Take& take, int slot) const;
    void rewarded(std::size_t cell, int slot, std::span<const Value> values,
                  std::vector<Value>& out);
    [[nodiscard]] const std::vector<Value>& worth(const Cell& cell, int slot);
    [[nodiscard]] Endings endings(const Cell& cell, int slot) const;

    void begin(Values& values);
    void forward(const Values& before, int slot, Values& after);
    void move(const Cell& from, const Step& step, std::span<const Value> values, int slot,
              Values& after);
    void move_halves(const Cell& from, const Step& step, std::span<const Value> values, int slot,
                     Values& after);
    void spread(Value value, std::size_t cell, int slot, Values& after);
    void serve_at_once(Values& values, int slot);
    void start(Values& values, int slot);
    void take(const Take& it, std::span<const Value> values, const Shape& from, int slot);

    void backward(const Values& before, int slot, Values& to_come, Values& out,
                  ElasticBounds& bounds);
    void serve_at_once_back(Values& to_come, int slot);
    void start_back(const Values& values, int slot, Values& to_come, ElasticBounds& bounds);
    [[nodiscard]] bool move_back(const Cell& to, const Step& step, int slot, Values& to_come,
                                 std::vector<Value>& out);
    [[nodiscard]] Value spread_back(const Values& to_come, std::size_t cell, int slot);
    void note_cells(const Values& values, int slot, const Values& to_come,
                    ElasticBounds& bounds) const;
    void finish(const Values& values, Values& to_come, ElasticBounds& bounds);
    [[nodiscard]] ElasticBounds nothing_known() const;
    [[nodiscard]] bool over(const Cell& cell) const;

    // All states of an empty cell whose slices have been idle for `age` slots.
    [[nodiscard]] const std::vector<std::size_t>& idle(int age, int slot);
    [[nodiscard]] Value best_idle(std::span<const Value> values, int age, int slot);

    const Window& window_;
    Space& space_;
    const Rewards& rewards_;
    const Start& start_;
    const Plans& plans_;
    std::size_t memory_max_;
    Cells cells_;
    Timeline base_;
    std::vector<std::vector<std::vector<Value>>> worth_;  // by worth and slot; by class
    std::map<std::pair<int, bool>, std::vector<std::size_t>> idle_;
    const OpenPlans* open_ = nullptr;
    const Potentials* potentials_ = nullptr;
    std::vector<std::vector<int>> last_start_;  // in question; -1 if none
    std::vector<int> last_of_tenant_;
    const Useful* useful_ = nullptr;
    std::vector<const std::vector<char>*> useful_of_;               // by cell, as far as looked up
    std::vector<Value> moved_, turned_, taken_, rewarded_;          // scratch
    std::map<std::size_t, std::vector<std::vector<Value>>> spare_;  // by size, to be used again
    std::uint64_t work_ = 0;
};

}  // namespace tangram::window::exact
