"""Windows: schedules, what the evaluator says of them, engines side by side, what is refused."""

import json
import unittest

from program import ProgramTest

SCENARIO = """\
format: tangram/window-scenario
version: 1
name: crossroads
slot_s: 1
window_s: 30
windows: 2
gpus: [{model: A100-SXM4-80GB, count: 1}]
switching: {destroy_s: 0.5, create_s: 0.5, load_s: 1.5, first_inference_s: 0.5}
tenants:
  - name: traffic
    model: resnet50
    capacity: {1g.10gb: 20, 2g.20gb: 45, 3g.40gb: 70, 4g.40gb: 90, 7g.80gb: 150}
    arrivals: [{from_s: 0, rps: 60}, {from_s: 12, rps: 85}, {from_s: 24, rps: 30}]
    accuracy: 0.6
    retraining:
      - {name: 15 epochs, profile: 2g.20gb, seconds: 9, accuracy: 0.8}
      - {name: 15 epochs, profile: 3g.40gb, seconds: 6, accuracy: 0.8}
    later: [{drop: 0.1}]
  - name: parking
    model: mobilenet
    capacity: {1g.10gb: 30, 2g.20gb: 60, 3g.40gb: 85, 4g.40gb: 100, 7g.80gb: 170}
    arrivals: [{from_s: 0, rps: 50}, {from_s: 20, rps: 20}]
    accuracy: 0.7
"""


class WindowTest(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("s.yaml", SCENARIO)

    def schedule(self, *arguments: object) -> dict:
        self.succeed("window", "plan", "s.yaml", *arguments, "-o", "out.json", "--quiet")
        return json.loads((self.folder / "out.json").read_text())


class PlanTest(WindowTest):
    def test_a_schedule_says_what_it_is_worth(self) -> None:
        schedule = self.succeed_json("window", "plan", "s.yaml")
        self.assertEqual(schedule["version"], 1)
        self.assertEqual(schedule["status"], "optimal")
        self.assertEqual(schedule["engine"], "best")
        self.assertLessEqual(schedule["gap"], 1e-6)
        self.assertGreater(schedule["goodput"], 0)
        self.assertGreaterEqual(schedule["bound"], schedule["goodput"])
        self.assertTrue(schedule["schedule"])
        self.assertGreaterEqual(schedule["timing"]["seconds"], 0)

    def test_the_evaluator_agrees(self) -> None:
        for engine in ("exact", "static"):
            schedule = self.schedule("--engine", engine)
            said = self.succeed_json("window", "check", "s.yaml", "out.json")
            self.assertTrue(said["ok"])
            self.assertEqual(said["goodput"], schedule["goodput"])
            self.assertLessEqual(said["on_demand"]["goodput"], said["goodput"])
            for tenant in said["switching"]:
                parts = sum(seconds for name, seconds in tenant.items() if name.endswith("_s"))
                self.assertAlmostEqual(parts, tenant["slots"], places=6)
            self.assertRegex(
                self.succeed("window", "check", "s.yaml", "out.json"),
                r"^legal: goodput [\d,.]+; \d+ slots? loses? [\d,.]+ to switching\n",
            )

    def test_created_on_demand(self) -> None:
        ahead = self.schedule()
        expected = self.succeed_json("window", "check", "s.yaml", "out.json")["on_demand"]
        later = self.schedule("--creation", "on-demand")
        self.assertEqual(later["goodput"], expected["goodput"])
        self.assertEqual(later["bound"], ahead["bound"])
        self.assertIn("created on demand", later["note"])
        said = self.succeed_json("window", "check", "s.yaml", "out.json")
        self.assertEqual(said["goodput"], later["goodput"])

    def test_a_changed_schedule_is_found_out(self) -> None:
        schedule = self.schedule()
        schedule["schedule"].append(schedule["schedule"][0])
        self.write("bad.json", json.dumps(schedule))
        said = self.succeed_json("window", "check", "s.yaml", "bad.json", code=1)
        self.assertFalse(said["ok"])
        text = self.succeed("window", "check", "s.yaml", "bad.json", code=1)
        self.assertRegex(text, r"GPU a100-80gb-0, .*\n(.*\n)*not legal: \d+ violations?\n$")

    def test_pictures(self) -> None:
        text = self.succeed("window", "plan", "s.yaml", "--svg", "s.svg")
        self.assertRegex(text, r"^Goodput [\d,.]+, proven optimal\n2 tenants on 1 GPU · 30 slots")
        self.assertRegex(text, r"(?m)^a100-80gb-0 +\d")
        self.assertTrue(all(len(line) <= 100 for line in text.splitlines()))
        self.assertIn("Memory slices", (self.folder / "s.svg").read_text())

    def test_a_later_window_begins_with_older_models(self) -> None:
        schedule = self.schedule("--window", 1)
        accuracy = schedule["tenants"][0]["accuracy"]
        self.assertEqual(accuracy[0], {"from": 0, "accuracy": 0.5})
        self.succeed("window", "check", "s.yaml", "out.json", "--window", 1)
        self.reject("window", "plan", "s.yaml", "--window", 2,
                    expected="found 2, the scenario's windows are 0 to 1")

    def test_the_same_bytes_again(self) -> None:
        for engine in ("best", "priced"):
            first = self.schedule("--engine", engine, "--seed", 3)
            second = self.schedule("--engine", engine, "--seed", 3, "--threads", 1)
            del first["timing"], second["timing"]
            self.assertEqual(first, second)

    def test_bad_input(self) -> None:
        self.reject("window", "plan", "s.yaml", "--engine", "exakt", expected="one of .*exact")
        self.reject("window", "plan", "none.yaml", expected="none.yaml")
        self.write("broken.yaml", SCENARIO.replace("slot_s: 1", "slot_s: 0"))
        self.reject("window", "plan", "broken.yaml", expected=r"broken\.yaml.*slot_s")
        self.reject("window", "check", "s.yaml", "s.yaml", expected=r"s\.yaml")
        self.reject("window", expected='behind "window": one of plan')


class CompareTest(WindowTest):
    def test_engines_side_by_side(self) -> None:
        json_text = self.succeed_json("window", "compare", "s.yaml", "--seconds", 20)
        self.assertEqual(json_text["format"], "tangram/window-comparison")
        (window,) = json_text["windows"]
        self.assertEqual(window["scenario"], "crossroads")
        entries = {entry["engine"]: entry for entry in window["engines"]}
        self.assertEqual(entries["exact"]["status"], "optimal")
        for name, entry in entries.items():
            if "on_demand_goodput" not in entry:  # no schedule: the bound is about schedules
                self.assertNotIn("gap", entry)
                continue
            with self.subTest(name):
                self.assertLessEqual(entry["goodput"], window["bound"])
                self.assertLessEqual(entry["on_demand_goodput"], entry["goodput"])

    def test_several_scenarios_are_summed_up(self) -> None:
        self.write("t.yaml", SCENARIO.replace("crossroads", "busy").replace("rps: 60", "rps: 95"))
        text = self.succeed("window", "compare", "s.yaml", "t.yaml", "--engines", "exact,static",
                            "--svg", "all.svg")
        self.assertIn("crossroads: 2 tenants on 1 GPU, 30 slots of 1 s\n", text)
        self.assertIn("all 2 windows\n", text)
        self.assertRegex(text, r"(?m)^static +2 +\d")
        self.assertIn("busy", (self.folder / "all.svg").read_text())
        tables = self.succeed("window", "compare", "s.yaml", "--engines", "static", "--markdown",
                              "-o", "table.md")
        self.assertEqual(tables, "")
        self.assertIn("| engine |", (self.folder / "table.md").read_text())

    def test_bad_input(self) -> None:
        compare = ("window", "compare", "s.yaml", "--engines")
        self.reject(*compare, "exact,sttic", expected="no engine 'sttic'; nearest: static")
        self.reject(*compare, "exact,exact", expected="'exact' is named twice")
        self.reject(*compare, "exact,", expected="no engine ''")


if __name__ == "__main__":
    unittest.main()
