// Any bytes as durations: durations or an error.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "io/durations_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)tangram::io::parse_durations(text, "fuzz");
    (void)tangram::io::parse_presets(text, "fuzz");
    return 0;
}
