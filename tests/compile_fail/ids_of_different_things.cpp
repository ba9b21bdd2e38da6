// expect: no match for .operator\[\].|no viable overloaded operator\[\]
#include "base/id.h"

int main() {
    using ServiceId = tangram::Id<struct ServiceTag>;
    using GpuId = tangram::Id<struct GpuTag>;
    const tangram::IdVector<ServiceId, int> items(1);
#ifdef MISUSE
    return items[GpuId{0}];
#else
    return items[ServiceId{0}] + static_cast<int>(GpuId{0}.index());
#endif
}
