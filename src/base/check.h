// Assertions about our own code, never about input.
//
// CHECK stays on in every build: it aborts and prints what was expected and, optionally, what was
// seen. DCHECK is the same in debug builds and nothing in release; it is for hot loops.
// Bad input is an Error (result.h), not a CHECK.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace tangram {

[[noreturn]] inline void check_failed(const char* expectation, std::string_view seen,
                                      const char* file, int line) {
    std::fprintf(stderr, "%s:%d: internal error: expected %s%s%.*s\n", file, line, expectation,
                 seen.empty() ? "" : "; ", static_cast<int>(seen.size()),
                 seen.empty() ? "" : seen.data());
    std::abort();
}

}  // namespace tangram

// CHECK(condition) or CHECK(condition, text_that_says_what_was_seen)
#define CHECK(condition, ...)                                                              \
    do {                                                                                   \
        if (!(condition)) [[unlikely]] {                                                   \
            ::tangram::check_failed(#condition, ::std::string_view{__VA_ARGS__}, __FILE__, \
                                    __LINE__);                                             \
        }                                                                                  \
    } while (false)

#ifdef NDEBUG
#define DCHECK(condition, ...) \
    do {                       \
    } while (false)
#else
#define DCHECK(condition, ...) CHECK(condition __VA_OPT__(, ) __VA_ARGS__)
#endif
