#include "window/priced/changes.h"

#include <algorithm>

namespace tangram::window::priced {

namespace {

// How often each change is tried, in parts of the sum. Found by measurement, but hardly matters.
constexpr std::uint64_t kReach = 8;
constexpr std::uint64_t kHandOver = 3;
constexpr std::uint64_t kInsert = 3;
constexpr std::uint64_t kRecut = 1;
constexpr std::uint64_t kSwap = 3;
constexpr std::uint64_t kExchange = 1;
constexpr std::uint64_t kMove = 1;
constexpr int kPlacesTried = 8;           // for a retraining that is drawn anew
constexpr std::uint64_t kLengthBits = 6;  // of slots that are added, at most; mostly far fewer

bool apart(const Held& held, const Block& block, int size) {
    return held.placement.start >= block.start + block.size ||
           held.placement.start + size <= block.start;
}

}  // namespace

Changes::Changes(const Question& question, Random& random)
    : question_(question),
      random_(random),
      trees_(question.window->gpus.size()),
      likely_(question.tenants.size()) {
    for (const Tree& tree : question.trees) {
        std::vector<Place> places;
        for (std::size_t b = 0; b < tree.blocks.size(); ++b) {
            for (const gpu::ProfileId profile : tree.blocks[b].profiles) {
                places.push_back(
                    {{profile, tree.blocks[b].start}, question.type_of(tree.kind, profile), b});
            }
        }
        places_.push_back(std::move(places));
    }
}

bool Changes::fits(const Fleet& fleet, std::size_t gpu, std::size_t tree) const {
    return std::ranges::all_of(fleet.column(gpu), [&](const Held& held) {
        return std::ranges::find(places_[tree], held.placement, &Place::placement) !=
               places_[tree].end();
    });
}

bool Changes::draw(Fleet& fleet) {
    const std::size_t gpu = random_.below(trees_.size());
    if (question_.tenants.empty() || places_[trees_[gpu]].empty()) return false;
    constexpr std::uint64_t kAll =
        kReach + kHandOver + kInsert + kRecut + kSwap + kExchange + kMove;
    std::uint64_t kind = random_.below(kAll);
    const auto is = [&kind](std::uint64_t part) {
        if (kind < part) return true;
        kind -= part;
        return false;
    };
    if (is(kReach)) return reach(fleet, gpu);
    if (is(kHandOver)) return hand_over(fleet, gpu);
    if (is(kInsert)) return insert(fleet, gpu);
    if (is(kRecut)) return recut(fleet, gpu);
    if (is(kSwap)) return swap_blocks(fleet, gpu);
    if (is(kExchange)) return exchange_retrainings(fleet);
    return move_retraining(fleet, gpu);
}

const BlockTree& Changes::blocks(std::size_t gpu) const {
    return question_.trees[trees_[gpu]].blocks;
}

std::size_t Changes::block_of(std::size_t gpu, const Held& held) const {
    return std::ranges::find(places_[trees_[gpu]], held.placement, &Place::placement)->block;
}

int Changes::size(std::size_t gpu, const Held& held) const {
    const gpu::GpuModel& model = question_.window->model(question_.trees[trees_[gpu]].kind);
    return model.profiles[held.placement.profile].size;
}

std::size_t Changes::draw_length() {
    return 1 + random_.below(std::uint64_t{2} << random_.below(kLengthBits));
}

// One that an instance of the type can serve.
std::optional<std::size_t> Changes::draw_tenant(std::size_t type) {
    const std::size_t tenant = random_.below(question_.tenants.size());
    if (question_.tenants[tenant].capacity[type] == 0) return {};
    return tenant;
}

std::optional<std::size_t> Changes::draw_server(const Fleet& fleet, std::size_t gpu) {
    const Fleet::Column& column = fleet.column(gpu);
    if (column.empty()) return {};
    const std::size_t index = random_.below(column.size());
    if (!serves(column[index])) return {};
    return index;
}

// More slots for an instance, before or after.
bool Changes::reach(Fleet& fleet, std::size_t gpu) {
    const auto index = draw_server(fleet, gpu);
    if (!index) return false;
    const std::size_t length = draw_length();
    const bool before = random_.below(2) == 0;
    Held held = fleet.column(gpu)[*index];
    if (before ? held.from == 0 : held.until == question_.slots) return false;
    (void)fleet.take(gpu, *index);
    if (before) {
        held.from -= std::min(held.from, length);
    } else {
        held.until = std::min(question_.slots, held.until + length);
    }
    return fleet.serve(gpu, held);
}

bool Changes::hand_over(Fleet& fleet, std::size_t gpu) {
    const auto index = draw_server(fleet, gpu);
    if (!index) return false;
    const auto tenant = draw_tenant(fleet.column(gpu)[*index].type);
    if (!tenant || tenant == fleet.column(gpu)[*index].tenant) return false;
    Held held = fleet.take(gpu, *index);
    held.tenant = *tenant;
    held.running.reset();
    return fleet.serve(gpu, held);
}

// A new instance, mostly from or until a slot at which another one begins or ends.
bool Changes::insert(Fleet& fleet, std::size_t gpu) {
    const std::vector<Place>& places = places_[trees_[gpu]];
    const Place& place = places[random_.below(places.size())];
    const auto tenant = draw_tenant(place.type);
    if (!tenant) return false;
    const Fleet::Column& column = fleet.column(gpu);
    std::size_t slot = random_.below(question_.slots);
    if (!column.empty() && random_.below(2) == 0) {
        const Held& anchor = column[random_.below(column.size())];
        slot = random_.below(2) == 0 ? anchor.from : anchor.until;
    }
    const std::size_t length = question_.tenants[*tenant].warm_up + draw_length();
    Held held{.placement = place.placement,
              .tenant = *tenant,
              .type = place.type,
              .choice = {},
              .running = {}};
    const bool begins = random_.below(2) == 0;
    held.from = begins ? slot : slot - std::min(slot, length);
    held.until = begins ? std::min(question_.slots, slot + length) : slot;
    return fleet.serve(gpu, held);
}

// Instances of the next smaller blocks in an instance's stead, for its tenant or others.
bool Changes::recut(Fleet& fleet, std::size_t gpu) {
    const auto index = draw_server(fleet, gpu);
    if (!index) return false;
    const Block& block = blocks(gpu)[block_of(gpu, fleet.column(gpu)[*index])];
    const Held whole = fleet.take(gpu, *index);
    bool any = false;
    for (const std::size_t child : block.children) {
        const Block& part = blocks(gpu)[child];
        const gpu::ProfileId profile = part.profiles[random_.below(part.profiles.size())];
        Held held = whole;
        held.placement = {profile, part.start};
        held.type = question_.type_of(question_.trees[trees_[gpu]].kind, profile);
        held.running.reset();
        if (random_.below(2) == 0) held.tenant = draw_tenant(held.type).value_or(whole.tenant);
        if (question_.tenants[held.tenant].capacity[held.type] == 0) continue;
        any = fleet.serve(gpu, held) || any;
    }
    return any;
}

// --- Swaps ---

// Takes out of the block what is there from `slot` on; what goes on then is cut in two. False if
// something larger is there, a retraining goes on, or something that runs at the start would move.
bool Changes::lift(Fleet& fleet, const Spot& spot, std::size_t slot, Fleet::Column& tail) {
    Fleet::Column heads;
    for (std::size_t i = 0; i < fleet.column(spot.gpu).size();) {
        const Held& held = fleet.column(spot.gpu)[i];
        const int slices = size(spot.gpu, held);
        if (held.until <= slot || apart(held, *spot.block, slices)) {
            ++i;
            continue;
        }
        if (slices > spot.block->size || held.running) return false;
        if (held.from < slot && !serves(held)) return false;
        Held part = fleet.take(spot.gpu, i);
        if (part.from < slot) {
            if (part.ready < slot) {
                heads.push_back(part);
                heads.back().until = slot;
            }
            part.from = slot;
        }
        tail.push_back(part);
    }
    for (const Held& head : heads) fleet.give(spot.gpu, head);
    return true;
}

void Changes::lay(Fleet& fleet, std::size_t gpu, const Fleet::Column& tail, int offset) {
    for (Held held : tail) {
        held.placement.start += offset;
        if (held.choice) {
            fleet.give(gpu, held);
        } else {
            (void)fleet.serve(gpu, held);  // unless too little is left of it
        }
    }
}

bool Changes::swap_tails(Fleet& fleet, const Spot& one, const Spot& two, std::size_t slot) {
    Fleet::Column first;
    Fleet::Column second;
    if (!lift(fleet, one, slot, first) || !lift(fleet, two, slot, second)) return false;
    lay(fleet, two.gpu, first, two.block->start - one.block->start);
    lay(fleet, one.gpu, second, one.block->start - two.block->start);
    return true;
}

// Another block of the same shape, on any GPU.
std::optional<Changes::Spot> Changes::draw_alike(std::size_t gpu, std::size_t block) {
    const std::size_t other = random_.below(trees_.size());
    if (trees_[other] != trees_[gpu]) return {};
    std::vector<const Block*> alike;
    for (std::size_t b = 0; b < blocks(gpu).size(); ++b) {
        const Block& candidate = blocks(gpu)[b];
        const bool same = candidate.shape == blocks(gpu)[block].shape;
        if (same && (b != block || other != gpu)) alike.push_back(&candidate);
    }
    if (alike.empty()) return {};
    return Spot{other, alike[random_.below(alike.size())]};
}

// What two blocks do from the slot on at which an instance begins: to the end, or to its end.
bool Changes::swap_blocks(Fleet& fleet, std::size_t gpu) {
    const Fleet::Column& column = fleet.column(gpu);
    if (column.empty()) return false;
    const Held held = column[random_.below(column.size())];
    std::size_t block = block_of(gpu, held);
    const bool wider = random_.below(3) == 0;
    for (std::size_t b = 0; b < blocks(gpu).size() && wider; ++b) {
        const std::vector<std::size_t>& children = blocks(gpu)[b].children;
        if (std::ranges::find(children, block) == children.end()) continue;
        block = b;
        break;
    }
    const std::optional<Spot> other = draw_alike(gpu, block);
    if (!other) return false;
    const Spot here{gpu, &blocks(gpu)[block]};
    if (!swap_tails(fleet, here, *other, held.from)) return false;
    const bool back = held.until < question_.slots && random_.below(2) == 0;
    return !back || swap_tails(fleet, here, *other, held.until);
}

// --- Retrainings ---

std::optional<Changes::Gone> Changes::take_retraining(Fleet& fleet, std::size_t tenant) const {
    for (std::size_t gpu = 0; gpu < trees_.size(); ++gpu) {
        const Fleet::Column& column = fleet.column(gpu);
        for (std::size_t i = 0; i < column.size(); ++i) {
            if (!column[i].choice || column[i].tenant != tenant) continue;
            return Gone{gpu, fleet.take(gpu, i)};
        }
    }
    return {};
}

// At `from`, or as late as it can be.
bool Changes::host(Fleet& fleet, std::size_t gpu, std::size_t tenant, std::size_t choice,
                   gpu::Placement placement, std::size_t from) const {
    const Choice& terms = question_.tenants[tenant].choices[choice];
    const std::size_t begin = std::min(from, question_.slots - terms.slots);
    const Held held{.placement = placement,
                    .tenant = tenant,
                    .type = terms.type,
                    .from = begin,
                    .ready = begin + terms.slots,
                    .until = begin + terms.slots,
                    .choice = choice,
                    .running = {}};
    if (!fleet.make_room(gpu, held)) return false;
    fleet.give(gpu, held);
    return true;
}

// What served in these slices right before goes on, or else what serves right after begins sooner.
void Changes::fill(Fleet& fleet, std::size_t gpu, const Held& idle) const {
    const Block& block = blocks(gpu)[block_of(gpu, idle)];
    for (const bool before : {true, false}) {
        std::vector<Held> near;
        for (const Held& held : fleet.column(gpu)) {
            const int end = held.placement.start + size(gpu, held);
            const bool inside =
                held.placement.start >= block.start && end <= block.start + block.size;
            const bool touches = before ? held.until == idle.from : held.from == idle.until;
            if (serves(held) && inside && touches) near.push_back(held);
        }
        for (Held held : near) {
            held.from = before ? held.from : idle.from;
            held.until = before ? idle.until : held.until;
            (void)fleet.serve(gpu, held);
        }
        if (!near.empty()) return;
    }
}

std::optional<gpu::Placement> Changes::draw_placement(std::size_t gpu, std::size_t type) {
    std::vector<gpu::Placement> fit;
    for (const Place& place : places_[trees_[gpu]]) {
        if (place.type == type) fit.push_back(place.placement);
    }
    if (fit.empty()) return {};
    return fit[random_.below(fit.size())];
}

// Somewhat sooner or later than it was; else where something ends, or at once.
std::size_t Changes::draw_start(const Fleet& fleet, std::size_t gpu,
                                const std::optional<Gone>& gone) {
    if (gone) {
        const std::size_t from = gone->second.from;
        const std::size_t length = draw_length();
        return random_.below(2) == 0 ? from + length : from - std::min(from, length);
    }
    const Fleet::Column& column = fleet.column(gpu);
    if (column.empty() || random_.below(3) == 0) return 0;
    return column[random_.below(column.size())].until;
}

// What is idle now that the retraining, the last of the GPU's instances, is elsewhere.
void Changes::refill(Fleet& fleet, std::size_t target, const Gone& gone) const {
    Held idle = gone.second;
    const Held& now = fleet.column(target).back();
    if (target == gone.first && now.placement == idle.placement && now.from < idle.until &&
        idle.from < now.until) {
        if (now.from > idle.from) {
            idle.until = now.from;
        } else {
            idle.from = std::min(now.until, idle.until);
        }
    }
    if (idle.from < idle.until) fill(fleet, gone.first, idle);
}

// One of them, or none: of shares that add up to less than `all`, the rest is none.
std::optional<Likely> Changes::draw_likely(std::size_t tenant, double all) {
    double sum = 0;
    for (const Likely& likely : likely_[tenant]) sum += likely.share;
    double left = random_.unit() * std::max(sum, all);
    for (const Likely& likely : likely_[tenant]) {
        left -= likely.share;
        if (left < 0) return likely;
    }
    return {};
}

// One that is likely, on the GPU where the tenant's is now, or another one.
bool Changes::host_likely(Fleet& fleet, std::size_t gpu, std::size_t tenant) {
    const std::optional<Likely> likely = draw_likely(tenant, 0);
    if (!likely) return false;
    const std::optional<Gone> gone = take_retraining(fleet, tenant);
    const std::size_t target = gone && random_.below(2) == 0 ? gone->first : gpu;
    const std::size_t type = question_.tenants[tenant].choices[likely->choice].type;
    const auto placement = draw_placement(target, type);
    if (!placement || !host(fleet, target, tenant, likely->choice, *placement, likely->from)) {
        return false;
    }
    if (gone) refill(fleet, target, *gone);
    return true;
}

void Changes::redraw(Fleet& fleet) {
    for (std::size_t tenant = 0; tenant < likely_.size(); ++tenant) {
        const auto gone = take_retraining(fleet, tenant);
        if (gone) fill(fleet, gone->first, gone->second);
    }
    for (std::size_t tenant = 0; tenant < likely_.size(); ++tenant) {
        const std::optional<Likely> likely = draw_likely(tenant, 1);
        if (!likely) continue;
        const std::size_t type = question_.tenants[tenant].choices[likely->choice].type;
        for (int i = 0; i < kPlacesTried; ++i) {
            const std::size_t gpu = random_.below(trees_.size());
            const auto placement = draw_placement(gpu, type);
            if (!placement) continue;
            if (host(fleet, gpu, tenant, likely->choice, *placement, likely->from)) break;
        }
    }
    (void)fleet.gain();
    fleet.keep();
}

// To other slots, then mostly on the same slices, or else another choice; now and then to nowhere.
bool Changes::move_retraining(Fleet& fleet, std::size_t gpu) {
    const std::size_t tenant = random_.below(question_.tenants.size());
    const std::vector<Choice>& choices = question_.tenants[tenant].choices;
    if (choices.empty()) return false;
    if (random_.below(2) == 0) return host_likely(fleet, gpu, tenant);
    const std::optional<Gone> gone = take_retraining(fleet, tenant);
    const std::uint64_t kind = random_.below(32);
    if (gone && kind == 0) {
        fill(fleet, gone->first, gone->second);
        return true;
    }
    const bool same_choice = gone && kind < 24;
    const bool same_gpu = gone && kind < 16;
    const bool same_place = gone && kind < 12;
    const std::size_t choice = same_choice ? *gone->second.choice : random_.below(choices.size());
    const std::size_t target = same_gpu ? gone->first : gpu;
    const auto placement =
        same_place ? gone->second.placement : draw_placement(target, choices[choice].type);
    if (!placement) return false;
    if (!host(fleet, target, tenant, choice, *placement, draw_start(fleet, target, gone))) {
        return false;
    }
    if (gone) refill(fleet, target, *gone);
    return true;
}

// The tenant's, on the slices of another one's that is gone.
bool Changes::host_instead(Fleet& fleet, std::size_t tenant, const Gone& gone) {
    const auto& [gpu, held] = gone;
    const std::vector<Choice>& choices = question_.tenants[tenant].choices;
    const std::size_t choice = random_.below(choices.size());
    if (choices[choice].type != held.type) return false;
    if (!host(fleet, gpu, tenant, choice, held.placement, held.from)) return false;
    Held idle = held;
    idle.from = fleet.column(gpu).back().until;
    if (idle.from < idle.until) fill(fleet, gpu, idle);
    return true;
}

bool Changes::exchange_retrainings(Fleet& fleet) {
    const std::size_t one = random_.below(question_.tenants.size());
    const std::size_t two = random_.below(question_.tenants.size());
    if (one == two || question_.tenants[two].choices.empty()) return false;
    const std::optional<Gone> first = take_retraining(fleet, one);
    if (!first) return false;
    const std::optional<Gone> second = take_retraining(fleet, two);
    if (!host_instead(fleet, two, *first)) return false;
    return !second || host_instead(fleet, one, *second);
}

}  // namespace tangram::window::priced
