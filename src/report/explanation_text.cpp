#include "report/explanation_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "report/text.h"
#include "report/text_table.h"

namespace tangram::report {
namespace {

using Json = nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

// Prices are often fractions as 1/7: four decimals.
std::string price(const Json& value) {
    return value.is_number() ? fmt::format("{:.4f}", value.get<double>()) : "–";
}

std::string number(const Json& value) {
    return value.is_number() ? figure(value.get<double>()) : "–";
}

// "2 x 1g.10gb + 3g.40gb", with the GPU model where there are several.
std::string instances(const Json& list, bool with_gpu) {
    std::string text;
    for (const Json& item : list) {
        const auto count = item.at("count").get<long long>();
        if (!text.empty()) text += " + ";
        if (count != 1) text += grouped(count) + " x ";
        text += item.at("profile").get<std::string>();
        if (with_gpu && item.contains("gpu")) text += " of " + item.at("gpu").get<std::string>();
    }
    return text.empty() ? "none" : text;
}

class ExplanationPrinter {
public:
    ExplanationPrinter(const Json& root, const ExplanationTextOptions& options)
        : root_(root), options_(options), priced_(root.at("priced").get<bool>()) {
        for (const Json& type : root.at("types")) {
            const auto gpu = type.at("gpu").get<std::string>();
            several_gpus_ = several_gpus_ || (!first_gpu_.empty() && gpu != first_gpu_);
            if (first_gpu_.empty()) first_gpu_ = gpu;
        }
    }

    std::string print() {
        print_what_if();
        print_bound();
        print_shortage();
        print_blockers();
        print_types();
        print_partitions();
        print_gpus();
        print_services();
        for (const Json& note : root_.at("notes")) {
            add("Note: " + printable(note.get<std::string>()));
        }
        return std::move(text_);
    }

private:
    void add(const std::string& line) { text_ += line + "\n"; }
    void heading(const std::string& words) {
        if (!text_.empty()) text_ += "\n";
        add(words);
    }

    void print_what_if() {
        const Json& what_if = root_.at("what_if");
        if (what_if.is_null()) return;
        std::string changes;
        for (const Json& change : what_if.at("changes")) {
            changes += (changes.empty() ? "" : ", ") + change.get<std::string>();
        }
        heading("What if " + printable(changes));
        Rows rows;
        for (const char* when : {"before", "after"}) {
            const Json& plan = what_if.at(when);
            rows.push_back(
                {when, plan.at("status").get<std::string>(), amount(plan.at("gpus").get<double>()),
                 amount(plan.at("cost").get<double>()), amount(plan.at("bound").get<double>())});
        }
        text_ += text_table(
            {{"", false}, {"status", false}, {"GPUs", true}, {"cost", true}, {"bound", true}}, rows,
            TableStyle::kTerminal);
    }

    void print_bound() {
        const Json& bound = root_.at("bound");
        if (bound.is_null()) return;
        heading("Why it cannot cost less than " + amount(bound.at("bound").get<double>()));
        if (!bound.at("prices_hold").get<bool>()) {
            add("The prices at hand make some way to cut a GPU worth more than the GPU: they prove "
                "nothing.");
            return;
        }
        add("Whatever cuts are chosen, no GPU holds instances worth more than it costs, at the "
            "prices below.");
        add(fmt::format("Each service's cheapest cover at these prices: {} in all.",
                        price(bound.at("contributions"))));
        if (bound.at("rents").get<double>() > 0) {
            add(fmt::format("Less the rents of GPU models that are short: {}, so {}.",
                            price(bound.at("rents")), price(bound.at("raw"))));
        }
        const auto rounded = bound.at("rounded").get<double>();
        add(fmt::format("Costs come in steps of {}: rounded up, {}.",
                        amount(bound.at("granularity").get<double>()), amount(rounded)));
        const auto stated = bound.at("bound").get<double>();
        if (stated > rounded) {
            add(fmt::format("The planner proved {} by searching beyond what prices show.",
                            amount(stated)));
        } else if (stated < rounded) {
            add(fmt::format("The plan states the weaker bound {}.", amount(stated)));
        }
    }

    void print_shortage() {
        const Json& shortage = root_.at("shortage");
        if (shortage.is_null()) return;
        heading("Why there is no plan");
        const auto available = shortage.at("gpus_available").get<long long>();
        if (shortage.at("gpus_needed").is_number()) {
            const auto needed = shortage.at("gpus_needed").get<long long>();
            add(fmt::format("The fleet has {}; at least {} are needed: {} missing.",
                            counted(available, "GPU"), grouped(needed),
                            grouped(shortage.at("gpus_missing").get<long long>())));
        } else {
            add(fmt::format("The fleet's {} cannot serve all services.",
                            counted(available, "GPU")));
        }
        for (const Json& each : shortage.at("largest")) {
            add(fmt::format("  {} needs at least {}",
                            printable(each.at("service").get<std::string>()),
                            price(each.at("contribution"))));
        }
    }

    void print_blockers() {
        for (const Json& blocker : root_.at("blockers")) {
            heading(fmt::format("{} cannot be served at all: none of {} may be used",
                                printable(blocker.at("service").get<std::string>()),
                                counted(blocker.at("points").get<long long>(), "operating point")));
            for (const Json& refusal : blocker.at("refusals")) {
                const auto kind = refusal.at("kind").get<std::string>();
                add(fmt::format("  {}: refuses {}{}", kind, refusal.at("points").get<std::size_t>(),
                                kind == "estimated" ? " (--allow-estimates takes estimates)" : ""));
            }
            const Json& relaxation = blocker.at("relaxation");
            if (!relaxation.is_null()) print_relaxation(relaxation);
        }
    }

    void print_relaxation(const Json& relaxation) {
        for (const Json& objective : relaxation.at("objectives")) {
            add(fmt::format(
                "  it could be with {} of {} ms (asked: {} ms), as {} then measures "
                "{} ms with batch {} and {}",
                objective.at("metric").get<std::string>(),
                amount(objective.at("needed_ms").get<double>()),
                amount(objective.at("asked_ms").get<double>()),
                relaxation.at("profile").get<std::string>(),
                amount(objective.at("measured_ms").get<double>()),
                relaxation.at("batch").get<int>(),
                relaxation.at("processes").get<int>() == 1
                    ? "1 process"
                    : fmt::format("{} processes", relaxation.at("processes").get<int>())));
        }
    }

    void print_types() {
        if (!priced_ || root_.at("types").empty()) return;
        heading("What an instance costs at the margin");
        Rows rows;
        for (const Json& type : root_.at("types")) {
            rows.push_back({type.at("gpu").get<std::string>(),
                            type.at("profile").get<std::string>(), price(type.at("price")),
                            grouped(type.at("used").get<long long>())});
        }
        text_ += text_table({{"GPU", false}, {"profile", false}, {"price", true}, {"used", true}},
                            rows, TableStyle::kTerminal);
    }

    void print_partitions() {
        const Json& partitions = root_.at("partitions");
        if (!priced_ || partitions.empty()) return;
        heading("Ways to cut a GPU, and what each wastes (cost less worth of its instances)");
        Rows rows;
        for (const Json& partition : partitions) {
            if (rows.size() == options_.max_partitions) break;
            rows.push_back({instances(partition.at("profiles"), false), price(partition.at("cost")),
                            price(partition.at("worth")), price(partition.at("slack")),
                            grouped(partition.at("gpus").get<long long>())});
            if (several_gpus_) {
                rows.back()[0] = partition.at("gpu").get<std::string>() + ": " + rows.back()[0];
            }
        }
        text_ += text_table(
            {{"cut", false}, {"cost", true}, {"worth", true}, {"waste", true}, {"GPUs", true}},
            rows, TableStyle::kTerminal);
        if (partitions.size() > rows.size()) {
            add(fmt::format("… and {} more", partitions.size() - rows.size()));
        }
    }

    void print_gpus() {
        const Json gpus = root_.value("gpus", Json::array());
        if (!priced_ || gpus.size() < 2) return;
        heading("What a GPU may cost to be worth having, at the prices of the others");
        Rows rows;
        for (const Json& gpu : gpus) {
            const auto only_here = gpu.at("only_here").get<long long>();
            std::string note;
            if (only_here > 0) note = counted(only_here, "service") + " can run nowhere else";
            rows.push_back({gpu.at("gpu").get<std::string>(), amount(gpu.at("cost").get<double>()),
                            gpu.at("break_even").is_null() ? "–" : price(gpu.at("break_even")),
                            price(gpu.at("rent")), grouped(gpu.at("gpus").get<long long>()), note});
        }
        text_ += text_table({{"GPU", false},
                             {"cost", true},
                             {"worth it below", true},
                             {"rent", true},
                             {"used", true},
                             {"", false}},
                            rows, TableStyle::kTerminal);
    }

    // The costliest first; in file order without prices.
    [[nodiscard]] std::vector<const Json*> chosen_services() const {
        std::vector<const Json*> chosen;
        for (const Json& service : root_.at("services")) chosen.push_back(&service);
        if (chosen.size() > options_.max_services) {
            if (priced_) {
                std::ranges::stable_sort(chosen, std::greater<>{}, [](const Json* service) {
                    return service->value("paid", 0.0);
                });
            }
            chosen.resize(options_.max_services);
        }
        return chosen;
    }

    void print_services() {
        const std::size_t all = root_.at("services").size();
        if (all == 0) return;
        const std::vector<const Json*> chosen = chosen_services();
        for (const Json* service : chosen) print_service(*service);
        if (chosen.size() < all) {
            add(fmt::format("\n… and {} (the JSON has all)",
                            counted(static_cast<long long>(all - chosen.size()), "more service")));
        }
    }

    void print_service(const Json& service) {
        heading(printable(service.at("name").get<std::string>()));
        add(fmt::format("  rate {} requests/s on {}, capacity {}: {} requests/s more fit as it is",
                        number(service.at("rate_rps")),
                        counted(service.at("instances").get<long long>(), "instance"),
                        number(service.at("capacity_rps")), number(service.at("spare_rps"))));
        for (const Json& used : service.at("used")) {
            add(fmt::format("  uses {} with batch {} x {}: {} requests/s each, {} ms{}",
                            instances(Json::array({used}), several_gpus_),
                            used.at("batch").get<int>(), used.at("processes").get<int>(),
                            number(used.at("throughput_rps")), number(used.at("latency_ms")),
                            used.value("estimated", false) ? " (estimated)" : ""));
        }
        if (priced_) print_costs(service);
        print_points(service.at("points"));
    }

    void print_costs(const Json& service) {
        add(fmt::format("  pays {} at the prices; its cheapest cover is {} for {}",
                        price(service.at("paid")),
                        instances(service.at("cheapest_cover"), several_gpus_),
                        price(service.at("contribution"))));
        const Json& next = service.at("next");
        const Json& margin = service.at("margin");
        if (next.is_null() || margin.is_null()) return;
        add(fmt::format("  the next instance: {} for {}, {} requests/s",
                        next.at("profile").get<std::string>(), price(next.at("price")),
                        number(next.at("throughput_rps"))));
        add(fmt::format("  in the long run one request/s more costs {} (on {})",
                        number(margin.at("price_per_rps")),
                        margin.at("profile").get<std::string>()));
    }

    // Those worth telling: the chosen of each profile, and what would beat it but is refused.
    [[nodiscard]] std::vector<const Json*> telling_points(const Json& points) const {
        std::map<std::string, double> chosen;
        std::map<std::pair<std::string, std::string>, const Json*> fastest;  // by place and kind
        std::vector<const Json*> telling;
        for (const Json& point : points) {
            if (point.at("verdict") == "chosen") {
                chosen[place_of(point)] = point.at("throughput_rps").get<double>();
            }
        }
        for (const Json& point : points) {
            const std::string place = place_of(point);
            const auto throughput = point.at("throughput_rps").get<double>();
            if (point.at("verdict") != "refused" || throughput <= chosen[place]) continue;
            const Json*& best =
                fastest[{place, point.at("reasons").at(0).at("kind").get<std::string>()}];
            if (best == nullptr || best->at("throughput_rps").get<double>() < throughput) {
                best = &point;
            }
        }
        for (const Json& point : points) {
            const bool told =
                options_.all_points || point.at("verdict") == "chosen" ||
                std::ranges::any_of(fastest, [&](const auto& e) { return e.second == &point; });
            if (told) telling.push_back(&point);
        }
        return telling;
    }

    static std::string place_of(const Json& point) {
        return point.at("gpu").get<std::string>() + " " + point.at("profile").get<std::string>();
    }

    void print_points(const Json& points) {
        if (points.empty()) return;
        Rows rows;
        for (const Json* each : telling_points(points)) {
            const Json& point = *each;
            std::string reasons;
            for (const Json& reason : point.at("reasons")) {
                reasons += (reasons.empty() ? "" : "; ") + reason.at("reason").get<std::string>();
            }
            std::string profile = "  ";
            if (several_gpus_) profile += point.at("gpu").get<std::string>() + " ";
            profile += point.at("profile").get<std::string>();
            rows.push_back({std::move(profile),
                            fmt::format("{} x {}", point.at("batch").get<int>(),
                                        point.at("processes").get<int>()),
                            number(point.at("throughput_rps")),
                            point.at("verdict").get<std::string>() +
                                (point.value("estimated", false) ? ", estimated" : ""),
                            reasons});
        }
        const std::size_t rest = points.size() - rows.size();
        text_ += text_table({{"  profile", false},
                             {"batch x proc", true},
                             {"requests/s", true},
                             {"verdict", false},
                             {"why", false}},
                            rows, TableStyle::kTerminal);
        if (rest > 0) {
            add(fmt::format("  … and {}, slower or refused likewise",
                            counted(static_cast<long long>(rest), "more operating point")));
        }
    }

    const Json& root_;
    const ExplanationTextOptions& options_;
    bool priced_;
    bool several_gpus_ = false;
    std::string first_gpu_;
    std::string text_;
};

}  // namespace

Result<std::string> explanation_text(std::string_view json, const ExplanationTextOptions& options) {
    try {
        const Json root = Json::parse(json);
        if (root.at("format") != "tangram/explanation") {
            return invalid_input("expected format tangram/explanation", "explanation");
        }
        return ExplanationPrinter(root, options).print();
    } catch (const Json::exception& error) {
        return invalid_input(error.what(), "explanation");
    }
}

}  // namespace tangram::report
