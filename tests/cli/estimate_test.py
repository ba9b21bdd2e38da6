"""Estimated tables: made, refused unless allowed, and marked wherever they are used."""

import csv
import json
import unittest

from program import TABLE, ProgramTest

PROBLEM = """format: tangram/problem
version: 1
gpus:
  - model: {gpu}
profiles: {profiles}
services:
  - name: photos
    model: resnet50
    rate: 3000
    slo: {{latency_ms: 200}}
"""


class TableEstimateTest(ProgramTest):
    def estimate(self, to: str, *more: object, **options: object) -> str:
        arguments = ["table", "estimate", TABLE, "--from", "A100-80GB", "--to", to, *more]
        return self.succeed(*arguments, "-q", **options)

    def test_every_row_is_marked(self) -> None:
        rows = list(csv.DictReader(self.estimate("H100-SXM").splitlines()))
        self.assertGreater(len(rows), 1000)
        for row in rows:
            self.assertEqual((row["estimated"], row["gpu"]), ("true", "H100-SXM5-80GB"))
            self.assertEqual(row["source"], "estimate from A100-SXM4-80GB: parvagpu")
            self.assertRegex(row["note"], r"^from \dg\.\d+gb x \d")

    def test_one_row_by_hand(self) -> None:
        # 1g: 16 over 14 SMs; 3350 over 2039 GB/s; one of eight slices each. 74.408 x 16 / 14.
        rows = list(csv.DictReader(self.estimate("H100-SXM").splitlines()))
        asked = {"model": "bert-large(seq128)", "profile": "1g.10gb", "batch": "1", "procs": "1"}
        (row,) = [row for row in rows if asked.items() <= row.items()]
        self.assertEqual(row["throughput_rps"], "85.037")
        self.assertEqual(row["latency_ms"], "11.375")
        self.assertEqual(row["note"], "from 1g.10gb x 1.142")

    def test_what_was_made_is_a_table(self) -> None:
        self.estimate("H100-SXM", "-o", "h100.csv")
        self.assertIn("tangram", self.succeed("validate", "h100.csv", "--json"))
        text = self.succeed("table", "show", "h100.csv")
        self.assertRegex(text, r"^(\S+) operating points \(\1 estimated: est\.\)")
        self.assertRegex(text, r"1g\.10gb +\S+ est\. ")

    def test_standard_error_says_how_far_to_trust_it(self) -> None:
        arguments = ["table", "estimate", TABLE, "--from", "A100-80GB", "--to", "H100-SXM"]
        done = self.run_program(*arguments, "-o", "h100.csv")
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertIn("an SM of Hopper does not do the work of one of Ampere", done.stderr)
        self.assertRegex(done.stderr, r"\d+ estimated operating points for H100-SXM5-80GB: not")

    def test_what_is_unknown_is_refused(self) -> None:
        base = ["table", "estimate", TABLE, "-o", "out.csv"]
        for source, target, expected in (
            ("A100-80GB", "B300", "B300-288GB: memory bandwidth unknown"),
            ("A100-80GB", "Thor", "Thor: geometry unknown"),
            ("A100-80GB", "A100-80GB", "needs two GPU models"),
            ("A30", "A100-80GB", "no measurement on a MIG profile of A30.*rows of A100-80GB"),
            ("A100-80GB", "H1000", "--to: unknown GPU model.*nearest"),
            ("B100x", "A30", "--from: unknown GPU model"),
        ):
            self.reject(*base, "--from", source, "--to", target, expected=expected)
        self.reject("table", "estimate", TABLE, "--from", "A30", expected="--to is required")
        self.reject(*base[:2], "none.csv", "--from", "A30", "--to", "H200", expected="none.csv")
        self.assertEqual(self.files(), [])


class AllowEstimatesTest(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        arguments = ["--from", "A100-80GB", "--to", "H100-SXM", "-o", "h100.csv", "-q"]
        self.succeed("table", "estimate", TABLE, *arguments)
        self.write("p.yaml", PROBLEM.format(gpu="H100-SXM", profiles="[h100.csv]"))

    def test_without_the_option_estimates_are_refused(self) -> None:
        expected = r"p\.yaml: service 'photos': .*an estimate, and estimates are not allowed.*"
        expected += r"\d+ estimated points would do with --allow-estimates"
        self.reject("plan", "p.yaml", "-o", "plan.json", expected=expected)
        self.reject("compare", "p.yaml", expected="--allow-estimates")
        text = self.succeed("explain", "p.yaml", code=1)
        self.assertIn("--allow-estimates takes estimates", text)
        self.assertEqual(self.files(), ["h100.csv", "p.yaml"])

    def test_the_mark_travels(self) -> None:
        arguments = ["--allow-estimates", "-o", "plan.json", "--svg", "f.svg"]
        text = self.succeed("plan", "p.yaml", *arguments)
        self.assertRegex(text, r"· \d+ of \d+ instances on estimated performance")
        self.assertRegex(text, r"\d+ of \d+ instances rest on estimated performance: derived from")
        self.assertIn("(estimated)", text)
        self.assertIn("estimated performance", (self.folder / "f.svg").read_text())
        plan = json.loads((self.folder / "plan.json").read_text())
        self.assertEqual(plan["estimated_instances"], plan["instances"])
        self.assertGreater(plan["instances"], 0)
        self.assertTrue(all(point["estimated"] for point in plan["deployment"]["points"]))
        text = self.succeed("explain", "p.yaml", "plan.json", "--allow-estimates")
        self.assertRegex(text, r"uses .* ms \(estimated\)")
        self.assertIn("chosen, estimated", text)
        text = self.succeed("compare", "p.yaml", "--allow-estimates")
        self.assertRegex(text, r"rest on estimated performance: exact \d+ of \d+ instances, ")

    def test_check_wants_the_allowance_and_the_mark(self) -> None:
        self.succeed("plan", "p.yaml", "--allow-estimates", "-q", "-o", "plan.json")
        text = self.succeed("check", "p.yaml", "plan.json", code=1)
        self.assertIn("the operating point is an estimate, and estimates are not allowed", text)
        text = self.succeed("check", "p.yaml", "plan.json", "--allow-estimates")
        self.assertRegex(text, r"note: \d+ instances? rests? on estimated performance")
        plan = json.loads((self.folder / "plan.json").read_text())
        for point in plan["deployment"]["points"]:
            point["estimated"] = False
        self.write("hidden.json", json.dumps(plan))
        text = self.succeed("check", "p.yaml", "hidden.json", "--allow-estimates", code=1)
        self.assertIn("misstated: stated as measured, an estimate", text)

    def test_measurements_come_first(self) -> None:
        # The same GPU measured and, from another table, estimated: nothing changes.
        self.measure_on_h100()
        arguments = ["--from", "H100-SXM", "--to", "A100-80GB", "-q", "-o", "a100.csv"]
        self.succeed("table", "estimate", "h100-measured.csv", *arguments)
        for name, profiles in (("one", f'["{TABLE}"]'), ("two", f'["{TABLE}", a100.csv]')):
            # Nobody measured 1g.20gb: there an estimate would be taken.
            measured = "    allow: {profiles: [1g.10gb, 2g.20gb, 3g.40gb, 4g.40gb, 7g.80gb]}\n"
            problem = PROBLEM.format(gpu="A100-80GB", profiles=profiles)
            self.write(f"{name}.yaml", problem + measured)
        one = self.succeed_json("plan", "one.yaml", "--allow-estimates")
        two = self.succeed_json("plan", "two.yaml", "--allow-estimates")
        self.assertEqual(one["deployment"], two["deployment"])
        self.assertEqual(two["estimated_instances"], 0)

    def measure_on_h100(self) -> None:
        """A made-up measurement: the estimate without its mark, ten times as fast."""
        rows = list(csv.DictReader((self.folder / "h100.csv").read_text().splitlines()))
        with (self.folder / "h100-measured.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            for row in rows:
                faster = {"throughput_rps": f"{10 * float(row['throughput_rps']):.3f}"}
                small = {"memory_mib": "1", "estimated": "false"}
                writer.writerow(row | faster | small)


if __name__ == "__main__":
    unittest.main()
