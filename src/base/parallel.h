// Deterministic data parallelism: the range [0, count) is cut into fixed chunks that do not depend
// on the number of threads; results are merged by chunk index, never by who finished first.
#pragma once

#include <cstddef>
#include <functional>

namespace tangram {

// Calls work(begin, end, worker) once per chunk of at most `chunk` items, on up to `threads`
// threads (the calling one included); worker < threads identifies scratch space. Returns when all
// chunks are done. `work` must not throw. threads <= 1 runs in the calling thread.
void parallel_chunks(
    std::size_t count, std::size_t chunk, int threads,
    const std::function<void(std::size_t begin, std::size_t end, int worker)>& work);

}  // namespace tangram
