// What a scenario file says (io/scenario_file.h), in numbers: windows that follow each other, and
// what happens to the tenants' models in between.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "window/predict/prediction.h"
#include "window/window.h"

namespace tangram::window {

// How long it takes until a new instance serves. Its sum, rounded up to slots, is the warm-up;
// draining and destroying what was there before are always counted.
struct Switching {
    Duration drain{};
    Duration destroy{};
    Duration create{};
    Duration load{};
    Duration first_inference{};
    [[nodiscard]] Duration sum() const { return drain + destroy + create + load + first_inference; }
};

// One tenant's share of one window.
struct Episode {
    Share drop;  // of the accuracy since the window before, because the data drift
    std::vector<Retraining> retrainings;
    // Of those, by index, that were predicted: they are as expected. The others are as stated.
    std::map<std::size_t, std::shared_ptr<const predict::Prediction>> predictions{};

    [[nodiscard]] const predict::Prediction* prediction_of(std::size_t retraining) const {
        const auto found = predictions.find(retraining);
        return found == predictions.end() ? nullptr : found->second.get();
    }
};

struct ScenarioTenant {
    std::string name;
    std::string model;
    std::vector<Rate> past;   // per slot before the first window, oldest first: for forecasts
    std::vector<Rate> rates;  // per slot, over all windows
    IdVector<KindId, IdVector<gpu::ProfileId, Rate>> capacity;
    Switching switching;
    Share accuracy;                 // when the first window begins
    std::vector<Episode> episodes;  // one per window; the first one's drop is 0
    Share floor;
};

struct Scenario {
    std::string name;
    std::vector<std::string> sources;  // where the figures come from, and which are generated
    std::shared_ptr<const gpu::Catalogue> catalogue;
    gpu::RuleSet rules;
    IdVector<KindId, gpu::GpuModelId> kinds;
    IdVector<GpuId, Gpu> gpus;
    Duration slot{};
    int window_slots = 0;
    int windows = 1;
    IdVector<TenantId, ScenarioTenant> tenants;
    std::vector<Running> running;  // when the first window begins
};

// The slots until a new instance of the tenant serves.
[[nodiscard]] int warm_up_slots(const Switching& switching, Duration slot);

// Window `index` as an engine sees it, with the rates that will come. `accuracy`: of each tenant's
// model when the window begins, the drop included. CHECKs that the window exists.
[[nodiscard]] Window window_of(const Scenario& scenario, std::size_t index,
                               const IdVector<TenantId, Share>& accuracy,
                               std::vector<Running> running);
// The first window, from the scenario's own start.
[[nodiscard]] Window first_window(const Scenario& scenario);

}  // namespace tangram::window
