// The catalogue that is built into the program, for tests that link io.
#pragma once

#include "catalogue_data.h"
#include "gpu/catalogue.h"
#include "io/catalogue.h"

namespace tangram::support {

// Read once; CHECK-fails if it is broken, which a test of its own reports better.
inline const gpu::Catalogue& builtin_catalogue() {
    static const gpu::Catalogue catalogue =
        io::read_catalogue(catalogue_json(), "catalogue.json").value();
    return catalogue;
}

inline const gpu::GpuModel& builtin_gpu(std::string_view name) {
    return builtin_catalogue().model(builtin_catalogue().find(name).value());
}

inline gpu::RuleSet builtin_rules(std::string_view name) {
    return builtin_catalogue().rule_set(name).value();
}

}  // namespace tangram::support
