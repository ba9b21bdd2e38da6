#include "io/value.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

constexpr const char* kYaml =
    "a: 1\n"
    "list:\n"
    "  - x\n"
    "  - name: y\n"
    "    deep: {k: [true, null]}\n";

TEST(Value, KeepsTheOrderOfMembers) {
    const Document document = test::json(R"({"z": 1, "a": 2, "m": [1, 2, 3]})");
    std::vector<std::string> names;
    for (const Value member : document.root()) names.emplace_back(member.key());
    EXPECT_EQ(names, (std::vector<std::string>{"z", "a", "m"}));
    EXPECT_EQ(document.root().size(), 3U);
    EXPECT_EQ(document.root().find("m")->size(), 3U);
    EXPECT_FALSE(document.root().find("missing"));
    EXPECT_FALSE(document.root().find("z")->find("z"));
}

TEST(Value, EmptyContainersHaveNoChildren) {
    const Document document = test::json(R"([[], {}, 1])");
    int seen = 0;
    for (const Value element : document.root()) {
        for ([[maybe_unused]] const Value child : element) FAIL();
        ++seen;
    }
    EXPECT_EQ(seen, 3);
}

TEST(Value, PathsNameEveryStep) {
    const Document document = test::yaml(kYaml);
    const Value second = *++document.root().find("list")->begin();
    const Value truth = *second.find("deep")->find("k")->begin();
    EXPECT_EQ(truth.path(), "list[1].deep.k[0]");
    EXPECT_EQ(document.root().path(), "");
    EXPECT_EQ(truth.place(), "f.yaml:5");
    EXPECT_EQ(truth.expected("a word").text(),
              "f.yaml:5: list[1].deep.k[0]: found true, expected a word");
}

TEST(Value, JsonPlacesArePointers) {
    const Document document = test::json(R"({"a": [{"x/y~z": 5}]})");
    const Value five = *(*document.root().find("a")->begin()).find("x/y~z");
    EXPECT_EQ(five.place(), "f.json: /a/0/x~1y~0z");
    EXPECT_EQ(five.error("too odd").text(), "f.json: /a/0/x~1y~0z: too odd");
    EXPECT_EQ(document.root().error("bad").text(), "f.json: bad");
}

TEST(Value, ShownShortensAndMakesVisible) {
    const Document document =
        test::json(R"({"a": "tab\there", "b": ")" + std::string(59, 'x') + "\xC3\xA4tail" +
                   R"(", "c": -5.50, "d": null, "e": [], "f": {}})");
    const Value root = document.root();
    EXPECT_EQ(root.find("a")->shown(), "\"tab\\x09here\"");
    EXPECT_EQ(root.find("b")->shown(), "\"" + std::string(59, 'x') + "...\"");
    EXPECT_EQ(root.find("c")->shown(), "-5.50");
    EXPECT_EQ(root.find("d")->shown(), "nothing (null)");
    EXPECT_EQ(root.find("e")->shown(), "a list");
    EXPECT_EQ(root.find("f")->shown(), "an object");
}

TEST(Value, StaysGoodWhenItsDocumentMoves) {
    Document document = test::json(R"({"a": "text"})");
    const Value before = *document.root().find("a");
    const Document moved = std::move(document);
    EXPECT_EQ(before.text(), "text");
    EXPECT_EQ(moved.root().size(), 1U);
}

}  // namespace
}  // namespace tangram::io
