// "astraea": slot by slot the least compute that meets everybody's objective, without looking
// ahead. Our re-implementation after Zhang et al., "Astraea: towards QoS-aware and
// resource-efficient multi-stage GPU services" (ASPLOS 2022), as far as known: from its abstract
// and notes about it, not from its text.
//
// In every slot: who has less capacity than the load predicted for it is short. Then GPUs are cut
// anew one after the other (deal.h), for the most requests served within the next kPatience slots
// if the predicted loads stay as they are, and among those with the fewest compute slices; what
// need not change stays where it is. What is left idle, retraining may use.
//
// Differences:
//   - Astraea gives shares of a GPU by MPS to the stages of a service, and chooses how they
//     communicate; here a tenant has one stage, its shares are MIG instances, and changing them
//     costs what it costs in our model. kPatience is ours: without it every ripple of the load
//     would be a new cut;
//   - its predictor (of durations and contention) is the window's table of capacities. The
//     predicted load is the true maximum from now until a new instance could serve, which favours
//     it;
//   - where not all needs fit it serves as many requests as it can;
//   - retraining is not in the paper. Here one starts, uninterrupted, as soon as that pays by the
//     window's end if the loads stay as they are: what its better model brings against what goes
//     unserved meanwhile, which is nothing where slices are idle. Of all that pay the best one
//     comes first. This knows the window's end and favours it.
#pragma once

#include <memory>

#include "window/engine.h"

namespace tangram::window::baseline {

// Slots, beyond the longest warm-up, for which the present load is taken to last; of 3, 6, 12, 24
// and 48 the best on average over random windows.
inline constexpr int kPatience = 48;

[[nodiscard]] std::unique_ptr<Engine> make_astraea();

}  // namespace tangram::window::baseline
