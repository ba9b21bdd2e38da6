// For functions whose loops are worth vector instructions: the same code for several processors,
// chosen when the program starts. Not under sanitizers whose run-time starts later than that.
//
// The answer must not depend on the processor. Some can multiply and add in one step, which rounds
// once instead of twice, so products of doubles that are not whole numbers below 2^53 must not be
// added to anything here.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define TANGRAM_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define TANGRAM_WIDE
#endif
