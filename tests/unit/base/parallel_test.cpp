#include "base/parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

namespace tangram {
namespace {

using Chunks = std::set<std::pair<std::size_t, std::size_t>>;

Chunks chunks_of(std::size_t count, std::size_t chunk, int threads) {
    Chunks chunks;
    std::mutex mutex;
    parallel_chunks(count, chunk, threads, [&](std::size_t begin, std::size_t end, int worker) {
        const std::scoped_lock lock(mutex);
        EXPECT_GE(worker, 0);
        EXPECT_LT(worker, std::max(threads, 1));
        EXPECT_TRUE(chunks.emplace(begin, end).second) << "the same chunk twice";
    });
    return chunks;
}

TEST(ParallelChunks, DoNotDependOnTheNumberOfThreads) {
    const Chunks expected = {{0, 4}, {4, 8}, {8, 10}};
    for (const int threads : {-1, 0, 1, 2, 3, 16}) {
        EXPECT_EQ(chunks_of(10, 4, threads), expected) << threads;
    }
}

TEST(ParallelChunks, NothingToDo) { EXPECT_TRUE(chunks_of(0, 4, 3).empty()); }

TEST(ParallelChunks, OneChunkForAll) { EXPECT_EQ(chunks_of(3, 100, 4), (Chunks{{0, 3}})); }

TEST(ParallelChunks, EveryItemOnce) {
    constexpr std::size_t kItems = 100'000;
    std::vector<std::atomic<int>> visits(kItems);
    parallel_chunks(kItems, 7, 4, [&](std::size_t begin, std::size_t end, int) {
        for (std::size_t i = begin; i < end; ++i) {
            ++visits[i];
        }
    });
    EXPECT_TRUE(std::ranges::all_of(visits, [](const auto& count) { return count == 1; }));
}

}  // namespace
}  // namespace tangram
