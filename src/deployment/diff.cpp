#include "deployment/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace tangram::deployment {
namespace {

// The instances of one GPU with names for numbers, by place.
std::vector<InstanceRecord> records_of(const Deployment& deployment, const DeployedGpu& gpu) {
    std::vector<InstanceRecord> records;
    for (const Instance& instance : gpu.instances) {
        InstanceRecord record;
        const auto& profiles = deployment.models[static_cast<std::size_t>(gpu.model)].profiles;
        record.profile = profiles[static_cast<std::size_t>(instance.profile)].name;
        record.start = instance.start;
        if (instance.service.valid()) record.service = deployment.services[instance.service].name;
        if (instance.point.valid()) record.point = deployment.points[instance.point];
        records.push_back(std::move(record));
    }
    std::ranges::sort(records, {}, [](const InstanceRecord& record) {
        return std::tie(record.start, record.profile, record.service);
    });
    return records;
}

const std::string& model_of(const Deployment& deployment, const DeployedGpu& gpu) {
    return deployment.models[static_cast<std::size_t>(gpu.model)].name;
}

bool same_cut(const std::vector<InstanceRecord>& a, const std::vector<InstanceRecord>& b) {
    return std::ranges::equal(a, b, [](const InstanceRecord& x, const InstanceRecord& y) {
        return x.start == y.start && x.profile == y.profile;
    });
}

// Both lists are sorted by (start, profile, service).
void compare_instances(std::vector<InstanceRecord> before, std::vector<InstanceRecord> after,
                       GpuDiff& gpu) {
    const auto key = [](const InstanceRecord& r) {
        return std::tie(r.start, r.profile, r.service);
    };
    auto old_one = before.begin();
    auto new_one = after.begin();
    while (old_one != before.end() || new_one != after.end()) {
        if (new_one == after.end() || (old_one != before.end() && key(*old_one) < key(*new_one))) {
            gpu.destroyed.push_back(std::move(*old_one++));
        } else if (old_one == before.end() || key(*new_one) < key(*old_one)) {
            gpu.created.push_back(std::move(*new_one++));
        } else {
            ++gpu.kept;
            if (old_one->point != new_one->point) ++gpu.repointed;
            ++old_one;
            ++new_one;
        }
    }
}

GpuDiff compare_gpus(const Deployment& old_deployment, const DeployedGpu& before,
                     const Deployment& new_deployment, const DeployedGpu& after) {
    GpuDiff gpu{after.id, model_of(new_deployment, after), GpuChange::kSame, {}, {}, 0, 0};
    std::vector<InstanceRecord> old_records = records_of(old_deployment, before);
    std::vector<InstanceRecord> new_records = records_of(new_deployment, after);
    const bool other_gpu = model_of(old_deployment, before) != gpu.model;
    if (other_gpu) {  // the id names another GPU now: nothing can be kept
        gpu.destroyed = std::move(old_records);
        gpu.created = std::move(new_records);
        gpu.change = GpuChange::kRecut;
        return gpu;
    }
    const bool recut = !same_cut(old_records, new_records);
    compare_instances(std::move(old_records), std::move(new_records), gpu);
    if (recut) {
        gpu.change = GpuChange::kRecut;
    } else if (!gpu.created.empty() || gpu.repointed > 0) {
        gpu.change = GpuChange::kReused;
    }
    return gpu;
}

void count(const GpuDiff& gpu, DeploymentDiff& total) {
    switch (gpu.change) {
        case GpuChange::kAdded:
            ++total.gpus_added;
            break;
        case GpuChange::kRemoved:
            ++total.gpus_removed;
            break;
        case GpuChange::kRecut:
            ++total.gpus_recut;
            break;
        case GpuChange::kReused:
            ++total.gpus_reused;
            break;
        case GpuChange::kSame:
            ++total.gpus_same;
            break;
    }
    total.instances_created += static_cast<std::int64_t>(gpu.created.size());
    total.instances_destroyed += static_cast<std::int64_t>(gpu.destroyed.size());
    total.instances_kept += gpu.kept;
    total.instances_repointed += gpu.repointed;
}

void add(GpuDiff gpu, DeploymentDiff& total) {
    count(gpu, total);
    if (gpu.change != GpuChange::kSame) total.gpus.push_back(std::move(gpu));
}

void compare_all_gpus(const Deployment& old_deployment, const Deployment& new_deployment,
                      DeploymentDiff& total) {
    std::unordered_map<std::string_view, const DeployedGpu*> by_id;
    std::set<std::string_view> in_old;
    for (const DeployedGpu& gpu : new_deployment.gpus) by_id.emplace(gpu.id, &gpu);
    for (const DeployedGpu& gpu : old_deployment.gpus) {
        in_old.insert(gpu.id);
        const auto found = by_id.find(gpu.id);
        if (found != by_id.end()) {
            add(compare_gpus(old_deployment, gpu, new_deployment, *found->second), total);
        } else {
            add({gpu.id,
                 model_of(old_deployment, gpu),
                 GpuChange::kRemoved,
                 records_of(old_deployment, gpu),
                 {},
                 0,
                 0},
                total);
        }
    }
    for (const DeployedGpu& gpu : new_deployment.gpus) {
        if (in_old.contains(gpu.id)) continue;
        add({gpu.id,
             model_of(new_deployment, gpu),
             GpuChange::kAdded,
             {},
             records_of(new_deployment, gpu),
             0,
             0},
            total);
    }
}

// What one deployment says about a service.
struct Side {
    bool present = false;
    Rate rate;
    std::int64_t replicas = 0;
    Rate capacity;
    std::set<std::string> points;
};

std::map<std::string, Side> sides_of(const Deployment& deployment) {
    IdVector<ServiceNameId, Side> sides(deployment.services.size());
    for (const ServiceNameId service : deployment.services.ids()) {
        sides[service].present = true;
        sides[service].rate = deployment.services[service].rate;
    }
    std::set<std::tuple<ServiceNameId, RunPointId, std::string_view>> seen;
    for (const DeployedGpu& gpu : deployment.gpus) {
        const auto& profiles = deployment.models[static_cast<std::size_t>(gpu.model)].profiles;
        for (const Instance& instance : gpu.instances) {
            if (!instance.service.valid() || !instance.point.valid()) continue;
            const RunPoint& point = deployment.points[instance.point];
            const std::string& profile = profiles[static_cast<std::size_t>(instance.profile)].name;
            Side& side = sides[instance.service];
            ++side.replicas;
            side.capacity += point.throughput;
            if (seen.emplace(instance.service, instance.point, profile).second) {
                side.points.insert(point_text(point, profile));
            }
        }
    }
    std::map<std::string, Side> by_name;
    for (const ServiceNameId service : deployment.services.ids()) {
        by_name.emplace(deployment.services[service].name, std::move(sides[service]));
    }
    return by_name;
}

void compare_services(const Deployment& old_deployment, const Deployment& new_deployment,
                      DeploymentDiff& total) {
    std::map<std::string, Side> before = sides_of(old_deployment);
    std::map<std::string, Side> after = sides_of(new_deployment);
    for (const auto& [name, side] : before) after.try_emplace(name);
    for (const auto& [name, now] : after) {
        const Side& then = before[name];
        ServiceDiff service{name,
                            then.present,
                            now.present,
                            then.rate,
                            now.rate,
                            then.replicas,
                            now.replicas,
                            then.capacity,
                            now.capacity,
                            {then.points.begin(), then.points.end()},
                            {now.points.begin(), now.points.end()}};
        if (service.changed()) total.services.push_back(std::move(service));
    }
}

}  // namespace

bool ServiceDiff::changed() const {
    return in_old != in_new || old_rate != new_rate || old_replicas != new_replicas ||
           old_capacity != new_capacity || old_points != new_points;
}

std::string point_text(const RunPoint& point, const std::string& profile) {
    return fmt::format("{} batch {}, {} process{} on {}", point.model, point.batch, point.processes,
                       point.processes == 1 ? "" : "es", profile);
}

DeploymentDiff diff(const Deployment& old_deployment, const Deployment& new_deployment) {
    DeploymentDiff total;
    total.gpus_old = static_cast<std::int64_t>(old_deployment.gpus.size());
    total.gpus_new = static_cast<std::int64_t>(new_deployment.gpus.size());
    compare_all_gpus(old_deployment, new_deployment, total);
    compare_services(old_deployment, new_deployment, total);
    return total;
}

}  // namespace tangram::deployment
