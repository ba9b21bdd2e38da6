#include "controller/meter.h"

#include <algorithm>

#include "base/check.h"

namespace tangram::controller {

std::int64_t whole_requests(Wide rate_time) {
    constexpr Wide kUnit = Wide{kRatePerRps} * 1'000'000'000;
    return static_cast<std::int64_t>((rate_time + kUnit / 2) / kUnit);
}

Share unserved_share(const Meter::Reading& reading) {
    if (reading.asked == 0) return Share{};
    return Share{static_cast<std::int64_t>(reading.unserved * kSharePerOne / reading.asked)};
}

Meter::Meter(std::size_t services) : lines_(services) {}

// Whatever is too little now lasts for some time: changes of one moment are seen together.
void Meter::advance(Duration to) {
    CHECK(to >= now_, "time goes back");
    if (to == now_) return;
    const Wide time = (to - now_).count();
    reading_.asked += time * asked_rate_.count();
    reading_.gpu_time += time * gpus_;
    reading_.peak_gpus = std::max(reading_.peak_gpus, gpus_);
    if (missing_rate_ > Rate{}) {
        const Wide share = Wide{missing_rate_.count()} * kSharePerOne / asked_rate_.count();
        reading_.worst_dip = std::max(reading_.worst_dip, Share{static_cast<std::int64_t>(share)});
        reading_.short_time += to - now_;
    }
    now_ = to;
}

void Meter::settle(Line& line) const {
    const Wide time = (now_ - line.since).count();
    line.unserved += time * missing(line).count();
    line.served += time * std::min(line.rate, line.capacity).count();
    line.since = now_;
}

template <typename Edit>
void Meter::edit(ServiceId service, const Edit& change) {
    Line& line = lines_[service];
    settle(line);
    asked_rate_ -= line.rate;
    missing_rate_ -= missing(line);
    change(line);
    asked_rate_ += line.rate;
    missing_rate_ += missing(line);
}

void Meter::set_rate(ServiceId service, Rate rate) {
    CHECK(rate >= Rate{});
    edit(service, [&](Line& line) { line.rate = rate; });
}

void Meter::add_capacity(ServiceId service, Rate change) {
    edit(service, [&](Line& line) { line.capacity += change; });
    CHECK(lines_[service].capacity >= Rate{}, "a service with less than no capacity");
}

void Meter::add_gpus(std::int64_t change) {
    gpus_ += change;
    CHECK(gpus_ >= 0);
}

Meter::Reading Meter::reading() const {
    Reading reading = reading_;
    for (Line line : lines_) {
        settle(line);
        reading.served += line.served;
        reading.unserved += line.unserved;
    }
    return reading;
}

}  // namespace tangram::controller
