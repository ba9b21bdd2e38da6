"""Finds the functions of a C++ source by its braces: enough to measure them, not a parser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

COMMENT = r"//[^\n]*|/\*.*?\*/"
LITERAL = r'R"([^(\n]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])*\''
DIRECTIVE = r"^[ \t]*#(?:\\\n|[^\n])*"

TYPE = re.compile(r"\s*(?:\[\[.*?\]\]\s*)*(?:typedef\s+)?(?:class|struct|union|enum)\b", re.DOTALL)
LABEL = re.compile(r"\s*(?:(?:public|protected|private)\s*:)?\s*")


@dataclass(frozen=True)
class Function:
    name: str
    line: int
    lines: int


def without_comments(text: str) -> str:
    """The text with comments blank and the same line numbers."""
    pattern = re.compile(f"(?:{LITERAL})|({COMMENT})", re.DOTALL)
    return pattern.sub(lambda m: m[0] if m[2] is None else "\n" * m[0].count("\n"), text)


def code_only(text: str) -> str:
    """The text without comments, the inside of literals and preprocessor directives."""
    text = without_comments(text)
    blank = lambda match: '""' + "\n" * match[0].count("\n")
    text = re.sub(LITERAL, blank, text, flags=re.DOTALL)
    return re.sub(DIRECTIVE, lambda m: "\n" * m[0].count("\n"), text, flags=re.MULTILINE)


def without_template_parameters(header: str) -> str:
    while match := re.match(r"\s*template\s*<", header):
        depth, end = 1, match.end()
        while depth and end < len(header):
            depth += {"<": 1, ">": -1}.get(header[end], 0)
            end += 1
        header = header[end:]
    return header


def kind_of(header: str) -> str:
    """What the block after `header` is: a scope, a function or something else (a list)."""
    header = without_template_parameters(header)
    if re.search(r"\bnamespace\b|\bextern\s*\"\"\s*$", header) or TYPE.match(header):
        return "scope"
    return "function" if "(" in header else "other"


def functions(text: str) -> Iterator[Function]:
    """Every function with a body, member or free; a lambda counts to the function it is in."""
    code = code_only(text)
    stack: list[str] = []
    start = 0  # of the declaration that is being read
    for match in re.finditer(r"[{};]", code):
        inside = any(kind != "scope" for kind in stack)
        if match[0] == "{":
            kind = "inner" if inside else kind_of(code[start : match.start()])
            stack.append(kind)
            if kind == "scope":
                start = match.end()
        elif match[0] == ";":
            if not inside:
                start = match.end()
        elif stack:
            kind = stack.pop()
            if kind == "inner":
                continue
            if kind == "function" and re.match(r"\s*[,){]", code[match.end() :]):
                continue  # braces in an initialiser or a default argument: the body is to come
            if kind == "function":
                yield measure(code, start, match.end())
            start = match.end()


def measure(code: str, start: int, end: int) -> Function:
    start = LABEL.match(code, start).end()
    header = code[start : code.index("(", start)]
    name = re.search(r"[\w:~]*\W*$", header)[0].strip()
    line = code.count("\n", 0, start) + 1
    return Function(name, line, code.count("\n", start, end) + 1)
