// How wrong predictions of retrainings are, on Ekya's table of real ones, beside Ekya's own; and
// how well the speeds of slices carry over from one model to another.
#pragma once

#include <string>

namespace tangram::bench {

struct PredictBench {
    // ekya_retraining_windows.csv and miso_training.csv; the first may not be passed on, so neither
    // comes with the project.
    std::string retrainings, speeds;
};

// Prints Markdown; returns the exit code.
int run_predict_bench(const PredictBench& options);

}  // namespace tangram::bench
