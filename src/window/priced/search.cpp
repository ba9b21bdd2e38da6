#include "window/priced/search.h"

#include <algorithm>
#include <utility>

namespace tangram::window::priced {

namespace {

constexpr int kPassesMax = 8;
constexpr std::size_t kWishesMax = 256;    // per tenant; the newest ones
constexpr std::uint64_t kPlainEvery = 3;   // perturbations without a wish
constexpr std::uint64_t kVariedEvery = 3;  // wishes for any choice
constexpr std::uint64_t kShiftMax = 12;    // slots
constexpr std::uint64_t kNoneEvery = 8;    // wishes for no retraining
constexpr std::uint64_t kShares = 5;       // of reserve that are tried: 0, 1/4, ... 1
constexpr std::uint64_t kFairEvery = 4;    // perturbations without weights
constexpr double kWeightMax = 2;
// Of the fleet's worth per GPU: how much less a fleet may be worth and still be searched on from,
// and how much polishing may add.
constexpr double kTolerance = 8e-3;
constexpr double kNear = 1e-2;

}  // namespace

Search::Search(const Question& question, std::uint64_t seed, std::function<bool()> stopped)
    : question_(question),
      stopped_(std::move(stopped)),
      response_(question),
      random_(seed),
      wishes_(question.tenants.size()),
      best_(question),
      current_(question) {}

// What is far off is not worth polishing.
bool Search::near(const Fleet& fleet) const {
    const auto gpus = static_cast<double>(question_.window->gpus.size());
    return fleet.worth() > (1 - kNear / gpus) * best_.worth();
}

void Search::settle(Fleet& fleet, Grain grain) {
    const std::size_t gpus = question_.window->gpus.size();
    for (int pass = 0; pass < kPassesMax; ++pass) {
        const double before = fleet.worth();
        for (std::size_t gpu = 0; gpu < gpus; ++gpu) {
            if (stopped_()) return;
            response_.improve(fleet, gpu, grain);
        }
        if (fleet.worth() <= before) return;
    }
}

void Search::offer(Fleet fleet) {
    if (fleet.worth() > best_.worth()) {
        best_ = fleet;
        failures_ = 0;
    } else {
        ++failures_;
    }
    const double fall = best_.worth() - fleet.worth();
    const auto gpus = static_cast<double>(question_.window->gpus.size());
    const double allowed = kTolerance / gpus * random_.unit() * best_.worth();
    if (fall <= allowed) current_ = std::move(fleet);
}

void Search::build(const Prices& prices, double share) {
    Fleet fleet(question_);
    for (std::size_t gpu = 0; gpu < question_.window->gpus.size() && !stopped_(); ++gpu) {
        response_.replace(fleet, gpu, {share, &prices}, {});
    }
    settle(fleet, Grain::kCoarse);
    if (near(fleet)) settle(fleet, Grain::kFine);
    offer(std::move(fleet));
}

void Search::note(const std::vector<std::vector<Held>>& schedules) {
    for (const std::vector<Held>& schedule : schedules) {
        for (const Held& held : schedule) {
            if (!held.choice) continue;
            std::vector<Wish>& wishes = wishes_[held.tenant];
            if (wishes.size() == kWishesMax) wishes.erase(wishes.begin());
            wishes.push_back({held.tenant, held.choice, held.from});
        }
    }
}

// A slot at which a retraining may well start: where it does now, more or less, where another one
// ends, or at once.
std::size_t Search::draw_start(std::size_t tenant) {
    std::vector<std::size_t> starts{0};
    for (std::size_t gpu = 0; gpu < question_.window->gpus.size(); ++gpu) {
        for (const Held& held : current_.column(gpu)) {
            if (!held.choice) continue;
            const std::size_t shift = random_.below(kShiftMax);
            if (held.tenant != tenant) {
                starts.push_back(held.until);
            } else if (random_.below(2) == 0) {
                starts.push_back(held.from + shift);
            } else {
                starts.push_back(held.from - std::min(shift, held.from));
            }
        }
    }
    return starts[random_.below(starts.size())];
}

// A retraining that the bound liked, or a variation on what is there; now and then none at all.
std::optional<Wish> Search::draw_wish() {
    const std::size_t tenant = random_.below(wishes_.size());
    const std::vector<Choice>& choices = question_.tenants[tenant].choices;
    if (choices.empty() || random_.below(kPlainEvery) == 0) return {};
    if (random_.below(kNoneEvery) == 0) return Wish{.tenant = tenant, .choice = {}, .from = 0};
    const std::vector<Wish>& liked = wishes_[tenant];
    Wish wish{.tenant = tenant, .choice = random_.below(choices.size()), .from = 0};
    if (!liked.empty() && random_.below(kVariedEvery) != 0) {
        wish = liked[random_.below(liked.size())];
        if (random_.below(2) == 0) return wish;
    }
    wish.from = std::min(draw_start(tenant), question_.slots - choices[*wish.choice].slots);
    return wish;
}

std::optional<std::size_t> Search::host(std::size_t tenant) const {
    for (std::size_t gpu = 0; gpu < question_.window->gpus.size(); ++gpu) {
        for (const Held& held : current_.column(gpu)) {
            if (held.choice && held.tenant == tenant) return gpu;
        }
    }
    return {};
}

// Tenants out of favour or in it: what a GPU does then differs from what it does at true worth.
std::vector<double> Search::draw_weights() {
    std::vector<double> weights;
    if (random_.below(kFairEvery) == 0) return weights;
    for (std::size_t i = 0; i < question_.tenants.size(); ++i) {
        weights.push_back(kWeightMax * random_.unit());
    }
    return weights;
}

void Search::perturb(const Prices& prices) {
    const std::size_t gpus = question_.window->gpus.size();
    const std::optional<Wish> wish = draw_wish();
    const double share = static_cast<double>(random_.below(kShares)) / (kShares - 1);
    const std::size_t one = random_.below(gpus);
    std::size_t other = random_.below(gpus);
    if (wish) other = host(wish->tenant).value_or(other);
    Fleet fleet = current_;
    fleet.clear(other);
    response_.replace(fleet, one, {share, &prices, draw_weights()}, wish);
    if (other != one) response_.replace(fleet, other, {}, {});
    response_.improve(fleet, one, Grain::kCoarse);
    if (other != one) response_.improve(fleet, other, Grain::kCoarse);
    response_.improve(fleet, random_.below(gpus), Grain::kCoarse);
    if (near(fleet)) {
        response_.improve(fleet, one, Grain::kFine);
        if (other != one) response_.improve(fleet, other, Grain::kFine);
    }
    offer(std::move(fleet));
}

}  // namespace tangram::window::priced
