#include "io/import/rates.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include "io/object_reader.h"

namespace tangram::io {
namespace {

__extension__ using Wide = __int128;  // sums of 64-bit counts times a factor
using workload::ServiceId;

constexpr std::size_t kNamesShown = 10;
constexpr std::int64_t kPerThousandth = 1'000;  // millionths

// "a, b, c and 4 more".
std::string names_text(const std::vector<std::string>& names) {
    const std::size_t shown = std::min(names.size(), kNamesShown);
    std::string text = fmt::format(
        "{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
    return text;
}

std::string_view plural(std::size_t count) { return count == 1 ? "" : "s"; }

// The load of one service.
struct Load {
    std::vector<PrometheusSample> samples;  // of all its series
    std::size_t series = 0;                 // that have samples
};

// The sums at each time, ascending; `gaps` counts the times at which a series lacks a sample.
std::vector<Wide> sums_of(Load& load, std::size_t& gaps) {
    std::ranges::sort(load.samples, {}, &PrometheusSample::time_ns);
    std::vector<Wide> sums;
    for (std::size_t i = 0; i < load.samples.size();) {
        std::size_t end = i;
        Wide sum = 0;
        while (end < load.samples.size() && load.samples[end].time_ns == load.samples[i].time_ns) {
            sum += load.samples[end++].millionths;
        }
        if (end - i < load.series) ++gaps;
        sums.push_back(sum);
        i = end;
    }
    std::ranges::sort(sums);
    return sums;
}

class Filler {
public:
    Filler(const PrometheusAnswer& answer, const std::string& place, const RateImport& how,
           workload::Problem& problem)
        : answer_(answer), place_(place), how_(how), problem_(problem) {}

    Result<std::vector<std::string>> run();

private:
    Result<void> sort_out();
    Result<void> find_rates();
    [[nodiscard]] Error no_label() const;
    [[nodiscard]] std::optional<Rate> rate_of(const std::vector<Wide>& sums) const;
    void warn(const std::string& text) { warnings_.push_back(place_ + ": " + text); }

    const PrometheusAnswer& answer_;
    const std::string& place_;
    const RateImport& how_;
    workload::Problem& problem_;
    IdVector<ServiceId, Load> loads_;
    IdVector<ServiceId, Rate> rates_;
    std::vector<std::string> warnings_;
};

Error Filler::no_label() const {
    std::set<std::string> found;
    for (const PrometheusSeries& series : answer_.series) {
        for (const auto& [name, value] : series.labels) found.insert(name);
    }
    return invalid_input(
        found.empty()
            ? fmt::format("no series has a label; expected \"{}\" with the name of a service: the "
                          "query must keep it, as in sum by ({}) (...)",
                          how_.label, how_.label)
            : fmt::format("no series has the label \"{}\" that names the service; labels found: {}",
                          how_.label, names_text({found.begin(), found.end()})),
        place_);
}

// Which service each series belongs to.
Result<void> Filler::sort_out() {
    std::unordered_map<std::string_view, ServiceId> services;
    for (const ServiceId id : problem_.services.ids()) {
        services.emplace(problem_.services[id].name, id);
    }
    std::size_t unlabelled = 0;
    std::size_t skipped = 0;
    std::set<std::string> unmatched;
    for (const PrometheusSeries& series : answer_.series) {
        skipped += series.skipped;
        const std::string_view name = series.label(how_.label);
        const auto service = services.find(name);
        if (name.empty()) {
            ++unlabelled;
        } else if (service == services.end()) {
            unmatched.emplace(name);
        } else if (!series.samples.empty()) {
            Load& load = loads_[service->second];
            ++load.series;
            load.samples.insert(load.samples.end(), series.samples.begin(), series.samples.end());
        }
    }
    if (unlabelled == answer_.series.size()) return no_label();
    if (skipped > 0) {
        warn(fmt::format("{} sample{} skipped: NaN or infinite", skipped, plural(skipped)));
    }
    if (unlabelled > 0) {
        warn(fmt::format("{} series without the label \"{}\" not used", unlabelled, how_.label));
    }
    if (!unmatched.empty()) {
        warn(fmt::format("series of no service of the problem not used: {}",
                         names_text({unmatched.begin(), unmatched.end()})));
    }
    return {};
}

// Nothing beyond what a problem may ask for.
std::optional<Rate> Filler::rate_of(const std::vector<Wide>& sums) const {
    const Wide count = static_cast<Wide>(sums.size());
    const Wide rank = (count * how_.quantile.count() + kSharePerOne - 1) / kSharePerOne;
    const Wide load = sums[static_cast<std::size_t>(rank) - 1] * how_.scale_millionths;
    const Wide unit = Wide{kPerThousandth} * 1'000'000 * how_.seconds;
    const Wide thousandths = (load + unit - 1) / unit;
    if (thousandths > kRateRule.max) return std::nullopt;
    return Rate{static_cast<std::int64_t>(thousandths)};
}

Result<void> Filler::find_rates() {
    std::vector<std::string> missing;
    std::vector<std::string> patchy;
    for (const ServiceId id : problem_.services.ids()) {
        const workload::Service& service = problem_.services[id];
        rates_[id] = service.rate;
        if (loads_[id].samples.empty()) {
            missing.push_back(service.name);
            continue;
        }
        std::size_t gaps = 0;
        const std::optional<Rate> rate = rate_of(sums_of(loads_[id], gaps));
        if (!rate) {
            return invalid_input(
                fmt::format("the rate of {} is beyond 10^12 requests per second", service.name),
                place_);
        }
        rates_[id] = *rate;
        if (gaps > 0) patchy.push_back(fmt::format("{} ({})", service.name, gaps));
    }
    if (!patchy.empty()) {
        warn(
            fmt::format("some series lack samples at times others have; the sums there are of "
                        "what there is: {}",
                        names_text(patchy)));
    }
    if (missing.empty()) return {};
    const std::string text = fmt::format("no samples for {} service{}: {}", missing.size(),
                                         plural(missing.size()), names_text(missing));
    if (!how_.keep_missing) {
        return invalid_input(text + fmt::format("; expected a series whose label \"{}\" is the "
                                                "service's name (--keep-missing keeps the rate)",
                                                how_.label),
                             place_);
    }
    warn(text + "; kept as it was");
    return {};
}

Result<std::vector<std::string>> Filler::run() {
    CHECK(how_.quantile.count() > 0 && how_.quantile.count() <= kSharePerOne);
    CHECK(how_.scale_millionths > 0 && how_.seconds > 0);
    loads_ = IdVector<ServiceId, Load>(problem_.services.size());
    rates_ = IdVector<ServiceId, Rate>(problem_.services.size());
    warnings_ = answer_.warnings;
    if (Result<void> sorted = sort_out(); !sorted) return sorted.error();
    if (Result<void> found = find_rates(); !found) return found.error();
    for (const ServiceId id : rates_.ids()) problem_.services[id].rate = rates_[id];
    return std::move(warnings_);
}

}  // namespace

Result<std::vector<std::string>> fill_rates(const PrometheusAnswer& answer,
                                            const std::string& place, const RateImport& how,
                                            workload::Problem& problem) {
    return Filler(answer, place, how, problem).run();
}

}  // namespace tangram::io
