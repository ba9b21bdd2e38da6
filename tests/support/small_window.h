// Small windows and schedules for tests, step by step:
//
//   SmallWindow w("A30", 10);                    // one A30, ten slots of a second
//   w.tenant("a", 300, 2);                       // 300 requests/s in every slot, warm-up 2
//   w.retraining("2g.12gb", 4, 0.8);             // of the tenant named last
//   w.serves("a", "1g.6gb", 0, 0, 2, 10);        // at slice 0 from slot 0, ready in 2, until 10
//   evaluate(w.window, w.schedule);
//
// An instance of any tenant serves 100 requests/s per compute slice; accuracy is 0.5 at first.
#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "support/builtin_catalogue.h"
#include "window/schedule.h"
#include "window/window.h"

namespace tangram::test {

inline Share share(double value) {
    return Share{std::llround(value * static_cast<double>(kSharePerOne))};
}
inline Rate per_second(double value) {
    return Rate{std::llround(value * static_cast<double>(kRatePerRps))};
}
// `rps` x accuracy in so many slots.
inline window::Goodput worth(double rps, double accuracy, int slots = 1) {
    return window::Goodput{per_second(rps).count() * share(accuracy).count() * slots};
}

// The built-in catalogue, which is never deleted.
inline std::shared_ptr<const gpu::Catalogue> shared_catalogue() {
    return {std::shared_ptr<void>{}, &support::builtin_catalogue()};
}

class SmallWindow {
public:
    window::Window window;
    window::Schedule schedule;

    explicit SmallWindow(const std::string& model, int slots, std::size_t gpus = 1) {
        window.catalogue = shared_catalogue();
        window.rules = support::builtin_rules("current");
        window.kinds.push_back(window.catalogue->find(model).value());
        for (std::size_t g = 0; g < gpus; ++g) {
            window.gpus.push_back({"gpu-" + std::to_string(g), window::KindId{0}});
        }
        window.slots = slots;
        window.slot = std::chrono::seconds(1);
    }

    SmallWindow& tenant(const std::string& name, double rps, int warm_up = 0) {
        window::Tenant tenant;
        tenant.name = name;
        tenant.rates.assign(static_cast<std::size_t>(window.slots), per_second(rps));
        tenant.capacity.push_back({});
        for (const gpu::MigProfile& profile : window.model(window::KindId{0}).profiles) {
            tenant.capacity[window::KindId{0}].push_back(
                per_second(100.0 * profile.compute_slices));
        }
        tenant.warm_up = warm_up;
        tenant.accuracy = share(0.5);
        window.tenants.push_back(std::move(tenant));
        return *this;
    }
    SmallWindow& retraining(const std::string& profile, int slots, double accuracy) {
        last().retrainings.push_back(
            {"some", window::KindId{0}, number_of(profile), slots, share(accuracy)});
        return *this;
    }
    SmallWindow& runs(const std::string& tenant, const std::string& profile, int start,
                      window::Activity activity = window::Activity::kServing, int left = 0,
                      double accuracy = 0) {
        window.running.push_back({window::GpuId{0}, at(profile, start), tenant_of(tenant), activity,
                                  left, share(accuracy)});
        return *this;
    }

    window::Stint& serves(const std::string& tenant, const std::string& profile, int start,
                          int from, int ready, int until) {
        schedule.stints.push_back({window::GpuId{0},
                                   at(profile, start),
                                   tenant_of(tenant),
                                   window::Use::kServe,
                                   from,
                                   ready,
                                   until,
                                   {},
                                   {}});
        return schedule.stints.back();
    }
    window::Stint& retrains(const std::string& tenant, const std::string& profile, int start,
                            int from, int until, std::size_t retraining = 0) {
        schedule.stints.push_back({window::GpuId{0},
                                   at(profile, start),
                                   tenant_of(tenant),
                                   window::Use::kRetrain,
                                   from,
                                   from,
                                   until,
                                   retraining,
                                   {}});
        return schedule.stints.back();
    }
    // What Window::running holds at `index`, until slot `until`.
    window::Stint& continues(std::size_t index, int until) {
        const window::Running& running = window.running[index];
        const bool retrains = running.activity == window::Activity::kRetraining;
        schedule.stints.push_back({running.gpu,
                                   running.placement,
                                   running.tenant,
                                   retrains ? window::Use::kRetrain : window::Use::kServe,
                                   0,
                                   retrains ? 0 : running.left,
                                   until,
                                   {},
                                   index});
        return schedule.stints.back();
    }

    window::Tenant& last() { return window.tenants[window::TenantId{window.tenants.size() - 1}]; }
    [[nodiscard]] gpu::ProfileId number_of(const std::string& profile) const {
        return window.model(window::KindId{0}).find_profile(profile);
    }
    [[nodiscard]] gpu::Placement at(const std::string& profile, int start) const {
        return {number_of(profile), start};
    }
    [[nodiscard]] window::TenantId tenant_of(const std::string& name) const {
        for (const window::TenantId id : window.tenants.ids()) {
            if (window.tenants[id].name == name) return id;
        }
        CHECK(false, name);
        return {};
    }
};

}  // namespace tangram::test
