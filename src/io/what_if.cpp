#include "io/what_if.h"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "io/decimal.h"

namespace tangram::io {
namespace {

using planner::explain::WhatIf;
using planner::explain::WhatIfField;

constexpr std::string_view kContext = "--what-if";
constexpr int kPercentDigits = 4;  // of a percent: millionths of the whole
constexpr int kRateDigits = 3;
constexpr int kMillisecondDigits = 6;

Error wrong(std::string_view change, std::string message) {
    return invalid_input(fmt::format("{} in \"{}\"", message, change), std::string(kContext));
}

std::optional<Error> read_field(std::string_view change, std::string_view field, WhatIf& what_if) {
    constexpr std::string_view kMetricPrefix = "slo.";
    if (field == "rate") {
        what_if.field = WhatIfField::kRate;
    } else if (field == "slo") {
        what_if.field = WhatIfField::kSlo;
    } else if (field.starts_with(kMetricPrefix) && field.size() > kMetricPrefix.size()) {
        what_if.field = WhatIfField::kSlo;
        what_if.metric = field.substr(kMetricPrefix.size());
    } else {
        return wrong(change,
                     fmt::format("found field \"{}\", expected rate, slo or slo.METRIC", field));
    }
    return std::nullopt;
}

std::optional<Error> read_value(std::string_view change, std::string_view value, WhatIf& what_if) {
    const bool is_signed = value.starts_with('+') || value.starts_with('-');
    what_if.relative = value.ends_with('%');
    if (is_signed != what_if.relative) {
        return wrong(change, fmt::format("found \"{}\", expected a signed percentage as in +20% or "
                                         "an absolute value as in 900",
                                         value));
    }
    const std::string_view number = what_if.relative ? value.substr(0, value.size() - 1) : value;
    const int digits = what_if.relative                      ? kPercentDigits
                       : what_if.field == WhatIfField::kRate ? kRateDigits
                                                             : kMillisecondDigits;
    const Decimal decimal = parse_decimal(number, digits);
    if (!decimal.fault) {
        what_if.amount = decimal.count;
        return std::nullopt;
    }
    switch (*decimal.fault) {
        case DecimalFault::kTooLarge:
            return wrong(change, "a number too large");
        case DecimalFault::kTooPrecise:
            return wrong(change, fmt::format("more than {} decimals", digits));
        case DecimalFault::kNotANumber:
            break;
    }
    return wrong(change, fmt::format("found \"{}\", expected a number", number));
}

Result<WhatIf> parse_added_gpus(std::string_view change, std::string_view value) {
    const std::size_t times = value.find('x');
    if (times == std::string_view::npos || times + 1 == value.size()) {
        return wrong(change, "expected add=COUNTxMODEL, as add=2xA100-SXM4-80GB,");
    }
    const Decimal count = parse_decimal(value.substr(0, times), 0);
    constexpr std::int64_t kGpusMax = 1'000'000'000;
    if (count.fault || count.count < 1 || count.count > kGpusMax) {
        return wrong(change, fmt::format("found \"{}\", expected a number of GPUs from 1 to {}",
                                         value.substr(0, times), kGpusMax));
    }
    WhatIf what_if;
    what_if.text = change;
    what_if.field = WhatIfField::kGpus;
    what_if.service = value.substr(times + 1);
    what_if.amount = count.count;
    return what_if;
}

Result<WhatIf> parse_change(std::string_view change) {
    constexpr std::string_view kAdd = "add=";
    if (change.starts_with(kAdd)) return parse_added_gpus(change, change.substr(kAdd.size()));
    const std::size_t colon = change.find(':');
    const std::size_t equals = change.rfind('=');
    if (colon == std::string_view::npos || equals == std::string_view::npos || equals <= colon) {
        return wrong(change, "expected FIELD:SERVICE=VALUE, as rate:bert=+20%,");
    }
    WhatIf what_if;
    what_if.text = change;
    what_if.service = change.substr(colon + 1, equals - colon - 1);
    if (what_if.service.empty()) return wrong(change, "no service");
    if (auto error = read_field(change, change.substr(0, colon), what_if)) return *error;
    if (auto error = read_value(change, change.substr(equals + 1), what_if)) return *error;
    return what_if;
}

}  // namespace

Result<std::vector<WhatIf>> parse_what_if(std::string_view text) {
    std::vector<WhatIf> what_ifs;
    while (true) {
        const std::size_t comma = text.find(',');
        Result<WhatIf> what_if = parse_change(text.substr(0, comma));
        if (!what_if) return what_if.error();
        what_ifs.push_back(*std::move(what_if));
        if (comma == std::string_view::npos) return what_ifs;
        text.remove_prefix(comma + 1);
    }
}

}  // namespace tangram::io
