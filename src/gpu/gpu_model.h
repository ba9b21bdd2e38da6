// What one kind of GPU can be cut into: its MIG profiles and where each may be placed.
// All of it is data from the catalogue; nothing assumes a number of slices.
// Source: NVIDIA MIG user guide, `nvidia-smi mig -lgip` and `-lgipp`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/quantity.h"

namespace tangram::gpu {

using ProfileId = Id<struct ProfileTag>;    // index into one GpuModel's profiles
using GpuModelId = Id<struct GpuModelTag>;  // index into a Catalogue

// Media engines of a profile: legality depends on them (layout.h).
enum class Media {
    kPlain,     // 1g.10gb
    kMe,        // 1g.10gb+me: the one set of JPEG and optical-flow engines
    kMeAll,     // 1g.24gb+me.all: every media engine
    kNoMe,      // 1g.24gb-me: none at all
    kGraphics,  // 1g.24gb+gfx
};

struct MigProfile {
    std::string name;                  // as current drivers print it, e.g. "3g.40gb"
    std::vector<std::string> aliases;  // as other drivers print it
    std::string nvml_enum;             // e.g. "3_SLICE"; the key across drivers; empty if unknown
    std::optional<int> profile_id;     // unique only within a device
    int compute_slices = 0;
    int size = 0;             // memory slices one placement occupies; 0 if unpublished
    std::vector<int> starts;  // memory slices a placement may start at, ascending
    int max_instances = 0;
    std::optional<Mebibytes> memory;
    std::optional<int> sms;
    Media media = Media::kPlain;
    bool extra_memory = false;  // more memory than a plain profile of the same compute slices
};

struct GpuModel {
    std::string id;                    // catalogue key, e.g. "a100-80gb"
    std::string name;                  // canonical name used in files, e.g. "A100-SXM4-80GB"
    std::vector<std::string> aliases;  // other names in use
    std::string architecture;
    int memory_gb = 0;                         // as sold; 0 if shared with the host
    std::optional<int> memory_bandwidth_gb_s;  // peak of the whole GPU, in 10^9 bytes per second
    std::string memory_bandwidth_source;       // where that is published; empty if unsaid
    std::optional<int> total_sms;
    std::optional<int> compute_slices;
    std::optional<int> memory_slices;
    bool mig_toggle_needs_reset = false;
    IdVector<ProfileId, MigProfile> profiles;
    std::string confidence;  // high, medium, low: how well the figures are known
    std::vector<std::string> notes;

    // False where no placements are published: such a model is listed but not planned for.
    [[nodiscard]] bool geometry_known() const;
    // Exact match on name or alias, case-insensitive; invalid id if there is none.
    [[nodiscard]] ProfileId find_profile(std::string_view name) const;
    // Plain profiles without extra memory: 1g, 2g, 3g, 4g, 7g on a 7-slice GPU.
    [[nodiscard]] std::vector<ProfileId> base_profiles() const;
    [[nodiscard]] std::vector<ProfileId> all_profiles() const;
};

}  // namespace tangram::gpu
