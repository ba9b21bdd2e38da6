"""Windows played one after the other: planned again and again, with forecasts that are wrong."""

import json
import unittest

from window_test import SCENARIO, WindowTest

TENANTS = 2
SLOTS = 30


class RunTest(WindowTest):
    def play(self, *arguments: object) -> dict:
        """The run as JSON, without what differs from run to run."""
        run = self.succeed_json("window", "run", "s.yaml", *arguments)
        timing = run.pop("timing")
        self.assertLessEqual(timing["decision_p50_s"], timing["decision_p99_s"])
        self.assertLessEqual(timing["decision_p99_s"], timing["decision_max_s"])
        return run

    def test_planned_once_and_foreseen_it_is_what_was_planned(self) -> None:
        run = self.play("--once", "--forecast", "perfect")
        self.assertEqual(run["format"], "tangram/window-run")
        self.assertEqual((run["scenario"], run["window_slots"]), ("crossroads", SLOTS))
        self.assertEqual(run["decisions"], {"followed": 2, "kept": 0, "late": 0, "no-schedule": 0})
        self.assertTrue(run["reproducible"])
        first, second = run["windows"]
        self.assertEqual(first["goodput"], self.schedule()["goodput"])
        self.assertAlmostEqual(run["goodput"], first["goodput"] + second["goodput"], places=9)
        for window in run["windows"]:
            self.assertEqual(window["goodput"], window["decisions"][0]["expected"])
            self.assertEqual(len(window["tenants"]), TENANTS)

    def test_models_drift_between_windows_and_keep_what_they_learned(self) -> None:
        run = self.play("--once", "--forecast", "perfect")
        before, after = (window["tenants"][0]["accuracy"] for window in run["windows"])
        self.assertEqual([before[0]["accuracy"], before[-1]["accuracy"]], [0.6, 0.8])
        self.assertAlmostEqual(after[0]["accuracy"], 0.7)

    def test_every_few_slots_there_is_a_decision(self) -> None:
        run = self.play("--every", 10)
        for window in run["windows"]:
            self.assertEqual([each["slot"] for each in window["decisions"]], [0, 10, 20])

    def test_what_was_carried_out_is_legal_and_worth_what_is_said(self) -> None:
        wrong = ("--every", 6, "--noise", 30, "--lag", 5, "--missed-bursts", 100,
                 "--duration-noise", 30, "--accuracy-noise", 5)
        run = self.play(*wrong, "--schedules", "done-")
        self.assertEqual(run, self.play(*wrong))
        self.assertEqual(self.files(), ["done-1.json", "done-2.json", "s.yaml"])
        said = self.succeed_json("window", "check", "s.yaml", "done-1.json")
        self.assertEqual(said["goodput"], run["windows"][0]["goodput"])
        self.assertEqual(run["options"]["noise"], 0.3)
        other = self.play(*wrong, "--seed", 2)
        self.assertNotEqual([each["decisions"] for each in other["windows"]],
                            [each["decisions"] for each in run["windows"]])

    def test_late_decisions_change_nothing(self) -> None:
        run = self.play("--every", 15, "--work-per-slot", 0)
        self.assertEqual(run["decisions"], {"followed": 0, "kept": 0, "late": 4, "no-schedule": 0})
        self.assertEqual(run["goodput"], 0)
        self.assertTrue(run["reproducible"])

    def test_a_clock_that_decides_is_said(self) -> None:
        self.assertFalse(self.play("--once", "--real-time")["reproducible"])

    def test_with_hysteresis_a_plan_that_is_no_better_is_not_followed(self) -> None:
        run = self.play("--every", 10, "--forecast", "perfect", "--hysteresis", 0)
        once = self.play("--once", "--forecast", "perfect")
        self.assertEqual(run["goodput"], once["goodput"])
        self.assertEqual(run["decisions"]["followed"], 2)
        self.assertEqual(run["decisions"]["kept"], 4)

    def test_text(self) -> None:
        text = self.succeed("window", "run", "s.yaml", "--every", 10)
        self.assertRegex(text, r"(?m)^ *1  traffic +[\d.]+ +[\d.]+ % +60")
        self.assertRegex(text, r"\ngoodput [\d.]+ accurate requests, best every 10 slots\n"
                               r"decisions: 6 followed, 0 kept, 0 late, 0 without a schedule; "
                               r"median [\d.]+ s, p99 [\d.]+ s, at most [\d.]+ s\n$")

    def test_what_is_predicted_is_labelled(self) -> None:
        choice = "      - {name: 15 epochs, profile: 3g.40gb, seconds: 6, accuracy: 0.8}\n"
        self.assertIn(choice, SCENARIO)
        epochs = ("      - {name: more, epochs: 12, profiled: [{epochs: 0, accuracy: 0.6}, "
                  "{epochs: 4, accuracy: 0.9, seconds: {3g.40gb: 2}}]}\n")
        self.write("s.yaml", SCENARIO.replace(choice, epochs))
        run = self.play("--once", "--forecast", "perfect")
        traffic, parking = run["windows"][0]["tenants"]
        predicted = traffic["predicted"]
        self.assertEqual(predicted["epochs"], 12)
        self.assertLess(predicted["accuracy_low"], predicted["accuracy"])
        self.assertLess(predicted["seconds"], predicted["seconds_high"])
        self.assertEqual(traffic["accuracy"][-1]["accuracy"], predicted["accuracy"])
        self.assertNotIn("predicted", parking)
        stints = self.schedule()["schedule"]
        retraining = next(stint["retraining"] for stint in stints if "retraining" in stint)
        self.assertEqual(retraining["predicted"], predicted)
        self.succeed("window", "check", "s.yaml", "out.json")
        self.assertIn("traffic predicted: more, ", self.succeed("window", "plan", "s.yaml"))
        self.assertIn(", as predicted", self.succeed("window", "run", "s.yaml", "--once"))

    def test_into_a_file(self) -> None:
        self.assertEqual(self.succeed("window", "run", "s.yaml", "-q", "-o", "run.json"), "")
        run = json.loads((self.folder / "run.json").read_text())
        self.assertEqual(run["decisions"]["followed"], 2 * SLOTS)

    def test_bad_input(self) -> None:
        run = ("window", "run", "s.yaml")
        self.reject(*run, "--engine", "bst", expected="one of .*best")
        self.reject(*run, "--engine", "ekya", "--once", expected="cannot be carried out")
        self.reject(*run, "--every", 0, expected="--every")
        self.reject(*run, "--forecast", "psychic", expected="one of last")
        self.reject(*run, "--lag", -1, expected="--lag")
        self.reject(*run, "--missed-bursts", 101, expected="--missed-bursts")
        self.reject("window", "run", "none.yaml", expected="none.yaml")
        self.assertEqual(self.files(), ["s.yaml"])


if __name__ == "__main__":
    unittest.main()
