// The words above every picture of a fleet.
#pragma once

#include <string>

#include "report/fleet.h"

namespace tangram::report {

// "12 GPUs, proven optimal", "13 GPUs, not proven: no plan needs fewer than 12", "No plan fits the
// fleet".
[[nodiscard]] std::string headline(const Fleet& fleet);
// "bound 12 · gap 0 % · 11 services on 42 instances · engine exact (priced)"
[[nodiscard]] std::string subline(const Fleet& fleet);
// "capacity 901 of 843 requests/s asked"-like figures: "843 → 901" and "+6.9 %".
[[nodiscard]] std::string rate_and_capacity(const ServiceSummary& service);
[[nodiscard]] std::string headroom_text(const ServiceSummary& service);
// "gpu-0, gpu-4 … gpu-9": at most `limit` names or runs of them, then how many more.
[[nodiscard]] std::string id_list(const GpuGroup& group, std::size_t limit);
// "bert · 1g.10gb · batch 32 × 3 processes · slice 2 of 8", with the phase if it is not serving.
[[nodiscard]] std::string piece_in_words(const Fleet& fleet, const GpuGroup& group,
                                         const Piece& piece);

}  // namespace tangram::report
