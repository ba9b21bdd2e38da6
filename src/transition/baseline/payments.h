// Capacity as an account per service: what is above the floor now, then routes in their order, pay
// for drains. A baseline keeps capacity alone; of replicas and where they are it knows nothing.
#pragma once

#include <deque>
#include <vector>

#include "transition/baseline/script.h"

namespace tangram::transition::baseline {

// The floor of each service: the smaller of the rate asked and the capacity now.
[[nodiscard]] std::vector<ServicePromise> promises_of(const Ground& ground);

class Payments {
public:
    explicit Payments(const Ground& ground);

    [[nodiscard]] bool can_take(const Occupant& who) const;
    // All of them together.
    [[nodiscard]] bool can_take(const std::vector<Occupant>& all) const;
    // What the drain of `who` waits for. can_take().
    [[nodiscard]] std::vector<Wait> take(const Occupant& who);
    // `move` ends with the route of `who`.
    void pay(const Occupant& who, std::size_t move);

private:
    struct Payment {
        std::size_t move = 0;
        std::int64_t left = 0;
    };
    struct Account {
        std::int64_t slack = 0;
        std::int64_t all = 0;  // slack and what is left of payments
        std::deque<Payment> payments;
    };

    const Ground& ground_;
    IdVector<ServiceNameId, Account> accounts_;
};

}  // namespace tangram::transition::baseline
