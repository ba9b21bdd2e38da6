// Ctrl-C and termination requests. Outside a Deferred they end the program at once, with exit code
// 128 + signal; inside one they are remembered, so that a plan can be finished with what there is
// and a file is written as a whole. A second one ends the program in any case.
#pragma once

namespace tangram::app {

class Interrupt {
public:
    // To be called once, at the start. Leaves a signal alone that is ignored already.
    static void install();
    // Whether a signal came while it was deferred.
    [[nodiscard]] static bool pending();
    // 128 + the signal that came.
    [[nodiscard]] static int exit_code();

    class Deferred {
    public:
        Deferred();
        ~Deferred();
        Deferred(const Deferred&) = delete;
        Deferred& operator=(const Deferred&) = delete;
    };
};

}  // namespace tangram::app
