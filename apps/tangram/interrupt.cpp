#include "interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

namespace tangram::app {
namespace {

// A signal handler can reach nothing but globals.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<int> deferred_depth{0};
std::atomic<int> caught{0};
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void on_signal(int number) {
    const bool first = caught.exchange(number) == 0;
    if (deferred_depth.load() == 0 || !first) ::_exit(128 + number);
}

}  // namespace

void Interrupt::install() {
    for (const int number : {SIGINT, SIGTERM}) {
        struct sigaction before{};
        if (::sigaction(number, nullptr, &before) != 0 || before.sa_handler == SIG_IGN) continue;
        struct sigaction action{};
        action.sa_handler = on_signal;
        action.sa_flags = SA_RESTART;
        ::sigemptyset(&action.sa_mask);
        ::sigaction(number, &action, nullptr);
    }
}

bool Interrupt::pending() { return caught.load() != 0; }

int Interrupt::exit_code() { return 128 + caught.load(); }

Interrupt::Deferred::Deferred() { ++deferred_depth; }
Interrupt::Deferred::~Deferred() { --deferred_depth; }

}  // namespace tangram::app
