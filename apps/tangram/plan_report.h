// A plan in words for a terminal: the fleet's picture, what runs each service, and what to know.
#pragma once

#include <string>
#include <string_view>

#include "planning.h"
#include "report/fleet.h"
#include "session.h"

namespace tangram::app {

// `fleet` is the plan as io::write_plan has it. Ends with a newline.
[[nodiscard]] std::string plan_report(const Session& session, const Planned& planned,
                                      const report::Fleet& fleet);

// Where files went; "" without files.
[[nodiscard]] std::string files_note(std::string_view plan, std::string_view picture);

// Per service: rate, capacity, utilisation, replicas and operating points. At most `limit`
// services, the busiest first if there are more.
[[nodiscard]] std::string service_table(const deployment::Deployment& deployment,
                                        std::size_t limit);

}  // namespace tangram::app
