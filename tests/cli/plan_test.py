"""Planning and what follows from a plan, from files to files."""

import json
import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

from program import EXAMPLES, S5, SMALL, SOURCE, TABLE, TOO_SMALL, ProgramTest

OPTIMA = {1: 2, 2: 3, 3: 5, 4: 7, 5: 12, 6: 17}
OPTIMA_ONE_PROCESS = {1: 2, 2: 3, 3: 5, 4: 7, 5: 13, 6: 18}
SCENARIOS = EXAMPLES / "data/parvagpu_scenarios"


def import_arguments(scenario: int, *more: object) -> list[object]:
    rates = ["--rates", SCENARIOS / "SLO_req_rate.csv"]
    latencies = ["--latencies", SCENARIOS / "SLO_latency.csv"]
    command = ["import", "problem", "parvagpu", *rates, *latencies]
    return [*command, "--profiles", TABLE, "--scenario", scenario, *more]


def without_timing(text: str) -> str:
    plan = json.loads(text)
    del plan["timing"]
    return json.dumps(plan)


class PlanTest(ProgramTest):
    def test_the_scenarios_of_parvagpu(self) -> None:
        for scenario, gpus in OPTIMA.items():
            with self.subTest(scenario):
                plan = self.succeed_json("plan", EXAMPLES / f"parvagpu/s{scenario}.yaml")
                self.assertEqual((plan["status"], plan["gpus"]), ("optimal", gpus))

    def test_the_scenarios_with_one_process(self) -> None:
        for scenario, gpus in OPTIMA_ONE_PROCESS.items():
            with self.subTest(scenario):
                self.succeed(*import_arguments(scenario, "--max-processes", 1, "-o", "p.yaml"))
                plan = self.succeed_json("plan", "p.yaml")
                self.assertEqual((plan["status"], plan["gpus"]), ("optimal", gpus))

    def test_the_examples_are_what_the_import_writes(self) -> None:
        # The reference to the table is relative to the output.
        for scenario in OPTIMA:
            (self.folder / "examples/parvagpu").mkdir(parents=True, exist_ok=True)
            data = self.folder / "examples/data"
            if not data.exists():
                data.symlink_to(EXAMPLES / "data")
            text = (EXAMPLES / f"parvagpu/s{scenario}.yaml").read_text()
            self.assertIn('profiles: ["../data/profiles/parvagpu_inference.csv"]', text)
            made = self.succeed(*import_arguments(scenario))
            services = text.split("services:")[1]
            self.assertEqual(made.split("services:")[1], services)
            self.assertIn(str(TABLE.resolve()), made)

    def test_the_plan_as_json(self) -> None:
        plan = self.succeed_json("plan", S5)
        self.assertEqual((plan["format"], plan["version"]), ("tangram/plan", 1))
        self.assertEqual((plan["cost"], plan["bound"], plan["gap"]), (12, 12, 0))
        self.assertEqual(plan["engine"], "exact")
        self.assertEqual(plan["deployment"]["gpus_total"], 12)
        self.assertGreaterEqual(plan["timing"]["seconds"], 0)
        self.assertTrue(plan["prices"])

    def test_same_bytes_from_run_to_run_and_for_any_threads(self) -> None:
        first = without_timing(self.succeed("plan", S5, "--json"))
        for threads in (1, 2, 7):
            again = self.succeed("plan", S5, "--json", "--threads", threads)
            self.assertEqual(without_timing(again), first)

    def test_every_planner(self) -> None:
        expected = {
            "exact": ("optimal", 12),
            "compact": ("optimal", 12),
            "greedy": ("feasible", 13),
            "tree-search": ("feasible", 13),
            "pipeline": ("feasible", 12),
            "parvagpu": ("feasible", 14),
            "whole-gpu": ("feasible", 22),
            "all-1g": ("feasible", 14),
            "lp-bound": ("unknown", None),
        }
        for planner, (status, gpus) in expected.items():
            with self.subTest(planner):
                plan = self.succeed_json("plan", S5, "--planner", planner)
                self.assertEqual((plan["status"], plan["gpus"]), (status, gpus))
                self.assertEqual(plan["engine"], planner)

    def test_a_mixed_fleet_that_survives_losses(self) -> None:
        problem = EXAMPLES / "mixed/survive.yaml"
        for planner in ("exact", "compact", "pipeline"):
            with self.subTest(planner):
                plan = self.succeed_json("plan", problem, "--planner", planner)
                self.assertEqual((plan["status"], plan["cost"]), ("optimal", 4))
        self.succeed("plan", problem, "-o", "plan.json", "--quiet")
        self.succeed("check", problem, "plan.json")
        explained = self.succeed_json("explain", problem, "plan.json")
        self.assertTrue(explained["services"])

    def test_too_few_gpus(self) -> None:
        text = self.succeed("plan", TOO_SMALL, code=1)
        self.assertIn("No plan fits the fleet", text)
        self.assertIn("need: 6 GPUs at least; the fleet has 3: 3 short", text)
        plan = self.succeed_json("plan", TOO_SMALL, code=1)
        self.assertEqual((plan["status"], plan["gpus_needed"]), ("infeasible", 6))
        self.assertIsNone(plan["deployment"])
        self.succeed("plan", TOO_SMALL, "-o", "plan.json", code=1)
        written = json.loads((self.folder / "plan.json").read_text())
        self.assertEqual(written["status"], "infeasible")

    def test_another_number_of_gpus(self) -> None:
        self.assertEqual(self.succeed_json("plan", TOO_SMALL, "--gpus", 6)["gpus"], 6)
        self.succeed_json("plan", TOO_SMALL, "--gpus", 5, code=1)
        self.succeed_json("plan", TOO_SMALL, "--gpus", 0, code=1)
        self.assertEqual(self.succeed_json("plan", S5, "--gpus", 12)["gpus"], 12)

    def test_a_work_budget_of_nothing(self) -> None:
        done = self.run_program("plan", S5, "--work-budget", 1, "--json")
        plan = json.loads(done.stdout)
        codes = {"optimal": 0, "feasible": 0, "infeasible": 1, "unknown": 4}
        self.assertEqual(done.returncode, codes[plan["status"]])
        again = self.run_program("plan", S5, "--work-budget", 1, "--json").stdout
        self.assertEqual(without_timing(again), without_timing(done.stdout))

    def test_what_people_see(self) -> None:
        text = self.succeed("plan", S5)
        self.assertTrue(text.startswith("12 GPUs, proven optimal\n"))
        self.assertIn("memory unknown", text)
        self.assertRegex(text, r"densenet121 +2228 +\S+ +99\.\d % !")
        self.assertRegex(text, r"bert-large +843 +\S+ +\d\d\.\d %   +\d+  \d+ × 1g\.10gb batch 64")

    def test_files_and_where_they_went(self) -> None:
        text = self.succeed("plan", S5, "-o", "plan.json", "--svg", "fleet.svg")
        self.assertIn("plan: plan.json\npicture: fleet.svg\n", text)
        self.assertEqual(self.files(), ["fleet.svg", "plan.json"])
        root = ElementTree.parse(self.folder / "fleet.svg").getroot()
        self.assertTrue(root.tag.endswith("svg"))
        shown = json.loads((self.folder / "plan.json").read_text())
        self.assertEqual(shown["gpus"], 12)

    def test_quiet_says_nothing(self) -> None:
        self.assertEqual(self.succeed("plan", S5, "--quiet", "-o", "plan.json"), "")
        self.assertEqual(self.succeed("plan", S5, "-q"), "")


class AfterPlanTest(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.succeed("plan", S5, "-q", "-o", "plan.json")
        self.plan = json.loads((self.folder / "plan.json").read_text())

    def test_check_accepts_the_plan_and_its_deployment(self) -> None:
        self.assertIn("valid: 12 GPUs", self.succeed("check", S5, "plan.json"))
        self.write("deployment.json", json.dumps(self.plan["deployment"]))
        report = self.succeed_json("check", S5, "deployment.json")
        self.assertEqual((report["ok"], report["violations"]), (True, []))

    def test_check_refuses_what_is_missing(self) -> None:
        self.plan["deployment"]["gpus"].pop()
        self.write("less.json", json.dumps(self.plan))
        text = self.succeed("check", S5, "less.json", code=1)
        self.assertRegex(text, r"service \S+: capacity: capacity \S+ requests/s for a rate of")
        self.assertIn("not valid", text)
        report = self.succeed_json("check", S5, "less.json", code=1)
        kinds = {violation["kind"] for violation in report["violations"]}
        self.assertLessEqual({"capacity", "misstated"}, kinds)
        self.assertEqual(self.succeed("check", S5, "less.json", "-q", code=1), "")

    def test_explain(self) -> None:
        text = self.succeed("explain", S5, "plan.json")
        self.assertIn("What an instance costs at the margin", text)
        explanation = self.succeed_json("explain", S5, "plan.json")
        self.assertEqual(explanation["format"], "tangram/explanation")

    def test_what_if(self) -> None:
        text = self.succeed("explain", S5, "--what-if", "rate:*=+300%")
        after = re.search(r"(?m)^after +optimal +(\d+)", text)
        self.assertGreater(int(after[1]), 40)
        self.reject("explain", S5, "--what-if", "rate:brt=1", expected="no service brt")
        self.reject("explain", S5, "--what-if", "rate", expected="--what-if")

    def test_explain_what_cannot_be_served(self) -> None:
        problem = S5.read_text().replace("latency_ms: 2153", "latency_ms: 1")
        problem = problem.replace("../data/profiles/parvagpu_inference.csv", str(TABLE))
        self.write("tight.yaml", problem)
        self.assertIn("bert-large", self.succeed("explain", "tight.yaml", code=1))
        self.reject("plan", "tight.yaml", expected=r"bert-large.*(best|at least|reaches)")

    def test_compare(self) -> None:
        compare = ["compare", S5, "--work-budget", 20_000_000]  # the searches would go on for long
        text = self.succeed(*compare)
        self.assertRegex(text, r"exact +optimal +12 +12 +12 +0 % .* 45\.5 %")
        self.assertRegex(text, r"whole-gpu +feasible +22 +22 +12 +45\.5 %")
        comparison = self.succeed_json(*compare)
        engines = [plan["engine"] for plan in comparison["plans"]]
        self.assertEqual(engines[0], "exact")
        searches = {"greedy", "tree-search", "genetic", "pipeline"}
        cuts = {"parvagpu", "whole-gpu", "all-1g", "static-4-2-1"}
        self.assertLessEqual({"compact"} | searches | cuts, set(engines))
        self.assertIn("| exact |", self.succeed(*compare, "--markdown"))
        self.succeed("compare", TOO_SMALL, code=1)

    def test_diff(self) -> None:
        self.assertEqual(self.succeed("diff", "plan.json", "plan.json"), "no difference\n")
        self.succeed("plan", SMALL, "-q", "-o", "small.json")
        self.assertIn("GPUs 12 → 3", self.succeed("diff", "plan.json", "small.json"))
        difference = self.succeed_json("diff", "plan.json", "small.json")
        self.assertEqual(difference["totals"]["gpus_removed"], 9)
        self.succeed("diff", "plan.json", "small.json", "--exit-code", code=1)
        self.succeed("diff", "plan.json", "plan.json", "--exit-code")

    def test_export(self) -> None:
        self.succeed("export", "plan.json", "--format", "nvidia-smi", "-o", "cut.sh")
        script = self.folder / "cut.sh"
        dry = subprocess.run(["sh", script], capture_output=True, text=True, check=True)
        commands = [line for line in dry.stdout.splitlines() if "-cgi" in line]
        self.assertEqual(len(commands), 12)
        text = self.succeed("export", "plan.json", "--format", "mig-parted")
        self.assertIn("mig-configs:", text)


class OtherCommandsTest(ProgramTest):
    def test_init_writes_a_problem_that_plans(self) -> None:
        self.succeed("init", "--profiles", TABLE, "-o", "problem.yaml")
        self.assertIn("tangram/problem", self.succeed("validate", "problem.yaml"))
        self.assertEqual(self.succeed_json("plan", "problem.yaml")["status"], "optimal")
        self.reject("init", "-o", "problem.yaml", expected="--force")
        self.succeed("init", "--profiles", TABLE, "--force", "-o", "problem.yaml")

    def test_init_from_the_source_folder(self) -> None:
        text = self.succeed("init", cwd=SOURCE)
        self.assertEqual(self.succeed("init", "-o", self.folder / "p.yaml", cwd=SOURCE), "")
        self.assertIn(str(TABLE), text)
        self.succeed("validate", "p.yaml")

    def test_validate_knows_every_format(self) -> None:
        self.succeed("plan", S5, "-q", "-o", "plan.json")
        files = [S5, "plan.json", TABLE, TABLE.parent / "parvagpu_infeasible.csv"]
        files.append(SOURCE / "src/gpu/catalogue.json")
        found = self.succeed_json("validate", *files)
        formats = [file["format"] for file in found["files"]]
        self.assertEqual(formats[:2], ["tangram/problem", "tangram/plan"])
        self.assertEqual(len(formats), 5)
        self.assertEqual(self.succeed("validate", "-q", S5), "")

    def test_gpus(self) -> None:
        text = self.succeed("gpus")
        self.assertRegex(text, r"A100-SXM4-80GB .* 19 / 14 / 298")
        self.assertRegex(text, r"Thor .* geometry unknown")
        text = self.succeed("gpus", "a100-80gb")
        self.assertIn("all profiles: 239 full layouts, 64 as multisets, 2319 legal", text)
        model = self.succeed_json("gpus", "A30")["gpus"][0]
        self.assertEqual(model["base_layouts"], {"full": 5, "multisets": 4, "legal": 26})
        paper = self.succeed_json("gpus", "A100-80GB", "--rules", "paper-2021")["gpus"][0]
        self.assertEqual(paper["base_layouts"]["full"], 18)
        self.reject("gpus", "A100-SXM4-80BG", expected="nearest: A100-SXM4-80GB")

    def test_a_catalogue_of_ones_own(self) -> None:
        catalogue = json.loads((SOURCE / "src/gpu/catalogue.json").read_text())
        gpu = next(gpu for gpu in catalogue["gpus"] if gpu["name"] == "A30")
        gpu |= {"id": "mine", "name": "Mine-1", "aliases": []}
        own = {"format": "tangram/catalogue", "version": 1, "rule_sets": [], "gpus": [gpu]}
        self.write("own.json", json.dumps(own))
        self.assertIn("Mine-1", self.succeed("gpus", "--catalogue", "own.json"))
        self.assertIn("A100-SXM4-80GB", self.succeed("gpus", "--catalogue", "own.json"))
        self.write("broken.json", "{}")
        self.reject("gpus", "--catalogue", "broken.json", expected="broken.json")

    def test_table_show(self) -> None:
        text = self.succeed("table", "show", TABLE, "--slo", "150", "--max-processes", "3")
        self.assertIn("1,733 operating points, 11 models", text)
        self.assertRegex(text, r"vgg16.*A100-80GB +7g\.80gb")
        table = self.succeed_json("table", "show", TABLE, "--slo", "1")
        self.assertEqual(table["points"], 1733)
        self.assertIsNone(table["best"][0]["best"])
        self.reject("table", "show", TABLE, "--slo", "5", "--metric", "ttft_ms", expected="ttft_ms")

    def test_table_check_finds_a_planted_error(self) -> None:
        lines = TABLE.read_text().splitlines()
        cells = lines[100].split(",")
        place = lines[0].split(",").index("throughput_rps")
        cells[place] = str(float(cells[place]) * 10)
        lines[100] = ",".join(cells)
        self.write("planted.csv", "\n".join(lines) + "\n")
        text = self.succeed("table", "check", "planted.csv", code=1)
        self.assertIn("planted.csv:101: throughput-latency", text)
        report = self.succeed_json("table", "check", "planted.csv", code=1)
        self.assertFalse(report["ok"])

    def test_a_fleet_too_small_serves_what_fits(self) -> None:
        arguments = ["plan", TOO_SMALL, "--serve-what-fits"]
        text = self.succeed(*arguments, "-o", "partial.json", code=1)
        self.assertIn("what fits is served", text)
        self.assertIn("is proven impossible", text)
        plan = json.loads((self.folder / "partial.json").read_text())
        self.assertEqual(plan["status"], "partial")
        partial = plan["partial"]
        self.assertTrue(partial["shortfalls"])
        self.assertLess(partial["classes"][0]["share"], 1)
        checked = self.succeed("check", TOO_SMALL, "partial.json", code=1)
        self.assertIn("less than asked", checked)
        self.assertIn("partial", self.succeed("validate", "partial.json"))
        cure = partial["cures"][0]
        self.assertTrue(cure["fewest"])
        added = f"add={cure['gpus']}x{cure['gpu']}"
        cured = self.succeed_json("plan", TOO_SMALL, "--what-if", added)
        self.assertEqual(cured["status"], "optimal")
        if cure["gpus"] > 1:
            added = f"add={cure['gpus'] - 1}x{cure['gpu']}"
            self.succeed("plan", TOO_SMALL, "--what-if", added, code=1)

    def test_promising_more_than_there_is_is_a_violation(self) -> None:
        self.succeed("plan", TOO_SMALL, "--serve-what-fits", "-o", "partial.json", code=1)
        plan = json.loads((self.folder / "partial.json").read_text())
        for service in plan["deployment"]["services"]:
            service.pop("served_rps", None)
        (self.folder / "proud.json").write_text(json.dumps(plan))
        self.assertIn("not valid", self.succeed("check", TOO_SMALL, "proud.json", code=1))

    def test_what_if_needs_gpus_that_are_counted(self) -> None:
        self.reject("plan", TOO_SMALL, "--what-if", "add=2xH100-SXM", expected="no such GPUs")
        self.reject("plan", TOO_SMALL, "--what-if", "add=two", expected="add=COUNTxMODEL")
        self.reject("plan", TOO_SMALL, "--what-if", "add=0xA30", expected="from 1 to")
        self.reject("plan", S5, "--what-if", "add=2xA100-80GB", expected="as many of these")

    def test_generate_is_reproducible_and_plans(self) -> None:
        draw = ["generate", "--services", 30, "--profiles", TABLE]
        self.succeed(*draw, "--seed", 7, "-o", "a.yaml")
        self.succeed(*draw, "--seed", 7, "--json", "-o", "b.json")
        first = self.succeed("plan", "a.yaml", "--json")
        second = self.succeed("plan", "b.json", "--json")
        self.assertEqual(without_timing(first), without_timing(second))
        self.assertNotEqual(self.succeed(*draw, "--seed", 8), self.succeed(*draw, "--seed", 9))
        self.reject(*draw, "--family", "no-1g", expected="one of plain")
        self.reject("generate", "--profiles", TABLE, "--family", "nice", expected="one of plain")


if __name__ == "__main__":
    unittest.main()
