#include "workload/change_kinds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/nearest.h"
#include "base/random.h"

namespace tangram::workload {
namespace {

constexpr std::array<std::string_view, 6> kKinds = {"half", "balanced", "night",
                                                    "day",  "points",   "one"};

Rate times(Rate rate, double factor) {
    const double scaled = std::round(static_cast<double>(rate.count()) * factor);
    return Rate{std::max<std::int64_t>(1, static_cast<std::int64_t>(scaled))};
}

// From 1 / most to most, its logarithm uniform.
double factor(Random& random, double most) { return std::pow(most, 2 * random.unit() - 1); }

std::vector<ServiceId> half_of(const Problem& problem, Random& random) {
    std::vector<ServiceId> services;
    for (const ServiceId s : problem.services.ids()) services.push_back(s);
    random.shuffle(std::span(services));
    services.resize((services.size() + 1) / 2);
    return services;
}

void change(Problem& problem, std::string_view kind, Random& random) {
    if (kind == "half") {
        for (const ServiceId s : half_of(problem, random)) {
            problem.services[s].rate = times(problem.services[s].rate, factor(random, 2));
        }
    } else if (kind == "balanced") {
        const std::vector<ServiceId> half = half_of(problem, random);
        for (std::size_t i = 0; i + 1 < half.size(); i += 2) {
            const double up = 1 + random.unit();
            problem.services[half[i]].rate = times(problem.services[half[i]].rate, up);
            problem.services[half[i + 1]].rate = times(problem.services[half[i + 1]].rate, 1 / up);
        }
    } else if (kind == "points") {
        for (const ServiceId s : half_of(problem, random)) {
            const double by = factor(random, 1.5);
            for (perf::Objective& objective : problem.services[s].slo) {
                objective.max = Duration{static_cast<std::int64_t>(
                    std::round(static_cast<double>(objective.max.count()) * by))};
            }
        }
    } else if (kind == "one") {
        if (problem.services.empty()) return;
        const ServiceId s{static_cast<std::size_t>(random.below(problem.services.size()))};
        problem.services[s].rate = times(problem.services[s].rate, factor(random, 2));
    } else {
        for (Service& service : problem.services) {
            service.rate = times(service.rate, 0.25 + 0.35 * random.unit());
        }
    }
}

}  // namespace

std::vector<std::string_view> change_kinds() { return {kKinds.begin(), kKinds.end()}; }

Result<ChangedProblem> changed(const Problem& problem, std::string_view kind, std::uint64_t seed) {
    if (std::ranges::find(kKinds, kind) == kKinds.end()) {
        const std::vector<std::string> known(kKinds.begin(), kKinds.end());
        return invalid_input("there is no kind of change '" + std::string(kind) + "'" +
                             nearest_hint(std::string(kind), known));
    }
    Random random(seed);
    ChangedProblem pair{problem, problem};
    change(pair.after, kind, random);
    if (kind == "day") std::swap(pair.before, pair.after);
    return pair;
}

}  // namespace tangram::workload
