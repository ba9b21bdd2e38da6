"""Wrong files: each is refused with file, place, what was found and what was expected; exit code 2;
nothing is printed or written."""

import json
import unittest

from program import S5, TABLE, ProgramTest

PROBLEM = f"""format: tangram/problem
version: 1
gpus:
  - model: A100-SXM4-80GB
profiles: ["{TABLE}"]
services:
  - name: photos
    model: resnet50
    rate: 100
    slo: {{latency_ms: 200}}
"""

SERVICE = PROBLEM[PROBLEM.index("  - name") :]


class ProblemTest(ProgramTest):
    def refuse(self, content: str | bytes, expected: str) -> None:
        path = self.write("problem.yaml", content)
        for command in (["plan", path, "-o", "out.json"], ["validate", path]):
            text = self.reject(*command, expected=expected)
            self.assertIn("problem.yaml", text)
        self.assertEqual(self.files(), ["problem.yaml"])

    def change(self, before: str, after: str, expected: str) -> None:
        self.assertIn(before, PROBLEM)
        with self.subTest(after):
            self.refuse(PROBLEM.replace(before, after, 1), expected)

    def test_the_problem_itself_is_good(self) -> None:
        self.write("problem.yaml", PROBLEM)
        self.succeed("plan", "problem.yaml", "-q")

    def test_fields(self) -> None:
        self.change("    rate: 100\n", "    rates: 100\n", r'rates.*(nearest|known|expected).*rate')
        self.change("    rate: 100\n", "", "rate")
        self.change("version: 1\n", "", "version")
        self.change("version: 1", "version: 2", "version")
        self.change("tangram/problem", "tangram/problems", "format")
        self.change("    rate: 100\n", "    rate: 100\n    rate: 100\n", r":10\b.*rate")
        self.change("services:", "services: []\nservice:", "service")

    def test_names(self) -> None:
        self.change(SERVICE, SERVICE + SERVICE, r"photos")
        self.change("resnet50", "resnet5O", r"resnet5O.*nearest: .*resnet50")
        self.change("A100-SXM4-80GB", "A100-SXM4-80BG", r"nearest: .*A100-SXM4-80GB")
        self.change("latency_ms:", "latenzy_ms:", r"latenzy_ms")
        self.change("parvagpu_inference.csv", "missing.csv", r"missing\.csv")

    def test_numbers(self) -> None:
        for value in (".nan", ".inf", "-5", "1e400", "1e15", "ten", "[1]", "{a: 1}", "true"):
            self.change("rate: 100", f"rate: {value}", r":9: .*rate.*expected")
        for value in (".nan", "-1", "0", "1e30", "fast"):
            self.change("latency_ms: 200", f"latency_ms: {value}", r":10: .*latency_ms.*expected")

    def test_a_service_nothing_can_serve(self) -> None:
        path = self.write("problem.yaml", PROBLEM.replace("latency_ms: 200", "latency_ms: 1"))
        self.reject("plan", path, "-o", "out.json", expected=r"photos.*1 ms.*\d+ ms")
        self.assertEqual(self.files(), ["problem.yaml"])

    def test_a_gpu_without_published_placements(self) -> None:
        path = self.write("problem.yaml", PROBLEM.replace("A100-SXM4-80GB", "Thor"))
        self.reject("plan", path, "-o", "out.json", expected="problem.yaml.*geometry unknown")
        self.assertEqual(self.files(), ["problem.yaml"])

    def test_text_that_is_no_text(self) -> None:
        self.refuse("", "empty")
        self.refuse("   \n", "(?i)empty|object|expected")
        self.refuse(b"\x7fELF\x00\x01\x02" * 50, "NUL|UTF-8|binary|text")
        self.refuse(b"\xff\xfe\x00a", "NUL|UTF-8|binary|text")
        self.refuse(PROBLEM.encode() + b"\xc3\x28", "UTF-8")
        self.refuse("{" * 100_000, "problem.yaml")
        self.refuse("- " * 100_000, "problem.yaml")
        self.refuse("{\"format\": \"tangram/problem\"", "problem.yaml")
        self.refuse("format: tangram/problem\nversion: 1\n\tgpus: 3\n", "problem.yaml")

    def test_yaml_that_grows(self) -> None:
        bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n"
        for before, after in zip("abcdefgh", "bcdefghi"):
            bomb += f"{after}: &{after} [{','.join([f'*{before}'] * 9)}]\n"
        self.refuse(bomb, "(?i)anchor|alias")
        self.refuse(PROBLEM.replace("rate: 100", "rate: !!int 100"), "(?i)tag")
        self.refuse(PROBLEM + "---\n" + PROBLEM, "(?i)document")

    def test_marks_and_line_ends_of_other_systems_are_fine(self) -> None:
        self.write("bom.yaml", b"\xef\xbb\xbf" + PROBLEM.encode())
        self.write("crlf.yaml", PROBLEM.replace("\n", "\r\n"))
        for name in ("bom.yaml", "crlf.yaml"):
            self.assertEqual(self.succeed_json("plan", name)["status"], "optimal")

    def test_a_file_of_100_megabytes(self) -> None:
        path = self.write("problem.yaml", b"a" * 100_000_000)
        self.reject("plan", path, expected="problem.yaml")
        path.write_bytes(b"\n" * 100_000_000)
        self.reject("plan", path, expected="problem.yaml")

    def test_what_is_no_file(self) -> None:
        self.reject("plan", "missing.yaml", expected="missing.yaml: .*No such file")
        self.reject("plan", self.folder, expected="folder")
        self.reject("plan", "", expected="PROBLEM")
        self.reject("plan", S5, "--gpus", "many", expected="--gpus")


class OtherFilesTest(ProgramTest):
    def test_tables(self) -> None:
        head = "gpu,model,profile,batch,throughput_rps,latency_ms\n"
        row = "A100-80GB,m,1g.10gb,1,10,100\n"
        cases = {
            head + row.replace("10,100", "nan,100"): r"t\.csv:2: column throughput_rps.*expected",
            head + row.replace("10,100", "-1,100"): r"t\.csv:2",
            head + row.replace(",100", ",1e99"): r"t\.csv:2: column latency_ms",
            head + row + row: r"t\.csv:3: the same key as line 2",
            head.replace("batch", "batsh") + row: r"batsh.*batch",
            head.replace(",batch", "") + row: r"t\.csv:1: .*batch",
            head + row.replace(",100\n", "\n"): r"t\.csv:2",
            head + 'A100-80GB,"m\n': r"t\.csv:2: .*quote",
            "": "empty",
            "\0\0\0": r"t\.csv",
        }
        for content, expected in cases.items():
            with self.subTest(content):
                self.write("t.csv", content)
                self.reject("table", "show", "t.csv", expected=expected)
                self.reject("table", "check", "t.csv", "-o", "out", expected=expected)
                self.assertEqual(self.files(), ["t.csv"])

    def test_deployments(self) -> None:
        self.succeed("plan", S5, "-q", "-o", "plan.json")
        plan = json.loads((self.folder / "plan.json").read_text())
        deployment = plan["deployment"]

        def changed(change) -> str:
            copy = json.loads(json.dumps(deployment))
            change(copy)
            return json.dumps(copy)

        cases = [
            changed(lambda d: d.update(extra=1)),
            changed(lambda d: d.pop("gpus")),
            changed(lambda d: d["gpus"][0]["instances"][0].update(profile="9g")),
            changed(lambda d: d["gpus"][0]["instances"][0].update(service="nobody")),
            changed(lambda d: d["gpus"][0]["instances"][0].update(point=10_000)),
            changed(lambda d: d["gpus"][0]["instances"][0].update(start=-1)),
            changed(lambda d: d["services"][0].update(rate_rps=-1)),
            changed(lambda d: d.update(format="tangram/deploymint")),
            json.dumps(deployment)[:-20],
            json.dumps(deployment) + "]",
            json.dumps(deployment).replace('"services"', '"services":[],"services"', 1),
            "[]",
            "null",
        ]
        for content in cases:
            self.write("d.json", content)
            self.reject("check", S5, "d.json", "-o", "out", expected=r"d\.json")
            self.reject("diff", "d.json", "plan.json", expected=r"d\.json")
            self.reject("export", "d.json", "--format", "nvidia-smi", expected=r"d\.json")
        self.assertEqual(self.files(), ["d.json", "plan.json"])

    def test_a_plan_without_a_deployment(self) -> None:
        self.succeed("plan", S5, "--gpus", 3, "-q", "-o", "plan.json", code=1)
        self.reject("export", "plan.json", "--format", "mig-parted", expected=r"plan\.json")


if __name__ == "__main__":
    unittest.main()
