// Which part of a large fleet a picture shows: the most telling layouts up to a limit, the services
// on them, and honest counts of the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "report/fleet.h"

namespace tangram::report {

struct Limits {
    std::size_t layouts = std::numeric_limits<std::size_t>::max();
    std::size_t services = std::numeric_limits<std::size_t>::max();
};

struct Selection {
    std::vector<std::size_t> groups;    // indices into Fleet::groups, ascending
    std::vector<std::size_t> services;  // indices into Fleet::services, ascending
    std::vector<std::ptrdiff_t> order;  // by service: its place in `services`; -1: not shown

    std::int64_t hidden_gpus = 0;
    std::size_t hidden_layouts = 0;
    std::size_t hidden_services = 0;
    // The hidden service with the least headroom; meaningful if some are hidden.
    std::size_t tightest_hidden = 0;
};

// Lost and excluded GPUs first, then the most frequent layouts, as long as neither limit is passed;
// then, within the limit, services that are on none of them. O(instances + groups log groups).
[[nodiscard]] Selection select(const Fleet& fleet, const Limits& limits);

}  // namespace tangram::report
