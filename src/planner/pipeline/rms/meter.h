// Counts work and says when to stop. One per thread of control.
#pragma once

#include <cstdint>
#include <functional>

namespace tangram::planner::pipeline::rms {

class Meter {
public:
    // `stop` is polled now and then, from the thread that spends; it may be empty.
    Meter(std::uint64_t budget, const std::function<bool()>& stop) : budget_(budget), stop_(stop) {}

    void spend(std::uint64_t units) { spent_ += units; }
    [[nodiscard]] std::uint64_t spent() const { return spent_; }
    [[nodiscard]] std::uint64_t left() const { return spent_ < budget_ ? budget_ - spent_ : 0; }
    [[nodiscard]] const std::function<bool()>& stop() const { return stop_; }

    // True once the budget is spent or `stop` said so.
    [[nodiscard]] bool out() {
        constexpr std::uint64_t kPollEvery = 100'000;
        if (!stopped_ && stop_ && spent_ >= next_poll_) {
            next_poll_ = spent_ + kPollEvery;
            stopped_ = stop_();
        }
        return stopped_ || spent_ >= budget_;
    }
    // Ended by `stop`, not by the budget: not to be repeated.
    [[nodiscard]] bool stopped() const { return stopped_; }

private:
    std::uint64_t budget_;
    std::uint64_t spent_ = 0;
    std::uint64_t next_poll_ = 0;
    bool stopped_ = false;
    std::function<bool()> stop_;
};

}  // namespace tangram::planner::pipeline::rms
