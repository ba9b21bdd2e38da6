// Schedules become values that keep every row and are worth the same, and come back.
#include "window/ilp/formulation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/small_window.h"
#include "window/evaluate.h"

namespace tangram::window::ilp {
namespace {

using test::share;
using test::SmallWindow;

double objective(const Formulation& program, const std::vector<double>& values) {
    double sum = 0;
    for (std::size_t c = 0; c < values.size(); ++c) sum += program.model.cost[c] * values[c];
    return sum * program.unit;
}

// Rows and bounds that the values break.
int broken(const lp::Model& model, const std::vector<double>& values) {
    constexpr double kTolerance = 1e-9;
    int count = 0;
    for (std::size_t r = 0; r < model.rows.size(); ++r) {
        double sum = 0;
        for (const lp::Term& term : model.rows[r]) {
            sum += term.coefficient * values[static_cast<std::size_t>(term.column)];
        }
        if (sum < model.row_lower[r] - kTolerance || sum > model.row_upper[r] + kTolerance) ++count;
    }
    for (std::size_t c = 0; c < values.size(); ++c) {
        if (values[c] < model.column_lower[c] - kTolerance ||
            values[c] > model.column_upper[c] + kTolerance) {
            ++count;
        }
    }
    return count;
}

// a retrains while it serves, b's creation goes on; of an A100, whose halves are not equal.
SmallWindow busy() {
    SmallWindow w("A100-SXM4-80GB", 12);
    w.tenant("a", 450, 2).retraining("3g.40gb", 4, 0.8).retraining("2g.20gb", 7, 0.7);
    w.tenant("b", 130, 1).retraining("1g.10gb", 5, 0.9);
    w.runs("b", "1g.10gb", 1, Activity::kCreating, 3);
    w.runs("a", "1g.10gb", 0);
    w.continues(0, 12);
    w.continues(1, 9);
    w.serves("a", "2g.20gb", 2, 0, 2, 9);
    w.retrains("a", "3g.40gb", 4, 4, 8);
    w.serves("a", "3g.40gb", 4, 8, 10, 12);
    w.serves("b", "1g.10gb", 4, 0, 1, 4);
    return w;
}

void expect_round_trip(const SmallWindow& w, int step) {
    const Evaluation before = evaluate(w.window, w.schedule);
    ASSERT_TRUE(before.violations.empty()) << before.violations.front();
    const Formulation program = formulate(w.window, step);
    const auto values = values_of(w.window, program, w.schedule);
    ASSERT_TRUE(values.has_value());
    EXPECT_EQ(broken(program.model, *values), 0);
    EXPECT_NEAR(objective(program, *values), static_cast<double>(before.goodput.count()),
                1e-9 * static_cast<double>(before.goodput.count()));
    const auto back = schedule_of(w.window, program, *values);
    ASSERT_TRUE(back.has_value());
    const Evaluation after = evaluate(w.window, *back);
    EXPECT_TRUE(after.violations.empty());
    EXPECT_EQ(after.goodput, before.goodput);
}

TEST(Formulation, ASchedulesValuesKeepEveryRowAndComeBack) { expect_round_trip(busy(), 1); }

TEST(Formulation, FloorsARunningRetrainingAndRequestsThatStopAreExpressed) {
    SmallWindow w("A30", 8);
    w.tenant("a", 150, 1).tenant("b", 100, 2);
    w.last().rates.back() = Rate{};
    w.last().floor = share(0.5);
    w.runs("a", "2g.12gb", 2, Activity::kRetraining, 3, 0.9);
    w.runs("b", "1g.6gb", 0);
    w.continues(0, 3);
    w.continues(1, 8);
    w.serves("a", "2g.12gb", 2, 3, 4, 8);
    expect_round_trip(w, 1);
}

TEST(Formulation, ARetrainingThatOutlastsTheWindowKeepsItsPlace) {
    SmallWindow w("A30", 4);
    w.tenant("a", 150, 1).runs("a", "2g.12gb", 2, Activity::kRetraining, 9, 0.9);
    w.continues(0, 4);
    w.serves("a", "2g.12gb", 0, 0, 1, 4);
    expect_round_trip(w, 1);
}

TEST(Formulation, CreationsHeldBackServeAsSoonAsTheyCan) {
    SmallWindow w("A30", 6);
    w.tenant("a", 100, 1);
    w.runs("a", "1g.6gb", 3, Activity::kCreating, 2);
    w.continues(0, 6);
    w.serves("a", "1g.6gb", 0, 0, 4, 6);  // ready at 1 already
    expect_round_trip(w, 1);
}

TEST(Formulation, ACoarseProgramExpressesOnlySchedulesThatFit) {
    SmallWindow w("A30", 12);
    w.tenant("a", 300, 1).retraining("2g.12gb", 5, 0.8);
    w.serves("a", "1g.6gb", 0, 0, 1, 8);
    w.retrains("a", "2g.12gb", 2, 4, 9);
    w.serves("a", "2g.12gb", 0, 8, 9, 12);
    expect_round_trip(w, 1);
    expect_round_trip(w, 4);
    EXPECT_LT(formulate(w.window, 4).model.columns(), formulate(w.window, 1).model.columns());
    w.schedule.stints.back().ready = 10;
    EXPECT_FALSE(values_of(w.window, formulate(w.window, 4), w.schedule).has_value());
    expect_round_trip(w, 1);
}

TEST(Formulation, RetrainingsThatCannotHelpAreLeftOut) {
    SmallWindow w("A30", 10);
    w.tenant("a", 100).retraining("1g.6gb", 10, 0.9);  // ends with the window
    w.retraining("1g.6gb", 3, 0.5);                    // no better than before
    w.retraining("1g.6gb", 5, 0.7).retraining("1g.6gb", 4, 0.7).retraining("1g.6gb", 4, 0.7);
    const Formulation program = formulate(w.window, 1);
    ASSERT_FALSE(program.retraining.empty());
    for (const RetrainingPlace& place : program.retraining) EXPECT_EQ(place.choice, 3U);
    w.retrains("a", "1g.6gb", 0, 0, 5, 2);
    EXPECT_FALSE(values_of(w.window, program, w.schedule).has_value());
}

TEST(Formulation, TheCeilingCountsEveryRequestAtTheBestAccuracyInTime) {
    SmallWindow w("A30", 6);
    w.tenant("a", 100).retraining("1g.6gb", 4, 0.9);
    w.tenant("b", 9'000);  // an A30 serves 400
    EXPECT_EQ(formulate(w.window, 1).ceiling,
              test::worth(100, 0.5, 4) + test::worth(100, 0.9, 2) + test::worth(400, 0.5, 6));
}

TEST(Formulation, ItsSizeIsKnownBefore) {
    for (const SmallWindow& w : {busy(), SmallWindow("A30", 50).tenant("a", 100, 6)}) {
        const Formulation program = formulate(w.window, 1);
        double entries = 0;
        for (const auto& row : program.model.rows) entries += static_cast<double>(row.size());
        EXPECT_GT(size_of(w.window), entries / 4);
        EXPECT_LT(size_of(w.window), entries * 4);
    }
}

TEST(Formulation, ValuesThatNoLegalScheduleHasAreNoSchedule) {
    const SmallWindow w = busy();
    const Formulation program = formulate(w.window, 1);
    EXPECT_FALSE(schedule_of(w.window, program, program.model.column_upper).has_value());
}

}  // namespace
}  // namespace tangram::window::ilp
