// What is asked, served and used over time, exactly: rates and capacities are constant between
// changes, so every integral is a sum of whole numbers.
//
// A service serves min(rate, capacity): nothing waits, nothing is caught up later.
#pragma once

#include <cstdint>

#include "base/id.h"
#include "base/quantity.h"
#include "workload/problem.h"

namespace tangram::controller {

using workload::ServiceId;

// Products of two 64-bit counts.
__extension__ using Wide = __int128;

// A rate over a time: thousandths of requests x 10^-9. What people read are requests.
[[nodiscard]] std::int64_t whole_requests(Wide rate_time);

class Meter {
public:
    explicit Meter(std::size_t services);

    // Time goes on; never back.
    void advance(Duration to);
    void set_rate(ServiceId service, Rate rate);
    void add_capacity(ServiceId service, Rate change);
    void add_gpus(std::int64_t change);

    // Up to now.
    struct Reading {
        Wide asked = 0, served = 0, unserved = 0;  // rate x time; asked = served + unserved
        Wide gpu_time = 0;                         // nanoseconds
        std::int64_t peak_gpus = 0;
        Share worst_dip;        // the greatest unserved share of all requests at any time
        Duration short_time{};  // in which some service was short
    };
    [[nodiscard]] Reading reading() const;
    [[nodiscard]] Duration now() const { return now_; }
    [[nodiscard]] std::int64_t gpus() const { return gpus_; }

private:
    struct Line {
        Rate rate, capacity;
        Wide unserved = 0, served = 0;
        Duration since{};  // counted up to here
    };
    [[nodiscard]] static Rate missing(const Line& line) {
        return line.rate > line.capacity ? line.rate - line.capacity : Rate{};
    }
    void settle(Line& line) const;
    template <typename Edit>
    void edit(ServiceId service, const Edit& change);

    IdVector<ServiceId, Line> lines_;
    Duration now_{};
    Rate asked_rate_, missing_rate_;  // of all services
    std::int64_t gpus_ = 0;
    Reading reading_;
};

// Of all requests; 0 where none was asked.
[[nodiscard]] Share unserved_share(const Meter::Reading& reading);

}  // namespace tangram::controller
