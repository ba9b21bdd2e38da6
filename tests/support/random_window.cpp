#include "support/random_window.h"

#include <algorithm>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "base/amount_text.h"
#include "base/random.h"
#include "support/small_window.h"

namespace tangram::test {
namespace {

using window::Activity;
using window::GpuId;
using window::KindId;
using window::Tenant;
using window::TenantId;
using window::Window;

class Generator {
public:
    Generator(std::uint64_t seed, const WindowShape& shape) : random_(seed), shape_(shape) {
        window_.catalogue = shared_catalogue();
        const bool old = shape.old_rules && chance(50);
        window_.rules = support::builtin_rules(old ? "paper-2021" : "current");
        window_.slots = between(shape.slots_min, shape.slots_max);
        window_.slot = std::chrono::seconds(1);
    }

    Window run() {
        add_kinds();
        for (int gpus = between(shape_.gpus_min, shape_.gpus_max); gpus > 0; --gpus) {
            window_.gpus.push_back({"gpu-" + std::to_string(window_.gpus.size()),
                                    KindId{random_.below(window_.kinds.size())}});
        }
        const int tenants = between(shape_.tenants_min, shape_.tenants_max);
        for (int i = 0; i < tenants; ++i) add_tenant(tenants);
        if (shape_.running && chance(70)) {
            for (const GpuId gpu : window_.gpus.ids()) occupy(gpu);
        }
        return std::move(window_);
    }

private:
    bool chance(int percent) { return between(1, 100) <= percent; }
    int between(int low, int high) { return static_cast<int>(random_.between(low, high)); }

    void add_kinds() {
        for (const std::string& model : shape_.models) {
            const KindId kind = window_.kinds.push_back(window_.catalogue->find(model).value());
            std::vector<gpu::ProfileId> profiles = window_.model(kind).base_profiles();
            random_.shuffle(std::span(profiles));
            std::vector<gpu::ProfileId> useful;
            std::size_t places = 0;
            for (const gpu::ProfileId profile : profiles) {
                const std::size_t more = window_.model(kind).profiles[profile].starts.size();
                if (places + more > static_cast<std::size_t>(shape_.places_max)) continue;
                if (useful.size() == static_cast<std::size_t>(shape_.profiles_max)) break;
                places += more;
                useful.push_back(profile);
            }
            std::ranges::sort(useful);
            profiles_.push_back(std::move(useful));
        }
    }

    void add_tenant(int tenants) {
        Tenant tenant;
        tenant.name = std::string(1, static_cast<char>('a' + window_.tenants.size() % 26)) +
                      (window_.tenants.size() < 26 ? "" : std::to_string(window_.tenants.size()));
        std::int64_t all = 0;  // about what all GPUs serve
        const std::int64_t unit = random_.between(40'000, 160'000);
        for (const KindId kind : window_.kinds.ids()) {
            const gpu::GpuModel& model = window_.model(kind);
            tenant.capacity.push_back(IdVector<gpu::ProfileId, Rate>(model.profiles.size()));
            for (const gpu::ProfileId profile : profiles_[kind]) {
                if (chance(10)) continue;
                const std::int64_t slices = model.profiles[profile].compute_slices;
                const std::int64_t capacity = unit * slices * random_.between(60, 120) / 100;
                tenant.capacity[kind][profile] = Rate{capacity};
            }
        }
        for (const window::Gpu& gpu : window_.gpus) {
            all += unit * window_.model(gpu.kind).compute_slices.value_or(1);
        }
        add_rates(tenant, all * random_.between(20, 130) / 100 / tenants);
        tenant.warm_up = between(0, shape_.warm_up_max);
        tenant.accuracy = Share{random_.between(300'000, 800'000)};
        for (int n = between(0, shape_.retrainings_max); n > 0; --n) add_retraining(tenant);
        if (shape_.floors && chance(60)) tenant.floor = Share{random_.between(0, 700'000)};
        window_.tenants.push_back(std::move(tenant));
    }

    void add_rates(Tenant& tenant, std::int64_t mean) {
        const bool bursts = chance(40);
        const bool ramp = chance(40);
        std::int64_t level = 100;
        for (int t = 0; t < window_.slots; ++t) {
            if (bursts && chance(20)) level = chance(50) ? random_.between(150, 300) : 30;
            const std::int64_t slope = ramp ? 40 + 120 * t / window_.slots : 100;
            const std::int64_t noise = random_.between(85, 115);
            tenant.rates.push_back(Rate{mean * level / 100 * slope / 100 * noise / 100});
        }
    }

    void add_retraining(Tenant& tenant) {
        const KindId kind{random_.below(window_.kinds.size())};
        const gpu::ProfileId profile = profiles_[kind][random_.below(profiles_[kind].size())];
        const std::int64_t low = shape_.worse && chance(30) ? -200'000 : 0;
        tenant.retrainings.push_back(
            {"choice " + std::to_string(tenant.retrainings.size()), kind, profile,
             between(1, chance(10) ? window_.slots + 2 : std::max(1, window_.slots * 2 / 3)),
             tenant.accuracy + Share{random_.between(low, 199'999)}});
    }

    void occupy(GpuId gpu) {
        const KindId kind = window_.gpus[gpu].kind;
        const auto layouts =
            gpu::enumerate_layouts(window_.model(kind), window_.rules, profiles_[kind]);
        for (const gpu::Placement placement : layouts[random_.below(layouts.size())].placements()) {
            if (chance(20)) continue;
            window::Running running{
                gpu, placement, TenantId{random_.below(window_.tenants.size())}, Activity::kServing,
                0,   {}};
            if (chance(35)) {
                running.activity = Activity::kCreating;
                running.left = between(1, shape_.warm_up_max + 1);
                if (chance(50) && retraining_tenants_.insert(running.tenant).second) {
                    running.activity = Activity::kRetraining;
                    running.left = between(1, window_.slots + 2);
                    running.accuracy = window_.tenants[running.tenant].accuracy +
                                       Share{random_.between(0, 200'000)};
                }
            }
            window_.running.push_back(running);
        }
    }

    Random random_;
    const WindowShape& shape_;
    Window window_;
    IdVector<KindId, std::vector<gpu::ProfileId>> profiles_;
    std::set<TenantId> retraining_tenants_;
};

std::string text_of(const Window& window, const Tenant& tenant) {
    std::string text = "tenant " + tenant.name + ": warm-up " + std::to_string(tenant.warm_up) +
                       ", accuracy " + share_text(tenant.accuracy) + ", floor " +
                       share_text(tenant.floor) + "\n  rates";
    for (const Rate rate : tenant.rates) text += " " + rps_text(rate);
    for (const KindId kind : window.kinds.ids()) {
        for (const gpu::ProfileId profile : window.model(kind).profiles.ids()) {
            const Rate capacity = tenant.capacity[kind][profile];
            if (capacity == Rate{}) continue;
            text += "\n  serves " + rps_text(capacity) + " on " +
                    window.model(kind).profiles[profile].name;
        }
    }
    for (const window::Retraining& retraining : tenant.retrainings) {
        text += "\n  retrains on " +
                window.model(retraining.kind).profiles[retraining.profile].name + " in " +
                std::to_string(retraining.slots) + " to " + share_text(retraining.accuracy);
    }
    return text + "\n";
}

}  // namespace

Window random_window(std::uint64_t seed, const WindowShape& shape) {
    return Generator(seed, shape).run();
}

std::string describe(const Window& window) {
    constexpr std::string_view kDoing[] = {"serves", "is created for", "retrains"};
    std::string text = std::to_string(window.slots) + " slots, rules " + window.rules.name + "\n";
    for (const window::Gpu& gpu : window.gpus) {
        text += gpu.id + " is a " + window.model(gpu.kind).name + "\n";
    }
    for (const Tenant& tenant : window.tenants) text += text_of(window, tenant);
    for (const window::Running& running : window.running) {
        const auto& profiles = window.model(running.gpu).profiles;
        text += window.gpus[running.gpu].id + ": " + profiles[running.placement.profile].name +
                " at " + std::to_string(running.placement.start) + " " +
                std::string(kDoing[static_cast<std::size_t>(running.activity)]) + " " +
                window.tenants[running.tenant].name + ", left " + std::to_string(running.left) +
                ", then " + share_text(running.accuracy) + "\n";
    }
    return text;
}

}  // namespace tangram::test
