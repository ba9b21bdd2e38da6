"""Rates from monitoring: what Prometheus answered, put into a problem."""

import json
import unittest

from program import EXAMPLES, SMALL, ProgramTest

ANSWER = EXAMPLES / "prometheus/small-rates.json"
COMMAND = ["import", "rates", "prometheus-json"]


class RatesTest(ProgramTest):
    def rates(self, *more: object) -> dict[str, float]:
        problem = self.succeed_json(*COMMAND, ANSWER, "--problem", SMALL, *more)
        return {service["name"]: service["rate"] for service in problem["services"]}

    def refuse(self, content: str, expected: str) -> None:
        self.write("answer.json", content)
        arguments = ["answer.json", "--problem", SMALL, "-o", "out.yaml"]
        self.reject(*COMMAND, *arguments, expected=expected)
        self.assertEqual(self.files(), ["answer.json"])

    def test_the_example(self) -> None:
        # Six samples: the 95th percentile is the largest, the 50th the third.
        expected = {"bert": 530.125, "vgg16": 1105, "photos": 3000, "thumbnails": 870.001}
        self.assertEqual(self.rates("--quantile", 95), expected)
        expected = {"bert": 455.25, "vgg16": 990, "photos": 2610.5, "thumbnails": 705}
        self.assertEqual(self.rates("--quantile", 50), expected)
        self.assertEqual(self.rates("--scale", 1.5)["bert"], 795.188)
        self.assertEqual(self.rates("--per", "minute")["vgg16"], 18.417)

    def test_the_rest_of_the_problem_stays(self) -> None:
        (self.folder / "deep").mkdir()
        self.succeed(*COMMAND, ANSWER, "--problem", SMALL, "-o", "deep/filled.yaml")
        before = self.succeed_json("plan", SMALL)
        after = self.succeed_json("plan", "deep/filled.yaml")
        self.assertEqual(before["status"], after["status"])
        text = (self.folder / "deep/filled.yaml").read_text()
        self.assertNotIn("profiles: [/", text)
        # The same load written back is the same problem.
        old = {"bert": 600, "vgg16": 1200, "photos": 3000, "thumbnails": 900}
        series = [
            {"metric": {"app": name}, "value": [1, str(rate)]} for name, rate in old.items()
        ]
        data = {"resultType": "vector", "result": series}
        self.write("answer.json", json.dumps({"status": "success", "data": data}))
        arguments = ["answer.json", "--label", "app", "--problem"]
        self.succeed(*COMMAND, *arguments, "deep/filled.yaml", "-o", "deep/again.yaml")
        again = self.succeed_json("plan", "deep/again.yaml")
        for plan in (before, again):
            del plan["timing"]
        self.assertEqual(before, again)

    def test_a_label_that_no_series_has(self) -> None:
        arguments = [ANSWER, "--problem", SMALL, "--label", "app"]
        self.reject(*COMMAND, *arguments, expected='"app".*labels found: cluster, service')

    def test_services_without_a_series(self) -> None:
        answer = json.loads(ANSWER.read_text())
        answer["data"]["result"] = answer["data"]["result"][:1]
        answer["data"]["result"][0]["values"][0][1] = "NaN"
        self.refuse(json.dumps(answer), "no samples for 3 services: vgg16, photos, thumbnails;")
        done = self.run_program(*COMMAND, "answer.json", "--problem", SMALL, "--keep-missing")
        self.assertEqual(done.returncode, 0)
        self.assertIn("warning: answer.json: 1 sample skipped: NaN or infinite\n", done.stderr)
        self.assertIn("kept as it was", done.stderr)
        self.assertIn("rate: 1200\n", done.stdout)

    def test_answers_that_are_none(self) -> None:
        self.refuse("", "answer.json: .*empty")
        self.refuse("[]", "answer.json: found a list, expected an object")
        self.refuse('{"status": "success", "data"', "answer.json:1:")
        error = '{"status": "error", "errorType": "timeout", "error": "query timed out"}'
        self.refuse(error, 'answer.json.*"timeout", error "query timed out"')
        nothing = '{"status": "success", "data": {"resultType": "matrix", "result": []}}'
        self.refuse(nothing, "answer.json: /data/result: the query found no series")
        text = ANSWER.read_text()
        self.refuse(text.replace('"402.5"', '"-402.5"'), '/values/0/1: found "-402.5", expected')
        self.refuse(text.replace('"402.5"', "402.5"), "/data/result/0/values/0: found a list")

    def test_arguments(self) -> None:
        self.reject(*COMMAND, ANSWER, expected="--problem is required")
        self.reject(*COMMAND, "none.json", "--problem", SMALL, expected="none.json")
        for value in ("0", "101", "-5", "p95"):
            arguments = [ANSWER, "--problem", SMALL, "--quantile", value]
            self.reject(*COMMAND, *arguments, expected="--quantile.*above 0 and at most 100")
        self.write("p.yaml", SMALL.read_text())
        self.reject(
            *COMMAND, ANSWER, "--problem", "p.yaml", "-o", "p.yaml", expected="would be lost"
        )


if __name__ == "__main__":
    unittest.main()
