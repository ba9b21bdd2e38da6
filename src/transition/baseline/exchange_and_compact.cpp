#include "transition/baseline/exchange_and_compact.h"

#include <utility>

#include "transition/baseline/drain_and_rebuild.h"
#include "transition/baseline/exchange.h"
#include "transition/baseline/whole_gpus.h"

namespace tangram::transition::baseline {

Result<BaselineWay> exchange_and_compact(const workload::Problem& problem,
                                         const deployment::Deployment& current,
                                         const deployment::Deployment& target,
                                         const Durations& durations, Pace pace, Room room) {
    Result<Ground> ground = lay_ground(problem, current, target);
    if (!ground) return ground.error();
    if (const Result<void> ok = settled(*ground, durations); !ok) return ok.error();
    Result<Script> script = durations.granularity == Granularity::kGpu
                                ? exchange_whole_gpus(*ground)
                                : exchange_instances(*ground, room == Room::kExtraGpus);
    if (!script) return script.error();
    if (pace == Pace::kOneByOne) script->one_by_one();
    BaselineWay way;
    way.graph = script->write(*ground, durations, deployment::fingerprint(current));
    way.figures = figures_of(*ground, way.graph, durations);
    return way;
}

}  // namespace tangram::transition::baseline
