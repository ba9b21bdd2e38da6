"""What the program says about itself: help, versions, manual, completion."""

import os
import re
import shutil
import subprocess
import unittest

from program import COMMANDS, SOURCE, ProgramTest


class HelpTest(ProgramTest):
    def test_every_command_has_help_with_an_example(self) -> None:
        for command in COMMANDS:
            with self.subTest(command):
                text = self.succeed(*command.split(), "--help")
                self.assertIn(f"Usage: tangram {command} ", text)
                self.assertRegex(text, r"Examples?:\n  (source <\()?tangram " + command)
                self.assertIn("Exit codes:", text)
                self.assertEqual(text, self.succeed(*command.split(), "-h"))
                self.assertLessEqual(max(map(len, re.findall(r"(?m)^ {2,6}-.*$", text))), 80)

    def test_help_needs_no_arguments_and_wins(self) -> None:
        self.succeed("plan", "--help", "missing.yaml")

    def test_the_program_lists_its_commands(self) -> None:
        text = self.succeed("--help")
        for command in COMMANDS:
            self.assertRegex(text, rf"(?m)^  {command}\b")

    def test_groups_list_their_commands(self) -> None:
        text = self.succeed("table", "--help")
        self.assertIn("table show", text)
        self.assertNotIn("validate", text)

    def test_versions(self) -> None:
        self.assertRegex(
            self.succeed("--version"), r"^tangram \d+\.\d+\.\d+\nHiGHS \d+\.\d+\.\d+\n$"
        )

    def test_wrong_words_are_refused_with_the_nearest(self) -> None:
        self.reject("pln", expected=r'unknown command "pln"; nearest: plan')
        self.reject("table", "shw", expected=r'unknown command "shw"; nearest: show')
        self.reject("plan", "a.yaml", "--sead", "1", expected=r'unknown option "--sead"; .*--seed')
        self.reject("plan", "a.yaml", "b.yaml", expected='unexpected argument "b.yaml"')
        self.reject("plan", expected="PROBLEM")
        self.reject("table", expected='behind "table": one of show, check')
        self.reject(expected="a command is missing: one of init, ")
        self.reject("", expected="unknown command")
        self.reject("export", "a.json", expected="--format is required")

    def test_wrong_values_are_refused_with_what_was_expected(self) -> None:
        for value in ("-1", "x", "1.5", "9" * 30, "nan"):
            self.reject("plan", "a.yaml", f"--seed={value}", expected="--seed.*a whole number")
        self.reject("plan", "a.yaml", "--seed", "-1", expected='--seed: found "-1"')
        self.reject("plan", "a.yaml", "--threads", "0", expected="1 to 1024")
        for value in ("0", "-3", "inf", "soon"):
            expected = "--deadline.*seconds above 0"
            self.reject("plan", "a.yaml", "--deadline", value, expected=expected)
        self.reject("plan", "a.yaml", "--planner", "best", expected="one of exact, compact")
        self.reject("plan", "a.yaml", "--color", "blue", expected="one of auto, always, never")
        self.reject("gpus", "--rules", "new", expected="new")


class ManualTest(ProgramTest):
    def test_docs_are_current(self) -> None:
        path = SOURCE / "docs/cli.md"
        text = self.succeed("man", "--format", "markdown")
        if os.environ.get("TANGRAM_UPDATE_GOLDEN"):
            path.write_text(text, encoding="utf-8")
        self.assertEqual(
            path.read_text(encoding="utf-8"), text, "TANGRAM_UPDATE_GOLDEN=1 writes it anew"
        )

    def test_the_page_names_everything(self) -> None:
        text = self.succeed("man").replace("\\-", "-")
        for command in COMMANDS:
            self.assertIn(f'.SS "tangram {command}"', text)
        for word in ("--work-budget N", "--output FILE", ".B 130", "NO_COLOR"):
            self.assertIn(word, text)

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_the_page_is_roff_without_warnings(self) -> None:
        page = self.write("tangram.1", self.succeed("man"))
        done = subprocess.run(
            ["groff", "-man", "-ww", "-Tascii", page], capture_output=True, text=True, check=True
        )
        self.assertEqual(done.stderr, "")
        self.assertIn("EXIT STATUS", re.sub(r"\x1b\[\d*m|.\x08", "", done.stdout))


class CompletionTest(ProgramTest):
    def complete(self, *words: str) -> list[str]:
        script = self.write("completion.bash", self.succeed("completion", "bash"))
        line = " ".join(f"'{word}'" for word in words)
        ask = (
            f"compopt() {{ :; }}; source {script}; COMP_WORDS=({line}); "
            f"COMP_CWORD={len(words) - 1}; _tangram; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        )
        done = subprocess.run(
            ["bash", "-c", ask], capture_output=True, text=True, check=True, cwd=self.folder
        )
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_words_options_and_choices(self) -> None:
        self.assertIn("plan", self.complete("tangram", ""))
        self.assertEqual(self.complete("tangram", "pl"), ["plan"])
        verbs = ["show", "check", "estimate", "--help"]
        self.assertEqual(self.complete("tangram", "table", ""), verbs)
        self.assertEqual(self.complete("tangram", "import", "problem", "p"), ["parvagpu"])
        self.assertEqual(self.complete("tangram", "plan", "--see"), ["--seed"])
        words = self.complete("tangram", "plan", "p.yaml", "--se")
        self.assertEqual(words, ["--seed", "--serve-what-fits"])
        starting_with_s = self.complete("tangram", "plan", "p.yaml", "--s")
        self.assertEqual(starting_with_s, ["--seed", "--serve-what-fits", "--slack", "--svg"])
        self.assertIn("whole-gpu", self.complete("tangram", "plan", "--planner", ""))
        self.assertEqual(self.complete("tangram", "completion", "z"), ["zsh"])
        self.assertEqual(self.complete("tangram", "plan", "--seed", ""), [])

    def test_scripts_are_their_shells(self) -> None:
        for shell in ("bash", "zsh", "fish"):
            script = self.write(shell, self.succeed("completion", shell))
            if shutil.which(shell):
                subprocess.run([shell, "-n", script], check=True)
            self.assertIn("--planner" if shell != "fish" else "-l planner", script.read_text())


if __name__ == "__main__":
    unittest.main()
