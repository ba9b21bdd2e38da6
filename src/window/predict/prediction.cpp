#include "window/predict/prediction.h"

#include <utility>

namespace tangram::window::predict {

Prediction predict(int epochs, std::vector<Checkpoint> measured, std::vector<TimedRun> timed) {
    Prediction prediction{.epochs = epochs,
                          .measured = std::move(measured),
                          .timed = std::move(timed),
                          .accuracy = {},
                          .duration = {}};
    prediction.accuracy = predict_accuracy(prediction.measured, epochs, {});
    prediction.duration = predict_duration(prediction.timed, epochs, {});
    return prediction;
}

}  // namespace tangram::window::predict
