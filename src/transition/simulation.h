// A transition under way in simulated time: what has left, what has arrived, what each ledger
// holds. It carries out decisions and refuses those that would break a promise; it makes none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include "transition/clock.h"
#include "transition/order.h"

namespace tangram::transition {

class Simulation {
public:
    // The references must outlive it.
    Simulation(const Ground& ground, Change change, Promises promises, const Durations& durations);

    [[nodiscard]] const Change& change() const { return change_; }
    [[nodiscard]] const Promises& promises() const { return promises_; }
    [[nodiscard]] std::int64_t slack(LedgerId ledger) const {
        return promises_.ledgers[ledger].slack;
    }

    // An arrival that has not been opened yet.
    [[nodiscard]] bool waiting(std::size_t arrival) const {
        return arrivals_[arrival].state == State::kBefore;
    }
    // A departure that has not begun, of something that is there.
    [[nodiscard]] bool there(std::size_t departure) const {
        return departures_[departure].state == State::kBefore;
    }
    [[nodiscard]] const std::vector<std::size_t>& arrivals_on(GpuIndex gpu) const {
        return arrivals_on_[gpu];
    }
    // What opening an arrival takes out, summed by ledger; in the order of the ledgers' numbers.
    [[nodiscard]] std::vector<Entry> cost_of(std::size_t arrival) const;
    // The first ledger that does not hold enough; an invalid one where the arrival has to wait for
    // a replica that is still arriving; nothing if it can be opened.
    [[nodiscard]] std::optional<LedgerId> lacking(std::size_t arrival) const;
    [[nodiscard]] bool can_leave(std::size_t departure) const;

    // Starts the departures that block it, and the arrival itself as soon as they are gone. Nothing
    // may be lacking.
    void open(std::size_t arrival);
    // can_leave().
    void leave(std::size_t departure);
    // Services and operating points of two arrivals that wait on equal instances.
    void exchange(std::size_t a, std::size_t b);
    // Where an instance could be for the time between.
    struct Room {
        std::vector<std::size_t> blockers;  // departures that have to be gone, or are gone, first
        std::optional<std::size_t> takes_over;
    };
    // Nothing if something stays there or is on its way; or if something still has to leave, unless
    // that is to be `displaced`.
    [[nodiscard]] std::optional<Room> room_for(const Occupant& who, bool displaced) const;
    // An arrival and a departure for the time between, where there is room; returns the arrival,
    // which is still to be opened.
    std::size_t add_temporary(const Occupant& who);
    // Everything that is to arrive on one GPU arrives on another, which is empty and of its model,
    // instead. Possible while none of it has begun, nothing stays there, and no service cares
    // where.
    // `with_kept`: what could stay moves too, and restarts.
    [[nodiscard]] bool can_hand_over(GpuIndex from, bool with_kept) const;
    void hand_over(GpuIndex from, GpuIndex to);
    // False: it would take a GPU that is not in use, and there may be no more of them in use.
    [[nodiscard]] bool can_use(GpuIndex gpu) const {
        return gpus_[gpu].used || (!gpus_[gpu].released && slack(promises_.gpus) > 0);
    }
    // Whether the GPU is free to take another one's future. One that is cut at once is cut once.
    [[nodiscard]] bool can_move_to(GpuIndex gpu) const {
        return can_use(gpu) && gpus_[gpu].unfinished == 0 && !change_.used_then[gpu] &&
               (one_by_one_ || !gpus_[gpu].used);
    }
    // GPUs that were handed over are kept in use for others to move to, until this; true if there
    // were any.
    bool let_go();

    // To the next time something ends; false if nothing is under way.
    bool advance();
    // The ledgers that have gained since the last call.
    [[nodiscard]] std::vector<LedgerId> take_gained();
    [[nodiscard]] bool take_arrived();  // whether something has arrived since the last call
    [[nodiscard]] bool finished() const { return unfinished_ == 0; }

    // The end of it: the change with its temporaries, the order of things.
    [[nodiscard]] Sequence result(const Promises& initial);

private:
    enum class State { kAbsent, kBefore, kUnderWay, kDone };
    struct Progress {
        State state = State::kBefore;
        std::size_t steps_done = 0;
        std::size_t blockers_left = 0;     // of an arrival
        std::vector<std::size_t> waiters;  // of a departure: arrivals it blocks
    };
    struct GpuProgress {
        bool used = false;
        bool acquiring = false;
        bool applying = false;
        bool applied = false;
        bool held = false;  // not released yet, though it is empty or will be
        bool released = false;
        std::size_t unfinished = 0;      // arrivals and departures
        std::vector<std::size_t> ready;  // arrivals that only wait for the GPU
    };
    struct Ending {
        Duration time{};
        std::uint64_t number = 0;  // ties: first begun, first ended
        enum class What { kArrival, kDeparture, kAcquire, kApply, kRelease } what;
        std::size_t index = 0;
        bool operator>(const Ending& other) const {
            return time != other.time ? time > other.time : number > other.number;
        }
    };

    void begin(Ending::What what, std::size_t index, StepKind kind, GpuIndex gpu, RunPointId point);
    void begin_step_of_arrival(std::size_t a);
    void begin_step_of_departure(std::size_t d);
    void prepare(std::size_t a);  // as soon as nothing blocks it
    [[nodiscard]] bool crowded_by(const Occupant& who,
                                  const std::vector<std::size_t>& without) const;
    [[nodiscard]] bool stays_cut(std::size_t departure) const;
    void wait_for_temporary(std::size_t temporary, std::size_t departure);
    void recut_both(GpuIndex from, GpuIndex to);
    void uproot(GpuIndex gpu);
    void acquire(GpuIndex gpu);
    void apply_if_free(GpuIndex gpu);
    void release_if_done(GpuIndex gpu);
    void end(const Ending& ending);
    void end_of_arrival(std::size_t a);
    void end_of_departure(std::size_t d);
    void record(Movement::What what, std::size_t index);
    void take_out(const std::vector<Entry>& entries);
    void bring(const std::vector<Entry>& entries);

    const Ground& ground_;
    Change change_;
    Promises promises_;
    Clock clock_;
    std::vector<Progress> arrivals_, departures_;
    IdVector<GpuIndex, GpuProgress> gpus_;
    std::vector<std::size_t> recut_left_;  // departures, by recut
    std::vector<bool> uprooted_;           // of what was kept: it moves after all
    bool one_by_one_ = true;               // instances can be created and destroyed alone
    IdVector<GpuIndex, std::vector<std::size_t>> kept_on_, arrivals_on_, departures_on_;
    std::priority_queue<Ending, std::vector<Ending>, std::greater<>> endings_;
    std::vector<Movement> movements_;
    std::vector<LedgerId> gained_;
    bool arrived_ = false;
    std::int64_t temporaries_ = 0;
    std::uint64_t numbered_ = 0;
    std::size_t unfinished_ = 0;
    Duration now_{};
};

}  // namespace tangram::transition
