#include "io/problem_template.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "planner/planning_model.h"
#include "unit/io/golden.h"
#include "unit/io/io_support.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

TEST(ProblemTemplate, IsAsBefore) {
    test::expect_golden("template.yaml",
                        problem_template("examples/data/profiles/parvagpu_inference.csv"));
}

TEST(ProblemTemplate, CanBePlannedAsItStands) {
    ProblemContext context;
    context.catalogue = std::make_shared<const gpu::Catalogue>(support::builtin_catalogue());
    const auto read =
        parse_problem(problem_template("examples/data/profiles/parvagpu_inference.csv"), "t.yaml",
                      TANGRAM_SOURCE_DIR, context);
    ASSERT_TRUE(read.has_value()) << read.error().text();
    EXPECT_EQ(read->problem.services.size(), 2U);
    const auto model = planner::build_planning_model(read->problem);
    EXPECT_TRUE(model.has_value()) << model.error().text();
}

// What the comments offer is accepted when the # is taken away.
TEST(ProblemTemplate, CommentedFieldsAreRight) {
    std::string text = problem_template("t.csv");
    for (const char* field : {"count: 16", "cost: 1.0", "gpus_per_node: 8", "max_utilization: 0.9",
                              "max_wait_ms: 5", "survive: {gpu", "priority: 100", "allow: {"}) {
        const std::size_t at = text.find(std::string("# ") + field);
        ASSERT_NE(at, std::string::npos) << field;
        text.erase(at, 2);
    }
    const std::size_t count = text.find("count: 16");
    ASSERT_NE(count, std::string::npos);
    EXPECT_EQ(test::error_of(test::MemoryFiles().problem(text)).find("unknown field"),
              std::string::npos);
    std::string precise = text;
    const std::string bert = "model: bert-large(seq128)";
    precise.replace(precise.find(bert), bert.size(), bert + "\n    precision: fp16");
    EXPECT_EQ(test::error_of(test::MemoryFiles().problem(precise)), "");
}

TEST(ProblemTemplate, OddPathsAreQuoted) {
    const std::string path = "a \"b\": #c.csv";
    test::MemoryFiles files;
    files.add(path, std::string(test::kTable));
    const auto read = files.problem(problem_template(path));
    EXPECT_EQ(test::error_of(read).find("no such file"), std::string::npos) << test::error_of(read);
}

}  // namespace
}  // namespace tangram::io
