#include "io/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "tangram-files-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { fs::remove_all(folder_); }

    [[nodiscard]] std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
    }

    fs::path folder_;
};

TEST_F(Files, WhatIsWrittenIsRead) {
    const std::string content("a\0b\r\n\xFF", 6);
    ASSERT_TRUE(write_file_atomically(folder_ / "f", content).has_value());
    EXPECT_EQ(read_file(folder_ / "f").value(), content);
    EXPECT_EQ(entries(), 1U);
}

TEST_F(Files, ALargeFileIsReadWhole) {
    const std::string content(1'234'567, 'x');
    ASSERT_TRUE(write_file_atomically(folder_ / "f", content).has_value());
    EXPECT_EQ(read_file(folder_ / "f").value(), content);
}

TEST_F(Files, ReadingSaysWhatIsWrong) {
    const auto missing = read_file(folder_ / "none");
    EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(missing.error().context, (folder_ / "none").string());
    EXPECT_THAT(test::error_of(read_file(folder_)), testing::HasSubstr("folder"));
    std::ofstream(folder_ / "empty");
    EXPECT_THAT(test::error_of(read_file(folder_ / "empty")), testing::HasSubstr("empty"));
    std::ofstream(folder_ / "eleven") << "12345678901";
    EXPECT_THAT(test::error_of(read_file(folder_ / "eleven", 10)), testing::HasSubstr("too long"));
    EXPECT_TRUE(read_file(folder_ / "eleven", 11).has_value());
    EXPECT_THAT(test::error_of(read_file("/dev/zero", 100'000)), testing::HasSubstr("too long"));
}

TEST_F(Files, WritingReplacesAndKeepsPermissions) {
    const fs::path path = folder_ / "f";
    ASSERT_TRUE(write_file_atomically(path, "old").has_value());
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    ASSERT_TRUE(write_file_atomically(path, "new").has_value());
    EXPECT_EQ(read_file(path).value(), "new");
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(entries(), 1U);
}

TEST_F(Files, ALinkIsFollowed) {
    ASSERT_TRUE(write_file_atomically(folder_ / "real", "old").has_value());
    fs::create_symlink("real", folder_ / "link");
    ASSERT_TRUE(write_file_atomically(folder_ / "link", "new").has_value());
    EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
    EXPECT_EQ(read_file(folder_ / "real").value(), "new");
}

TEST_F(Files, FailureLeavesNothingBehind) {
    EXPECT_FALSE(write_file_atomically(folder_, "x").has_value());
    EXPECT_FALSE(write_file_atomically(folder_ / "none" / "f", "x").has_value());
    fs::create_directory(folder_ / "taken");
    EXPECT_FALSE(write_file_atomically(folder_ / "taken", "x").has_value());
    EXPECT_EQ(entries(), 1U);
}

// A write that fails half-way, as on a full disk: the limit on file sizes stands in for it.
TEST_F(Files, AFailedWriteKeepsTheOldFile) {
    ASSERT_TRUE(write_file_atomically(folder_ / "f", "old").has_value());
    struct rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    struct rlimit small = before;
    small.rlim_cur = 10;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const Result<void> written = write_file_atomically(folder_ / "f", std::string(100, 'x'));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, handler);
    EXPECT_THAT(test::error_of(written), testing::HasSubstr("cannot write the file"));
    EXPECT_EQ(read_file(folder_ / "f").value(), "old");
    EXPECT_EQ(entries(), 1U);
}

TEST_F(Files, DevicesAndPipesAreWrittenDirectly) {
    EXPECT_TRUE(write_file_atomically("/dev/null", "x").has_value());
    EXPECT_FALSE(fs::is_regular_file("/dev/null"));
}

}  // namespace
}  // namespace tangram::io
