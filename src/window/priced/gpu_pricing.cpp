#include "window/priced/gpu_pricing.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.h"
#include "base/wide.h"

namespace tangram::window::priced {

namespace {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();

TANGRAM_WIDE void raise(double* row, const double* other, double offset, std::size_t from,
                        std::size_t end) {
    for (std::size_t i = from; i < end; ++i) {
        const double candidate = offset + other[i];
        row[i] = row[i] < candidate ? candidate : row[i];
    }
}

bool positive(double price) { return price > 0; }

bool within(const gpu::GpuModel& model, const Start& start, const Block& block) {
    const int size = model.profiles[start.placement.profile].size;
    return block.start <= start.placement.start &&
           start.placement.start + size <= block.start + block.size;
}

}  // namespace

GpuPricing::GpuPricing(const Question& question, const Tree& tree, bool apart, std::size_t stride)
    : question_(question),
      tree_(tree),
      apart_(apart),
      slots_(question.slots),
      stride_(stride),
      width_(point_at_or_after(question.slots) + 1),
      tables_(tree.blocks.size()),
      offers_(tree.blocks.size()),
      rest_(width_),
      first_(width_),
      started_(tree.blocks.size()),
      pinned_(tree.blocks.size()),
      stretch_(width_),
      split_(width_) {
    for (std::size_t b = 0; b < tree.blocks.size(); ++b) {
        if (!whole(b) && source(b) == b) tables_[b].resize(width_ * width_);
    }
}

double GpuPricing::memory(const Question& question, const BlockTree& tree, bool apart) {
    double tables = 0;
    for (std::size_t b = 0; b + 1 < tree.size(); ++b) tables += apart || tree[b].shape == b ? 1 : 0;
    const auto width = static_cast<double>(question.slots + 1);
    double offers = 0;
    for (const TenantTerms& tenant : question.tenants) {
        offers += static_cast<double>(question.types.size() + tenant.choices.size());
    }
    return sizeof(double) * width * (tables * width + (apart ? 3 : 1) * offers);
}

std::size_t GpuPricing::source(std::size_t block) const {
    return apart_ ? block : tree_.blocks[block].shape;
}

const double* GpuPricing::table(std::size_t block, std::size_t from) const {
    return tables_[source(block)].data() + from * width_;
}

void GpuPricing::take_offers(std::size_t block, const Prices& prices) {
    Offers& offers = offers_[block];
    offers.services.clear();
    offers.hostings.clear();
    for (std::size_t p = 0; p < tree_.blocks[block].profiles.size(); ++p) {
        const std::size_t type = question_.type_of(tree_.kind, tree_.blocks[block].profiles[p]);
        for (std::size_t i = 0; i < question_.tenants.size(); ++i) {
            const TenantTerms& tenant = question_.tenants[i];
            const double* price = prices.instance.data() + question_.at(i, type);
            if (tenant.capacity[type] > 0 && std::any_of(price, price + slots_, positive)) {
                Row sums(slots_ + 1);
                for (std::size_t t = 0; t < slots_; ++t) sums[t + 1] = sums[t] + price[t];
                Row points(width_);
                for (std::size_t j = 0; j < width_; ++j) points[j] = sums[slot(j)];
                offers.services.push_back({i, p, std::move(sums), std::move(points)});
            }
            for (std::size_t c = 0; c < tenant.choices.size(); ++c) {
                if (tenant.choices[c].type != type) continue;
                const double* pay = prices.hosting[i].data() + c * slots_;
                if (!std::any_of(pay, pay + slots_, positive)) continue;
                offers.hostings.push_back({i, p, c, tenant.choices[c].slots, {pay, pay + slots_}});
            }
        }
    }
}

void GpuPricing::use_row(std::size_t block, std::size_t from) {
    std::fill(stretch_.begin() + static_cast<std::ptrdiff_t>(from), stretch_.end(), 0.0);
    for (const Service& service : offers_[source(block)].services) {
        const std::size_t ready = slot(from) + question_.tenants[service.tenant].warm_up;
        if (ready >= slots_) continue;
        const std::size_t first = ready / stride_ + 1;
        raise(stretch_.data(), service.points.data(), -service.sums[ready], first, width_);
        work_ += width_ - first;
    }
    for (const Hosting& hosting : offers_[source(block)].hostings) {
        const std::size_t end = slot(from) + hosting.slots;
        if (end > slots_) continue;
        double& row = stretch_[point_at_or_after(end)];
        row = std::max(row, hosting.pay[slot(from)]);
    }
}

void GpuPricing::stretch_row(std::size_t block, std::size_t from) {
    use_row(block, from);
    const std::vector<std::size_t>& children = tree_.blocks[block].children;
    if (children.empty()) return;
    std::fill(split_.begin() + static_cast<std::ptrdiff_t>(from), split_.end(), 0.0);
    for (const std::size_t child : children) {
        const double* row = table(child, from);
        double* sum = split_.data();
        for (std::size_t until = from + 1; until < width_; ++until) sum[until] += row[until];
    }
    raise(stretch_.data(), split_.data(), 0, from + 1, width_);
    work_ += (children.size() + 1) * (width_ - from);
}

void GpuPricing::fill_row(std::size_t block, std::size_t from) {
    stretch_row(block, from);
    if (whole(block)) {
        rest_[from] = -1;
        for (std::size_t until = from + 1; until < width_; ++until) {
            if (stretch_[until] + rest_[until] <= rest_[from]) continue;
            rest_[from] = stretch_[until] + rest_[until];
            first_[from] = until;
        }
        return;
    }
    double* tables = tables_[block].data();
    double* row = tables + from * width_;
    const double* next = row + width_;
    row[from] = 0;
    std::copy(next + from + 1, next + width_, row + from + 1);
    const double* stretch = stretch_.data();
    for (std::size_t until = from + 1; until < width_; ++until) {
        if (stretch[until] <= row[until]) continue;
        raise(row, tables + until * width_, stretch[until], until, width_);
        work_ += width_ - until;
    }
}

void GpuPricing::fill(std::size_t block) {
    if (whole(block)) {
        rest_[last()] = 0;
    } else {
        tables_[block].back() = 0;
    }
    for (std::size_t from = last(); from-- > 0;) fill_row(block, from);
}

void GpuPricing::price(const Prices& prices) {
    for (std::size_t block = 0; block < tree_.blocks.size(); ++block) {
        if (source(block) != block) continue;
        take_offers(block, prices);
        fill(block);
    }
}

void GpuPricing::price_block(std::size_t block, const Prices& prices, const Starts& starts) {
    CHECK(apart_);
    take_offers(block, prices);
    fill(block);
    start_block(block, starts);
}

double GpuPricing::running_sum(std::size_t block, const Start& start, std::size_t from,
                               std::size_t until) const {
    for (const Service& service : offers_[source(block)].services) {
        if (service.tenant == start.tenant &&
            tree_.blocks[block].profiles[service.profile] == start.placement.profile) {
            return service.sums[until] - service.sums[from];
        }
    }
    return 0;
}

void GpuPricing::start_block(std::size_t block, const Starts& starts) {
    const Block& place = tree_.blocks[block];
    const gpu::GpuModel& model = question_.window->model(tree_.kind);
    started_[block].clear();
    pinned_[block] = false;
    const Start* here = nullptr;
    bool any = false;
    bool held = false;  // a retraining that must run on is in here
    for (const Start& start : starts) {
        if (!within(model, start, place)) continue;
        any = true;
        held = held || start.activity == Activity::kRetraining;
        if (model.profiles[start.placement.profile].size == place.size) here = &start;
    }
    if (!any) return;
    Row& row = started_[block];
    row.assign(width_, kImpossible);
    use_row(block, 0);
    if (held) std::ranges::fill(stretch_, kImpossible);
    stretch_[0] = kImpossible;
    pinned_[block] = here != nullptr && here->activity == Activity::kRetraining;
    if (pinned_[block]) {
        stretch_[point_at_or_after(here->left)] = 0;
    } else {
        for (std::size_t until = 1; until < width_; ++until) {
            stretch_[until] = std::max(stretch_[until], split(block, 0, until));
            if (here == nullptr || slot(until) <= here->left) continue;
            stretch_[until] =
                std::max(stretch_[until], running_sum(block, *here, here->left, slot(until)));
        }
    }
    if (!held) row[0] = 0;
    for (std::size_t until = 1; until < width_; ++until) {
        if (stretch_[until] == kImpossible) continue;
        if (whole(block)) {
            row[last()] = std::max(row[last()], stretch_[until] + rest_[until]);
        } else {
            raise(row.data(), table(block, until), stretch_[until], until, width_);
        }
    }
    work_ += width_ * width_ / 2;
}

double GpuPricing::best(const Starts& starts) {
    for (std::size_t block = 0; block < tree_.blocks.size(); ++block) start_block(block, starts);
    return worth(tree_.blocks.size() - 1, 0, last());
}

double GpuPricing::worth(std::size_t block, std::size_t from, std::size_t until) const {
    if (from == 0 && !started_[block].empty()) return started_[block][until];
    if (whole(block)) return rest_[from];
    return table(block, from)[until];
}

double GpuPricing::split(std::size_t block, std::size_t from, std::size_t until) const {
    if (from == 0 && pinned_[block]) return kImpossible;
    double sum = 0;
    for (const std::size_t child : tree_.blocks[block].children) sum += worth(child, from, until);
    return sum;
}

std::vector<Held> GpuPricing::schedule(std::size_t block, const Starts& starts) const {
    std::vector<Held> out;
    trace(block, 0, last(), starts, out);
    return out;
}

void GpuPricing::take_running(std::size_t block, std::size_t until, const Starts& starts, Held& use,
                              double& most) const {
    const gpu::GpuModel& model = question_.window->model(tree_.kind);
    const Block& place = tree_.blocks[block];
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const Start& start = starts[i];
        if (!within(model, start, place)) continue;
        const bool retrains = start.activity == Activity::kRetraining;
        if (retrains) most = kImpossible;
        if (model.profiles[start.placement.profile].size != place.size) continue;
        double gain = kImpossible;
        if (retrains && until == point_at_or_after(start.left)) gain = 0;
        if (!retrains && slot(until) > start.left) {
            gain = running_sum(block, start, start.left, slot(until));
        }
        if (gain == kImpossible || gain < most) continue;
        most = gain;
        use = {.placement = start.placement,
               .tenant = start.tenant,
               .type = question_.type_of(tree_.kind, start.placement.profile),
               .from = 0,
               .ready = start.left,
               .until = retrains ? start.left : slot(until),
               .choice = {},
               .running = i};
    }
}

Held GpuPricing::best_use(std::size_t block, std::size_t from, std::size_t until,
                          const Starts& starts, double& most) const {
    Held use{};  // nothing
    most = 0;
    const Block& place = tree_.blocks[block];
    const auto offer = [&](double gain, std::size_t tenant, std::size_t profile, std::size_t ready,
                           std::optional<std::size_t> choice) {
        if (gain <= most) return;
        most = gain;
        use = {.placement = {place.profiles[profile], place.start},
               .tenant = tenant,
               .type = question_.type_of(tree_.kind, place.profiles[profile]),
               .from = slot(from),
               .ready = ready,
               .until = choice ? ready : slot(until),
               .choice = choice,
               .running = {}};
    };
    for (const Service& service : offers_[source(block)].services) {
        const std::size_t ready = slot(from) + question_.tenants[service.tenant].warm_up;
        if (ready >= slot(until)) continue;
        offer(service.points[until] - service.sums[ready], service.tenant, service.profile, ready,
              {});
    }
    for (const Hosting& hosting : offers_[source(block)].hostings) {
        const std::size_t end = slot(from) + hosting.slots;
        if (end > slots_ || point_at_or_after(end) != until) continue;
        offer(hosting.pay[slot(from)], hosting.tenant, hosting.profile, end, hosting.choice);
    }
    if (from == 0) take_running(block, until, starts, use, most);
    return use;
}

void GpuPricing::trace(std::size_t block, std::size_t from, std::size_t until, const Starts& starts,
                       std::vector<Held>& out) const {
    while (from < until) {
        const double total = worth(block, from, until);
        if (total == 0 && (from > 0 || started_[block].empty())) return;
        const bool started = from == 0 && !started_[block].empty();
        std::size_t middle = whole(block) && !started ? first_[from] - 1 : from;
        for (bool found = false; !found;) {
            ++middle;
            CHECK(middle <= until);
            const double tail = middle == until ? 0
                                : whole(block)  ? rest_[middle]
                                                : table(block, middle)[until];
            // One stretch earns no more than the best sequence of stretches.
            if (!whole(block) && worth(block, from, middle) + tail < total) continue;
            double most = 0;
            const Held use = best_use(block, from, middle, starts, most);
            if (most + tail == total) {
                if (use.until > 0) out.push_back(use);
                found = true;
            } else if (split(block, from, middle) + tail == total) {
                for (const std::size_t child : tree_.blocks[block].children) {
                    trace(child, from, middle, starts, out);
                }
                found = true;
            }
        }
        from = middle;
    }
}

}  // namespace tangram::window::priced
