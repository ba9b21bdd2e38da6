"""Checks that a misuse of the library does not compile, and for the right reason.

usage: check.py FILE COMPILER [FLAG...]

FILE opens with `// expect: REGEX`. It must compile as it is, so that the rest of it is known to be
sound, and fail with -DMISUSE with a message that matches the expression.
"""

import re
import subprocess
import sys


def compile_messages(source: str, command: list[str]) -> tuple[bool, str]:
    run = subprocess.run(
        [*command, "-fsyntax-only", source], capture_output=True, text=True, check=False
    )
    return run.returncode == 0, run.stderr


def main(source: str, *command: str) -> str | None:
    with open(source, encoding="utf-8") as file:
        expectation = re.match(r"// expect: (.+)", file.readline())
    if expectation is None:
        return f"{source}: does not open with '// expect: REGEX'"
    sound, messages = compile_messages(source, list(command))
    if not sound:
        return f"{source}: does not compile even without the misuse\n{messages}"
    sound, messages = compile_messages(source, [*command, "-DMISUSE"])
    if sound:
        return f"{source}: the misuse compiles"
    if not re.search(expectation[1], messages):
        return f"{source}: expected a message matching '{expectation[1]}'\n{messages}"
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
