#include "report/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace tangram::report {
namespace {

using Json = nlohmann::json;

// Thrown inside this file only, and caught in read_fleet beside the library's own exceptions.
struct Inconsistent : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Point {
    int batch = 0;
    int processes = 0;
    double throughput_rps = 0;
    bool estimated = false;
};

class FleetReader {
public:
    explicit FleetReader(const Json& deployment) : json_(deployment) {}

    void read_into(Fleet& fleet) {
        if (json_.contains("cost")) fleet.cost = json_.at("cost").get<double>();
        read_models(fleet);
        read_services(fleet);
        for (const Json& point : json_.at("points")) {
            points_.push_back({point.at("batch").get<int>(), point.at("processes").get<int>(),
                               point.at("throughput_rps").get<double>(),
                               point.value("estimated", false)});
        }
        for (const Json& gpu : json_.at("gpus")) add_gpu(fleet, gpu);
        fleet.gpus = std::ssize(json_.at("gpus"));
        order_groups(fleet);
    }

private:
    void read_models(Fleet& fleet) {
        for (const Json& model : json_.at("models")) {
            const auto name = model.at("name").get<std::string>();
            fleet.models.push_back({name, model.at("memory_slices").get<int>(), 0});
            model_index_[name] = static_cast<int>(fleet.models.size()) - 1;
            std::unordered_map<std::string, int>& profiles = profile_sizes_.emplace_back();
            for (const Json& profile : model.at("profiles")) {
                profiles[profile.at("name").get<std::string>()] = profile.at("size").get<int>();
            }
        }
    }

    void read_services(Fleet& fleet) {
        for (const Json& service : json_.at("services")) {
            const auto name = service.at("name").get<std::string>();
            fleet.services.push_back({name, service.at("rate_rps").get<double>(), 0, 0});
            service_index_[name] = static_cast<int>(fleet.services.size()) - 1;
        }
    }

    template <typename Map>
    static const auto& find(const Map& map, const std::string& name, const char* what) {
        const auto found = map.find(name);
        if (found == map.end()) throw Inconsistent(fmt::format("no {} \"{}\"", what, name));
        return found->second;
    }

    void add_gpu(Fleet& fleet, const Json& gpu) {
        const int model = find(model_index_, gpu.at("model").get<std::string>(), "GPU model");
        ModelSummary& summary = fleet.models[static_cast<std::size_t>(model)];
        ++summary.gpus;
        GpuGroup group{model, gpu.value("status", "ok"), {}, {gpu.at("id").get<std::string>()}};
        for (const Json& instance : gpu.at("instances")) {
            group.pieces.push_back(read_piece(fleet, group, instance));
        }
        std::ranges::stable_sort(group.pieces, {}, &Piece::start);
        fold(fleet, std::move(group));
    }

    Piece read_piece(Fleet& fleet, const GpuGroup& gpu, const Json& instance) {
        const auto model = static_cast<std::size_t>(gpu.model);
        Piece piece;
        piece.profile = instance.at("profile").get<std::string>();
        piece.start = instance.at("start").get<int>();
        piece.size = find(profile_sizes_[model], piece.profile, "profile");
        const int slices = fleet.models[model].memory_slices;
        if (piece.start < 0 || piece.size < 1 || piece.start > slices - piece.size) {
            throw Inconsistent(fmt::format("{} at {} does not fit the {} memory slices of {}",
                                           piece.profile, piece.start, slices, gpu.ids.front()));
        }
        piece.phase = instance.value("phase", "serving");
        ++fleet.instances;
        const Json service = instance.value("service", Json());
        if (service.is_string() && !service.get_ref<const std::string&>().empty()) {
            piece.service = find(service_index_, service.get<std::string>(), "service");
            add_capacity(fleet, gpu, piece, instance.at("point").get<std::size_t>());
        }
        return piece;
    }

    void add_capacity(Fleet& fleet, const GpuGroup& gpu, Piece& piece, std::size_t index) {
        if (index >= points_.size()) throw Inconsistent(fmt::format("no point {}", index));
        piece.batch = points_[index].batch;
        piece.processes = points_[index].processes;
        piece.estimated = points_[index].estimated;
        if (piece.estimated) ++fleet.estimated_instances;
        ServiceSummary& service = fleet.services[static_cast<std::size_t>(piece.service)];
        ++service.instances;
        if (gpu.status == "ok" && (piece.phase == "serving" || piece.phase == "ready")) {
            service.capacity_rps += points_[index].throughput_rps;
        }
    }

    void fold(Fleet& fleet, GpuGroup gpu) {
        std::string key = fmt::format("{}|{}", gpu.model, gpu.status);
        for (const Piece& piece : gpu.pieces) {
            fmt::format_to(std::back_inserter(key), "|{}:{}:{}:{}:{}:{}:{}", piece.start,
                           piece.profile, piece.service, piece.batch, piece.processes,
                           piece.estimated, piece.phase);
        }
        const auto [at, is_new] = group_of_.try_emplace(std::move(key), fleet.groups.size());
        if (is_new) {
            fleet.groups.push_back(std::move(gpu));
        } else {
            fleet.groups[at->second].ids.push_back(std::move(gpu.ids.front()));
        }
    }

    static void order_groups(Fleet& fleet) {
        std::ranges::stable_sort(fleet.groups, {}, [](const GpuGroup& group) {
            return std::tuple(group.model, group.status == "ok",
                              -static_cast<std::int64_t>(group.ids.size()));
        });
    }

    const Json& json_;
    std::unordered_map<std::string, int> model_index_;
    std::unordered_map<std::string, int> service_index_;
    std::vector<std::unordered_map<std::string, int>> profile_sizes_;  // by model
    std::vector<Point> points_;
    std::unordered_map<std::string, std::size_t> group_of_;
};

std::optional<double> number(const Json& object, const char* key) {
    const Json value = object.value(key, Json());
    return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

Fleet read(const Json& root) {
    Fleet fleet;
    const auto format = root.at("format").get<std::string>();
    const Json* deployment = &root;
    if (format == "tangram/plan") {
        fleet.status = root.at("status").get<std::string>();
        fleet.bound = number(root, "bound");
        fleet.gap = number(root, "gap");
        fleet.engine = root.value("engine", "");
        fleet.formulation = root.value("formulation", "");
        deployment = &root.at("deployment");
        fleet.has_deployment = !deployment->is_null();
    } else if (format != "tangram/deployment") {
        throw Inconsistent(
            fmt::format("format \"{}\", expected tangram/plan or tangram/deployment", format));
    }
    if (fleet.has_deployment) FleetReader(*deployment).read_into(fleet);
    return fleet;
}

}  // namespace

Result<Fleet> read_fleet(std::string_view json) {
    try {
        return read(Json::parse(json));
    } catch (const Json::exception& error) {
        return invalid_input(error.what(), "deployment");
    } catch (const Inconsistent& error) {
        return invalid_input(error.what(), "deployment");
    }
}

}  // namespace tangram::report
