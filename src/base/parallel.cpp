#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "base/check.h"

namespace tangram {

void parallel_chunks(
    std::size_t count, std::size_t chunk, int threads,
    const std::function<void(std::size_t begin, std::size_t end, int worker)>& work) {
    CHECK(chunk > 0);
    const std::size_t chunks = (count + chunk - 1) / chunk;
    std::atomic<std::size_t> next{0};
    const auto run = [&](int worker) {
        for (std::size_t c = next.fetch_add(1); c < chunks; c = next.fetch_add(1)) {
            work(c * chunk, std::min(count, (c + 1) * chunk), worker);
        }
    };
    const auto helpers =
        std::min(static_cast<std::size_t>(std::max(threads, 1)), std::max<std::size_t>(chunks, 1));
    std::vector<std::jthread> pool;
    for (std::size_t i = 1; i < helpers; ++i) pool.emplace_back(run, static_cast<int>(i));
    run(0);
}

}  // namespace tangram
