#include "planner/close/closest.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

namespace tangram::planner::close {
namespace {

constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();
// Objectives are whole numbers: what is closer than that is equal.
constexpr double kLessThanOne = 0.99;

double real(std::int64_t number) { return static_cast<double>(number); }

Cost cost_of_entry(const Question& question, FleetEntryId entry) {
    return question.model->problem->fleet[entry].cost;
}

FleetEntryId entry_of(const Question& question, std::size_t partition) {
    return question.model->partitions[question.partitions[partition]].entry;
}

// Seats that may stay with the counts' cuts, by option.
std::vector<std::int64_t> stays_of(const Question& question, const Counts& counts) {
    std::vector<std::int64_t> stays(question.model->options.size(), 0);
    for (std::size_t c = 0; c < question.classes.size(); ++c) {
        for (std::size_t j = 0; j < counts.cuts[c].size(); ++j) {
            for (const Stay& stay : question.classes[c].cuts[j].stays) {
                stays[stay.option] += stay.count * counts.cuts[c][j];
            }
        }
    }
    return stays;
}

class Program {
public:
    Program(const Question& question, Aim aim) : question_(question), model_(*question.model) {
        aim_ = aim;
        scale_weights();
        add_gpus();
        add_services();
        add_started();
        add_supply();
        add_limits();
        add_hosts();
        if (question.apart) add_losses();
    }

    [[nodiscard]] const lp::Model& model() const { return lp_; }

    // Forbids what is known to be impossible: the relaxation then starts at the floor.
    void add_floor(std::int64_t floor) {
        if (aim_ != Aim::kLeastRestart || floor <= 0) return;
        std::vector<lp::Term> terms;
        for (const Started& one : started_) terms.push_back({one.column, one.weight});
        for (const auto& picks : picks_) {
            for (const int column : picks) {
                const double beyond = lp_.cost[static_cast<std::size_t>(column)] / tie_scale_;
                if (beyond > 0) terms.push_back({column, beyond});
            }
        }
        lp_.add_row(real(floor / weight_unit_), lp::kInfinity, terms);
    }

    [[nodiscard]] Counts read(const std::vector<double>& values) const {
        const auto value = [&](int column) {
            return std::max<std::int64_t>(0,
                                          std::llround(values[static_cast<std::size_t>(column)]));
        };
        Counts counts;
        for (const auto& columns : cuts_) {
            counts.cuts.emplace_back();
            for (const int column : columns) counts.cuts.back().push_back(value(column));
        }
        for (const int column : partitions_) counts.partitions.push_back(value(column));
        counts.instances.assign(model_.options.size(), 0);
        for (std::size_t o = 0; o < instances_.size(); ++o) {
            for (const lp::Term& term : instances_[o]) {
                counts.instances[o] += value(term.column) * std::llround(term.coefficient);
            }
        }
        return counts;
    }

    // Values of a plan with these counts; empty if one of its covers is not listed.
    [[nodiscard]] std::vector<double> values_of(const Counts& counts) const {
        std::vector<double> values(lp_.columns(), 0);
        for (std::size_t c = 0; c < cuts_.size(); ++c) {
            for (std::size_t j = 0; j < cuts_[c].size(); ++j) {
                values[static_cast<std::size_t>(cuts_[c][j])] = real(counts.cuts[c][j]);
            }
        }
        for (std::size_t m = 0; m < partitions_.size(); ++m) {
            values[static_cast<std::size_t>(partitions_[m])] = real(counts.partitions[m]);
        }
        for (const ServiceId s : question_.services.ids()) {
            if (!set_cover(s, counts, values)) return {};
        }
        const std::vector<std::int64_t> stays = stays_of(question_, counts);
        for (const Started& one : started_) {
            const std::int64_t least = std::min(counts.instances[one.option], one.most);
            values[static_cast<std::size_t>(one.column)] =
                real(std::max<std::int64_t>(0, least - stays[one.option]));
        }
        return values;
    }

    // Plans of no greater objective restart no more.
    [[nodiscard]] double objective_of(std::int64_t restart) const {
        return real(restart / weight_unit_) * tie_scale_ + 1 - kLessThanOne;
    }

    // The solver's bound of the objective in the unit of the question.
    [[nodiscard]] std::int64_t bound_of(double objective) const {
        constexpr double kSafety = 1e-3;
        if (!std::isfinite(objective)) return 0;
        const double units = (objective - real(tie_cost_)) / tie_scale_;
        const double steps = std::ceil(units - kSafety - 1e-8 * std::abs(objective));
        const auto whole = static_cast<std::int64_t>(std::max(0.0, steps));
        return aim_ == Aim::kLeastCost ? whole * cost_unit_ : whole * weight_unit_;
    }

private:
    struct Started {
        std::size_t option;
        int column;
        double weight;
        std::int64_t most;  // of the instances counted here; those beyond are the picks' cost
    };

    // Small whole numbers, so that the solver's tolerances cannot blur them.
    void scale_weights() {
        weight_unit_ = 0;
        for (const std::int64_t weight : question_.weights) {
            weight_unit_ = std::gcd(weight_unit_, weight);
        }
        weight_unit_ = std::max<std::int64_t>(weight_unit_, 1);
        cost_unit_ = cost_step(model_).count();
    }

    [[nodiscard]] double cost_units(FleetEntryId entry) const {
        return real(cost_of_entry(question_, entry).count() / cost_unit_);
    }

    void add_gpus() {
        used_.resize(model_.entries.size());
        for (const GpuClass& group : question_.classes) {
            const auto size = real(std::ssize(group.gpus));
            std::vector<lp::Term> all;
            cuts_.emplace_back();
            for (const Cut& cut : group.cuts) {
                const double cost = aim_ == Aim::kLeastCost ? cost_units(cut.entry) : 0;
                cuts_.back().push_back(lp_.add_column(cost, 0, size, true));
                all.push_back({cuts_.back().back(), 1});
                used_[cut.entry.index()].push_back({cuts_.back().back(), 1});
            }
            lp_.add_row(group.held ? size : 0, size, all);
        }
        for (std::size_t m = 0; m < question_.partitions.size(); ++m) {
            const FleetEntryId entry = entry_of(question_, m);
            const double cost = aim_ == Aim::kLeastCost ? cost_units(entry) : 0;
            partitions_.push_back(lp_.add_column(cost, 0, lp::kInfinity, true));
            used_[entry.index()].push_back({partitions_.back(), 1});
        }
    }

    void add_services() {
        instances_.resize(model_.options.size());
        listed_.assign(model_.options.size(), false);
        for (const ServiceId s : question_.services.ids()) {
            const ServiceChoice& choice = question_.services[s];
            if (choice.need.nothing()) {
                picks_.emplace_back();
            } else if (choice.list.complete) {
                add_picks(s, choice.list.covers);
            } else {
                add_coverage(s, choice.need);
            }
        }
    }

    void add_picks(ServiceId s, const std::vector<std::vector<std::int64_t>>& covers) {
        std::vector<lp::Term> one;
        picks_.emplace_back();
        for (const auto& cover : covers) {
            const int column = lp_.add_column(0, 0, 1, true);
            picks_.back().push_back(column);
            one.push_back({column, 1});
            for (std::size_t i = 0; i < cover.size(); ++i) {
                const std::size_t o = model_.demands[s].first_option + i;
                listed_[o] = true;
                if (cover[i] > 0) instances_[o].push_back({column, real(cover[i])});
            }
        }
        lp_.add_row(1, 1, one);
    }

    void add_coverage(ServiceId s, const Need& need) {
        picks_.emplace_back();
        const Demand& demand = model_.demands[s];
        const auto options = model_.options_of(s);
        const std::int64_t least = need.capacity(0);
        std::int64_t largest = 1;
        for (const Option& option : options) {
            largest = std::max(largest, std::min(option.throughput.count(), least));
        }
        std::vector<lp::Term> rate;
        std::vector<lp::Term> replicas;
        for (std::size_t i = 0; i < options.size(); ++i) {
            const std::int64_t throughput = options[i].throughput.count();
            const int column = lp_.add_column(0, 0, most_of(need, options, i), true);
            instances_[demand.first_option + i] = {{column, 1}};
            replicas.push_back({column, 1});
            rate.push_back({column, real(std::min(throughput, least)) / real(largest)});
        }
        if (least > 0) lp_.add_row(real(least) / real(largest), lp::kInfinity, rate);
        if (need.replicas > 0) lp_.add_row(real(need.replicas), lp::kInfinity, replicas);
        if (need.beside) add_beside(s, need);
    }

    // No minimal cover has more of an option.
    static double most_of(const Need& need, std::span<const Option> options, std::size_t i) {
        std::int64_t largest = 0;
        for (const Option& option : options) {
            largest = std::max(largest, option.throughput.count());
        }
        const std::int64_t capacity = need.capacity(need.beside ? largest : 0);
        const std::int64_t throughput = options[i].throughput.count();
        return real(std::max((capacity + throughput - 1) / throughput, need.replicas));
    }

    // An option that is used asks for capacity beside one instance of it, in units of that.
    void add_beside(ServiceId s, const Need& need) {
        const Demand& demand = model_.demands[s];
        const auto options = model_.options_of(s);
        for (std::size_t i = 0; i < options.size(); ++i) {
            const double capacity = real(need.capacity(options[i].throughput.count()));
            if (capacity <= real(need.capacity(0))) continue;
            const int column = instances_[demand.first_option + i].front().column;
            const int used = lp_.add_column(0, 0, 1, true);
            used_options_.push_back({demand.first_option + i, used});
            const std::vector<lp::Term> use{{column, 1}, {used, -most_of(need, options, i)}};
            lp_.add_row(-lp::kInfinity, 0, use);
            std::vector<lp::Term> row{{used, -1}};
            for (std::size_t j = 0; j < options.size(); ++j) {
                const double throughput = real(options[j].throughput.count());
                row.push_back({instances_[demand.first_option + j].front().column,
                               std::min(throughput / capacity, 1.0)});
            }
            lp_.add_row(0, lp::kInfinity, row);
        }
    }

    // new[s,k]; it is whole where everything else is.
    void add_started() {
        std::vector<std::vector<lp::Term>> stays(model_.options.size());
        for (std::size_t c = 0; c < question_.classes.size(); ++c) {
            for (std::size_t j = 0; j < cuts_[c].size(); ++j) {
                for (const Stay& stay : question_.classes[c].cuts[j].stays) {
                    stays[stay.option].push_back({cuts_[c][j], -real(stay.count)});
                }
            }
        }
        if (aim_ == Aim::kLeastCost) return;
        set_tie_scale();
        for (std::size_t o = 0; o < instances_.size(); ++o) {
            if (instances_[o].empty()) continue;
            const double weight = real(question_.weights[o] / weight_unit_);
            const std::int64_t most = listed_[o] ? question_.available[o] : kUnlimited;
            std::vector<lp::Term> row;
            for (const lp::Term& term : instances_[o]) {
                const double counted = std::min(term.coefficient, real(most));
                if (counted > 0) row.push_back({term.column, counted});
                lp_.cost[static_cast<std::size_t>(term.column)] +=
                    (term.coefficient - counted) * weight * tie_scale_;
            }
            if (row.empty()) continue;
            const int column = lp_.add_column(weight * tie_scale_, 0, lp::kInfinity);
            started_.push_back({o, column, weight, most});
            row.insert(row.end(), stays[o].begin(), stays[o].end());
            row.push_back({column, -1});
            lp_.add_row(-lp::kInfinity, 0, row);
        }
    }

    // Of plans that restart equally little, the cheapest: restarts count more than all GPUs that
    // the budget leaves room for.
    void set_tie_scale() {
        constexpr std::int64_t kRoomAtMost = 1'000;
        if (!question_.budget) return;
        const std::int64_t room = (*question_.budget - question_.least_cost).count() / cost_unit_;
        if (room <= 0 || room > kRoomAtMost) return;
        tie_scale_ = real(room + 1);
        for (std::size_t e = 0; e < used_.size(); ++e) {
            for (const lp::Term& term : used_[e]) {
                lp_.cost[static_cast<std::size_t>(term.column)] = cost_units(FleetEntryId{e});
            }
        }
        tie_cost_ = question_.budget->count() / cost_unit_;
    }

    void add_supply() {
        std::vector<std::vector<lp::Term>> rows(model_.types.size());
        for (std::size_t o = 0; o < instances_.size(); ++o) {
            auto& row = rows[model_.options[o].type.index()];
            row.insert(row.end(), instances_[o].begin(), instances_[o].end());
        }
        for (std::size_t c = 0; c < cuts_.size(); ++c) {
            for (std::size_t j = 0; j < cuts_[c].size(); ++j) {
                append_counts(question_.classes[c].cuts[j].counts, cuts_[c][j], rows);
            }
        }
        for (std::size_t m = 0; m < partitions_.size(); ++m) {
            append_counts(model_.partitions[question_.partitions[m]].counts, partitions_[m], rows);
        }
        for (const auto& row : rows) lp_.add_row(-lp::kInfinity, 0, row);
    }

    static void append_counts(const std::vector<int>& counts, int column,
                              std::vector<std::vector<lp::Term>>& rows) {
        for (std::size_t k = 0; k < counts.size(); ++k) {
            if (counts[k] > 0) rows[k].push_back({column, -static_cast<double>(counts[k])});
        }
    }

    void add_limits() {
        std::vector<lp::Term> money;
        for (const FleetEntryId entry : model_.entries.ids()) {
            const auto& used = used_[entry.index()];
            if (model_.entries[entry].cap) lp_.add_row(0, real(*model_.entries[entry].cap), used);
            for (const lp::Term& term : used) money.push_back({term.column, cost_units(entry)});
        }
        if (question_.budget && aim_ != Aim::kLeastCost) {
            lp_.add_row(0, real(question_.budget->count() / cost_unit_), money);
        }
    }

    // Replicas on different GPUs need as many GPUs that can hold one: not enough to spread them,
    // and without it few plans are.
    void add_hosts() {
        for (const ServiceId s : model_.demands.ids()) {
            const Demand& demand = model_.demands[s];
            const std::int64_t replicas = question_.services[s].need.replicas;
            if (demand.spread == workload::Spread::kNone || replicas < 2) continue;
            std::vector<lp::Term> hosts;
            const auto can_hold = [&](const std::vector<int>& counts) {
                return std::ranges::any_of(model_.options_of(s), [&](const Option& option) {
                    return counts[option.type.index()] > 0;
                });
            };
            for_each_cut([&](int column, const std::vector<int>& counts) {
                if (can_hold(counts)) hosts.push_back({column, 1});
            });
            lp_.add_row(real(replicas), lp::kInfinity, hosts);
        }
    }

    // What GPUs may hold of a service that must survive the loss of any one, all types together and
    // each alone: what its largest cover leaves to lose.
    void add_losses() {
        for (const ServiceId s : model_.demands.ids()) {
            const Demand& demand = model_.demands[s];
            const ServiceChoice& choice = question_.services[s];
            if (demand.after_gpu_loss.count() == 0 || !choice.list.complete) continue;
            const std::int64_t may_lose = largest_cover(s) - demand.after_gpu_loss.count();
            std::vector<std::uint32_t> all;
            for (std::uint32_t i = 0; i < demand.option_count; ++i) {
                all.push_back(i);
                add_loss(s, {&i, 1}, may_lose);
            }
            add_loss(s, all, may_lose);
        }
    }

    // Of the service's covers, with what is frozen.
    [[nodiscard]] std::int64_t largest_cover(ServiceId s) const {
        const auto options = model_.options_of(s);
        std::int64_t largest = 0;
        for (const auto& cover : question_.services[s].list.covers) {
            std::int64_t capacity = 0;
            for (std::size_t i = 0; i < cover.size(); ++i) {
                const std::int64_t fixed = question_.fixed[model_.demands[s].first_option + i];
                capacity += (cover[i] + fixed) * options[i].throughput.count();
            }
            largest = std::max(largest, capacity);
        }
        return largest;
    }

    // In units of what may be lost: options of the service, by their number within it.
    void add_loss(ServiceId s, std::span<const std::uint32_t> which, std::int64_t may_lose) {
        if (may_lose <= 0) return;
        const auto options = model_.options_of(s);
        std::vector<lp::Term> row;
        const auto share = [&](std::uint32_t i) {
            return real(options[i].throughput.count()) / real(may_lose);
        };
        for (const std::uint32_t i : which) {
            for (const lp::Term& term : instances_[model_.demands[s].first_option + i]) {
                row.push_back({term.column, -share(i) * term.coefficient});
            }
        }
        const auto held_by = [&](const std::vector<int>& counts) {
            // Of one type whole instances.
            const auto alone = may_lose / options[which.front()].throughput.count();
            double most = which.size() > 1 ? 1 : real(alone) * share(which.front());
            double held = 0;
            for (const std::uint32_t i : which) held += share(i) * counts[options[i].type.index()];
            return std::min(held, most);
        };
        for_each_cut([&](int column, const std::vector<int>& counts) {
            const double held = held_by(counts);
            if (held > 0) row.push_back({column, held});
        });
        lp_.add_row(0, lp::kInfinity, row);
    }

    template <typename Visit>
    void for_each_cut(Visit visit) const {
        for (std::size_t c = 0; c < cuts_.size(); ++c) {
            for (std::size_t j = 0; j < cuts_[c].size(); ++j) {
                visit(cuts_[c][j], question_.classes[c].cuts[j].counts);
            }
        }
        for (std::size_t m = 0; m < partitions_.size(); ++m) {
            visit(partitions_[m], model_.partitions[question_.partitions[m]].counts);
        }
    }

    [[nodiscard]] bool set_cover(ServiceId s, const Counts& counts,
                                 std::vector<double>& values) const {
        const ServiceChoice& choice = question_.services[s];
        if (choice.need.nothing()) return true;
        const Demand& demand = model_.demands[s];
        const auto begin = counts.instances.begin() + demand.first_option;
        if (!choice.list.complete) {
            for (std::uint32_t i = 0; i < demand.option_count; ++i) {
                const lp::Term& term = instances_[demand.first_option + i].front();
                values[static_cast<std::size_t>(term.column)] = real(*(begin + i));
            }
            for (const auto& [option, column] : used_options_) {
                if (option < demand.first_option) continue;
                if (option >= demand.first_option + demand.option_count) continue;
                values[static_cast<std::size_t>(column)] = counts.instances[option] > 0 ? 1 : 0;
            }
            return true;
        }
        const std::vector<std::int64_t> wanted(begin, begin + demand.option_count);
        const auto found = std::ranges::find(choice.list.covers, wanted);
        if (found == choice.list.covers.end()) return false;
        const auto pick = static_cast<std::size_t>(found - choice.list.covers.begin());
        values[static_cast<std::size_t>(picks_[s.index()][pick])] = 1;
        return true;
    }

    const Question& question_;
    const PlanningModel& model_;
    Aim aim_ = Aim::kLeastRestart;
    lp::Model lp_;
    std::int64_t weight_unit_ = 1;
    std::int64_t cost_unit_ = 1;
    double tie_scale_ = 1;
    std::int64_t tie_cost_ = 0;                     // the most that GPUs add to the objective
    std::vector<std::vector<int>> cuts_;            // column by class, cut
    std::vector<int> partitions_;                   // column by Question::partitions
    std::vector<std::vector<int>> picks_;           // column by service, cover
    std::vector<std::vector<lp::Term>> instances_;  // x[s,k] by option
    std::vector<bool> listed_;                      // by option: of a service with picks
    // Whether an option is used, where that asks for more: option, column.
    std::vector<std::pair<std::size_t, int>> used_options_;
    std::vector<Started> started_;
    std::vector<std::vector<lp::Term>> used_;  // GPUs by entry
};

// What the solver's tolerances may have bent.
bool valid(const Question& question, const Counts& counts, bool within_budget) {
    const PlanningModel& model = *question.model;
    std::vector<std::int64_t> supply(model.types.size(), 0);
    std::vector<std::int64_t> used(model.entries.size(), 0);
    const auto add = [&](FleetEntryId entry, const std::vector<int>& by_type, std::int64_t gpus) {
        used[entry.index()] += gpus;
        for (std::size_t k = 0; k < by_type.size(); ++k) supply[k] += by_type[k] * gpus;
    };
    for (std::size_t c = 0; c < counts.cuts.size(); ++c) {
        const GpuClass& group = question.classes[c];
        std::int64_t gpus = 0;
        for (std::size_t j = 0; j < counts.cuts[c].size(); ++j) {
            add(group.cuts[j].entry, group.cuts[j].counts, counts.cuts[c][j]);
            gpus += counts.cuts[c][j];
        }
        if (gpus > std::ssize(group.gpus)) return false;
        if (group.held && gpus < std::ssize(group.gpus)) return false;
    }
    for (std::size_t m = 0; m < counts.partitions.size(); ++m) {
        add(entry_of(question, m), model.partitions[question.partitions[m]].counts,
            counts.partitions[m]);
    }
    for (const ServiceId s : question.services.ids()) {
        const Demand& demand = model.demands[s];
        for (std::size_t o = demand.first_option; o < demand.first_option + demand.option_count;
             ++o) {
            supply[model.options[o].type.index()] -= counts.instances[o];
        }
        const std::span cover(counts.instances.data() + demand.first_option, demand.option_count);
        if (!covers(model.options_of(s), cover, question.services[s].need)) return false;
    }
    for (const FleetEntryId e : model.entries.ids()) {
        if (model.entries[e].cap && used[e.index()] > *model.entries[e].cap) return false;
    }
    if (within_budget && question.budget && cost_of(question, counts) > *question.budget) {
        return false;
    }
    return std::ranges::all_of(supply, [](std::int64_t left) { return left >= 0; });
}

}  // namespace

std::int64_t restart_of(const Question& question, const Counts& counts) {
    const std::vector<std::int64_t> stays = stays_of(question, counts);
    std::int64_t sum = 0;
    for (std::size_t o = 0; o < stays.size(); ++o) {
        sum += question.weights[o] * std::max<std::int64_t>(0, counts.instances[o] - stays[o]);
    }
    return sum;
}

Cost cost_of(const Question& question, const Counts& counts) {
    Cost cost;
    for (std::size_t c = 0; c < counts.cuts.size(); ++c) {
        for (std::size_t j = 0; j < counts.cuts[c].size(); ++j) {
            cost += cost_of_entry(question, question.classes[c].cuts[j].entry) * counts.cuts[c][j];
        }
    }
    for (std::size_t m = 0; m < counts.partitions.size(); ++m) {
        cost += cost_of_entry(question, entry_of(question, m)) * counts.partitions[m];
    }
    return cost;
}

std::size_t program_size(const Question& question) {
    std::size_t size = question.partitions.size() + 2 * question.weights.size();
    for (const GpuClass& group : question.classes) size += group.cuts.size() + 1;
    for (const ServiceChoice& choice : question.services) size += choice.list.covers.size() + 1;
    return size;
}

Closest closest(const Question& question, Aim aim, std::int64_t floor, const Counts* start,
                const ClosestLimits& limits) {
    Program program(question, aim);
    lp::Options options;
    options.absolute_gap = kLessThanOne;
    if (limits.enough) options.target = program.objective_of(*limits.enough);
    program.add_floor(floor);
    options.node_limit = limits.nodes;
    options.iteration_limit = limits.iterations;
    options.time_limit_seconds = limits.seconds;
    options.seed = limits.seed;
    options.cancelled = limits.cancelled;
    if (start != nullptr) options.start = program.values_of(*start);
    const lp::Solution solution = lp::solve(program.model(), options);
    Closest out;
    out.status = solution.status;
    // Nothing here is unbounded: the solver's presolve just cannot tell the two apart.
    if (out.status == lp::Status::kUnbounded) out.status = lp::Status::kInfeasible;
    out.time_limit_struck = solution.time_limit_struck;
    out.work = static_cast<std::uint64_t>(std::max<std::int64_t>(solution.iterations, 0)) *
               (program.model().columns() + program.model().rows.size());
    if (solution.status == lp::Status::kError) return out;
    out.bound = program.bound_of(solution.bound);
    // Where all is frozen there is nothing to decide, and the solver does not look at the rows.
    const bool decided = program.model().columns() == 0;
    if (solution.values.empty() && !decided) return out;
    out.counts = program.read(solution.values);
    if (!valid(question, out.counts, aim == Aim::kLeastRestart)) {
        out.status = decided ? lp::Status::kInfeasible : lp::Status::kError;
    }
    return out;
}

}  // namespace tangram::planner::close
