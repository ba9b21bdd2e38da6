#include "window/baseline/static.h"

#include "window/baseline/answer.h"
#include "window/baseline/cut.h"

namespace tangram::window::baseline {
namespace {

class Static : public Engine {
public:
    [[nodiscard]] std::string_view name() const override { return "static"; }

    [[nodiscard]] Result<Outcome> plan(const Window& window,
                                       const Options& options) const override {
        require_valid(window);
        Effort effort(options);
        const Taste taste = [&](TenantId tenant, const std::vector<Piece>& pieces) {
            const Course course = best_course(window, tenant, pieces, effort);
            return Worth{course.floor_kept ? 0 : -1, course.goodput.count()};
        };
        const Cut cut = best_cut(window, taste, options.seed, effort);
        return answer(window, name(), held_throughout(window, cut, effort), effort,
                      window.gpus.size() == 1 ? "the best cut held throughout"
                                              : "a cut held throughout, by local search");
    }
};

}  // namespace

std::unique_ptr<Engine> make_static() { return std::make_unique<Static>(); }

}  // namespace tangram::window::baseline
