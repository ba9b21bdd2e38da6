"""What the README says is so: its commands run, and their output is what it shows."""

import os
import re
import subprocess
import unittest

from program import EXAMPLES, PROGRAM, SOURCE, ProgramTest, environment

README = SOURCE / "README.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:^```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)


def without_times(text: str) -> str:
    """Times differ from run to run; the width of their column with them."""
    text = re.sub(r"\d[\d.e-]* m?s\b", "TIME", text)
    return re.sub(r" {2,}|-{3,}", "  ", text)


class ReadmeTest(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        (self.folder / "examples").symlink_to(EXAMPLES)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/tangram").symlink_to(PROGRAM.resolve())

    def run_block(self, commands: str) -> str:
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder,
            env=environment(PATH=path),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        self.assertEqual(done.returncode, 0, f"{commands}{done.stderr}")
        self.assertEqual(done.stderr, "")
        return done.stdout

    def test_commands_and_their_output(self) -> None:
        text = README.read_text(encoding="utf-8")
        outputs = []
        for commands, shown in BLOCK.findall(text):
            output = self.run_block(commands)
            outputs.append(output)
            if shown and not os.environ.get("TANGRAM_UPDATE_GOLDEN"):
                self.assertEqual(without_times(output), without_times(shown), commands)
        self.assertGreater(len(outputs), 3)
        if os.environ.get("TANGRAM_UPDATE_GOLDEN"):
            README.write_text(self.updated(text, outputs), encoding="utf-8")

    def updated(self, text: str, outputs: list[str]) -> str:
        waiting = iter(outputs)

        def block(match: re.Match) -> str:
            output = next(waiting)
            shown = f"```text\n{output}```\n" if match[2] is not None else ""
            return f"```sh\n{match[1]}```\n{shown}"

        return BLOCK.sub(block, text)

    def test_files_it_points_to_exist(self) -> None:
        for page in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "examples/README.md"):
            path = SOURCE / page
            for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
                self.assertTrue((path.parent / link).exists(), f"{page}: {link}")

    def test_every_example_is_described_and_valid(self) -> None:
        described = (EXAMPLES / "README.md").read_text(encoding="utf-8")
        problems = sorted(EXAMPLES.glob("*.yaml")) + sorted(EXAMPLES.glob("*/*.yaml"))
        self.assertGreater(len(problems), 7)
        for problem in problems:
            kind = "window-scenario" if problem.parent.name == "window" else "problem"
            self.assertIn(f"tangram/{kind}", self.succeed("validate", problem))
            if problem.parent == EXAMPLES:
                self.assertIn(problem.name, described)


if __name__ == "__main__":
    unittest.main()
