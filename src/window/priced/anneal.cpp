#include "window/priced/anneal.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tangram::window::priced {

namespace {

constexpr std::uint64_t kPollEvery = 256;       // changes
constexpr std::uint64_t kChangesPerCell = 600;  // a cell: one slot of one GPU
constexpr int kShortPasses = 2;                 // each half as long as the next one
// Of what a cell is worth on average. Half and twice of both are about as good.
constexpr double kHot = 0.08;
constexpr double kCold = 8e-4;
constexpr int kRoundsMax = 8;  // in which each GPU is improved

}  // namespace

Annealing::Annealing(const Question& question, std::uint64_t seed, std::function<bool()> stopped)
    : question_(question),
      stopped_(std::move(stopped)),
      random_(seed),
      changes_(question, random_),
      response_(question),
      fleet_(question),
      best_(fleet_),
      columns_(fleet_.columns()) {
    for (std::size_t gpu = 0; gpu < columns_.size(); ++gpu) {
        changes_.use(gpu, fleet_.site(gpu).trees.front());
    }
}

void Annealing::build(const Prices& prices, double share) {
    Fleet fleet(question_);
    for (std::size_t gpu = 0; gpu < columns_.size() && !stopped_(); ++gpu) {
        response_.replace(fleet, gpu, {share, &prices});
    }
    double before = 0;
    for (int round = 0; round < kRoundsMax && fleet.worth() > before; ++round) {
        before = fleet.worth();
        for (std::size_t gpu = 0; gpu < columns_.size() && !stopped_(); ++gpu) {
            response_.improve(fleet, gpu);
        }
    }
    adopt(fleet);
}

void Annealing::adopt(const Fleet& fleet) {
    if (fleet.worth() <= best_.worth()) return;
    best_ = fleet;
    failures_ = 0;
}

// From the best fleet. Where rules forbid company, a GPU may get another one of its trees, and
// begins anew if what it does is not in it.
void Annealing::begin(bool redrawn) {
    columns_ = best_.columns();
    const Fleet empty(question_);
    for (std::size_t gpu = 0; gpu < columns_.size(); ++gpu) {
        const std::vector<std::size_t>& trees = best_.site(gpu).trees;
        if (trees.size() == 1) continue;
        const std::size_t tree = trees[random_.below(trees.size())];
        changes_.use(gpu, tree);
        if (!changes_.fits(best_, gpu, tree)) columns_[gpu] = empty.column(gpu);
    }
    fleet_.load(columns_);
    if (!redrawn) return;
    changes_.redraw(fleet_);
    columns_ = fleet_.columns();
}

void Annealing::cool(double worth, std::uint64_t changes) {
    const double cells = static_cast<double>(columns_.size() * question_.slots);
    const std::uint64_t polls = changes / kPollEvery + 1;
    const auto falls = static_cast<double>(polls);
    const double cooling = std::pow(kCold / kHot, 1 / falls);
    double temperature = kHot * worth / cells;
    double most = fleet_.worth();
    for (std::uint64_t i = 0; i < changes; ++i) {
        if (i % kPollEvery == 0) {
            if (stopped_()) return;
            temperature *= cooling;
        }
        ++work_;
        const bool made = changes_.draw(fleet_);
        const double gain = made ? fleet_.gain() : 0;
        if (!made || (gain < 0 && gain < temperature * std::log(random_.unit()))) {
            fleet_.undo();
            continue;
        }
        fleet_.keep();
        if (fleet_.worth() <= most) continue;
        most = fleet_.worth();
        for (const std::size_t gpu : fleet_.changed()) columns_[gpu] = fleet_.column(gpu);
    }
}

void Annealing::pass(double worth, bool redrawn) {
    begin(redrawn);
    const std::uint64_t cells = columns_.size() * question_.slots;
    const int halvings = std::max(0, kShortPasses - passes_++);
    cool(worth, (cells * kChangesPerCell) >> halvings);
    fleet_.load(columns_);
    if (fleet_.worth() > best_.worth()) {
        best_ = fleet_;
        failures_ = 0;
    } else if (halvings == 0) {
        ++failures_;
    }
}

}  // namespace tangram::window::priced
