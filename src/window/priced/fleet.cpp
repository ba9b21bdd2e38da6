#include "window/priced/fleet.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace tangram::window::priced {

namespace {

// What has to be there whatever happens: retrainings that run at the start.
Fleet::Column forced(const Question& question, const Site& site) {
    Fleet::Column column;
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
      changed_(sites_.size()) {
    for (const Type& type : question.types) {
        sizes_.push_back(question.window->model(type.kind).profiles[type.profile].size);
    }
    std::vector<Column> columns(sites_.size());
    for (std::size_t s = 0; s < question.sites.size(); ++s) {
        const Site& site = question.sites[s];
        for (std::size_t place = 0; place < site.gpus.size(); ++place) {
            const std::size_t gpu = site.gpus[place].index();
            sites_[gpu] = s;
            places_[gpu] = place;
            columns[gpu] = forced(question, site);
        }
    }
    load(std::move(columns));
}

void Fleet::load(std::vector<Column> columns) {
    const std::size_t tenants = question_->tenants.size();
    columns_.assign(columns.size(), {});
    supply_.assign(tenants * question_->slots, 0);
    served_.assign(tenants, 0);
    steps_.clear();
    worth_ = 0;
    for (std::size_t i = 0; i < tenants; ++i) {
        steps_.push_back(question_->running_step(i));
        worth_ -= floor_cost(i);
    }
    for (std::size_t gpu = 0; gpu < columns.size(); ++gpu) {
        for (const Held& held : columns[gpu]) give(gpu, held);
    }
    (void)gain();
    keep();
}

void Fleet::put(std::size_t gpu, const Column& column) {
    while (!columns_[gpu].empty()) (void)take(gpu, columns_[gpu].size() - 1);
    for (const Held& held : column) give(gpu, held);
    (void)gain();
    keep();
}

void Fleet::clear(std::size_t gpu) { put(gpu, forced(*question_, site(gpu))); }

double Fleet::shortage(std::size_t tenant) const {
    return std::max(0.0, question_->tenants[tenant].floor - served_[tenant]);
}

const Site& Fleet::site(std::size_t gpu) const { return question_->sites[sites_[gpu]]; }

const std::vector<Start>& Fleet::starts(std::size_t gpu) const {
    return site(gpu).starts[places_[gpu]];
}

void Fleet::save(std::size_t gpu) {
    if (std::ranges::find(touched_, gpu) != touched_.end()) return;
    touched_.push_back(gpu);
    if (saved_.size() < touched_.size()) saved_.emplace_back();
    saved_[touched_.size() - 1] = columns_[gpu];
}

void Fleet::supply(const Held& held, double sign) {
    if (!serves(held)) return;
    const double capacity = question_->tenants[held.tenant].capacity[held.type];
    shifts_.push_back({held.tenant, held.ready, held.until, sign * capacity});
}

void Fleet::set_step(std::size_t tenant, Step step) {
    const auto known = std::ranges::find(replaced_, tenant, &std::pair<std::size_t, Step>::first);
    if (known == replaced_.end()) replaced_.emplace_back(tenant, steps_[tenant]);
    steps_[tenant] = step;
}

Held Fleet::take(std::size_t gpu, std::size_t index) {
    save(gpu);
    Column& column = columns_[gpu];
    const Held held = column[index];
    column[index] = column.back();
    column.pop_back();
    supply(held, -1);
    if (held.choice) set_step(held.tenant, question_->running_step(held.tenant));
    return held;
}

void Fleet::give(std::size_t gpu, const Held& held) {
    save(gpu);
    columns_[gpu].push_back(held);
    supply(held, 1);
    if (!held.choice) return;
    CHECK(steps_[held.tenant].from == question_->slots);
    const Choice& choice = question_->tenants[held.tenant].choices[*held.choice];
    set_step(held.tenant, {held.until, choice.accuracy});
}

bool Fleet::overlap(const Held& a, const Held& b) const {
    return a.placement.start < b.placement.start + sizes_[b.type] &&
           b.placement.start < a.placement.start + sizes_[a.type];
}

bool Fleet::make_room(std::size_t gpu, const Held& held) {
    std::vector<Held> rest;
    const Column& column = columns_[gpu];
    work_ += column.size();
    for (std::size_t i = 0; i < column.size();) {
        const Held& here = column[i];
        const bool meet = here.from < held.until && held.from < here.until;
        if (!meet || !overlap(here, held)) {
            ++i;
            continue;
        }
        if (!serves(here)) return false;
        const Held cut = take(gpu, i);
        if (cut.ready < held.from) {
            rest.push_back(cut);
            rest.back().until = held.from;
        }
        const std::size_t ready = held.until + question_->tenants[cut.tenant].warm_up;
        if (ready >= cut.until) continue;
        rest.push_back(cut);
        rest.back().from = held.until;
        rest.back().ready = ready;
        rest.back().running.reset();
    }
    for (const Held& part : rest) give(gpu, part);
    return true;
}

bool Fleet::serve(std::size_t gpu, Held held) {
    const Column& column = columns_[gpu];
    work_ += column.size();
    for (std::size_t i = 0; i < column.size();) {
        const Held& here = column[i];
        if (here.tenant != held.tenant || here.placement != held.placement || !serves(here) ||
            here.from > held.until || here.until < held.from) {
            ++i;
            continue;
        }
        const Held part = take(gpu, i);
        held.from = std::min(held.from, part.from);
        held.until = std::max(held.until, part.until);
        if (part.running) held.running = part.running;
        i = 0;
    }
    held.ready = held.running ? starts(gpu)[*held.running].left
                              : held.from + question_->tenants[held.tenant].warm_up;
    if (!serves(held) || !make_room(gpu, held)) return false;
    give(gpu, held);
    return true;
}

// What one shift takes and another gives back changes nothing.
void Fleet::cancel() {
    for (std::size_t i = 0; i < shifts_.size(); ++i) {
        for (std::size_t j = i + 1; j < shifts_.size(); ++j) {
            Shift& a = shifts_[i];
            Shift& b = shifts_[j];
            if (a.tenant != b.tenant || a.capacity != -b.capacity || a.from >= b.until ||
                b.from >= a.until) {
                continue;
            }
            const double first = a.from < b.from ? a.capacity : b.capacity;
            const double last = a.until > b.until ? a.capacity : b.capacity;
            const auto [begin, middle] = std::minmax({a.from, b.from});
            const auto [end, until] = std::minmax({a.until, b.until});
            a = {a.tenant, begin, middle, first};
            b = {b.tenant, end, until, last};
        }
    }
}

double Fleet::floor_cost(std::size_t tenant) const { return kFloorWorth * shortage(tenant); }

// Adds the shift to the tenant's capacity; returns what that adds to the worth.
double Fleet::apply(const Shift& shift) {
    const TenantTerms& terms = question_->tenants[shift.tenant];
    const Step& step = steps_[shift.tenant];
    double* supply = supply_.data() + shift.tenant * question_->slots;
    const double* rates = terms.rates.data();
    const auto move = [&](std::size_t from, std::size_t until) {
        double more = 0;
        for (std::size_t t = from; t < until; ++t) {
            const double now = supply[t] + shift.capacity;
            more += std::min(rates[t], now) - std::min(rates[t], supply[t]);
            supply[t] = now;
        }
        return more;
    };
    const std::size_t until = std::max(shift.from, shift.until);
    const std::size_t middle = std::clamp(step.from, shift.from, until);
    const double early = move(shift.from, middle);
    const double late = move(middle, until);
    work_ += until - shift.from;
    const double before = floor_cost(shift.tenant);
    served_[shift.tenant] += early + late;
    return early * terms.accuracy + late * step.after + before - floor_cost(shift.tenant);
}

// What the tenant's retraining adds, at the capacity it has.
double Fleet::above(std::size_t tenant, Step step) const {
    const TenantTerms& terms = question_->tenants[tenant];
    const double* supply = supply_.data() + tenant * question_->slots;
    double served = 0;
    for (std::size_t t = step.from; t < question_->slots; ++t) {
        served += std::min(terms.rates[t], supply[t]);
    }
    return served * (step.after - terms.accuracy);
}

double Fleet::gain() {
    CHECK(!applied_);
    cancel();
    applied_ = true;
    gain_ = 0;
    for (const auto& [tenant, before] : replaced_) {
        gain_ += above(tenant, steps_[tenant]) - above(tenant, before);
        work_ += question_->slots;
    }
    for (const Shift& shift : shifts_) gain_ += apply(shift);
    return gain_;
}

void Fleet::forget() {
    touched_.clear();
    shifts_.clear();
    replaced_.clear();
    applied_ = false;
}

void Fleet::keep() {
    CHECK(applied_);
    for (const std::size_t gpu : touched_) changed_[gpu] = true;
    worth_ += gain_;
    forget();
}

void Fleet::undo() {
    if (applied_) {
        for (Shift& shift : shifts_) {
            shift.capacity = -shift.capacity;
            (void)apply(shift);
        }
    }
    for (const auto& [tenant, before] : replaced_) steps_[tenant] = before;
    for (std::size_t i = 0; i < touched_.size(); ++i) columns_[touched_[i]].swap(saved_[i]);
    forget();
}

std::vector<std::size_t> Fleet::changed() {
    std::vector<std::size_t> gpus;
    for (std::size_t gpu = 0; gpu < changed_.size(); ++gpu) {
        if (changed_[gpu]) gpus.push_back(gpu);
        changed_[gpu] = false;
    }
    return gpus;
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
