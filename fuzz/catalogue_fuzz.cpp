// Any bytes as a GPU catalogue: an error, or models whose layouts can be enumerated.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "gpu/layout.h"
#include "io/catalogue.h"

namespace {

using namespace tangram;

constexpr int kSlicesMax = 12;  // beyond, enumerating is right but slow

void check_model(const gpu::GpuModel& model, const gpu::RuleSet& rules) {
    const auto profiles = model.all_profiles();
    if (model.memory_slices.value_or(0) > kSlicesMax || profiles.size() > 4) {
        return;
    }
    for (const gpu::Layout& layout : gpu::maximal_layouts(model, rules, profiles)) {
        CHECK(!model.geometry_known() ||
              gpu::Layout::make(model, rules, layout.placements()).has_value());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto catalogue = io::read_catalogue(text, "catalogue.json");
    if (!catalogue) {
        return 0;
    }
    const gpu::RuleSet rules =
        catalogue->rule_sets().empty() ? gpu::RuleSet{} : catalogue->rule_sets().front();
    for (const gpu::GpuModel& model : catalogue->models()) {
        CHECK(catalogue->find(model.name).has_value());
        check_model(model, rules);
    }
    CHECK(catalogue->extended_by(*catalogue).has_value());
    return 0;
}
