#include "window/evaluate.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/amount_text.h"
#include "base/check.h"

namespace tangram::window {
namespace {

// Finds what a schedule breaks. Nothing of a stint is used before it was found to be in range.
class Judge {
public:
    Judge(const Window& window, const Schedule& schedule)
        : window_(window),
          continued_(window.running.size(), false),
          retrains_(window.tenants.size(), false) {
        for (const Running& running : window.running) {
            if (running.activity == Activity::kRetraining) retrains_[running.tenant] = true;
        }
        for (const Stint& stint : schedule.stints) judge(stint);
        for (std::size_t i = 0; i < continued_.size(); ++i) {
            if (window.running[i].activity != Activity::kRetraining || continued_[i]) continue;
            say(window.running[i].tenant, window.running[i].gpu, 0,
                "the retraining that runs at the start is not continued");
        }
        for (const GpuId gpu : window.gpus.ids()) judge_layouts(gpu, schedule);
    }

    [[nodiscard]] std::vector<std::string> violations() && { return std::move(violations_); }

private:
    void say(TenantId tenant, GpuId gpu, int slot, const std::string& what) {
        violations_.push_back("GPU " + window_.gpus[gpu].id + ", tenant " +
                              window_.tenants[tenant].name + ", slot " + std::to_string(slot) +
                              ": " + what);
    }

    void judge(const Stint& stint) {
        if (!stint.gpu.valid() || stint.gpu.index() >= window_.gpus.size()) {
            violations_.emplace_back("a stint is on a GPU that does not exist");
            return;
        }
        if (!stint.tenant.valid() || stint.tenant.index() >= window_.tenants.size()) {
            violations_.emplace_back("a stint is of a tenant that does not exist");
            return;
        }
        const std::string_view fault = fault_of(stint);
        if (!fault.empty()) say(stint.tenant, stint.gpu, stint.from, std::string(fault));
    }

    // What is wrong with a stint, or nothing.
    std::string_view fault_of(const Stint& stint) {
        if (stint.from < 0 || stint.until > window_.slots || stint.from >= stint.until) {
            return "its slots are not within the window";
        }
        if (stint.running) return fault_of_continued(stint);
        if (stint.use == Use::kRetrain) return fault_of_retraining(stint);
        if (stint.use != Use::kServe) return "it is of no known use";
        if (stint.retraining) return "it serves and names a retraining";
        const bool warm = stint.ready >= stint.from + window_.tenants[stint.tenant].warm_up;
        return warm ? "" : "it serves before it has warmed up";
    }

    std::string_view fault_of_continued(const Stint& stint) {
        if (*stint.running >= window_.running.size()) return "it continues what does not run";
        if (continued_[*stint.running]) return "it continues what another stint continues";
        continued_[*stint.running] = true;
        const Running& running = window_.running[*stint.running];
        if (running.gpu != stint.gpu || running.placement != stint.placement) {
            return "what it continues runs elsewhere";
        }
        if (running.tenant != stint.tenant) return "what it continues is another tenant's";
        if (stint.from != 0) return "what it continues runs from slot 0 on";
        if (stint.retraining) return "it continues an instance and names a retraining";
        if (running.activity == Activity::kRetraining) {
            if (stint.use != Use::kRetrain) return "what it continues is a retraining";
            if (stint.ready != 0 || stint.until != std::min(running.left, window_.slots)) {
                return "the retraining it continues runs to its end";
            }
            return "";
        }
        if (stint.use != Use::kServe) return "what it continues does not retrain";
        return stint.ready == running.left ? "" : "what it continues serves at another slot";
    }

    std::string_view fault_of_retraining(const Stint& stint) {
        const Tenant& tenant = window_.tenants[stint.tenant];
        if (!stint.retraining || *stint.retraining >= tenant.retrainings.size()) {
            return "it is none of its tenant's retrainings";
        }
        const Retraining& retraining = tenant.retrainings[*stint.retraining];
        if (retraining.kind != window_.gpus[stint.gpu].kind ||
            retraining.profile != stint.placement.profile) {
            return "its retraining is for another profile";
        }
        if (stint.until - stint.from != retraining.slots) {
            return "its retraining takes another time";
        }
        if (stint.ready != stint.from) return "a retraining is ready when it begins";
        if (retrains_[stint.tenant]) return "its tenant retrains twice";
        retrains_[stint.tenant] = true;
        return "";
    }

    // Instances only leave between two beginnings, and what is left of a legal layout is legal.
    void judge_layouts(GpuId gpu, const Schedule& schedule) {
        std::vector<const Stint*> stints;
        for (const Stint& stint : schedule.stints) {
            if (stint.gpu == gpu) stints.push_back(&stint);
        }
        std::ranges::stable_sort(stints, {}, &Stint::from);
        std::vector<const Stint*> present;
        for (std::size_t i = 0; i < stints.size(); ++i) {
            const int slot = stints[i]->from;
            std::erase_if(present, [&](const Stint* stint) { return stint->until <= slot; });
            present.push_back(stints[i]);
            if (i + 1 < stints.size() && stints[i + 1]->from == slot) continue;
            std::vector<gpu::Placement> placements;
            for (const Stint* stint : present) placements.push_back(stint->placement);
            const auto layout =
                gpu::Layout::make(window_.model(gpu), window_.rules, std::move(placements));
            if (layout) continue;
            violations_.push_back("GPU " + window_.gpus[gpu].id + ", slot " + std::to_string(slot) +
                                  ": " + layout.error().text());
            return;  // one that overlaps usually goes on to
        }
    }

    const Window& window_;
    std::vector<bool> continued_;
    IdVector<TenantId, bool> retrains_;
    std::vector<std::string> violations_;
};

// Adds up what a legal schedule is worth.
class Account {
public:
    Account(const Window& window, Creation creation)
        : window_(window), creation_(creation), warming_(window.tenants.size()) {
        const auto slots = static_cast<std::size_t>(window.slots);
        for (const TenantId id : window.tenants.ids()) {
            TenantAccount account;
            account.capacity.resize(slots);
            account.served.resize(slots);
            account.accuracy.resize(slots, window.tenants[id].accuracy);
            evaluation_.tenants.push_back(std::move(account));
            warming_[id].resize(slots);
        }
    }

    [[nodiscard]] Evaluation of(const Schedule& schedule) && {
        for (const Stint& stint : schedule.stints) {
            stint.use == Use::kServe ? add_serving(stint) : add_retraining(stint);
        }
        for (const TenantId id : window_.tenants.ids()) close(id);
        return std::move(evaluation_);
    }

private:
    void add_serving(const Stint& stint) {
        int from = stint.from;
        int ready = stint.ready;
        if (creation_ == Creation::kOnDemand && !stint.running && stint.from > 0) {
            from = stint.ready;
            ready = std::min(from, stint.until) + window_.tenants[stint.tenant].warm_up;
        }
        const KindId kind = window_.gpus[stint.gpu].kind;
        const Rate capacity = window_.tenants[stint.tenant].capacity[kind][stint.placement.profile];
        const auto add = [&](std::vector<Rate>& to, int first, int end) {
            for (int t = first; t < end; ++t) to[static_cast<std::size_t>(t)] += capacity;
        };
        add(warming_[stint.tenant], from, std::min(ready, stint.until));
        add(evaluation_.tenants[stint.tenant].capacity, ready, stint.until);
    }

    void add_retraining(const Stint& stint) {
        // One that outlasts the window has until = slots, and improves nothing within it.
        const Share accuracy =
            stint.running ? window_.running[*stint.running].accuracy
                          : window_.tenants[stint.tenant].retrainings[*stint.retraining].accuracy;
        auto& accuracies = evaluation_.tenants[stint.tenant].accuracy;
        std::fill(accuracies.begin() + stint.until, accuracies.end(), accuracy);
    }

    void close(TenantId id) {
        const Tenant& tenant = window_.tenants[id];
        TenantAccount& account = evaluation_.tenants[id];
        Rate asked;
        Rate served;
        for (std::size_t t = 0; t < tenant.rates.size(); ++t) {
            account.served[t] = std::min(tenant.rates[t], account.capacity[t]);
            asked += tenant.rates[t];
            served += account.served[t];
            const std::int64_t accuracy = account.accuracy[t].count();
            account.goodput += Goodput{account.served[t].count() * accuracy};
            const Rate lost = std::min(tenant.rates[t] - account.served[t], warming_[id][t]);
            if (lost > Rate{}) ++account.switching_slots;
            account.switching_loss += Goodput{lost.count() * accuracy};
        }
        evaluation_.goodput += account.goodput;
        account.floor_kept = served.count() * kSharePerOne >= asked.count() * tenant.floor.count();
        if (!account.floor_kept) {
            evaluation_.violations.push_back(
                "tenant " + tenant.name + " has " + decimal_text(served.count(), 3) + " of " +
                decimal_text(asked.count(), 3) + " requests per second and slot served, fewer " +
                "than its floor of " + share_text(tenant.floor));
        }
    }

    const Window& window_;
    Creation creation_;
    Evaluation evaluation_;
    // Per slot: what the instances in creation could serve.
    IdVector<TenantId, std::vector<Rate>> warming_;
};

}  // namespace

Evaluation evaluate(const Window& window, const Schedule& schedule, Creation creation) {
    const Result<void> valid = validate(window);
    CHECK(valid.has_value(), valid ? "" : valid.error().text());
    std::vector<std::string> violations = Judge(window, schedule).violations();
    if (violations.empty()) return Account(window, creation).of(schedule);
    Evaluation evaluation = Account(window, creation).of({});  // what is illegal serves nobody
    evaluation.violations = std::move(violations);
    return evaluation;
}

}  // namespace tangram::window
