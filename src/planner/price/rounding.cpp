#include "planner/price/rounding.h"

#include <algorithm>

#include "planner/price/cut_mix.h"
#include "planner/price/diffuse.h"
#include "planner/price/settle.h"

namespace tangram::planner::price {
namespace {

constexpr std::int32_t kWide = 6;            // instances
constexpr std::size_t kSettledAtMost = 400;  // demands in one LP

struct Undecided {
    ServiceId service;
    std::int32_t spread;
};

}  // namespace

Rounding round_mix(const PlanningModel& model, const Bound& bound, Random& random,
                   std::uint64_t& work) {
    const CutMix mix(bound);
    Rounding rounding;
    rounding.partitions = bound.partitions;
    Assignment& assignment = rounding.assignment;
    assignment.counts = mix.parts().front().cut->counts;
    std::vector<Undecided> undecided;
    for (const ServiceId s : model.demands.ids()) {
        const std::int32_t spread = mix.spread(model.demands[s]);
        if (spread > 0) undecided.push_back({s, spread});
    }
    random.shuffle(std::span{undecided});
    // Wide first; within the narrow ones too, so that the last and finest steps correct the most.
    std::ranges::stable_sort(undecided, std::ranges::greater{}, &Undecided::spread);
    std::vector<ServiceId> wide;
    std::vector<ServiceId> narrow;
    for (const Undecided& demand : undecided) {
        const bool is_wide = demand.spread >= kWide && wide.size() < kSettledAtMost;
        (is_wide ? wide : narrow).push_back(demand.service);
    }
    diffuse(model, bound, mix, narrow, assignment);
    for (const ServiceId s : wide) {
        const Demand& demand = model.demands[s];
        std::fill_n(assignment.counts.begin() + demand.first_option, demand.option_count, 0);
    }
    assignment.totals.assign(model.types.size(), 0);
    for (std::size_t o = 0; o < model.options.size(); ++o) {
        assignment.totals[model.options[o].type.index()] += assignment.counts[o];
    }
    if (wide.empty()) return rounding;
    std::vector<double> partitions = settle(model, bound, wide, assignment, work);
    if (!partitions.empty()) {
        rounding.partitions = std::move(partitions);
        return rounding;
    }
    diffuse(model, bound, mix, wide, assignment);
    for (const ServiceId s : wide) {
        const auto options = model.options_of(s);
        for (std::size_t o = 0; o < options.size(); ++o) {
            assignment.totals[options[o].type.index()] +=
                assignment.counts[model.demands[s].first_option + o];
        }
    }
    return rounding;
}

}  // namespace tangram::planner::price
