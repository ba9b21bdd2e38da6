// Any bytes as YAML: a tree or an error, never a crash; what was read can be shown and walked.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "io/parse.h"

namespace {

std::size_t walk(tangram::io::Value value) {
    std::size_t seen = value.shown().size();
    if (value.size() == 0) return seen + value.path().size();
    for (const tangram::io::Value child : value) seen += walk(child);
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto document = tangram::io::parse_yaml(text, "fuzz.yaml");
    if (document && size < 4096) walk(document->root());
    return 0;
}
