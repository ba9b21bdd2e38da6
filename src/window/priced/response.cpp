#include "window/priced/response.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tangram::window::priced {

namespace {

constexpr std::size_t kCoarsePoints = 50;

bool overlaps(const gpu::GpuModel& model, const Held& held, const Block& block) {
    const int start = held.placement.start;
    const int size = model.profiles[held.placement.profile].size;
    return start < block.start + block.size && block.start < start + size;
}

double reserved(double gain, double bound, double share) {
    const double price = std::max(0.0, gain + share * std::min(0.0, bound - gain));
    return static_cast<double>(static_cast<std::int64_t>(price));
}

// A tenant retrains once: the first one counts, the others are left out.
void drop_second_retrainings(std::vector<Held>& column, std::size_t tenants) {
    std::vector<bool> seen(tenants);
    std::erase_if(column, [&](const Held& held) {
        if (!held.choice) return false;
        const bool second = seen[held.tenant];
        seen[held.tenant] = true;
        return second;
    });
}

}  // namespace

Response::Response(const Question& question) : question_(question) {
    const std::size_t stride = std::max<std::size_t>(1, question.slots / kCoarsePoints);
    for (const Tree& tree : question.trees) {
        pricings_.emplace_back(question, tree, true, stride);
    }
    prices_.instance.resize(question.cells());
    for (const TenantTerms& tenant : question.tenants) {
        prices_.hosting.emplace_back(tenant.choices.size() * question.slots);
    }
}

std::uint64_t Response::work() const {
    std::uint64_t work = work_;
    for (const GpuPricing& pricing : pricings_) work += pricing.work();
    return work;
}

void Response::forget(const Fleet& fleet, std::size_t gpu) {
    column_ = fleet.column(gpu);
    others_ = fleet.supply();
    elsewhere_.clear();
    for (std::size_t i = 0; i < question_.tenants.size(); ++i) {
        elsewhere_.push_back(fleet.step(i));
    }
    for (const Held& held : column_) {
        if (held.choice) elsewhere_[held.tenant] = question_.running_step(held.tenant);
        const double capacity = question_.tenants[held.tenant].capacity[held.type];
        double* others = others_.data() + held.tenant * question_.slots;
        for (std::size_t t = held.ready; t < held.until; ++t) others[t] -= capacity;
    }
}

void Response::note_neighbours(std::size_t tree, const Block& block) {
    const gpu::GpuModel& model = question_.window->model(question_.trees[tree].kind);
    beside_ = others_;
    all_ = others_;
    steps_ = elsewhere_;
    retrains_.assign(steps_.size(), false);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        retrains_[i] = steps_[i].from < question_.slots || question_.tenants[i].running_end;
    }
    for (const Held& held : column_) {
        const bool inside = overlaps(model, held, block);
        const TenantTerms& tenant = question_.tenants[held.tenant];
        const double capacity = tenant.capacity[held.type];
        const std::size_t row = held.tenant * question_.slots;
        for (std::size_t t = row + held.ready; t < row + held.until; ++t) {
            all_[t] += capacity;
            if (!inside) beside_[t] += capacity;
        }
        if (!held.choice) continue;
        steps_[held.tenant] = {held.until, tenant.choices[*held.choice].accuracy};
        if (!inside) retrains_[held.tenant] = true;
    }
}

void Response::price_services(const Fleet& fleet, std::size_t tenant, std::size_t type,
                              const Reserve& reserve) {
    const TenantTerms& terms = question_.tenants[tenant];
    const double capacity = terms.capacity[type];
    const double bonus = fleet.shortage(tenant) > 0 ? kFloorWorth : 0;
    const double* beside = beside_.data() + tenant * question_.slots;
    const std::size_t cell = question_.at(tenant, type);
    for (std::size_t t = 0; t < question_.slots; ++t) {
        const double missing = std::max(0.0, terms.rates[t] - beside[t]);
        const double accuracy = t < steps_[tenant].from ? terms.accuracy : steps_[tenant].after;
        const double gain = std::min(missing, capacity) * (accuracy + bonus) / question_.grid;
        const double bound = reserve.share > 0 ? reserve.prices->instance[cell + t] : 0;
        prices_.instance[cell + t] = reserved(gain, bound, reserve.share);
    }
}

void Response::price_hosting(std::size_t tenant, std::size_t type, const Reserve& reserve) {
    const TenantTerms& terms = question_.tenants[tenant];
    const std::size_t slots = question_.slots;
    std::vector<double> served(slots + 1);  // from a slot on
    for (std::size_t t = slots; t-- > 0;) {
        served[t] = served[t + 1] + std::min(terms.rates[t], all_[tenant * slots + t]);
    }
    for (std::size_t c = 0; c < terms.choices.size(); ++c) {
        const Choice& choice = terms.choices[c];
        if (choice.type != type) continue;
        double* pay = prices_.hosting[tenant].data() + c * slots;
        std::fill_n(pay, slots, 0.0);
        if (retrains_[tenant]) continue;
        for (std::size_t from = 0; from + choice.slots <= slots; ++from) {
            const double gain =
                (choice.accuracy - terms.accuracy) * served[from + choice.slots] / question_.grid;
            const double bound =
                reserve.share > 0 ? reserve.prices->hosting[tenant][c * slots + from] : 0;
            pay[from] = reserved(gain, bound, reserve.share);
        }
    }
}

void Response::price_block(const Fleet& fleet, std::size_t tree, const Block& block,
                           const Reserve& reserve) {
    note_neighbours(tree, block);
    // Services, hostings and looking them up again for a schedule.
    work_ += 4 * question_.tenants.size() * question_.slots * (block.profiles.size() + 1);
    for (const gpu::ProfileId profile : block.profiles) {
        const std::size_t type = question_.type_of(question_.trees[tree].kind, profile);
        for (std::size_t i = 0; i < question_.tenants.size(); ++i) {
            price_services(fleet, i, type, reserve);
            price_hosting(i, type, reserve);
        }
    }
}

std::vector<Held> Response::respond(const Fleet& fleet, std::size_t gpu, std::size_t tree,
                                    const Reserve& reserve) {
    GpuPricing& pricing = pricings_[tree];
    const BlockTree& blocks = question_.trees[tree].blocks;
    const gpu::GpuModel& model = question_.window->model(question_.trees[tree].kind);
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        price_block(fleet, tree, blocks[b], reserve);
        pricing.price_block(b, prices_, fleet.starts(gpu));
        std::erase_if(column_, [&](const Held& held) { return overlaps(model, held, blocks[b]); });
        // A retraining that runs on above this block leaves it nothing to say.
        const std::vector<Held> best = pricing.schedule(b, fleet.starts(gpu));
        column_.insert(column_.end(), best.begin(), best.end());
    }
    std::vector<Held> column = column_;
    drop_second_retrainings(column, question_.tenants.size());
    return column;
}

void Response::improve(Fleet& fleet, std::size_t gpu) {
    Fleet::Column best = fleet.column(gpu);
    double most = fleet.worth();
    for (const std::size_t tree : fleet.site(gpu).trees) {
        forget(fleet, gpu);
        fleet.put(gpu, respond(fleet, gpu, tree, {}));
        if (fleet.worth() > most) {
            most = fleet.worth();
            best = fleet.column(gpu);
        } else {
            fleet.put(gpu, best);
        }
    }
}

void Response::replace(Fleet& fleet, std::size_t gpu, const Reserve& reserve) {
    fleet.clear(gpu);
    Fleet::Column best = fleet.column(gpu);
    double most = fleet.worth();
    for (const std::size_t tree : fleet.site(gpu).trees) {
        forget(fleet, gpu);
        fleet.put(gpu, respond(fleet, gpu, tree, reserve));
        if (fleet.worth() > most) {
            most = fleet.worth();
            best = fleet.column(gpu);
        }
        fleet.clear(gpu);
    }
    fleet.put(gpu, best);
}

}  // namespace tangram::window::priced
