#include "workload/problem.h"

#include <limits>

#include "base/check.h"

namespace tangram::workload {

Rate required_capacity(Rate rate, Share limit) {
    __extension__ using Wide = __int128;
    CHECK(limit.count() > 0);
    const Wide needed = Wide{rate.count()} * kSharePerOne;
    const Wide quotient = needed / limit.count();
    const bool exact = quotient * limit.count() == needed;
    const Wide rounded_up = quotient + (!exact && needed > 0 ? 1 : 0);
    CHECK(rounded_up <= std::numeric_limits<std::int64_t>::max());
    return Rate{static_cast<std::int64_t>(rounded_up)};
}

Rate share_of_rate(Rate rate, const std::optional<Share>& share) {
    if (!share) return Rate{0};
    __extension__ using Wide = __int128;
    const Wide wanted = (Wide{rate.count()} * share->count() + kSharePerOne - 1) / kSharePerOne;
    CHECK(wanted <= std::numeric_limits<std::int64_t>::max());
    return Rate{static_cast<std::int64_t>(wanted)};
}

}  // namespace tangram::workload
