"""Runs the program under test in a folder of its own."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(os.environ.get("TANGRAM_SOURCE_DIR", Path(__file__).resolve().parents[2]))
PROGRAM = Path(os.environ.get("TANGRAM_PROGRAM", SOURCE / "build/bin/tangram"))
EXAMPLES = SOURCE / "examples"
TABLE = EXAMPLES / "data/profiles/parvagpu_inference.csv"
S5 = EXAMPLES / "parvagpu/s5.yaml"
SMALL = EXAMPLES / "small.yaml"
TOO_SMALL = EXAMPLES / "fleet-too-small.yaml"

COMMANDS = [
    "init",
    "validate",
    "gpus",
    "table show",
    "table check",
    "table estimate",
    "import problem parvagpu",
    "import rates prometheus-json",
    "generate",
    "plan",
    "check",
    "explain",
    "compare",
    "diff",
    "export",
    "transition",
    "check-transition",
    "window plan",
    "window compare",
    "window check",
    "window run",
    "completion",
    "man",
]


def environment(**changes: str) -> dict[str, str]:
    """Of a plain terminal, so that the caller's colours and locale do not matter."""
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLORTERM", "TERM")}
    return kept | {"TERM": "xterm-256color"} | changes


class ProgramTest(unittest.TestCase):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def run_program(self, *arguments: object, **options: object) -> subprocess.CompletedProcess:
        command = [str(PROGRAM), *map(str, arguments)]
        settings = {"capture_output": True, "text": True, "encoding": "utf-8", "timeout": 300}
        settings |= {"cwd": self.folder, "env": environment(), "stdin": subprocess.DEVNULL}
        return subprocess.run(command, check=False, **(settings | options))

    def succeed(self, *arguments: object, code: int = 0, **options: object) -> str:
        """Standard output of a run that says nothing on standard error."""
        done = self.run_program(*arguments, **options)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def succeed_json(self, *arguments: object, code: int = 0) -> dict:
        return json.loads(self.succeed(*arguments, "--json", code=code))

    def reject(self, *arguments: object, expected: str, code: int = 2) -> str:
        """Standard error of a run that fails, with nothing on standard output."""
        done = self.run_program(*arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, expected)
        self.assertNotIn("internal error", done.stderr)
        return done.stderr

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        return path

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())
