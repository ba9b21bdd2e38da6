"""The rules of the house that no compiler checks. usage: house.py [ROOT]

Prints one line per violation; the exit code says whether there is one. The checks are functions of
a dictionary from path to text, so that tests can plant violations.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from functions import functions, without_comments

# Rooms from left to right: each may include the rooms of later groups, never one of its own group.
ROOM_ORDER = [
    ["report"],
    ["io"],
    ["measure", "tail"],
    ["window"],
    ["sim"],
    ["controller"],
    ["transition"],
    ["planner"],
    ["lp", "deployment", "forecast"],
    ["workload"],
    ["perf"],
    ["gpu"],
    ["base"],
]
GROUP = {room: i for i, rooms in enumerate(ROOM_ORDER) for room in rooms}

# Folders of planner/ that never include each other; they share what lies beside them.
PLANNERS = {"price", "compact", "baseline", "close", "pipeline"}
# The same holds inside planner/pipeline: the searches meet only where they are put together.
SEARCHES = {"greedy", "tree_search", "genetic"}

# Libraries that only some rooms may see: (what is included, what is linked, the rooms).
LIBRARIES = [
    (r"highs|interfaces/|lp_data/", r"highs", {"lp"}),
    (r"yaml-cpp/", r"yaml-cpp", {"io"}),
    (r"csv\.h$", r"LibCsv", {"io"}),
    (r"nlohmann/", r"nlohmann_json", {"io", "report"}),
    (r"CLI/", r"CLI11", set()),
]
OPEN_TO_APPS = ("nlohmann/", "CLI/")

FILE_LINES_MAX = 800
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]')
MACHINE_PATH = re.compile(r"(?<![\w.}\])-])/(?:work|root|home)/")

Files = dict[str, str]
Violations = Iterator[str]


def is_cpp(path: str) -> bool:
    return path.endswith((".h", ".cpp"))


def is_code(path: str) -> bool:
    script = path in ("dev", ".ci/run") or path.endswith("CMakeLists.txt")
    return script or path.endswith((".h", ".cpp", ".py", ".sh", ".cmake", ".cmake.in"))


def room_of(path: str) -> str | None:
    parts = PurePosixPath(path).parts
    return parts[1] if parts[0] == "src" and len(parts) > 2 else None


def includes(text: str) -> Iterator[tuple[int, bool, str]]:
    """Line, whether quoted, and name of every #include."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := INCLUDE.match(line):
            yield number, match[1] == '"', match[2]


def check_include_order(files: Files) -> Violations:
    for path, text in files.items():
        room = room_of(path)
        if not is_cpp(path) or room is None:
            continue
        if room not in GROUP:
            yield f"{path}: src/{room} is not a room of the house"
            continue
        for line, quoted, name in includes(text):
            if quoted and (wrong := wrong_include(path, room, name)):
                yield f'{path}:{line}: "{name}": {wrong}'


def wrong_include(path: str, room: str, name: str) -> str | None:
    parts = name.split("/")
    other = parts[0]
    if other not in GROUP or ".." in parts or len(parts) < 2:
        return "name the file from src/, as in room/file.h"
    if other != room and GROUP[other] <= GROUP[room]:
        return f"{room} must not include {other}"
    here, there = PurePosixPath(path).parts[2], parts[1]
    if room == other == "planner" and here == there == "pipeline":
        inner, reached = PurePosixPath(path).parts[3], parts[2]
        if {inner, reached} <= SEARCHES and inner != reached:
            return f"planner/pipeline/{inner} must not include planner/pipeline/{reached}"
    if room == other == "planner" and {here, there} <= PLANNERS and here != there:
        return f"planner/{here} must not include planner/{there}"
    return None


def check_libraries(files: Files) -> Violations:
    for path, text in files.items():
        place = path.split("/")[0]
        if not is_cpp(path) or place not in ("src", "apps", "bench", "fuzz"):
            continue
        for line, _, name in includes(text):
            for pattern, _, rooms in LIBRARIES:
                if not re.match(pattern, name) or room_of(path) in rooms:
                    continue
                if place == "src" or not name.startswith(OPEN_TO_APPS):
                    owners = " and ".join(sorted(rooms)) or "apps"
                    yield f"{path}:{line}: <{name}> belongs to {owners} alone"


def rooms_in_cmake(text: str) -> dict[str, tuple[list[str], list[str]]]:
    """Room -> (rooms it links, other libraries it links)."""
    text = re.sub(r"#[^\n]*", "", text)
    rooms = {}
    for arguments in re.findall(r"tangram_room\(([^)]*)\)", text):
        name, *words = arguments.split()
        deps, libraries, current = [], [], []
        for word in words:
            if word == "DEPS":
                current = deps
            elif word in ("LIBS", "PRIVATE_LIBS"):
                current = libraries
            else:
                current.append(word)
        rooms[name] = (deps, libraries)
    return rooms


def check_links(files: Files) -> Violations:
    cmake = "src/CMakeLists.txt"
    rooms = rooms_in_cmake(files.get(cmake, ""))
    for room, (deps, libraries) in rooms.items():
        for dep in deps:
            if GROUP.get(dep, -1) <= GROUP.get(room, -1):
                yield f"{cmake}: {room} must not link {dep}"
        for library in libraries:
            for _, pattern, owners in LIBRARIES:
                if re.match(pattern, library, re.IGNORECASE) and room not in owners:
                    yield f"{cmake}: {room} must not link {library}"
    for path, text in files.items():
        room = room_of(path)
        if not is_cpp(path) or room not in GROUP:
            continue
        if room not in rooms:
            yield f"{path}: {cmake} has no room {room}"
            continue
        allowed = linked_rooms(room, rooms)
        for line, quoted, name in includes(text):
            other = name.split("/")[0]
            if quoted and other in GROUP and other not in allowed:
                yield f"{path}:{line}: {room} includes {other} but {cmake} does not link it"


def linked_rooms(room: str, rooms: dict[str, tuple[list[str], list[str]]]) -> set[str]:
    """The room and all it links, directly or not."""
    found, waiting = set(), [room]
    while waiting:
        if (room := waiting.pop()) not in found:
            found.add(room)
            waiting += rooms.get(room, ([], []))[0]
    return found


def check_lengths(files: Files) -> Violations:
    for path, text in files.items():
        if not is_code(path):
            continue
        lines = text.splitlines()
        if len(lines) > FILE_LINES_MAX:
            yield f"{path}: {len(lines)} lines, {FILE_LINES_MAX} allowed"
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS_MAX and "://" not in line:
                yield f"{path}:{number}: {len(line)} columns, {COLUMNS_MAX} allowed"
        if not is_cpp(path):
            continue
        for function in functions(text):
            if function.lines > FUNCTION_LINES_MAX:
                yield (
                    f"{path}:{function.line}: {function.name} has {function.lines} lines, "
                    f"{FUNCTION_LINES_MAX} allowed"
                )


def check_headers(files: Files) -> Violations:
    for path, text in files.items():
        if not path.endswith(".h"):
            continue
        if not re.search(r"^#pragma once$", without_comments(text), re.MULTILINE):
            yield f"{path}: no #pragma once"
        if not re.match(r"\s*(#pragma once\s*)?//", text):
            yield f"{path}: no opening comment that says what it is for"


def check_machine_paths(files: Files) -> Violations:
    for path, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            if MACHINE_PATH.search(line):
                yield f"{path}:{number}: a path of one machine"


CHECKS = [
    check_include_order,
    check_libraries,
    check_links,
    check_lengths,
    check_headers,
    check_machine_paths,
]


def violations(files: Files) -> list[str]:
    return [violation for check in CHECKS for violation in check(files)]


def read_tree(root: Path) -> Files:
    """Every text file that is, or would be, under version control."""
    listing = subprocess.run(
        ["git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        names = set(filter(None, listing.stdout.split("\0")))
    else:  # not a repository: an unpacked archive
        names = {str(path.relative_to(root)) for path in root.rglob("*")}
        names = {name for name in names if not name.startswith(("build/", ".git/"))}
    files = {}
    for name in sorted(names):
        if (path := root / name).is_file() and b"\0" not in (data := path.read_bytes()):
            files[name] = data.decode("utf-8", errors="replace")
    return files


if __name__ == "__main__":
    found = violations(read_tree(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
    print("\n".join(found) or "the house is in order")
    sys.exit(1 if found else 0)
