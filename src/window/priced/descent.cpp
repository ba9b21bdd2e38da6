#include "window/priced/descent.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tangram::window::priced {

namespace {

// Found by measurement on 2 to 32 tenants.
constexpr double kMeanDecay = 0.8;
constexpr double kSquareDecay = 0.99;
constexpr double kFirstLength = 0.2;  // of the greatest price
// Rounds until steps are half as long; more GPUs that answer alike take more, by their root.
constexpr double kHalvingMin = 120;
constexpr double kHalvingPerRoot = 30;
constexpr double kLastLength = 1e-4;
constexpr double kSharedPart = 0.9;    // of a step
constexpr double kQuiet = 1e-3;        // a slope this small (instances) is noise
constexpr double kFirstPrice = 0.3;    // of the greatest
constexpr double kHostedDecay = 0.98;  // per round
constexpr double kLikely = 0.01;       // a smaller share is forgotten
constexpr double kFloorScale = static_cast<double>(kSharePerOne);

}  // namespace

Descent::Descent(const Question& question)
    : question_(question),
      bound_(question),
      scale_(question.cells()),
      instance_(question.cells()),
      shared_(question.tenants.size() * question.slots),
      extra_(question.tenants.size()),
      floor_(question.tenants.size()),
      best_(std::numeric_limits<double>::infinity()),
      halving_(std::max(kHalvingMin, kHalvingPerRoot * std::sqrt(static_cast<double>(
                                                           question.window->gpus.size())))) {
    at_.floor.resize(question.tenants.size());
    at_.extra.resize(question.tenants.size());
    for (std::size_t i = 0; i < question.tenants.size(); ++i) {
        const TenantTerms& tenant = question.tenants[i];
        for (std::size_t k = 0; k < question.types.size(); ++k) {
            for (std::size_t t = 0; t < question.slots; ++t) {
                scale_[question.at(i, k) + t] = price_max(question, i, k, t);
            }
        }
        double gain = 0;
        for (const Choice& choice : tenant.choices) {
            gain = std::max(gain, choice.accuracy - tenant.accuracy);
        }
        double requests = 0;
        for (const double rate : tenant.rates) requests += rate;
        extra_scale_.push_back(gain * requests / question.grid);
        hosted_.emplace_back(tenant.choices.size() * question.slots);
    }
    for (const double most : scale_) at_.instance.push_back(kFirstPrice * most);
}

double Descent::pace(Moments& moments, double slope) const {
    moments.mean = kMeanDecay * moments.mean + (1 - kMeanDecay) * slope;
    moments.square = kSquareDecay * moments.square + (1 - kSquareDecay) * slope * slope;
    return moments.mean / mean_part_ / (std::sqrt(moments.square / square_part_) + kQuiet);
}

void Descent::step_prices(std::size_t tenant, const Round& round, double length) {
    const std::size_t slots = question_.slots;
    const std::size_t types = question_.types.size();
    for (std::size_t t = 0; t < slots; ++t) {
        double most = 1;
        double slope = 0;
        for (std::size_t k = 0; k < types; ++k) {
            const std::size_t cell = question_.at(tenant, k) + t;
            most = std::max(most, scale_[cell]);
            slope += round.slope.instance[cell] * scale_[cell];
        }
        const double shared = kSharedPart * pace(shared_[tenant * slots + t], slope / most);
        for (std::size_t k = 0; k < types; ++k) {
            const std::size_t cell = question_.at(tenant, k) + t;
            const double own = pace(instance_[cell], round.slope.instance[cell]);
            at_.instance[cell] -= length * scale_[cell] * (shared + (1 - kSharedPart) * own);
        }
    }
}

void Descent::note_hosted(const Round& round) {
    for (std::vector<double>& hosted : hosted_) {
        for (double& share : hosted) share *= kHostedDecay;
    }
    for (std::size_t s = 0; s < question_.sites.size(); ++s) {
        const auto count = static_cast<double>(question_.sites[s].gpus.size());
        for (const Held& held : round.schedules[s]) {
            if (!held.choice) continue;
            hosted_[held.tenant][*held.choice * question_.slots + held.from] +=
                (1 - kHostedDecay) * count;
        }
    }
}

std::vector<std::vector<Likely>> Descent::likely() const {
    std::vector<std::vector<Likely>> likely(hosted_.size());
    for (std::size_t i = 0; i < hosted_.size(); ++i) {
        for (std::size_t plan = 0; plan < hosted_[i].size(); ++plan) {
            if (hosted_[i][plan] < kLikely) continue;
            likely[i].push_back({plan / question_.slots, plan % question_.slots, hosted_[i][plan]});
        }
    }
    return likely;
}

void Descent::round() {
    const Round round = bound_.evaluate(at_);
    ++rounds_;
    mean_part_ = 1 - std::pow(kMeanDecay, rounds_);
    square_part_ = 1 - std::pow(kSquareDecay, rounds_);
    if (round.bound < best_) {
        best_ = round.bound;
        prices_ = bound_.prices();
    }
    const double length = this->length();
    for (std::size_t i = 0; i < question_.tenants.size(); ++i) {
        step_prices(i, round, length);
        at_.extra[i] -= length * extra_scale_[i] * pace(extra_[i], round.slope.extra[i]);
        const double asked = std::max(1.0, question_.tenants[i].floor);
        at_.floor[i] -= length * kFloorScale * pace(floor_[i], round.slope.floor[i] / asked);
    }
    note_hosted(round);
}

double Descent::length() const { return kFirstLength * std::exp2(-rounds_ / halving_); }

bool Descent::finished() const { return length() < kLastLength; }

}  // namespace tangram::window::priced
