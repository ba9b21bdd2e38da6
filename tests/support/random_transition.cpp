#include "support/random_transition.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"

namespace tangram::test {
namespace {

using deployment::Phase;
using deployment::ServiceNameId;
using transition::StepId;
using transition::StepKind;
using enum transition::StepKind;

// A step before it has a number.
struct Planned {
    StepKind kind;
    std::size_t gpu;
    std::string profile;
    int start;
    std::string service;
};
using Chain = std::vector<Planned>;

// A random deployment on a few GPUs, and for each placement something that may happen to it.
class Generator {
public:
    explicit Generator(std::uint64_t seed) : random_(seed), made_(rate(), rate()) {}

    SmallTransition run() {
        const auto gpus = static_cast<std::size_t>(random_.between(2, 4));
        for (std::size_t g = 0; g < gpus; ++g) fill(g);
        if (chance(40)) add_spare(gpus);
        promise();
        merge();
        return std::move(made_);
    }

private:
    bool chance(int percent) { return random_.between(1, 100) <= percent; }
    double rate() { return 100.0 * static_cast<double>(random_.between(1, 8)); }
    std::string service() { return chance(75) ? "a" : "b"; }

    void fill(std::size_t gpu) {
        made_.gpu("gpu-" + std::to_string(gpu),
                  chance(85) ? "node-" + std::to_string(gpu / 2) : "");
        if (chance(5)) last_status() = deployment::GpuStatus::kExcluded;
        const bool excluded = last_status() == deployment::GpuStatus::kExcluded;
        std::vector<Chain> chains;
        bool empties = true;
        for (int start = 0; start < 8;) {
            const std::string profile = start < 7 && chance(30) ? "1g" : start < 6 ? "2g" : "";
            if (profile.empty()) break;
            const bool fits = profile == "1g" || start % 2 == 0;
            if (!fits || chance(55)) {
                ++start;
                continue;
            }
            empties &= old_instance(gpu, profile, start, excluded, chains);
            start += profile == "1g" ? 1 : 2;
        }
        if (!excluded && made_.current.gpus.raw().back().instances.empty()) {
            made_.holds("1g", 6, "");
            empties = false;
        }
        if (!excluded && chance(35)) {
            newcomer(gpu, chance(20) ? "3g" : "2g", chance(50) ? 0 : 4, chains);
            empties = false;
        }
        add(chains, gpu, empties && !chains.empty() && chance(70));
    }

    deployment::GpuStatus& last_status() {
        return made_.current.gpus[deployment::GpuIndex{made_.current.gpus.size() - 1}].status;
    }

    // Whether the placement is empty in the end.
    bool old_instance(std::size_t gpu, const std::string& profile, int start, bool excluded,
                      std::vector<Chain>& chains) {
        const std::string old = service();
        const auto of = [&](StepKind kind, const std::string& service) {
            return Planned{kind, gpu, profile, start, service};
        };
        Chain chain;
        const auto dice = random_.between(0, excluded ? 69 : 99);
        const auto way = random_.between(0, excluded ? 1 : 3);
        bool empty = false;
        if (dice < 70) {
            made_.holds(profile, start, old);
            if (way >= 1) chain = {of(kDrain, old), of(kStop, old)};
            if (way == 1) chain.push_back(of(kDestroy, ""));
            if (way == 1) empty = true;
            if (way == 2) {
                const std::string next = service();
                chain.push_back(of(kStart, next));
                chain.push_back(of(kRoute, next));
            }
        } else if (dice < 78) {
            made_.holds(profile, start, old, Phase::kReady);
            chain = way < 3 ? Chain{of(kRoute, old)} : Chain{of(kDrain, old), of(kStop, old)};
        } else if (dice < 86) {
            made_.holds(profile, start, old, Phase::kDraining);
            chain = way < 2 ? Chain{of(kRoute, old)} : Chain{of(kDrain, old), of(kStop, old)};
        } else {
            made_.holds(profile, start);
            const std::string next = service();
            if (way > 0) chain = {of(kStart, next), of(kRoute, next)};
            if (way == 1) chain.insert(chain.end(), {of(kDrain, next), of(kStop, next)});
        }
        chains.push_back(chain);
        return empty;
    }

    void newcomer(std::size_t gpu, const std::string& profile, int start,
                  std::vector<Chain>& chains) {
        const std::string next = service();
        const auto taken = [&](const deployment::Instance& instance) {
            return instance.start == start && instance.profile == made_.number_of(profile);
        };
        if (std::ranges::any_of(made_.current.gpus.raw().back().instances, taken)) return;
        Chain chain = {{kCreate, gpu, profile, start, ""}};
        if (chance(85)) {
            chain.push_back({kStart, gpu, profile, start, next});
            chain.push_back({kRoute, gpu, profile, start, next});
        }
        chains.push_back(chain);
    }

    // A GPU that is not used yet, for good or for a while.
    void add_spare(std::size_t gpu) {
        made_.gpu("gpu-" + std::to_string(gpu), "node-1").unused();
        const std::string next = service();
        const bool passing = chance(40);
        Chain chain = {{kAcquire, gpu, "", 0, ""}, {kCreate, gpu, "2g", 0, ""}};
        if (chance(70)) {
            chain.push_back({kStart, gpu, "2g", 0, next});
            chain.push_back({kRoute, gpu, "2g", 0, next});
            if (passing) chain.push_back({kDrain, gpu, "2g", 0, next});
            if (passing) chain.push_back({kStop, gpu, "2g", 0, next});
        }
        if (passing) chain.push_back({kDestroy, gpu, "2g", 0, ""});
        if (passing) chain.push_back({kRelease, gpu, "", 0, ""});
        chains_.push_back(chain);
    }

    void add(std::vector<Chain>& chains, std::size_t gpu, bool release) {
        std::erase_if(chains, [](const Chain& chain) { return chain.empty(); });
        if (release) released_.emplace_back(gpu, chains.size());
        for (Chain& chain : chains) chains_.push_back(std::move(chain));
    }

    void promise() {
        for (std::size_t s = 0; s < 2; ++s) {
            workload::Service& service = made_.service(s);
            service.min_replicas = static_cast<int>(random_.between(1, 3));
            service.spread = chance(50)   ? workload::Spread::kGpu
                             : chance(50) ? workload::Spread::kNode
                                          : workload::Spread::kNone;
            if (chance(50)) service.survive_gpu = Share{random_.between(1, 10) * 100'000};
            if (chance(50)) service.survive_node = Share{random_.between(1, 10) * 100'000};
            if (chance(15)) {
                made_.current.services[ServiceNameId{s}].floor = test::rps(rate());
            }
        }
    }

    // A random order of all steps, in which arcs point forward.
    void merge() {
        std::vector<std::size_t> next(chains_.size(), 0);
        std::vector<std::vector<StepId>> numbers(chains_.size());
        std::size_t left = 0;
        for (const Chain& chain : chains_) left += chain.size();
        while (left > 0) {
            const std::size_t c = random_.below(chains_.size());
            if (next[c] == chains_[c].size()) continue;
            const Planned& p = chains_[c][next[c]++];
            numbers[c].push_back(made_.step(p.kind, p.gpu, p.profile, p.start, p.service));
            --left;
        }
        for (const auto& chain : numbers) made_.chain(chain);
        for (const auto& [gpu, count] : released_) add_release(gpu);
        const int percent = static_cast<int>(random_.between(0, 60));
        const std::size_t steps = made_.graph.steps.size();
        for (std::size_t after = 0; after < steps; ++after) {
            for (std::size_t before = 0; before < after; ++before) {
                if (chance(percent / 4)) made_.arc(StepId{before}, StepId{after});
            }
        }
    }

    void add_release(std::size_t gpu) {
        const StepId release = made_.step(kRelease, gpu);
        for (std::size_t i = 0; i < release.index(); ++i) {
            if (made_.graph.steps[StepId{i}].gpu.index() == gpu) made_.arc(StepId{i}, release);
        }
    }

    Random random_;
    SmallTransition made_;
    std::vector<Chain> chains_;
    std::vector<std::pair<std::size_t, std::size_t>> released_;
};

}  // namespace

SmallTransition random_transition(std::uint64_t seed) { return Generator(seed).run(); }

}  // namespace tangram::test
