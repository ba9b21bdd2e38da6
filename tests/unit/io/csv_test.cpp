#include "io/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace tangram::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Read {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::size_t> lines;
    std::string error;
};

Read read(std::string_view text) {
    Read result;
    const auto done = read_csv(text, "t.csv", [&](const CsvRow& row) -> Result<void> {
        result.rows.push_back(row.fields);
        result.lines.push_back(row.line);
        return {};
    });
    result.error = done ? "" : done.error().text();
    return result;
}

using Row = std::vector<std::string>;

TEST(Csv, RowsAndFields) {
    const Read result = read("a,b\n1,2\n,\n");
    EXPECT_EQ(result.error, "");
    EXPECT_THAT(result.rows, ElementsAre(Row{"a", "b"}, Row{"1", "2"}, Row{"", ""}));
    EXPECT_THAT(result.lines, ElementsAre(1, 2, 3));
}

TEST(Csv, EveryLineEndAndNone) {
    for (const char* text : {"a,b\nc,d\n", "a,b\r\nc,d\r\n", "a,b\rc,d\r", "a,b\nc,d"}) {
        const Read result = read(text);
        EXPECT_THAT(result.rows, ElementsAre(Row{"a", "b"}, Row{"c", "d"})) << text;
        EXPECT_THAT(result.lines, ElementsAre(1, 2)) << text;
    }
}

TEST(Csv, QuotesHoldCommasQuotesAndLineBreaks) {
    const Read result = read("\"a,b\",\"say \"\"hi\"\"\"\n\"two\nlines\",x\nlast,y\n");
    EXPECT_THAT(result.rows,
                ElementsAre(Row{"a,b", "say \"hi\""}, Row{"two\nlines", "x"}, Row{"last", "y"}));
    EXPECT_THAT(result.lines, ElementsAre(1, 2, 4)) << "a row stands where it starts";
}

TEST(Csv, ByteOrderMarkAndBlankLines) {
    const Read result = read(
        "\xEF\xBB\xBF"
        "a,b\n\n  \n\r\nc,d\n");
    EXPECT_THAT(result.rows, ElementsAre(Row{"a", "b"}, Row{"c", "d"}));
    EXPECT_THAT(result.lines, ElementsAre(1, 5));
}

TEST(Csv, SpacesAroundAFieldAreNotPartOfIt) {
    EXPECT_THAT(read(" a , b\t\n\" c \",d\n").rows, ElementsAre(Row{"a", "b"}, Row{" c ", "d"}));
}

TEST(Csv, NothingInAnEmptyText) {
    EXPECT_THAT(read("").rows, IsEmpty());
    EXPECT_EQ(read("").error, "");
    EXPECT_THAT(read("\xEF\xBB\xBF").rows, IsEmpty());
}

TEST(Csv, MisplacedAndUnclosedQuotes) {
    EXPECT_THAT(read("a\nb\"c\n").error, HasSubstr("t.csv:2: misplaced quote"));
    EXPECT_THAT(read("a\n\"b\"c\n").error, HasSubstr("t.csv:2: misplaced quote"));
    EXPECT_THAT(read("a\n\nx,\"b\nc\nd\n").error, HasSubstr("t.csv:3: the quoted field"));
}

TEST(Csv, BinaryAndForeignEncodings) {
    EXPECT_THAT(read(std::string_view("a\nb\0c\n", 6)).error,
                HasSubstr("t.csv:2: binary data, byte 0x00"));
    EXPECT_THAT(read("a\n\x1b[0m\n").error, HasSubstr("byte 0x1b"));
    EXPECT_THAT(read("a\nb\nM\xFCnchen\n").error, HasSubstr("t.csv:3"));
    EXPECT_THAT(read("a\nb\nM\xFCnchen\n").error, HasSubstr("UTF-8"));
    EXPECT_THAT(read("\xFF\xFE"
                     "a")
                    .error,
                HasSubstr("UTF-8"));
    EXPECT_THAT(read("M\xC3\xBCnchen\n").rows, ElementsAre(Row{"M\xC3\xBCnchen"}));
}

TEST(Csv, RowsHaveALimit) {
    const std::string line = "x,y\n" + std::string(kCsvRowBytesMax + 1, 'a');
    EXPECT_THAT(read(line).error, HasSubstr("t.csv:2: a row of more than"));
    std::string open_quote = "x,y\n\"";
    for (int i = 0; i < 200'000; ++i) {
        open_quote += "a,b,c,d\n";
    }
    EXPECT_THAT(read(open_quote).error, HasSubstr("t.csv:2: a row of more than"));
}

TEST(Csv, StopsAtTheVisitorsError) {
    int rows = 0;
    const auto done = read_csv("a\nb\nc\n", "t.csv", [&](const CsvRow&) -> Result<void> {
        if (++rows == 2) {
            return invalid_input("enough");
        }
        return {};
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "enough");
    EXPECT_EQ(rows, 2);
}

// The same rows whatever the pieces in which the text arrives.
TEST(Csv, StreamsAndTextsAgree) {
    std::string text =
        "\xEF\xBB\xBF"
        "h1,h2\r\n";
    for (int i = 0; i < 30'000; ++i) {
        text += std::to_string(i) + ",\"a\r\nb\"\r\n";
    }
    std::istringstream stream(text);
    std::vector<std::vector<std::string>> rows;
    std::size_t line = 0;
    const auto done = read_csv(stream, "t.csv", [&](const CsvRow& row) -> Result<void> {
        rows.push_back(row.fields);
        line = row.line;
        return {};
    });
    ASSERT_TRUE(done);
    EXPECT_EQ(rows, read(text).rows);
    EXPECT_EQ(rows.size(), 30'001U);
    EXPECT_EQ(rows.back(), (Row{"29999", "a\r\nb"}));
    EXPECT_EQ(line, 60'000U);
}

}  // namespace
}  // namespace tangram::io
