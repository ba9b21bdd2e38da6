// The problem file `tangram init` writes: small, complete, every field explained.
#pragma once

#include <string>
#include <string_view>

namespace tangram::io {

// YAML that reads as a problem where `profiles`, relative to the file, is the performance table of
// examples/data (it speaks of models resnet50 and bert-large(seq128) on an A100).
[[nodiscard]] std::string problem_template(std::string_view profiles);

}  // namespace tangram::io
