#include "report/window_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "report/text.h"

namespace tangram::report {
namespace {

using Json = nlohmann::json;

std::optional<double> number(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return std::nullopt;
    return found->get<double>();
}

void expect_format(const Json& json, std::string_view format) {
    if (json.at("format") != format || json.at("version") != 1) {
        throw std::runtime_error(fmt::format("this is no {} of version 1", format));
    }
}

// "15 epochs, 86.1 % (81.0 to 91.2) after 71.2 s (66.4 to 76.0)".
std::string predicted_words(const Json& retraining) {
    const Json& predicted = retraining.at("predicted");
    const auto of = [&](const char* key) { return predicted.at(key).get<double>(); };
    return fmt::format("{}, {:.1f} % ({:.1f} to {:.1f}) after {:.1f} s ({:.1f} to {:.1f})",
                       retraining.at("name").get<std::string>(), of("accuracy") * 100,
                       of("accuracy_low") * 100, of("accuracy_high") * 100, of("seconds"),
                       of("seconds_low"), of("seconds_high"));
}

class Reader {
public:
    WindowChart read(const Json& schedule, const Json& ground) {
        expect_format(schedule, "tangram/window-schedule");
        expect_format(ground, "tangram/window-ground");
        schedule.at("engine").get_to(chart_.engine);
        schedule.at("status").get_to(chart_.status);
        schedule.at("stop_reason").get_to(chart_.stop_reason);
        schedule.at("note").get_to(chart_.note);
        chart_.goodput = number(schedule, "goodput");
        chart_.bound = number(schedule, "bound");
        chart_.gap = number(schedule, "gap");
        schedule.at("slot_s").get_to(chart_.slot_s);
        schedule.at("slots").get_to(chart_.slots);
        for (const Json& gpu : ground.at("gpus")) read_gpu(gpu);
        for (const Json& tenant : ground.at("tenants")) read_load(tenant);
        for (const Json& tenant : schedule.at("tenants")) read_account(tenant);
        if (schedule.at("schedule").is_null()) return std::move(chart_);
        for (const Json& stint : schedule.at("schedule")) read_stint(stint);
        return std::move(chart_);
    }

private:
    void read_gpu(const Json& json) {
        const auto id = json.at("id").get<std::string>();
        lanes_[id] = chart_.gpus.size();
        chart_.gpus.push_back({id, json.at("memory_slices").get<int>(), {}});
    }

    void read_load(const Json& json) {
        TenantCurves tenant;
        json.at("name").get_to(tenant.name);
        json.at("asked_rps").get_to(tenant.asked_rps);
        if (json.contains("capacity_rps")) json.at("capacity_rps").get_to(tenant.capacity_rps);
        const auto slots = static_cast<std::size_t>(chart_.slots);
        const bool answered = chart_.goodput.has_value();
        if (tenant.asked_rps.size() != slots ||
            tenant.capacity_rps.size() != (answered ? slots : 0)) {
            throw std::runtime_error("a series has not one value per slot");
        }
        tenants_[tenant.name] = chart_.tenants.size();
        chart_.tenants.push_back(std::move(tenant));
    }

    void read_account(const Json& json) {
        TenantCurves& tenant = chart_.tenants[tenants_.at(json.at("name").get<std::string>())];
        json.at("goodput").get_to(tenant.goodput);
        json.at("served_share").get_to(tenant.served_share);
        json.at("switching_slots").get_to(tenant.switching_slots);
        for (const Json& step : json.at("accuracy")) {
            const auto from = step.at("from").get<std::size_t>();
            const bool first = tenant.accuracy.empty();
            if (first ? from != 0
                      : from < tenant.accuracy.size() || from >= tenant.asked_rps.size()) {
                throw std::runtime_error("the accuracy's steps are not in order");
            }
            tenant.accuracy.resize(from, first ? 0 : tenant.accuracy.back());
            tenant.accuracy.push_back(step.at("accuracy").get<double>());
        }
        if (tenant.accuracy.empty()) throw std::runtime_error("a tenant has no accuracy");
        tenant.accuracy.resize(tenant.asked_rps.size(), tenant.accuracy.back());
    }

    void read_stint(const Json& json) {
        WindowLane& lane = chart_.gpus[lanes_.at(json.at("gpu").get<std::string>())];
        StintBar bar;
        bar.begin_s = json.at("from").get<int>() * chart_.slot_s;
        bar.ready_s = json.at("ready").get<int>() * chart_.slot_s;
        bar.end_s = json.at("until").get<int>() * chart_.slot_s;
        json.at("start").get_to(bar.start);
        json.at("size").get_to(bar.size);
        if (bar.start < 0 || bar.size < 1 || bar.start > lane.memory_slices - bar.size) {
            throw std::runtime_error("an instance lies outside its GPU");
        }
        bar.tenant = tenants_.at(json.at("tenant").get<std::string>());
        bar.retrains = json.at("use") == "retrain";
        json.at("profile").get_to(bar.profile);
        if (json.contains("retraining") && json.at("retraining").contains("predicted")) {
            bar.predicted = predicted_words(json.at("retraining"));
        }
        lane.bars.push_back(std::move(bar));
    }

    WindowChart chart_;
    std::map<std::string, std::size_t> lanes_;
    std::map<std::string, std::size_t> tenants_;
};

}  // namespace

long long WindowChart::retrainings() const {
    long long count = 0;
    for (const WindowLane& lane : gpus) {
        count += std::ranges::count(lane.bars, true, &StintBar::retrains);
    }
    return count;
}

Result<WindowChart> read_window_chart(std::string_view schedule, std::string_view ground) {
    try {
        return Reader().read(Json::parse(schedule), Json::parse(ground));
    } catch (const std::exception& error) {
        return invalid_input(error.what());
    }
}

std::string headline(const WindowChart& chart) {
    if (!chart.goodput) return "No schedule was found";
    std::string goodput = "Goodput " + figure(*chart.goodput);
    if (chart.status == "optimal") return goodput + ", proven optimal";
    if (!chart.bound) return goodput;
    return fmt::format("{}, at most {} possible (gap {})", goodput, figure(*chart.bound),
                       percent(chart.gap.value_or(0)));
}

std::string subline(const WindowChart& chart) {
    std::string line = fmt::format(
        "{} on {} · {} of {} s · {} · engine {}", counted(std::ssize(chart.tenants), "tenant"),
        counted(std::ssize(chart.gpus), "GPU"), counted(chart.slots, "slot"), amount(chart.slot_s),
        counted(chart.retrainings(), "retraining"), chart.engine);
    if (!chart.note.empty()) line += " · " + chart.note;
    return line;
}

}  // namespace tangram::report
