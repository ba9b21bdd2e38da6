#include "transition/baseline/whole_gpus.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "transition/baseline/payments.h"

namespace tangram::transition::baseline {
namespace {

using enum StepKind;

class Exchanger {
public:
    explicit Exchanger(Ground& ground) : ground_(ground), payments_(ground) {
        IdVector<GpuIndex, std::vector<Occupant>> now(ground.gpus.size()), then(now);
        for (const Occupant& one : ground.now) now[one.gpu].push_back(one);
        for (const Occupant& one : ground.then) then[one.gpu].push_back(one);
        for (const GpuIndex gpu : ground.gpus.ids()) {
            compare(gpu, now[gpu], then[gpu]);
        }
    }

    Result<Script> run() {
        drain();
        for (Unit* next = next_to_build(); next != nullptr; next = next_to_build()) {
            if (next->drained) {
                build(*next, next->gpu, next->left);
            } else {
                next->extra = add_gpu(*next);
                build(*next, *next->extra, {});
            }
            next->built = true;
            drain();
        }
        for (Unit& unit : units_) {
            if (!unit.drained) {
                return invalid_input(
                    "the target of exchange and compact serves less of a service "
                    "than its floor");
            }
        }
        for (Unit& unit : units_) compact(unit);
        for (const Unit& unit : units_) {
            if (unit.vacated) release(unit.gpu, unit.goes, unit.left);
        }
        return std::move(script_);
    }

private:
    // What leaves a GPU and what comes.
    struct Unit {
        GpuIndex gpu;
        bool recut = false;     // it lacks an instance it is to hold
        bool vacated = false;   // it is to hold nothing
        bool was_used = false;  // before
        bool drained = false;
        bool built = false;
        std::vector<Occupant> goes, comes;
        std::optional<GpuIndex> extra;  // where it has been built
        std::vector<Wait> left;         // the departures from its GPU
        std::vector<std::size_t> came;  // moves that brought it to the extra GPU
    };

    void compare(GpuIndex gpu, std::vector<Occupant> now, std::vector<Occupant> then) {
        const auto same_cut = [](const Occupant& a, const Occupant& b) {
            return a.instance.profile == b.instance.profile && a.instance.start == b.instance.start;
        };
        const auto same = [&](const Occupant& a, const Occupant& b) {
            return a.instance.service == b.instance.service &&
                   (!a.instance.service.valid() ||
                    runs_alike(ground_.points[a.instance.point], ground_.points[b.instance.point]));
        };
        Unit unit;
        unit.gpu = gpu;
        unit.was_used = !now.empty();
        unit.vacated = then.empty();
        unit.recut = std::ranges::any_of(then, [&](const Occupant& one) {
            return std::ranges::none_of(now,
                                        [&](const Occupant& old) { return same_cut(old, one); });
        });
        if (!unit.recut) {
            std::erase_if(now, [&](const Occupant& old) {
                return std::erase_if(then, [&](const Occupant& one) {
                           return same_cut(old, one) && same(old, one);
                       }) > 0;
            });
        }
        if (now.empty() && then.empty()) return;
        unit.goes = std::move(now);
        unit.comes = std::move(then);
        units_.push_back(std::move(unit));
    }

    GpuIndex add_gpu(const Unit& unit) {
        const auto taken = [&](const std::string& id) {
            return std::ranges::any_of(ground_.gpus, [&](const auto& gpu) { return gpu.id == id; });
        };
        std::size_t number = ground_.gpus.size();
        while (taken("gpu-" + std::to_string(number))) ++number;
        return ground_.add_gpu("gpu-" + std::to_string(number), ground_.gpus[unit.gpu].model, "");
    }

    // Whatever capacity allows.
    void drain() {
        for (bool any = true; any;) {
            any = false;
            for (Unit& unit : units_) {
                if (unit.drained || !payments_.can_take(unit.goes)) continue;
                for (const Occupant& who : unit.goes) depart(who, {}, unit.left, false);
                unit.drained = true;
                any = true;
            }
        }
    }

    void depart(const Occupant& who, const std::vector<Wait>& after, std::vector<Wait>& left,
                bool temporary) {
        if (!who.instance.service.valid()) return;
        Move move{{step_of(kDrain, who, temporary), step_of(kStop, who, temporary)}, after};
        for (const Wait& wait : payments_.take(who)) move.waits.push_back(wait);
        left.push_back({script_.add(std::move(move)), ArcReason::kSlices, {}});
    }

    // One whose own GPU has drained if there is any: it needs no extra GPU.
    Unit* next_to_build() {
        Unit* next = nullptr;
        for (Unit& unit : units_) {
            if (unit.built || unit.comes.empty()) continue;
            if (unit.drained) return &unit;
            if (next == nullptr) next = &unit;
        }
        return next;
    }

    void build(Unit& unit, GpuIndex gpu, std::vector<Wait> waits) {
        const bool extra = gpu != unit.gpu;
        if (extra || !unit.was_used) waits = {{script_.add({{gpu_step(kAcquire, gpu)}, {}})}};
        if (extra || unit.recut) {
            Step apply = gpu_step(kApply, gpu);
            apply.layout = idle_layout(unit.comes);
            waits = {{script_.add({{std::move(apply)}, std::move(waits)})}};
        }
        for (Occupant who : unit.comes) {
            if (!who.instance.service.valid()) continue;
            who.gpu = gpu;
            const std::size_t move =
                script_.add({{step_of(kStart, who, extra), step_of(kRoute, who, extra)}, waits});
            payments_.pay(who, move);
            if (extra) unit.came.push_back(move);
        }
    }

    // Back from the extra GPU.
    void compact(Unit& unit) {
        if (!unit.extra) return;
        build(unit, unit.gpu, unit.left);
        std::vector<Wait> left;
        std::size_t next = 0;
        for (Occupant who : unit.comes) {
            if (!who.instance.service.valid()) continue;
            who.gpu = *unit.extra;
            depart(who, {{unit.came[next++]}}, left, true);
        }
        release(*unit.extra, unit.comes, std::move(left));
    }

    // As it is cut.
    void release(GpuIndex gpu, const std::vector<Occupant>& on, std::vector<Wait> left) {
        Step step = gpu_step(kRelease, gpu);
        step.layout = idle_layout(on);
        script_.add({{std::move(step)}, std::move(left)});
    }

    Ground& ground_;
    Payments payments_;
    Script script_;
    std::vector<Unit> units_;
};

}  // namespace

Result<Script> exchange_whole_gpus(Ground& ground) { return Exchanger(ground).run(); }

}  // namespace tangram::transition::baseline
