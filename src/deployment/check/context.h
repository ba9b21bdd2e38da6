// What the parts of the checker share: the names of a deployment looked up in a problem, and the
// report they write to. Nothing here assumes that the deployment is well-formed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "deployment/checker.h"

namespace tangram::deployment::check_parts {

// Products of rates and shares, exactly.
__extension__ using Wide = __int128;

struct KnownModel {
    gpu::GpuModelId id;                    // invalid: not in the catalogue
    std::vector<gpu::ProfileId> profiles;  // by DeployedModel::profiles; invalid: unknown
};

class Context {
public:
    // Looks up every name once. The references must outlive the context.
    Context(const workload::Problem& problem, const Deployment& deployment, CheckReport& report);

    void violate(ViolationKind kind, std::string place, std::string message) {
        report_.violations.push_back({kind, std::move(place), std::move(message)});
    }
    void add_shortage(Shortage shortage) { report_.shortages.push_back(std::move(shortage)); }
    void note(std::string text) { report_.notes.push_back(std::move(text)); }

    [[nodiscard]] const workload::Problem& problem() const { return problem_; }
    [[nodiscard]] const Deployment& deployment() const { return deployment_; }

    // The catalogue's model of a GPU and profile of an instance; nullptr if unknown.
    [[nodiscard]] const gpu::GpuModel* model_of(const DeployedGpu& gpu) const;
    [[nodiscard]] gpu::GpuModelId model_id_of(const DeployedGpu& gpu) const;
    [[nodiscard]] gpu::ProfileId profile_id_of(const DeployedGpu& gpu,
                                               const Instance& instance) const;
    // What the deployment states it serves of the service's rate; absent: all of it.
    [[nodiscard]] std::optional<Rate> served(workload::ServiceId service) const {
        return served_[service];
    }
    // The problem's service of an instance; invalid if idle or unknown.
    [[nodiscard]] workload::ServiceId service_of(const Instance& instance) const;

    [[nodiscard]] static std::string place_of(const DeployedGpu& gpu, const Instance& instance);

private:
    void look_up_models();
    void look_up_services();

    const workload::Problem& problem_;
    const Deployment& deployment_;
    CheckReport& report_;
    std::vector<KnownModel> models_;             // by DeployedGpu::model
    std::vector<workload::ServiceId> services_;  // by ServiceNameId
    IdVector<workload::ServiceId, std::optional<Rate>> served_;
};

// A replica that counts: ready or serving, on a GPU that is there.
[[nodiscard]] bool counts(const DeployedGpu& gpu, const Instance& instance);

// Placements, overlap, instances per profile, media engines, rule set. O(instances).
void check_layouts(Context& context);

// Every instance against the table and its service: row, memory, latency, limits, statements.
// Returns the capacity of each instance by the table, in the order of GPUs and their instances;
// 0 where the table has no such row. O(points + instances).
[[nodiscard]] std::vector<Rate> check_instances(Context& context);

// Capacity, replicas, spread and survival per service, and the notes on utilisation.
// `capacities` as check_instances returns them. O(instances log instances).
void check_services(Context& context, const std::vector<Rate>& capacities);

// Ids, numbers and nodes of GPUs, and the stated totals. O(GPUs).
void check_fleet(Context& context);

}  // namespace tangram::deployment::check_parts
