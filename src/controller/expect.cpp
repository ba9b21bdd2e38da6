#include "controller/expect.h"

#include <algorithm>
#include <span>

namespace tangram::controller {
namespace {

forecast::Method method_of(const ReplayOptions& options) {
    switch (options.policy) {
        case Policy::kReactive:
            return forecast::Method::kLast;
        case Policy::kForecast:
            return options.forecast.method;
        case Policy::kStaticPeak:
        case Policy::kPerfect:
            break;
    }
    return forecast::Method::kPerfect;
}

}  // namespace

Expecter::Expecter(const Recording& recording, const ReplayOptions& options)
    : recording_(recording),
      options_(options),
      sees_current_(options.seen_after < recording.step),
      forecast_(options.forecast),
      errors_(recording.rates.size()) {
    forecast_.method = method_of(options);
    // The errors of the past that is known when it all begins count as well.
    const std::size_t kept = static_cast<std::size_t>(std::max(options.errors_kept, 0));
    learnt_ = recording.first - std::min(recording.first, kept);
    learnt_ = std::max<std::size_t>(learnt_, 1);
}

// The rate of a step seen as it begins is no forecast; those of the next ones are.
std::vector<Rate> Expecter::rates_of(ServiceId service, std::size_t step, int ahead) const {
    const std::span<const Rate> all(recording_.rates[service]);
    // Before anything is known, the first step is taken as known.
    const bool seen = sees_current_ || step == 0;
    const std::size_t known = step + (seen ? 1 : 0);
    std::vector<Rate> rates;
    if (seen && forecast_.method != forecast::Method::kPerfect) rates.push_back(all[step]);
    const int missing = ahead - static_cast<int>(rates.size());
    const std::size_t past = rates.empty() ? step : known;
    const std::uint64_t draw = step * recording_.rates.size() + service.index();
    const std::vector<Rate> coming =
        forecast::forecast({all.first(past), all.subspan(past)}, missing, forecast_, draw);
    rates.insert(rates.end(), coming.begin(), coming.end());
    return rates;
}

// How the forecasts of steps that are known by now turned out, of what lies furthest ahead within
// what a plan covers least: the next step that is not seen.
void Expecter::learn(std::size_t step) {
    const std::size_t known = step + (sees_current_ ? 1 : 0);
    const auto kept = static_cast<std::size_t>(std::max(options_.errors_kept, 1));
    for (; learnt_ < known; ++learnt_) {
        for (const ServiceId s : recording_.rates.ids()) {
            const std::span<const Rate> all(recording_.rates[s]);
            const std::uint64_t draw = learnt_ * recording_.rates.size() + s.index();
            const Rate said =
                forecast::forecast({all.first(learnt_), all.subspan(learnt_)}, 1, forecast_, draw)
                    .front();
            std::deque<Rate>& errors = errors_[s];
            errors.push_back(std::max(Rate{}, all[learnt_] - said));
            if (errors.size() > kept) errors.pop_front();
        }
    }
}

Rate Expecter::safety(ServiceId service) const {
    const std::deque<Rate>& errors = errors_[service];
    if (errors.empty()) return Rate{};
    const std::vector<Rate> past(errors.begin(), errors.end());
    forecast::Options quantile;
    quantile.method = forecast::Method::kQuantile;
    quantile.window = static_cast<int>(past.size());
    quantile.quantile = options_.safety;
    return forecast::forecast({past, {}}, 1, quantile).front();
}

Expectation Expecter::at(std::size_t step, int ahead) {
    const bool careful = options_.safety.count() > 0;
    if (careful) learn(step);
    Expectation expected{recording_.step, sees_current_ ? options_.seen_after : Duration{}, {}};
    for (const ServiceId s : recording_.rates.ids()) {
        std::vector<Rate> rates = rates_of(s, step, ahead);
        const Rate more = careful ? safety(s) : Rate{};
        // What is seen needs no safety.
        for (std::size_t i = sees_current_ ? 1 : 0; i < rates.size(); ++i) rates[i] += more;
        expected.rates.push_back(std::move(rates));
    }
    return expected;
}

}  // namespace tangram::controller
