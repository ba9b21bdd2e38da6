#include "window/priced/fleet.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/check.h"

namespace tangram::window::priced {

namespace {

// What has to be there whatever happens: retrainings that run at the start.
std::vector<Held> forced(const Question& question, const Site& site) {
    std::vector<Held> column;
    const std::vector<Start>& starts = site.starts.front();
    for (std::size_t i = 0; i < starts.size(); ++i) {
        if (starts[i].activity != Activity::kRetraining) continue;
        column.push_back({.placement = starts[i].placement,
                          .tenant = starts[i].tenant,
                          .type = question.type_of(site.kind, starts[i].placement.profile),
                          .from = 0,
                          .ready = starts[i].left,
                          .until = starts[i].left,
                          .choice = {},
                          .running = i});
    }
    return column;
}

}  // namespace

Fleet::Fleet(const Question& question)
    : question_(&question),
      sites_(question.window->gpus.size()),
      places_(sites_.size()),
      columns_(sites_.size()),
      supply_(question.tenants.size() * question.slots),
      worths_(question.tenants.size()),
      shortages_(question.tenants.size()) {
    for (std::size_t s = 0; s < question.sites.size(); ++s) {
        const Site& site = question.sites[s];
        for (std::size_t place = 0; place < site.gpus.size(); ++place) {
            const std::size_t gpu = site.gpus[place].index();
            sites_[gpu] = s;
            places_[gpu] = place;
            columns_[gpu] = forced(question, site);
        }
    }
    for (std::size_t i = 0; i < question.tenants.size(); ++i) {
        steps_.push_back(question.running_step(i));
        account(i);
    }
}

const std::vector<Start>& Fleet::starts(std::size_t gpu) const {
    return question_->sites[sites_[gpu]].starts[places_[gpu]];
}

void Fleet::add(const std::vector<Held>& column, double sign) {
    for (const Held& held : column) {
        double* supply = supply_.data() + held.tenant * question_->slots;
        const double capacity = question_->tenants[held.tenant].capacity[held.type];
        for (std::size_t t = held.ready; t < held.until; ++t) supply[t] += sign * capacity;
        if (!held.choice) continue;
        const TenantTerms& tenant = question_->tenants[held.tenant];
        Step& step = steps_[held.tenant];
        CHECK(sign < 0 || step.from == question_->slots);
        step = sign < 0 ? question_->running_step(held.tenant)
                        : Step{held.until, tenant.choices[*held.choice].accuracy};
    }
}

void Fleet::put(std::size_t gpu, std::vector<Held> column) {
    std::vector<bool> concerned(worths_.size());
    for (const Held& held : columns_[gpu]) concerned[held.tenant] = true;
    for (const Held& held : column) concerned[held.tenant] = true;
    add(columns_[gpu], -1);
    columns_[gpu] = std::move(column);
    add(columns_[gpu], 1);
    for (std::size_t i = 0; i < concerned.size(); ++i) {
        if (concerned[i]) account(i);
    }
}

void Fleet::clear(std::size_t gpu) {
    std::vector<Held> column = forced(*question_, question_->sites[sites_[gpu]]);
    put(gpu, std::move(column));
}

double Fleet::accuracy(std::size_t tenant, std::size_t slot) const {
    const Step& step = steps_[tenant];
    return slot < step.from ? question_->tenants[tenant].accuracy : step.after;
}

void Fleet::account(std::size_t tenant) {
    const TenantTerms& terms = question_->tenants[tenant];
    const double* capacity = supply(tenant);
    double requests = 0;
    double worth = 0;
    for (std::size_t t = 0; t < question_->slots; ++t) {
        const double served = std::min(capacity[t], terms.rates[t]);
        requests += served;
        worth += served * accuracy(tenant, t);
    }
    worths_[tenant] = worth;
    shortages_[tenant] = std::max(0.0, terms.floor - requests);
}

double Fleet::worth() const {
    const double short_of = std::accumulate(shortages_.begin(), shortages_.end(), 0.0);
    return std::accumulate(worths_.begin(), worths_.end(), 0.0) - kFloorWorth * short_of;
}

const double* Fleet::supply(std::size_t tenant) const {
    return supply_.data() + tenant * question_->slots;
}

Schedule Fleet::schedule() const {
    Schedule schedule;
    for (std::size_t gpu = 0; gpu < columns_.size(); ++gpu) {
        for (const Held& held : columns_[gpu]) {
            const bool serves = held.ready < held.until;
            Stint stint{.gpu = GpuId{gpu},
                        .placement = held.placement,
                        .tenant = TenantId{held.tenant},
                        .use = serves ? Use::kServe : Use::kRetrain,
                        .from = static_cast<int>(held.from),
                        .ready = static_cast<int>(serves ? held.ready : held.from),
                        .until = static_cast<int>(held.until),
                        .retraining = {},
                        .running = {}};
            if (held.choice) {
                stint.retraining = question_->tenants[held.tenant].choices[*held.choice].index;
            }
            if (held.running) stint.running = starts(gpu)[*held.running].index;
            schedule.stints.push_back(stint);
        }
    }
    sort_stints(schedule);
    return schedule;
}

}  // namespace tangram::window::priced
