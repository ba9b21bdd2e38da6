#include "window/ilp/formulation.h"

#include <algorithm>

namespace tangram::window::ilp {
namespace {

using lp::Term;

std::size_t index(int slot) { return static_cast<std::size_t>(slot); }

const Running* retraining_of(const Window& window, TenantId tenant) {
    for (const Running& running : window.running) {
        if (running.tenant == tenant && running.activity == Activity::kRetraining) return &running;
    }
    return nullptr;
}

// Of the model that serves the tenant if nothing begins.
Share accuracy_at(const Window& window, TenantId tenant, int slot) {
    const Running* running = retraining_of(window, tenant);
    return running != nullptr && slot >= running->left ? running->accuracy
                                                       : window.tenants[tenant].accuracy;
}

// What the tenant would serve with every GPU to itself.
Rate capacity_alone(const Window& window, TenantId tenant) {
    IdVector<KindId, std::int64_t> best(window.kinds.size());
    for (const KindId kind : best.ids()) {
        const auto& capacity = window.tenants[tenant].capacity[kind];
        const std::vector<gpu::ProfileId> profiles = profiles_in_use(window, kind);
        for (const gpu::Layout& layout :
             gpu::maximal_layouts(window.model(kind), window.rules, profiles)) {
            std::int64_t sum = 0;
            for (const gpu::Placement& placement : layout.placements()) {
                sum += capacity[placement.profile].count();
            }
            best[kind] = std::max(best[kind], sum);
        }
    }
    Rate total;
    for (const Gpu& gpu : window.gpus) total += Rate{best[gpu.kind]};
    return total;
}

// The retrainings that can be part of a best schedule: they end while there are requests left to
// serve better, and no other one is as good on the same profile in no more slots.
std::vector<std::size_t> useful_retrainings(const Window& window, TenantId tenant) {
    if (retraining_of(window, tenant) != nullptr) return {};
    const std::vector<Retraining>& all = window.tenants[tenant].retrainings;
    std::vector<std::size_t> useful;
    for (std::size_t c = 0; c < all.size(); ++c) {
        bool keep =
            all[c].slots < window.slots && all[c].accuracy > window.tenants[tenant].accuracy;
        for (std::size_t other = 0; keep && other < all.size(); ++other) {
            if (other == c || all[other].kind != all[c].kind ||
                all[other].profile != all[c].profile || all[other].slots > all[c].slots ||
                all[other].accuracy < all[c].accuracy) {
                continue;
            }
            const bool equal =
                all[other].slots == all[c].slots && all[other].accuracy == all[c].accuracy;
            keep = equal && c < other;
        }
        if (keep) useful.push_back(c);
    }
    return useful;
}

// ceil(total x share).
std::int64_t share_of(std::int64_t total, Share share) {
    const std::int64_t rest = total % kSharePerOne * share.count();
    return total / kSharePerOne * share.count() + (rest + kSharePerOne - 1) / kSharePerOne;
}

// Of the profiles somebody can use, and those on which retrainings still run.
IdVector<KindId, Places> all_places(const Window& window) {
    IdVector<KindId, Places> places;
    for (const KindId kind : window.kinds.ids()) {
        std::vector<gpu::ProfileId> profiles = profiles_in_use(window, kind);
        for (const Running& running : window.running) {
            if (running.activity == Activity::kRetraining &&
                window.gpus[running.gpu].kind == kind) {
                profiles.push_back(running.placement.profile);
            }
        }
        std::sort(profiles.begin(), profiles.end());
        profiles.erase(std::unique(profiles.begin(), profiles.end()), profiles.end());
        places.push_back(places_of(window.model(kind), window.rules, profiles));
    }
    return places;
}

// Entries per slot and GPU of one group: in its own rows and in the limits that name it.
double entries_of(const Window& window, KindId kind, const PlaceGroup& group, double limits) {
    double entries = 0;
    for (const Tenant& tenant : window.tenants) {
        if (tenant.capacity[kind][group.profile] > Rate{}) {
            entries += 6 + limits * (1 + tenant.warm_up);
        }
        for (const Retraining& retraining : tenant.retrainings) {
            const bool here = retraining.kind == kind && retraining.profile == group.profile;
            if (here) entries += 4 + 2 * limits;
        }
    }
    return entries;
}

class Builder {
public:
    Builder(const Window& window, int step) : window_(window), step_(step) {}

    Formulation build() {
        program_.model.maximise = true;
        program_.places = all_places(window_);
        for (const Tenant& tenant : window_.tenants) {
            for (const Rate rate : tenant.rates) largest_ = std::max(largest_, rate.count());
        }
        program_.unit = static_cast<double>(largest_) * static_cast<double>(kSharePerOne);
        serving_at_.resize(window_.gpus.size());
        retraining_at_.resize(window_.gpus.size());
        for (const GpuId gpu : window_.gpus.ids()) {
            const std::size_t groups = program_.places[window_.gpus[gpu].kind].groups.size();
            serving_at_[gpu.index()].resize(groups);
            retraining_at_[gpu.index()].resize(groups);
        }
        for (const TenantId tenant : window_.tenants.ids()) add_tenant(tenant);
        for (const GpuId gpu : window_.gpus.ids()) limit_places(gpu);
        return std::move(program_);
    }

private:
    void row(double lower, double upper) {
        program_.model.add_row(lower, upper, terms_);
        terms_.clear();
    }
    void term(int column, double coefficient) {
        if (column != Formulation::kNone) terms_.push_back({column, coefficient});
    }

    void add_tenant(TenantId tenant) {
        const std::vector<Rate>& rates = window_.tenants[tenant].rates;
        const std::int64_t alone = capacity_alone(window_, tenant).count();
        most_.clear();
        scale_ = 0;
        for (const Rate rate : rates) {
            most_.push_back(std::min(alone, rate.count()));
            scale_ = std::max(scale_, static_cast<double>(rate.count()));
        }
        program_.scale.push_back(scale_);
        program_.served.push_back(std::vector<int>(rates.size(), Formulation::kNone));
        const std::size_t first_place = program_.serving.size();
        const std::size_t first_level = program_.levels.size();
        for (const GpuId gpu : window_.gpus.ids()) {
            for (std::size_t g = 0; g < serving_at_[gpu.index()].size(); ++g) {
                add_serving(tenant, gpu, g);
            }
        }
        for (const std::size_t choice : useful_retrainings(window_, tenant)) {
            add_retraining(tenant, choice);
        }
        add_served(tenant, first_place);
        for (std::size_t l = first_level; l < program_.levels.size(); ++l) {
            add_level(program_.levels[l]);
        }
        link_levels(tenant, first_level);
        once(first_level);
        keep_floor(tenant);
        raise_ceiling(tenant, first_level);
    }

    [[nodiscard]] bool may_change(const ServingPlace& place, int slot) const {
        const int warm_up = window_.tenants[place.tenant].warm_up;
        if (slot % step_ == 0 || (slot >= warm_up && (slot - warm_up) % step_ == 0)) return true;
        return std::any_of(
            program_.continued.begin(), program_.continued.end(), [&](const Continued& creation) {
                return creation.ready == slot &&
                       creation.place == static_cast<std::size_t>(&place - &program_.serving[0]);
            });
    }

    void add_serving(TenantId tenant, GpuId gpu, std::size_t group) {
        const KindId kind = window_.gpus[gpu].kind;
        const PlaceGroup& places = program_.places[kind].groups[group];
        const Rate capacity = window_.tenants[tenant].capacity[kind][places.profile];
        if (capacity <= Rate{} || scale_ <= 0) return;
        const std::size_t number = program_.serving.size();
        program_.serving.push_back({.tenant = tenant,
                                    .gpu = gpu,
                                    .group = group,
                                    .capacity = capacity,
                                    .already = {},
                                    .on = {},
                                    .begin = {}});
        serving_at_[gpu.index()][group].push_back(number);
        for (std::size_t r = 0; r < window_.running.size(); ++r) {
            const Running& running = window_.running[r];
            if (running.tenant != tenant || running.gpu != gpu ||
                running.activity == Activity::kRetraining ||
                program_.places[kind].group_of(running.placement) != group) {
                continue;
            }
            if (running.activity == Activity::kServing) {
                program_.serving.back().already.push_back(r);
            } else if (running.left < window_.slots) {
                const int column = program_.model.add_column(0, 0, 1, true);
                program_.continued.push_back({r, number, running.left, column});
            }
        }
        const auto size = static_cast<double>(places.starts.size());
        for (int t = 0; t < window_.slots; ++t) change(program_.serving.back(), t, size);
    }

    // Columns of one slot, and the row that lets more serve only if they begin.
    void change(ServingPlace& place, int slot, double size) {
        place.begin.push_back(Formulation::kNone);
        if (slot > 0 && !may_change(place, slot)) {
            place.on.push_back(place.on.back());
            return;
        }
        place.on.push_back(program_.model.add_column(0, 0, size, true));
        if (slot >= window_.tenants[place.tenant].warm_up) {
            place.begin.back() = program_.model.add_column(0, 0, size);
        }
        term(place.on.back(), 1);
        if (slot > 0) term(place.on[index(slot - 1)], -1);
        term(place.begin.back(), -1);
        for (const Continued& creation : program_.continued) {
            if (&program_.serving[creation.place] == &place && creation.ready == slot) {
                term(creation.column, -1);
            }
        }
        row(-lp::kInfinity, slot == 0 ? static_cast<double>(place.already.size()) : 0);
    }

    void add_retraining(TenantId tenant, std::size_t choice) {
        const Retraining& data = window_.tenants[tenant].retrainings[choice];
        if (scale_ <= 0) return;
        for (const GpuId gpu : window_.gpus.ids()) {
            if (window_.gpus[gpu].kind != data.kind) continue;
            const std::vector<PlaceGroup>& groups = program_.places[data.kind].groups;
            for (std::size_t g = 0; g < groups.size(); ++g) {
                if (groups[g].profile != data.profile) continue;
                RetrainingPlace place{.tenant = tenant,
                                      .choice = choice,
                                      .gpu = gpu,
                                      .group = g,
                                      .slots = data.slots,
                                      .begun = {}};
                for (int t = 0; t < window_.slots - data.slots; ++t) {
                    if (t % step_ == 0) {
                        place.begun.push_back(program_.model.add_column(0, 0, 1, true));
                        if (t == 0) continue;
                        term(place.begun[index(t - 1)], 1);
                        term(place.begun.back(), -1);
                        row(-lp::kInfinity, 0);
                    } else {
                        place.begun.push_back(place.begun.back());
                    }
                }
                level(tenant, data.accuracy).retrainings.push_back(program_.retraining.size());
                retraining_at_[gpu.index()][g].push_back(program_.retraining.size());
                program_.retraining.push_back(std::move(place));
            }
        }
    }

    Level& level(TenantId tenant, Share accuracy) {
        for (Level& known : program_.levels) {
            if (known.tenant == tenant && known.accuracy == accuracy) return known;
        }
        program_.levels.push_back({tenant, accuracy, {}, {}});
        return program_.levels.back();
    }

    // Requests served by whichever model, in units of the tenant's largest rate.
    void add_served(TenantId tenant, std::size_t first_place) {
        for (int t = 0; t < window_.slots; ++t) {
            const auto most = static_cast<double>(most_[index(t)]);
            if (most <= 0) continue;
            const double worth = static_cast<double>(accuracy_at(window_, tenant, t).count()) /
                                 static_cast<double>(kSharePerOne);
            const int column = program_.model.add_column(
                worth * scale_ / static_cast<double>(largest_), 0, most / scale_);
            program_.served[tenant][index(t)] = column;
            term(column, 1);
            for (std::size_t p = first_place; p < program_.serving.size(); ++p) {
                const ServingPlace& place = program_.serving[p];
                const auto capacity = static_cast<double>(place.capacity.count());
                term(place.on[index(t)], -std::min(capacity, most) / scale_);
            }
            row(-lp::kInfinity, 0);
        }
    }

    // Served at this level: no more than is asked for, once a retraining has ended.
    void add_level(Level& level) {
        level.served.assign(index(window_.slots), Formulation::kNone);
        const Share before = window_.tenants[level.tenant].accuracy;
        const double gain = static_cast<double>((level.accuracy - before).count()) /
                            static_cast<double>(kSharePerOne);
        for (int t = 0; t < window_.slots; ++t) {
            const double most = static_cast<double>(most_[index(t)]) / scale_;
            if (most <= 0) continue;
            for (const std::size_t r : level.retrainings) {
                const RetrainingPlace& place = program_.retraining[r];
                if (t >= place.slots) term(place.begun[index(t - place.slots)], -most);
            }
            if (terms_.empty()) continue;
            level.served[index(t)] =
                program_.model.add_column(gain * scale_ / static_cast<double>(largest_), 0, most);
            term(level.served[index(t)], 1);
            row(-lp::kInfinity, 0);
        }
    }

    void link_levels(TenantId tenant, std::size_t first_level) {
        for (int t = 0; t < window_.slots; ++t) {
            for (std::size_t l = first_level; l < program_.levels.size(); ++l) {
                term(program_.levels[l].served[index(t)], 1);
            }
            if (terms_.empty()) continue;
            term(program_.served[tenant][index(t)], -1);
            row(-lp::kInfinity, 0);
        }
    }

    void once(std::size_t first_level) {
        for (std::size_t l = first_level; l < program_.levels.size(); ++l) {
            for (const std::size_t r : program_.levels[l].retrainings) {
                term(program_.retraining[r].begun.back(), 1);
            }
        }
        if (!terms_.empty()) row(-lp::kInfinity, 1);
    }

    void keep_floor(TenantId tenant) {
        std::int64_t asked = 0;
        for (const Rate rate : window_.tenants[tenant].rates) asked += rate.count();
        const std::int64_t least = share_of(asked, window_.tenants[tenant].floor);
        if (least <= 0) return;
        for (const int column : program_.served[tenant]) term(column, 1);
        row(static_cast<double>(least) / scale_, lp::kInfinity);
    }

    void raise_ceiling(TenantId tenant, std::size_t first_level) {
        for (int t = 0; t < window_.slots; ++t) {
            Share best = accuracy_at(window_, tenant, t);
            for (std::size_t l = first_level; l < program_.levels.size(); ++l) {
                const Level& level = program_.levels[l];
                if (level.served[index(t)] != Formulation::kNone) {
                    best = std::max(best, level.accuracy);
                }
            }
            program_.ceiling += Goodput{most_[index(t)] * best.count()};
        }
    }

    // Every limit in every slot: what serves, what warms up, what retrains.
    void limit_places(GpuId gpu) {
        const KindId kind = window_.gpus[gpu].kind;
        for (const PlaceLimit& limit : program_.places[kind].limits) {
            std::vector<Term> before;
            double room_before = 0;
            for (int t = 0; t < window_.slots; ++t) {
                double room = limit.room;
                for (const WeightedGroup& part : limit.groups) {
                    occupy_by_serving(gpu, part, t);
                    occupy_by_retraining(gpu, part, t);
                    room -= part.weight * fixed(gpu, part.group, t);
                }
                if (terms_.empty()) continue;
                const bool again =
                    room == room_before &&
                    std::equal(terms_.begin(), terms_.end(), before.begin(), before.end(),
                               [](const Term& a, const Term& b) {
                                   return a.column == b.column && a.coefficient == b.coefficient;
                               });
                before = terms_;
                room_before = room;
                if (again) {
                    terms_.clear();
                } else {
                    row(-lp::kInfinity, room);
                }
            }
        }
    }

    void occupy_by_serving(GpuId gpu, const WeightedGroup& part, int slot) {
        for (const std::size_t p : serving_at_[gpu.index()][part.group]) {
            const ServingPlace& place = program_.serving[p];
            term(place.on[index(slot)], part.weight);
            const int warm =
                std::min(window_.slots - 1 - slot, window_.tenants[place.tenant].warm_up);
            for (int later = 1; later <= warm; ++later) {
                term(place.begin[index(slot + later)], part.weight);
            }
            for (const Continued& creation : program_.continued) {
                if (creation.place == p && slot < creation.ready) {
                    term(creation.column, part.weight);
                }
            }
        }
    }

    void occupy_by_retraining(GpuId gpu, const WeightedGroup& part, int slot) {
        for (const std::size_t r : retraining_at_[gpu.index()][part.group]) {
            const RetrainingPlace& place = program_.retraining[r];
            term(place.begun[std::min(index(slot), place.begun.size() - 1)], part.weight);
            if (slot >= place.slots) {
                term(place.begun[index(slot - place.slots)], -part.weight);
            }
        }
    }

    // Retrainings of before that still run there.
    [[nodiscard]] int fixed(GpuId gpu, std::size_t group, int slot) const {
        int count = 0;
        for (const Running& running : window_.running) {
            const bool here = running.activity == Activity::kRetraining && running.gpu == gpu &&
                              slot < running.left;
            const KindId kind = window_.gpus[gpu].kind;
            if (here && program_.places[kind].group_of(running.placement) == group) ++count;
        }
        return count;
    }

    const Window& window_;
    int step_;
    Formulation program_;
    std::vector<Term> terms_;         // of the row being made
    std::int64_t largest_ = 1;        // rate of all tenants
    double scale_ = 0;                // largest rate of the tenant being added
    std::vector<std::int64_t> most_;  // by slot: what that tenant can be served at most
    std::vector<std::vector<std::vector<std::size_t>>> serving_at_;     // by GPU, group
    std::vector<std::vector<std::vector<std::size_t>>> retraining_at_;  // by GPU, group
};

}  // namespace

double size_of(const Window& window) {
    const IdVector<KindId, Places> places = all_places(window);
    double entries = 0;
    for (const KindId kind : window.kinds.ids()) {
        const auto gpus = std::count_if(window.gpus.begin(), window.gpus.end(),
                                        [kind](const Gpu& gpu) { return gpu.kind == kind; });
        for (std::size_t g = 0; g < places[kind].groups.size(); ++g) {
            const auto limits = std::count_if(
                places[kind].limits.begin(), places[kind].limits.end(),
                [g](const PlaceLimit& limit) {
                    return std::any_of(limit.groups.begin(), limit.groups.end(),
                                       [g](const WeightedGroup& part) { return part.group == g; });
                });
            entries += static_cast<double>(gpus) * entries_of(window, kind, places[kind].groups[g],
                                                              static_cast<double>(limits));
        }
    }
    return entries * window.slots;
}

Formulation formulate(const Window& window, int step) { return Builder(window, step).build(); }

}  // namespace tangram::window::ilp
