#include "window/rolling/belief.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/random.h"

namespace tangram::window::rolling {
namespace {

constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15ULL;

double share(Share part) {
    return static_cast<double>(part.count()) / static_cast<double>(kSharePerOne);
}

struct Deviation {
    double slots = 0, accuracy = 0;
};

Deviation draw_deviation(const PredictionError& error, Random& random) {
    Deviation drawn;
    drawn.slots = share(error.slots_bias) + share(error.slots_noise) * random.normal();
    drawn.accuracy = share(error.accuracy_bias) + share(error.accuracy_noise) * random.normal();
    return drawn;
}

Retraining wrong(Retraining retraining, const Deviation& error) {
    const double slots = std::round(static_cast<double>(retraining.slots) * (1 + error.slots));
    retraining.slots = static_cast<int>(std::clamp(slots, 1.0, static_cast<double>(kSlotsMax)));
    const double accuracy = share(retraining.accuracy) + error.accuracy;
    retraining.accuracy =
        Share{std::llround(std::clamp(accuracy, 0.0, 1.0) * static_cast<double>(kSharePerOne))};
    return retraining;
}

}  // namespace

std::vector<Retraining> predicted(const std::vector<Retraining>& truth,
                                  const PredictionError& error, std::uint64_t draw) {
    std::vector<Retraining> beliefs = truth;
    if (error.none()) return beliefs;
    Random random(error.seed + kSpread * (draw + 1));
    std::vector<Deviation> errors;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        const auto same = std::ranges::find(truth, truth[i].name, &Retraining::name);
        const auto first = static_cast<std::size_t>(same - truth.begin());
        errors.push_back(first < i ? errors[first] : draw_deviation(error, random));
        beliefs[i] = wrong(truth[i], errors[i]);
    }
    return beliefs;
}

Foresight::Foresight(const Scenario& scenario, const forecast::Options& options,
                     const forecast::BurstOptions& bursts)
    : options_(options) {
    for (const TenantId id : scenario.tenants.ids()) {
        const ScenarioTenant& tenant = scenario.tenants[id];
        Line line{.rates = tenant.past, .past = tenant.past.size(), .missed = {}};
        line.rates.insert(line.rates.end(), tenant.rates.begin(), tenant.rates.end());
        line.missed = forecast::missed_bursts(line.rates, bursts, id.index());
        lines_.push_back(std::move(line));
    }
}

std::vector<Rate> Foresight::rates(TenantId tenant, std::size_t slot, int steps) const {
    const Line& line = lines_[tenant];
    const std::span<const Rate> all = line.rates;
    const std::size_t now = line.past + slot;
    const std::uint64_t draw = slot * lines_.size() + tenant.index();
    std::vector<Rate> values =
        forecast::forecast({all.first(now), all.subspan(now)}, steps, options_, draw);
    const std::size_t lag = std::min(now, static_cast<std::size_t>(options_.lag));
    forecast::miss(values, now, now - lag, line.missed);
    return values;
}

}  // namespace tangram::window::rolling
