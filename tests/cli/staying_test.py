"""Planning from a current deployment: what is kept, frozen, lost, and what files say of it."""

import json
import unittest

from program import SMALL, ProgramTest



class StayingTest(ProgramTest):
    def problem(self, **rates: float) -> str:
        """Problem with the small example's fleet and tables, and the services' rates changed."""
        lines = []
        name = None
        for line in SMALL.read_text().splitlines():
            stripped = line.strip()
            if stripped.startswith("- name:"):
                name = stripped.split(":", 1)[1].strip()
            if stripped.startswith("rate:") and name in rates:
                line = f"{line.split('rate:')[0]}rate: {rates[name]}"
            lines.append(line.replace("data/", str(SMALL.parent / "data") + "/"))
        file = "-".join(f"{key}{value}" for key, value in rates.items()) or "same"
        return str(self.write(f"{file}.yaml", "\n".join(lines) + "\n"))

    def setUp(self) -> None:
        super().setUp()
        self.succeed("plan", SMALL, "-o", "now.json", "--quiet")
        self.now = json.loads((self.folder / "now.json").read_text())
        self.service = self.now["deployment"]["services"][0]["name"]
        self.rate = self.now["deployment"]["services"][0]["rate_rps"]

    def test_nothing_new_restarts_nothing(self) -> None:
        self.succeed("plan", SMALL, "--current", "now.json", "-o", "next.json", "--quiet")
        plan = json.loads((self.folder / "next.json").read_text())
        restart = plan["restart"]
        self.assertEqual((restart["cost_slice_seconds"], restart["bound"]), (0, 0))
        self.assertEqual((restart["started"], restart["stopped"]), (0, 0))
        difference = self.succeed_json("diff", "now.json", "next.json")
        self.assertTrue(difference["same"])

    def test_losses_are_survived(self) -> None:
        text = SMALL.read_text().replace("min_replicas: 2 ", "survive: {gpu: 50%} #")
        self.assertIn("survive", text)
        problem = self.write("safe.yaml", text.replace("data/", f"{SMALL.parent}/data/"))
        alone = self.succeed_json("plan", problem)
        self.succeed("plan", problem, "--current", "now.json", "-o", "safe.json", "--quiet")
        self.succeed("check", problem, "safe.json")
        plan = json.loads((self.folder / "safe.json").read_text())
        self.assertEqual(plan["cost"], alone["cost"])
        self.assertLessEqual(plan["restart"]["bound"], plan["restart"]["cost_slice_seconds"])

    def test_the_diff_shows_exactly_the_restarts(self) -> None:
        problem = self.problem(**{self.service: 3 * self.rate})
        self.succeed("plan", problem, "--current", "now.json", "-o", "next.json", "--quiet")
        plan = json.loads((self.folder / "next.json").read_text())
        totals = self.succeed_json("diff", "now.json", "next.json")["totals"]
        restart = plan["restart"]
        self.assertGreater(restart["started"], 0)
        self.assertEqual(totals["instances_created"], restart["started"])
        self.assertEqual(totals["instances_destroyed"], restart["stopped"])
        self.assertEqual(totals["instances_kept"], restart["kept"])
        self.assertEqual(totals["instances_repointed"], 0)
        alone = self.succeed_json("plan", problem)
        self.assertEqual(plan["cost"], alone["cost"])
        self.assertNotIn("restart", alone)
        self.succeed("check", problem, "next.json")

    def test_the_report_says_it_in_a_line(self) -> None:
        text = self.succeed("plan", SMALL, "--current", "now.json")
        self.assertRegex(text, r"restarts: 0 slice-seconds, proven least; \d+ instances? kept, 0 ")

    def test_lost_gpus_are_planned_around(self) -> None:
        lost = self.now["deployment"]["gpus"][0]["id"]
        plan = self.succeed_json("plan", SMALL, "--current", "now.json", "--lost", lost)
        self.assertNotIn(lost, [gpu["id"] for gpu in plan["deployment"]["gpus"]])
        self.assertEqual(plan["gpus"], self.now["gpus"])

    def test_frozen_gpus_stay(self) -> None:
        frozen = self.now["deployment"]["gpus"][0]
        problem = self.problem(**{self.service: 3 * self.rate})
        options = ["--current", "now.json", "--freeze", frozen["id"]]
        plan = self.succeed_json("plan", problem, *options)
        same = [gpu for gpu in plan["deployment"]["gpus"] if gpu["id"] == frozen["id"]]
        places = [(one["profile"], one["start"], one["service"]) for one in frozen["instances"]]
        kept = [(one["profile"], one["start"], one["service"]) for one in same[0]["instances"]]
        self.assertEqual(kept, places)

    def test_a_frozen_service_that_needs_more_is_no(self) -> None:
        problem = self.problem(**{self.service: 3 * self.rate})
        options = ["--current", "now.json", "--freeze", self.service]
        plan = self.succeed_json("plan", problem, *options, code=1)
        self.assertEqual(plan["status"], "infeasible")
        self.assertIn("is frozen and lacks a capacity", plan["stop_reason"])

    def test_contradictions_and_misuse(self) -> None:
        lost = self.now["deployment"]["gpus"][0]["id"]
        plan = ["plan", SMALL]
        self.reject(*plan, "--slack", 1, expected="--slack: means something only with --current")
        self.reject(*plan, "--lost", lost, expected="--lost: means something only with --current")
        self.reject(*plan, "--freeze", "x", expected="--freeze: means something only")
        staying = [*plan, "--current", "now.json"]
        self.reject(*staying, "--planner", "greedy", expected="only the planner exact stays close")
        self.reject(*staying, "--lost", "gpu-99", expected="there is no GPU 'gpu-99'")
        self.reject(*staying, "--freeze", "nobody", expected="neither a service .* nor a GPU")
        both = ["--lost", lost, "--freeze", lost]
        self.reject(*staying, *both, expected=f"GPU {lost} cannot stay: it is lost")
        self.reject(*plan, "--current", "nowhere.json", expected="nowhere.json")

    def test_same_bytes_for_any_threads(self) -> None:
        problem = self.problem(**{self.service: 3 * self.rate})
        plans = []
        for threads in (1, 2, 5):
            options = ["--current", "now.json", "--slack", 1, "--threads", threads]
            plan = self.succeed_json("plan", problem, *options)
            del plan["timing"]
            plans.append(plan)
        self.assertEqual(plans[0], plans[1])
        self.assertEqual(plans[0], plans[2])


if __name__ == "__main__":
    unittest.main()
