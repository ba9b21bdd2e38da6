// Any bytes as a deployment or plan: a deployment or an error. A deployment is written and read
// again, and must be the same text the second time; exporting it must not crash.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "catalogue_data.h"
#include "io/catalogue.h"
#include "io/deployment_file.h"
#include "io/export/mig_parted.h"
#include "io/export/nvidia_smi.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tangram;
    static const gpu::Catalogue catalogue =
        io::read_catalogue(catalogue_json(), "catalogue.json").value();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto first = io::parse_deployment(text, "fuzz");
    if (!first) return 0;
    const std::string written = io::write_deployment(*first);
    const auto second = io::parse_deployment(written, "again");
    CHECK(second.has_value(), second.error().text());
    CHECK(io::write_deployment(*second) == written, written);
    (void)io::export_nvidia_smi(*first, catalogue);
    (void)io::export_mig_parted(*first, catalogue);
    return 0;
}
