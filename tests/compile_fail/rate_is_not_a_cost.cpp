// expect: no match for .operator\+.|invalid operands to binary expression
#include "base/quantity.h"

int main() {
    const tangram::Rate rate{1};
    const tangram::Cost cost{1};
#ifdef MISUSE
    return (rate + cost).count() > 0;
#else
    return (rate + rate).count() > cost.count();
#endif
}
