#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "lp/highs.h"
#include "lp/model.h"

namespace tangram::lp {
namespace {

constexpr std::int64_t kLargestInt = std::numeric_limits<HighsInt>::max();

void apply(const Options& options, bool mip, Highs& highs) {
    if (std::isfinite(options.time_limit_seconds)) {
        highs.set("time_limit", std::max(0.0, options.time_limit_seconds));
    }
    if (options.node_limit >= 0) {
        highs.set("mip_max_nodes",
                  static_cast<HighsInt>(std::min(options.node_limit, kLargestInt)));
    }
    if (options.iteration_limit >= 0 && !mip) {
        highs.set("simplex_iteration_limit",
                  static_cast<HighsInt>(std::min(options.iteration_limit, kLargestInt)));
    }
    highs.set("mip_abs_gap", options.absolute_gap);
    if (options.target) highs.set("objective_target", *options.target);
    highs.set("random_seed", static_cast<HighsInt>(options.seed % kLargestInt));
    if (options.interior) highs.set(mip ? "mip_lp_solver" : "solver", "ipm");
    highs.set("presolve", options.presolve ? "on" : "off");
    const double tolerance = std::clamp(options.feasibility_tolerance, 1e-10, 1e-4);
    highs.set("primal_feasibility_tolerance", tolerance);
    highs.set("dual_feasibility_tolerance", tolerance);
    highs.set("mip_feasibility_tolerance", tolerance);
}

void callback(int type, const char*, const HighsCallbackDataOut* out, HighsCallbackDataIn* in,
              void* user_data) {
    const auto& options = *static_cast<const Options*>(user_data);
    if (type == kHighsCallbackMipImprovingSolution) {
        if (options.progress)
            options.progress({out->objective_function_value, out->mip_dual_bound});
        return;
    }
    const bool spent = type == kHighsCallbackMipInterrupt && options.iteration_limit >= 0 &&
                       out->mip_total_lp_iterations >= options.iteration_limit;
    if (spent || (options.cancelled && options.cancelled())) in->user_interrupt = 1;
}

void listen(const Options& options, bool mip, Highs& highs) {
    const bool interrupts = options.cancelled || (mip && options.iteration_limit >= 0);
    if (!interrupts && !options.progress) return;
    // The solver hands the pointer back and never writes through it.
    Highs_setCallback(highs.get(), callback, const_cast<Options*>(&options));
    if (interrupts) {
        Highs_startCallback(highs.get(), kHighsCallbackSimplexInterrupt);
        Highs_startCallback(highs.get(), kHighsCallbackMipInterrupt);
    }
    if (options.progress) Highs_startCallback(highs.get(), kHighsCallbackMipImprovingSolution);
}

}  // namespace

Solution solve(const Model& model, const Options& options) {
    const bool mip = model.has_integers();
    Highs highs;
    apply(options, mip, highs);
    if (!highs.pass(model, mip)) return {};
    if (mip && !options.start.empty()) {
        if (options.start.size() != model.columns()) return {};
        // A start the solver cannot use is dropped by it; the answer does not depend on it.
        Highs_setSolution(highs.get(), options.start.data(), nullptr, nullptr, nullptr);
    }
    listen(options, mip, highs);
    return highs.run(mip);
}

struct IncrementalLp::Impl {
    Highs highs;
    bool sound = true;  // false once the solver refused something
};

IncrementalLp::IncrementalLp(const Model& model) : impl_(std::make_unique<Impl>()) {
    impl_->highs.set("presolve", "off");
    impl_->highs.set("solver", "simplex");
    impl_->sound = impl_->highs.pass(model, false);
}

IncrementalLp::~IncrementalLp() = default;

void IncrementalLp::add_row(double lower, double upper, std::span<const Term> terms) {
    impl_->sound = impl_->sound && impl_->highs.add_row(lower, upper, terms);
}

void IncrementalLp::add_column(double cost, double lower, double upper,
                               std::span<const Entry> entries) {
    impl_->sound = impl_->sound && impl_->highs.add_column(cost, lower, upper, entries);
}

Solution IncrementalLp::solve() { return impl_->sound ? impl_->highs.run(false) : Solution{}; }

std::string solver_version() { return std::string("HiGHS ") + Highs_version(); }

}  // namespace tangram::lp
