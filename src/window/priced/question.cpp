#include "window/priced/question.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"

namespace tangram::window::priced {

namespace {

std::size_t to_size(int count) { return static_cast<std::size_t>(count); }

// The goodput of serving everything at the best accuracy.
double worth_max(const Window& window) {
    double worth = 0;
    for (const Tenant& tenant : window.tenants) {
        double requests = 0;
        for (const Rate rate : tenant.rates) requests += static_cast<double>(rate.count());
        worth += requests * static_cast<double>(kSharePerOne);
    }
    return worth;
}

std::vector<gpu::ProfileId> profiles_of(const Window& window, KindId kind) {
    std::vector<gpu::ProfileId> profiles = profiles_in_use(window, kind);
    for (const Running& running : window.running) {
        if (window.gpus[running.gpu].kind == kind) profiles.push_back(running.placement.profile);
    }
    std::ranges::sort(profiles);
    const auto repeated = std::ranges::unique(profiles);
    profiles.erase(repeated.begin(), repeated.end());
    return profiles;
}

// The least a tenant must have served: rounded down, so that the bound stays one.
double floor_of(const Tenant& tenant) {
    double requests = 0;
    for (const Rate rate : tenant.rates) requests += static_cast<double>(rate.count());
    const double share = static_cast<double>(tenant.floor.count());
    return std::floor(requests * (share / static_cast<double>(kSharePerOne)) * (1 - 1e-12));
}

TenantTerms terms_of(const Question& question, TenantId id) {
    const Window& window = *question.window;
    const Tenant& tenant = window.tenants[id];
    TenantTerms terms{.warm_up = to_size(tenant.warm_up),
                      .accuracy = static_cast<double>(tenant.accuracy.count()),
                      .floor = floor_of(tenant)};
    for (const Rate rate : tenant.rates) terms.rates.push_back(static_cast<double>(rate.count()));
    for (const Type& type : question.types) {
        const Rate capacity = tenant.capacity[type.kind][type.profile];
        terms.capacity.push_back(static_cast<double>(capacity.count()));
    }
    for (const Running& running : window.running) {
        if (running.tenant != id || running.activity != Activity::kRetraining) continue;
        terms.running_end = std::min(to_size(running.left), question.slots);
        terms.running_accuracy = static_cast<double>(running.accuracy.count());
        return terms;
    }
    for (std::size_t i = 0; i < tenant.retrainings.size(); ++i) {
        const Retraining& choice = tenant.retrainings[i];
        const std::size_t type = question.type_of(choice.kind, choice.profile);
        if (choice.slots > window.slots || type == question.types.size()) continue;
        terms.choices.push_back({.index = i,
                                 .type = type,
                                 .slots = to_size(choice.slots),
                                 .accuracy = static_cast<double>(choice.accuracy.count())});
    }
    return terms;
}

std::vector<Start> starts_of(const Window& window, GpuId gpu) {
    std::vector<Start> starts;
    for (std::size_t i = 0; i < window.running.size(); ++i) {
        const Running& running = window.running[i];
        if (running.gpu != gpu) continue;
        starts.push_back({.placement = running.placement,
                          .tenant = running.tenant.index(),
                          .activity = running.activity,
                          .left = std::min(to_size(running.left), to_size(window.slots)),
                          .index = i});
    }
    std::ranges::sort(starts, {}, [](const Start& start) { return start.placement.start; });
    return starts;
}

bool alike(const std::vector<Start>& a, const std::vector<Start>& b) {
    return std::ranges::equal(a, b, [](const Start& one, const Start& other) {
        return one.placement == other.placement && one.tenant == other.tenant &&
               one.activity == other.activity && one.left == other.left;
    });
}

class Maker {
public:
    explicit Maker(Question& question) : question_(question), window_(*question.window) {}

    Result<void> add(GpuId gpu) {
        const KindId kind = window_.gpus[gpu].kind;
        std::vector<Start> starts = starts_of(window_, gpu);
        for (Site& site : question_.sites) {
            if (site.kind != kind || !alike(site.starts.front(), starts)) continue;
            site.gpus.push_back(gpu);
            site.starts.push_back(std::move(starts));
            return {};
        }
        std::vector<gpu::Placement> running;
        for (const Start& start : starts) running.push_back(start.placement);
        Site site{.kind = kind, .gpus = {gpu}, .starts = {std::move(starts)}, .trees = {}};
        const std::vector<gpu::ProfileId> profiles = profiles_of(window_, kind);
        Result<std::size_t> relaxed = tree(kind, placements_of(window_.model(kind), profiles));
        if (!relaxed) return relaxed.error();
        site.relaxed = *relaxed;
        for (const auto& set :
             peaceful_placements(window_.model(kind), window_.rules, profiles, running)) {
            Result<std::size_t> peaceful = tree(kind, set);
            if (!peaceful) return peaceful.error();
            site.trees.push_back(*peaceful);
        }
        if (site.trees.empty()) site.trees.push_back(site.relaxed);
        question_.sites.push_back(std::move(site));
        return {};
    }

private:
    Result<std::size_t> tree(KindId kind, const std::vector<gpu::Placement>& placements) {
        const std::pair key{kind, placements};
        if (const auto known = std::ranges::find(keys_, key); known != keys_.end()) {
            return static_cast<std::size_t>(known - keys_.begin());
        }
        Result<BlockTree> blocks = block_tree(window_.model(kind), placements);
        if (!blocks) return blocks.error();
        question_.trees.push_back({kind, std::move(*blocks)});
        keys_.push_back(key);
        return keys_.size() - 1;
    }

    Question& question_;
    const Window& window_;
    std::vector<std::pair<KindId, std::vector<gpu::Placement>>> keys_;  // of question_.trees
};

}  // namespace

std::size_t Question::type_of(KindId kind, gpu::ProfileId profile) const {
    const auto found = std::ranges::find_if(
        types, [&](const Type& type) { return type.kind == kind && type.profile == profile; });
    return static_cast<std::size_t>(found - types.begin());
}

Step Question::running_step(std::size_t tenant) const {
    const TenantTerms& terms = tenants[tenant];
    return {terms.running_end.value_or(slots), terms.running_accuracy};
}

Result<Question> make_question(const Window& window) {
    Question question{.window = &window, .slots = to_size(window.slots)};
    for (const double most = worth_max(window); most > question.grid * 0x1p50;) question.grid *= 2;
    for (const KindId kind : window.kinds.ids()) {
        for (const gpu::ProfileId profile : profiles_of(window, kind)) {
            question.types.push_back({kind, profile});
        }
    }
    for (const TenantId id : window.tenants.ids()) {
        question.tenants.push_back(terms_of(question, id));
    }
    Maker maker(question);
    for (const GpuId gpu : window.gpus.ids()) {
        if (Result<void> added = maker.add(gpu); !added) return added.error();
    }
    return question;
}

}  // namespace tangram::window::priced
