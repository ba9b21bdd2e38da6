#include "io/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalogue_data.h"

namespace tangram::io {
namespace {

using testing::HasSubstr;

constexpr std::string_view kProfile =
    R"({"name": "1g.5gb", "compute_slices": 1, "size": 1, "starts": [0, 1], "max_instances": 2})";

std::string with(std::string_view gpus, std::string_view rules = "[]") {
    return R"({"format": "tangram/catalogue", "version": 1, "rule_sets": )" + std::string(rules) +
           R"(, "gpus": )" + std::string(gpus) + "}";
}

std::string gpu(std::string_view profiles, std::string_view more = "") {
    return R"([{"id": "x", "name": "X", "memory_slices": 2, "profiles": [)" +
           std::string(profiles) + "]" + std::string(more) + "}]";
}

std::string error_of(std::string_view text) {
    const auto catalogue = read_catalogue(text, "c.json");
    return catalogue ? "" : catalogue.error().text();
}

TEST(CatalogueReader, ReadsEveryField) {
    const auto catalogue = read_catalogue(
        with(gpu(R"({"name": "1g.5gb+me", "aliases": ["one"], "nvml_enum": "1_SLICE_REV1",
                     "profile_id": 20, "compute_slices": 1, "size": 1, "starts": [0, 1],
                     "max_instances": 1, "memory_mib": 4864, "sms": 14, "media": "me",
                     "extra_memory": true})",
                 R"(, "aliases": ["X-1"], "architecture": "A", "memory_gb": 40,
                    "memory_bandwidth_gb_s": 1555, "memory_bandwidth_source": "datasheet",
                     "total_sms": 108,
                     "compute_slices": 7, "mig_toggle_needs_reset": true, "confidence": "low",
                     "notes": ["n"])"),
             R"([{"name": "r", "forbidden_together": [["a", "b"]]}])"),
        "c.json");
    ASSERT_TRUE(catalogue) << catalogue.error().text();
    const gpu::GpuModel& model = catalogue->model(*catalogue->find("x-1"));
    EXPECT_EQ(model.architecture, "A");
    EXPECT_EQ(model.memory_gb, 40);
    EXPECT_EQ(model.memory_bandwidth_gb_s, 1555);
    EXPECT_EQ(model.memory_bandwidth_source, "datasheet");
    EXPECT_EQ(model.total_sms, 108);
    EXPECT_EQ(model.compute_slices, 7);
    EXPECT_EQ(model.memory_slices, 2);
    EXPECT_TRUE(model.mig_toggle_needs_reset);
    EXPECT_EQ(model.confidence, "low");
    EXPECT_THAT(model.notes, testing::ElementsAre("n"));
    const gpu::MigProfile& profile = model.profiles[model.find_profile("ONE")];
    EXPECT_EQ(profile.nvml_enum, "1_SLICE_REV1");
    EXPECT_EQ(profile.profile_id, 20);
    EXPECT_EQ(profile.starts, (std::vector<int>{0, 1}));
    EXPECT_EQ(profile.memory, Mebibytes{4864});
    EXPECT_EQ(profile.sms, 14);
    EXPECT_EQ(profile.media, gpu::Media::kMe);
    EXPECT_TRUE(profile.extra_memory);
    EXPECT_EQ(catalogue->rule_set("r")->forbidden_together.at(0).second, "b");
}

TEST(CatalogueReader, WhatIsAbsentIsUnknown) {
    const auto catalogue = read_catalogue(
        R"({"format": "tangram/catalogue", "version": 1, "gpus": [{"id": "x", "name": "X",
            "profiles": [{"name": "1g", "compute_slices": 1, "max_instances": 2}]}]})",
        "c.json");
    ASSERT_TRUE(catalogue) << catalogue.error().text();
    const gpu::GpuModel& model = catalogue->models()[gpu::GpuModelId{0}];
    EXPECT_FALSE(model.geometry_known());
    EXPECT_FALSE(model.total_sms.has_value());
    EXPECT_FALSE(model.memory_bandwidth_gb_s.has_value());
    EXPECT_FALSE(model.profiles[gpu::ProfileId{0}].memory.has_value());
    EXPECT_EQ(model.profiles[gpu::ProfileId{0}].media, gpu::Media::kPlain);
}

TEST(CatalogueReader, ErrorsNameThePlace) {
    const auto profile = [](std::string_view field) {
        return with(gpu(R"({"name": "1g", "compute_slices": 1, "max_instances": 2, )" +
                        std::string(field) + "}"));
    };
    EXPECT_THAT(error_of(profile(R"("sizes": 1)")), HasSubstr("c.json: /gpus/0/profiles/0"));
    EXPECT_THAT(error_of(profile(R"("sizes": 1)")), HasSubstr("sizes"));
    EXPECT_THAT(error_of(profile(R"("size": -1)")), HasSubstr("/gpus/0/profiles/0/size"));
    EXPECT_THAT(error_of(profile(R"("size": 1, "starts": [2])")),
                HasSubstr("c.json: /gpus/0/profiles/0: profile \"1g\": start 2"));
    EXPECT_THAT(error_of(profile(R"("size": 1, "starts": 0)")), HasSubstr("starts"));
    EXPECT_THAT(error_of(profile(R"("media": "all")")), HasSubstr("media"));
    EXPECT_THAT(error_of(profile(R"("sms": 1e99)")), HasSubstr("sms"));
    EXPECT_THAT(error_of(profile(R"("sms": 1.5)")), HasSubstr("sms"));
    EXPECT_THAT(error_of(with(gpu(kProfile, R"(, "memory_bandwidth_gb_s": 0)"))),
                HasSubstr("/gpus/0/memory_bandwidth_gb_s: found 0"));
    EXPECT_THAT(error_of(with(gpu(kProfile, R"(, "memory_bandwidth_source": 3)"))),
                HasSubstr("memory_bandwidth_source"));
    EXPECT_THAT(error_of(profile(R"("extra_memory": "yes")")), HasSubstr("extra_memory"));
    EXPECT_THAT(error_of(with(R"([{"name": "X", "profiles": []}])")), HasSubstr("id"));
    EXPECT_THAT(error_of(with(gpu(kProfile), R"([{"name": "r", "forbidden_together": [["a"]]}])")),
                HasSubstr("/rule_sets/0/forbidden_together/0"));
    EXPECT_THAT(error_of(with(gpu(kProfile, R"(, "confidence": "none")"))),
                HasSubstr("confidence"));
    EXPECT_EQ(error_of(with(gpu(kProfile))), "");
}

TEST(CatalogueReader, RefusesOtherFilesAndBrokenOnes) {
    EXPECT_NE(error_of(""), "");
    EXPECT_NE(error_of("{"), "");
    EXPECT_NE(error_of("[]"), "");
    EXPECT_NE(error_of("null"), "");
    EXPECT_NE(error_of("\xFF\xFE"), "");
    EXPECT_THAT(error_of(R"({"format": "tangram/problem", "version": 1, "gpus": []})"),
                HasSubstr("tangram/catalogue"));
    EXPECT_THAT(error_of(R"({"format": "tangram/catalogue", "version": 2, "gpus": []})"),
                HasSubstr("version"));
    EXPECT_THAT(error_of(R"({"format": "tangram/catalogue", "version": 1})"), HasSubstr("gpus"));
}

TEST(CatalogueReader, TheBuiltInOneIsGood) {
    const auto catalogue = read_catalogue(catalogue_json(), "catalogue.json");
    ASSERT_TRUE(catalogue) << catalogue.error().text();
    EXPECT_EQ(catalogue->models().size(), 18U);
}

}  // namespace
}  // namespace tangram::io
