#include "planner/pipeline/rms/configure.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace tangram::planner::pipeline::rms {

Configurator::Configurator(const Problem& problem)
    : problem_(problem), ranking_(problem.machine_types()) {}

void Configurator::rank(const Needs& needs, Meter& meter) {
    rests_.clear();
    nearly_done_.clear();
    for (const Need& need : needs) {
        rests_.push_back(problem_.rest(need));
        nearly_done_.push_back(problem_.nearly_done(need));
    }
    for (std::size_t k = 0; k < ranking_.size(); ++k) {
        auto& ranked = ranking_[MachineTypeId{k}];
        ranked.clear();
        for (std::size_t i = 0; i < needs.size(); ++i) {
            const double gain = rests_[i] * problem_.utility(needs[i], MachineTypeId{k});
            if (gain > 0) ranked.emplace_back(-gain, i);
        }
        std::ranges::sort(ranked);
    }
    meter.spend(6 * needs.size() * (1 + ranking_.size()));
}

// No configuration of the set can gain more.
double Configurator::limit(const MachineSet& set) const {
    double sum = 0;
    for (const MachineTypeId k : set.machines) {
        if (!ranking_[k].empty()) sum -= ranking_[k].front().first;
    }
    return sum;
}

std::size_t Configurator::touched_at(std::size_t index) const {
    std::size_t at = 0;
    while (at < touched_.size() && touched_[at].index != index) ++at;
    return at;
}

Configurator::Offer Configurator::best_offer(MachineTypeId type, std::size_t sharing) const {
    Offer best;
    for (std::size_t at = 0; at < touched_.size(); ++at) {
        const Touched& one = touched_[at];
        const double gain = rests_[one.index] * problem_.utility(one.need, type);
        if (gain > best.gain) best = {gain, one.index, at};
    }
    // The first of the others that may share; equal gains go to whom is here already.
    for (const auto& [loss, index] : ranking_[type]) {
        if (-loss <= best.gain) break;
        if (touched_at(index) < touched_.size()) continue;
        if (!nearly_done_[index] && open_sharers_ >= sharing) continue;
        best = {-loss, index, touched_.size()};
        break;
    }
    return best;
}

void Configurator::take(const Offer& offer, const Needs& needs, MachineTypeId type) {
    if (offer.touched == touched_.size()) {
        touched_.push_back({offer.index, needs[offer.index]});
        if (!nearly_done_[offer.index]) ++open_sharers_;
    }
    Need& need = touched_[offer.touched].need;
    need.amount -= problem_.speed(need.job, type);
    --need.machines;
}

Candidate Configurator::configure(MachineSetId set, const Needs& needs, std::size_t sharing,
                                  Meter& meter) {
    const std::vector<MachineTypeId>& machines = problem_.sets()[set].machines;
    Candidate candidate;
    candidate.configuration.set = set;
    candidate.configuration.jobs.resize(machines.size());
    touched_.clear();
    open_sharers_ = 0;
    for (std::size_t i = 0; i < machines.size(); ++i) {
        const Offer offer = best_offer(machines[i], sharing);
        if (offer.gain <= 0) continue;
        candidate.configuration.jobs[i] = needs[offer.index].job;
        candidate.score += offer.gain;
        take(offer, needs, machines[i]);
    }
    candidate.score /= problem_.weight(set);
    meter.spend(20 + machines.size() * (6 + 3 * touched_.size()));
    return candidate;
}

std::vector<Candidate> Configurator::best(const Needs& needs, const Room& room, std::size_t sharing,
                                          std::size_t most, Meter& meter) {
    rank(needs, meter);
    std::vector<std::pair<double, MachineSetId>> order;
    for (const MachineSetId m : problem_.sets().ids()) {
        const MachineSet& set = problem_.sets()[m];
        if (room[set.pool] <= 0) continue;
        const double most_gain = limit(set) / problem_.weight(m);
        if (most_gain > 0) order.emplace_back(-most_gain, m);
    }
    std::ranges::sort(order);
    meter.spend(8 * problem_.sets().size());
    std::vector<Candidate> found;
    for (const auto& [loss, m] : order) {
        if (found.size() == most && -loss <= found.back().score) break;
        Candidate candidate = configure(m, needs, sharing, meter);
        const auto place =
            std::ranges::upper_bound(found, candidate.score, std::greater{}, &Candidate::score);
        found.insert(place, std::move(candidate));
        if (found.size() > most) found.pop_back();
    }
    return found;
}

double Configurator::score(const Configuration& configuration, const Needs& needs, Meter& meter) {
    const MachineSet& set = problem_.sets()[configuration.set];
    double gain = 0;
    touched_.clear();
    for (std::size_t i = 0; i < configuration.jobs.size(); ++i) {
        const JobId job = configuration.jobs[i];
        if (!job.valid()) continue;
        const auto found = std::ranges::lower_bound(needs, job, {}, &Need::job);
        if (found == needs.end() || found->job != job) continue;
        const auto index = static_cast<std::size_t>(found - needs.begin());
        const std::size_t at = touched_at(index);
        if (at == touched_.size()) touched_.push_back({index, *found});
        Need& need = touched_[at].need;
        gain += problem_.rest(*found) * problem_.utility(need, set.machines[i]);
        need.amount -= problem_.speed(job, set.machines[i]);
        --need.machines;
    }
    meter.spend(12 * configuration.jobs.size());
    return gain / problem_.weight(configuration.set);
}

bool Configurator::fill_idle(const Needs& needs, Configuration& configuration, Meter& meter) {
    const auto idle = [](JobId job) { return !job.valid(); };
    if (std::ranges::none_of(configuration.jobs, idle)) return false;
    bool filled = false;
    const MachineSet& set = problem_.sets()[configuration.set];
    Needs left = needs;
    for (std::size_t i = 0; i < configuration.jobs.size(); ++i) {
        Need* need = configuration.jobs[i].valid() ? find(left, configuration.jobs[i]) : nullptr;
        if (need == nullptr) continue;
        need->amount -= problem_.speed(need->job, set.machines[i]);
        --need->machines;
    }
    for (std::size_t i = 0; i < configuration.jobs.size(); ++i) {
        if (configuration.jobs[i].valid()) continue;
        Need* best = nullptr;
        double most = 0;
        for (Need& need : left) {
            const double utility = problem_.utility(need, set.machines[i]);
            if (utility <= most) continue;
            best = &need;
            most = utility;
        }
        meter.spend(4 * left.size());
        if (best == nullptr) continue;
        configuration.jobs[i] = best->job;
        best->amount -= problem_.speed(best->job, set.machines[i]);
        --best->machines;
        filled = true;
    }
    return filled;
}

}  // namespace tangram::planner::pipeline::rms
