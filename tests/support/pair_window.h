// Two tenants on one A100 over ten slots, and a schedule: small enough to reckon by hand.
#pragma once

#include "support/small_window.h"

namespace tangram::test {

// The first retrains beside the second, then both serve. The last instance of the second is created
// one slot earlier than it must be.
inline SmallWindow pair() {
    SmallWindow w("A100-SXM4-80GB", 10);
    w.tenant("first", 400, 2).retraining("3g.40gb", 4, 0.9);
    w.tenant("second", 400, 2);
    w.retrains("first", "3g.40gb", 0, 0, 4);
    w.serves("second", "1g.10gb", 4, 0, 2, 10);
    w.serves("first", "3g.40gb", 0, 4, 6, 10);
    w.serves("second", "1g.10gb", 5, 4, 7, 9);
    return w;
}

}  // namespace tangram::test
