#include <fmt/format.h>

#include <array>
#include <limits>
#include <utility>

#include "io/files.h"
#include "io/goodput_text.h"
#include "io/parse.h"
#include "io/scenario/parts.h"
#include "io/schedule_file.h"

namespace tangram::io {
namespace {

using window::Goodput;
using window::Status;

constexpr std::int64_t kCountMax = 9'000'000'000'000'000'000;
constexpr std::array<std::string_view, 2> kUses = {"serve", "retrain"};
constexpr NumberRule kSecondsRule{9, Rounding::kDown, 0, kCountMax, "a number of seconds"};
constexpr NumberRule kRequestsRule{9, Rounding::kDown, 0, kCountMax, "a number of requests"};

Status read_status(Value value, FirstError& error) {
    constexpr std::array kStatuses = {Status::kOptimal, Status::kFeasible, Status::kUnknown};
    std::array<std::string_view, kStatuses.size()> names;
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = window::name(kStatuses[i]);
    return kStatuses[read_word(value, names, error)];
}

class Reader {
public:
    explicit Reader(FirstError& error) : error_(error) {}

    ScheduleFile read(Value root);

private:
    void read_figures(ObjectReader& file);
    void read_tenant(Value value);
    void read_stint(Value value);
    void read_retraining(ObjectReader& fields, ScheduleFile::Stint& stint);
    void check_prediction(Value value);
    // A time that says a slot again.
    void expect_time(ObjectReader& fields, std::string_view name, int slot);
    [[nodiscard]] int slot_in(ObjectReader& fields, std::string_view name, int max) {
        return static_cast<int>(fields.integer(name, 0, max));
    }
    [[nodiscard]] Share share_in(ObjectReader& fields, std::string_view name) {
        const auto field = fields.require(name);
        return field ? read_share(*field, error_, kAccuracyRule) : Share{};
    }
    [[nodiscard]] Goodput goodput_in(ObjectReader& fields, std::string_view name) {
        const auto field = fields.require(name);
        return field ? read_goodput(*field, schedule_.slot, error_) : Goodput{};
    }
    [[nodiscard]] std::optional<Goodput> optional_goodput(const ObjectReader& fields,
                                                          std::string_view name) {
        const auto field = fields.find(name);
        return field ? std::optional(read_goodput(*field, schedule_.slot, error_)) : std::nullopt;
    }

    FirstError& error_;
    ScheduleFile schedule_;
};

void Reader::read_figures(ObjectReader& file) {
    schedule_.scenario = file.text("scenario");
    schedule_.index = static_cast<std::size_t>(
        file.integer("window", 0, std::numeric_limits<std::int32_t>::max()));
    schedule_.slot = Duration{file.number("slot_s", kSlotRule)};
    schedule_.slots = static_cast<int>(file.integer("slots", 1, window::kSlotsMax));
    if (const auto status = file.require("status")) {
        schedule_.status = read_status(*status, error_);
    }
    if (error_) return;
    schedule_.goodput = optional_goodput(file, "goodput");
    schedule_.bound = optional_goodput(file, "bound");
    (void)file.optional_number("gap", kAccuracyRule);
    schedule_.engine = file.text("engine");
    schedule_.stop_reason = file.free_text("stop_reason");
    schedule_.note = file.free_text("note");
    schedule_.work = file.unsigned_integer("work");
    schedule_.reproducible = file.boolean("reproducible");
    file.each("violations", [this](Value violation) {
        schedule_.violations.push_back(read_text(violation, error_));
    });
    if (const auto timing = file.require("timing")) {
        ObjectReader fields(*timing, error_, {"seconds"});
        constexpr NumberRule kRule{6, Rounding::kDown, 0, kCountMax, "a number of seconds"};
        schedule_.seconds = static_cast<double>(fields.number("seconds", kRule)) / 1e6;
    }
}

void Reader::read_tenant(Value value) {
    ObjectReader fields(
        value, error_,
        {"name", "model", "goodput", "asked_requests", "served_requests", "served_share", "floor",
         "floor_kept", "accuracy", "switching_slots", "switching_loss"});
    ScheduleFile::TenantAccount tenant;
    tenant.name = fields.text("name");
    tenant.model = fields.text("model");
    tenant.goodput = goodput_in(fields, "goodput");
    (void)fields.number("asked_requests", kRequestsRule);
    (void)fields.number("served_requests", kRequestsRule);
    tenant.served = share_in(fields, "served_share");
    tenant.floor = share_in(fields, "floor");
    tenant.floor_kept = fields.boolean("floor_kept");
    fields.each("accuracy", [&](Value step) {
        ObjectReader at(step, error_, {"from", "accuracy"});
        const int from = slot_in(at, "from", schedule_.slots - 1);
        tenant.accuracy.push_back({from, share_in(at, "accuracy")});
    });
    tenant.switching_slots = slot_in(fields, "switching_slots", schedule_.slots);
    tenant.switching_loss = goodput_in(fields, "switching_loss");
    schedule_.tenants.push_back(std::move(tenant));
}

void Reader::expect_time(ObjectReader& fields, std::string_view name, int slot) {
    const auto field = fields.require(name);
    if (error_) return;
    const Duration expected = schedule_.slot * slot;
    if (read_number(*field, kTimeRule, error_) == expected.count() || error_) return;
    error_.report(field->error(fmt::format("this is not the time of slot {}", slot)));
}

void Reader::read_retraining(ObjectReader& fields, ScheduleFile::Stint& stint) {
    const auto field = fields.find("retraining");
    if (!field) return;
    if (stint.use == window::Use::kServe) error_.report(field->error("this stint serves"));
    ObjectReader retraining(*field, error_, {"choice", "name", "accuracy", "predicted"});
    if (const auto choice = retraining.optional_integer("choice", 0, kCountMax)) {
        stint.choice = static_cast<std::size_t>(*choice);
        stint.retraining = retraining.text("name");
    }
    stint.accuracy = share_in(retraining, "accuracy");
    if (const auto prediction = retraining.find("predicted")) check_prediction(*prediction);
}

// The scenario predicts it anew.
void Reader::check_prediction(Value value) {
    ObjectReader fields(value, error_,
                        {"epochs", "accuracy", "accuracy_low", "accuracy_high", "seconds",
                         "seconds_low", "seconds_high"});
    (void)fields.integer("epochs", 1, kCountMax);
    for (const auto* share : {"accuracy", "accuracy_low", "accuracy_high"}) {
        (void)share_in(fields, share);
    }
    for (const auto* time : {"seconds", "seconds_low", "seconds_high"}) {
        (void)fields.number(time, kSecondsRule);
    }
}

void Reader::read_stint(Value value) {
    ObjectReader fields(
        value, error_,
        {"gpu", "gpu_model", "profile", "start", "size", "tenant", "model", "use", "from", "ready",
         "until", "running", "create_at_s", "use_from_s", "destroy_at_s", "retraining"});
    ScheduleFile::Stint stint;
    stint.gpu = fields.text("gpu");
    stint.gpu_model = fields.text("gpu_model");
    stint.profile = fields.text("profile");
    stint.start = static_cast<int>(fields.integer("start", 0, gpu::kMemorySlicesMax - 1));
    stint.size = static_cast<int>(fields.integer("size", 1, gpu::kMemorySlicesMax));
    stint.tenant = fields.text("tenant");
    stint.model = fields.text("model");
    if (const auto use = fields.require("use")) {
        stint.use = static_cast<window::Use>(read_word(*use, kUses, error_));
    }
    stint.from = slot_in(fields, "from", schedule_.slots);
    stint.ready = slot_in(fields, "ready", schedule_.slots);
    stint.until = slot_in(fields, "until", schedule_.slots);
    if (const auto running = fields.optional_integer("running", 0, kCountMax)) {
        stint.running = static_cast<std::size_t>(*running);
    } else {
        expect_time(fields, "create_at_s", stint.from);
    }
    expect_time(fields, "use_from_s", stint.ready);
    expect_time(fields, "destroy_at_s", stint.until);
    if (!error_) read_retraining(fields, stint);
    schedule_.stints->push_back(std::move(stint));
}

ScheduleFile Reader::read(Value root) {
    ObjectReader file(root, error_,
                      {"format", "version", "scenario", "window", "slot_s", "slots", "status",
                       "goodput", "bound", "gap", "engine", "stop_reason", "note", "work",
                       "reproducible", "violations", "tenants", "schedule", "timing"});
    if (!error_) expect_format(file, "tangram/window-schedule", error_);
    if (!error_) read_figures(file);
    if (!error_) file.each("tenants", [this](Value tenant) { read_tenant(tenant); });
    if (!error_ && file.find("schedule")) {
        schedule_.stints.emplace();
        file.each("schedule", [this](Value stint) { read_stint(stint); });
    }
    return std::move(schedule_);
}

}  // namespace

Result<ScheduleFile> parse_schedule(std::string_view text, const std::string& file) {
    const Result<Document> document = parse_json(text, file);
    if (!document) return document.error();
    FirstError error;
    ScheduleFile schedule = Reader(error).read(document->root());
    if (error) return *error.error;
    return schedule;
}

Result<ScheduleFile> read_schedule(const std::filesystem::path& path) {
    const Result<std::string> text = read_file(path);
    if (!text) return text.error();
    return parse_schedule(*text, path.string());
}

}  // namespace tangram::io
