#include "io/import/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "base/amount_text.h"
#include "io/csv_table.h"

namespace tangram::io {
namespace {

__extension__ using Wide = __int128;

constexpr int kServegenPlaces = 5;  // as published
constexpr std::int64_t kServegenStep = 600;
constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kAmountMax = 1'000'000'000'000;
constexpr std::int64_t kStepsMax = 20'000;  // half a year of windows

Result<std::int64_t> amount(const CsvCell& cell, int places) {
    const Decimal value = parse_decimal(cell.text, places, Rounding::kUp);
    if (value.fault || value.count < 0 || value.count > kAmountMax) {
        return cell.expected("a number from 0 on");
    }
    return value.count;
}

// Rows with one header; `take` gets each row with the header.
template <typename Take>
Result<void> read_table(std::string_view text, const std::string& file, const Take& take) {
    std::optional<CsvHeader> header;
    return read_csv(text, file, [&](const CsvRow& row) -> Result<void> {
        if (!header) {
            Result<CsvHeader> made = CsvHeader::make(row, file);
            if (!made) return made.error();
            header = *std::move(made);
            return {};
        }
        if (Result<void> fits = header->check(row); !fits) return fits;
        return take(*header, row);
    });
}

Result<CsvCell> cell_of(const CsvHeader& header, const CsvRow& row, std::string_view column,
                        const std::string& file) {
    const auto at = header.find(column);
    if (!at) return header.error(fmt::format("no column {}", column));
    return CsvCell{row.fields[*at], column, file, row.line};
}

Result<void> take_servegen(const CsvHeader& header, const CsvRow& row, const std::string& file,
                           std::map<std::string, std::map<std::int64_t, std::int64_t>>& clients) {
    const auto service = cell_of(header, row, "service", file);
    if (!service) return service.error();
    const auto chunk = cell_of(header, row, "client_chunk", file);
    if (!chunk) return chunk.error();
    const auto time = cell_of(header, row, "t_s", file);
    if (!time) return time.error();
    const auto rate = cell_of(header, row, "requests_per_s", file);
    if (!rate) return rate.error();
    const auto seconds = amount(*time, 0);
    if (!seconds) return seconds.error();
    if (*seconds % kServegenStep != 0 || *seconds / kServegenStep >= kStepsMax) {
        return time->expected("a multiple of 600 s, below 12000000");
    }
    const auto value = amount(*rate, kServegenPlaces);
    if (!value) return value.error();
    // Chunks in the order of their numbers.
    std::string number(chunk->text);
    number.insert(0, number.size() < 4 ? 4 - number.size() : 0, '0');
    clients[fmt::format("{}/{}", service->text, number)][*seconds / kServegenStep] += *value;
    return {};
}

// Whether a column counts a minute of the day.
std::optional<std::int64_t> minute_of(const std::string& column) {
    const bool digits = !column.empty() && column.size() <= 4 &&
                        std::ranges::all_of(column, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return std::nullopt;
    return std::stoll(column);
}

// What a source asked for in the steps from `begin` on.
struct Candidate {
    const TraceSource* source = nullptr;
    std::int64_t total = 0;
};

}  // namespace

Result<Trace> read_servegen(std::string_view text, const std::string& file) {
    std::map<std::string, std::map<std::int64_t, std::int64_t>> clients;
    const Result<void> read =
        read_table(text, file, [&](const CsvHeader& header, const CsvRow& row) {
            return take_servegen(header, row, file, clients);
        });
    if (!read) return read.error();
    Trace trace{0, kServegenStep, {}};
    std::int64_t steps = 0;
    for (const auto& [name, windows] : clients) {
        steps = std::max(steps, windows.rbegin()->first + 1);
    }
    for (const auto& [name, windows] : clients) {
        TraceSource& source = trace.sources.emplace_back(
            TraceSource{name, std::vector<std::int64_t>(static_cast<std::size_t>(steps), 0)});
        for (const auto& [step, value] : windows) {
            source.amounts[static_cast<std::size_t>(step)] = value;
        }
    }
    return trace;
}

Result<Trace> read_azure_functions(std::string_view text, const std::string& file) {
    Trace trace{0, kMinute, {}};
    std::vector<std::size_t> columns;  // of minutes, in order
    const Result<void> read =
        read_table(text, file, [&](const CsvHeader& header, const CsvRow& row) -> Result<void> {
            for (std::size_t c = 0; columns.empty() && c < header.names().size(); ++c) {
                const auto minute = minute_of(header.names()[c]);
                if (!minute) continue;
                if (c > 0 &&
                    minute_of(header.names()[c - 1]).value_or(*minute - 1) != *minute - 1) {
                    return header.error("the minutes do not follow one another");
                }
                if (trace.begin_s == 0) trace.begin_s = *minute * kMinute;
                if (c + 1 == header.names().size() || minute_of(header.names()[c + 1])) continue;
                return header.error("the minutes are not the last columns");
            }
            for (std::size_t c = 0; columns.empty() && c < header.names().size(); ++c) {
                if (minute_of(header.names()[c])) {
                    for (; c < header.names().size(); ++c) columns.push_back(c);
                }
            }
            if (columns.empty()) return header.error("no column of a minute, such as 480");
            const auto function = cell_of(header, row, "HashFunction", file);
            if (!function) return function.error();
            TraceSource source{std::string(function->text), {}};
            for (const std::size_t c : columns) {
                const auto value = amount({row.fields[c], header.names()[c], file, row.line}, 0);
                if (!value) return value.error();
                source.amounts.push_back(*value);
            }
            trace.sources.push_back(std::move(source));
            return {};
        });
    if (!read) return read.error();
    std::ranges::stable_sort(trace.sources, {}, &TraceSource::name);
    return trace;
}

namespace {

std::vector<Candidate> candidates_of(const Trace& trace, const TraceMapping& how, std::size_t past,
                                     std::size_t first, std::size_t end) {
    std::vector<Candidate> candidates;
    for (const TraceSource& source : trace.sources) {
        const auto at = [&](std::size_t i) {
            return source.amounts.begin() + static_cast<std::ptrdiff_t>(i);
        };
        const auto busy = std::count_if(at(past), at(end), [](auto value) { return value > 0; });
        const std::int64_t total = std::accumulate(at(first), at(end), std::int64_t{0});
        const Wide share = Wide{busy} * kSharePerOne;
        const bool enough = share >= Wide{how.busy.count()} * static_cast<Wide>(end - past);
        if (enough && total > 0) candidates.push_back({&source, total});
    }
    std::ranges::stable_sort(candidates, std::greater<>(), &Candidate::total);
    return candidates;
}

}  // namespace

Result<RatesFile> map_trace(const Trace& trace, const workload::Problem& problem,
                            const TraceMapping& how, const std::string& file) {
    const std::size_t steps = trace.sources.empty() ? 0 : trace.sources.front().amounts.size();
    const std::int64_t past_s = how.begin_s - how.past_s - trace.begin_s;
    const std::int64_t end_s = how.begin_s + how.length_s - trace.begin_s;
    const auto whole = [&](std::int64_t seconds) { return seconds % trace.step_s == 0; };
    if (past_s < 0 || how.length_s <= 0 ||
        end_s > static_cast<std::int64_t>(steps) * trace.step_s || !whole(past_s) ||
        !whole(end_s) || !whole(how.past_s)) {
        return invalid_input(
            fmt::format(
                "found the times {} to {} s, expected whole steps of {} s within {} to {} s",
                how.begin_s - how.past_s, how.begin_s + how.length_s, trace.step_s, trace.begin_s,
                trace.begin_s + static_cast<std::int64_t>(steps) * trace.step_s),
            file);
    }
    const auto past = static_cast<std::size_t>(past_s / trace.step_s);
    const auto end = static_cast<std::size_t>(end_s / trace.step_s);
    const std::size_t first = past + static_cast<std::size_t>(how.past_s / trace.step_s);
    const std::vector<Candidate> candidates = candidates_of(trace, how, past, first, end);
    if (candidates.size() < problem.services.size()) {
        return invalid_input(
            fmt::format("found {} sources that are busy in {} of the steps, expected one for each "
                        "of {} services",
                        candidates.size(), share_text(how.busy), problem.services.size()),
            file);
    }
    RatesFile rates;
    rates.begin_s = -how.past_s;
    rates.step_s = trace.step_s;
    rates.notes = {
        fmt::format("{} s from {} s on of the trace, with {} s before", how.length_s, how.begin_s,
                    how.past_s),
        fmt::format("sources busy in at least {} of the steps, ranked by what they asked for; each "
                    "multiplied so that its mean from time 0 on is its service's rate",
                    share_text(how.busy))};
    for (const workload::ServiceId s : problem.services.ids()) {
        const Candidate& one = candidates[s.index()];
        const workload::Service& service = problem.services[s];
        rates.notes.push_back(fmt::format("{} = {}", service.name, one.source->name));
        rates.services.push_back(service.name);
        std::vector<Rate>& scaled = rates.rates.emplace_back();
        for (std::size_t i = past; i < end; ++i) {
            const Wide product = Wide{one.source->amounts[i]} * service.rate.count() *
                                 static_cast<Wide>(end - first);
            scaled.emplace_back(static_cast<std::int64_t>((product + one.total / 2) / one.total));
        }
    }
    return rates;
}

}  // namespace tangram::io
