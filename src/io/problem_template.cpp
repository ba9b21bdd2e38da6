#include "io/problem_template.h"

#include "io/json_text.h"

namespace tangram::io {
namespace {

constexpr std::string_view kHead =
    R"(# What is asked of the planner: which services, on which GPUs, measured how.
#   tangram validate FILE     checks this file
#   tangram plan FILE         finds the fewest GPUs
format: tangram/problem
version: 1

gpus:                              # the fleet: what may be used
  - model: A100-SXM4-80GB          # a name from `tangram gpus`
    # count: 16                    # how many there are; without it as many as needed
    # cost: 1.0                    # of one GPU; the plan with the least total cost is sought
    # gpus_per_node: 8             # needed for `spread: node`; or name the GPUs one by one:
# nodes:
#   - {name: rack1, gpus: [{id: rack1-0, model: A100-SXM4-80GB}]}

rules: current                     # or paper-2021, where 4g and 3g may not share a GPU
latency_rule: two-batches          # a request waits for one batch and runs in the next: 2 x latency
                                   # + max_wait_ms <= limit. Also: mean, parvagpu
# max_utilization: 0.9             # share of the capacity that rates may use; default 1
# catalogue: my-gpus.json          # GPU models of your own

# What was measured, relative to this file: throughput and latency of each model on each MIG
# profile. Nothing is guessed: what is not in the table is not used.
profiles: [)";

constexpr std::string_view kTail = R"(]
# infeasible: [tried-and-failed.csv]    # combinations that do not run

services:
  - name: search
    model: bert-large(seq128)      # a model in the table
    rate: 120                      # requests per second to sustain
    slo: {latency_ms: 800}         # limit on the mean; on a percentile, where the table has it:
                                   # {latency_ms: {max: 800, percentile: 99}}
    max_processes: 3               # processes that may share an instance (MPS); default 1

  - name: photos
    model: resnet50
    rate: 900
    slo: {latency_ms: 120}
    max_processes: 3
    min_replicas: 2                # default 1
    spread: gpu                    # those on different GPUs; or node, none
    # max_wait_ms: 5               # how long a batch may wait to fill; default 0
    # precision: fp16              # where the table has several
    # survive: {gpu: 50%}          # share of the rate left after losing any one GPU or node
    # priority: 100                # who is served first when the fleet is too small
    # allow: {profiles: [2g.20gb, 3g.40gb], gpus: [A100-SXM4-80GB]}
)";

}  // namespace

std::string problem_template(std::string_view profiles) {
    std::string out(kHead);
    append_quoted(out, profiles);
    out += kTail;
    return out;
}

}  // namespace tangram::io
