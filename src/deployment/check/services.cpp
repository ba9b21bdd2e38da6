// Does every service get what it asked for: capacity, replicas, apart, and after a loss?
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/amount_text.h"
#include "deployment/check/context.h"

namespace tangram::deployment::check_parts {
namespace {

using workload::Service;
using workload::ServiceId;
using workload::Spread;

// What one service has on one GPU or node.
struct Holding {
    ServiceId service;
    std::uint32_t place = 0;
    std::int64_t capacity = 0;  // thousandths
};

// What one service has in all.
struct Total {
    Wide capacity = 0;
    std::int64_t replicas = 0;
    std::int64_t places = 0;  // different GPUs or nodes
    Wide largest = 0;         // most capacity on one of them
};

// Shares with their equal places joined, as totals by service.
IdVector<ServiceId, Total> totals_of(std::vector<Holding> shares, std::size_t services) {
    std::ranges::sort(shares, [](const Holding& a, const Holding& b) {
        return a.service != b.service ? a.service < b.service : a.place < b.place;
    });
    IdVector<ServiceId, Total> totals(services);
    for (std::size_t i = 0; i < shares.size();) {
        Total& total = totals[shares[i].service];
        Wide here = 0;
        std::size_t j = i;
        for (; j < shares.size() && shares[j].service == shares[i].service &&
               shares[j].place == shares[i].place;
             ++j) {
            here += shares[j].capacity;
        }
        total.capacity += here;
        total.replicas += static_cast<std::int64_t>(j - i);
        total.largest = std::max(total.largest, here);
        ++total.places;
        i = j;
    }
    return totals;
}

class ServiceCheck {
public:
    ServiceCheck(Context& context, const std::vector<Rate>& capacities) : context_(context) {
        std::vector<Holding> on_gpus;
        std::vector<Holding> on_nodes;
        std::unordered_map<std::string_view, std::uint32_t> nodes;
        std::size_t i = 0;
        for (const GpuIndex g : context.deployment().gpus.ids()) {
            const DeployedGpu& gpu = context.deployment().gpus[g];
            const auto node =
                nodes.try_emplace(gpu.node, static_cast<std::uint32_t>(nodes.size())).first->second;
            for (const Instance& instance : gpu.instances) {
                const Rate capacity = capacities[i++];
                const ServiceId service = context.service_of(instance);
                if (!service.valid() || !counts(gpu, instance)) continue;
                const auto place = static_cast<std::uint32_t>(g.index());
                on_gpus.push_back({service, place, capacity.count()});
                // A GPU whose node is unknown is on no node.
                if (!gpu.node.empty()) on_nodes.push_back({service, node, capacity.count()});
            }
        }
        const std::size_t services = context.problem().services.size();
        by_gpu_ = totals_of(std::move(on_gpus), services);
        by_node_ = totals_of(std::move(on_nodes), services);
    }

    void check(ServiceId id) {
        Service service = context_.problem().services[id];
        const Total& total = by_gpu_[id];
        if (const auto served = context_.served(id)) {
            context_.add_shortage({service.name, service.rate, *served});
            if (served->count() == 0) return;
            service.rate = *served;
        }
        check_capacity(id, service, total);
        if (total.replicas < service.min_replicas) {
            violate(ViolationKind::kReplicas, service,
                    fmt::format("{} replicas, at least {}", total.replicas, service.min_replicas));
        }
        check_spread(service, total.places, by_node_[id].places);
        check_survival(service, service.survive_gpu, total, "GPU");
        if (service.survive_node) {
            Total on_nodes = by_node_[id];
            on_nodes.capacity = total.capacity;
            check_survival(service, service.survive_node, on_nodes, "node");
        }
    }

    void write_notes() {
        if (busy_.empty()) return;
        constexpr std::size_t kMostNamed = 10;
        std::string text = fmt::format("utilisation above 0.95: {} service{}: ", busy_.size(),
                                       busy_.size() == 1 ? "" : "s");
        for (std::size_t i = 0; i < std::min(busy_.size(), kMostNamed); ++i) {
            text += (i > 0 ? ", " : "") + busy_[i];
        }
        if (busy_.size() > kMostNamed) text += ", ...";
        context_.note(std::move(text));
    }

private:
    static std::string text(Wide thousandths) {
        return rps_text(Rate{static_cast<std::int64_t>(thousandths)});
    }

    void violate(ViolationKind kind, const Service& service, std::string message) {
        context_.violate(kind, fmt::format("service {}", service.name), std::move(message));
    }

    void check_capacity(ServiceId id, const Service& service, const Total& total) {
        const Wide limit = context_.problem().utilization_limit(id).count();
        const Wide rate = service.rate.count();
        if (total.capacity * limit < rate * kSharePerOne) {
            std::string message = fmt::format("capacity {} requests/s for a rate of {}",
                                              text(total.capacity), rps_text(service.rate));
            if (limit != kSharePerOne) {
                message += fmt::format(" at most {} utilised",
                                       share_text(context_.problem().utilization_limit(id)));
            }
            violate(ViolationKind::kCapacity, service, std::move(message));
            return;
        }
        if (rate * 100 > total.capacity * 95) {
            busy_.push_back(fmt::format(
                "{} ({:.3f})", service.name,
                static_cast<double>(service.rate.count()) / static_cast<double>(total.capacity)));
        }
    }

    void check_spread(const Service& service, std::int64_t gpus, std::int64_t nodes) {
        const bool by_node = service.spread == Spread::kNode;
        const std::int64_t places = by_node ? nodes : gpus;
        if (service.spread == Spread::kNone || places >= service.min_replicas) return;
        violate(ViolationKind::kSpread, service,
                fmt::format("replicas on {} different {}, at least {}", places,
                            by_node ? "nodes" : "GPUs", service.min_replicas));
    }

    void check_survival(const Service& service, const std::optional<Share>& share,
                        const Total& total, const char* what) {
        if (!share) return;
        const Wide left = total.capacity - total.largest;
        if (left * kSharePerOne >= Wide{service.rate.count()} * share->count()) return;
        violate(ViolationKind::kSurvive, service,
                fmt::format("{} requests/s left after the loss of a {}, {} of {} asked for",
                            text(left), what, share_text(*share), rps_text(service.rate)));
    }

    Context& context_;
    IdVector<ServiceId, Total> by_gpu_;
    IdVector<ServiceId, Total> by_node_;
    std::vector<std::string> busy_;
};

}  // namespace

void check_services(Context& context, const std::vector<Rate>& capacities) {
    ServiceCheck check(context, capacities);
    for (const ServiceId service : context.problem().services.ids()) check.check(service);
    check.write_notes();
}

}  // namespace tangram::deployment::check_parts
