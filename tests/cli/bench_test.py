"""tangram-bench: the published list of instances, the suite's verdicts, the exported model."""

import csv
import json
import subprocess
import sys
import unittest

from program import PROGRAM, SOURCE, ProgramTest

BENCH = PROGRAM.with_name("tangram-bench")
INSTANCES = SOURCE / "bench/instances/instances.csv"
CP_SAT = SOURCE / "bench/cp_sat.py"


def instances() -> list[dict[str, str]]:
    with INSTANCES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class InstancesTest(unittest.TestCase):
    def test_names_are_unique(self) -> None:
        names = [row["name"] for row in instances()]
        self.assertEqual(len(names), len(set(names)))

    def test_names_say_what_they_are(self) -> None:
        for row in instances():
            family = "{family}-{services}-{seed}".format(**row)
            scenario = "s{scenario}-x{scale}-p{processes}".format(**row)
            self.assertEqual(row["name"], family if row["family"] else scenario)

    def test_no_bound_is_above_a_cost(self) -> None:
        for row in instances():
            self.assertGreater(float(row["bound"]), 0, row["name"])
            self.assertLessEqual(float(row["bound"]), float(row["cost"]), row["name"])


class BenchTest(ProgramTest):
    def bench(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [str(BENCH), *arguments], check=False, capture_output=True, text=True, timeout=300
        )

    def test_the_suite_agrees_with_the_list(self) -> None:
        done = self.bench("suite", "--only", "s5-x1-", "--engines", "exact,lp-bound,priced-bound")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("| s5-x1-p3 | exact | 12 | 12 | 12 | 0.00 % |", done.stdout)
        self.assertIn("| s5-x1-p1 | exact | 13 | 13 | 13 | 0.00 % |", done.stdout)

    def suite_on(self, *rows: str, engines: str = "exact") -> subprocess.CompletedProcess:
        """The suite on a list of its own."""
        self.path = self.folder / "list.csv"
        header = INSTANCES.read_text(encoding="utf-8").splitlines()[0]
        self.path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return self.bench(
            "suite", "--list", str(self.path), "--engines", engines, "--limit", "60", "--update"
        )

    def test_a_missed_optimum_is_an_error(self) -> None:
        done = self.suite_on("a,,,,5,1,3,11,11")
        self.assertEqual(done.returncode, 1)
        self.assertIn("ERROR", done.stdout)
        self.assertIn("a,,,,5,1,3,11,11", self.path.read_text(encoding="utf-8"))

    def test_a_plan_below_the_bound_is_an_error(self) -> None:
        done = self.suite_on("a,,,,5,1,3,14,13")
        self.assertEqual(done.returncode, 1)
        self.assertIn("ERROR: costs less than the bound 13", done.stdout)

    def test_a_bound_above_a_plan_is_an_error(self) -> None:
        done = self.suite_on("a,,,,5,1,3,11,10", engines="priced-bound")
        self.assertEqual(done.returncode, 1)
        self.assertIn("ERROR: the bound is above a plan of 11", done.stdout)

    def test_better_values_are_told_and_written(self) -> None:
        done = self.suite_on("a,,,,5,1,3,14,3", "b,,,,1,1,3,,0", engines="greedy,exact")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("beats the best known 14", done.stdout)
        rows = self.path.read_text(encoding="utf-8").splitlines()
        self.assertEqual(rows[1:], ["a,,,,5,1,3,12,12", "b,,,,1,1,3,2,2"])

    def test_a_broken_list_is_refused(self) -> None:
        for rows, message in [
            (["a,,,,5,1,3,12,13"], ":2: the bound is above the cost"),
            (["a,,,,5,1,3,12,12", "a,,,,6,1,3,17,17"], ":3: a second a"),
            (["a,plain,100,1,5,1,3,12,12"], ":2: neither a family"),
            (["a,,,,7,1,3,12,12"], ":2: neither a family"),
            (["a,,,,5,x,3,12,12"], ":2: 'x' is not such a number"),
            (["a,,,"], ":2: expected name,family"),
        ]:
            with self.subTest(message):
                done = self.suite_on(*rows)
                self.assertEqual(done.returncode, 2)
                self.assertIn(message, done.stderr)

    def test_an_unknown_engine_is_refused(self) -> None:
        done = self.bench("suite", "--engines", "exact,magic")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no engine 'magic'", done.stderr)

    def test_the_exported_model_is_whole_and_parses(self) -> None:
        done = self.bench("export-model", "s5-x1-p3")
        self.assertEqual(done.returncode, 0, done.stderr)
        model = json.loads(done.stdout)
        self.assertEqual(model["name"], "s5-x1-p3")
        numbers = [n for column in model["columns"] for n in column]
        numbers += [n for row in model["rows"] for term in row["terms"] for n in term]
        self.assertTrue(all(isinstance(n, int) for n in numbers))
        path = self.folder / "model.json"
        path.write_text(done.stdout, encoding="utf-8")
        checked = subprocess.run(
            [sys.executable, str(CP_SAT), str(path), "--check"],
            check=True,
            capture_output=True,
            text=True,
        )
        counted = json.loads(checked.stdout)
        self.assertEqual(counted["columns"], len(model["columns"]))
        self.assertGreater(counted["rows"], 11)

    def test_an_unknown_instance_is_refused(self) -> None:
        done = self.bench("export-model", "no-such")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no instance 'no-such'", done.stderr)


if __name__ == "__main__":
    if not BENCH.exists():
        print(f"{BENCH} is not built")
        sys.exit(77)
    unittest.main()
