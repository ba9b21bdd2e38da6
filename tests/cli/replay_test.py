"""A recorded day under several policies: what the frontier says, and what is refused."""

import csv
import io
import json
import unittest

from program import SMALL, ProgramTest

STEPS = 8


class ReplayTest(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.succeed("plan", SMALL, "-o", "now.json", "--quiet")
        plan = json.loads((self.folder / "now.json").read_text())
        self.mean = {one["name"]: one["rate_rps"] for one in plan["deployment"]["services"]}
        self.write("rates.csv", self.rates())

    def rates(self, names: list[str] | None = None) -> str:
        """A day that rises and falls: half the rate, the rate, one and a half, and back."""
        lines = ["# format: tangram/rates, version: 1", "time_s,service,rate_rps"]
        for step in range(-2, STEPS):
            share = [0.5, 1, 1.5, 1][step % 4]
            for name in names or list(self.mean):
                lines.append(f"{600 * step},{name},{self.mean[name] * share:.3f}")
        return "\n".join(lines) + "\n"

    def test_the_frontier(self) -> None:
        report = self.succeed_json("replay", SMALL, "rates.csv", "--forecaster", "last",
                                   "--forecaster", "seasonal-naive", "--season", "4")
        self.assertEqual((report["format"], report["version"]), ("tangram/replay", 1))
        self.assertEqual((report["steps"], report["past_steps"]), (STEPS, 2))
        runs = report["runs"]
        self.assertEqual([run["policy"] for run in runs],
                         ["static-peak", "reactive", "forecast", "forecast", "perfect"])
        peak, reactive, last, _, perfect = runs
        self.assertEqual(peak["unserved_requests"], 0)
        self.assertEqual(peak["transitions"], 0)
        self.assertEqual(perfect["unserved_requests"], 0)
        self.assertLess(perfect["gpu_hours"], peak["gpu_hours"] + 0.001)
        self.assertGreater(reactive["unserved_requests"], 0)
        for key in ("gpu_hours", "unserved_requests", "started"):
            self.assertEqual(reactive[key], last[key], key)
        for run in runs:
            served = run["served_requests"] + run["unserved_requests"]
            self.assertAlmostEqual(run["asked_requests"], served, delta=1)
            self.assertEqual(len(run["by_step"]), STEPS)

    def test_the_same_again_for_any_number_of_threads(self) -> None:
        def runs(threads: int) -> list[dict]:
            report = self.succeed_json("replay", SMALL, "rates.csv", "--threads", threads)
            return [{k: v for k, v in run.items() if k != "timing"} for run in report["runs"]]

        self.assertEqual(runs(1), runs(3))

    def test_the_table(self) -> None:
        text = self.succeed("replay", SMALL, "rates.csv", "--headroom", "0", "--headroom", "20")
        self.assertEqual(sum(line.startswith("reactive") for line in text.splitlines()), 2)
        self.assertRegex(text, r"8 steps of 600 s after 2 known before; durations driver")

    def test_the_fewest_gpu_hours_within_a_share(self) -> None:
        arguments = ("replay", SMALL, "rates.csv", "--policy", "reactive", "--policy", "perfect",
                     "--headroom", "0", "--headroom", "100", "--safety", "0", "--safety", "100",
                     "--seen-after", "60")
        report = self.succeed_json(*arguments)
        runs = report["runs"]
        self.assertEqual([(run["policy"], run["headroom"], run["safety"]) for run in runs],
                         [("reactive", 0, 0), ("reactive", 0, 1), ("reactive", 1, 0),
                          ("reactive", 1, 1), ("perfect", 0, 0), ("perfect", 1, 0)])
        self.assertEqual({run["seen_after_s"] for run in runs}, {60})
        strict = self.succeed_json(*arguments[:-2])["runs"]
        self.assertEqual({run["seen_after_s"] for run in strict}, {600})
        self.assertLess(runs[0]["unserved_requests"], strict[0]["unserved_requests"])
        at_once = self.succeed_json(*arguments[:-1], "0")["runs"]
        self.assertEqual({run["seen_after_s"] for run in at_once}, {0})
        self.assertLessEqual(at_once[0]["unserved_requests"], runs[0]["unserved_requests"])
        limit = sorted(run["unserved_share"] for run in runs[:4])[1]
        within = [run for run in runs if run["unserved_share"] <= limit]
        text = self.succeed(*arguments, "--unserved", f"{100 * limit:.4f}")
        for policy in ("reactive", "perfect"):
            best = min(run["gpu_hours"] for run in within if run["policy"] == policy)
            self.assertRegex(text, rf"(?m)^  {policy}: {best:.1f} GPU-hours")
        self.assertRegex(text, r"(?m)^  reactive: .*, [+-]\d+\.\d % of the perfect forecast's$")
        none = self.succeed(*arguments[:-2], "--policy", "forecast", "--unserved", "0")
        self.assertRegex(none, r"(?m)^  holt-winters: none of these$")

    def test_what_is_refused(self) -> None:
        name = next(iter(self.mean))
        self.write("few.csv", self.rates([name]))
        self.reject("replay", SMALL, "few.csv", expected="no rates of the problem's service")
        self.write("bad.csv", self.rates().replace("version: 1", "version: 2"))
        self.reject("replay", SMALL, "bad.csv", expected="bad.csv:1: found")
        self.reject("replay", SMALL, "rates.csv", "--seen-after", "-1",
                    expected="--seen-after: found \"-1\", expected a number from 0 to 86400")
        self.reject("replay", SMALL, "rates.csv", "--policy", "bold", expected="--policy")
        self.reject("replay", SMALL, "rates.csv", "--forecaster", "oracle", expected="--forecaster")

    def test_a_trace_becomes_rates(self) -> None:
        lines = ["service,client_chunk,t_s,requests_per_s,iat_cv"]
        for client in range(len(self.mean) + 2):
            lines += [f"l,{client},{600 * step},{client + step + 1},1" for step in range(4)]
        self.write("clients.csv", "\n".join(lines) + "\n")
        text = self.succeed("import", "rates", "trace", "clients.csv", "--problem", SMALL,
                            "--begin", "600", "--length", "1800", "--past", "600",
                            "-o", "mapped.csv")
        self.assertEqual(text, "")
        rows = (self.folder / "mapped.csv").read_text()
        table = csv.DictReader(io.StringIO("\n".join(
            line for line in rows.splitlines() if not line.startswith("#"))))
        sums: dict[str, float] = {}
        for row in table:
            if int(row["time_s"]) >= 0:
                sums[row["service"]] = sums.get(row["service"], 0) + float(row["rate_rps"])
        for name, total in sums.items():
            self.assertAlmostEqual(total / 3, self.mean[name], delta=0.01)
        self.succeed("replay", SMALL, "mapped.csv", "--policy", "static-peak")
        self.reject("import", "rates", "trace", "clients.csv",
                       "--problem", SMALL, expected="whole steps of 600 s")


if __name__ == "__main__":
    unittest.main()
