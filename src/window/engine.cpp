#include "window/engine.h"

#include <algorithm>

#include "window/baseline/astraea.h"
#include "window/baseline/ekya.h"
#include "window/baseline/oracle.h"
#include "window/baseline/paris.h"
#include "window/baseline/static.h"
#include "window/best.h"
#include "window/exact/exact.h"
#include "window/ilp/ilp.h"
#include "window/priced/priced.h"

namespace tangram::window {

std::string_view name(Status status) {
    switch (status) {
        case Status::kOptimal:
            return "optimal";
        case Status::kFeasible:
            return "feasible";
        case Status::kUnknown:
            return "unknown";
    }
    return "";
}

double gap(const Outcome& outcome) {
    if (!outcome.bound || outcome.bound->count() <= 0) return 0;
    const auto distance = static_cast<double>((*outcome.bound - outcome.goodput).count());
    return std::max(0.0, distance / static_cast<double>(outcome.bound->count()));
}

namespace {

struct Entry {
    std::string_view name;
    std::unique_ptr<Engine> (*make)();
};

// Every engine, in the order in which they are compared.
constexpr Entry kEngines[] = {
    {"best", make_best},
    {"exact", exact::make_exact},
    {"priced", priced::make_engine},
    {"ilp", ilp::make_ilp},
    {"oracle", baseline::make_oracle},
    {"ekya", baseline::make_default_ekya},
    {"astraea", baseline::make_astraea},
    {"paris", baseline::make_paris},
    {"static", baseline::make_static},
};

}  // namespace

std::unique_ptr<Engine> make_engine(std::string_view name) {
    for (const Entry& entry : kEngines) {
        if (entry.name == name) return entry.make();
    }
    return nullptr;
}

std::vector<std::string_view> engine_names() {
    std::vector<std::string_view> names;
    for (const Entry& entry : kEngines) names.push_back(entry.name);
    return names;
}

}  // namespace tangram::window
