#include <array>

#include "io/deployment_file.h"
#include "io/files.h"
#include "io/parse.h"
#include "io/plan_file.h"
#include "io/price_text.h"

namespace tangram::io {
namespace {

constexpr std::int64_t kCountMax = 9'000'000'000'000'000'000;

planner::Status read_status(Value value, FirstError& error) {
    using planner::Status;
    constexpr std::array kStatuses = {Status::kOptimal, Status::kFeasible, Status::kInfeasible,
                                      Status::kPartial, Status::kUnknown};
    std::array<std::string_view, kStatuses.size()> names;
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = planner::name(kStatuses[i]);
    return kStatuses[read_word(value, names, error)];
}

void read_prices(Value value, PlanFile& plan, FirstError& error) {
    ObjectReader fields(value, error, {"types", "rents"});
    const auto types = fields.require("types");
    if (types && expect_object(*types, error)) {
        for (const Value model : *types) {
            auto& prices = plan.prices[std::string(model.key())];
            if (!expect_object(model, error)) return;
            for (const Value price : model) {
                prices[std::string(price.key())] = read_price(price, error);
            }
        }
    }
    const auto rents = fields.require("rents");
    if (rents && expect_object(*rents, error)) {
        for (const Value rent : *rents) {
            plan.rents[std::string(rent.key())] = read_price(rent, error);
        }
    }
}

planner::Restart read_restart(Value value, FirstError& error) {
    ObjectReader fields(value, error,
                        {"cost_slice_seconds", "bound", "kept", "started", "stopped"});
    constexpr NumberRule kRule{3, Rounding::kDown, 0, kCountMax, "a number of slice-seconds"};
    planner::Restart restart;
    restart.cost = planner::SliceTime{fields.number("cost_slice_seconds", kRule)};
    restart.bound = planner::SliceTime{fields.number("bound", kRule)};
    restart.kept = fields.integer("kept", 0, kCountMax);
    restart.started = fields.integer("started", 0, kCountMax);
    restart.stopped = fields.integer("stopped", 0, kCountMax);
    return restart;
}

double read_seconds(Value value, FirstError& error) {
    ObjectReader timing(value, error, {"seconds"});
    constexpr NumberRule kRule{6, Rounding::kDown, 0, kCountMax, "a number of seconds"};
    return static_cast<double>(timing.number("seconds", kRule)) / 1e6;
}

template <typename Read>
void read_each(ObjectReader& fields, std::string_view name, FirstError& error, Read read) {
    const auto list = fields.require(name);
    if (!list || !expect_array(*list, error)) return;
    for (const Value item : *list) {
        read(item);
        if (error) return;
    }
}

PartialFile read_partial(Value value, FirstError& error) {
    constexpr NumberRule kShareRule{3, Rounding::kDown, 0, planner::kSharesPerWhole,
                                    "a share, 0 to 1"};
    PartialFile partial;
    ObjectReader fields(value, error, {"classes", "shortfalls", "cures"});
    read_each(fields, "classes", error, [&](Value item) {
        ObjectReader each(item, error, {"priority", "services", "share", "beyond_reach"});
        partial.classes.push_back({each.integer("priority", -kCountMax, kCountMax),
                                   each.integer("services", 1, kCountMax),
                                   each.number("share", kShareRule),
                                   each.optional_number("beyond_reach", kShareRule)});
    });
    read_each(fields, "shortfalls", error, [&](Value item) {
        ObjectReader each(item, error, {"service", "rate_rps", "served_rps"});
        partial.shortfalls.push_back({each.text("service"),
                                      Rate{each.number("rate_rps", kRateRule)},
                                      Rate{each.number("served_rps", kRateRule)}});
    });
    read_each(fields, "cures", error, [&](Value item) {
        ObjectReader each(item, error, {"gpu", "gpus", "fewest"});
        partial.cures.push_back(
            {each.text("gpu"), each.integer("gpus", 1, kCountMax), each.boolean("fewest")});
    });
    return partial;
}

void read_amounts(ObjectReader& fields, PlanFile& plan, FirstError& error) {
    plan.gpus = fields.optional_integer("gpus", 0, kCountMax);
    if (const auto cost = fields.optional_number("cost", kTotalCostRule)) plan.cost = Cost{*cost};
    plan.bound = Cost{fields.number("bound", kTotalCostRule)};
    plan.gpus_needed = fields.optional_integer("gpus_needed", 0, kCountMax);
    plan.instances = fields.optional_integer("instances", 0, kCountMax);
    plan.estimated_instances = fields.optional_integer("estimated_instances", 0, kCountMax);
    constexpr NumberRule kGapRule{6, Rounding::kDown, 0, 1'000'000, "a gap, 0 to 1"};
    const auto gap = fields.optional_number("gap", kGapRule);
    if (error) return;
    if (plan.cost.has_value() != plan.gpus.has_value() ||
        plan.cost.has_value() != gap.has_value()) {
        error.report(
            fields.value().error("\"gpus\", \"cost\" and \"gap\" are numbers where there "
                                 "is a plan and null where not"));
    }
}

}  // namespace

PlanFile decode_plan(Value value, FirstError& error) {
    ObjectReader fields(
        value, error,
        {"format", "version",     "status",      "gpus",    "cost",      "bound",
         "gap",    "gpus_needed", "partial",     "restart", "instances", "estimated_instances",
         "engine", "formulation", "stop_reason", "seed",    "work",      "reproducible",
         "prices", "deployment",  "timing"});
    PlanFile plan;
    expect_format(fields, "tangram/plan", error);
    if (const auto status = fields.require("status")) plan.status = read_status(*status, error);
    read_amounts(fields, plan, error);
    if (const auto partial = fields.find("partial"); partial && !error) {
        plan.partial = read_partial(*partial, error);
    }
    if (const auto restart = fields.find("restart"); restart && !error) {
        plan.restart = read_restart(*restart, error);
    }
    plan.engine = fields.free_text("engine");
    plan.formulation = fields.free_text("formulation");
    plan.stop_reason = fields.free_text("stop_reason");
    plan.seed = fields.unsigned_integer("seed");
    plan.work = fields.unsigned_integer("work");
    plan.reproducible = fields.boolean("reproducible");
    if (const auto prices = fields.require("prices"); prices && !error) {
        read_prices(*prices, plan, error);
    }
    if (const auto deployment = fields.find("deployment"); deployment && !error) {
        plan.deployment = decode_deployment(*deployment, error);
    }
    if (const auto timing = fields.require("timing"); timing && !error) {
        plan.seconds = read_seconds(*timing, error);
    }
    return plan;
}

Result<PlanFile> parse_plan(std::string_view text, const std::string& file) {
    const Result<Document> document = parse_json(text, file);
    if (!document) return document.error();
    FirstError error;
    PlanFile plan = decode_plan(document->root(), error);
    if (error) return *error.error;
    return plan;
}

Result<PlanFile> read_plan(const std::filesystem::path& path) {
    const Result<std::string> text = read_file(path);
    if (!text) return text.error();
    return parse_plan(*text, path.string());
}

}  // namespace tangram::io
