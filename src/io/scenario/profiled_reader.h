// Retrainings that nobody has carried out to the end: `epochs` instead of what they bring and how
// long they take, and `profiled`, what the first epochs showed:
//   {name: 15 epochs, epochs: 15,
//    profiled: [{epochs: 1, accuracy: 0.70},
//               {epochs: 3, accuracy: 0.76, seconds: {2g.20gb: 21, 3g.40gb: 15}}]}
#pragma once

#include <string>

#include "io/object_reader.h"
#include "io/scenario/parts.h"
#include "window/scenario.h"

namespace tangram::io {

// Appends a predicted retraining for every profile that was timed, by GPU model and profile.
void read_profiled(const ScenarioParts& parts, ObjectReader& fields, const std::string& name,
                   window::Episode& into);

}  // namespace tangram::io
