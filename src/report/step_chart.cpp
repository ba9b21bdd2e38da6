#include "report/step_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "report/text.h"

namespace tangram::report {
namespace {

using Json = nlohmann::json;

class Reader {
public:
    explicit Reader(const Json& json) : json_(json) {}

    StepChart read() {
        if (json_.at("format") != "tangram/transition" || json_.at("version") != 1) {
            throw std::runtime_error("this is no tangram/transition of version 1");
        }
        chart_.found = json_.at("status") == "found";
        if (!chart_.found) {
            for (const Json& obstacle : json_.at("obstacles")) {
                chart_.obstacles.push_back(obstacle.at("text").get<std::string>());
            }
            return std::move(chart_);
        }
        read_figures();
        read_ground();
        for (const Json& step : json_.at("steps")) read_step(step);
        finish_curves();
        std::erase_if(chart_.gpus, [](const GpuLane& lane) { return lane.bars.empty(); });
        return std::move(chart_);
    }

private:
    void read_figures() {
        const Json& restart = json_.at("restart");
        chart_.makespan_s = json_.at("makespan_s").get<double>();
        chart_.steps = std::ssize(json_.at("steps"));
        chart_.arcs = std::ssize(json_.at("arcs"));
        chart_.started = restart.at("started").get<std::int64_t>();
        chart_.stopped = restart.at("stopped").get<std::int64_t>();
        chart_.kept = restart.at("kept").get<std::int64_t>();
        chart_.temporary = restart.at("temporary").get<std::int64_t>();
        chart_.spare_gpus = json_.at("spare_gpus").get<std::int64_t>();
        chart_.spare_verdict = json_.at("spare_verdict").get<std::string>();
    }

    void read_ground() {
        const Json& ground = json_.at("ground");
        for (const Json& model : ground.at("models")) {
            const auto name = model.at("name").get<std::string>();
            slices_[name] = model.at("memory_slices").get<int>();
            for (const Json& profile : model.at("profiles")) {
                sizes_[{name, profile.at("name").get<std::string>()}] =
                    profile.at("size").get<int>();
            }
        }
        for (const Json& point : ground.at("points")) {
            throughputs_.push_back(point.at("throughput_rps").get<double>());
        }
        for (const Json& gpu : ground.at("gpus")) {
            const auto id = gpu.at("id").get<std::string>();
            const auto model = gpu.at("model").get<std::string>();
            lanes_[id] = chart_.gpus.size();
            models_.push_back(model);
            chart_.gpus.push_back({id, slices_.at(model), {}});
        }
        for (const Json& service : json_.at("services")) {
            const auto name = service.at("name").get<std::string>();
            services_[name] = static_cast<int>(chart_.services.size());
            chart_.services.push_back({name,
                                       service.at("floor_rps").get<double>(),
                                       {{0, service.at("now_rps").get<double>()}}});
        }
    }

    void read_step(const Json& step) {
        const std::size_t lane = lanes_.at(step.at("gpu").get<std::string>());
        StepBar bar;
        bar.kind = step.at("kind").get<std::string>();
        bar.begin_s = step.at("planned_s").get<double>();
        bar.end_s = bar.begin_s + step.at("duration_s").get<double>();
        bar.temporary = step.value("temporary", false);
        bar.text = bar.kind;
        if (step.contains("service")) {
            const auto name = step.at("service").get<std::string>();
            bar.service = services_.at(name);
            bar.text += " " + name;
            note_capacity(step, bar);
        }
        if (step.contains("profile")) {
            const auto profile = step.at("profile").get<std::string>();
            bar.start = step.at("start").get<int>();
            bar.size = sizes_.at({models_[lane], profile});
            bar.text += fmt::format(" on {} at {}", profile, bar.start);
        }
        chart_.gpus[lane].bars.push_back(std::move(bar));
    }

    // Falls when a drain starts, rises when a route has ended.
    void note_capacity(const Json& step, const StepBar& bar) {
        if (bar.kind != "drain" && bar.kind != "route") return;
        const double amount = throughputs_.at(step.at("point").get<std::size_t>());
        const bool falls = bar.kind == "drain";
        moves_.emplace_back(bar.service, falls ? bar.begin_s : bar.end_s, falls ? -amount : amount);
    }

    void finish_curves() {
        std::ranges::stable_sort(moves_, {}, [](const auto& move) {
            // Of the same moment what rises first: the drain waited for it.
            return std::tuple(std::get<1>(move), std::get<2>(move) < 0);
        });
        for (const auto& [service, time, amount] : moves_) {
            auto& changes = chart_.services[static_cast<std::size_t>(service)].changes;
            changes.push_back({time, changes.back().capacity_rps + amount});
        }
    }

    const Json& json_;
    StepChart chart_;
    std::map<std::string, int> slices_;
    std::map<std::pair<std::string, std::string>, int> sizes_;
    std::vector<double> throughputs_;
    std::map<std::string, std::size_t> lanes_;
    std::vector<std::string> models_;  // by lane
    std::map<std::string, int> services_;
    std::vector<std::tuple<int, double, double>> moves_;  // service, time, change
};

}  // namespace

Result<StepChart> read_step_chart(std::string_view json) {
    try {
        return Reader(Json::parse(json)).read();
    } catch (const std::exception& error) {
        return invalid_input(error.what());
    }
}

std::string headline(const StepChart& chart) {
    if (!chart.found) return "No safe way found";
    if (chart.steps == 0) return "Nothing to do: what runs is the target";
    std::string text = fmt::format("{} in {} s: {} started, {} stopped, {} kept",
                                   counted(chart.steps, "step"), figure(chart.makespan_s),
                                   counted(chart.started, "replica"), chart.stopped, chart.kept);
    if (chart.temporary > 0) text += fmt::format("; {} for the time between", chart.temporary);
    if (chart.spare_gpus > 0) {
        text += fmt::format("; {}, {}", counted(chart.spare_gpus, "spare GPU"),
                            chart.spare_verdict == "proven-necessary" ? "proven necessary"
                                                                      : "not proven necessary");
    }
    return text;
}

}  // namespace tangram::report
