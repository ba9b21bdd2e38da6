// How long steps take, and what limits them. Data, never constants of an engine: the file format is
// tangram/durations (io/durations_file.h), and three presets come with the library.
#pragma once

#include <map>
#include <string>

#include "base/quantity.h"

namespace tangram::transition {

// What a backend can change at a time: one instance, or the whole layout of a GPU or of all GPUs of
// a node at once, for which everything on it has to stop.
enum class Granularity { kInstance, kGpu, kNode };

struct Durations {
    std::string name;  // of the preset or file
    Granularity granularity = Granularity::kInstance;
    Duration acquire{};     // until a GPU nothing runs on can be cut
    Duration release{};     // after the last instance has gone
    Duration create{};      // one instance; not with kGpu, kNode
    Duration destroy{};     // one instance; not with kGpu, kNode
    Duration apply{};       // a whole layout; only with kGpu, kNode
    Duration cold_start{};  // a replica until it is ready, its model loaded for the first time
    Duration
        warm_start{};  // the same where the node (or, without nodes, the GPU) has run the model
    Duration stays_warm{};    // for so long after the model was stopped there; 0: for ever
    Duration route{};         // until requests reach a ready replica
    Duration drain{};         // until a replica has answered its last request
    Duration stop{};          // until its process is gone
    Duration timeout{};       // after which a step counts as failed; 0: never
    int retries = 0;          // of a failed step
    int starts_per_node = 0;  // at the same time; 0: no limit
    std::map<std::string, Duration> cold_start_of;  // by model, where it differs

    [[nodiscard]] Duration cold_start_for(const std::string& model) const {
        const auto special = cold_start_of.find(model);
        return special == cold_start_of.end() ? cold_start : special->second;
    }
};

}  // namespace tangram::transition
