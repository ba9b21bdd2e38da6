#include "transition/baseline/payments.h"

#include <algorithm>
#include <map>

#include "base/check.h"

namespace tangram::transition::baseline {

std::vector<ServicePromise> promises_of(const Ground& ground) {
    std::vector<ServicePromise> promises;
    for (const ServiceNameId s : ground.services.ids()) {
        ServicePromise promise{s, {}, {}, {}};
        for (const Occupant& one : ground.now) {
            if (one.instance.service == s) promise.now += ground.capacity_of(one);
        }
        for (const Occupant& one : ground.then) {
            if (one.instance.service == s) promise.after += ground.capacity_of(one);
        }
        if (s.index() < ground.problem->services.size()) {
            const workload::ServiceId asked{s.index()};
            promise.floor = std::min(promise.now, ground.problem->services[asked].rate);
        }
        promises.push_back(promise);
    }
    return promises;
}

Payments::Payments(const Ground& ground) : ground_(ground) {
    for (const ServicePromise& promise : promises_of(ground)) {
        const std::int64_t slack = (promise.now - promise.floor).count();
        accounts_.push_back({slack, slack, {}});
    }
}

bool Payments::can_take(const Occupant& who) const {
    if (!who.instance.service.valid()) return true;
    return accounts_[who.instance.service].all >= ground_.capacity_of(who).count();
}

bool Payments::can_take(const std::vector<Occupant>& all) const {
    std::map<ServiceNameId, std::int64_t> sum;
    for (const Occupant& who : all) {
        if (who.instance.service.valid()) {
            sum[who.instance.service] += ground_.capacity_of(who).count();
        }
    }
    return std::ranges::all_of(
        sum, [&](const auto& one) { return accounts_[one.first].all >= one.second; });
}

std::vector<Wait> Payments::take(const Occupant& who) {
    CHECK(can_take(who), "a drain that nothing pays for");
    std::vector<Wait> waits;
    const ServiceNameId service = who.instance.service;
    if (!service.valid()) return waits;
    Account& account = accounts_[service];
    std::int64_t left = ground_.capacity_of(who).count();
    account.all -= left;
    const std::int64_t from_slack = std::min(left, account.slack);
    account.slack -= from_slack;
    left -= from_slack;
    while (left > 0) {
        Payment& payment = account.payments.front();
        const std::int64_t used = std::min(left, payment.left);
        waits.push_back({payment.move, ArcReason::kCapacity, service});
        payment.left -= used;
        left -= used;
        if (payment.left == 0) account.payments.pop_front();
    }
    return waits;
}

void Payments::pay(const Occupant& who, std::size_t move) {
    if (!who.instance.service.valid()) return;
    Account& account = accounts_[who.instance.service];
    const std::int64_t amount = ground_.capacity_of(who).count();
    account.payments.push_back({move, amount});
    account.all += amount;
}

}  // namespace tangram::transition::baseline
