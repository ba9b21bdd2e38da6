#include "io/import/prometheus_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "io/object_reader.h"
#include "io/parse.h"

namespace tangram::io {
namespace {

constexpr int kTimePlaces = 9;
constexpr int kSamplePlaces = 6;
constexpr std::int64_t kSampleMax = 1'000'000'000'000'000'000;  // 10^12 in millionths

constexpr std::array<std::string_view, 2> kResultTypes = {"matrix", "vector"};

// As Go prints what is no number; Prometheus writes samples with it.
bool not_finite(std::string_view text) {
    return text == "NaN" || text == "+Inf" || text == "-Inf" || text == "Inf";
}

class AnswerReader {
public:
    Result<PrometheusAnswer> read(Value root);

private:
    // The member of that name; reports if it is not there.
    std::optional<Value> member(Value object, std::string_view name);
    void read_status(Value root);
    void read_warnings(Value root);
    void read_data(Value data);
    PrometheusSeries read_series(Value value, bool matrix);
    void read_labels(Value metric, PrometheusSeries& series);
    void read_sample(Value pair, PrometheusSeries& series);

    PrometheusAnswer answer_;
    FirstError error_;
};

std::optional<Value> AnswerReader::member(Value object, std::string_view name) {
    if (error_ || !expect_object(object, error_)) return std::nullopt;
    const std::optional<Value> found = object.find(name);
    if (!found) error_.report(object.error(fmt::format("the field \"{}\" is missing", name)));
    return found;
}

void AnswerReader::read_status(Value root) {
    const std::optional<Value> status = member(root, "status");
    if (!status) return;
    const std::string word = read_text(*status, error_);
    if (error_ || word == "success") return;
    if (word != "error") {
        error_.report(status->expected("\"success\", as Prometheus answers a query"));
        return;
    }
    const auto said = [&](std::string_view name) {
        const std::optional<Value> field = root.find(name);
        return field && field->is(Kind::kText) ? field->shown() : std::string("nothing");
    };
    error_.report(status->error(
        fmt::format("the query failed: errorType {}, error {}", said("errorType"), said("error"))));
}

void AnswerReader::read_warnings(Value root) {
    const std::optional<Value> list = root.find("warnings");
    if (!list || list->is(Kind::kNull) || !expect_array(*list, error_)) return;
    for (const Value warning : *list) {
        answer_.warnings.push_back(
            fmt::format("{}: Prometheus warns: {}", warning.place(), warning.shown()));
    }
}

void AnswerReader::read_labels(Value metric, PrometheusSeries& series) {
    if (!expect_object(metric, error_)) return;
    for (const Value label : metric) {
        if (!label.is(Kind::kText)) {
            error_.report(label.expected("the text of a label"));
            return;
        }
        series.labels.emplace_back(label.key(), label.text());
    }
}

void AnswerReader::read_sample(Value pair, PrometheusSeries& series) {
    const auto wrong = [&] {
        error_.report(pair.expected("a time in seconds and a number as text: [1435781430, \"1\"]"));
    };
    if (!pair.is(Kind::kArray) || pair.size() != 2) return wrong();
    const Value time = *pair.begin();
    const Value value = *++pair.begin();
    if (!time.is(Kind::kNumber) || !value.is(Kind::kText)) return wrong();
    const Decimal seconds = parse_decimal(time.text(), kTimePlaces, Rounding::kDown);
    if (seconds.fault) {
        error_.report(time.expected("a time in seconds since 1970"));
        return;
    }
    if (!series.samples.empty() && seconds.count <= series.samples.back().time_ns) {
        error_.report(time.expected("a time after that of the sample before"));
        return;
    }
    if (not_finite(value.text())) {
        ++series.skipped;
        return;
    }
    const Decimal number = parse_decimal(value.text(), kSamplePlaces, Rounding::kUp);
    const bool negative = value.text().starts_with('-') && value.text() != "-0";
    if (number.fault || negative || number.count > kSampleMax) {
        error_.report(value.expected("a rate from 0 to 10^12, NaN or +Inf"));
        return;
    }
    series.samples.push_back({seconds.count, number.count});
}

PrometheusSeries AnswerReader::read_series(Value value, bool matrix) {
    PrometheusSeries series;
    if (const auto metric = member(value, "metric")) read_labels(*metric, series);
    if (error_) return series;
    if (value.find("histograms") || value.find("histogram")) {
        error_.report(value.error("found a native histogram, expected a query for plain numbers"));
        return series;
    }
    const auto samples = member(value, matrix ? "values" : "value");
    if (!samples) return series;
    if (!matrix) {
        read_sample(*samples, series);
        return series;
    }
    if (!expect_array(*samples, error_)) return series;
    series.samples.reserve(samples->size());
    for (const Value sample : *samples) {
        read_sample(sample, series);
        if (error_) break;
    }
    return series;
}

void AnswerReader::read_data(Value data) {
    const auto type = member(data, "resultType");
    const auto result = member(data, "result");
    if (!type || !result) return;
    const bool matrix = read_word(*type, kResultTypes, error_) == 0;
    if (error_ || !expect_array(*result, error_)) return;
    if (result->size() == 0) {
        error_.report(result->error("the query found no series: nothing matched in its range"));
    }
    for (const Value series : *result) {
        if (error_) return;
        answer_.series.push_back(read_series(series, matrix));
    }
}

Result<PrometheusAnswer> AnswerReader::read(Value root) {
    read_status(root);
    if (!error_) read_warnings(root);
    if (const auto data = member(root, "data")) read_data(*data);
    if (error_) return *error_.error;
    return std::move(answer_);
}

}  // namespace

std::string_view PrometheusSeries::label(std::string_view name) const {
    const auto found = std::ranges::find(
        labels, name, [](const auto& label) -> std::string_view { return label.first; });
    return found == labels.end() ? std::string_view{} : std::string_view(found->second);
}

Result<PrometheusAnswer> read_prometheus_json(std::string_view text, const std::string& file) {
    const Result<Document> document = parse_json(text, file);
    if (!document) return document.error();
    return AnswerReader().read(document->root());
}

}  // namespace tangram::io
