#include "io/scenario/arrivals_reader.h"

#include <fmt/format.h>

#include <utility>

#include "base/amount_text.h"
#include "base/nearest.h"

namespace tangram::io {
namespace {

__extension__ using Wide = __int128;  // products of two 64-bit counts

constexpr NumberRule kScaleRule{6, Rounding::kExact, 1, 1'000'000'000'000,
                                "a factor, more than 0 and at most 10^6, with at most 6 decimals"};
constexpr std::int64_t kScaleOne = 1'000'000;

}  // namespace

void ArrivalsReader::read(ObjectReader& fields, window::ScenarioTenant& tenant) {
    const auto arrivals = fields.require("arrivals");
    if (!arrivals || parts_.error) return;
    if (arrivals->is(Kind::kObject)) {
        read_file(*arrivals, tenant);
    } else if (expect_array(*arrivals, parts_.error)) {
        const bool steps = arrivals->size() > 0 && (*arrivals->begin()).is(Kind::kObject);
        if (steps) {
            read_steps(*arrivals, tenant);
        } else {
            read_rates(*arrivals, tenant);
        }
    }
    const auto past = fields.find("past");
    if (!past || parts_.error) return;
    if (!tenant.past.empty()) {
        parts_.error.report(past->error("the arrivals' past_s says it already; leave one out"));
    }
    if (!expect_array(*past, parts_.error)) return;
    for (const Value rate : *past) {
        tenant.past.emplace_back(read_number(rate, kArrivalRule, parts_.error));
    }
}

void ArrivalsReader::read_rates(Value list, window::ScenarioTenant& tenant) {
    if (list.size() != slots()) {
        parts_.error.report(list.error(
            fmt::format("found {} rates, expected {}: {} window{} of {} slots", list.size(),
                        slots(), parts_.scenario.windows, parts_.scenario.windows == 1 ? "" : "s",
                        parts_.scenario.window_slots)));
        return;
    }
    tenant.rates.reserve(slots());
    for (const Value rate : list) {
        tenant.rates.emplace_back(read_number(rate, kArrivalRule, parts_.error));
    }
}

void ArrivalsReader::read_steps(Value list, window::ScenarioTenant& tenant) {
    tenant.rates.reserve(slots());
    for (const Value step : list) {
        ObjectReader fields(step, parts_.error, {"from_s", "rps"});
        const auto time = fields.require("from_s");
        const Rate rate{fields.number("rps", kArrivalRule)};
        if (parts_.error) return;
        const std::size_t from = whole_slots(*time);
        const bool first = tenant.rates.empty();
        if (first ? from != 0 : from < tenant.rates.size() || from >= slots()) {
            parts_.error.report(
                time->expected(first ? "0: the first rate begins with the windows"
                                     : "a later time than the one before, within the windows"));
        }
        if (parts_.error) return;
        // What was before holds until here; what begins here holds for one slot at least.
        tenant.rates.resize(from, first ? Rate{} : tenant.rates.back());
        tenant.rates.push_back(rate);
    }
    tenant.rates.resize(slots(), tenant.rates.back());
}

std::size_t ArrivalsReader::whole_slots(Value value) {
    const Duration time{read_number(value, kTimeRule, parts_.error)};
    const Duration slot = parts_.scenario.slot;
    if (time % slot != Duration{0}) {
        parts_.error.report(
            value.expected(fmt::format("a multiple of slot_s, {}", decimal_text(slot.count(), 9))));
    }
    return static_cast<std::size_t>(time / slot);
}

const ArrivalsReader::Table* ArrivalsReader::table_of(Value value) {
    const std::string name = read_text(value, parts_.error);
    if (parts_.error) return nullptr;
    const auto [known, is_new] = tables_.try_emplace(name);
    Table& table = known->second;
    if (!is_new) return &table;
    std::string reference;
    std::filesystem::path path;
    const auto text = parts_.files.referenced(value, reference, path);
    if (!text) return nullptr;
    table.place = path.string();
    const Result<void> read =
        read_csv(std::string_view(*text), table.place, [&](const CsvRow& row) -> Result<void> {
            if (table.header) {
                table.rows.push_back(row);
                return table.header->check(row);
            }
            Result<CsvHeader> header = CsvHeader::make(row, table.place);
            if (!header) return header.error();
            table.header = *std::move(header);
            return {};
        });
    if (!read) parts_.error.report(read.error());
    if (!table.header) parts_.error.report(value.error(table.place + ": found no header"));
    return &table;
}

void ArrivalsReader::read_file(Value value, window::ScenarioTenant& tenant) {
    FirstError& error = parts_.error;
    ObjectReader fields(value, error, {"file", "column", "from_s", "past_s", "scale"});
    const auto file = fields.require("file");
    const std::string name = fields.text("column");
    const auto from_s = fields.find("from_s");
    const auto past_s = fields.find("past_s");
    const std::size_t from = from_s ? whole_slots(*from_s) : 0;
    const std::size_t past = past_s ? whole_slots(*past_s) : 0;
    const std::int64_t scale = fields.optional_number("scale", kScaleRule).value_or(kScaleOne);
    if (past > from) {
        error.report(past_s->expected("at most from_s: the file has no rows before its first"));
    }
    if (error) return;
    const Table* const table = table_of(*file);
    if (error) return;
    const auto index = table->header->find(name);
    if (!index) {
        error.report(fields.find("column")->error(
            fmt::format("{} has no column \"{}\"{}", table->place, name,
                        nearest_hint(name, table->header->names()))));
        return;
    }
    if (table->rows.size() < from + slots()) {
        error.report(
            file->error(fmt::format("{} has {} rows, expected at least {}: {} before "
                                    "from_s and one per slot of all windows",
                                    table->place, table->rows.size(), from + slots(), from)));
        return;
    }
    const Column column{table, *index, scale};
    take_rows(column, from - past, past, tenant.past);
    take_rows(column, from, slots(), tenant.rates);
}

void ArrivalsReader::take_rows(const Column& column, std::size_t begin, std::size_t count,
                               std::vector<Rate>& into) {
    const std::string& name = column.table->header->names()[column.index];
    into.reserve(count);
    for (std::size_t i = begin; i < begin + count; ++i) {
        const CsvRow& row = column.table->rows[i];
        const CsvCell cell{row.fields[column.index], name, column.table->place, row.line};
        const Decimal rate = parse_decimal(cell.text, kArrivalRule.digits, Rounding::kUp);
        const Wide scaled = (Wide{rate.count} * column.scale + kScaleOne - 1) / kScaleOne;
        if (rate.fault || cell.text.starts_with('-') || scaled > kArrivalRule.max) {
            parts_.error.report(cell.expected(kArrivalRule.expected));
            return;
        }
        into.emplace_back(static_cast<std::int64_t>(scaled));
    }
}

}  // namespace tangram::io
