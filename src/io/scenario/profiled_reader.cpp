#include "io/scenario/profiled_reader.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace tangram::io {
namespace {

using window::predict::Checkpoint;
using window::predict::Prediction;
using window::predict::TimedRun;

constexpr std::int64_t kEpochsMax = 1'000;
constexpr std::size_t kCheckpointsMax = 20;

struct Profiled {
    std::vector<Checkpoint> measured;
    std::map<std::pair<window::KindId, gpu::ProfileId>, std::vector<TimedRun>> timed;
};

void read_times(const ScenarioParts& parts, Value seconds, int epochs, Profiled& into) {
    FirstError& error = parts.error;
    if (epochs == 0) error.report(seconds.error("no epoch takes no time; leave it out"));
    if (error) return;
    each_profile(parts, seconds, [&](window::KindId kind, gpu::ProfileId profile, Value time) {
        const Duration took{read_number(time, kRetrainingRule, error)};
        std::vector<TimedRun>& runs = into.timed[{kind, profile}];
        if (!runs.empty() && (runs.back().epochs == epochs || runs.back().time >= took)) {
            error.report(time.error("more epochs on a profile take longer than fewer"));
        }
        runs.push_back({epochs, took});
    });
}

void read_checkpoint(const ScenarioParts& parts, Value value, Profiled& into) {
    FirstError& error = parts.error;
    ObjectReader fields(value, error, {"epochs", "accuracy", "seconds"});
    const auto epochs = static_cast<int>(fields.integer("epochs", 0, kEpochsMax));
    const auto accuracy = fields.require("accuracy");
    if (error) return;
    if (!into.measured.empty() && into.measured.back().epochs >= epochs) {
        error.report(value.error("entries come in the order of their epochs"));
    }
    into.measured.push_back({epochs, read_share(*accuracy, error, kAccuracyRule)});
    const auto seconds = fields.find("seconds");
    if (seconds && !error) read_times(parts, *seconds, epochs, into);
}

Profiled read_checkpoints(const ScenarioParts& parts, Value list) {
    Profiled profiled;
    if (list.size() > kCheckpointsMax) {
        parts.error.report(list.expected(fmt::format("at most {} entries", kCheckpointsMax)));
    }
    for (const Value value : list) {
        if (parts.error) return profiled;
        read_checkpoint(parts, value, profiled);
    }
    if (profiled.timed.empty()) {
        parts.error.report(list.error("nothing says how long epochs take: give `seconds`"));
    }
    return profiled;
}

}  // namespace

void read_profiled(const ScenarioParts& parts, ObjectReader& fields, const std::string& name,
                   window::Episode& into) {
    FirstError& error = parts.error;
    for (const std::string_view stated : {"profile", "seconds", "accuracy"}) {
        if (const auto field = fields.find(stated)) {
            error.report(field->error("`profiled` predicts it; leave one of them out"));
        }
    }
    const auto epochs = static_cast<int>(fields.integer("epochs", 1, kEpochsMax));
    const auto list = fields.array("profiled");
    if (error) return;
    const Profiled profiled = read_checkpoints(parts, *list);
    if (error) return;
    for (const auto& [where, runs] : profiled.timed) {
        const auto prediction = std::make_shared<const Prediction>(
            window::predict::predict(epochs, profiled.measured, runs));
        if (prediction->duration.expected > Duration{kRetrainingRule.max}) {
            error.report(list->error("by this the retraining takes more than a day"));
            return;
        }
        into.predictions[into.retrainings.size()] = prediction;
        into.retrainings.push_back(
            {name, where.first, where.second,
             window::predict::slots_of(prediction->duration.expected, parts.scenario.slot),
             prediction->accuracy.expected});
    }
}

}  // namespace tangram::io
