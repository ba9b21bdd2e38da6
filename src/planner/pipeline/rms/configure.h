// The configurations of one whole that do most for what is lacking.
//
// Score of a configuration: sum over jobs of (1 - c[i]) u[i], per cost of the whole, where c[i] is
// the job's completion and u[i] the share of its need that the configuration covers
// (Problem::utility). As in reading notes of the paper; that work beyond the need counts nothing,
// that a machine asked for by number is a share of the need, and "per cost" are ours.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "planner/pipeline/rms/task.h"

namespace tangram::planner::pipeline::rms {

struct Candidate {
    Configuration configuration;
    double score = 0;
};

// For every machine set the machines are given away from large to small, each to the job that gains
// most; so one candidate per set, best first. Keeps its buffers: one per thread of control.
class Configurator {
public:
    explicit Configurator(const Problem& problem);

    // At most `most` of them; sets without room or use are left out. At most `sharing` jobs that
    // are not nearly done get machines of one whole. O(types x needs log needs + sets x machines).
    [[nodiscard]] std::vector<Candidate> best(const Needs& needs, const Room& room,
                                              std::size_t sharing, std::size_t most, Meter& meter);

    // The score of a given configuration; 0 if it is of no use.
    [[nodiscard]] double score(const Configuration& configuration, const Needs& needs,
                               Meter& meter);

    // Gives idle machines to whom they serve most. True if any was of use.
    bool fill_idle(const Needs& needs, Configuration& configuration, Meter& meter);

private:
    struct Touched {
        std::size_t index = 0;  // into needs
        Need need;
    };
    struct Offer {
        double gain = 0;
        std::size_t index = 0;
        std::size_t touched = 0;  // into touched_, or its size
    };

    void rank(const Needs& needs, Meter& meter);
    [[nodiscard]] double limit(const MachineSet& set) const;
    [[nodiscard]] Candidate configure(MachineSetId set, const Needs& needs, std::size_t sharing,
                                      Meter& meter);
    [[nodiscard]] Offer best_offer(MachineTypeId type, std::size_t sharing) const;
    void take(const Offer& offer, const Needs& needs, MachineTypeId type);
    [[nodiscard]] std::size_t touched_at(std::size_t index) const;

    const Problem& problem_;
    std::vector<double> rests_;      // 1 - c, by index of the need
    std::vector<bool> nearly_done_;  // by index of the need
    // By type: the needs it serves, by falling gain.
    IdVector<MachineTypeId, std::vector<std::pair<double, std::size_t>>> ranking_;
    std::vector<Touched> touched_;
    std::size_t open_sharers_ = 0;
};

}  // namespace tangram::planner::pipeline::rms
