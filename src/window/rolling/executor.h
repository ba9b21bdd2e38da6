// Carries plans out in one window, slot by slot, where retrainings take as long as they take.
//
// A retraining holds its instance until it really ends. What was planned next on its slices waits
// until they are free and the layout is legal: serving then ends when planned, a retraining takes
// its whole time, or is left out if by its prediction it would not end within the window. A
// retraining that ends early leaves its slices idle until a plan uses them; one that should have
// ended and has not is believed to need one slot more; one that has not ended with the window goes
// on in the next. Without errors of prediction what is carried out is what was planned.
#pragma once

#include <vector>

#include "window/schedule.h"
#include "window/window.h"

namespace tangram::window::rolling {

class Executor {
public:
    // `truth` and `believed` differ in rates, in retrainings and in how running retrainings go on,
    // one for one; both must outlive it. What runs when the window begins goes on until a plan says
    // otherwise.
    Executor(const Window& truth, const Window& believed);

    [[nodiscard]] int slot() const { return slot_; }

    // What runs now, in truth and as believed, in the same order. At the window's end: what the
    // next one begins with.
    [[nodiscard]] std::vector<Running> running() const;
    [[nodiscard]] std::vector<Running> believed_running() const;

    // What is still planned. Slots count from now on, and `Stint::running` is an index into
    // believed_running(): an answer to a window that begins now.
    [[nodiscard]] Schedule rest() const;
    // Plans this instead, in the same terms. What runs and is not in it is given up, except for
    // retrainings.
    void follow(const Schedule& plan);

    // Carries out one slot. CHECKs that the window has not ended.
    void step();

    // Up to now, in the window's slots: legal for `truth`. A retraining that began in this window
    // and has not ended is written down as an instance that never served.
    [[nodiscard]] Schedule executed() const;

    // Whether the tenant has begun to retrain in this window, or did as it began.
    [[nodiscard]] bool has_begun(TenantId tenant) const { return begun_[tenant]; }
    // Of its model now, measured.
    [[nodiscard]] Share accuracy(TenantId tenant) const { return accuracy_[tenant]; }

private:
    struct Live {
        Stint stint;  // `until`: where it serves, as planned
        Running truth, believed;
    };
    [[nodiscard]] bool has_room(const Stint& stint) const;
    void start(const Stint& stint);
    void start_what_is_due();
    [[nodiscard]] Stint postponed(Stint stint) const;
    [[nodiscard]] Stint written_down(const Live& live) const;
    [[nodiscard]] bool goes_on(Live& live);

    const Window& truth_;
    const Window& believed_;
    int slot_ = 0;
    std::vector<Live> live_;
    std::vector<Stint> pending_;  // in the order in which they were due
    std::vector<Stint> ended_;
    IdVector<TenantId, bool> begun_;
    IdVector<TenantId, Share> accuracy_;
};

}  // namespace tangram::window::rolling
