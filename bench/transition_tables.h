// The tables of the benchmark of transitions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "transition_pairs.h"

namespace tangram::bench {

struct RacedPair {
    std::unique_ptr<TransitionPair> pair;
    TransitionRace driver, kubernetes;
};

// Pairs that are summed up together.
struct PairGroup {
    std::string name;
    std::vector<const RacedPair*> pairs;
};

void print_sizes(const std::vector<PairGroup>& groups);
void print_restarts(const std::vector<PairGroup>& kinds);
void print_spares(const std::vector<PairGroup>& kinds);
void print_times(const std::vector<PairGroup>& kinds, bool kubernetes);
// The figures that are aimed at, beside their goals.
void print_summary(const PairGroup& all);
// Pairs on which we are worse than somebody or something says we could be better.
void print_lost(const PairGroup& all);
void print_line(const RacedPair& raced);

}  // namespace tangram::bench
