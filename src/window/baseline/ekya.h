// "ekya": the thief scheduler. Our re-implementation after Bhardwaj et al., "Ekya: Continuous
// Learning of Video Analytics Models on Edge Compute Servers" (NSDI 2022), section 4.
//
// Ekya shares the GPUs' compute among jobs: inference and retraining of each tenant. Everybody gets
// the same to begin with. Then each job in turn, as the thief, takes a quantum of compute from each
// other job for as long as the mean accuracy of inference over the window rises; for every division
// each tenant takes the retraining (or none) that is best for it, from micro-profiled durations and
// accuracies. Runs when the window begins and whenever a retraining ends.
//
// Differences, each in its favour where the paper leaves it open or our model has no counterpart:
//   - MPS, not MIG: a share of a GPU serves, and retrains, as fast as lies on the line between the
//     MIG profiles with fewer and with more compute slices (share_curve.h). No switching cost at
//     all. No isolation: where there are more jobs than GPUs, everybody is slower by
//     `interference`;
//   - shares are of all GPUs of a kind together; what a placement on GPUs would lose is not
//     counted. Inference may run as several processes with equal parts of its share, where that
//     serves more (small parts often serve more per slice); retraining is one process;
//   - durations and accuracies are exact, micro-profiling is free, rates are known for the whole
//     window;
//   - the mean is weighted by requests and what is not served counts 0, so it is the goodput; with
//     equal rates, as in the paper, that is the same order. Inference has no other settings
//     (frame rates, smaller models) to fall back to;
//   - thieves go round until nobody gains, with 1/10 of a GPU and then with 1/50; the paper's go
//     once. Until the next run a tenant expects to serve with what its retraining leaves.
// No MIG schedule comes of it and no floor is looked at; the account is made from shares.
#pragma once

#include <memory>
#include <vector>

#include "window/engine.h"

namespace tangram::window::baseline {

struct EkyaOptions {
    // The part of its speed a job loses to its neighbours; our choice, at the low end. As far as
    // known: less than 18 % more latency for nine in ten pairs of models (Choi et al., "Serving
    // Heterogeneous Machine Learning Models on Multi-GPU Servers with Spatio-Temporal Sharing", ATC
    // 2022), about 30 % lost where memory is contended for (arXiv 2604.22430).
    Share interference{50'000};
    int processes_max = 7;  // of an inference job for each GPU's worth of share, >= 1
    // Quanta, one after the other, as parts of a GPU.
    std::vector<Share> quanta{Share{100'000}, Share{20'000}};
};

[[nodiscard]] std::unique_ptr<Engine> make_ekya(const EkyaOptions& options);
[[nodiscard]] std::unique_ptr<Engine> make_default_ekya();

}  // namespace tangram::window::baseline
