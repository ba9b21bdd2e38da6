"""Streams, colours, files that appear whole or not at all, interrupts."""

import json
import os
import pty
import signal
import subprocess
import time
import unittest
from pathlib import Path

from program import PROGRAM, S5, SMALL, TABLE, ProgramTest, environment

ESCAPE = "\x1b["


class ColorTest(ProgramTest):
    def in_terminal(self, *arguments: object, **changes: str) -> str:
        """What the program writes to a terminal on its standard output."""
        parent, child = pty.openpty()
        with subprocess.Popen(
            [str(PROGRAM), *map(str, arguments)],
            stdout=child,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            cwd=self.folder,
            env=environment(**changes),
        ) as process:
            os.close(child)
            pieces = []
            while True:
                try:
                    piece = os.read(parent, 65536)
                except OSError:  # the other end is closed
                    break
                if not piece:
                    break
                pieces.append(piece)
            os.close(parent)
            self.assertEqual(process.wait(), 0, process.stderr.read())
        return b"".join(pieces).decode()

    def test_colours_are_those_of_a_terminal(self) -> None:
        self.assertIn(ESCAPE + "48;5;", self.in_terminal("plan", SMALL))
        self.assertIn(ESCAPE + "48;2;", self.in_terminal("plan", SMALL, COLORTERM="truecolor"))
        self.assertNotIn(ESCAPE, self.succeed("plan", SMALL))

    def test_colours_are_left_out_when_asked(self) -> None:
        self.assertNotIn(ESCAPE, self.in_terminal("plan", SMALL, NO_COLOR="1"))
        self.assertNotIn(ESCAPE, self.in_terminal("plan", SMALL, TERM="dumb"))
        self.assertNotIn(ESCAPE, self.in_terminal("plan", SMALL, "--color=never"))
        self.assertIn(ESCAPE, self.in_terminal("plan", SMALL, NO_COLOR=""))

    def test_colours_in_a_pipe_when_asked(self) -> None:
        self.assertIn(ESCAPE, self.succeed("plan", SMALL, "--color=always"))
        never = self.succeed("plan", SMALL, "--color", "always", "--json")
        self.assertNotIn(ESCAPE, never)


class OutputTest(ProgramTest):
    def test_standard_output_that_takes_nothing(self) -> None:
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = self.run_program(
                "plan", SMALL, capture_output=False, stdout=full, stderr=subprocess.PIPE
            )
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot write", done.stderr)

    def test_outputs_are_checked_before_work(self) -> None:
        expected = "there is no folder"
        self.reject("plan", "missing.yaml", "-o", "nowhere/plan.json", expected=expected)
        self.reject("plan", SMALL, "-o", ".", expected="this is a folder")
        self.reject("plan", SMALL, "-o", "a", "--svg", "./a", expected="another part to play")
        self.assertEqual(self.files(), [])

    def test_inputs_are_not_overwritten(self) -> None:
        self.succeed("init", "--profiles", TABLE, "-o", "problem.yaml")
        before = (self.folder / "problem.yaml").read_text()
        self.reject("plan", "problem.yaml", "-o", "./problem.yaml", expected="another part to play")
        self.assertEqual((self.folder / "problem.yaml").read_text(), before)

    def test_nothing_is_left_behind_by_an_error(self) -> None:
        self.write("old.json", "old")
        self.reject("plan", "missing.yaml", "-o", "old.json", "--svg", "a.svg", expected="missing")
        self.assertEqual(self.files(), ["old.json"])
        self.assertEqual((self.folder / "old.json").read_text(), "old")

    def test_a_folder_that_takes_nothing(self) -> None:
        if os.geteuid() == 0:
            self.skipTest("nothing is forbidden to the superuser")
        self.write("old.json", "old")
        self.folder.chmod(0o500)
        self.addCleanup(self.folder.chmod, 0o700)
        self.reject("plan", SMALL, "-o", "old.json", expected="cannot write")
        self.assertEqual(self.files(), ["old.json"])

    def test_a_file_is_replaced_as_a_whole(self) -> None:
        # A reader that had the old file open keeps the old file: the new one took its name.
        self.write("plan.json", "old")
        with open(self.folder / "plan.json", encoding="utf-8") as old:
            self.succeed("plan", SMALL, "-q", "-o", "plan.json")
            self.assertEqual(old.read(), "old")
        self.assertEqual(json.loads((self.folder / "plan.json").read_text())["version"], 1)
        self.assertEqual(self.files(), ["plan.json"])

    def test_a_device_as_output(self) -> None:
        self.succeed("plan", SMALL, "-q", "-o", "/dev/null")

    def test_no_progress_without_a_terminal(self) -> None:
        self.assertEqual(self.run_program("compare", S5, "--work-budget", 20_000_000).stderr, "")


class InterruptTest(ProgramTest):
    def start(self, *arguments: object) -> subprocess.Popen:
        process = subprocess.Popen(
            [str(PROGRAM), *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=environment(),
            text=True,
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def wait_until_busy(self, process: subprocess.Popen, seconds: float) -> None:
        """Until it has used that much processor time."""
        ticks = seconds * os.sysconf("SC_CLK_TCK")
        while process.poll() is None:
            fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            if int(fields[11]) + int(fields[12]) >= ticks:
                return
            time.sleep(0.01)

    def test_while_reading(self) -> None:
        fifo = self.folder / "problem.yaml"
        os.mkfifo(fifo)
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            process = self.start("plan", fifo, "-o", "plan.json")
            with open(fifo, "w", encoding="utf-8"):  # opens when the program does
                process.send_signal(number)
                self.assertEqual(process.wait(60), code)
        self.assertEqual(self.files(), ["problem.yaml"])

    def test_while_planning(self) -> None:
        self.succeed("generate", "--services", 3000, "--profiles", TABLE, "--json", "-o", "p.json")
        process = self.start("plan", "p.json", "--planner", "compact", "-o", "plan.json")
        self.wait_until_busy(process, 3)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 130, errors)
        self.assertEqual(output, "")
        if "plan.json" in self.files():
            plan = json.loads((self.folder / "plan.json").read_text())
            self.assertIn(plan["status"], ("feasible", "optimal"))
            self.succeed("check", "p.json", "plan.json", "-q")


if __name__ == "__main__":
    unittest.main()
