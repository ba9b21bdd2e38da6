#include "deployment/deployment.h"

#include <fmt/format.h>

#include <string_view>

namespace tangram::deployment {
namespace {

class Fnv1a {
public:
    void add(std::int64_t number) {
        for (int byte = 0; byte < 8; ++byte) {
            add_byte(static_cast<unsigned char>(static_cast<std::uint64_t>(number) >> (8 * byte)));
        }
    }
    void add(std::string_view text) {
        add(static_cast<std::int64_t>(text.size()));
        for (const char c : text) add_byte(static_cast<unsigned char>(c));
    }
    void add(const std::optional<Rate>& rate) { add(rate ? rate->count() : -1); }
    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    void add_byte(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001b3U; }

    std::uint64_t value_ = 0xcbf29ce484222325U;
};

// What the server is told, and what it then serves.
void add(const RunPoint& point, Fnv1a& hash) {
    hash.add(point.model);
    hash.add(point.precision);
    hash.add(point.batch);
    hash.add(point.processes);
    hash.add(point.max_wait.count());
    hash.add(point.throughput.count());
}

void add(const Deployment& deployment, const DeployedGpu& gpu, Fnv1a& hash) {
    const DeployedModel& model = deployment.models[static_cast<std::size_t>(gpu.model)];
    hash.add(gpu.id);
    hash.add(model.name);
    hash.add(gpu.node);
    hash.add(static_cast<std::int64_t>(gpu.status));
    hash.add(std::ssize(gpu.instances));
    for (const Instance& instance : gpu.instances) {
        hash.add(model.profiles[static_cast<std::size_t>(instance.profile)].name);
        hash.add(instance.start);
        hash.add(static_cast<std::int64_t>(instance.phase));
        if (!instance.service.valid()) continue;
        hash.add(deployment.services[instance.service].name);
        add(deployment.points[instance.point], hash);
    }
}

}  // namespace

std::string fingerprint(const Deployment& deployment) {
    Fnv1a hash;
    for (const DeployedService& service : deployment.services) {
        hash.add(service.name);
        hash.add(service.rate.count());
        hash.add(service.served);
        hash.add(service.floor);
    }
    for (const DeployedGpu& gpu : deployment.gpus) add(deployment, gpu, hash);
    return fmt::format("{:016x}", hash.value());
}

std::int64_t estimated_instances(const Deployment& deployment) {
    std::int64_t count = 0;
    for (const DeployedGpu& gpu : deployment.gpus) {
        for (const Instance& instance : gpu.instances) {
            const bool runs =
                instance.point.valid() && instance.point.index() < deployment.points.size();
            if (runs && deployment.points[instance.point].estimated) ++count;
        }
    }
    return count;
}

}  // namespace tangram::deployment
