"""The checker of the house finds what it should: every rule with a violation planted."""

import unittest

from functions import functions
from house import violations

CMAKE = """
tangram_room(base)
tangram_room(gpu DEPS base)
tangram_room(workload DEPS gpu)
tangram_room(deployment DEPS workload)
tangram_room(lp DEPS base PRIVATE_LIBS Highs::Highs)
tangram_room(planner DEPS lp deployment LIBS Threads::Threads)
tangram_room(io DEPS planner PRIVATE_LIBS yaml-cpp LibCsv::LibCsv)
tangram_room(report DEPS io)
"""
HEADER = "// What it is for.\n#pragma once\n"
ROOT_PATH = "/" + "root/tables"
WORK_PATH = "/" + "work/tables"
HOME_PATH = "/" + "home/someone/tables"


def found(path: str, text: str, cmake: str = CMAKE) -> list[str]:
    return violations({"src/CMakeLists.txt": cmake, path: text})


class HouseTest(unittest.TestCase):
    def assert_clean(self, path: str, text: str) -> None:
        self.assertEqual(found(path, text), [])

    def assert_found(self, expected: str, path: str, text: str, cmake: str = CMAKE) -> None:
        self.assertRegex("\n".join(found(path, text, cmake)), expected)

    def test_includes_to_the_right_are_fine(self) -> None:
        self.assert_clean("src/io/a.cpp", '#include "gpu/layout.h"\n#include <yaml-cpp/a.h>\n')
        self.assert_clean("src/planner/price/bound.cpp", '#include "planner/price/bound.h"\n')
        self.assert_clean("src/planner/price/bound.cpp", '#include "planner/outcome.h"\n')
        self.assert_clean("apps/tangram/a.cpp", '#include "io/x.h"\n#include <CLI/CLI.hpp>\n')

    def test_includes_to_the_left_are_not(self) -> None:
        self.assert_found("a.cpp:1.*gpu must not include", "src/gpu/a.cpp", '#include "io/x.h"\n')
        self.assert_found("must not include", "src/planner/a.cpp", '#  include "report/x.h"\n')
        self.assert_found("must not include", "src/planner/price/a.h", '#include "io/x.h"\n')

    def test_siblings_are_strangers(self) -> None:
        self.assert_found("must not include", "src/lp/a.cpp", '#include "deployment/x.h"\n')
        self.assert_found(
            "planner/price must not include planner/compact",
            "src/planner/price/a.cpp",
            '#include "planner/compact/model.h"\n',
        )
        self.assert_found(
            "planner/pipeline/genetic must not include planner/pipeline/tree_search",
            "src/planner/pipeline/genetic/a.cpp",
            '#include "planner/pipeline/tree_search/a.h"\n',
        )
        self.assert_clean(
            "src/planner/pipeline/genetic/a.cpp", '#include "planner/pipeline/rms/a.h"\n'
        )

    def test_an_include_names_the_file_from_src(self) -> None:
        self.assert_found("from src/", "src/gpu/a.cpp", '#include "layout.h"\n')
        self.assert_found("from src/", "src/gpu/a.cpp", '#include "base/../io/x.h"\n')
        self.assert_found("not a room", "src/cellar/a.cpp", "\n")

    def test_links_agree_with_includes(self) -> None:
        self.assert_found("does not link", "src/lp/a.cpp", '#include "gpu/layout.h"\n')
        left = CMAKE + "tangram_room(perf DEPS io)\n"
        self.assert_found("perf must not link io", "src/base/a.cpp", "\n", left)
        highs = CMAKE + "tangram_room(perf LIBS Highs::Highs)\n"
        self.assert_found("perf must not link Highs", "src/base/a.cpp", "\n", highs)
        self.assert_found("has no room", "src/sim/a.cpp", "\n")

    def test_libraries_have_one_owner(self) -> None:
        self.assert_clean("src/lp/a.cpp", "#include <interfaces/highs_c_api.h>\n")
        for name in ("interfaces/highs_c_api.h", "yaml-cpp/yaml.h", "csv.h", "nlohmann/json.hpp"):
            self.assert_found("alone", "src/planner/a.cpp", f"#include <{name}>\n")
        self.assert_found("alone", "apps/tangram/main.cpp", "#include <yaml-cpp/yaml.h>\n")
        self.assert_found("alone", "bench/a.cpp", "#include <highs/interfaces/highs_c_api.h>\n")

    def test_lengths(self) -> None:
        self.assert_clean("src/base/a.cpp", "x;\n" * 800)
        self.assert_found("801 lines", "src/base/a.cpp", "x;\n" * 801)
        self.assert_clean("src/base/a.cpp", "x" * 100)
        self.assert_found("101 columns", "tests/cli/a.sh", "x" * 101)
        self.assert_clean("docs/a.md", "x" * 101)
        self.assert_clean("src/base/a.cpp", "void f() {\n" + "x;\n" * 68 + "}\n")
        self.assert_found("f has 71", "src/base/a.cpp", "void f() {\n" + "x;\n" * 69 + "}\n")

    def test_headers(self) -> None:
        self.assert_clean("src/base/a.h", HEADER)
        self.assert_clean("src/base/a.h", "#pragma once\n\n// What it is for.\n")
        self.assert_found("no #pragma once", "src/base/a.h", "// What it is for.\n")
        self.assert_found("no #pragma once", "src/base/a.h", "// Needs\n// #pragma once\n")
        self.assert_found("no opening comment", "src/base/a.h", "#pragma once\nint f();\n")

    def test_machine_paths(self) -> None:
        for path in (ROOT_PATH, WORK_PATH, HOME_PATH):
            self.assert_found("one machine", "docs/a.md", f"see {path}\n")
        self.assert_clean("docs/a.md", "see https://example.org/" + "home/a and src/" + "work/b\n")


class FunctionsTest(unittest.TestCase):
    def sizes(self, text: str) -> list[tuple[str, int, int]]:
        return [(function.name, function.line, function.lines) for function in functions(text)]

    def test_free_and_member_functions(self) -> None:
        text = """
namespace a {
struct S {
    int f() const { return 1; }

  private:
    int x_{0};
};
template <class T>
void g(T value) {
    if (value) {
        auto h = [] { return 1; };
    }
}
}
"""
        self.assertEqual(self.sizes(text), [("f", 4, 1), ("g", 9, 6)])

    def test_initialisers_and_default_arguments_belong_to_the_function(self) -> None:
        self.assertEqual(self.sizes("A::A()\n    : x_{1},\n      y_{2} {\n}\n"), [("A::A", 1, 4)])
        self.assertEqual(self.sizes("void f(O o = {}) {\n}\n"), [("f", 1, 2)])

    def test_text_is_not_code(self) -> None:
        text = 'int f() {\n    // }\n    return g("}", R"x(})x", \'}\', 1\'000);\n}\n#define X {\n'
        self.assertEqual(self.sizes(text), [("f", 1, 4)])

    def test_tables_are_not_functions(self) -> None:
        self.assertEqual(self.sizes("constexpr int kTable[] = {\n    1,\n    2,\n};\n"), [])


if __name__ == "__main__":
    unittest.main()
