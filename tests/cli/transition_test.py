"""From one deployment to another: what is written, what the checker says, what is refused."""

import json
import unittest

from program import EXAMPLES, ProgramTest

S2 = EXAMPLES / "parvagpu/s2.yaml"
S6 = EXAMPLES / "parvagpu/s6.yaml"


class TransitionTest(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.succeed("plan", S6, "-o", "s6.json", "--quiet")
        self.succeed("plan", S2, "-o", "s2.json", "--quiet")

    def graph(self, *arguments: object) -> dict:
        self.succeed("transition", *arguments, "-o", "steps.json", "--quiet")
        return json.loads((self.folder / "steps.json").read_text())

    def test_day_to_night_and_back_is_safe(self) -> None:
        for problem, current in ((S2, "s6.json"), (S6, "s2.json")):
            graph = self.graph(problem, current)
            self.assertEqual(graph["status"], "found")
            self.assertEqual(graph["spare_gpus"], 0)
            self.assertGreaterEqual(graph["makespan_s"], graph["makespan_bound_s"])
            chosen = graph["chosen_target"]
            self.assertGreaterEqual(chosen["restart_slice_seconds"], chosen["restart_bound"])
            said = self.succeed("check-transition", problem, current, "steps.json")
            self.assertRegex(said, r"^safe in every order: \d+ steps, \d+ arcs\n$")

    def test_the_target_serves_the_problem(self) -> None:
        graph = self.graph(S2, "s6.json")
        self.write("target.json", json.dumps(graph["target"]))
        self.succeed("check", S2, "target.json")
        # From the target there is nothing left to do.
        text = self.succeed("transition", S2, "target.json")
        self.assertIn("Nothing to do", text)

    def test_a_given_target_is_reached(self) -> None:
        graph = self.graph(S2, "s6.json", "--target", "s2.json")
        self.assertNotIn("chosen_target", graph)
        difference = self.succeed_json("diff", "s2.json", "s2.json")
        self.assertTrue(difference["same"])
        self.write("reached.json", json.dumps(graph["target"]))
        self.assertTrue(self.succeed_json("diff", "reached.json", "s2.json")["same"])
        self.succeed("check-transition", S2, "s6.json", "steps.json", "--spare",
                     graph["spare_gpus"])

    def test_what_survives_a_loss_does_at_any_moment(self) -> None:
        problem = EXAMPLES / "mixed/survive.yaml"
        text = problem.read_text().replace("mlperf", f"{problem.parent.as_posix()}/mlperf")
        for rate, other in (("rate: 30000", "rate: 14000"), ("rate: 3000\n", "rate: 4500\n")):
            self.assertIn(rate, text)
            text = text.replace(rate, other)
        self.write("night.yaml", text)
        self.succeed("plan", problem, "-o", "day.json", "--quiet")
        self.succeed("plan", "night.yaml", "--current", "day.json", "-o", "night.json", "--quiet")
        for target in ((), ("--target", "night.json")):
            graph = self.graph("night.yaml", "day.json", *target)
            self.assertEqual(graph["status"], "found")
            said = self.succeed("check-transition", "night.yaml", "day.json", "steps.json",
                                "--spare", graph["spare_gpus"])
            self.assertIn("safe in every order", said)
            self.write("reached.json", json.dumps(graph["target"]))
            self.succeed("check", "night.yaml", "reached.json")
        kept = [arc for arc in graph["arcs"] if arc["reason"] != "survival"]
        self.assertLess(len(kept), len(graph["arcs"]))
        graph["arcs"] = kept
        self.write("steps.json", json.dumps(graph))
        report = self.succeed_json("check-transition", "night.yaml", "day.json", "steps.json",
                                   "--spare", graph["spare_gpus"], code=1)
        self.assertEqual({one["fault"] for one in report["violations"]}, {"survival"})

    def test_a_missing_arc_is_found(self) -> None:
        graph = self.graph(S6, "s2.json", "--target", "s6.json")
        arcs = graph["arcs"]
        kept = [arc for arc in arcs if arc["reason"] != "capacity"]
        self.assertLess(len(kept), len(arcs))
        graph["arcs"] = kept
        self.write("steps.json", json.dumps(graph))
        check = ("check-transition", S6, "s2.json", "steps.json", "--spare", graph["spare_gpus"])
        report = self.succeed_json(*check, code=1)
        self.assertFalse(report["ok"])
        self.assertIn("floor", {one["fault"] for one in report["violations"]})
        self.assertTrue(report["violations"][0]["interleaving"])
        text = self.succeed(*check, code=1)
        self.assertRegex(text, r"(?m)^    (after|while) \d+: drain ")
        self.assertRegex(text, r"not safe: \d+ violations?\n$")

    def test_a_stale_graph_is_refused(self) -> None:
        self.graph(S2, "s6.json")
        report = self.succeed_json("check-transition", S2, "s2.json", "steps.json", code=1)
        self.assertIn("stale", {one["fault"] for one in report["violations"]})

    def test_durations_change_times_and_not_safety(self) -> None:
        times = []
        for durations in ("driver", "cli", "kubernetes"):
            graph = self.graph(S2, "s6.json", "--durations", durations)
            times.append(graph["makespan_s"])
            self.succeed("check-transition", S2, "s6.json", "steps.json")
        self.assertLess(times[0], times[1])
        self.assertLess(times[1], times[2])

    def test_durations_from_a_file(self) -> None:
        self.write("mine.yaml", "format: tangram/durations\nversion: 1\nname: mine\n"
                   "granularity: instance\ncreate_s: 1\ncold_start_s: 100\n"
                   "cold_start_of_s: {vgg19: 500}\n")
        graph = self.graph(S6, "s2.json", "--durations", "mine.yaml")
        self.assertGreaterEqual(graph["makespan_s"], 500)
        self.write("bad.yaml", "format: tangram/durations\nversion: 1\nname: mine\n"
                   "granularity: instance\napply_s: 1\n")
        self.reject("transition", S6, "s2.json", "--durations", "bad.yaml",
                    expected=r"bad\.yaml:5: .*apply_s has no meaning with granularity instance")
        self.reject("transition", S6, "s2.json", "--durations", "drivr",
                    expected="one of the presets driver, cli, kubernetes or a file")

    def test_without_a_way_it_says_what_would_help(self) -> None:
        table = (EXAMPLES / "data/profiles/parvagpu_inference.csv").as_posix()
        text = ("format: tangram/problem\nversion: 1\ngpus:\n"
                "  - {model: A100-SXM4-80GB, count: 2}\n"
                f"profiles: [{table}]\nservices:\n"
                "  - {name: a, model: vgg19, rate: 1, slo: {latency_ms: 1000},"
                " allow: {profiles: [7g.80gb]}}\n"
                "  - {name: b, model: vgg16, rate: 1, slo: {latency_ms: 1000},"
                " allow: {profiles: [7g.80gb]}}\n")
        self.write("two.yaml", text)
        self.succeed("plan", "two.yaml", "-o", "now.json", "--quiet")
        deployment = json.loads((self.folder / "now.json").read_text())["deployment"]
        first, second = deployment["gpus"]
        first["instances"], second["instances"] = second["instances"], first["instances"]
        self.write("then.json", json.dumps(deployment))
        arguments = ("two.yaml", "now.json", "--target", "then.json")
        stuck = self.succeed_json("transition", *arguments, code=1)
        self.assertEqual(stuck["status"], "stuck")
        self.assertEqual(stuck["spares_needed"], 1, "which the fleet lacks")
        self.assertGreater(stuck["dip_needed"], 0)
        self.assertRegex(stuck["obstacles"][0]["text"], "lacks a capacity of")
        said = self.succeed("transition", *arguments, code=1)
        self.assertIn("No safe way found", said)
        self.assertIn("possible with 1 spare GPU\n", said)
        self.assertIn("possible with a --dip of", said)
        service = stuck["obstacles"][0]["service"]
        graph = self.graph(*arguments, "--dip", f"{service}=100")
        self.assertEqual(graph["status"], "found")
        self.succeed("check-transition", "two.yaml", "now.json", "steps.json", "--dip",
                     f"{service}=100")
        self.succeed("check-transition", "two.yaml", "now.json", "steps.json", code=1)

    def test_a_renamed_service_stays(self) -> None:
        text = S2.read_text()
        self.assertIn("name: vgg19", text)
        renamed = text.replace("name: vgg19", "name: vgg-new")
        renamed = renamed.replace("../data/", f"{EXAMPLES.as_posix()}/data/")
        self.write("renamed.yaml", renamed)
        moved = self.graph("renamed.yaml", "s2.json")
        self.assertGreater(moved["restart"]["started"], 0)
        same = self.graph("renamed.yaml", "s2.json", "--rename", "vgg19=vgg-new")
        self.assertEqual(same["steps"], [])
        self.succeed("check-transition", "renamed.yaml", "s2.json", "steps.json", "--rename",
                     "vgg19=vgg-new")
        self.reject("transition", "renamed.yaml", "s2.json", "--rename", "vgg20=vgg-new",
                    expected="no service 'vgg20'; nearest: vgg16, vgg19")
        self.reject("transition", "renamed.yaml", "s2.json", "--rename", "vgg19=vgg16",
                    expected="has a service 'vgg16' already")

    def test_a_lost_gpu_is_gone(self) -> None:
        graph = self.graph(S6, "s2.json", "--lost", "gpu-0")
        self.assertNotIn("gpu-0", [step["gpu"] for step in graph["steps"]])
        check = ("check-transition", S6, "s2.json", "steps.json")
        self.succeed(*check, "--lost", "gpu-0")
        self.assertIn("stale", self.succeed(*check, code=1))
        self.reject(*check, "--lost", "gpu-99", expected="there is no GPU 'gpu-99'")

    def test_a_rate_that_rises_midway(self) -> None:
        """Which steps of the graph under way break, and a way on from the state it is in."""
        service = "densenet169"
        old = self.graph(S2, "s6.json")
        promises = {one["name"]: one for one in old["services"]}
        drains = [step for step in old["steps"]
                  if step["kind"] == "drain" and step["service"] == service]
        begun, waiting = drains[:2], drains[2:]
        left = self.write_middle(old, begun, service)
        self.write_risen(service, left + 500)

        # All of the old graph, from where it began: it lacks what it was never asked to keep.
        report = self.succeed_json("check-transition", "risen.yaml", "s6.json", "steps.json",
                                   code=1)
        floor = next(one for one in report["violations"] if one["fault"] == "floor")
        self.assertEqual(floor["place"], f"service {service}")
        lowest = {one["name"]: one["lowest_rps"] for one in report["services"]}[service]
        self.assertEqual(lowest, promises[service]["after_rps"])
        missing = round(left + 500 - lowest, 3)
        self.assertIn(f"has to keep {left + 500:.10g} of", floor["message"])
        self.assertTrue(floor["message"].endswith(f": lacks {missing:.10g}"), floor["message"])
        self.assertEqual(floor["interleaving"], [step["id"] for step in drains])

        # The rest of it, from the state it is in: the drains that must not start any more.
        report = self.succeed_json("check-transition", "risen.yaml", "middle.json", "steps.json",
                                   code=1)
        self.assertEqual(report["violations"][0]["fault"], "stale")
        floor = next(one for one in report["violations"] if one["fault"] == "floor")
        self.assertEqual(floor["interleaving"], [step["id"] for step in waiting])
        text = self.succeed("check-transition", "risen.yaml", "middle.json", "steps.json", code=1)
        for step in waiting:
            self.assertIn(f"    while {step['id']}: drain {service} on {step['gpu']} ", text)

        # The way on never takes from what is left of the service.
        new = self.graph("risen.yaml", "middle.json")
        self.succeed("check-transition", "risen.yaml", "middle.json", "steps.json")
        report = self.succeed_json("check-transition", "risen.yaml", "middle.json", "steps.json")
        lowest = {one["name"]: one["lowest_rps"] for one in report["services"]}[service]
        self.assertEqual(lowest, left)
        kept = {(step["gpu"], step["start"]) for step in waiting}
        first = {(step["gpu"], step["start"]) for step in new["steps"]
                 if step["kind"] == "drain" and step["planned_s"] == 0}
        self.assertFalse(kept & first, "drains that had not started are frozen")

    def write_middle(self, graph: dict, begun: list[dict], service: str) -> float:
        """s6.json with the drains begun, as middle.json; what is left of the service."""
        state = json.loads((self.folder / "s6.json").read_text())["deployment"]
        promises = {one["name"]: one for one in graph["services"]}
        left = promises[service]["now_rps"]
        places = {(step["gpu"], step["start"]) for step in begun}
        for gpu in state["gpus"]:
            for instance in gpu["instances"]:
                if (gpu["id"], instance["start"]) in places:
                    instance["phase"] = "draining"
                    left -= state["points"][instance["point"]]["throughput_rps"]
        for one in state["services"]:
            one["floor_rps"] = promises[one["name"]]["floor_rps"]
        self.write("middle.json", json.dumps(state))
        return round(left, 3)

    def write_risen(self, service: str, rate: float) -> None:
        """Tonight's problem but for one rate, as risen.yaml."""
        lines = S2.read_text().replace("../data/", f"{EXAMPLES.as_posix()}/data/").splitlines()
        at = next(i for i, line in enumerate(lines) if line.endswith(f"name: {service}"))
        at = next(i for i in range(at, len(lines)) if "rate:" in lines[i])
        lines[at] = f"    rate: {rate}"
        self.write("risen.yaml", "\n".join(lines) + "\n")

    def test_arcs_that_keep_too_little_are_named(self) -> None:
        graph = self.graph(S2, "s6.json")
        kept: dict[str, list[dict]] = {}
        for arc in graph["arcs"]:
            if arc["reason"] == "capacity":
                kept.setdefault(f"service {arc['service']}", []).append(arc)
        check = ("check-transition", S2, "s6.json", "steps.json", "--margin", "30")
        report = self.succeed_json(*check, code=1)
        text = self.succeed(*check, code=1)
        named = 0
        for violation in report["violations"]:
            arcs = kept.get(violation["place"], []) if violation["fault"] == "floor" else []
            self.assertEqual(violation["arcs"],
                             [{key: arc[key] for key in ("before", "after")} for arc in arcs])
            for arc in arcs:
                named += 1
                self.assertIn(f"    not enough: {arc['after']} waits for {arc['before']}, which "
                              f"{arc['text']}\n", text)
        self.assertGreater(named, 0)

    def test_back_again_from_the_middle(self) -> None:
        """An abort is a transition of its own: to what ran before."""
        current = json.loads((self.folder / "s2.json").read_text())["deployment"]
        for gpu in current["gpus"]:
            for instance in gpu["instances"][:1]:
                instance["phase"] = "draining"
        self.write("middle.json", json.dumps(current))
        graph = self.graph(S2, "middle.json", "--target", "s2.json")
        self.assertEqual({step["kind"] for step in graph["steps"]}, {"route"})
        self.succeed("check-transition", S2, "middle.json", "steps.json")

    def test_pictures(self) -> None:
        text = self.succeed("transition", S6, "s2.json", "--svg", "steps.svg")
        self.assertRegex(text, r"^\d+ steps in [\d.]+ s: \d+ replicas started")
        picture = (self.folder / "steps.svg").read_text()
        self.assertIn("Capacity over time", picture)

    def test_bad_input(self) -> None:
        self.reject("transition", S2, "s6.json", "--dip", "nobody=5",
                    expected="the problem has no service 'nobody'")
        self.reject("transition", S2, "s6.json", "--dip", "vgg19=0", expected="above 0")
        self.reject("transition", S2, "s6.json", "--objective", "makespan",
                    expected="spares, restarts and makespan in the order")
        self.reject("transition", S6, "s6.json", "--target", "s2.json",
                    expected="the target is not what the problem asks for")
        self.reject("check-transition", S2, "s6.json", "s2.json", expected=r"s2\.json: ")

    def test_the_same_bytes_again(self) -> None:
        first = self.graph(S6, "s2.json", "--seed", 3)
        self.assertEqual(first, self.graph(S6, "s2.json", "--seed", 3, "--threads", 2))


if __name__ == "__main__":
    unittest.main()
