// Problems and deployments for the tests of files: a small table and files held in memory.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "deployment/deployment.h"
#include "io/problem_file.h"
#include "support/builtin_catalogue.h"
#include "support/small_problem.h"

namespace tangram::test {

inline constexpr std::string_view kTable =
    "source,gpu,model,precision,profile,gpc,batch,procs,throughput_rps,latency_ms,ttft_ms,"
    "latency_kind,memory_mib,note\n"
    "t,A100-80GB,resnet50,fp16,1g.10gb,1,8,1,400,20,,mean,,\n"
    "t,A100-80GB,resnet50,fp16,2g.20gb,2,8,2,900,18,,mean,,\n"
    "t,A100-80GB,resnet50,fp16,2g.20gb,2,8,2,,30,,p99,,\n"
    "t,A100-80GB,bert-large(seq128),fp16,3g.40gb,3,4,1,150,26,5,mean,,\n"
    "t,A100-80GB,bert-large(seq128),fp32,3g.40gb,3,4,1,80,50,9,mean,,\n";

// The built-in catalogue, and files by name instead of the disk's.
class MemoryFiles {
public:
    MemoryFiles() { files_["t.csv"] = kTable; }
    MemoryFiles& add(const std::string& path, std::string content) {
        files_[path] = std::move(content);
        return *this;
    }
    [[nodiscard]] io::ProblemContext context() const {
        io::ProblemContext context;
        context.catalogue = std::make_shared<const gpu::Catalogue>(support::builtin_catalogue());
        context.read = [this](const std::filesystem::path& path) -> Result<std::string> {
            const auto file = files_.find(path.generic_string());
            if (file == files_.end()) {
                return Error{ErrorCode::kNotFound, "no such file", path.string()};
            }
            return file->second;
        };
        return context;
    }
    [[nodiscard]] Result<io::ProblemFile> problem(std::string_view text,
                                                  const std::string& name = "p.yaml") const {
        return io::parse_problem(text, name, "", context());
    }

private:
    std::map<std::string, std::string> files_;
};

// A problem around these lines of services, and others at the top level.
inline std::string problem_text(const std::string& services, const std::string& top = {}) {
    return "format: tangram/problem\nversion: 1\ngpus:\n  - model: A100-SXM4-80GB\n" + top +
           "profiles: [t.csv]\nservices:\n" + services;
}
// One service with these fields behind name, model, rate and slo.
inline std::string service_text(const std::string& more = {}) {
    return "  - {name: s, model: resnet50, rate: 100, slo: {latency_ms: 50}" + more + "}\n";
}

// Two GPUs: gpu-0 with 3g@4 and 2g@0 and an idle 1g@3, gpu-1 with 7g.
inline deployment::Deployment small_deployment() {
    using namespace deployment;
    Deployment d;
    d.models = {{"A100-SXM4-80GB",
                 8,
                 {{"1g.10gb", 1, 1}, {"2g.20gb", 2, 2}, {"3g.40gb", 4, 3}, {"7g.80gb", 8, 7}}}};
    d.services.push_back({"bert \"large\"", Rate{843'125}});
    d.services.push_back({"photos", Rate{1'000}});
    RunPoint point;
    point.model = "bert-large(seq128)";
    point.precision = "fp16";
    point.batch = 4;
    point.processes = 2;
    point.throughput = Rate{74'408};
    point.metric = "latency_ms";
    point.latency = Duration{83'500'001};
    point.source = "t";
    d.points.push_back(point);
    point.model = "resnet50";
    point.precision = "";
    point.max_wait = Duration{500'000};
    point.estimated = true;
    point.memory_known = true;
    d.points.push_back(point);
    const ServiceNameId bert{0}, photos{1};
    d.gpus.push_back({"gpu-0",
                      0,
                      "",
                      GpuStatus::kOk,
                      {{1, 0, photos, RunPointId{1}, Phase::kServing},
                       {0, 3, {}, {}, Phase::kIdle},
                       {2, 4, bert, RunPointId{0}, Phase::kReady}}});
    d.gpus.push_back(
        {"gpu-1", 0, "", GpuStatus::kOk, {{3, 0, bert, RunPointId{0}, Phase::kServing}}});
    d.claimed_gpus = 2;
    d.claimed_cost = Cost{2'500'000};
    return d;
}

}  // namespace tangram::test
