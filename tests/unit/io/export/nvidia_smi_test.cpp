#include "io/export/nvidia_smi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

#include "unit/io/golden.h"
#include "unit/io/io_support.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

namespace fs = std::filesystem;
using deployment::GpuIndex;
using testing::HasSubstr;
using testing::Not;

std::string script_of(const deployment::Deployment& deployment) {
    const auto script = export_nvidia_smi(deployment, support::builtin_catalogue());
    CHECK(script.has_value(), script.error().text());
    return *script;
}

// Runs scripts in a folder with an nvidia-smi that only says how it was called.
class Shell : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "tangram-smi-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        ASSERT_TRUE(write_file_atomically(folder_ / "nvidia-smi",
                                          "#!/bin/sh\necho \"CALLED $*\"\nexit ${SMI_EXIT:-0}\n")
                        .has_value());
        fs::permissions(folder_ / "nvidia-smi", fs::perms::owner_all);
    }
    void TearDown() override { fs::remove_all(folder_); }

    // Standard output and error together, and "exit N".
    std::string run(const std::string& script, const std::string& arguments) {
        CHECK(write_file_atomically(folder_ / "script.sh", script).has_value());
        const std::string command = "cd '" + folder_.string() +
                                    "' && PATH=\"$PWD:$PATH\" sh ./script.sh " + arguments +
                                    " 2>&1; echo exit $?";
        FILE* const pipe = ::popen(command.c_str(), "r");
        CHECK(pipe != nullptr);
        std::string output;
        std::array<char, 4096> chunk{};
        while (std::fgets(chunk.data(), chunk.size(), pipe) != nullptr) output += chunk.data();
        ::pclose(pipe);
        return output;
    }

    fs::path folder_;
};

TEST(NvidiaSmi, ScriptIsAsBefore) {
    test::expect_golden("small.nvidia-smi.sh", script_of(test::small_deployment()));
}

TEST_F(Shell, DryByDefault) {
    const std::string output = run(script_of(test::small_deployment()), "");
    EXPECT_THAT(output, HasSubstr("# gpu-0, device 0: 2g.20gb photos, 1g.10gb idle, 3g.40gb bert "
                                  "\"large\"\n"
                                  "nvidia-smi mig -i 0 -cgi 14:0,19:3,9:4 -C\n"));
    EXPECT_THAT(output, HasSubstr("nvidia-smi mig -i 1 -cgi 0:0 -C\n"));
    EXPECT_THAT(output, Not(HasSubstr("CALLED")));
    EXPECT_THAT(output, testing::EndsWith("with --apply to do it.\nexit 0\n"));
}

TEST_F(Shell, ApplyRunsTheCommands) {
    const std::string output = run(script_of(test::small_deployment()), "--apply");
    EXPECT_THAT(output, HasSubstr("\nCALLED mig -i 0 -cgi 14:0,19:3,9:4 -C\n"));
    EXPECT_THAT(output, HasSubstr("\nCALLED mig -i 1 -cgi 0:0 -C\nexit 0\n"));
}

TEST_F(Shell, StopsAtTheFirstFailure) {
    ::setenv("SMI_EXIT", "4", 1);
    const std::string output = run(script_of(test::small_deployment()), "--apply");
    ::unsetenv("SMI_EXIT");
    EXPECT_THAT(output, HasSubstr("CALLED mig -i 0"));
    EXPECT_THAT(output, Not(HasSubstr("CALLED mig -i 1")));
    EXPECT_THAT(output, testing::EndsWith("exit 4\n"));
}

TEST_F(Shell, NamesChooseGpusAndNodes) {
    deployment::Deployment d = test::small_deployment();
    d.gpus[GpuIndex{0}].node = "left";
    d.gpus[GpuIndex{1}].node = "ri'ght $HOME";
    const std::string script = script_of(d);
    EXPECT_THAT(run(script, "--apply gpu-1"), Not(HasSubstr("14:0,19:3,9:4")));
    EXPECT_THAT(run(script, "--apply left"), Not(HasSubstr("-cgi 0:0")));
    const std::string right = run(script, "--apply \"ri'ght \\$HOME\"");
    EXPECT_THAT(right, HasSubstr("# gpu-1, device 0 of node ri'ght $HOME: "));
    EXPECT_THAT(right, HasSubstr("CALLED mig -i 0 -cgi 0:0 -C\nexit 0\n"));
    EXPECT_THAT(run(script, "gpu"), testing::EndsWith("nothing here is called gpu\nexit 2\n"));
    EXPECT_THAT(run(script, "gpu-0 left"), testing::EndsWith("to do it.\nexit 0\n"));
    EXPECT_THAT(run(script, "gpu-1 gpu-7 left"),
                testing::EndsWith("nothing here is called gpu-7\nexit 2\n"));
    EXPECT_THAT(run(script, "--aply"), testing::EndsWith("exit 2\n"));
    EXPECT_THAT(run(script, "--help"),
                testing::AllOf(HasSubstr("Usage: sh SCRIPT [--apply]"), Not(HasSubstr("set -eu"))));
}

TEST(NvidiaSmi, LeavesOutWhatIsGoingOrGone) {
    deployment::Deployment d = test::small_deployment();
    d.gpus[GpuIndex{0}].instances[0].phase = deployment::Phase::kDestroying;
    d.gpus[GpuIndex{1}].status = deployment::GpuStatus::kLost;
    const std::string script = script_of(d);
    EXPECT_THAT(script, HasSubstr("create 'gpu-0' '' '0' 19:3,9:4 "));
    EXPECT_THAT(script, HasSubstr("# gpu-1: left out"));
    EXPECT_THAT(script, Not(HasSubstr("create 'gpu-1'")));
}

TEST(NvidiaSmi, ProfileIdsAreThoseOfTheGpuModel) {
    deployment::Deployment d = test::small_deployment();
    d.models[0] = {"A30", 4, {{"1g.6gb", 1, 1}}};
    d.gpus[GpuIndex{0}].instances = {{0, 3, {}, {}, deployment::Phase::kIdle}};
    d.gpus[GpuIndex{1}].instances.clear();
    const std::string script = script_of(d);
    EXPECT_THAT(script, HasSubstr("create 'gpu-0' '' '0' 14:3 '1g.6gb idle'\n"));
    EXPECT_THAT(script, HasSubstr("# gpu-1: no instances"));
}

TEST(NvidiaSmi, ImpossibleDeploymentsAreRefused) {
    const auto error = [](const deployment::Deployment& d) {
        return test::error_of(export_nvidia_smi(d, support::builtin_catalogue()));
    };
    deployment::Deployment d = test::small_deployment();
    d.gpus[GpuIndex{0}].instances[1].start = 1;
    EXPECT_THAT(error(d), testing::StartsWith("GPU gpu-0: "));
    d = test::small_deployment();
    d.models[0].name = "A100-SXM4-81GB";
    EXPECT_THAT(error(d), HasSubstr("unknown GPU model"));
    d = test::small_deployment();
    d.models[0].profiles[0].name = "1g.11gb";
    EXPECT_THAT(error(d), HasSubstr("has no profile 1g.11gb"));
}

}  // namespace
}  // namespace tangram::io
