#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "base/amount_text.h"
#include "transition/check/conditions.h"

namespace tangram::transition::check_parts {
namespace {

using workload::Service;

constexpr Share kMostMargin{1'000 * kSharePerOne};  // beyond that sums might overflow

Rate clamped(Wide amount) {
    constexpr Wide kMost = std::numeric_limits<std::int64_t>::max();
    return Rate{static_cast<std::int64_t>(std::clamp(amount, -kMost, kMost))};
}
std::string text(Wide amount) { return rps_text(clamped(amount)); }

Wide share_of(const CheckOptions& options, const std::string& service) {
    const auto dip = options.dips.find(service);
    if (dip == options.dips.end()) return kSharePerOne;
    return kSharePerOne - std::clamp<std::int64_t>(dip->second.count(), 0, kSharePerOne);
}

Wide divided_up(Wide amount, Wide by) { return (amount + by - 1) / by; }

// Losses and gains of a service by some weight, without those on some GPUs.
template <typename Weight>
Balance balance_of(const ServiceMoves& moves, Weight weight) {
    Balance balance;
    balance.forces = moves.forces;
    for (const Move& drain : moves.drains) balance.losses.push_back(weight(drain));
    for (const Move& route : moves.routes) balance.gains.push_back(weight(route));
    return balance;
}

class ServiceFloors {
public:
    ServiceFloors(const Case& question, ServiceId id)
        : question_(question),
          options_(question.context.options),
          known_(question.names.services[id]),
          service_(question.context.problem.services[known_.asked]),
          moves_(question.orders.moves(id)),
          place_(fmt::format("service {}", known_.name)) {}

    // The least capacity.
    Wide check_capacity() {
        const Balance balance = balance_of(moves_, [](const Move& move) { return move.capacity; });
        Worst found = worst(balance);
        const Wide lowest = moves_.now - found.loss;
        floor_ = floor();
        if (moves_.now < floor_) {
            check_recovery(balance);
        } else if (lowest < floor_) {
            violate(
                TransitionFault::kFloor, found,
                fmt::format("sinks to {} requests/s, has to keep {} of {}: lacks {}", text(lowest),
                            text(floor_), text(moves_.now), text(floor_ - lowest)));
        }
        return lowest;
    }

    void check_replicas() {
        const auto now = static_cast<Wide>(moves_.present.size());
        const Wide kept = dipped(options_, known_.name, std::min<Wide>(now, service_.min_replicas));
        const Worst found = worst(balance_of(moves_, [](const Move&) { return Wide{1}; }));
        if (now - found.loss >= kept) return;
        violate(TransitionFault::kReplicas, found,
                fmt::format("is left with {} replicas, has to keep {} of {}",
                            static_cast<std::int64_t>(now - found.loss),
                            static_cast<std::int64_t>(kept), static_cast<std::int64_t>(now)));
    }

    // What remains without the replicas on any one GPU or node.
    void check_survival(Wide lowest) {
        if (service_.survive_gpu) {
            check_losses(lowest, *service_.survive_gpu, question_.names.by_gpu);
        }
        if (service_.survive_node) {
            check_losses(lowest, *service_.survive_node, question_.names.by_node);
        }
    }

    [[nodiscard]] Wide kept() const { return floor_; }

private:
    void violate(TransitionFault fault, const Worst& worst, std::string message) const {
        std::vector<StepId> started;
        for (const std::size_t i : worst.losses) started.push_back(moves_.drains[i].step);
        question_.context.violate(fault, place_, std::move(message),
                                  question_.dag.started(started));
    }

    [[nodiscard]] Wide floor() const {
        const Share margin = std::clamp(options_.margin, Share{}, kMostMargin);
        const Wide asked = Wide{service_.rate.count()} * (kSharePerOne + margin.count());
        const Wide now = std::max<Wide>(moves_.now, known_.recorded_floor.value_or(Rate{}).count());
        const Wide kept = std::min(asked, now * kSharePerOne);
        return divided_up(kept * share_of(options_, known_.name),
                          Wide{kSharePerOne} * kSharePerOne);
    }

    // Below its floor from the beginning: it may not sink further, and once anything has been taken
    // from it, it must have reached the floor.
    void check_recovery(const Balance& balance) {
        for (std::size_t i = 0; i < balance.losses.size(); ++i) {
            if (balance.losses[i] == 0) continue;
            const Worst found = worst_with(balance, {i});
            const Wide left = moves_.now - found.loss;
            if (left >= floor_) continue;
            violate(
                TransitionFault::kFloor, found,
                fmt::format("starts at {} requests/s, below the {} it has to reach, and "
                            "is drained on {} when it has {}",
                            text(moves_.now), text(floor_),
                            place_of(question_.context.graph, moves_.drains[i].step), text(left)));
            return;
        }
    }

    void check_losses(Wide lowest, Share share, const Places& places) {
        struct Held {
            Wide now = 0;
            Wide most = 0;  // if all that ever serve there did so at a time
        };
        std::map<std::size_t, Held> held;
        Wide largest = 0;
        for (const Serving* serving : moves_.all) {
            const std::size_t place = places.of[serving->gpu];
            if (place == Places::kNone) continue;
            if (!serving->route.valid()) held[place].now += serving->capacity;
            held[place].most += serving->capacity;
            largest = std::max(largest, held[place].now);
        }
        // All on GPUs of no known node: what can be lost is nothing.
        if (held.empty()) held[places.names.size()];
        const Wide asked = divided_up(Wide{service_.rate.count()} * share.count(), kSharePerOne);
        const Wide floor = dipped(options_, known_.name, std::min(moves_.now - largest, asked));
        for (const auto& [place, here] : held) {
            if (lowest - here.most >= floor) continue;
            const auto weight = [&](const Move& move) {
                return places.of[move.gpu] == place ? Wide{0} : move.capacity;
            };
            const Worst found = worst(balance_of(moves_, weight));
            const Wide left = moves_.now - here.now - found.loss;
            if (left >= floor) continue;
            violate(TransitionFault::kSurvival, found,
                    fmt::format("{} requests/s would be left after the loss of {}, has to keep {}",
                                text(left),
                                place < places.names.size() ? places.names[place] : "nothing",
                                text(floor)));
        }
    }

    const Case& question_;
    const CheckOptions& options_;
    const KnownService& known_;
    const Service& service_;
    const ServiceMoves& moves_;
    std::string place_;
    Wide floor_ = 0;
};

void check_promise(const Case& question, const ServicePromise& promise, Wide now, Wide lowest,
                   Wide after, Wide floor) {
    const std::string place =
        fmt::format("service {}", question.context.graph.services[promise.service]);
    const auto misstated = [&](const char* what, Rate stated, Wide found) {
        question.context.violate(
            TransitionFault::kBadGraph, place,
            fmt::format("states {} requests/s {}, has {}", rps_text(stated), what, text(found)));
    };
    // Less than there is does no harm: it is what a table measured anew may say of a replica that
    // stays.
    if (Wide{promise.now.count()} > now) misstated("before", promise.now, now);
    if (Wide{promise.after.count()} > after) misstated("at the end", promise.after, after);
    // A service that starts below its floor cannot keep it; that it reaches it is checked above.
    if (Wide{promise.floor.count()} > std::max(lowest, now < floor ? floor : lowest)) {
        misstated("in every order", promise.floor, lowest);
    }
}

}  // namespace

Wide dipped(const CheckOptions& options, const std::string& service, Wide amount) {
    return divided_up(amount * share_of(options, service), kSharePerOne);
}

void check_floors(const Case& question) {
    const StepGraph& graph = question.context.graph;
    std::vector<std::optional<ServicePromise>> promises(graph.services.size());
    for (const ServicePromise& promise : graph.promises) {
        if (promise.service.index() < promises.size()) promises[promise.service.index()] = promise;
    }
    for (const ServiceId id : question.names.services.ids()) {
        const ServiceMoves& moves = question.orders.moves(id);
        Wide lowest = 0;
        Wide floor = 0;
        if (question.names.services[id].asked.valid()) {
            ServiceFloors floors(question, id);
            lowest = floors.check_capacity();
            floor = floors.kept();
            floors.check_replicas();
            floors.check_survival(lowest);
        } else {
            lowest = moves.now -
                     worst(balance_of(moves, [](const Move& move) { return move.capacity; })).loss;
        }
        if (id.index() >= graph.services.size()) continue;
        question.context.report.lowest[deployment::ServiceNameId{id.index()}] = clamped(lowest);
        Wide after = moves.now;
        for (const Move& route : moves.routes) after += route.capacity;
        for (const Move& drain : moves.drains) after -= drain.capacity;
        if (const auto& promise = promises[id.index()]) {
            check_promise(question, *promise, moves.now, lowest, after, floor);
        }
    }
}

}  // namespace tangram::transition::check_parts
